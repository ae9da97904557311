import { copyMessage } from '@bourse/client/provider'
import {
  ErrorCode,
  type FileTime,
  fileTimeToDate,
  type Guid,
  isMapiError,
  type Message,
  type MessageStore,
  PidTagClientSubmitTime,
  PidTagDeferredSendTime,
  PidTagDeleteAfterSubmit,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSenderEmailAddress,
  PidTagSentMailEntryId,
  PidTagSentMailSvrEID,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubmitFlags,
  PropertyBag,
  type Recipient,
  RecipientType,
  recipientKind,
} from '@bourse/mapi'
import {
  type Mailbox,
  messageSent,
  type StoreEngine,
  type Submission,
  submitNow,
  type WaitingMessage,
  waitingMessages,
} from '@bourse/store'
import type { Log } from '../../log/index.ts'
import { SETUP } from '../../worker/mailbox-target.ts'
import type { IncomingMessage } from '../delivery/incoming-message.ts'
import { fillNonDeliveryReport } from '../reports/non-delivery.ts'
import type { Addressee, Receiver, Route, RouteQuestion, RoutingFailure } from '../routing/route.ts'
import { sendInOwnName } from './sender.ts'

export interface OutboxOptions {
  readonly engine: () => Promise<StoreEngine>
  /** Where a message goes. */
  findRoute(question: RouteQuestion): Promise<Route>
  /** Begins a delivery, in whichever thread the mailbox is. `undefined` if it was delivered before. */
  begin(receiver: Receiver, key: string): Promise<IncomingMessage | undefined>
  /** How long a message waits after it was submitted, in milliseconds, so that it can be called back. */
  readonly pickupDelay: number
  readonly log: Log
}

/** How long is waited before what failed is tried again, in milliseconds: longer each time. */
const FIRST_DELAY = 1000
const LAST_DELAY = 5 * 60_000

/** What says how a message is sent is nothing to who gets it ([MS-OXOMSG] 2.2.3). */
const OF_THE_SENDER = [
  PidTagDeleteAfterSubmit,
  PidTagSentMailEntryId,
  PidTagSentMailSvrEID,
  PidTagSubmitFlags,
  PidTagDeferredSendTime,
]

/** The longest time that a timer can be set to, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

interface Box {
  readonly mailbox: Mailbox
  /** What is being worked on, and can not be called back any more. */
  readonly sending: Set<number>
  /** What does not wait to be called back (RopTransportSend). */
  readonly urgent: Set<number>
  timer: NodeJS.Timeout | undefined
  delay: number
  running: Promise<void> | undefined
  isAgainNeeded: boolean
}

/**
 * Sends what is submitted in the mailboxes of this thread ([MS-OXOMSG] 3.2.5.1). A message waits in its mailbox, where it is safe, until everybody
 * has got it or has failed to; what is delivered is named so that it is not there twice when this is tried again.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #boxes = new Map<Guid, Box>()
  #isStopping = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** A mailbox was opened: what waits in it goes on its way. */
  attach(mailbox: Mailbox): void {
    const box: Box = {
      mailbox,
      sending: new Set(),
      urgent: new Set(),
      timer: undefined,
      delay: FIRST_DELAY,
      running: undefined,
      isAgainNeeded: false,
    }
    this.#boxes.set(mailbox.info.guid, box)
    mailbox.hooks.submission = {
      submitted: () => this.#run(box),
      send: (submission) => this.#sendNow(box, submission),
      abort: async ({ mid }) => !box.sending.has(mid),
    }
    this.#run(box)
  }

  /** Finishes what is being worked on, and begins nothing more. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const { timer } of this.#boxes.values()) clearTimeout(timer)
    await Promise.allSettled([...this.#boxes.values()].map(({ running }) => running))
  }

  #run(box: Box): void {
    if (this.#isStopping) return
    if (box.running !== undefined) {
      box.isAgainNeeded = true
      return
    }
    clearTimeout(box.timer)
    box.running = this.#sendAll(box).finally(() => {
      box.running = undefined
      if (box.isAgainNeeded) this.#run(box)
    })
  }

  async #sendAll(box: Box): Promise<void> {
    box.isAgainNeeded = false
    let next = Number.POSITIVE_INFINITY
    try {
      for (const waiting of await waitingMessages(box.mailbox)) {
        if (this.#isStopping) return
        next = Math.min(next, await this.#send(box, waiting))
      }
      box.delay = FIRST_DELAY
    } catch (error) {
      this.#options.log.warn(
        { err: error, mailbox: box.mailbox.info.guid },
        'a message could not be sent yet',
      )
      next = Date.now() + box.delay
      box.delay = Math.min(box.delay * 2, LAST_DELAY)
    }
    if (next === Number.POSITIVE_INFINITY || this.#isStopping) return
    const wait = Math.min(Math.max(0, next - Date.now()), LONGEST_TIMER)
    box.timer = setTimeout(() => this.#run(box), wait)
    box.timer.unref()
  }

  /** RopTransportSend waits until it is sent. */
  async #sendNow(box: Box, submission: Submission): Promise<PropertyBag> {
    box.urgent.add(submission.mid)
    await submitNow(box.mailbox, submission)
    this.#run(box)
    await box.running
    return new PropertyBag()
  }

  /** Sends a message, unless it is to be sent later. Resolves to when that is, in milliseconds since 1970-01-01 UTC. */
  async #send(box: Box, waiting: WaitingMessage): Promise<number> {
    const { mailbox, sending, urgent } = box
    const engine = await this.#options.engine()
    await using store = await engine.logOn(mailbox.info.guid, SETUP)
    await using message = await openWaiting(store, mailbox, waiting)
    if (message === undefined) return Number.POSITIVE_INFINITY
    const due = await this.#dueTime(message, urgent.has(waiting.mid))
    if (due > Date.now()) return due
    sending.add(waiting.mid)
    try {
      await this.#distribute(mailbox, store, message, `${mailbox.info.guid}/${waiting.mid}/${waiting.cn}`)
      await messageSent(mailbox, waiting.mid)
    } finally {
      sending.delete(waiting.mid)
      urgent.delete(waiting.mid)
    }
    return Number.POSITIVE_INFINITY
  }

  /** When a message goes, in milliseconds since 1970-01-01 UTC ([MS-OXOMSG] 2.2.3.4). */
  async #dueTime(message: Message, isUrgent: boolean): Promise<number> {
    const deferred = await message.get(PidTagDeferredSendTime)
    const submitted = await message.get(PidTagClientSubmitTime)
    const pickup =
      isUrgent || submitted === undefined ? 0 : millisecondsOf(submitted) + this.#options.pickupDelay
    return Math.max(pickup, deferred === undefined ? 0 : millisecondsOf(deferred))
  }

  async #distribute(mailbox: Mailbox, store: MessageStore, message: Message, key: string): Promise<void> {
    const recipients = await message.getRecipients()
    const from = await representedAddresses(message)
    const route = await this.#options.findRoute({
      senderKey: (await message.get(PidTagSenderEmailAddress)) ?? '',
      from,
      addressees: recipients.map(addresseeOf),
    })
    const failures: RoutingFailure[] = [...route.failures]
    if (route.right === undefined) {
      const name = from.at(-1) ?? ''
      failures.splice(0, failures.length, ...recipients.map((one) => notAllowed(one, name)))
    } else {
      for (const receiver of route.receivers) {
        const failure = await this.#deliver(store, message, recipients, receiver, key, route.right)
        if (failure !== undefined) failures.push(failure)
      }
      for (const { rowId, displayName, address } of route.outside) {
        const reason = 'This server does not send mail to the outside.'
        failures.push({ rowId, displayName, address, status: '5.4.4', reason })
      }
    }
    if (failures.length > 0) await this.#report(mailbox, message, failures, key)
  }

  /** Delivers a copy to somebody of the organization. Resolves to why that failed for good. */
  async #deliver(
    store: MessageStore,
    message: Message,
    recipients: readonly Recipient[],
    receiver: Receiver,
    key: string,
    right: 'sendAs' | 'onBehalf',
  ): Promise<RoutingFailure | undefined> {
    const { mailbox, folderPath = '', displayName, address } = receiver
    const failure = (status: string, reason: string): RoutingFailure => ({
      rowId: 0,
      displayName,
      address,
      status,
      reason,
    })
    try {
      await using incoming = await this.#options.begin(receiver, `${key}/${mailbox}${folderPath}`)
      if (incoming === undefined) return undefined
      const copy = await incoming.message()
      await copyMessage(message, copy, { from: store, to: await incoming.store() })
      await copy.deleteProperties(OF_THE_SENDER)
      await copy.removeAllRecipients()
      await copy.modifyRecipients(
        recipients
          .filter(({ type }) => recipientKind(type) !== RecipientType.Bcc)
          .map((recipient) => ({ rowId: recipient.rowId, recipient })),
      )
      if (right === 'sendAs') await sendInOwnName(copy)
      return (await incoming.deliver()) === 'full' ? failure('5.2.2', 'The mailbox is full.') : undefined
    } catch (error) {
      if (isMapiError(error, ErrorCode.UnknownUser)) return failure('5.2.1', 'The mailbox takes no mail.')
      if (isMapiError(error, ErrorCode.NotFound) && receiver.folderPath !== undefined) {
        return failure('5.1.1', `There is no public folder ${receiver.folderPath}.`)
      }
      throw error
    }
  }

  /** Tells the sender who did not get it. */
  async #report(
    { info }: Mailbox,
    message: Message,
    failures: readonly RoutingFailure[],
    key: string,
  ): Promise<void> {
    const sender: Receiver = {
      mailbox: info.guid,
      displayName: info.displayName,
      address: '',
      legacyDn: info.ownerDn,
      entryId: new Uint8Array(0),
    }
    await using incoming = await this.#options.begin(sender, `${key}/report`)
    if (incoming === undefined) return
    await fillNonDeliveryReport(await incoming.message(), message, failures)
    await incoming.deliver()
  }
}

function millisecondsOf(time: FileTime): number {
  return fileTimeToDate(time).getTime()
}

/** The message, if it was not deleted meanwhile. */
async function openWaiting(
  store: MessageStore,
  mailbox: Mailbox,
  { fid, mid }: WaitingMessage,
): Promise<Message | undefined> {
  try {
    return await store.openMessage(mailbox.id(fid), mailbox.id(mid))
  } catch (error) {
    if (isMapiError(error, ErrorCode.NotFound)) return undefined
    throw error
  }
}

async function representedAddresses(message: Message): Promise<readonly string[]> {
  const addresses = [
    await message.get(PidTagSentRepresentingEmailAddress),
    await message.get(PidTagSentRepresentingSmtpAddress),
  ]
  return addresses.filter((address) => address !== undefined && address !== '') as string[]
}

function addresseeOf({ rowId, properties }: Recipient): Addressee {
  const addresses = [properties.get(PidTagEmailAddress), properties.get(PidTagSmtpAddress)]
  return {
    rowId,
    displayName: properties.get(PidTagDisplayName) ?? '',
    addresses: addresses.filter((address) => address !== undefined && address !== '') as string[],
  }
}

function notAllowed(recipient: Recipient, name: string): RoutingFailure {
  const { rowId, displayName, addresses } = addresseeOf(recipient)
  const reason = `You may not send mail in the name of ${name}.`
  return { rowId, displayName, address: addresses.at(-1) ?? '', status: '5.7.1', reason }
}
