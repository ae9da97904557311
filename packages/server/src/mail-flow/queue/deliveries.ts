import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeliveryAttempt, OutgoingTransport, RecipientOutcome } from '../smtp-out/transport.ts'
import { discardFiles, type QueueContext } from './queue-context.ts'
import type { OpenRecipient, QueuedEnvelope } from './queue-store.ts'
import { recordOutcome } from './record-outcome.ts'
import { isDomainFailure, OWN_FAILURE, type Verdict } from './verdict.ts'
import { Rounds } from './work.ts'

/** How long is waited, in milliseconds, when the database of the queue fails. */
const TROUBLE_DELAY = 5000

/** What becomes of recipients of a message whose file is lost. */
const LOST = {
  result: 'failed',
  status: '5.3.0',
  diagnostic: 'This server has lost the text of the message.',
} as const

/** What it means for recipients that an attempt could not be made, or has told nothing of them. */
const NOT_TRIED = {
  result: 'deferred',
  status: OWN_FAILURE,
  diagnostic: 'This server could not work on the message.',
} as const

/** Brings messages on their way when they are due. */
export class Deliveries {
  readonly #context: QueueContext
  readonly #transport: OutgoingTransport
  /** Something may have become owed, or an attempt has ended for which a report waited. */
  readonly #onRecorded: () => void
  readonly #rounds: Rounds
  readonly #stop = new AbortController()
  /** Messages on their way, by domain. */
  readonly #underWay = new Map<string, Set<number>>()
  #count = 0
  /** Domains to which nothing could be brought, and until when nothing is tried; after that one message is, to see. */
  readonly #blocked = new Map<string, number>()
  /** Until when nothing is begun, since the database or the folder of the queue fails. */
  #troubleUntil = 0

  constructor(context: QueueContext, transport: OutgoingTransport, onRecorded: () => void) {
    this.#context = context
    this.#transport = transport
    this.#onRecorded = onRecorded
    this.#rounds = new Rounds(context.work, context.clock, () => this.#round())
  }

  start(): void {
    this.#rounds.start()
  }

  /** Begins nothing more, and ends what is still under way after `grace` milliseconds. */
  async stop(grace: number): Promise<void> {
    const { work, clock } = this.#context
    this.#rounds.stop()
    if (grace > 0 && this.#count > 0) {
      const { promise: timeIsOver, resolve } = Promise.withResolvers<void>()
      const cancel = clock.at(clock.now() + grace, resolve)
      await Promise.race([work.idle(), timeIsOver])
      cancel()
    }
    this.#stop.abort()
  }

  /** Something has become due. */
  wake(): void {
    this.#rounds.ask()
  }

  /** What was found about domains counts no more. */
  unblock(): void {
    this.#blocked.clear()
  }

  /** Whether a message is on its way to some of its recipients. */
  isUnderWay(messageId: number): boolean {
    for (const messages of this.#underWay.values()) if (messages.has(messageId)) return true
    return false
  }

  /** Begins what is due. Returns when something is due next. */
  #round(): number {
    const { store, settings, clock, log } = this.#context
    const now = clock.now()
    if (now < this.#troubleUntil) return this.#troubleUntil
    let next = Number.POSITIVE_INFINITY
    try {
      const domains = store.dueDomains()
      for (const { domain, due } of domains) {
        const blockedUntil = this.#blocked.get(domain)
        const time = Math.max(due, blockedUntil ?? 0)
        if (time > now) {
          next = Math.min(next, time)
          continue
        }
        const underWay = this.#underWay.get(domain)
        const limit = blockedUntil === undefined ? settings.concurrencyPerDomain : 1
        let free = Math.min(limit - (underWay?.size ?? 0), settings.concurrency - this.#count)
        // Where nothing is free, the end of an attempt asks for the next round.
        if (free <= 0) continue
        for (const messageId of store.dueMessages(domain, now)) {
          if (this.#underWay.get(domain)?.has(messageId)) continue
          this.#begin(messageId, domain)
          if (--free === 0) break
        }
      }
      this.#forgetBlocks(new Set(domains.map(({ domain }) => domain)), now)
    } catch (error) {
      log.error({ err: error }, 'the queue of outgoing mail cannot be read')
      return now + TROUBLE_DELAY
    }
    return next
  }

  #forgetBlocks(domains: ReadonlySet<string>, now: number): void {
    for (const [domain, until] of this.#blocked) {
      if (until <= now && !domains.has(domain)) this.#blocked.delete(domain)
    }
  }

  #begin(messageId: number, domain: string): void {
    const { work, log } = this.#context
    let messages = this.#underWay.get(domain)
    if (messages === undefined) {
      messages = new Set()
      this.#underWay.set(domain, messages)
    }
    messages.add(messageId)
    this.#count++
    work.begin(async () => {
      try {
        await this.#attempt(messageId, domain)
      } catch (error) {
        log.error({ err: error, message: messageId, domain }, 'outgoing mail could not be worked on')
        this.#troubleUntil = this.#context.clock.now() + TROUBLE_DELAY
      } finally {
        messages.delete(messageId)
        if (messages.size === 0) this.#underWay.delete(domain)
        this.#count--
        this.wake()
        this.#onRecorded()
      }
    })
  }

  async #attempt(messageId: number, domain: string): Promise<void> {
    const { store, clock, log } = this.#context
    const message = store.envelope(messageId)
    const recipients = store.dueRecipients(domain, clock.now(), messageId)
    if (message === undefined || recipients.length === 0) return
    const start = performance.now()
    const outcomes = await this.#deliver(message, domain, recipients)
    const verdicts = await this.#record(message, domain, recipients, outcomes)
    const count = (result: Verdict['result']) =>
      verdicts.filter((verdict) => verdict.result === result).length
    const worst = outcomes.find(({ result }) => result !== 'delivered') ?? outcomes[0]
    log.info(
      {
        message: messageId,
        domain,
        delivered: count('delivered'),
        deferred: count('deferred'),
        failed: count('failed'),
        status: worst?.status,
        diagnostic: worst?.diagnostic,
        remoteHost: worst?.remoteHost,
        milliseconds: Math.round(performance.now() - start),
      },
      'a message to the outside',
    )
  }

  /** Resolves to one outcome for each recipient that has one. */
  async #deliver(
    message: QueuedEnvelope,
    domain: string,
    recipients: readonly OpenRecipient[],
  ): Promise<readonly RecipientOutcome[]> {
    const { folder, log } = this.#context
    const path = join(folder, message.file)
    const all = (outcome: Omit<RecipientOutcome, 'address'>) =>
      recipients.map(({ address }) => ({ address, ...outcome }))
    try {
      await access(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      log.error({ message: message.id }, 'the file of a message to the outside is lost')
      return all(LOST)
    }
    const outcomes = await this.#transport
      .deliver(this.#attemptFor(message, domain, path, recipients))
      .catch((error: unknown) => {
        log.error(
          { err: error, message: message.id, domain },
          'a message to the outside could not be worked on',
        )
        return []
      })
    // What was broken off by us was no attempt.
    if (this.#stop.signal.aborted) return outcomes.filter(({ result }) => result !== 'deferred')
    const told = new Map(outcomes.map((outcome) => [outcome.address, outcome]))
    return recipients.map(({ address }) => told.get(address) ?? { address, ...NOT_TRIED })
  }

  #attemptFor(
    { from, size, envelopeId, returned }: QueuedEnvelope,
    domain: string,
    path: string,
    recipients: readonly OpenRecipient[],
  ): DeliveryAttempt {
    return {
      domain,
      from,
      recipients: recipients.map(({ address, notify, originalRecipient }) => ({
        address,
        ...(notify === undefined ? {} : { notify }),
        ...(originalRecipient === undefined ? {} : { originalRecipient }),
      })),
      path,
      size,
      ...(envelopeId === undefined ? {} : { envelopeId }),
      ...(returned === undefined ? {} : { returned }),
      signal: this.#stop.signal,
    }
  }

  /** Resolves when it is durable. An answer that has come must not be asked for again, so this is tried until it succeeds. */
  async #record(
    message: QueuedEnvelope,
    domain: string,
    recipients: readonly OpenRecipient[],
    outcomes: readonly RecipientOutcome[],
  ): Promise<readonly Verdict[]> {
    const { store, log, observe } = this.#context
    for (;;) {
      try {
        const { verdicts, files } = await store.database.write(() =>
          this.#recordNow(message, domain, recipients, outcomes),
        )
        for (const { result } of verdicts) observe('recipient', result)
        await discardFiles(this.#context, files)
        return verdicts
      } catch (error) {
        log.error(
          { err: error, message: message.id, domain },
          'what became of outgoing mail cannot be recorded',
        )
        if (this.#stop.signal.aborted) return []
        await this.#pause()
      }
    }
  }

  #recordNow(
    message: QueuedEnvelope,
    domain: string,
    recipients: readonly OpenRecipient[],
    outcomes: readonly RecipientOutcome[],
  ): { readonly verdicts: readonly Verdict[]; readonly files: readonly (string | undefined)[] } {
    const { store, settings, clock } = this.#context
    const now = clock.now()
    const options = { policy: settings, now, random: this.#context.random() }
    const byAddress = new Map(outcomes.map((outcome) => [outcome.address, outcome]))
    const verdicts: Verdict[] = []
    const touched = new Set([message.id])
    const record = (envelope: QueuedEnvelope, { id }: OpenRecipient, outcome: RecipientOutcome): void => {
      const verdict = recordOutcome(store, envelope, id, outcome, options)
      if (verdict !== undefined) verdicts.push(verdict)
    }
    for (const recipient of recipients) {
      const outcome = byAddress.get(recipient.address)
      if (outcome !== undefined) record(message, recipient, outcome)
    }
    const [failure] = outcomes
    if (failure !== undefined && isDomainFailure(outcomes)) {
      // It would have been the same with all others that are due, so this counts as an attempt for them, too.
      const underWay = this.#underWay.get(domain)
      let envelope: QueuedEnvelope | undefined
      for (const recipient of store.dueRecipients(domain, now)) {
        if (underWay?.has(recipient.messageId)) continue
        if (envelope?.id !== recipient.messageId) envelope = store.envelope(recipient.messageId)
        if (envelope === undefined) continue
        touched.add(recipient.messageId)
        record(envelope, recipient, { ...failure, address: recipient.address })
      }
      const latest = now + (settings.delays.at(-1) ?? 0)
      const until = verdicts.reduce((time, { nextAttempt }) => Math.min(time, nextAttempt ?? latest), latest)
      this.#blocked.set(domain, until)
    } else if (failure !== undefined) {
      this.#blocked.delete(domain)
    }
    return { verdicts, files: [...touched].map((id) => store.finishIfDone(id)) }
  }

  /** Waits for a moment, or until the queue stops. */
  async #pause(): Promise<void> {
    const { clock } = this.#context
    const { signal } = this.#stop
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.at(clock.now() + TROUBLE_DELAY, resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    cancel()
  }
}
