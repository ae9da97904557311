import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerDataStream,
  type SMTPServerSession,
} from 'smtp-server'
import { formatAddress, type ListenAddress, type Settings } from '../../config/index.ts'
import type { TlsFiles } from '../../http/index.ts'
import type { Log } from '../../log/index.ts'
import type { MimeDelivery } from '../delivery/deliver-mime.ts'
import type { DeliveryResult } from '../delivery/incoming-message.ts'
import type { Receiver } from '../routing/route.ts'
import { type DeliveryCounts, deliverToAll } from './deliver-to-all.ts'
import { traceFields } from './received.ts'
import { findRecipients, type RecipientOptions } from './recipients.ts'
import { refusalError, type SmtpRefusal, TRY_AGAIN } from './reply.ts'
import { openSpool, spoolMessage } from './spool.ts'

export interface SmtpFrontOptions extends RecipientOptions {
  readonly addresses: readonly ListenAddress[]
  readonly settings: Settings['mail']['incoming']
  readonly tls: TlsFiles
  /** Folder for messages that are coming in. */
  readonly spool: string
  readonly log: Log
  /** Delivers to one receiver; what it resolves to is durable. */
  deliver(delivery: MimeDelivery): Promise<DeliveryResult>
  /** Takes what became of each message, and with which status code each recipient was refused. */
  observe(what: 'message' | 'refusal', value: string): void
}

/** The answer to a server that has sent a message, and what is counted. */
type Outcome =
  | { readonly result: 'delivered' | 'duplicate'; readonly refusal?: undefined }
  | { readonly result: 'refused' | 'postponed'; readonly refusal: SmtpRefusal }

/**
 * Takes mail from outside by SMTP (RFC 5321) for users, groups and public folders of the organization, and for nobody else. Who sends is told that a
 * message has come when everybody has it, durably; the server never has mail of its own that it could lose.
 */
export class SmtpFront {
  readonly #options: SmtpFrontOptions
  readonly #hostName: string
  readonly #servers: SMTPServer[] = []
  /** Whom the recipients of messages stand for that are coming in. */
  readonly #receivers = new WeakMap<SMTPServerAddress, readonly Receiver[]>()
  /** Messages that are being worked on, by the ID of the connection. */
  readonly #working = new Map<string, Promise<void>>()

  private constructor(options: SmtpFrontOptions) {
    this.#options = options
    this.#hostName = options.settings.hostName ?? hostname()
  }

  /** Listens on all addresses, or on none: rejects when one cannot be had. */
  static async start(options: SmtpFrontOptions): Promise<SmtpFront> {
    const front = new SmtpFront(options)
    if (options.addresses.length > 0) await openSpool(options.spool)
    try {
      for (const address of options.addresses) await front.#listen(address)
    } catch (error) {
      await front.stop(0)
      throw error
    }
    return front
  }

  /** Where it listens, as URLs; a port 0 has become a real one. */
  get urls(): readonly string[] {
    return this.#servers.map(({ server }) => {
      const { address, port } = server.address() as AddressInfo
      return `smtp://${formatAddress({ host: address, port })}`
    })
  }

  /** Takes no new connections, ends those without a message, and waits up to `grace` milliseconds for messages that are coming in. */
  async stop(grace: number): Promise<void> {
    const closing = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.server.close(() => resolve())),
    )
    this.#endConnections(({ id }) => !this.#working.has(id))
    const timer = new Promise<void>((resolve) => setTimeout(resolve, grace).unref())
    await Promise.race([Promise.allSettled(this.#working.values()), timer])
    this.#endConnections(() => true)
    await Promise.race([
      Promise.allSettled(closing),
      new Promise((resolve) => setTimeout(resolve, END_GRACE).unref()),
    ])
    for (const { connections } of this.#servers)
      for (const connection of connections) connection._socket.destroy()
    await Promise.allSettled(closing)
  }

  #endConnections(which: (connection: { readonly id: string }) => boolean): void {
    for (const { connections } of this.#servers) {
      for (const connection of connections) if (which(connection)) connection.send(421, 'The server stops.')
    }
  }

  async #listen(address: ListenAddress): Promise<void> {
    const { settings, tls, log } = this.#options
    const server = new SMTPServer({
      name: this.#hostName,
      banner: 'Bourse',
      ...tls,
      minVersion: 'TLSv1.2',
      size: settings.messageSize,
      maxClients: settings.connections,
      maxRecipients: settings.recipients,
      socketTimeout: settings.idleTimeout,
      disabledCommands: ['AUTH'],
      authOptional: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      // What cannot be kept is not promised.
      hideDSN: true,
      hideREQUIRETLS: true,
      logger: false,
      onRcptTo: (recipient, session, callback) => void this.#onRecipient(recipient, session).then(callback),
      onData: (stream, session, callback) => {
        const work = this.#onMessage(stream, session).then(
          () => callback(null, 'Delivered'),
          (error: Error) => callback(error),
        )
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
    this.#servers.push(server)
  }

  /** Resolves to why a recipient is refused. */
  async #onRecipient(recipient: SMTPServerAddress, session: SMTPServerSession): Promise<Error | null> {
    const { log, observe } = this.#options
    const { address } = recipient
    const { remoteAddress } = session
    let refusal: SmtpRefusal
    try {
      const found = await findRecipients(address, this.#options)
      if (found.kind === 'found') {
        this.#receivers.set(recipient, found.receivers)
        if (found.outside.length > 0)
          log.warn({ address, outside: found.outside.length }, 'members of a group outside get no mail')
        return null
      }
      refusal = found.refusal
    } catch (error) {
      log.error({ err: error, address }, 'a recipient could not be looked up')
      refusal = TRY_AGAIN
    }
    observe('refusal', refusal.status)
    log.info(
      { remoteAddress, address, status: refusal.status },
      'a recipient of mail from outside was refused',
    )
    return refusalError(refusal)
  }

  /** Takes a message. Rejects with why it is refused. */
  async #onMessage(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const { log, observe } = this.#options
    const { remoteAddress, envelope } = session
    const id = randomUUID()
    const fields = {
      id,
      remoteAddress,
      from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
      recipients: envelope.rcptTo.length,
    }
    let outcome: Outcome
    try {
      outcome = await this.#take(stream, session, id)
    } catch (error) {
      if (BROKEN_OFF.includes((error as NodeJS.ErrnoException).code ?? '')) {
        log.info({ ...fields, size: stream.byteLength }, 'a message from outside was broken off')
        throw error
      }
      log.error({ ...fields, err: error }, 'a message from outside could not be taken')
      outcome = { result: 'postponed', refusal: TRY_AGAIN }
    }
    const { result, refusal } = outcome
    observe('message', result)
    log.info(
      { ...fields, size: stream.byteLength, result, ...(refusal && { status: refusal.status }) },
      'a message from outside',
    )
    if (refusal !== undefined) throw refusalError(refusal)
  }

  async #take(stream: SMTPServerDataStream, session: SMTPServerSession, id: string): Promise<Outcome> {
    const { settings, spool, log } = this.#options
    const { envelope } = session
    await using message = await spoolMessage(stream, spool, settings.messageSize)
    if (message === undefined) {
      const text = `A message may have ${settings.messageSize} bytes.`
      return { result: 'refused', refusal: { code: 552, status: '5.3.4', text } }
    }
    if (message.hops > settings.hops) {
      const text = 'This message has passed too many servers: it goes in circles.'
      return { result: 'refused', refusal: { code: 554, status: '5.4.6', text } }
    }
    const receivers = new Map<string, Receiver>()
    for (const recipient of envelope.rcptTo) {
      for (const receiver of this.#receivers.get(recipient) ?? [])
        receivers.set(`${receiver.mailbox}${receiver.folderPath ?? ''}`, receiver)
    }
    const extraHeader = traceFields({
      helo: session.hostNameAppearsAs,
      remoteAddress: session.remoteAddress,
      hostName: this.#hostName,
      protocol: session.transmissionType,
      id,
      from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
      recipients: envelope.rcptTo.map(({ address }) => address),
    })
    // Without Date and Message-ID an equal message may be another one, such as the next one of a machine that always says the same.
    const key = `smtp/${message.isUnique ? message.hash : id}`
    const { path } = message
    const counts = await deliverToAll(
      receivers.values(),
      { path, extraHeader, key },
      (delivery) => this.#options.deliver(delivery),
      log,
    )
    return outcomeOf(counts)
  }
}

/** What reading a message rejects with whose connection has ended. */
const BROKEN_OFF = ['ECONNECTION', 'ERR_STREAM_PREMATURE_CLOSE']

/** How long connections may take to end when the server stops, in milliseconds. */
const END_GRACE = 1000

/** Everybody has it, or it is tried again; who has it already does not get it twice then. */
function outcomeOf({ delivered, duplicate, full, failed }: DeliveryCounts): Outcome {
  if (failed > 0) return { result: 'postponed', refusal: TRY_AGAIN }
  if (full === 0) return { result: delivered > 0 ? 'delivered' : 'duplicate' }
  return delivered + duplicate === 0
    ? { result: 'refused', refusal: { code: 552, status: '5.2.2', text: 'The mailbox is full.' } }
    : {
        result: 'postponed',
        refusal: { code: 452, status: '4.2.2', text: 'The mailbox of one recipient is full.' },
      }
}
