import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { PidTagSubject } from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreEngine } from '../../src/engine.ts'
import { StorageInUse } from '../../src/storage/storage-error.ts'
import { principalOf } from '../support/fixture.ts'

const WORKER = new URL('./mailbox-worker.ts', import.meta.url)

interface Outcome {
  readonly guid: string
  readonly ids: readonly bigint[]
  readonly refused: string
}

function run(data: Record<string, unknown>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: data })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

describe('several threads', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bourse-threads-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it('each work on mailboxes of their own in one directory', async () => {
    const dns = ['/o=example/cn=a', '/o=example/cn=b', '/o=example/cn=c']
    const outcomes = await Promise.all(dns.map((dn) => run({ directory, dn, messages: 20 })))
    const engine = await StoreEngine.open(directory)
    try {
      expect([...(await engine.listMailboxes())].sort()).toEqual(outcomes.map(({ guid }) => guid).sort())
      for (const [i, { guid, ids }] of outcomes.entries()) {
        const store = await engine.logOn(guid, { ...principalOf('owner'), key: dns[i]! })
        for (const [n, id] of ids.entries()) {
          const message = await store.openMessage(store.logon.folders.inbox!, id)
          expect(await message.get(PidTagSubject)).toBe(`${dns[i]} ${n}`)
        }
      }
    } finally {
      await engine[Symbol.asyncDispose]()
    }
  })

  it('cannot have a mailbox open that another thread, or another engine, has', async () => {
    const engine = await StoreEngine.open(directory)
    try {
      const mailbox = await engine.createMailbox({
        kind: 'private',
        ownerDn: '/cn=mine',
        displayName: 'Mine',
      })
      const { guid } = mailbox.info
      const { refused } = await run({ directory, dn: '/o=example/cn=d', messages: 1, taken: guid })
      expect(refused).toBe('StorageInUse')
      const second = await StoreEngine.open(directory)
      await expect(second.openMailbox(guid)).rejects.toThrow(StorageInUse)
      await expect(second.openMailbox(guid)).rejects.toThrow(/in use by another thread or process/)
      await expect(second.deleteMailbox(guid)).rejects.toThrow(StorageInUse)
      await engine.closeMailbox(guid)
      expect((await second.openMailbox(guid)).info.guid).toBe(guid)
      await second[Symbol.asyncDispose]()
    } finally {
      await engine[Symbol.asyncDispose]()
    }
  })
})
