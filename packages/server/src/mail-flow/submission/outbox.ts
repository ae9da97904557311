import {
  ErrorCode,
  type Guid,
  isMapiError,
  type Message,
  type MessageStore,
  PidTagSenderEmailAddress,
  PropertyBag,
} from '@bourse/mapi'
import {
  isStillWaiting,
  type Mailbox,
  messageSent,
  type StoreEngine,
  type Submission,
  submitNow,
  submitReceipt,
  type WaitingMessage,
  waitingMessages,
} from '@bourse/store'
import type { Log } from '../../log/index.ts'
import { SETUP } from '../../worker/mailbox-target.ts'
import { type DistributionOptions, distribute } from './distribute.ts'
import { dueTime } from './due-time.ts'

export interface OutboxOptions extends DistributionOptions {
  readonly engine: () => Promise<StoreEngine>
  /** How long a message waits after it was submitted, in milliseconds, so that it can be called back. */
  readonly pickupDelay: number
  readonly log: Log
}

/** How long is waited before what failed is tried again, in milliseconds: longer each time. */
const FIRST_DELAY = 1000
const LAST_DELAY = 5 * 60_000

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
    let isReceiptWaiting = false
    mailbox.hooks.receiptDue = async (tx, due) => {
      if (await submitReceipt(tx, mailbox, due)) isReceiptWaiting = true
    }
    // What is put into the Outbox within a transaction is there once that is on disk.
    mailbox.onChange(() => {
      if (!isReceiptWaiting) return
      isReceiptWaiting = false
      this.#run(box)
    })
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

  /** Sends all that is due. What cannot be sent yet does not keep the rest from being sent. */
  async #sendAll(box: Box): Promise<void> {
    box.isAgainNeeded = false
    let next = Number.POSITIVE_INFINITY
    let hasFailed = false
    const failed = (error: unknown, mid?: number): void => {
      hasFailed = true
      const { guid } = box.mailbox.info
      this.#options.log.warn({ err: error, mailbox: guid, message: mid }, 'a message could not be sent yet')
    }
    try {
      for (const waiting of await waitingMessages(box.mailbox)) {
        if (this.#isStopping) return
        try {
          next = Math.min(next, await this.#send(box, waiting))
        } catch (error) {
          failed(error, waiting.mid)
        }
      }
    } catch (error) {
      failed(error)
    }
    if (hasFailed) next = Math.min(next, Date.now() + box.delay)
    box.delay = hasFailed ? Math.min(box.delay * 2, LAST_DELAY) : FIRST_DELAY
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
    while (box.running !== undefined && box.urgent.has(submission.mid)) await box.running
    return new PropertyBag()
  }

  /** Sends a message, unless it is to be sent later. Resolves to when that is, in milliseconds since 1970-01-01 UTC. */
  async #send(box: Box, waiting: WaitingMessage): Promise<number> {
    const { mailbox, sending, urgent } = box
    const engine = await this.#options.engine()
    await using store = await engine.logOn(mailbox.info.guid, SETUP)
    await using message = await openWaiting(store, mailbox, waiting)
    if (message === undefined) return Number.POSITIVE_INFINITY
    const due = await dueTime(message, urgent.has(waiting.mid), this.#options.pickupDelay)
    if (due > Date.now()) return due
    sending.add(waiting.mid)
    try {
      if (!(await isStillWaiting(mailbox, waiting))) {
        // It was called back, or is another version now, which is looked at next.
        box.isAgainNeeded = true
        return Number.POSITIVE_INFINITY
      }
      const { isResent } = waiting
      // Who has sent what is sent again need not be one of us: the mailbox vouches for it.
      const senderKey = isResent
        ? mailbox.info.ownerDn
        : ((await message.get(PidTagSenderEmailAddress)) ?? '')
      const key = `${mailbox.info.guid}/${waiting.mid}/${waiting.cn}`
      await distribute({ mailbox, store, message, senderKey, key, isResent }, this.#options)
      await messageSent(mailbox, waiting.mid)
    } finally {
      sending.delete(waiting.mid)
      urgent.delete(waiting.mid)
    }
    return Number.POSITIVE_INFINITY
  }
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
