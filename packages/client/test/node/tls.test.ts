import { createHash, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { authenticatedFetch, channelBindings, connect, logOn } from '@bourse/client/exchange'
import { httpFetch, ntlmFetch } from '@bourse/client/node'
import { fromHex, toHex } from '@bourse/mapi/bytes'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dnOf, type LiveServer, PASSWORD, startLiveServer } from '../../../server/test/support/live-server.ts'

/** CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2) without AV pairs. */
const CHALLENGE = fromHex(
  `${toHex(new TextEncoder().encode('NTLMSSP\0'))}02000000000000003800000033828ae2${'01'.repeat(8)}${'00'.repeat(8)}0400040038000000${'00'.repeat(8)}00000000`,
)

describe('requests over Node’s sockets', () => {
  let server: Server
  let certificate: string
  const challenged = new WeakSet<Socket>()
  let bindings: string | undefined

  beforeAll(async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    })
    certificate = cert
    server = createServer({ cert, key }, (request, response) => {
      const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
      const message = new Uint8Array(Buffer.from(token, 'base64'))
      request.resume()
      if (scheme !== 'NTLM') {
        response.setHeader('Set-Cookie', ['a=1', 'b=2']).end('hello')
      } else if (message[8] === 1) {
        challenged.add(request.socket)
        response
          .writeHead(401, { 'WWW-Authenticate': `NTLM ${Buffer.from(CHALLENGE).toString('base64')}` })
          .end()
      } else {
        bindings = toHex(channelBindingsIn(message) ?? new Uint8Array(0))
        response.writeHead(challenged.has(request.socket) ? 200 : 401).end('hello')
      }
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  })

  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const url = () => `https://localhost:${(server.address() as AddressInfo).port}/`

  it('trust the certificates that they are told', async () => {
    await expect(httpFetch()(url())).rejects.toMatchObject({ code: expect.stringMatching(/SELF_SIGNED/) })
    const response = await httpFetch({ ca: certificate })(url(), { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('hello')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('bind NTLM to the channel', async () => {
    const send = ntlmFetch({ user: 'Domain\\User', password: 'Password', ca: certificate })
    expect((await send(url(), { method: 'POST', body: 'x' })).status).toBe(200)
    const { raw } = new X509Certificate(certificate)
    expect(bindings).toBe(toHex(channelBindings(createHash('sha256').update(raw).digest())))
  })
})

/** MsvAvChannelBindings of an AUTHENTICATE_MESSAGE. */
function channelBindingsIn(message: Uint8Array): Uint8Array | undefined {
  const view = new DataView(message.buffer, message.byteOffset, message.length)
  // The NT response: proof, and before the AV pairs 28 bytes more.
  for (let at = view.getUint32(24, true) + 44; at + 4 <= message.length; ) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (id === 10) return message.slice(at + 4, at + 4 + length)
    if (id === 0) break
    at += 4 + length
  }
  return undefined
}

describe('a mailbox', () => {
  let live: LiveServer

  beforeAll(async () => {
    live = await startLiveServer('workers: 1')
  })
  afterAll(async () => {
    await live[Symbol.asyncDispose]()
  })

  it('is reached through them', async () => {
    const session = await connect({
      url: `${live.url}/mapi/emsmdb/`,
      userDn: dnOf('alice'),
      fetch: authenticatedFetch(
        { kind: 'basic', user: 'alice@example.com', password: PASSWORD },
        httpFetch(),
      ),
    })
    await using store = await logOn(session, { mailboxDn: dnOf('alice'), ownsSession: true })
    expect(store.logon.isOwner).toBe(true)
  })
})
