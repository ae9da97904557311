import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../../tools/fuzz/random.ts'
import { type Attack, AttackError, type Attacker, PATIENCE } from './attack.ts'

/** Sends bytes on a connection of its own; ends when the server has closed it. */
type Talk = (socket: Socket, request: Buffer, random: Random) => Promise<void>

/** A request cut off where it must not be, after which the client only listens. */
const halfClosed: Talk = async (socket, request, random) => {
  socket.end(request.subarray(0, random.below(request.length)))
}

/** A client that goes away in the middle of it, or before the answer. */
const gone: Talk = async (socket, request, random) => {
  socket.write(request.subarray(0, random.below(2) === 0 ? request.length : random.below(request.length)))
  await delay(random.below(20))
  socket.destroy()
}

/** Byte by byte. */
const slow: Talk = async (socket, request) => {
  for (const byte of request) {
    if (socket.destroyed) return
    socket.write(Uint8Array.of(byte))
    await delay(2)
  }
  socket.end()
}

/** A request that never ends. */
const endless: Talk = async (socket, request, random) => {
  const most = request.length - 1
  for (let sent = 0; sent < most && !socket.destroyed; sent++) {
    socket.write(request.subarray(sent, sent + 1))
    await delay(random.below(200))
  }
}

/** Several at once, of which the last is cut off. */
const pipelined: Talk = async (socket, request, random) => {
  const cut = request.subarray(0, random.below(request.length))
  socket.end(Buffer.concat([...Array.from({ length: 8 }, () => request), cut]))
}

/** Bytes that are another protocol, or none. */
const foreign: Talk = async (socket, request, random) => {
  const hello = Buffer.from('16030100a5010000a10303', 'hex')
  socket.end(
    random.pick([
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      Buffer.from('GET /\r\n'),
      Buffer.from('POST /mapi/emsmdb/ HTTP/9.9\r\nHost: a\r\n\r\n'),
      hello,
      Buffer.from(random.bytes(random.below(400))),
      Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`),
      withHeader(request, 'Content-Length: -1'),
      withHeader(request, 'Content-Length: 5'),
      withHeader(request, 'Content-Length: 99999999999999999999'),
      withHeader(request, 'Transfer-Encoding: chunked'),
      withHeader(request, 'Transfer-Encoding: gzip, chunked'),
      chunked(request, 'fffffffffffffffff\r\nabc'),
      chunked(request, '5\r\nabc\r\n0\r\n\r\n'),
      chunked(request, 'zz\r\n\r\n'),
      chunked(request, `${'0'.repeat(50_000)}1\r\nx\r\n0\r\n\r\n`),
      chunked(request, '1;a="b"\r\nx\r\n0\r\nX-Trailer: y\r\n\r\n'),
    ]),
  )
}

const TALKS: readonly { readonly name: string; readonly weight: number; readonly talk: Talk }[] = [
  { name: 'half-closed connections', weight: 1, talk: halfClosed },
  { name: 'clients that go away', weight: 1, talk: gone },
  { name: 'slow senders', weight: 0.2, talk: slow },
  { name: 'senders that never end', weight: 0.02, talk: endless },
  { name: 'pipelined requests', weight: 0.3, talk: pipelined },
  { name: 'no HTTP', weight: 1, talk: foreign },
]

export const socketAttacks: readonly Attack[] = TALKS.map(({ name, weight, talk }) => ({
  name,
  weight,
  run: async (attacker) => {
    const { hostname, port } = new URL(attacker.url)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    // That the server closes the connection on its own is an error for the socket.
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
    socket.resume()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    await talk(socket, request(attacker), attacker.random)
    const isLate = await Promise.race([closed, delay(PATIENCE, true, { ref: false })])
    socket.destroy()
    if (isLate) throw new AttackError('the server does not close a connection')
    return 1
  },
}))

/** An Execute, after which the server closes the connection. */
function request({ random, session }: Attacker): Buffer {
  const { client } = session
  const body = random.bytes(random.below(60))
  const lines = Object.entries({
    Host: 'localhost',
    ...client.headers(random.pick(['Execute', 'PING', 'Connect'])),
    Connection: 'close',
    'Content-Length': String(body.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST /mapi/emsmdb/ HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), body])
}

function withHeader(request: Buffer, header: string): Buffer {
  return Buffer.from(request.toString('latin1').replace('\r\n', `\r\n${header}\r\n`), 'latin1')
}

/** With a body that is said to be chunked in the place of what it had. */
function chunked(request: Buffer, body: string): Buffer {
  const [head = ''] = request.toString('latin1').split('\r\n\r\n')
  return Buffer.from(
    `${head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')}\r\n\r\n${body}`,
    'latin1',
  )
}
