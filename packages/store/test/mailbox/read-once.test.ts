import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

describe('what is read once', () => {
  let fixture: EngineFixture
  beforeAll(async () => {
    fixture = await openEngineFixture()
  })
  afterAll(() => fixture.dispose())

  it('is kept until something in the mailbox changes', async () => {
    const { mailbox } = fixture
    let reads = 0
    const ask = (): Promise<number> => mailbox.readOnce('how often', async () => ++reads)
    expect([await ask(), await ask()]).toEqual([1, 1])
    await mailbox.write(async (tx) => tx.run("INSERT INTO meta (key, value) VALUES ('test', '')"))
    expect([await ask(), await ask()]).toEqual([2, 2])
  })

  it('is kept if a change was undone', async () => {
    const { mailbox } = fixture
    const count = (): Promise<number> =>
      mailbox.readOnce('rows', async (tx) => (await tx.all('SELECT key FROM meta')).length)
    const before = await count()
    const failing = mailbox.write(async (tx) => {
      await tx.run("INSERT INTO meta (key, value) VALUES ('undone', '')")
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await count()).toBe(before)
  })

  it('is asked for again after it could not be read', async () => {
    const { mailbox } = fixture
    await expect(
      mailbox.readOnce('fails', async () => {
        throw new Error('not now')
      }),
    ).rejects.toThrow('not now')
    expect(await mailbox.readOnce('fails', async () => 1)).toBe(1)
  })
})
