import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDeliveryReport } from '../reports/delivery-report.ts'
import { discardFiles, type QueueContext } from './queue-context.ts'
import type { OwedReport, QueuedEnvelope } from './queue-store.ts'
import { Rounds } from './work.ts'

/** A report in a file, MIME in lines that end with CR LF. */
export interface PostedReport {
  /** Names the report for all time: what is posted again under the same key is not there twice. */
  readonly key: string
  /** SMTP address of who is told. */
  readonly to: string
  /** The file, which goes when it is posted. */
  readonly path: string
}

/** Brings a report to the sender of a message. What it resolves to is durable; `nobody`: there is nobody of the address. Rejects if it is to be tried again later. */
export type PostReport = (report: PostedReport) => Promise<'posted' | 'nobody'>

/** How long a report waits for other attempts with the same message, so that one report tells of all, in milliseconds. */
const GATHER_TIME = 60_000
/** How long is waited after a report could not be posted, in milliseconds. */
const RETRY_DELAY = 300_000
/** Reports that are posted at a time. */
const CONCURRENCY = 8
/** How long is waited, in milliseconds, when the database of the queue fails. */
const TROUBLE_DELAY = 5000

/** Posts the reports that senders are owed: each until it is durably posted. */
export class OwedReports {
  readonly #context: QueueContext
  readonly #hostName: string
  readonly #post: PostReport
  readonly #isUnderWay: (messageId: number) => boolean
  readonly #rounds: Rounds
  readonly #posting = new Set<number>()
  /** Until when nothing is begun, since the database of the queue fails. */
  #troubleUntil = 0

  constructor(
    context: QueueContext,
    options: {
      readonly hostName: string
      readonly post: PostReport
      /** Whether attempts with a message go on. */
      readonly isUnderWay: (messageId: number) => boolean
    },
  ) {
    this.#context = context
    this.#hostName = options.hostName
    this.#post = options.post
    this.#isUnderWay = options.isUnderWay
    this.#rounds = new Rounds(context.work, context.clock, () => this.#round())
  }

  start(): void {
    this.#rounds.start()
  }

  /** Begins nothing more. */
  stop(): void {
    this.#rounds.stop()
  }

  /** Something may have become owed. */
  wake(): void {
    this.#rounds.ask()
  }

  #round(): number {
    const { store, clock, log } = this.#context
    const now = clock.now()
    if (now < this.#troubleUntil) return this.#troubleUntil
    try {
      let next = store.nextReport(now) ?? Number.POSITIVE_INFINITY
      for (const report of store.dueReports(now)) {
        if (this.#posting.size >= CONCURRENCY) break
        if (this.#posting.has(report.id)) continue
        const gatheredAt = report.owedSince + GATHER_TIME
        if (!report.isSealed && now < gatheredAt && this.#isUnderWay(report.messageId)) {
          next = Math.min(next, gatheredAt)
          continue
        }
        this.#begin(report)
      }
      return next
    } catch (error) {
      log.error({ err: error }, 'reports that are owed cannot be read')
      return now + TROUBLE_DELAY
    }
  }

  #begin(report: OwedReport): void {
    const { work, log } = this.#context
    this.#posting.add(report.id)
    work.begin(async () => {
      try {
        await this.#send(report)
      } catch (error) {
        log.warn(
          { err: error, message: report.messageId, report: report.kind },
          'a report could not be posted yet',
        )
        await this.#postpone(report)
      } finally {
        this.#posting.delete(report.id)
        this.wake()
      }
    })
  }

  async #send({ id, messageId, kind, isSealed }: OwedReport): Promise<void> {
    const { store, folder, settings, clock, log, observe } = this.#context
    const message = store.envelope(messageId)
    if (message === undefined) return
    if (!isSealed) await store.database.write(() => store.sealReport(id))
    const path = join(folder, `${randomUUID()}.eml`)
    const key = reportKey(message, id)
    let answer: 'posted' | 'nobody'
    try {
      await writeDeliveryReport(path, {
        key,
        kind,
        hostName: this.#hostName,
        message,
        recipients: store.reportedRecipients(id),
        original: join(folder, message.file),
        returnedSize: settings.returnedSize,
        now: clock.now(),
        retryUntil: message.queuedAt + settings.lifetime,
      })
      answer = await this.#post({ key, to: message.from, path })
    } finally {
      await rm(path, { force: true })
    }
    await this.#finish(id, messageId)
    if (answer === 'nobody') log.warn({ message: messageId, report: kind }, 'a report has nobody to go to')
    else log.info({ message: messageId, report: kind }, 'a report was posted')
    observe('report', kind)
  }

  async #finish(id: number, messageId: number): Promise<void> {
    const { store } = this.#context
    const file = await store.database.write(() => {
      store.removeReport(id)
      return store.finishIfDone(messageId)
    })
    await discardFiles(this.#context, [file])
  }

  async #postpone({ id, messageId, kind, owedSince }: OwedReport): Promise<void> {
    const { store, clock, settings, log } = this.#context
    const now = clock.now()
    try {
      if (now < owedSince + settings.lifetime) {
        await store.database.write(() => store.postponeReport(id, now + RETRY_DELAY))
      } else {
        log.error({ message: messageId, report: kind }, 'a report was given up')
        await this.#finish(id, messageId)
      }
    } catch (error) {
      // It stays owed, and due.
      log.error({ err: error, message: messageId }, 'a report cannot be postponed')
      this.#troubleUntil = now + TROUBLE_DELAY
    }
  }
}

function reportKey({ key }: QueuedEnvelope, reportId: number): string {
  return `${key}/report/${reportId}`
}
