import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ErrorCode, type MessageStore, PidTagBody, PidTagOutOfOfficeState, PidTagSubject } from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ANONYMOUS } from '../../src/access/principal.ts'
import { StoreEngine } from '../../src/engine.ts'
import { codeOf, makeFolder, makeMessage } from '../support/expect.ts'
import { dnOf, principalOf } from '../support/fixture.ts'

describe('engine', () => {
  let directory: string
  let engine: StoreEngine
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bourse-engine-'))
    engine = await StoreEngine.open(directory)
  })
  afterEach(async () => {
    await engine[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  async function createMailbox(): Promise<string> {
    const mailbox = await engine.createMailbox({
      kind: 'private',
      ownerDn: dnOf('owner'),
      displayName: 'Owner',
    })
    return mailbox.info.guid
  }

  const logOn = (guid: string, from = engine): Promise<MessageStore> => from.logOn(guid, principalOf('owner'))

  it('makes, lists, closes, opens and deletes mailboxes', async () => {
    const guid = await createMailbox()
    const other = await createMailbox()
    expect([...(await engine.listMailboxes())].sort()).toEqual([guid, other].sort())
    const store = await logOn(guid)
    const folder = await makeFolder(store)
    const id = await makeMessage(folder, 'Kept')
    await engine.closeMailbox(guid)
    const again = await logOn(guid)
    expect(await (await again.openMessage(folder.id, id)).get(PidTagSubject)).toBe('Kept')
    await engine.deleteMailbox(guid)
    expect(await engine.listMailboxes()).toEqual([other])
    expect(engine.hasMailbox(guid)).toBe(false)
    expect(await codeOf(engine.openMailbox(guid))).toBe(ErrorCode.UnknownUser)
    expect((await readdir(directory)).filter((name) => name.startsWith(guid))).toEqual([])
  })

  it('makes no second mailbox of a GUID', async () => {
    const guid = await createMailbox()
    const again = engine.createMailbox({ kind: 'private', guid, ownerDn: dnOf('x'), displayName: 'X' })
    expect(await codeOf(again)).toBe(ErrorCode.DuplicateObject)
  })

  it('MS-OXCSTOR_R193 MS-OXCSTOR_R794 lets nobody log on to a mailbox that is disabled', async () => {
    const guid = await createMailbox()
    await engine.setDisabled(guid, true)
    expect(await codeOf(logOn(guid))).toBe(ErrorCode.UnknownUser)
    await engine.closeMailbox(guid)
    expect(await engine.isDisabled(guid)).toBe(true)
    await engine.setDisabled(guid, false)
    expect((await logOn(guid)).logon.mailboxGuid).toBe(guid)
  })

  it('MS-OXCSTOR_R173 MS-OXCSTOR_R59746 MS-OXCSTOR_R788 knows no mailbox that is not there', async () => {
    expect(await codeOf(logOn(crypto.randomUUID()))).toBe(0x3eb)
  })

  it('MS-OXCSTOR_R3905001 lets others log on to a mailbox, but nobody who is anonymous', async () => {
    const guid = await createMailbox()
    expect((await engine.logOn(guid, principalOf('stranger'))).logon.isOwner).toBe(false)
    expect(await codeOf(engine.logOn(guid, ANONYMOUS))).toBe(ErrorCode.LogonFailed)
  })

  it('takes what the directory says of who may do what', async () => {
    const guid = await createMailbox()
    const store = await engine.logOn(guid, principalOf('delegate'), { fullAccess: true, maySendAs: false })
    expect(store.logon.isOwner).toBe(true)
    expect(store.logon.maySendAs).toBe(false)
    await makeFolder(store)
  })

  it('MS-OXCSTOR_R129 says at logon whether somebody is out of office', async () => {
    const guid = await createMailbox()
    const store = await logOn(guid)
    expect(store.logon.isOutOfOffice).toBe(false)
    await store.setProperties([[PidTagOutOfOfficeState, true]])
    expect((await logOn(guid)).logon.isOutOfOffice).toBe(true)
  })

  it('backs a mailbox up while it is in use, and puts it back as it was', async () => {
    const guid = await createMailbox()
    const store = await logOn(guid)
    const folder = await makeFolder(store)
    const before = await makeMessage(folder, 'Before')
    const file = join(directory, 'backup')
    const backup = engine.backupMailbox(guid, file)
    const during = Promise.all(Array.from({ length: 20 }, (_, i) => makeMessage(folder, `During ${i}`)))
    await Promise.all([backup, during])
    const after = await makeMessage(folder, 'After')

    expect(await codeOf(engine.restoreMailbox(file))).toBe(ErrorCode.DuplicateObject)
    const restored = await engine.restoreMailbox(file, { replace: true })
    expect(restored.info.guid).toBe(guid)
    const again = await logOn(guid)
    expect(await (await again.openMessage(folder.id, before)).get(PidTagSubject)).toBe('Before')
    expect(await codeOf(again.openMessage(folder.id, after))).toBe(ErrorCode.NotFound)
    expect((await engine.checkMailbox(guid)).problems).toEqual([])
  })

  it('MS-OXCSTOR_R780 MS-OXCSTOR_R781 gives out no ID twice after a mailbox was put back', async () => {
    const guid = await createMailbox()
    const folder = await makeFolder(await logOn(guid))
    const file = join(directory, 'backup')
    await engine.backupMailbox(guid, file)
    const given = new Set<bigint>()
    for (let i = 0; i < 5; i++) given.add(await makeMessage(folder))
    await engine.restoreMailbox(file, { replace: true })
    const again = await (await logOn(guid)).openFolder(folder.id)
    for (let i = 0; i < 5; i++) expect(given.has(await makeMessage(again))).toBe(false)
  })

  it('moves a mailbox to another engine', async () => {
    const guid = await createMailbox()
    const store = await logOn(guid)
    const folder = await makeFolder(store)
    const message = await folder.createMessage()
    const body = 'x'.repeat(1_000_000)
    await message.setProperties([[PidTagBody, body]])
    const id = await message.save()
    const to = await StoreEngine.open(join(directory, 'elsewhere'))
    try {
      await engine.moveMailbox(guid, to)
      expect(engine.hasMailbox(guid)).toBe(false)
      const moved = await logOn(guid, to)
      const found = await moved.openMessage(folder.id, id)
      expect((await found.get(PidTagBody)) === body).toBe(true)
      expect((await to.checkMailbox(guid, { contents: true })).problems).toEqual([])
      const file = join(directory, 'exported')
      await to.exportMailbox(guid, file)
      expect(await to.listMailboxes()).toEqual([])
      await engine.importMailbox(file)
      const back = await logOn(guid)
      expect((await (await back.openMessage(folder.id, id)).get(PidTagBody)) === body).toBe(true)
    } finally {
      await to[Symbol.asyncDispose]()
    }
  })

  it('takes no file that holds no mailbox', async () => {
    const file = join(directory, 'something')
    await writeFile(file, 'No database at all, but long enough to be one. '.repeat(100))
    await expect(engine.importMailbox(file)).rejects.toThrow()
    expect(await engine.listMailboxes()).toEqual([])
    expect((await readdir(directory)).filter((name) => name.includes('.new'))).toEqual([])
  })

  it('makes its directory and finds what is in it', async () => {
    const guid = await createMailbox()
    await engine[Symbol.asyncDispose]()
    engine = await StoreEngine.open(directory)
    expect(await engine.listMailboxes()).toEqual([guid])
  })
})
