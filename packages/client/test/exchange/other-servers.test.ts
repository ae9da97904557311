import { connect, HttpTransport, isOutcomeUnknown, RopSession } from '@bourse/client/exchange'
import { ErrorCode, PidTagSubject, type Progress } from '@bourse/mapi'
import { CONTENT_TYPE, HeaderName, processingPiece } from '@bourse/wire/http'
import {
  deleteMessages,
  emptyFolder,
  getStoreState,
  openFolder,
  progress,
  queryRows,
  type RopDefinition,
  type RopInput,
  type RopOutput,
  registerNotification,
  release,
} from '@bourse/wire/rop'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeExchange, type FakeOutput, pieces } from '../support/fake-exchange.ts'

let server: FakeExchange
let session: RopSession

beforeEach(() => {
  server = new FakeExchange()
})

afterEach(async () => {
  await session?.close()
})

async function open(options: Partial<Parameters<typeof connect>[0]> = {}): Promise<void> {
  session = await connect({
    url: 'https://mail.example.com/mapi/emsmdb/?MailboxId=1@example.com',
    userDn: '/o=Example/cn=alice',
    fetch: server.fetch,
    reconnectDelay: 1,
    ...options,
  })
}

function response(rop: RopDefinition, body: unknown, returnValue = 0, handleIndex = 0): RopOutput {
  return { kind: 'response', rop, handleIndex, returnValue, ...(body === undefined ? {} : { body }) }
}

/** Answers RopGetStoreState with the position of the request among all. */
function states(input: RopInput, from: number): readonly FakeOutput[] {
  return input.requests.map((_, i) => ({ output: response(getStoreState, { storeState: from + i }) }))
}

/** A handle to send ROPs to. */
async function anyObject(): Promise<number> {
  const answer = server.onExecute
  server.onExecute = (input) => [
    {
      outputs: [{ output: response(openFolder, { hasRules: false, isGhosted: false }) }],
      handles: input.handles.map(() => 7),
    },
  ]
  const { handle } = await session.call(
    openFolder,
    undefined,
    { folderId: 1n, openModeFlags: 0 },
    { output: true },
  )
  server.onExecute = answer
  return handle
}

describe('cookies', () => {
  it('MS-OXCMAPIHTTP_R70 MS-OXCMAPIHTTP_R1150 of any name are sent back, those of the last answer', async () => {
    server.cookies = (_, number) => [
      'X-BackEndCookie=abc=def; path=/mapi; secure; HttpOnly',
      `Turn=${number}; path=/mapi`,
    ]
    server.onExecute = (input) => [{ outputs: states(input, 0) }]
    await open()
    await session.call(getStoreState, undefined, {})
    await session.call(getStoreState, undefined, {})
    expect(server.seen.map(({ cookie }) => cookie)).toEqual([
      '',
      'X-BackEndCookie=abc=def; Turn=1',
      'X-BackEndCookie=abc=def; Turn=2',
    ])
  })

  it('of a NotificationWait do not replace those of the request beside it', async () => {
    server.cookies = (type, number) => (type === 'NotificationWait' ? ['Turn=stale'] : [`Turn=${number}`])
    const transport = await HttpTransport.connect({
      url: 'https://mail.example.com/mapi/emsmdb/',
      userDn: '/o=Example/cn=alice',
      fetch: server.fetch,
    })
    session = new RopSession(transport)
    server.onWait = async () => true
    server.onExecute = (input) => [{ outputs: states(input, 0) }]
    expect(await transport.waitForNotifications(new AbortController().signal)).toBe(true)
    await session.call(getStoreState, undefined, {})
    expect(server.seen.at(-1)?.cookie).toBe('Turn=1')
  })
})

describe('headers', () => {
  it('MS-OXCMAPIHTTP_R38 MS-OXCMAPIHTTP_R67 MS-OXCMAPIHTTP_R130 MS-OXCMAPIHTTP_R1305 MS-OXCMAPIHTTP_R2039 MS-OXCMAPIHTTP_R2042 MS-OXCMAPIHTTP_R2045 MS-OXCMAPIHTTP_R162 name the client, the session context and the request', async () => {
    server.onExecute = (input) => [{ outputs: states(input, 0) }]
    await open()
    await session.call(getStoreState, undefined, {})
    const [first, second] = server.seen.map(({ headers }) => headers)
    for (const headers of [first!, second!]) {
      expect(headers.get('Content-Type')).toBe(CONTENT_TYPE)
      expect(headers.get(HeaderName.ClientApplication)).toMatch(/^Outlook\/15\.\d\d\.\d{4}\.\d{4}$/)
      expect(headers.get(HeaderName.ClientInfo)).toMatch(/^\{[-0-9A-F]{36}\}:\d+$/)
      expect(headers.get(HeaderName.DeviceInfo)).toBeNull()
    }
    expect(first!.get(HeaderName.ClientInfo)).toBe(second!.get(HeaderName.ClientInfo))
    const [before, after] = [first!, second!].map((headers) => headers.get(HeaderName.RequestId)!.split(':'))
    expect(before![0]).toBe(after![0])
    expect(Number(after![1])).toBeGreaterThan(Number(before![1]))
  })

  it('MS-OXCMAPIHTTP_R131 MS-OXCMAPIHTTP_R2043 differ between session contexts', async () => {
    await open()
    await session.close()
    await open()
    const connects = server.seen.filter(({ type }) => type === 'Connect').map(({ headers }) => headers)
    const guids = connects.map((headers) => headers.get(HeaderName.RequestId)!.split(':')[0])
    const infos = connects.map((headers) => headers.get(HeaderName.ClientInfo)!.split(':'))
    expect(guids[0]).not.toBe(guids[1])
    expect(infos[0]![0]).toBe(infos[1]![0])
    expect(infos[0]![1]).not.toBe(infos[1]![1])
  })
})

describe('answers', () => {
  it('that do not hold all ROPs are followed by requests for the rest', async () => {
    server.onExecute = (input) => [
      {
        outputs: [
          { output: response(getStoreState, { storeState: input.requests.length }) },
          ...(input.requests.length === 1
            ? []
            : [
                {
                  output: {
                    kind: 'bufferTooSmall',
                    sizeNeeded: 100,
                    requestBuffers: new Uint8Array(3),
                  } as RopOutput,
                },
              ]),
        ],
      },
    ]
    await open()
    const calls = [1, 2, 3].map(() => session.call(getStoreState, undefined, {}))
    expect((await Promise.all(calls)).map(({ body }) => body.storeState)).toEqual([3, 2, 1])
    expect(server.inputs.map(({ requests }) => requests.length)).toEqual([3, 2, 1])
  })

  it('that never fit fail alone', async () => {
    server.onExecute = (input) =>
      input.requests.length === 1 && server.inputs.length > 2
        ? [{ outputs: states(input, 9) }]
        : [
            {
              outputs: [
                {
                  output: {
                    kind: 'bufferTooSmall',
                    sizeNeeded: 0xffff,
                    requestBuffers: new Uint8Array(0),
                  } as RopOutput,
                },
              ],
            },
          ]
    await open()
    const [first, second, third] = await Promise.allSettled(
      [1, 2, 3].map(() => session.call(getStoreState, undefined, {})),
    )
    expect(first).toMatchObject({ status: 'rejected', reason: { code: ErrorCode.BufferTooSmall } })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: ErrorCode.BufferTooSmall } })
    expect(third).toMatchObject({ status: 'fulfilled' })
  })

  it('may go on with the rows of the last ROP in further buffers', async () => {
    await open()
    const handle = await anyObject()
    const columns = [PidTagSubject]
    const page = (...subjects: string[]): FakeOutput => ({
      output: response(queryRows, { origin: 1, rowData: subjects.map((subject) => [subject]) }),
      context: { request: undefined, columns },
    })
    server.onExecute = () => [
      { outputs: [page('a', 'b')] },
      { outputs: [page('c')] },
      { outputs: [page('d', 'e')] },
    ]
    const { body } = await session.call(
      queryRows,
      handle,
      { queryRowsFlags: 0, forwardRead: true, rowCount: 100 },
      { columns },
    )
    expect(body.rowData.flat()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('that ask to hold back are heeded, and the ROPs sent again then', async () => {
    let isRested = false
    const backoff: RopOutput = {
      kind: 'backoff',
      logonId: 0,
      duration: 20,
      backoffRops: [],
      additionalData: new Uint8Array(0),
    }
    const start = performance.now()
    server.onExecute = (input, number) => {
      if (number === 1) return [{ outputs: [{ output: backoff }] }]
      isRested = performance.now() - start >= 19
      return [{ outputs: states(input, 5) }]
    }
    await open()
    const { body } = await session.call(getStoreState, undefined, {})
    expect(body.storeState).toBe(5)
    expect(isRested).toBe(true)
  })

  it('may tell for a while that they are being made', async () => {
    server.pending = 5
    server.onExecute = (input) => [{ outputs: states(input, 1) }]
    await open()
    expect((await session.call(getStoreState, undefined, {})).body.storeState).toBe(1)
  })

  it('that break off leave open what was done', async () => {
    await open()
    const handle = await anyObject()
    server.onExecute = () =>
      new Response(pieces([processingPiece()]), { headers: { [HeaderName.ResponseCode]: '0' } })
    const call = session.call(deleteMessages, handle, {
      wantAsynchronous: false,
      notifyNonRead: false,
      messageIds: [1n],
    })
    await expect(call).rejects.toSatisfy(isOutcomeUnknown)
  })

  it('that do not come in time count as lost', async () => {
    let isHanging = false
    await open({
      idleTimeout: 30,
      reconnectTime: 1,
      fetch: (input, init) =>
        isHanging
          ? new Promise((_, reject) =>
              init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason)),
            )
          : server.fetch(input, init),
    })
    const handle = await anyObject()
    isHanging = true
    const call = session.call(deleteMessages, handle, {
      wantAsynchronous: false,
      notifyNonRead: false,
      messageIds: [1n],
    })
    await expect(call).rejects.toThrow(/no sign of life for 30 ms/)
    isHanging = false
  })

  it('of something that is no MAPI/HTTP server are recognized', async () => {
    server.onExecute = () => new Response('<html>Welcome</html>', { status: 200 })
    await open()
    await expect(session.call(getStoreState, undefined, {})).rejects.toThrow(/no MAPI\/HTTP endpoint/)
    server.onExecute = () =>
      new Response('', { status: 302, headers: { Location: 'https://other.example.com/' } })
    await expect(session.call(getStoreState, undefined, {})).rejects.toThrow(
      /sends requests elsewhere, to https:\/\/other\.example\.com\//,
    )
  })
})

describe('operations that take long', () => {
  it('tell how far they are', async () => {
    await open()
    const handle = await anyObject()
    const told: Progress[] = []
    let step = 0
    server.onExecute = (input) => {
      const [{ rop, fields }] = input.requests as unknown as readonly [
        { readonly rop: RopDefinition; readonly fields: { readonly wantAsynchronous?: boolean } },
      ]
      expect(rop === progress || fields.wantAsynchronous === true).toBe(true)
      step++
      return [
        {
          outputs: [
            {
              output:
                step < 3
                  ? response(progress, { logonId: 0, completedTaskCount: step, totalTaskCount: 3 })
                  : response(emptyFolder, { partialCompletion: false }),
            },
          ],
        },
      ]
    }
    const { body } = await session.call(
      emptyFolder,
      handle,
      { wantAsynchronous: false, wantDeleteAssociated: false },
      { onProgress: (progress) => told.push(progress) },
    )
    expect(body).toEqual({ partialCompletion: false })
    expect(told).toEqual([
      { completed: 1, total: 3 },
      { completed: 2, total: 3 },
    ])
  })
})

describe('objects that are given back', () => {
  it('go along with the next request', async () => {
    await open()
    const first = await anyObject()
    const second = await anyObject()
    server.onExecute = (input) => [
      {
        outputs: input.requests.flatMap(({ rop }) =>
          rop === release ? [] : states({ ...input, requests: [input.requests[0]!] }, 4),
        ),
      },
    ]
    const before = server.inputs.length
    await session.release(first)
    await session.release(second)
    expect((await session.call(getStoreState, undefined, {})).body.storeState).toBe(4)
    expect(server.inputs.slice(before).map(({ requests }) => requests.map(({ rop }) => rop.name))).toEqual([
      ['RopRelease', 'RopRelease', 'RopGetStoreState'],
    ])
    await expect(session.call(getStoreState, first, {})).rejects.toMatchObject({
      code: ErrorCode.InvalidObject,
    })
  })

  it('go by themselves if no request follows', async () => {
    await open()
    const handle = await anyObject()
    const before = server.inputs.length
    server.onExecute = () => [{ outputs: [] }]
    await session.release(handle)
    await expect.poll(() => server.inputs.length).toBe(before + 1)
  })
})

describe('a session context', () => {
  it('MS-OXCMAPIHTTP_R1160 is kept alive while nothing is asked of it', async () => {
    server.headers = { [HeaderName.ExpirationInfo]: '900' }
    server.cookies = () => ['Context=1']
    await open()
    await expect.poll(() => server.seen.some(({ type }) => type === 'PING'), { timeout: 20_000 }).toBe(true)
    expect(server.seen.find(({ type }) => type === 'PING')?.cookie).toBe('Context=1')
  })

  it('has one request under way beside the wait for notifications', async () => {
    let under = 0
    let most = 0
    await open({
      fetch: async (input, init) => {
        const type = new Headers(init?.headers).get(HeaderName.RequestType)
        if (type === 'Execute') most = Math.max(most, ++under)
        await new Promise((resolve) => setTimeout(resolve, 2))
        const answer = await server.fetch(input, init)
        if (type === 'Execute') under--
        return answer
      },
    })
    const handle = await anyObject()
    let waits = 0
    server.onWait = async (signal) => {
      if (waits++ < 20) return true
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    server.onExecute = (input) => [
      {
        outputs: input.requests.map(({ rop }) => ({
          output: rop === getStoreState ? response(rop, { storeState: 0 }) : response(rop, {}),
        })),
        handles: input.handles.map((value) => (value === 0xffffffff ? 9 : value)),
      },
    ]
    const { handle: subscription } = await session.call(
      registerNotification,
      handle,
      { notificationTypes: 2, wantWholeStore: true },
      { output: true },
    )
    session.listen(subscription, () => {})
    for (let i = 0; i < 30; i++) await session.call(getStoreState, undefined, {})
    await expect.poll(() => waits).toBeGreaterThan(20)
    expect(most).toBe(1)
  })
})
