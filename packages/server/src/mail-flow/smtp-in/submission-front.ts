import { randomUUID } from 'node:crypto'
import type { DirectoryObject } from '@bourse/directory'
import type {
  SMTPServerAddress,
  SMTPServerAuthentication,
  SMTPServerDataStream,
  SMTPServerSession,
} from 'smtp-server'
import type { Settings } from '../../config/index.ts'
import type { TlsFiles } from '../../http/index.ts'
import { type PostOffice, postMime } from '../posting/index.ts'
import { reportFull, reportSuccess } from './delivery-reports.ts'
import { asksForSuccess, envelopeOf, type NamedRecipient, senderOf } from './envelope.ts'
import { type Outcome, outcomeOf, settle, sizeOutcome } from './outcome.ts'
import { receivedField } from './received.ts'
import { findRecipients, type RecipientOptions } from './recipients.ts'
import { refusal, type SmtpRefusal } from './reply.ts'
import {
  type AuthenticatedUser,
  authenticateUser,
  type SmtpAuthenticationOptions,
} from './smtp-authentication.ts'
import { type SmtpEndpoint, SmtpListener, type SmtpService } from './smtp-listener.ts'
import { hopsOf, isUnique, openSpool, spoolMessage } from './spool.ts'
import { completeHeader, rightToSendAs } from './submitted-header.ts'

export interface SubmissionFrontOptions extends RecipientOptions, PostOffice, SmtpAuthenticationOptions {
  readonly endpoints: readonly SmtpEndpoint[]
  readonly settings: Settings['mail']['submission']
  /** Name of the server as other mail servers know it. */
  readonly hostName: string
  readonly tls: TlsFiles
  /** Whether names and passwords are accepted, and not only tokens. */
  readonly takesPasswords: boolean
  /** Folder for messages that are coming in. */
  readonly spool: string
  /** Takes what became of each message. */
  observe(result: Outcome['result']): void
}

const WHO_ARE_YOU = refusal(530, '5.7.0', 'Who are you? Authenticate first.')

/** Takes mail by SMTP from users of the organization, who show who they are, and sends it on: to others here, and to the outside (RFC 6409). */
export class SubmissionFront implements SmtpService {
  readonly #options: SubmissionFrontOptions
  #listener: SmtpListener | undefined
  /** Whom the recipients of messages stand for that are coming in. */
  readonly #found = new WeakMap<SMTPServerAddress, NamedRecipient['found']>()

  private constructor(options: SubmissionFrontOptions) {
    this.#options = options
  }

  /** Listens on all addresses, or on none: rejects when one cannot be had. */
  static async start(options: SubmissionFrontOptions): Promise<SubmissionFront> {
    const front = new SubmissionFront(options)
    const { endpoints, spool, tls, log, settings } = options
    await openSpool(spool)
    front.#listener = await SmtpListener.start(endpoints, {
      hostName: options.hostName,
      tls,
      log,
      limits: settings,
      offersReports: true,
      service: front,
    })
    return front
  }

  /** Where it listens, as URLs; a port 0 has become a real one. */
  get urls(): readonly string[] {
    return this.#listener?.urls ?? []
  }

  /** Takes no new connections, ends those without a message, and waits up to `grace` milliseconds for messages that are coming in. */
  async stop(grace: number): Promise<void> {
    await this.#listener?.stop(grace)
  }

  readonly authentication = {
    methods: (): readonly string[] =>
      this.#options.takesPasswords ? ['PLAIN', 'LOGIN', 'XOAUTH2'] : ['XOAUTH2'],
    isAllowedInPlain: ({ remoteAddress }: SMTPServerSession): boolean =>
      this.#options.settings.plainOnLoopback && isLoopback(remoteAddress),
    onAuthentication: (credentials: SMTPServerAuthentication, session: SMTPServerSession) =>
      authenticateUser(credentials, session, this.#options),
  }

  async onSender(
    { address }: SMTPServerAddress,
    session: SMTPServerSession,
  ): Promise<SmtpRefusal | undefined> {
    const user = await this.#userOf(session)
    if (user === undefined) return WHO_ARE_YOU
    // Receipts and automatic answers come from nobody.
    if (address === '') return undefined
    const right = await rightToSendAs(user, address, this.#options.directory)
    return right === undefined ? notAllowed(address) : undefined
  }

  async onRecipient(
    recipient: SMTPServerAddress,
    session: SMTPServerSession,
  ): Promise<SmtpRefusal | undefined> {
    const sender = await this.#userOf(session)
    if (sender === undefined) return WHO_ARE_YOU
    const sendsOutside = this.#options.outgoing !== undefined
    const found = await findRecipients(recipient.address, this.#options, {
      sender,
      sendsOutside,
      asksForGroups: asksForSuccess(recipient),
    })
    if (found.kind === 'refused') return found.refusal
    this.#found.set(recipient, sendsOutside ? found : { ...found, outside: [] })
    return undefined
  }

  async onMessage(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
  ): Promise<SmtpRefusal | undefined> {
    const { log, observe } = this.#options
    const { envelope } = session
    const id = randomUUID()
    const user = await this.#userOf(session)
    const fields = {
      id,
      user: user?.legacyDn,
      from: senderOf(envelope.mailFrom),
      recipients: envelope.rcptTo.length,
    }
    const taking = { stream, whose: 'of a user', fields, log, observe }
    return settle(taking, this.#take(stream, session, user, id))
  }

  /** The user who has authenticated, as the directory has them now. */
  async #userOf({ user }: SMTPServerSession): Promise<DirectoryObject | undefined> {
    if (user === undefined) return undefined
    const { id } = user as AuthenticatedUser
    const account = await this.#options.accounts.get(String(id))
    return account === undefined ? undefined : this.#options.directory.get(id)
  }

  async #take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    user: DirectoryObject | undefined,
    id: string,
  ): Promise<Outcome> {
    const { settings, spool, directory } = this.#options
    const arrivedAt = Date.now()
    await using message = await spoolMessage(stream, spool, settings.messageSize)
    if (message === undefined || message.isHeaderTooLong) return sizeOutcome(message, settings.messageSize)
    if (user === undefined) return { result: 'refused', refusal: WHO_ARE_YOU }
    if (hopsOf(message) > settings.hops) {
      const text = 'This message has passed too many servers: it goes in circles.'
      return { result: 'refused', refusal: refusal(554, '5.4.6', text) }
    }
    const header = await completeHeader(message.header, user, directory)
    if (header.kind === 'notAllowed') return { result: 'refused', refusal: notAllowed(header.address) }
    const envelope = envelopeOf(session, this.#found)
    const { hostNameAppearsAs: helo, remoteAddress: address } = session
    const received = receivedField({
      ...(settings.clientAddress ? { client: { helo, address } } : {}),
      hostName: this.#options.hostName,
      protocol: session.transmissionType,
      id,
      recipients: envelope.named.map((one) => one.address),
    })
    const key = `submission/${user.id}/${isUnique(message) ? message.hash : id}`
    const fields = `${received}${header.added}`
    const posting = { ...envelope, key, source: message.source, fields, isInternal: true }
    const result = await postMime(posting, this.#options)
    const outcome = outcomeOf(result)
    const posted = { key, envelope, message, result, arrivedAt }
    const reporting = { ...this.#options, office: this.#options }
    // A person cannot be asked to send again what others have got already.
    const isFullForSome = outcome.refusal?.status === '4.2.2'
    if (outcome.refusal !== undefined && !isFullForSome) return outcome
    if (isFullForSome) await reportFull(posted, reporting)
    await reportSuccess(posted, reporting)
    return isFullForSome ? { result: 'delivered' } : outcome
  }
}

function notAllowed(address: string): SmtpRefusal {
  return refusal(550, '5.7.1', `You may not send mail as ${address.slice(0, 100)}.`)
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)
}
