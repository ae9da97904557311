import { ErrorCode, isMapiError, PidTagBody, PidTagSubject } from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

/** SQLite then answers as it does on a disk without room. */
async function limitPages(fixture: EngineFixture, more: number | undefined): Promise<void> {
  await fixture.mailbox.storage.read(async (tx) => {
    const row = await tx.get<{ page_count: number }>('PRAGMA page_count')
    await tx.get(`PRAGMA max_page_count = ${more === undefined ? 1_000_000_000 : row!.page_count + more}`)
  })
}

describe('a full disk', () => {
  let fixture: EngineFixture

  beforeEach(async () => {
    fixture = await openEngineFixture()
  })

  afterEach(() => fixture.dispose())

  it('is a clear error, reading goes on, and writing when there is room again', async () => {
    const store = await fixture.store()
    const inbox = store.logon.folders.inbox!
    const save = async (subject: string): Promise<bigint> => {
      await using message = await store.createMessage(inbox)
      await message.setProperties([
        [PidTagSubject, subject],
        [PidTagBody, subject.repeat(5000)],
      ])
      return message.save()
    }
    const ids = [await save('before')]
    await limitPages(fixture, 40)
    let error: unknown
    for (let i = 0; i < 100 && error === undefined; i++) {
      try {
        ids.push(await save(`number ${i}`))
      } catch (reason) {
        error = reason
      }
    }
    expect(isMapiError(error, ErrorCode.OutOfDisk)).toBe(true)
    expect(String(error)).toContain('no room on the disk')

    // What was acknowledged is there, what failed is not, and nothing is half done.
    const subjects = async (): Promise<number> => {
      await using folder = await store.openFolder(inbox)
      await using contents = await folder.contentsTable()
      const table = await contents.setColumns([PidTagSubject])
      return (await table.queryRows(1000)).rows.length
    }
    expect(await subjects()).toBe(ids.length)
    for (const id of ids) {
      await using message = await store.openMessage(inbox, id)
      const subject = (await message.get(PidTagSubject))!
      expect(await message.get(PidTagBody)).toBe(subject.repeat(5000))
    }
    await expect(save('still full '.repeat(100))).rejects.toThrow('no room on the disk')

    await limitPages(fixture, undefined)
    ids.push(await save('room again'))
    expect(await subjects()).toBe(ids.length)
    expect((await fixture.engine.checkMailbox(fixture.mailbox.info.guid)).problems).toEqual([])
  })
})
