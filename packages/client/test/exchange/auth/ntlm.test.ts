import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import {
  authenticateMessage,
  channelBindings,
  negotiateMessage,
  ntlmUser,
  readChallengeMessage,
} from '@bourse/client/exchange'
import { DecodeError, encodeUtf16, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hmacMd5 } from '../../../src/exchange/auth/ntlm/hmac-md5.ts'
import { md4 } from '../../../src/exchange/auth/ntlm/md4.ts'
import { computeResponse, responseKey } from '../../../src/exchange/auth/ntlm/ntlm-v2.ts'
import { ntlmFetch } from '../../../src/node/ntlm-fetch.ts'

const ascii = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

describe('MD4', () => {
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('of %j is that of RFC 1320 A.5', (text, digest) => {
    expect(toHex(md4(ascii(text)))).toBe(digest)
  })
})

describe('HMAC-MD5', () => {
  it.each([
    ['0b'.repeat(16), toHex(ascii('Hi There')), '9294727a3638bb1c13f48ef8158bfc9d'],
    [toHex(ascii('Jefe')), toHex(ascii('what do ya want for nothing?')), '750c783e6ab0b503eaa86e310a5db738'],
    ['aa'.repeat(16), 'dd'.repeat(50), '56be34521d144c88dbb8c733f0e8b3f6'],
    [
      'aa'.repeat(80),
      toHex(ascii('Test Using Larger Than Block-Size Key - Hash Key First')),
      '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd',
    ],
  ])('is that of RFC 2202 2', (key, data, digest) => {
    expect(toHex(hmacMd5(fromHex(key), fromHex(data)))).toBe(digest)
  })
})

const USER = { user: 'User', domain: 'Domain', password: 'Password' }
const SERVER_CHALLENGE = fromHex('0123456789abcdef')
const CLIENT_CHALLENGE = fromHex('aa'.repeat(8))
/** AV pairs of [MS-NLMP] 4.2.4: NetBIOS domain and server name. */
const TARGET_INFO = fromHex(
  `02000c00${toHex(encodeUtf16('Domain'))}01000c00${toHex(encodeUtf16('Server'))}00000000`,
)

describe('NTLMv2', () => {
  it('gives the keys and responses of [MS-NLMP] 4.2.4', () => {
    expect(toHex(responseKey(USER))).toBe('0c868a403bfd7a93a3001ef22ef02e3f')
    const { ntResponse, lmResponse, sessionBaseKey } = computeResponse({
      responseKey: responseKey(USER),
      serverChallenge: SERVER_CHALLENGE,
      clientChallenge: CLIENT_CHALLENGE,
      time: 0n,
      targetInfo: TARGET_INFO,
    })
    expect(toHex(lmResponse)).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa')
    expect(toHex(ntResponse)).toBe(
      `68cd0ab851e51c96aabc927bebef6a1c0101000000000000${'00'.repeat(8)}${'aa'.repeat(8)}00000000${toHex(TARGET_INFO)}00000000`,
    )
    expect(toHex(sessionBaseKey)).toBe('8de40ccadbc14a82f15cb0ad0de95ca3')
  })

  it('takes users as people write them', () => {
    expect(ntlmUser('CONTOSO\\alice', 'x')).toEqual({ user: 'alice', domain: 'CONTOSO', password: 'x' })
    expect(ntlmUser('alice@contoso.com', 'x')).toEqual({
      user: 'alice@contoso.com',
      domain: '',
      password: 'x',
    })
  })
})

/** CHALLENGE_MESSAGE with these AV pairs. */
function challengeMessage(targetInfo: Uint8Array, serverChallenge = SERVER_CHALLENGE): Uint8Array {
  const size = (value: number) => toHex(new Uint8Array([value & 0xff, value >>> 8]))
  return fromHex(
    [
      toHex(ascii('NTLMSSP\0')),
      '02000000',
      '0000000038000000',
      '33828ae2',
      toHex(serverChallenge),
      '0000000000000000',
      `${size(targetInfo.length)}${size(targetInfo.length)}38000000`,
      '0600701700000000'.slice(0, 16),
      toHex(targetInfo),
    ].join(''),
  )
}

/** The parts of an AUTHENTICATE_MESSAGE. */
function parts(message: Uint8Array) {
  const view = new DataView(message.buffer, message.byteOffset, message.length)
  const field = (at: number) => {
    const offset = view.getUint32(at + 4, true)
    return message.subarray(offset, offset + view.getUint16(at, true))
  }
  return {
    lm: field(12),
    nt: field(20),
    domain: toHex(field(28)),
    user: toHex(field(36)),
    mic: toHex(message.subarray(72, 88)),
  }
}

/** What a server does with an AUTHENTICATE_MESSAGE ([MS-NLMP] 3.2.5.1.2): whether it knows the password. */
function isGenuine(
  negotiate: Uint8Array,
  challenge: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
): boolean {
  const { nt, mic } = parts(message)
  const { serverChallenge } = readChallengeMessage(challenge)
  const proof = hmacMd5(key, serverChallenge, nt.subarray(16))
  if (toHex(proof) !== toHex(nt.subarray(0, 16))) return false
  const unsigned = message.slice()
  unsigned.fill(0, 72, 88)
  return toHex(hmacMd5(hmacMd5(key, proof), negotiate, challenge, unsigned)) === mic
}

describe('the messages of NTLM', () => {
  it('read the challenge of [MS-NLMP] 4.2.4.3', () => {
    const { flags, serverChallenge, targetInfo } = readChallengeMessage(challengeMessage(TARGET_INFO))
    expect(flags).toBe(0xe28a8233)
    expect(toHex(serverChallenge)).toBe('0123456789abcdef')
    expect(targetInfo.map(({ id, value }) => [id, toHex(value)])).toEqual([
      [2, toHex(encodeUtf16('Domain'))],
      [1, toHex(encodeUtf16('Server'))],
    ])
  })

  it('prove that the password is known, and cannot be changed on their way', () => {
    const negotiate = negotiateMessage()
    const challenge = challengeMessage(TARGET_INFO)
    const message = authenticateMessage({ user: USER, negotiate, challenge, targetName: 'HTTP/server' })
    expect(isGenuine(negotiate, challenge, message, responseKey(USER))).toBe(true)
    expect(isGenuine(negotiate, challenge, message, responseKey({ ...USER, password: 'other' }))).toBe(false)
    message[60]! ^= 1
    expect(isGenuine(negotiate, challenge, message, responseKey(USER))).toBe(false)
  })

  it('use the time of the server, then without a response of LAN Manager', () => {
    const withTime = fromHex(`07000800${'0102030405060708'}00000000`)
    const challenge = challengeMessage(withTime)
    const message = authenticateMessage({
      user: USER,
      negotiate: negotiateMessage(),
      challenge,
      targetName: 'HTTP/server',
    })
    const { nt, lm, domain, user } = parts(message)
    expect(toHex(nt.subarray(24, 32))).toBe('0102030405060708')
    expect(toHex(lm)).toBe('00'.repeat(24))
    expect([domain, user]).toEqual([toHex(encodeUtf16('Domain')), toHex(encodeUtf16('User'))])
  })

  it('refuse what is no challenge', () => {
    const whole = challengeMessage(TARGET_INFO)
    for (let length = 0; length < 48; length++) {
      expect(() => readChallengeMessage(whole.subarray(0, length))).toThrow(DecodeError)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => readChallengeMessage(bytes)).toThrow(DecodeError)
      }),
    )
  })

  it('name the channel by a hash of 16 bytes', () => {
    expect(channelBindings(new Uint8Array(32))).toHaveLength(16)
  })
})

describe('a connection', () => {
  let server: Server
  let handshakes = 0
  let bodies: string[] = []
  let scheme = 'NTLM'
  const known = new WeakMap<Socket, 'challenged' | 'known'>()
  const negotiates = new WeakMap<Socket, Uint8Array>()

  beforeEach(async () => {
    handshakes = 0
    bodies = []
    scheme = 'NTLM'
    server = createServer(async (request, response) => {
      const body = await read(request)
      const { socket } = request
      const [used, token = ''] = (request.headers.authorization ?? '').split(' ')
      const message = new Uint8Array(Buffer.from(token, 'base64'))
      const challenge = challengeMessage(TARGET_INFO)
      if (known.get(socket) === 'known') {
        bodies.push(body)
        response.end('hello')
      } else if (used === scheme && message[8] === 1) {
        known.set(socket, 'challenged')
        negotiates.set(socket, message)
        response.writeHead(401, {
          'WWW-Authenticate': [`${scheme} ${Buffer.from(challenge).toString('base64')}`, 'Basic realm="x"'],
        })
        response.end('Who are you?')
      } else if (used === scheme && message[8] === 3 && known.get(socket) === 'challenged') {
        if (!isGenuine(negotiates.get(socket)!, challenge, message, responseKey(USER))) {
          response.writeHead(401, { 'WWW-Authenticate': scheme }).end()
          return
        }
        handshakes++
        known.set(socket, 'known')
        bodies.push(body)
        response.end('hello')
      } else {
        response.writeHead(401, { 'WWW-Authenticate': scheme }).end()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/mapi/emsmdb/`
  const post = (send: typeof fetch, body: string) => send(url(), { method: 'POST', body })

  it('is authenticated once, and used again', async () => {
    const send = ntlmFetch({ user: 'Domain\\User', password: 'Password' })
    for (const body of ['one', 'two', 'three']) {
      const response = await post(send, body)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('hello')
    }
    expect(bodies).toEqual(['one', 'two', 'three'])
    expect(handshakes).toBe(1)
  })

  it('is one of several where requests go side by side', async () => {
    const send = ntlmFetch({ user: 'Domain\\User', password: 'Password' })
    const texts = await Promise.all(['a', 'b'].map(async (body) => (await post(send, body)).text()))
    expect(texts).toEqual(['hello', 'hello'])
    expect(bodies.toSorted()).toEqual(['a', 'b'])
  })

  it('that has ended is followed by another one', async () => {
    const send = ntlmFetch({ user: 'Domain\\User', password: 'Password' })
    await (await post(send, 'one')).text()
    server.closeIdleConnections()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await (await post(send, 'two')).text()).toBe('hello')
    expect(handshakes).toBe(2)
  })

  it('may go by the name Negotiate', async () => {
    scheme = 'Negotiate'
    const send = ntlmFetch({ user: 'Domain\\User', password: 'Password' })
    expect((await post(send, 'one')).status).toBe(200)
  })

  it('is refused to who does not know the password', async () => {
    const send = ntlmFetch({ user: 'Domain\\User', password: 'wrong' })
    expect((await post(send, 'one')).status).toBe(401)
    expect(bodies).toEqual([])
  })

  it('is not opened to other machines without TLS', async () => {
    const send = ntlmFetch({ user: 'Domain\\User', password: 'Password' })
    await expect(send('http://mail.example.com/', { method: 'POST' })).rejects.toThrow(/not HTTPS/)
  })
})

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += part
  return text
}
