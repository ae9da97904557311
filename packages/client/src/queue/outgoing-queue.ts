import {
  ErrorCode,
  isMapiError,
  MapiError,
  type Message,
  MessageFlags,
  type MessageStore,
  PidTagDeleteAfterSubmit,
  PidTagInternetMessageId,
  PidTagMessageFlags,
  PidTagOriginatorDeliveryReportRequested,
  PidTagOriginatorNonDeliveryReportRequested,
  PidTagSenderEmailAddress,
  PidTagSenderSmtpAddress,
  PidTagSentMailEntryId,
  PidTagSentMailSvrEID,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingSmtpAddress,
  PidTagSubject,
  type PropertyBag,
  type RecipientOutcome,
} from '@bourse/mapi'
import type { Clock } from '../session/clock.ts'
import { sentenceOf } from '../session/service.ts'
import {
  openRecipients,
  type QueuedRecipient,
  type QueueEntry,
  type RecipientProgress,
  withProgress,
} from './entry.ts'
import { locateMessage, type NamedStore } from './locate.ts'
import {
  type FailedTransport,
  type NamedTransport,
  planDelivery,
  situationOf,
  type TransportSituation,
  takes,
} from './plan.ts'
import { recipientsToQueue } from './recipients.ts'
import { createReport, type ReportKind } from './report.ts'
import { type QueueSettings, retryDelay } from './settings.ts'
import type { QueueStorage } from './storage.ts'

/** What the queue needs of the session that it sends for. */
export interface QueueHost {
  openStore(service: string): Promise<MessageStore>
  stores(): AsyncIterable<NamedStore>
  /** In the profile's order, each opened when it is its turn. */
  transports(): AsyncIterable<NamedTransport | FailedTransport>
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void
}

export interface OutgoingQueueOptions {
  readonly host: QueueHost
  readonly storage: QueueStorage
  readonly settings: QueueSettings
  readonly clock: Clock
}

/** After this many milliseconds, a message that is still being taken in is taken to be left behind by a process that died. */
const ACCEPTING_TIME = 60_000

/** How long the transports of a profile may take to be opened before a message goes into the queue unasked, in milliseconds. */
const COUPLING_PATIENCE = 5_000

/**
 * Messages on their way out (MAPI's spooler): each is handed to the transports that take its recipients' addresses, tried again while that
 * fails for the moment, and reported about when it fails for good. The messages stay in their stores; the queue keeps which they are, and
 * what became of each recipient.
 *
 * A recipient whose transport has answered is never sent to again. If the process dies while a transport is at work, nobody knows whether
 * it was done, and those recipients are sent to once more, under the same Internet message ID.
 */
export class OutgoingQueue implements AsyncDisposable {
  readonly #host: QueueHost
  readonly #storage: QueueStorage
  readonly #settings: QueueSettings
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  readonly #spoolers = new WeakSet<MessageStore>()
  readonly #closing = new AbortController()
  /** Ends the attempt that is being made, by entry. */
  readonly #attempts = new Map<string, AbortController>()
  #lock: Disposable | undefined
  #cancelTimer: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()
  #isStarted = false

  constructor(options: OutgoingQueueOptions) {
    this.#host = options.host
    this.#storage = options.storage
    this.#settings = options.settings
    this.#clock = options.clock
  }

  /**
   * Takes a message to be sent, and resolves when that is certain. Throws `NoRecipients`, `InvalidRecipients` for recipients without an
   * address, `AlreadySent`, `InvalidObject` for a message of no store of the session.
   */
  async add(message: Message): Promise<void> {
    if (message.id === undefined) await message.save()
    const flags = (await message.get(PidTagMessageFlags)) ?? 0
    if ((flags & MessageFlags.Submitted) !== 0) throw new MapiError(ErrorCode.AlreadySent)
    const recipients = await recipientsToQueue(message)
    const place = await locateMessage(message, this.#host.stores())
    await prepare(message, place.store)
    if (await this.#isSentByStore(place.store, recipients)) return message.submit()

    const now = this.#clock.now()
    const entry: QueueEntry = {
      id: crypto.randomUUID(),
      service: place.service,
      folderId: place.folderId.toString(),
      messageId: place.messageId.toString(),
      subject: (await message.get(PidTagSubject)) ?? '',
      state: 'accepting',
      isSubmitted: false,
      queuedAt: now,
      nextAttempt: now,
      attempts: 0,
      recipients,
    }
    // In the queue first: what is submitted but in no queue would never be sent.
    await this.#storage.add(entry)
    let isSubmitted: boolean
    try {
      isSubmitted = await this.#submit(message, place.store)
    } catch (error) {
      await this.#storage.delete(entry.id)
      throw error
    }
    const accepted = await this.#storage.update(entry.id, (current) => ({
      ...current,
      state: 'waiting',
      isSubmitted,
    }))
    // Somebody may have thought that this took too long to be going on still.
    if (accepted === undefined) await this.#storage.add({ ...entry, state: 'waiting', isSubmitted })
    this.#changed()
    this.#wake()
  }

  /** What is in the queue, in the order in which it came. */
  async list(): Promise<readonly QueueEntry[]> {
    return (await this.#storage.list()).filter((entry) => entry.state !== 'accepting')
  }

  /** Keeps a message from being sent until it is released. Returns whether it is in the queue. */
  async hold(id: string): Promise<boolean> {
    return this.#change(id, (entry) => ({ ...entry, state: 'held' }))
  }

  /** Lets a message that was held be sent again, now. Returns whether it is in the queue. */
  async release(id: string): Promise<boolean> {
    return this.retry(id)
  }

  /** Tries a message now and does not wait until its time comes. Returns whether it is in the queue. */
  async retry(id: string): Promise<boolean> {
    const now = this.#clock.now()
    return this.#change(id, (entry) => ({ ...entry, state: 'waiting', nextAttempt: now }))
  }

  /**
   * Takes a message out of the queue; it is a draft again, where it was. Recipients that it was sent to already keep it. Returns whether
   * it was in the queue.
   */
  async remove(id: string): Promise<boolean> {
    this.#attempts.get(id)?.abort()
    const entry = (await this.#storage.list()).find((one) => one.id === id)
    if (entry === undefined) return false
    await this.#storage.delete(id)
    if (entry.isSubmitted) {
      try {
        const store = await this.#host.openStore(entry.service)
        await this.#unlock(store, entry)
        await store.abortSubmit(BigInt(entry.folderId), BigInt(entry.messageId))
      } catch (error) {
        this.#host.log(
          'warn',
          `A message taken from the queue could not be made a draft again: ${sentenceOf(error)}`,
        )
      }
    }
    this.#changed()
    return true
  }

  /** Calls back when something in the queue has changed, until what it returns is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Begins to send what is in the queue, what earlier sessions left there included. */
  start(): void {
    this.#isStarted = true
    this.#wake()
  }

  /**
   * Tries what is due now and resolves when that is done; with `all`, also what waits for its next attempt (MAPI's FlushQueues). Does
   * nothing if another process sends what is in this queue.
   */
  async flush(options: { readonly all?: boolean } = {}): Promise<void> {
    this.#running = this.#running.then(() => this.#run(options.all === true))
    await this.#running
  }

  /** Tries what is due, for a while; the rest stays for the next session. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancelTimer?.()
    const cancel = this.#clock.after(this.#settings.closeTimeout, () => this.#closing.abort())
    if (this.#isStarted) await this.flush().catch(() => {})
    cancel()
    this.#isStarted = false
    this.#closing.abort()
    await this.#running.catch(() => {})
    this.#lock?.[Symbol.dispose]()
    this.#lock = undefined
    await this.#storage[Symbol.asyncDispose]()
  }

  /** Runs soon, and then again whenever something is due. */
  #wake(delay = 0): void {
    if (!this.#isStarted || this.#closing.signal.aborted) return
    this.#cancelTimer?.()
    this.#cancelTimer = this.#clock.after(delay, () => {
      this.#running = this.#running
        .then(() => this.#run(false))
        .catch((error: unknown) => this.#host.log('error', `The outgoing queue: ${sentenceOf(error)}`))
        .then(() => this.#schedule())
    })
  }

  async #schedule(): Promise<void> {
    if (!this.#isStarted || this.#closing.signal.aborted) return
    const { pollInterval } = this.#settings
    const due = (await this.#storage.list())
      .filter((entry) => entry.state === 'waiting')
      .map((entry) => entry.nextAttempt - this.#clock.now())
    // What is overdue is another process's to send; what is not is looked at when its time comes.
    const next = Math.min(pollInterval, ...due.filter((delay) => delay > 0))
    this.#wake(next)
  }

  async #run(all: boolean): Promise<void> {
    if (this.#lock === undefined) {
      this.#lock = await this.#storage.lock()
      if (this.#lock === undefined) return
    }
    await this.#recover()
    for (const { id } of await this.#storage.list()) {
      if (this.#closing.signal.aborted) return
      // It may have changed while the ones before it were sent.
      const entry = (await this.#storage.list()).find((one) => one.id === id)
      if (entry?.state === 'waiting' && (all || entry.nextAttempt <= this.#clock.now()))
        await this.#attempt(entry)
    }
  }

  /** Goes on with what a process that died had begun to take in. */
  async #recover(): Promise<void> {
    for (const entry of await this.#storage.list()) {
      if (entry.state !== 'accepting' || this.#clock.now() - entry.queuedAt < ACCEPTING_TIME) continue
      const isSubmitted = await this.#isSubmitted(entry)
      if (isSubmitted === undefined) continue
      if (isSubmitted) {
        await this.#storage.update(entry.id, (current) => ({
          ...current,
          state: 'waiting',
          isSubmitted: true,
        }))
      } else {
        // Whoever handed it over was not told that it was taken.
        await this.#storage.delete(entry.id)
      }
    }
  }

  /** Whether a message is submitted; `undefined` if its store cannot be asked now. */
  async #isSubmitted(entry: QueueEntry): Promise<boolean | undefined> {
    try {
      const store = await this.#host.openStore(entry.service)
      await using message = await store.openMessage(BigInt(entry.folderId), BigInt(entry.messageId))
      return (((await message.get(PidTagMessageFlags)) ?? 0) & MessageFlags.Submitted) !== 0
    } catch (error) {
      return isMapiError(error, ErrorCode.NotFound) ? false : undefined
    }
  }

  async #attempt(entry: QueueEntry): Promise<void> {
    const abort = new AbortController()
    this.#attempts.set(entry.id, abort)
    try {
      await this.#attemptWith(entry, abort.signal)
    } finally {
      this.#attempts.delete(entry.id)
    }
    this.#changed()
  }

  async #attemptWith(entry: QueueEntry, aborted: AbortSignal): Promise<void> {
    let store: MessageStore
    let message: Message
    try {
      store = await this.#host.openStore(entry.service)
      message = await store.openMessage(BigInt(entry.folderId), BigInt(entry.messageId))
    } catch (error) {
      if (isMapiError(error, ErrorCode.NotFound)) {
        this.#host.log('warn', 'A message in the outgoing queue has been deleted; it will not be sent.')
        return this.#storage.delete(entry.id)
      }
      await this.#putOff(entry, sentenceOf(error))
      return
    }
    await using opened = message
    if (entry.isSubmitted) await this.#takeLock(store, entry)
    const sent = await this.#deliver(entry, opened, aborted)
    if (sent === undefined) return
    const settled = await this.#settle(sent.entry, sent.retryAfter)
    if (settled === undefined) return
    const reported = await this.#report(settled, store, opened)
    if (reported === undefined) return
    if (openRecipients(reported).length > 0) {
      if (reported.isSubmitted) await this.#unlock(store, reported)
      return
    }
    await this.#finish(reported, store)
  }

  /** Hands a message to its transports. `undefined` if the entry was removed meanwhile. */
  async #deliver(
    entry: QueueEntry,
    message: Message,
    aborted: AbortSignal,
  ): Promise<{ readonly entry: QueueEntry; readonly retryAfter: number } | undefined> {
    const situation = await situationOf(this.#host.transports())
    const { groups, unroutable } = planDelivery(openRecipients(entry), situation.open)
    let current: QueueEntry | undefined = entry
    let retryAfter = 0
    if (unroutable.length > 0) {
      current = await this.#record(
        current,
        new Map(unroutable.map((one) => [one.rowId, this.#noTransport(one, situation)])),
      )
    }
    for (const { target, recipients } of groups) {
      if (current === undefined || aborted.aborted || this.#closing.signal.aborted) return undefined
      const handedOver: RecipientProgress = { state: 'handedOver', transport: target.service }
      current = await this.#record(current, new Map(recipients.map(({ rowId }) => [rowId, handedOver])))
      if (current === undefined) return undefined
      const outcomes = await this.#send(target, message, recipients, aborted)
      retryAfter = Math.max(retryAfter, outcomes.retryAfter)
      current = await this.#record(current, outcomes.progress)
    }
    return current === undefined ? undefined : { entry: current, retryAfter }
  }

  #noTransport(recipient: QueuedRecipient, { failed }: TransportSituation): RecipientProgress {
    const [first] = failed
    if (first !== undefined) {
      return { state: 'pending', reason: `The transport "${first.service}" cannot be used: ${first.reason}` }
    }
    return {
      state: 'failed',
      reason: `No transport of the profile sends to addresses of the type ${recipient.addressType}.`,
      status: '5.4.4',
      at: this.#clock.now(),
    }
  }

  async #send(
    { service, transport }: NamedTransport,
    message: Message,
    queued: readonly QueuedRecipient[],
    aborted: AbortSignal,
  ): Promise<{ readonly progress: ReadonlyMap<number, RecipientProgress>; readonly retryAfter: number }> {
    const wanted = new Set(queued.map(({ rowId }) => rowId))
    const timeout = new AbortController()
    const cancel = this.#clock.after(this.#settings.attemptTimeout, () => timeout.abort())
    const signal = AbortSignal.any([aborted, timeout.signal, this.#closing.signal])
    let outcomes: readonly RecipientOutcome[] = []
    let reason = `The transport "${service}" did not say what became of it.`
    try {
      const recipients = (await message.getRecipients()).filter(({ rowId }) => wanted.has(rowId))
      outcomes = await transport.send(message, recipients, { signal })
    } catch (error) {
      reason = timeout.signal.aborted ? `The transport "${service}" took too long.` : sentenceOf(error)
    } finally {
      cancel()
    }
    const byRow = new Map(outcomes.map(({ recipient, outcome }) => [recipient.rowId, outcome]))
    const progress = new Map<number, RecipientProgress>()
    let retryAfter = 0
    const at = this.#clock.now()
    for (const rowId of wanted) {
      const outcome = byRow.get(rowId) ?? { kind: 'deferred' as const, reason }
      if (outcome.kind === 'sent') progress.set(rowId, { state: 'sent', transport: service, at })
      else if (outcome.kind === 'deferred') {
        progress.set(rowId, { state: 'pending', reason: outcome.reason })
        retryAfter = Math.max(retryAfter, outcome.retryAfter ?? 0)
      } else {
        const { status } = outcome
        progress.set(rowId, {
          state: 'failed',
          reason: outcome.reason,
          at,
          ...(status === undefined ? {} : { status }),
        })
      }
    }
    return { progress, retryAfter }
  }

  /** Writes down what became of recipients. `undefined` if the entry was removed meanwhile. */
  #record(
    entry: QueueEntry,
    progress: ReadonlyMap<number, RecipientProgress>,
  ): Promise<QueueEntry | undefined> {
    return this.#storage.update(entry.id, (current) => withProgress(current, progress))
  }

  /** After an attempt: when the next one is, or that there is to be none. */
  async #settle(entry: QueueEntry, retryAfter: number): Promise<QueueEntry | undefined> {
    const open = openRecipients(entry)
    const now = this.#clock.now()
    const { expiresAfter } = this.#settings
    const isExpired = now - entry.queuedAt >= expiresAfter
    return this.#storage.update(entry.id, (current) => {
      const attempts = current.attempts + 1
      if (open.length === 0) return { ...current, attempts }
      if (!isExpired) {
        const delay = Math.max(retryDelay(this.#settings, attempts), retryAfter)
        // The last attempt is at the end of its time.
        return { ...current, attempts, nextAttempt: Math.min(now + delay, current.queuedAt + expiresAfter) }
      }
      const given: RecipientProgress[] = open.map(({ progress }) => ({
        state: 'failed',
        reason: `It could not be sent for ${durationText(expiresAfter)}. ${lastReason(progress)}`.trim(),
        status: '4.4.7',
        at: now,
      }))
      return { ...withProgress(current, new Map(open.map(({ rowId }, i) => [rowId, given[i]!]))), attempts }
    })
  }

  /** Nothing could be tried at all: the store is not there. */
  async #putOff(entry: QueueEntry, reason: string): Promise<void> {
    const pending: RecipientProgress = { state: 'pending', reason }
    const recorded = await this.#record(
      entry,
      new Map(
        openRecipients(entry)
          .filter(({ progress }) => progress.state === 'pending')
          .map(({ rowId }) => [rowId, pending]),
      ),
    )
    if (recorded === undefined) return
    const now = this.#clock.now()
    await this.#storage.update(entry.id, (current) => ({
      ...current,
      attempts: current.attempts + 1,
      nextAttempt: now + retryDelay(this.#settings, current.attempts + 1),
    }))
  }

  /** Reports what is final and was not reported yet. */
  async #report(entry: QueueEntry, store: MessageStore, message: Message): Promise<QueueEntry | undefined> {
    let current: QueueEntry | undefined = entry
    for (const kind of ['nonDelivery', 'delivery'] as const) {
      if (current === undefined) return undefined
      const recipients = current.recipients.filter((one) => isToReport(one, kind))
      if (recipients.length === 0) continue
      try {
        if (await wantsReport(message, kind)) {
          await createReport(store, reportFolder(store), {
            kind,
            message,
            recipients,
            now: this.#clock.now(),
          })
        }
      } catch (error) {
        this.#host.log('error', `A report about a message could not be stored: ${sentenceOf(error)}`)
      }
      current = await this.#record(
        current,
        new Map(
          recipients.map(({ rowId, progress }) => [
            rowId,
            { ...progress, isReported: true } as RecipientProgress,
          ]),
        ),
      )
    }
    return current
  }

  /** Nothing is left to be done for a message: it goes where sent messages go. */
  async #finish(entry: QueueEntry, store: MessageStore): Promise<void> {
    const folderId = BigInt(entry.folderId)
    const messageId = BigInt(entry.messageId)
    try {
      if (entry.isSubmitted) await store.spoolerLock(messageId, 'finished')
      else await fileAway(store, folderId, messageId)
    } catch (error) {
      // It was sent; that it lies in the wrong place must not make it be sent again.
      this.#host.log('warn', `A message that was sent could not be filed away: ${sentenceOf(error)}`)
    }
    await this.#storage.delete(entry.id)
  }

  /**
   * Whether the store itself sends to all of these recipients. That is not worth waiting for a server that does not answer: the queue will do as
   * well.
   */
  async #isSentByStore(store: MessageStore, recipients: readonly QueuedRecipient[]): Promise<boolean> {
    const { promise: patience, resolve } = Promise.withResolvers<false>()
    const cancel = this.#clock.after(COUPLING_PATIENCE, () => resolve(false))
    try {
      return await Promise.race([patience, isSentByStore(store, recipients, this.#host.transports())])
    } finally {
      cancel()
    }
  }

  /** Marks a message as submitted, if its store can have others send its messages. */
  async #submit(message: Message, store: MessageStore): Promise<boolean> {
    try {
      await this.#beSpooler(store)
      await message.submit({ needsSpooler: true })
      return true
    } catch (error) {
      if (isMapiError(error, ErrorCode.NotSupported) || isMapiError(error, ErrorCode.NotImplemented))
        return false
      throw error
    }
  }

  async #beSpooler(store: MessageStore): Promise<void> {
    if (this.#spoolers.has(store)) return
    await store.setSpooler()
    this.#spoolers.add(store)
  }

  /** Keeps the message from being called back while it is sent. A lock that is there is that of a process that died. */
  async #takeLock(store: MessageStore, entry: QueueEntry): Promise<void> {
    const id = BigInt(entry.messageId)
    try {
      await this.#beSpooler(store)
      await store.spoolerLock(id, 'lock')
    } catch (error) {
      if (!isMapiError(error)) throw error
      if (error.code !== ErrorCode.AccessDenied) return
      await store.spoolerLock(id, 'unlock').catch(() => {})
      await store.spoolerLock(id, 'lock').catch(() => {})
    }
  }

  async #unlock(store: MessageStore, entry: QueueEntry): Promise<void> {
    await this.#beSpooler(store)
    await store.spoolerLock(BigInt(entry.messageId), 'unlock').catch(() => {})
  }

  async #change(id: string, change: (entry: QueueEntry) => QueueEntry): Promise<boolean> {
    const changed = await this.#storage.update(id, change)
    if (changed === undefined) return false
    this.#changed()
    this.#wake()
    return true
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** Whether each recipient is first taken by a transport that is part of the store. Opens no more transports than that takes. */
async function isSentByStore(
  store: MessageStore,
  recipients: readonly QueuedRecipient[],
  transports: AsyncIterable<NamedTransport | FailedTransport>,
): Promise<boolean> {
  let left = recipients
  for await (const one of transports) {
    if (!('transport' in one)) continue
    const others = left.filter(({ addressType }) => !takes(one.transport, addressType))
    if (others.length < left.length && one.transport.mailboxGuid !== store.logon.mailboxGuid) return false
    if (others.length === 0) return true
    left = others
  }
  return false
}

/** Where the sender's Internet address may stand. */
const SENDER_ADDRESSES = [
  PidTagSentRepresentingSmtpAddress,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingEmailAddress,
  PidTagSenderEmailAddress,
] as const

/** What a message must have before it is sent: an identity that stays the same, and a place to go to afterwards. */
async function prepare(message: Message, store: MessageStore): Promise<void> {
  const known = await message.getProperties([
    PidTagInternetMessageId,
    PidTagSentMailSvrEID,
    PidTagSentMailEntryId,
    PidTagDeleteAfterSubmit,
    ...SENDER_ADDRESSES,
  ])
  const hasPlace =
    known.has(PidTagSentMailSvrEID) ||
    known.has(PidTagSentMailEntryId) ||
    known.get(PidTagDeleteAfterSubmit) === true
  if (!known.has(PidTagInternetMessageId)) {
    await message.setProperties([[PidTagInternetMessageId, newMessageId(known)]])
  }
  const { sentItems } = store.logon.folders
  if (!hasPlace && sentItems !== undefined) {
    await message.setProperties([
      [PidTagSentMailSvrEID, { ours: true, folderId: sentItems, messageId: 0n, instance: 0 }],
    ])
  }
}

/** A new Internet message ID (RFC 5322, 3.6.4), in the sender's domain if that is known. */
function newMessageId(known: PropertyBag): string {
  const addresses = SENDER_ADDRESSES.map((tag) => known.get(tag)?.split('@'))
  const domain = addresses.find((parts) => parts?.length === 2)?.[1] ?? 'bourse.invalid'
  return `<${crypto.randomUUID()}@${domain}>`
}

async function fileAway(store: MessageStore, folderId: bigint, messageId: bigint): Promise<void> {
  await using message = await store.openMessage(folderId, messageId)
  const isToDelete = (await message.get(PidTagDeleteAfterSubmit)) === true
  const sent = await message.get(PidTagSentMailSvrEID)
  await using folder = await store.openFolder(folderId)
  if (isToDelete) {
    await folder.deleteMessages([messageId])
  } else if (sent?.ours === true && sent.folderId !== folderId) {
    await using destination = await store.openFolder(sent.folderId)
    await folder.copyMessages([messageId], destination, { move: true })
  }
}

function isToReport({ progress }: QueuedRecipient, kind: ReportKind): boolean {
  const state = kind === 'delivery' ? 'sent' : 'failed'
  return progress.state === state && progress.isReported !== true
}

/** Reports of delivery are made for who asked for them, those of non-delivery unless the sender did not want them. */
async function wantsReport(message: Message, kind: ReportKind): Promise<boolean> {
  if (kind === 'delivery') return (await message.get(PidTagOriginatorDeliveryReportRequested)) === true
  return (await message.get(PidTagOriginatorNonDeliveryReportRequested)) !== false
}

function reportFolder(store: MessageStore): bigint {
  const { inbox, outbox, root } = store.logon.folders
  const folder = inbox ?? outbox ?? root
  if (folder === undefined) throw new MapiError(ErrorCode.NotFound, { message: 'The store has no inbox.' })
  return folder
}

function lastReason(progress: RecipientProgress): string {
  return progress.state === 'pending' && progress.reason !== undefined ? `Last time: ${progress.reason}` : ''
}

function durationText(milliseconds: number): string {
  const hours = Math.round(milliseconds / 3_600_000)
  if (hours >= 48) return `${Math.round(hours / 24)} days`
  return hours >= 2 ? `${hours} hours` : `${Math.max(1, Math.round(milliseconds / 60_000))} minutes`
}
