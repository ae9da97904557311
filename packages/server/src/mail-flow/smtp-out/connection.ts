import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import SMTPConnection, { type SMTPEnvelope } from 'nodemailer/lib/smtp-connection'
import { connectSocket } from './connect-socket.ts'
import { refusalOfReply, type Verdict, verdict, verdictOfReply } from './verdict.ts'

/** How a connection is protected: `opportunistic` where the server can, `required` or not at all, `verified` with a certificate for the server's name. */
export type TlsMode = 'none' | 'opportunistic' | 'required' | 'verified'

/** How long to wait for the other server, in milliseconds (RFC 5321, 4.5.3.2). */
export interface SmtpTimeouts {
  readonly connect: number
  readonly greeting: number
  readonly command: number
  /** For a part of a message to be taken. */
  readonly block: number
  /** For the answer to a message as a whole. */
  readonly end: number
}

export interface ConnectionOptions {
  /** Name of the server; its certificate has to be for it. */
  readonly host: string
  /** IP address of the server. */
  readonly address: string
  readonly port: number
  /** What we call ourselves (EHLO). */
  readonly clientName: string
  readonly tls: TlsMode
  /** TLS from the first byte on. */
  readonly isImplicit?: boolean
  /** Certificate authorities to trust besides those of the system, PEM. */
  readonly certificateAuthority?: readonly string[]
  readonly login?: { readonly user: string; readonly password: string }
  readonly timeouts: SmtpTimeouts
  readonly signal: AbortSignal
}

export type OpenedConnection =
  | { readonly kind: 'open'; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly verdict: Verdict; readonly isTlsFailure: boolean }

/** One message to some recipients, who share a copy. */
export interface Transaction {
  readonly from: string
  /** Parameters of MAIL that the library does not know how to send, each as it stands there. */
  readonly parameters: readonly string[]
  readonly recipients: readonly TransactionRecipient[]
  readonly size: number
  /** Whether there are bytes above 127 in it (BODY=8BITMIME, RFC 6152). */
  readonly is8Bit: boolean
  content(): AsyncIterable<Uint8Array>
}

export interface TransactionRecipient {
  readonly address: string
  /** Parameters of RCPT. */
  readonly parameters: readonly string[]
}

export interface TransactionResult {
  /** By address, what the server has said of each recipient, alone or with others. */
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** Why it has not of the others: the connection has ended, or the server is about to end it (421). */
  readonly interruption?: Interruption
}

export interface Interruption {
  readonly verdict: Verdict
  /** Whether the message had gone out as a whole, so that the server may have taken it. */
  readonly isAfterContent: boolean
  /** Whether it was no fault of the server: the message cannot be read, or this server stops. */
  readonly isLocal: boolean
}

/** What the library has, but does not say that it has. */
interface Internals {
  readonly _supportedExtensions: readonly string[]
  readonly _maxAllowedSize: number
  _sendCommand(text: string, logged?: string): void
}

/** What the library says of a failure. */
interface Failure {
  readonly message: string
  readonly code?: string
  readonly response?: string
  readonly responseCode?: number
  readonly recipient?: string
  readonly rejectedErrors?: readonly Failure[]
}

/** Characters of one reply; what is longer is no reply. */
const MAX_REPLY = 64 << 10

/** How long a server may take to say goodbye, in milliseconds. */
const QUIT_GRACE = 1000

/** Connects with a server, up to where it takes messages. Never rejects. */
export async function openConnection(options: ConnectionOptions): Promise<OpenedConnection> {
  const { host, address, port, timeouts, tls, isImplicit = false, login, signal } = options
  const failed = (verdict: Verdict, isTlsFailure = false): OpenedConnection => ({
    kind: 'failed',
    verdict,
    isTlsFailure,
  })
  let smtp: SMTPConnection
  try {
    const socket = await connectSocket(address, port, timeouts.connect, signal)
    smtp = new SMTPConnection({
      connection: socket,
      host,
      port,
      secure: isImplicit,
      servername: isIP(host) === 0 ? host : undefined,
      name: options.clientName,
      ignoreTLS: tls === 'none',
      requireTLS: !isImplicit && (tls === 'required' || tls === 'verified'),
      opportunisticTLS: tls === 'opportunistic',
      tls: {
        rejectUnauthorized: tls === 'verified',
        ...(options.certificateAuthority === undefined ? {} : { ca: [...options.certificateAuthority] }),
      },
      // For all of it, the greeting and TLS, which have their own limits besides.
      connectionTimeout: timeouts.greeting + timeouts.command,
      greetingTimeout: timeouts.greeting,
      socketTimeout: timeouts.command,
      socketCloseTimeout: QUIT_GRACE,
      maxResponseSize: MAX_REPLY,
      logger: false,
    })
  } catch (error) {
    return failed(verdict('4.4.1', `${at(options)}: ${messageOf(error)}`, host))
  }
  // Without a listener an error would be thrown.
  smtp.on('error', () => {})
  const failure = await settled(smtp, signal, (done) => smtp.connect(done))
  if (failure !== undefined) {
    const isTlsFailure = failure.code === 'ETLS' || smtp.upgrading === true
    smtp.close()
    if (isTlsFailure) return failed(tlsVerdict(failure, options), true)
    if (failure.response !== undefined) return failed(refusalOfReply(failure.response, host))
    const status = failure.code === 'ETIMEDOUT' ? '4.4.1' : '4.4.2'
    return failed(verdict(status, `${at(options)}: ${failure.message}`, host))
  }
  if (login !== undefined) {
    const refusal = smtp.allowsAuth
      ? await settled(smtp, signal, (done) => smtp.login({ user: login.user, pass: login.password }, done))
      : { message: 'the server takes no passwords on this connection' }
    if (refusal !== undefined) {
      smtp.close()
      // Whatever the server says of the password: the messages are not to blame, and can go with another one.
      return failed(verdict('4.7.8', `${at(options)}: ${refusal.response ?? refusal.message}`, host))
    }
  }
  return { kind: 'open', connection: new Connection(smtp, options) }
}

/** A connection that takes one message after the other. */
export class Connection {
  readonly host: string
  readonly extensions: ReadonlySet<string>
  /** Bytes that the server takes, if it has said so (SIZE, RFC 1870). */
  readonly maxSize: number | undefined
  readonly isSecure: boolean
  /** Messages that it was used for. */
  messages = 0
  readonly #smtp: SMTPConnection
  readonly #timeouts: SmtpTimeouts
  /** Parameters that are added to the commands of the message that is being sent. */
  #parameters: ReadonlyMap<string, readonly string[]> = new Map()

  constructor(smtp: SMTPConnection, { host, timeouts }: ConnectionOptions) {
    const internals = smtp as unknown as Internals
    this.host = host
    this.extensions = new Set(internals._supportedExtensions)
    this.maxSize = internals._maxAllowedSize || undefined
    this.isSecure = smtp.secure
    this.#smtp = smtp
    this.#timeouts = timeouts
    // The library has the same DSN parameters for all recipients, and announces SMTPUTF8 for addresses only.
    const send = internals._sendCommand.bind(smtp)
    internals._sendCommand = (text, logged) => {
      const added = this.#parameters.get(text.startsWith('MAIL FROM:') ? MAIL : text) ?? []
      send([text, ...added].join(' '), logged)
    }
  }

  get isUsable(): boolean {
    const socket = this.#smtp._socket
    return !this.#smtp.destroyed && !!socket && !socket.destroyed && socket.writable
  }

  /** Calls back when the connection ends, unless what is returned has been called before. */
  onEnd(listener: () => void): () => void {
    this.#smtp.once('end', listener)
    return () => void this.#smtp.off('end', listener)
  }

  /** Whether the connection is still good for another message. */
  async reset(signal: AbortSignal): Promise<boolean> {
    if (!this.isUsable) return false
    const failure = await settled(this.#smtp, signal, (done) => this.#smtp.reset(done))
    if (failure !== undefined) this.destroy()
    return failure === undefined
  }

  /** Sends a message. Never rejects. */
  async send(transaction: Transaction, signal: AbortSignal): Promise<TransactionResult> {
    const { from, recipients, size, is8Bit, parameters } = transaction
    const { host } = this
    const smtp = this.#smtp
    const addresses = recipients.map(({ address }) => address)
    this.messages++
    this.#parameters = new Map([
      [MAIL, parameters],
      ...recipients.map((recipient) => [`RCPT TO:<${recipient.address}>`, recipient.parameters] as const),
    ])
    let progress = 'envelope' as 'envelope' | 'content' | 'end'
    let readError: unknown
    let oddReply: string | undefined
    const wait = (timeout: number): void => {
      if (smtp._socket) smtp._socket.setTimeout(timeout)
    }
    const watched = async function* (this: Connection): AsyncGenerator<Uint8Array> {
      const reply = smtp.lastServerResponse || ''
      // The library takes 250 for it, too, after which it could not be told what becomes of the message.
      if (!reply.startsWith('3')) {
        oddReply = reply
        throw new Error(`DATA was answered with ${reply}`)
      }
      progress = 'content'
      wait(this.#timeouts.block)
      try {
        yield* transaction.content()
      } catch (error) {
        readError = error
        throw error
      }
      progress = 'end'
      wait(this.#timeouts.end)
    }
    const content = Readable.from(watched.call(this), { objectMode: false })
    content.on('error', () => {})
    // The library notes in it what becomes of each recipient, also where it then reports something else.
    const envelope: SMTPEnvelope & { readonly rejectedErrors?: readonly Failure[] } = {
      from,
      to: [...addresses],
      size,
      use8BitMime: is8Bit,
    }
    let response = ''
    wait(this.#timeouts.command)
    const failure = await settled(smtp, signal, (done) =>
      smtp.send(envelope, content, (error, info) => {
        response = info?.response ?? ''
        done(error)
      }),
    )
    content.destroy()
    wait(this.#timeouts.command)

    const verdicts = new Map<string, Verdict>()
    for (const { recipient, response } of envelope.rejectedErrors ?? []) {
      if (recipient !== undefined && response !== undefined && !isClosing(response))
        verdicts.set(recipient, refusalOfReply(response, host))
    }
    const rest = addresses.filter((address) => !verdicts.has(address))
    // A server that has answered before it had the whole message cannot have taken it, and takes what still comes for commands.
    const isCutOff = progress === 'content'
    if (failure === undefined && !isCutOff) {
      for (const address of rest) verdicts.set(address, verdictOfReply(response, host))
      return { verdicts }
    }
    const { code, response: reply = '' } = failure ?? {}
    const isAnswer = /^(?:EENVELOPE|EMESSAGE)$/.test(code ?? '') && /^[45]/.test(reply) && !isClosing(reply)
    if (!isAnswer || isCutOff || code === 'EMESSAGE') this.destroy()
    if (isAnswer && failure?.rejectedErrors === undefined) {
      for (const address of rest) verdicts.set(address, refusalOfReply(reply, host))
    }
    if (rest.every((address) => verdicts.has(address))) return { verdicts }
    const isLocal = signal.aborted || readError !== undefined
    const what = failure?.message ?? 'it answered before it had the message'
    return {
      verdicts,
      interruption: {
        verdict: isLocal
          ? localVerdict(signal, readError)
          : oddReply !== undefined || isClosing(reply)
            ? refusalOfReply(oddReply ?? reply, host)
            : verdict('4.4.2', `${host}: ${what}`, host),
        isAfterContent: failure === undefined || (progress === 'end' && !isClosing(reply)),
        isLocal,
      },
    }
  }

  /** Says goodbye, and ends the connection. */
  async quit(): Promise<void> {
    if (!this.isUsable) return this.destroy()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#smtp.close(), QUIT_GRACE)
      this.#smtp.once('end', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#smtp.quit()
    })
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#smtp.close()
  }
}

/** Stands for the command MAIL, of which there is one. */
const MAIL = 'MAIL'

/** Resolves when the library calls back, when the connection ends, however it does, or when the signal aborts, which ends it. */
function settled(
  smtp: SMTPConnection,
  signal: AbortSignal,
  start: (done: (error?: Error | null) => void) => void,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    let failed: Failure | undefined
    const settle = (failure: Failure | undefined): void => {
      smtp.off('error', onError)
      smtp.off('end', onEnd)
      signal.removeEventListener('abort', onAbort)
      resolve(failure)
    }
    const onError = (error: Failure): void => {
      failed = error
    }
    // The library tells of the end first, and then calls back with the reason.
    const onEnd = (): void => {
      setImmediate(() => settle(failed ?? { message: 'the connection has ended' }))
    }
    const onAbort = (): void => smtp.close()
    smtp.on('error', onError)
    smtp.once('end', onEnd)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    if (smtp.destroyed) settle({ message: 'the connection has ended' })
    else start((error) => settle(error ? (error as Failure) : undefined))
  })
}

/** Whether the server ends the connection (RFC 5321, 3.8). */
function isClosing(reply: string): boolean {
  return reply.startsWith('421')
}

function localVerdict(signal: AbortSignal, error: unknown): Verdict {
  return signal.aborted
    ? verdict('4.3.2', 'This server stops.')
    : verdict('4.3.0', `The message cannot be read: ${messageOf(error)}`)
}

function tlsVerdict(failure: Failure, options: ConnectionOptions): Verdict {
  const { response, message } = failure
  return response === undefined
    ? verdict('4.7.5', `${at(options)}: no TLS: ${message}`, options.host)
    : verdict('4.7.4', `${at(options)}: TLS is wanted, but the server says: ${response}`, options.host)
}

function at({ host, address }: ConnectionOptions): string {
  return host === address ? host : `${host} (${address})`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
