import { randomUUID } from 'node:crypto'
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { ListenAddress, Settings } from '../../config/index.ts'
import type { TlsFiles } from '../../http/index.ts'
import type { Log } from '../../log/index.ts'
import {
  type Authenticity,
  type AuthenticityQuestion,
  checkAuthenticity,
  type DnsQuestion,
  excessSignatures,
  FOREIGN_NAME,
  forgedResults,
  networkTest,
  SKIPPED_NAME,
  systemDns,
} from '../checks/index.ts'
import { type MailFilter, rspamdFilter } from '../filter/index.ts'
import { type MimePosting, type PostOffice, postMime } from '../posting/index.ts'
import { reportSuccess } from './delivery-reports.ts'
import { asksForSuccess, type Envelope, envelopeOf, type NamedRecipient, senderOf } from './envelope.ts'
import type { HeaderField } from './header.ts'
import { type Outcome, outcomeOf, type RefusedOutcome, settle, sizeOutcome } from './outcome.ts'
import { receivedField } from './received.ts'
import { findRecipients, type RecipientOptions } from './recipients.ts'
import { refusal, type SmtpRefusal, TRY_AGAIN } from './reply.ts'
import { withRoomMemory } from './room-memory.ts'
import { SmtpListener, type SmtpService } from './smtp-listener.ts'
import { hopsOf, isUnique, openSpool, type SpooledMessage, spoolMessage } from './spool.ts'

export interface SmtpFrontOptions extends RecipientOptions, PostOffice {
  readonly addresses: readonly ListenAddress[]
  readonly settings: Settings['mail']['incoming']
  /** Name of the server as other mail servers know it. */
  readonly hostName: string
  readonly tls: TlsFiles
  /** Folder for messages that are coming in. */
  readonly spool: string
  readonly log: Log
  /** Asks DNS where messages are from; the servers that this machine uses if left out. */
  readonly dns?: DnsQuestion
  /** Takes what became of each message, and with which status code each recipient was refused. */
  observe(what: 'message' | 'refusal', value: string): void
}

/**
 * Takes mail from outside by SMTP (RFC 5321) for users, groups and public folders of the organization, and for nobody else. Who sends is told that a
 * message has come when everybody has it, durably: in their mailboxes, or in the queue if these are elsewhere.
 */
export class SmtpFront implements SmtpService {
  readonly #options: SmtpFrontOptions
  readonly #isTrusted: (address: string) => boolean
  readonly #dns: DnsQuestion
  readonly #filter: MailFilter | undefined
  #listener: SmtpListener | undefined
  /** Whom the recipients of messages stand for that are coming in. */
  readonly #found = new WeakMap<SMTPServerAddress, NamedRecipient['found']>()

  private constructor(options: SmtpFrontOptions) {
    this.#options = options
    const { checks, filter } = options.settings
    const { url } = filter
    this.#isTrusted = networkTest(checks.trusted)
    this.#dns = options.dns ?? systemDns()
    this.#filter = url === undefined ? undefined : rspamdFilter({ ...filter, url, log: options.log })
  }

  /** Listens on all addresses, or on none: rejects when one cannot be had. */
  static async start(options: SmtpFrontOptions): Promise<SmtpFront> {
    const front = new SmtpFront(withRoomMemory(options))
    const { addresses, spool, tls, log, settings, outgoing } = options
    await openSpool(spool)
    front.#listener = await SmtpListener.start(
      addresses.map((address) => ({ address, isImplicitTls: false })),
      {
        hostName: options.hostName,
        tls,
        log,
        limits: settings,
        // A report to somebody elsewhere needs a way there.
        offersReports: outgoing !== undefined,
        service: front,
      },
    )
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

  async onRecipient(
    recipient: SMTPServerAddress,
    session: SMTPServerSession,
  ): Promise<SmtpRefusal | undefined> {
    const { log, observe, outgoing } = this.#options
    const { address } = recipient
    const { remoteAddress } = session
    let answer: SmtpRefusal
    try {
      const sendsOutside = outgoing !== undefined
      const found = await findRecipients(address, this.#options, {
        sendsOutside,
        asksForGroups: asksForSuccess(recipient),
      })
      if (found.kind === 'found') {
        if (found.outside.length > 0 && !sendsOutside)
          log.warn({ address, outside: found.outside.length }, 'members of a group outside get no mail')
        this.#found.set(recipient, sendsOutside ? found : { ...found, outside: [] })
        return undefined
      }
      answer = found.refusal
    } catch (error) {
      log.error({ err: error, address }, 'a recipient could not be looked up')
      answer = TRY_AGAIN
    }
    observe('refusal', answer.status)
    log.info(
      { remoteAddress, address, status: answer.status },
      'a recipient of mail from outside was refused',
    )
    return answer
  }

  async onMessage(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
  ): Promise<SmtpRefusal | undefined> {
    const { log, observe } = this.#options
    const { remoteAddress, envelope } = session
    const id = randomUUID()
    const fields = {
      id,
      remoteAddress,
      from: senderOf(envelope.mailFrom),
      recipients: envelope.rcptTo.length,
    }
    const taking = {
      stream,
      whose: 'from outside',
      fields,
      log,
      observe: (result: Outcome['result']) => observe('message', result),
    }
    return settle(taking, this.#take(stream, session, id))
  }

  async #take(stream: SMTPServerDataStream, session: SMTPServerSession, id: string): Promise<Outcome> {
    const { settings, spool } = this.#options
    const arrivedAt = Date.now()
    await using message = await spoolMessage(stream, spool, settings.messageSize)
    if (message === undefined || message.isHeaderTooLong) return sizeOutcome(message, settings.messageSize)
    if (hopsOf(message) > settings.hops) {
      const text = 'This message has passed too many servers: it goes in circles.'
      return { result: 'refused', refusal: refusal(554, '5.4.6', text) }
    }
    const envelope = envelopeOf(session, this.#found)
    const received = receivedField({
      client: { helo: session.hostNameAppearsAs, address: session.remoteAddress },
      hostName: this.#options.hostName,
      protocol: session.transmissionType,
      id,
      recipients: envelope.named.map(({ address }) => address),
    })
    const screening = await this.#screen(message, session, envelope, id)
    if ('refusal' in screening) return screening
    // Without Date and Message-ID an equal message may be another one, such as the next one of a machine that always says the same.
    const key = `smtp/${isUnique(message) ? message.hash : id}`
    const { fields, ...rest } = screening
    const posting = { ...envelope, ...rest, key, source: message.source, fields: `${fields}${received}` }
    const result = await postMime(posting, this.#options)
    const outcome = outcomeOf(result)
    if (outcome.refusal === undefined) {
      const reporting = { ...this.#options, office: this.#options }
      await reportSuccess({ key, envelope, message, result, arrivedAt }, reporting)
    }
    return outcome
  }

  /** Checks where a message is from, and has it claim nothing of that itself. */
  async #check(message: SpooledMessage, question: AuthenticityQuestion, id: string): Promise<Authenticity> {
    const rename = async (fields: readonly HeaderField[], name: string): Promise<void> => {
      for (const { offset } of fields) await message.overwrite(offset, Buffer.from(name))
    }
    await rename(excessSignatures(message.header), SKIPPED_NAME)
    const result = await checkAuthenticity(question).catch((error: Error): Authenticity => {
      // However odd a message is, it is taken.
      this.#options.log.warn({ err: error, id }, 'it cannot be checked where a message is from')
      return UNCHECKED
    })
    await rename(forgedResults(message.header, question.hostName), FOREIGN_NAME)
    return result
  }

  /** Looks into where a message is from, and what it is like. Resolves to what its readers are told of that, or to why it is refused. */
  async #screen(
    message: SpooledMessage,
    session: SMTPServerSession,
    { from, named }: Envelope,
    id: string,
  ): Promise<Pick<MimePosting, 'fields' | 'junk'> | RefusedOutcome> {
    const { settings, hostName, log } = this.#options
    const { source, size } = message
    const { remoteAddress, hostNameAppearsAs: helo } = session
    const { enabled, timeout, onReject } = settings.checks
    const isChecked = enabled && !this.#isTrusted(remoteAddress)
    const question = { source, remoteAddress, helo, from, hostName }
    const { field, policy } = isChecked
      ? await this.#check(message, { ...question, ask: this.#dns, timeout }, id)
      : UNCHECKED
    if (policy === 'reject' && onReject === 'refuse') {
      log.info({ id, remoteAddress }, 'a message is not from where it says that it is')
      const text = 'This message is not from the domain in From, which wants such mail rejected (DMARC).'
      return { result: 'refused', refusal: refusal(550, '5.7.1', text) }
    }
    const verdict = await this.#filter?.judge({
      ...question,
      size,
      id,
      recipients: named.map(({ address }) => address),
    })
    if (verdict?.action === 'refuse') {
      const { text = 'This message counts as spam.' } = verdict
      return { result: 'refused', refusal: refusal(550, '5.7.1', text) }
    }
    if (verdict?.action === 'postpone') {
      const { text = 'This message cannot be taken now, try again later.' } = verdict
      return { result: 'postponed', refusal: refusal(451, '4.7.1', text) }
    }
    const isForged = policy !== 'none' && onReject !== 'accept'
    const confidence = verdict?.confidence ?? FORGED
    return {
      fields: `${field}${verdict?.fields ?? ''}`,
      ...(isForged || verdict?.action === 'junk' ? { junk: { confidence } } : {}),
    }
  }
}

/** What is known of where a message is from that was not checked. */
const UNCHECKED: Authenticity = { field: '', policy: 'none' }

/** How sure it is that a message is spam which is not from where it says that it is ([MS-OXCSPAM] 2.2.1.3). */
const FORGED = 6
