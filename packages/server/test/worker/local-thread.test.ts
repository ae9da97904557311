import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packExtended, unpackExtended } from '@bourse/wire/rpc'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/log/index.ts'
import { DEFAULT_ROP_LIMITS } from '../../src/rop/limits.ts'
import type { RopSession } from '../../src/rop/session.ts'
import { WorkerPool } from '../../src/worker/index.ts'
import { RopClient } from '../rop/support/rop-client.ts'
import { principalOf } from '../support/fake-server.ts'

const MAILBOX = 'a0000001-0000-4000-8000-000000000001'

describe('mailboxes without worker threads', () => {
  let folder: string
  let pool: WorkerPool

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-local-'))
    pool = await WorkerPool.start({
      workers: 0,
      mailboxes: folder,
      publicFolders: 'a0000001-0000-4000-8000-000000000003',
      serverDn: '/o=Example/cn=server',
      serverName: 'server',
      limits: DEFAULT_ROP_LIMITS,
      log: { level: 'error', format: 'json' },
      mainLog: silentLog,
      findMailbox: async () => ({ kind: 'mailbox', guid: MAILBOX, maySendAs: false, fullAccess: false }),
      pickupDelay: 0,
      hostName: 'server',
      outgoing: 'no message leaves',
      findRoute: async () => ({
        right: undefined,
        sender: undefined,
        from: undefined,
        receivers: [],
        outside: [],
        failures: [],
      }),
      findSmtpAddress: async () => undefined,
      queue: () => Promise.reject(new Error('There is no queue.')),
      findDisplayName: async () => undefined,
      entry: new URL('no thread is started', import.meta.url),
    })
    const mailbox = {
      guid: MAILBOX,
      ownerDn: principalOf('alice').key,
      displayName: 'Alice',
      isEnabled: true,
    } as const
    expect(await pool.target.ensureMailbox(mailbox)).toBe('created')
  })

  afterAll(async () => {
    await pool.stop()
    rmSync(folder, { recursive: true })
  })

  it('work in the thread that asks', async () => {
    expect(pool.isReady).toBe(true)
    await using session = await pool.open(
      {
        principal: principalOf('alice'),
        mailboxGuid: MAILBOX,
        clientVersion: [16, 0, 0, 0],
        codePage: 1252,
        locale: { string: 0x409, sort: 0x409 },
        sessionIndex: 1,
      },
      () => {
        throw new Error('lost')
      },
    )
    const packing = { compress: false, obfuscate: false, requestId: 'test' }
    const rops = new RopClient({
      async execute(input: readonly Uint8Array[], maxRopOut: number, options: { readonly chained: boolean }) {
        const answer = await session.execute({
          ropBuffer: packExtended(input, packing),
          maxRopOut,
          ...options,
          ...packing,
        })
        return { errorCode: answer.errorCode, outputs: unpackExtended(answer.ropBuffer) }
      },
    } as unknown as RopSession)
    await pool.counts()
    expect((await rops.logOn('alice')).returnValue).toBe(0)
    expect(await pool.counts()).toMatchObject([{ rop: 'RopLogon', succeeded: 1 }])

    const waiting = new AbortController()
    const wait = session.waitForNotifications(waiting.signal)
    waiting.abort()
    expect(await wait).toBe(false)
    expect(
      await session.execute({ ropBuffer: new Uint8Array(8), maxRopOut: 4096, chained: false, ...packing }),
    ).toMatchObject({
      errorCode: 0x4b6,
    })
  })
})
