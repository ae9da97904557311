import { parseHttpDate } from '@bourse/wire/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dnOf, type FakeServer, startFakeServer } from '../support/fake-server.ts'
import { sendRequest } from '../support/http-client.ts'
import { readMapiResponse } from '../support/mapi-client.ts'

const NOTHING = new Uint8Array(0)

describe('responses', () => {
  let server: FakeServer

  beforeEach(async () => {
    server = await startFakeServer()
  })

  afterEach(() => server[Symbol.asyncDispose]())

  it('MS-OXCMAPIHTTP_R41 MS-OXCMAPIHTTP_R42 MS-OXCMAPIHTTP_R43 MS-OXCMAPIHTTP_R44 MS-OXCMAPIHTTP_R48 MS-OXCMAPIHTTP_R456 MS-OXCMAPIHTTP_R1300 MS-OXCMAPIHTTP_R1301 MS-OXCMAPIHTTP_R2037 have the status line and the headers of the common format, chunked', async () => {
    const { raw, code } = await server.client().connect(dnOf('alice'))
    expect(raw.httpVersion).toBe('1.1')
    expect(raw.status).toBe(200)
    expect(code).toBe(0)
    expect(raw.headers['content-type']).toBe('application/mapi-http')
    expect(raw.headers['x-requesttype']).toBe('Connect')
    expect(raw.headers['x-requestid']).toMatch(/^\{[0-9a-f-]{36}\}:1$/)
    expect(raw.headers['transfer-encoding']).toBe('chunked')
  })

  it('MS-OXCMAPIHTTP_R62 MS-OXCMAPIHTTP_R76 MS-OXCMAPIHTTP_R1229 MS-OXCMAPIHTTP_R1232 to all request types are chunked and have no Content-Length', async () => {
    const client = server.client()
    const waiting = async () => {
      server.host.last.notify()
      return client.wait()
    }
    const responses = [
      await client.connect(dnOf('alice')),
      await client.execute(new Uint8Array(16)),
      await client.ping(),
      await waiting(),
      await client.disconnect(),
    ]
    for (const { raw, code } of responses) {
      expect(code).toBe(0)
      expect(raw.headers['transfer-encoding']).toBe('chunked')
      expect(raw.headers['content-length']).toBeUndefined()
    }
  })

  it('MS-OXCMAPIHTTP_R164 MS-OXCMAPIHTTP_R165 MS-OXCMAPIHTTP_R167 tell the version of the server and when the session expires, failures too', async () => {
    const client = server.client()
    const success = await client.connect(dnOf('alice'))
    const failure = await client.send('Nonsense', NOTHING)
    expect([success.code, failure.code]).toEqual([0, 5])
    for (const { raw } of [success, failure]) {
      expect(raw.headers['x-serverapplication']).toMatch(/^Exchange\/15\.\d\d\.\d{4}\.\d{3}$/)
      expect(raw.headers['x-expirationinfo']).toBe('900000')
    }
  })

  it('MS-OXCMAPIHTTP_R157 MS-OXCMAPIHTTP_R158002 MS-OXCMAPIHTTP_R1182 MS-OXCMAPIHTTP_R1242 MS-OXCMAPIHTTP_R158 tell how often the client is to expect PENDING: 30 seconds unless set otherwise', async () => {
    const { raw } = await server.client().connect(dnOf('alice'))
    expect(raw.headers['x-pendingperiod']).toBe('30000')
    await using other = await startFakeServer('sessions: { keepAlive: 2s, pendingPeriod: 5s }')
    expect((await other.client().connect(dnOf('alice'))).raw.headers['x-pendingperiod']).toBe('5000')
  })

  it('come whole, whatever their size', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    for (const size of [8, 3000, 4090, 5000, 60_000]) {
      const sent = Uint8Array.from({ length: size }, (_, i) => i & 0xff)
      server.host.last.onExecute = async () => ({ errorCode: 0, ropBuffer: sent })
      const { body, raw } = await client.execute(new Uint8Array(16))
      expect(raw.headers['transfer-encoding']).toBe('chunked')
      expect(body).toMatchObject({ kind: 'success' })
      expect(Buffer.compare((body as { readonly ropBuffer: Uint8Array }).ropBuffer, sent)).toBe(0)
    }
  })

  it('MS-OXCMAPIHTTP_R155 MS-OXCMAPIHTTP_R156 MS-OXCMAPIHTTP_R1146 MS-OXCMAPIHTTP_R2040 send X-RequestId and X-ClientInfo back as they came', async () => {
    const client = server.client()
    const values = {
      'X-RequestId': '{16AC2587-EED8-48EB-8A7B-D48558B68BD7}:1',
      'X-ClientInfo': '{A7A47AAD-233C-412B-9D10-DDE9108FEBD7}-5',
    }
    const responses = [
      await client.connect(dnOf('alice'), { headers: values }),
      await client.execute(new Uint8Array(16), { headers: values }),
      await client.send('Nonsense', NOTHING, { headers: values }),
    ]
    for (const { raw } of responses) {
      expect(raw.headers['x-requestid']).toBe(values['X-RequestId'])
      expect(raw.headers['x-clientinfo']).toBe(values['X-ClientInfo'])
    }
  })

  it('MS-OXCMAPIHTTP_R1330 MS-OXCMAPIHTTP_R1432 MS-OXCMAPIHTTP_R1464 keep the request IDs of several sessions and requests apart', async () => {
    const first = server.client()
    const second = server.client()
    const ids: string[] = []
    for (const client of [first, second]) {
      ids.push(String((await client.connect(dnOf('alice'))).raw.headers['x-requestid']))
      ids.push(String((await client.execute(new Uint8Array(16))).raw.headers['x-requestid']))
    }
    expect(ids).toEqual([first, first, second, second].map(({ guid }, i) => `{${guid}}:${1 + (i % 2)}`))
    expect(first.guid).not.toBe(second.guid)
  })

  it('MS-OXCMAPIHTTP_R168 MS-OXCMAPIHTTP_R169 MS-OXCMAPIHTTP_R170 MS-OXCMAPIHTTP_R171 MS-OXCMAPIHTTP_R2228 MS-OXCMAPIHTTP_R2231 tell after DONE when the request began and how long it took, then a blank line and the body', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    server.host.last.onExecute = async ({ ropBuffer }) => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return { errorCode: 0, ropBuffer }
    }
    const before = Math.floor(Date.now() / 1000) * 1000
    const { inner, raw } = await client.execute(new Uint8Array(16))
    const headers = new Map(inner!.headers)
    expect([...headers.keys()]).toEqual(['X-ElapsedTime', 'X-StartTime'])
    expect(headers.get('X-ElapsedTime')).toMatch(/^\d+$/)
    expect(Number(headers.get('X-ElapsedTime'))).toBeGreaterThanOrEqual(59)
    const startTime = parseHttpDate(headers.get('X-StartTime')!)!
    expect(startTime).toBeGreaterThanOrEqual(before)
    expect(startTime).toBeLessThanOrEqual(Date.now())
    expect(raw.headers['x-elapsedtime']).toBeUndefined()
    expect(raw.body.toString('latin1')).toMatch(/^PROCESSING\r\nDONE\r\n(?:[\w-]+: [^\r\n]+\r\n)+\r\n/)
  })

  it('MS-OXCMAPIHTTP_R1130 MS-OXCMAPIHTTP_R1131 MS-OXCMAPIHTTP_R1134 MS-OXCMAPIHTTP_R1136 MS-OXCMAPIHTTP_R1238 MS-OXCMAPIHTTP_R1244 MS-OXCMAPIHTTP_R1431 MS-OXCMAPIHTTP_R1461 begin with PROCESSING and end with DONE, headers and the body', async () => {
    const { inner, raw } = await server.client().connect(dnOf('alice'))
    expect(raw.body.toString('latin1').startsWith('PROCESSING\r\n')).toBe(true)
    expect(inner!.metaTags).toEqual(['PROCESSING'])
    expect(inner!.headers.length).toBe(2)
    expect(inner!.body.length).toBeGreaterThan(20)
  })

  it('MS-OXCMAPIHTTP_R1173 MS-OXCMAPIHTTP_R1174 MS-OXCMAPIHTTP_R1230 MS-OXCMAPIHTTP_R1237 MS-OXCMAPIHTTP_R2226 MS-OXCMAPIHTTP_R2227 MS-OXCMAPIHTTP_R1186 MS-OXCMAPIHTTP_R1233 of a slow request begin at once, while it is being worked on', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
    server.host.last.onExecute = async ({ ropBuffer }) => {
      await finished
      return { errorCode: 0, ropBuffer }
    }
    let headAt: number | undefined
    const start = performance.now()
    const running = client.execute(new Uint8Array(16), {
      onHead: (response) => {
        headAt = performance.now() - start
        expect(response.headers['x-responsecode']).toBe('0')
        expect(response.headers['transfer-encoding']).toBe('chunked')
        response.once('data', (bytes) => {
          expect(bytes.toString()).toBe('PROCESSING\r\n')
          finish()
        })
      },
    })
    const { inner } = await running
    expect(headAt).toBeLessThan(1000)
    expect(inner!.metaTags).toEqual(['PROCESSING'])
  })

  it('MS-OXCMAPIHTTP_R1135 MS-OXCMAPIHTTP_R1178 MS-OXCMAPIHTTP_R1185 MS-OXCMAPIHTTP_R1189 MS-OXCMAPIHTTP_R1239 MS-OXCMAPIHTTP_R1241 MS-OXCMAPIHTTP_R1213 MS-OXCMAPIHTTP_R1234 MS-OXCMAPIHTTP_R1240 of a request that takes long tell again and again that it is worked on', async () => {
    await using fast = await startFakeServer('sessions: { keepAlive: 100ms, pendingPeriod: 200ms }')
    const client = fast.client()
    await client.connect(dnOf('alice'))
    fast.host.last.onExecute = async ({ ropBuffer }) => {
      await new Promise((resolve) => setTimeout(resolve, 450))
      return { errorCode: 0, ropBuffer }
    }
    const { inner, raw, body } = await client.execute(Uint8Array.from({ length: 16 }, (_, i) => i))
    const [first, ...others] = inner!.metaTags
    expect(first).toBe('PROCESSING')
    expect(others.length).toBeGreaterThanOrEqual(3)
    expect(new Set(others)).toEqual(new Set(['PENDING']))
    expect(raw.pieces.length).toBeGreaterThanOrEqual(5)
    expect(body).toMatchObject({ kind: 'success', errorCode: 0, ropBuffer: { length: 16 } })
  })

  it('MS-OXCMAPIHTTP_R47 MS-OXCMAPIHTTP_R49 MS-OXCMAPIHTTP_R53 MS-OXCMAPIHTTP_R54 MS-OXCMAPIHTTP_R56 MS-OXCMAPIHTTP_R132 MS-OXCMAPIHTTP_R460 MS-OXCMAPIHTTP_R1459 MS-OXCMAPIHTTP_R2038 MS-OXCMAPIHTTP_R61 MS-OXCMAPIHTTP_R66 of failed requests are 200 OK with a code, a length and a page that says more', async () => {
    const { raw, code } = await server.client().execute(new Uint8Array(16))
    expect(raw.status).toBe(200)
    expect(code).toBe(13)
    expect(raw.headers['x-responsecode']).toBe('13')
    expect(raw.headers['content-type']).toBe('text/html')
    expect(Number(raw.headers['content-length'])).toBe(raw.body.length)
    expect(raw.body.toString()).toContain('<title>Missing Cookie</title>')
  })

  it('MS-OXCMAPIHTTP_R55 MS-OXCMAPIHTTP_R133 MS-OXCMAPIHTTP_R136 with X-ResponseCode 0 have the body of the request type', async () => {
    const { code, body } = await server.client().connect(dnOf('alice'))
    expect(code).toBe(0)
    expect(body.kind).toBe('success')
  })

  it('MS-OXCMAPIHTTP_R2229 MS-OXCMAPIHTTP_R2230 MS-OXCMAPIHTTP_R2232 of requests that fail after they were accepted have the code, and the type of the page, after DONE', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    server.host.last.onExecute = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      throw new Error('as a test wants it')
    }
    const { code, finalCode, inner, raw } = await client.execute(new Uint8Array(16))
    expect([code, finalCode]).toEqual([0, 1])
    expect(raw.headers['x-responsecode']).toBe('0')
    const headers = new Map(inner!.headers)
    expect(headers.get('Content-Type')).toBe('text/html')
    expect(headers.has('X-ElapsedTime') && headers.has('X-StartTime')).toBe(true)
    expect(Buffer.from(inner!.body).toString()).toContain('Unknown Failure')
  })

  it('MS-OXCMAPIHTTP_R153 that cannot be written are Invalid Response', async () => {
    const client = server.nspiClient()
    const bind = Uint8Array.from({ length: 9 }, () => 0)
    expect((await client.send('Bind', bind)).code).toBe(0)
    const session = server.nspiSessions[0]!
    const body = session.answer({ name: 'GetMailboxUrl' } as never)
    session.answer = () => ({ ...body, serverUrl: 'a string that ends\0 too early' }) as never
    const { finalCode } = await client.send('GetMailboxUrl', new Uint8Array(10))
    expect(finalCode).toBe(17)
  })

  it('MS-OXCMAPIHTTP_R2050 MS-OXCMAPIHTTP_R2239 know nothing of X-DeviceInfo', async () => {
    const client = server.client()
    const { raw, code } = await client.connect(dnOf('alice'), {
      headers: { 'X-DeviceInfo': 'proxy'.repeat(12) },
    })
    expect(code).toBe(0)
    expect(raw.headers['x-deviceinfo']).toBeUndefined()
  })

  it('MS-OXCMAPIHTTP_R35 MS-OXCMAPIHTTP_R36 MS-OXCMAPIHTTP_R50 MS-OXCMAPIHTTP_R1331 are 401 for who has not said who they are', async () => {
    const client = server.client()
    const { raw } = await client.connect(dnOf('alice'), { headers: { Authorization: '' } })
    expect(raw.status).toBe(401)
    expect(server.host.sessions).toEqual([])
  })

  it('are not mixed up by header values of their own requests', async () => {
    const client = server.client()
    const { raw, code } = await client.send('Nonsense\x80<b>', NOTHING)
    expect(code).toBe(5)
    expect(raw.headers['x-requesttype']).toBe('Nonsense\x80<b>')
    expect(raw.body.toString()).not.toContain('<b>')
  })

  it('MS-OXCMAPIHTTP_R138 to another method than POST have Invalid Verb', async () => {
    const client = server.client()
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const raw = await sendRequest(client.url, { method, headers: client.headers('PING') })
      expect(raw.status).toBe(200)
      expect(readMapiResponse(raw).code).toBe(2)
    }
  })

  it('MS-OXCMAPIHTTP_R141 MS-OXCMAPIHTTP_R79 MS-OXCMAPIHTTP_R176 to a request type that is not there, or belongs to the other endpoint, have Invalid Request Type', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    for (const type of ['invalidValue', 'Bind', 'QueryRows', 'Execute2', '0']) {
      expect((await client.send(type, NOTHING)).code).toBe(5)
    }
    expect((await server.nspiClient().send('Execute', NOTHING)).code).toBe(5)
    // The session has not suffered.
    expect((await client.execute(new Uint8Array(16))).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R143 without a header that is required have Missing Header', async () => {
    const client = server.client()
    for (const name of ['X-RequestType', 'X-RequestId', 'Content-Type']) {
      const { code, raw } = await client.connect(dnOf('alice'), { headers: { [name]: '' } })
      expect(code).toBe(7)
      expect(raw.status).toBe(200)
    }
    expect(server.host.sessions).toEqual([])
  })

  it('MS-OXCMAPIHTTP_R140 with another Content-Type, or an endless ID, have Invalid Header', async () => {
    const client = server.client()
    const codeWith = async (headers: Record<string, string>) =>
      (await client.connect(dnOf('alice'), { headers })).code
    expect(await codeWith({ 'Content-Type': 'application/json' })).toBe(4)
    expect(await codeWith({ 'X-RequestId': 'x'.repeat(5000) })).toBe(4)
    expect(await codeWith({ 'Content-Type': 'Application/MAPI-HTTP; charset=x' })).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R145 to more than is accepted have Too Large, and the connection goes on', async () => {
    await using small = await startFakeServer('limits: { requestBody: 4 KB }')
    const client = small.client()
    await client.connect(dnOf('alice'))
    const { code, raw } = await client.send('Execute', new Uint8Array(20_000))
    expect(code).toBe(9)
    expect(raw.headers['content-type']).toBe('text/html')
    expect((await client.execute(new Uint8Array(16))).code).toBe(0)
    // Far too much is not even read.
    const huge = await client
      .send('Execute', new Uint8Array(4_000_000))
      .then(({ code }) => code)
      .catch(() => 'the connection was closed')
    expect([9, 'the connection was closed']).toContain(huge)
    expect((await client.execute(new Uint8Array(16))).code).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R148 to a body that cannot be read have Invalid Request Body, and the session goes on', async () => {
    const client = server.client()
    await client.connect(dnOf('alice'))
    const sizes = [0, 1, 4, 7, 8, 11, 15]
    for (const size of sizes) expect((await client.send('Execute', new Uint8Array(size))).code).toBe(12)
    // RopBufferSize says more than there is.
    const short = new Uint8Array(16)
    short[4] = 200
    expect((await client.send('Execute', short)).code).toBe(12)
    // More follows than the fields say.
    expect((await client.send('NotificationWait', new Uint8Array(9))).code).toBe(12)
    expect((await client.send('PING', new Uint8Array(1))).code).toBe(12)
    expect((await client.send('Disconnect', new Uint8Array(3))).code).toBe(12)
    expect((await client.execute(new Uint8Array(16))).code).toBe(0)
  })
})
