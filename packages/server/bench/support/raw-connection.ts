import { connect, type Socket } from 'node:net'

/** A response: its head as text, and its body without the framing of HTTP. */
export interface RawAnswer {
  readonly head: string
  readonly body: Buffer
}

/**
 * One connection with an HTTP server, that costs the client as little as can be, so that the server is what is measured. One
 * request at a time.
 */
export class RawConnection {
  readonly #socket: Socket
  #pieces: Buffer[] = []
  #settle: { resolve(answer: RawAnswer): void; reject(error: Error): void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('error', (error) => this.#settle?.reject(error))
    socket.on('close', () => this.#settle?.reject(new Error('The server closed the connection.')))
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject)
        resolve(new RawConnection(socket))
      })
      socket.once('error', reject)
    })
  }

  /** Posts a body. `head` is the request line and the headers but Content-Length, each line ended. */
  post(head: string, body: Uint8Array): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      const start = Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`, 'latin1')
      this.#socket.write(Buffer.concat([start, body]))
    })
  }

  close(): void {
    this.#settle = undefined
    this.#socket.destroy()
  }

  #receive(bytes: Buffer): void {
    this.#pieces.push(bytes)
    const all = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces)
    this.#pieces = [all]
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = all.toString('latin1', 0, end + 2)
    const length = head.indexOf(LENGTH)
    const rest = all.subarray(end + 4)
    const body =
      length < 0
        ? chunkedBody(rest)
        : wholeBody(rest, Number.parseInt(head.slice(length + LENGTH.length), 10))
    if (body === undefined) return
    this.#pieces = []
    const settle = this.#settle
    this.#settle = undefined
    settle?.resolve({ head, body })
  }
}

/** As our servers write it. */
const LENGTH = 'Content-Length: '

function wholeBody(bytes: Buffer, length: number): Buffer | undefined {
  return bytes.length < length ? undefined : bytes.subarray(0, length)
}

/** The body of the chunks, once the last has come. */
function chunkedBody(bytes: Buffer): Buffer | undefined {
  const pieces: Buffer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const length = Number.parseInt(bytes.toString('latin1', at, end), 16)
    at = end + 2
    if (bytes.length < at + length + 2) return undefined
    if (length === 0) return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    pieces.push(bytes.subarray(at, at + length))
    at += length + 2
  }
}
