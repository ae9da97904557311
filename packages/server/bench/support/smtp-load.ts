import { connect, type Socket } from 'node:net'

/** A message to be sent. */
export interface LoadMessage {
  readonly recipients: readonly string[]
  /** Lines that end with CR LF, with dots doubled, up to the dot that ends all. */
  readonly data: Buffer
}

/**
 * One connection with a mail server that costs the client as little as can be. What stands before the message goes in one piece (RFC 2920), as other
 * mail servers send it.
 */
export class SmtpConnection {
  readonly #socket: Socket
  #text = ''
  #settle: { count: number; resolve(): void; reject(error: Error): void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#receive(text))
    socket.on('error', (error) => this.#settle?.reject(error))
    socket.on('close', () => this.#settle?.reject(new Error('The server closed the connection.')))
  }

  static async open(port: number): Promise<SmtpConnection> {
    const connection = new SmtpConnection(connect(port, '127.0.0.1'))
    await connection.#answers(1)
    await connection.#send('EHLO bench.test\r\n', 1)
    return connection
  }

  /** Resolves when the server has taken the message; rejects with what it answers if it does not. */
  async send({ recipients, data }: LoadMessage): Promise<void> {
    const to = recipients.map((address) => `RCPT TO:<${address}>\r\n`)
    const envelope = `MAIL FROM:<sender@elsewhere.test>\r\n${to.join('')}DATA\r\n`
    await this.#send(envelope, recipients.length + 2)
    await this.#send(data, 1)
  }

  close(): void {
    this.#settle = undefined
    this.#socket.end('QUIT\r\n')
    this.#socket.destroySoon()
  }

  #send(bytes: string | Buffer, answers: number): Promise<void> {
    const done = this.#answers(answers)
    this.#socket.write(bytes)
    return done
  }

  #answers(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { count, resolve, reject }
    })
  }

  #receive(text: string): void {
    this.#text += text
    for (;;) {
      const end = this.#text.indexOf('\r\n')
      if (end < 0) return
      const line = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 2)
      const settle = this.#settle
      if (line[3] === '-' || settle === undefined) continue
      if (line[0] !== '2' && line[0] !== '3') settle.reject(new Error(line))
      else if (--settle.count === 0) settle.resolve()
    }
  }
}
