import { ErrorCode } from '@bourse/mapi'
import {
  createMessage,
  getContentsTable,
  getReceiveFolder,
  openFolder,
  PrivateFolder,
  type RopDefinition,
  registerNotification,
  ropRequest,
} from '@bourse/wire/rop'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OwnFields } from '../rop/support/rop-client.ts'
import { sendRequest } from '../support/http-client.ts'
import { dnOf, type LiveServer, startLiveServer } from '../support/live-server.ts'
import { NspiClient, STAT } from '../support/nspi-client.ts'

const START = 60_000

/** Every limit that is small enough to be reached here. */
const LIMITS = `
sessions: { perUser: 2, total: 4 }
limits:
  requestBody: 64 KB
  logons: 2
  folders: 3
  messages: 2
  tables: 1
  subscriptions: 1
  operationsPerRequest: 5
  operationsPerSecond: 1
  operationsAtOnce: 40
authentication: { failuresPerAccount: 2, failuresPerAddress: 5, failureDelay: 0ms }
`

describe('limits that settings say', () => {
  let live: LiveServer

  beforeAll(async () => {
    live = await startLiveServer(LIMITS)
  }, START)
  afterAll(() => live[Symbol.asyncDispose](), START)

  /** A session of alice, and her Inbox. */
  async function session() {
    const { http, rops } = await live.connect('alice')
    const { body, handle: store } = await rops.logOn(dnOf('alice'))
    const { folderIds } = body as unknown as { readonly folderIds: readonly bigint[] }
    const folderId = folderIds[PrivateFolder.inbox]!
    const { handle: inbox } = await rops.ok(openFolder, store, { folderId, openModeFlags: 0 })
    return {
      http,
      rops,
      store,
      inbox,
      folderId,
      [Symbol.asyncDispose]: () => http.disconnect().then(() => {}),
    }
  }

  it('objects of each kind, and logons, in one session', async () => {
    await using s = await session()
    /** How many more of them can be opened, and why no more. */
    const count = async <D extends RopDefinition>(rop: D, input: number, fields: OwnFields<D>) => {
      for (let opened = 0; ; opened++) {
        const { returnValue } = await s.rops.call(rop, input, fields)
        if (returnValue !== 0) return [opened, returnValue]
      }
    }
    const { store, inbox, folderId } = s
    // One folder is open already.
    expect(await count(openFolder, store, { folderId, openModeFlags: 0 })).toEqual([
      2,
      ErrorCode.TooManyOpenObjects,
    ])
    const message = { codePageId: 0x0fff, folderId, associatedFlag: false }
    expect(await count(createMessage, store, message)).toEqual([2, ErrorCode.TooManyOpenObjects])
    expect(await count(getContentsTable, inbox, { tableFlags: 0 })).toEqual([1, ErrorCode.TooManyOpenObjects])
    const subscription = { notificationTypes: 4, reserved: 0, wantWholeStore: true } as never
    expect(await count(registerNotification, store, subscription)).toEqual([1, ErrorCode.TooManyOpenObjects])
    s.rops.logonId = 1
    expect((await s.rops.logOn(dnOf('bob'))).returnValue).toBe(0)
    s.rops.logonId = 2
    expect((await s.rops.logOn(dnOf('alice'))).returnValue).toBe(ErrorCode.TooManyOpenObjects)
  })

  it('operations in one request, and over time', async () => {
    await using s = await session()
    const request = ropRequest(getReceiveFolder, {
      logonId: 0,
      inputHandleIndex: 0,
      messageClass: '',
    } as never)
    const send = (n: number) => s.rops.execute(Array(n).fill(request), [s.store])
    expect((await send(6)).errorCode).toBe(ErrorCode.RpcFormat)
    const kinds: string[] = []
    for (let i = 0; i < 10; i++) {
      const { outputs } = await send(5)
      kinds.push(...outputs.map(({ kind }) => kind))
      if (kinds.includes('backoff')) break
    }
    expect(kinds.filter((kind) => kind === 'response').length).toBeLessThanOrEqual(40)
    expect(kinds.at(-1)).toBe('backoff')
  })

  it('sessions of one user on each endpoint, and of all', async () => {
    const connect = async (user: string) => {
      const client = live.client(user)
      return { client, body: (await client.connect(dnOf(user))).body }
    }
    const opened = [await connect('alice'), await connect('alice'), await connect('alice')]
    expect(opened.map(({ body }) => (body as { errorCode?: number }).errorCode)).toEqual([
      0,
      0,
      ErrorCode.TooManySessions,
    ])
    const others = [await connect('bob'), await connect('bob'), await connect('admin')]
    expect(others.map(({ body }) => (body as { errorCode?: number }).errorCode)).toEqual([
      0,
      0,
      ErrorCode.TooManySessions,
    ])
    const books = [0, 1, 2].map(() => {
      const { user, password } = { user: 'alice@example.com', password: 'correct horse' }
      return new NspiClient({ url: `${live.url}/mapi/nspi/`, user, password })
    })
    await books[0]!.bind(STAT)
    await books[1]!.bind(STAT)
    await expect(books[2]!.bind(STAT)).rejects.toThrow('StatusCode')
    for (const { client } of [...opened.slice(0, 2), ...others.slice(0, 2)]) await client.disconnect()
    for (const book of books.slice(0, 2)) await book.send('unbind', {})
  })

  it('the size of requests, and wrong passwords', async () => {
    const client = live.client('alice')
    const { code } = await client.send('Connect', new Uint8Array((64 << 10) + 1))
    expect(code).toBe(9)
    const authorization = (password: string) => `Basic ${Buffer.from(`bob:${password}`).toString('base64')}`
    const statuses: number[] = []
    for (const password of ['wrong', 'wrong', 'correct horse']) {
      const headers = { Authorization: authorization(password) }
      statuses.push((await sendRequest(`${live.url}/auth/token`, { headers })).status)
    }
    expect(statuses).toEqual([401, 401, 503])
  })
})
