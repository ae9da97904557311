import type { AddressInfo } from 'node:net'
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerAuthentication,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server'
import { formatAddress, type ListenAddress } from '../../config/index.ts'
import type { TlsFiles } from '../../http/index.ts'
import type { Log } from '../../log/index.ts'
import { refusalError, type SmtpRefusal, TRY_AGAIN } from './reply.ts'

/** Where a service listens, and whether TLS begins with the first byte (RFC 8314 3.3) or by STARTTLS. */
export interface SmtpEndpoint {
  readonly address: ListenAddress
  readonly isImplicitTls: boolean
}

/** What is done with what clients ask for; each resolves to why it is refused. What rejects is logged, and the client is to try again. */
export interface SmtpService {
  /** Left out: anybody may send. */
  onSender?(sender: SMTPServerAddress, session: SMTPServerSession): Promise<SmtpRefusal | undefined>
  onRecipient(recipient: SMTPServerAddress, session: SMTPServerSession): Promise<SmtpRefusal | undefined>
  onMessage(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<SmtpRefusal | undefined>
  /** Left out: nobody authenticates. */
  readonly authentication?: {
    methods(): readonly string[]
    /** Whether a client may say who it is although the connection is not encrypted. */
    isAllowedInPlain(session: SMTPServerSession): boolean
    /** Resolves to who it is, for the session, or to why not. */
    onAuthentication(
      credentials: SMTPServerAuthentication,
      session: SMTPServerSession,
    ): Promise<{ readonly user: object } | SmtpRefusal>
  }
}

export interface SmtpListenerOptions {
  readonly hostName: string
  readonly tls: TlsFiles
  readonly log: Log
  /** Bytes, counts, milliseconds. */
  readonly limits: {
    readonly messageSize: number
    readonly connections: number
    readonly recipients: number
    readonly idleTimeout: number
  }
  /** Whether senders may ask for reports (RFC 3461). */
  readonly offersReports: boolean
  readonly service: SmtpService
}

/** What reading a message rejects with whose connection has ended. */
const BROKEN_OFF = ['ECONNECTION', 'ERR_STREAM_PREMATURE_CLOSE']

/** How long connections may take to end when the server stops, in milliseconds. */
const END_GRACE = 1000

/** Sockets that speak SMTP (RFC 5321) on behalf of one service. */
export class SmtpListener {
  readonly #options: SmtpListenerOptions
  readonly #servers: { readonly server: SMTPServer; readonly scheme: string }[] = []
  /** Messages that are being worked on, by the ID of the connection. */
  readonly #working = new Map<string, Promise<void>>()

  private constructor(options: SmtpListenerOptions) {
    this.#options = options
  }

  /** Listens on all addresses, or on none: rejects when one cannot be had. */
  static async start(
    endpoints: readonly SmtpEndpoint[],
    options: SmtpListenerOptions,
  ): Promise<SmtpListener> {
    const listener = new SmtpListener(options)
    try {
      for (const endpoint of endpoints) await listener.#listen(endpoint)
    } catch (error) {
      await listener.stop(0)
      throw error
    }
    return listener
  }

  /** Where it listens, as URLs; a port 0 has become a real one. */
  get urls(): readonly string[] {
    return this.#servers.map(({ server, scheme }) => {
      const { address, port } = server.server.address() as AddressInfo
      return `${scheme}://${formatAddress({ host: address, port })}`
    })
  }

  /** Takes no new connections, ends those without a message, and waits up to `grace` milliseconds for messages that are coming in. */
  async stop(grace: number): Promise<void> {
    const closing = this.#servers.map(
      ({ server }) => new Promise<void>((resolve) => server.server.close(() => resolve())),
    )
    this.#endConnections(({ id }) => !this.#working.has(id))
    const timer = new Promise<void>((resolve) => setTimeout(resolve, grace).unref())
    await Promise.race([Promise.allSettled(this.#working.values()), timer])
    this.#endConnections(() => true)
    await Promise.race([
      Promise.allSettled(closing),
      new Promise((resolve) => setTimeout(resolve, END_GRACE).unref()),
    ])
    for (const { server } of this.#servers)
      for (const connection of server.connections) connection._socket.destroy()
    await Promise.allSettled(closing)
  }

  #endConnections(which: (connection: { readonly id: string }) => boolean): void {
    for (const { server } of this.#servers) {
      for (const connection of server.connections)
        if (which(connection)) connection.send(421, 'The server stops.')
    }
  }

  async #listen({ address, isImplicitTls }: SmtpEndpoint): Promise<void> {
    const { hostName, tls, log, limits, offersReports, service } = this.#options
    const server = new SMTPServer({
      name: hostName,
      banner: 'Bourse',
      ...tls,
      minVersion: 'TLSv1.2',
      secure: isImplicitTls,
      size: limits.messageSize,
      maxClients: limits.connections,
      maxRecipients: limits.recipients,
      socketTimeout: limits.idleTimeout,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      hideDSN: !offersReports,
      // What cannot be kept is not promised.
      hideREQUIRETLS: true,
      logger: false,
      ...this.#authentication(),
      onMailFrom: (sender, session, callback) => {
        this.#answer(() => service.onSender?.(sender, session) ?? Promise.resolve(undefined), callback)
      },
      onRcptTo: (recipient, session, callback) => {
        this.#answer(() => service.onRecipient(recipient, session), callback)
      },
      onData: (stream, session, callback) => {
        const work = new Promise<void>((resolve) => {
          this.#answer(
            () => service.onMessage(stream, session),
            (error) => {
              callback(error, 'Delivered')
              resolve()
            },
          )
        })
        const done = work.finally(() => {
          if (this.#working.get(session.id) === done) this.#working.delete(session.id)
        })
        this.#working.set(session.id, done)
      },
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address.port, address.host, () => {
        server.off('error', reject)
        // What a client does to its connection is no error of ours, but must have a listener.
        server.on('error', (error) => log.debug({ err: error }, 'an SMTP connection failed'))
        resolve()
      })
    })
    this.#servers.push({ server, scheme: isImplicitTls ? 'smtps' : 'smtp' })
  }

  /** What the library is told of who may say who they are. AUTH is offered only where it may be used. */
  #authentication(): SMTPServerOptions {
    const { authentication } = this.#options.service
    if (authentication === undefined) return { disabledCommands: ['AUTH'], authOptional: true }
    const allow = (session: SMTPServerSession): void => {
      session.disabledCommands = session.secure || authentication.isAllowedInPlain(session) ? [] : ['AUTH']
    }
    return {
      authMethods: [...authentication.methods()],
      // Who may send without is the service's to say.
      authOptional: true,
      allowInsecureAuth: true,
      onConnect: (session, callback) => {
        allow(session)
        callback()
      },
      onSecure: (_socket, session, callback) => {
        session.disabledCommands = []
        callback()
      },
      onAuth: (credentials, session, callback) => {
        authentication.onAuthentication(credentials, session).then(
          (result) => ('user' in result ? callback(null, result) : callback(refusalError(result))),
          (error: Error) => {
            this.#options.log.error({ err: error }, 'a user could not be authenticated')
            callback(refusalError({ code: 454, status: '4.7.0', text: TRY_AGAIN.text }))
          },
        )
      },
    }
  }

  #answer(work: () => Promise<SmtpRefusal | undefined>, callback: (error: Error | null) => void): void {
    work().then(
      (refusal) => callback(refusal === undefined ? null : refusalError(refusal)),
      (error: NodeJS.ErrnoException) => {
        if (BROKEN_OFF.includes(error.code ?? '')) {
          this.#options.log.info({ err: error }, 'a message was broken off')
        } else {
          this.#options.log.error({ err: error }, 'an SMTP client could not be served')
        }
        callback(refusalError(TRY_AGAIN))
      },
    )
  }
}
