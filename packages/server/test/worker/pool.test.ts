import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ErrorCode, type Guid, MapiError } from '@bourse/mapi'
import { openFolder, PrivateFolder } from '@bourse/wire/rop'
import { packExtended, unpackExtended } from '@bourse/wire/rpc'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/log/index.ts'
import type { MailboxSession } from '../../src/mapi-http/mailbox-host.ts'
import { DEFAULT_ROP_LIMITS } from '../../src/rop/limits.ts'
import type { RopSession } from '../../src/rop/session.ts'
import { WorkerPool, workerOf } from '../../src/worker/index.ts'
import { RopClient } from '../rop/support/rop-client.ts'
import { principalOf } from '../support/fake-server.ts'

const WORKERS = 2
/** Two mailboxes that belong to different workers. */
const MAILBOXES: Readonly<Record<string, Guid>> = {
  alice: '00000000-0000-4000-8000-000000000001',
  bob: '00000001-0000-4000-8000-000000000002',
}
const PUBLIC_FOLDERS = '00000001-0000-4000-8000-000000000003'
const START = 60_000

interface Client {
  readonly rops: RopClient
  readonly session: MailboxSession
  readonly lost: { count: number }
}

describe('the worker threads', () => {
  let folder: string
  let pool: WorkerPool
  let restarts = 0

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-pool-'))
    pool = await WorkerPool.start({
      workers: WORKERS,
      mailboxes: folder,
      publicFolders: PUBLIC_FOLDERS,
      serverDn: '/o=Example/cn=server',
      serverName: 'server',
      limits: DEFAULT_ROP_LIMITS,
      log: { level: 'error', format: 'json' },
      mainLog: silentLog,
      findMailbox: async ({ request }) => {
        const guid = request.kind === 'public' ? PUBLIC_FOLDERS : MAILBOXES[request.essdn]
        if (guid === undefined) throw new MapiError(ErrorCode.UnknownUser)
        return { kind: 'mailbox', guid, maySendAs: false, fullAccess: false }
      },
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
      onRestart: () => restarts++,
      entry: new URL('../support/mortal-thread.ts', import.meta.url),
    })
    for (const [name, guid] of Object.entries(MAILBOXES)) {
      const mailbox = { guid, ownerDn: principalOf(name).key, displayName: name, isEnabled: true }
      expect(await pool.target.ensureMailbox(mailbox)).toBe('created')
      expect(await pool.target.ensureMailbox(mailbox)).toBe('unchanged')
    }
  }, START)

  afterAll(async () => {
    await pool.stop()
    rmSync(folder, { recursive: true })
  }, START)

  async function connect(user: string): Promise<Client> {
    const lost = { count: 0 }
    const session = await pool.open(
      {
        principal: principalOf(user),
        mailboxGuid: MAILBOXES[user],
        clientVersion: [16, 0, 0, 0],
        codePage: 1252,
        locale: { string: 0x409, sort: 0x409 },
        sessionIndex: 1,
      },
      () => lost.count++,
    )
    const direct = {
      async execute(
        input: readonly Uint8Array[],
        maxRopOut: number,
        { chained }: { readonly chained: boolean },
      ) {
        const ropBuffer = packExtended(input, { compress: true, obfuscate: true })
        const packing = { compress: true, obfuscate: true }
        const answer = await session.execute({ ropBuffer, maxRopOut, chained, ...packing, requestId: 'test' })
        return { errorCode: answer.errorCode, outputs: unpackExtended(answer.ropBuffer) }
      },
    }
    return { session, lost, rops: new RopClient(direct as unknown as RopSession) }
  }

  const die = (session: MailboxSession) =>
    session.execute({
      ropBuffer: new Uint8Array(8),
      maxRopOut: 4096,
      chained: false,
      compress: false,
      obfuscate: false,
      requestId: 'die',
    })

  it('own each mailbox by one of them', () => {
    expect(Object.values(MAILBOXES).map((guid) => workerOf(guid, WORKERS))).toEqual([0, 1])
    expect(pool.isReady).toBe(true)
  })

  it('unpack what is compressed and obfuscated, pack the answer, and say what is malformed', async () => {
    const { session, rops } = await connect('alice')
    expect((await rops.logOn('alice')).returnValue).toBe(0)
    const send = (ropBuffer: Uint8Array) =>
      session.execute({
        ropBuffer,
        maxRopOut: 4096,
        chained: false,
        compress: false,
        obfuscate: false,
        requestId: 'x',
      })
    expect(await send(new Uint8Array(8))).toMatchObject({
      errorCode: ErrorCode.RpcFormat,
      ropBuffer: { length: 0 },
    })
    expect(await send(new Uint8Array([0, 0, 4, 0, 3, 0, 3, 0, 9, 0, 0]))).toMatchObject({
      errorCode: ErrorCode.RpcFormat,
    })
    await session[Symbol.asyncDispose]()
    expect(await send(new Uint8Array(8))).toMatchObject({ errorCode: ErrorCode.InvalidRpcHandle })
  })

  it('count the operations that they carry out', async () => {
    await pool.counts()
    const { rops } = await connect('alice')
    await rops.logOn('alice')
    await rops.logOn('nobody')
    expect(await pool.counts()).toMatchObject([{ rop: 'RopLogon', succeeded: 1, failed: 1 }])
    expect(await pool.counts()).toEqual([])
  })

  it('tell of notifications, and stop waiting when nobody wants to know any more', async () => {
    const { session } = await connect('alice')
    const controller = new AbortController()
    const waiting = session.waitForNotifications(controller.signal)
    controller.abort()
    expect(await waiting).toBe(false)
  })

  it('are started again when they die: their sessions are lost, those of others go on', {
    timeout: START,
  }, async () => {
    const alice = await connect('alice')
    const bob = await connect('bob')
    const both = await connect('alice')
    const { handle, body } = await bob.rops.logOn('bob')
    await alice.rops.logOn('alice')
    // A session that has a mailbox of the other worker open too.
    await both.rops.logOn('alice')
    both.rops.logonId = 1
    expect((await both.rops.logOn('bob')).returnValue).toBe(0)

    const before = restarts
    const waiting = alice.session.waitForNotifications(new AbortController().signal)
    const failed = expect(waiting).rejects.toThrow('has ended')
    await expect(die(alice.session)).rejects.toThrow('has ended')
    await failed
    expect(alice.lost.count).toBe(1)
    expect(pool.isReady).toBe(false)
    const { folderIds } = body as { readonly folderIds: readonly bigint[] }
    const fields = { folderId: folderIds[PrivateFolder.inbox]!, openModeFlags: 0 }
    expect(await bob.rops.code(openFolder, handle, fields)).toBe(0)
    expect(bob.lost.count).toBe(0)
    expect(both.lost.count).toBe(1)
    // Whoever connects meanwhile waits until it is there again.
    const again = await connect('alice')
    expect((await again.rops.logOn('alice')).returnValue).toBe(0)
    expect(restarts).toBe(before + 1)
    expect(pool.isReady).toBe(true)

    // A session whose other mailbox is lost is lost too.
    const next = await connect('alice')
    await next.rops.logOn('alice')
    next.rops.logonId = 1
    expect((await next.rops.logOn('bob')).returnValue).toBe(0)
    await expect(die(bob.session)).rejects.toThrow('has ended')
    await expect.poll(() => next.lost.count, { timeout: 10_000 }).toBe(1)
    expect(again.lost.count).toBe(0)
  })
})
