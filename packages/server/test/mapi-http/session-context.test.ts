import { connect as connectSocket } from 'node:net'
import { encodeWith } from '@bourse/mapi/bytes'
import { executeRequest } from '@bourse/wire/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dnOf, type FakeServer, startFakeServer } from '../support/fake-server.ts'
import type { MapiClient } from '../support/mapi-client.ts'

const NOTHING = new Uint8Array(0)
const ROPS = new Uint8Array(16)

function copyOf(client: MapiClient): Map<string, string> {
  return new Map(client.cookies)
}

function cookie(cookies: ReadonlyMap<string, string>): Record<string, string> {
  return { Cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ') }
}

describe('Session Contexts', () => {
  let server: FakeServer

  beforeEach(async () => {
    server = await startFakeServer()
  })

  afterEach(() => server[Symbol.asyncDispose]())

  it('MS-OXCMAPIHTTP_R68 MS-OXCMAPIHTTP_R181 MS-OXCMAPIHTTP_R1147 MS-OXCMAPIHTTP_R1218 MS-OXCMAPIHTTP_R1219 MS-OXCMAPIHTTP_R1221 MS-OXCMAPIHTTP_R2224 are made by Connect, which gives the cookies that stand for them', async () => {
    const client = server.client()
    const { raw, body } = await client.connect(dnOf('alice'))
    expect(body).toMatchObject({ kind: 'success', errorCode: 0 })
    const cookies = raw.headers['set-cookie']!
    expect(cookies.map((text) => text.split('=')[0])).toEqual(['MapiContext', 'MapiSequence'])
    for (const text of cookies) expect(text).toMatch(/^\w+=[\w-]+; path=\/mapi\/emsmdb; HttpOnly$/)
    expect((await client.execute(ROPS)).code).toBe(0)
    expect(server.host.last.executed.length).toBe(1)
  })

  it('MS-OXCMAPIHTTP_R324 MS-OXCMAPIHTTP_R1441 MS-OXCMAPIHTTP_R1446 are made by Bind', async () => {
    const client = server.nspiClient()
    const { code, raw, inner } = await client.send('Bind', new Uint8Array(9))
    expect(code).toBe(0)
    expect(raw.headers['set-cookie']).toHaveLength(2)
    expect(inner!.body.length).toBe(4 + 4 + 16 + 4)
    expect((await client.send('CompareMIds', new Uint8Array(17))).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1236 MS-OXCMAPIHTTP_R1255 MS-OXCMAPIHTTP_R1261 are named by the cookies of every response', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const context = client.cookies.get('MapiContext')
    server.host.last.notify()
    const responses = [
      await client.execute(ROPS),
      await client.ping(),
      await client.wait(),
      await client.send('Nonsense', NOTHING),
      await client.send('Execute', new Uint8Array(3)),
      await client.disconnect(),
    ]
    expect(responses.map(({ code }) => code)).toEqual([0, 0, 0, 5, 12, 0])
    for (const { raw } of responses) {
      expect(raw.headers['set-cookie']![0]).toContain(`MapiContext=${context}; `)
      expect(raw.headers['set-cookie']![1]).toContain('MapiSequence=')
    }
  })

  it('MS-OXCMAPIHTTP_R226 MS-OXCMAPIHTTP_R1223 need the sequence cookie of the response before', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const seen = new Set([client.cookies.get('MapiSequence')])
    for (let i = 0; i < 5; i++) {
      expect((await client.execute(ROPS)).code).toBe(0)
      seen.add(client.cookies.get('MapiSequence'))
    }
    expect(seen.size).toBe(6)
  })

  it('MS-OXCMAPIHTTP_R149 cannot be used without their cookies', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const all = copyOf(client)
    for (const headers of [{ Cookie: '' }, cookie(new Map([['other', 'x']])), { Cookie: 'MapiContext' }]) {
      expect((await client.execute(ROPS, { headers })).code).toBe(13)
    }
    expect((await client.wait({ headers: { Cookie: '' } })).code).toBe(13)
    expect((await client.disconnect({ headers: { Cookie: '' } })).code).toBe(13)
    all.delete('MapiSequence')
    expect((await client.execute(ROPS, { headers: cookie(all) })).code).toBe(13)
  })

  it('MS-OXCMAPIHTTP_R142 cannot be used with a cookie that is none', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const bad = ['Invalid cookie', '', 'x', 'MAPI', `MAPI${'!'.repeat(43)}`, 'x'.repeat(3000)]
    for (const value of bad) {
      const headers = cookie(new Map([...client.cookies].map(([name]) => [name, value])))
      expect((await client.execute(ROPS, { headers, keepCookies: false })).code).toBe(6)
    }
    expect((await client.execute(ROPS)).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R146 that are not there cannot be used', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const unknown = new Map(client.cookies).set('MapiContext', `MAPI${'A'.repeat(43)}`)
    for (const type of ['Execute', 'Disconnect', 'NotificationWait', 'PING']) {
      const body =
        type === 'Execute' ? encodeExecute() : type === 'NotificationWait' ? new Uint8Array(8) : NOTHING
      expect((await client.send(type, body, { headers: cookie(unknown), keepCookies: false })).code).toBe(10)
    }
  })

  it('MS-OXCMAPIHTTP_R1225 MS-OXCMAPIHTTP_R1224 belong to who made them; nobody else can use them, administrators neither', async () => {
    const alice = server.client('alice')
    await alice.connect(dnOf('alice'))
    for (const user of ['bob', 'admin']) {
      const other = server.client(user)
      other.cookies = copyOf(alice)
      expect((await other.execute(ROPS)).code).toBe(10)
      expect((await other.wait()).code).toBe(10)
      expect((await other.disconnect()).code).toBe(10)
      expect((await other.ping()).raw.headers['set-cookie']).toBeUndefined()
    }
    expect((await alice.execute(ROPS)).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1225 survive that somebody else connects with their cookies', async () => {
    const alice = server.client('alice')
    await alice.connect(dnOf('alice'))
    const bob = server.client('bob')
    bob.cookies = copyOf(alice)
    expect((await bob.connect(dnOf('bob'))).code).toBe(0)
    expect(server.contexts.size).toBe(2)
    expect((await alice.execute(ROPS)).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R151 MS-OXCMAPIHTTP_R1227 MS-OXCMAPIHTTP_R1228 work on one request at a time; another one meanwhile is out of sequence', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const cookies = cookie(copyOf(client))
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
    server.host.last.onExecute = async ({ ropBuffer }) => {
      await finished
      return { errorCode: 0, ropBuffer }
    }
    const first = client.execute(ROPS, { headers: cookies })
    await expect.poll(() => server.host.last.executed.length).toBe(1)
    expect((await client.execute(ROPS, { headers: cookies, keepCookies: false })).code).toBe(15)
    expect((await client.disconnect({ headers: cookies, keepCookies: false })).code).toBe(15)
    // The sequence cookie that the running request will bring does not help either.
    const [context] = server.host.sessions
    expect(context!.executed.length).toBe(1)
    finish()
    expect((await first).code).toBe(0)
    expect((await client.execute(ROPS)).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1228 take exactly one of several requests that come at the same moment', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const cookies = cookie(copyOf(client))
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => client.execute(ROPS, { headers: cookies, keepCookies: false })),
    )
    const codes = responses.map(({ code }) => code).sort((a, b) => a - b)
    expect(codes).toEqual([0, 15, 15, 15, 15, 15, 15, 15])
  })

  it('MS-OXCMAPIHTTP_R1228 refuse a request that comes a second time', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const cookies = cookie(copyOf(client))
    expect((await client.execute(ROPS, { headers: cookies })).code).toBe(0)
    const again = await client.execute(ROPS, { headers: cookies })
    expect(again.code).toBe(15)
    // The cookies of that answer are those to go on with.
    expect((await client.execute(ROPS)).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1254 MS-OXCMAPIHTTP_R304 MS-OXCMAPIHTTP_R353 MS-OXCMAPIHTTP_R1250 MS-OXCMAPIHTTP_R1253 MS-OXCMAPIHTTP_R2233 MS-OXCMAPIHTTP_R2234 MS-OXCMAPIHTTP_R2236 MS-OXCMAPIHTTP_R1438 end with Disconnect and Unbind, and then cannot be used', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const session = server.host.last
    const { code, body } = await client.disconnect()
    expect(code).toBe(0)
    expect(body).toMatchObject({ kind: 'success', errorCode: 0 })
    expect(session.isClosed).toBe(true)
    expect(server.contexts.size).toBe(0)
    expect((await client.execute(ROPS)).code).toBe(10)

    const nspi = server.nspiClient()
    await nspi.send('Bind', new Uint8Array(9))
    const unbind = await nspi.send('Unbind', new Uint8Array(8))
    expect(unbind.code).toBe(0)
    expect([...unbind.inner!.body]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(server.nspiSessions[0]!.isClosed).toBe(true)
    expect((await nspi.send('Unbind', new Uint8Array(8))).code).toBe(10)
  })

  it('MS-OXCMAPIHTTP_R304 end with a Disconnect that has no body either', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    expect((await client.send('Disconnect', NOTHING)).code).toBe(0)
    expect(server.contexts.size).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1195 MS-OXCMAPIHTTP_R1277 MS-OXCMAPIHTTP_R1278 MS-OXCMAPIHTTP_R1280 are replaced when a client connects with their cookies', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const first = server.host.last
    const firstCookie = client.cookies.get('MapiContext')
    await client.connect(dnOf('alice'))
    expect(first.isClosed).toBe(true)
    expect(client.cookies.get('MapiContext')).not.toBe(firstCookie)
    expect(server.contexts.size).toBe(1)
    expect((await client.execute(ROPS)).code).toBe(0)
    const old = new Map(client.cookies).set('MapiContext', firstCookie!)
    expect((await client.execute(ROPS, { headers: cookie(old) })).code).toBe(10)
  })

  it('MS-OXCMAPIHTTP_R1279 MS-OXCMAPIHTTP_R1329 are replaced with any sequence cookie or none', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    for (const sequence of [undefined, 'Invalid cookie', 'x-1']) {
      const cookies = copyOf(client)
      if (sequence === undefined) cookies.delete('MapiSequence')
      else cookies.set('MapiSequence', sequence)
      expect((await client.connect(dnOf('alice'), { headers: cookie(cookies) })).code).toBe(0)
      expect(server.contexts.size).toBe(1)
    }
  })

  it('MS-OXCMAPIHTTP_R1278 are made anew when a client connects with cookies that are of no use any more', async () => {
    const client = server.client()
    client.cookies = new Map([
      ['MapiContext', `MAPI${'A'.repeat(43)}`],
      ['MapiSequence', 'x-1'],
    ])
    expect((await client.connect(dnOf('alice'))).code).toBe(0)
    client.cookies = new Map([['MapiContext', 'nonsense']])
    expect((await client.connect(dnOf('alice'))).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1141 MS-OXCMAPIHTTP_R1217 MS-OXCMAPIHTTP_R1283 MS-OXCMAPIHTTP_R1284 MS-OXCMAPIHTTP_R1285 expire when no request comes for as long as X-ExpirationInfo says', async () => {
    await using impatient = await startFakeServer('sessions: { idleTimeout: 1s }')
    const client = impatient.client()
    const { raw } = await client.connect(dnOf('alice'))
    const session = impatient.host.last
    const expiration = Number(raw.headers['x-expirationinfo'])
    expect(expiration).toBe(1000)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect((await client.execute(ROPS)).code).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect((await client.execute(ROPS)).code).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, expiration))
    expect((await client.execute(ROPS)).code).toBe(10)
    expect(session.isClosed).toBe(true)
    expect(impatient.contexts.size).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1285 expire even if nobody asks for them', async () => {
    await using impatient = await startFakeServer('sessions: { idleTimeout: 1s }')
    await impatient.client().connect(dnOf('alice'))
    await expect.poll(() => impatient.contexts.size, { timeout: 5000 }).toBe(0)
    expect(impatient.host.last.isClosed).toBe(true)
  })

  it('MS-OXCMAPIHTTP_R1141 MS-OXCMAPIHTTP_R1260 do not expire while a request is being worked on or waits for notifications', async () => {
    await using impatient = await startFakeServer('sessions: { idleTimeout: 1s }')
    const client = impatient.client()
    await client.connect(dnOf('alice'))
    const waiting = client.wait()
    await new Promise((resolve) => setTimeout(resolve, 2500))
    impatient.host.last.notify()
    expect((await waiting).body).toMatchObject({ eventPending: true })
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect((await client.execute(ROPS)).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R90 MS-OXCMAPIHTTP_R1124 MS-OXCMAPIHTTP_R1127 MS-OXCMAPIHTTP_R1128 MS-OXCMAPIHTTP_R1247 MS-OXCMAPIHTTP_R1248 MS-OXCMAPIHTTP_R1249 MS-OXCMAPIHTTP_R1460 are kept alive by PING, of which nothing but meta-tags and headers comes back', async () => {
    await using impatient = await startFakeServer('sessions: { idleTimeout: 1s }')
    const client = impatient.client()
    await client.connect(dnOf('alice'))
    const nspi = impatient.nspiClient()
    await nspi.send('Bind', new Uint8Array(9))
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 600))
      for (const each of [client, nspi]) {
        const { code, inner, raw } = await each.ping()
        expect(code).toBe(0)
        expect(inner!.metaTags).toEqual(['PROCESSING'])
        expect(inner!.body.length).toBe(0)
        expect(raw.headers['x-expirationinfo']).toBe('1000')
      }
    }
    // The cookies of before are those to go on with.
    expect((await client.execute(ROPS)).code).toBe(0)
    expect((await nspi.send('CompareMIds', new Uint8Array(17))).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R1124 are not needed to PING', async () => {
    const { code, inner } = await server.client().ping()
    expect(code).toBe(0)
    expect(inner!.body.length).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R113 MS-OXCMAPIHTTP_R114 are not needed to ask for URLs, and are kept as they are by that', async () => {
    const stranger = server.nspiClient()
    const body = new Uint8Array([0, 0, 0, 0, 0x2f, 0, 0, 0, 0, 0, 0, 0])
    for (const type of ['GetMailboxUrl', 'GetAddressBookUrl']) {
      const { code, inner } = await stranger.send(type, body)
      expect(code).toBe(0)
      expect(Buffer.from(inner!.body).toString('utf16le')).toContain('https://')
    }
    const client = server.nspiClient()
    await client.send('Bind', new Uint8Array(9))
    await client.send('GetMailboxUrl', body, { keepCookies: false })
    expect((await client.send('CompareMIds', new Uint8Array(17))).code).toBe(0)
  })

  it('are lost with the place where they live, and the client learns that it has to connect again', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    server.host.last.onExecute = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      server.host.last.lose()
      throw new Error('the worker died')
    }
    expect((await client.execute(ROPS)).finalCode).toBe(10)
    expect((await client.execute(ROPS)).code).toBe(10)
    expect((await client.connect(dnOf('alice'))).code).toBe(0)
  })

  it('of one user are limited in number: those that nobody uses give way, else there are no more', async () => {
    await using small = await startFakeServer('sessions: { perUser: 2, total: 3 }')
    const clients = [small.client(), small.client(), small.client()]
    expect((await clients[0]!.connect(dnOf('alice'))).body).toMatchObject({ errorCode: 0 })
    expect((await clients[1]!.connect(dnOf('alice'))).body).toMatchObject({ errorCode: 0 })
    const refused = await clients[2]!.connect(dnOf('alice'))
    expect(refused.body).toMatchObject({ kind: 'success', errorCode: 0x80040112 })
    expect(refused.raw.headers['set-cookie']).toBeUndefined()
    expect((await small.client('bob').connect(dnOf('bob'))).body).toMatchObject({ errorCode: 0 })
    expect((await small.client('admin').connect(dnOf('admin'))).body).toMatchObject({ errorCode: 0x80040112 })
    await clients[0]!.disconnect()
    expect((await clients[2]!.connect(dnOf('alice'))).body).toMatchObject({ errorCode: 0 })
  })

  it('go on when a client closes its connection in the middle of a request', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
    server.host.last.onExecute = async ({ ropBuffer }) => {
      await finished
      return { errorCode: 0, ropBuffer }
    }
    const controller = new AbortController()
    const first = client.execute(ROPS, { signal: controller.signal }).catch(() => 'aborted')
    await expect.poll(() => server.host.last.executed.length).toBe(1)
    controller.abort()
    expect(await first).toBe('aborted')
    finish()
    // The sequence is lost to this client, the session is not: it can connect in its place.
    await expect.poll(async () => (await client.execute(ROPS, { keepCookies: false })).code).toBe(15)
    expect((await client.connect(dnOf('alice'))).code).toBe(0)
  })

  it('are not touched by a request whose body never comes to its end', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const { hostname, port } = new URL(server.url)
    const socket = connectSocket(Number(port), hostname)
    const headers = { ...client.headers('Execute'), Host: 'localhost', 'Content-Length': '100' }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`POST /mapi/emsmdb/ HTTP/1.1\r\n${lines.join('')}\r\n1234`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    expect((await client.execute(ROPS)).code).toBe(0)
  })

  it('are found by cookies in several headers, in any order, among others', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const [context, sequence] = ['MapiContext', 'MapiSequence'].map(
      (name) => `${name}=${client.cookies.get(name)}`,
    ) as [string, string]
    const response = await client.execute(ROPS, {
      headers: { Cookie: [`a=b; ${sequence}`, `x`, `${context};theme=dark`] as unknown as string },
    })
    expect(response.code).toBe(0)
  })

  it('can be told apart by the path that a browser reaches them at', async () => {
    const client = server.client()
    const { raw } = await client.connect(dnOf('alice'))
    expect(raw.headers['set-cookie']![0]).toContain('path=/mapi/emsmdb;')
    const other = server.client()
    Object.assign(other, { url: `${server.url}/MAPI/emsmdb/s1/?MailboxId=x` })
    expect((await other.connect(dnOf('alice'))).raw.headers['set-cookie']![0]).toContain(
      'path=/MAPI/emsmdb/s1;',
    )
  })
})

function encodeExecute(): Uint8Array {
  return encodeWith(executeRequest, { flags: 0, ropBuffer: ROPS, maxRopOut: 4096, auxiliaryBuffer: NOTHING })
}
