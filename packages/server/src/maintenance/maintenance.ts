import type { Guid } from '@bourse/mapi'
import type { MailboxWork, MailboxWorkResult } from '../administration/mailbox-work.ts'
import type { Settings } from '../config/index.ts'
import type { Log } from '../log/index.ts'

const DAY = 86_400_000

export interface MaintenanceOptions {
  readonly settings: Settings['maintenance']
  /** All mailboxes, and the store of the public folders, that have been made. */
  mailboxes(): Promise<readonly Guid[]>
  /** Does something with the file of a mailbox. */
  administer(work: MailboxWork): Promise<MailboxWorkResult>
  readonly log: Log
}

/** What one round came to. */
export interface MaintenanceReport {
  /** Mailboxes that were gone through. */
  readonly mailboxes: number
  /** How many of them were checked, and what was wrong with them. */
  readonly checked: number
  readonly problems: number
  /** Mailboxes with which it could not be done. */
  readonly failures: number
}

/**
 * What a server does with its mailboxes by itself, once a day: it removes what was deleted long ago, and checks each mailbox in its
 * turn. One mailbox comes after the other, so that users notice little of it.
 */
export class Maintenance {
  readonly #options: MaintenanceOptions
  #timer: NodeJS.Timeout | undefined
  #isStopping = false
  #round: Promise<MaintenanceReport> | undefined

  constructor(options: MaintenanceOptions) {
    this.#options = options
  }

  /** Waits for the time of day at which it is to be done; does nothing if there is none. */
  start(): void {
    const { at } = this.#options.settings
    if (at === undefined || this.#isStopping) return
    this.#timer = setTimeout(
      () => {
        void this.run().finally(() => this.start())
      },
      untilTimeOfDay(at, new Date()),
    )
    this.#timer.unref()
  }

  /** Goes through all mailboxes now. Whoever asks meanwhile gets the report of the same round. */
  run(): Promise<MaintenanceReport> {
    this.#round ??= this.#goThrough().finally(() => {
      this.#round = undefined
    })
    return this.#round
  }

  /** Begins with no further mailbox, and resolves when the one that is being worked on is done. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#timer)
    await this.#round?.catch(() => undefined)
  }

  async #goThrough(): Promise<MaintenanceReport> {
    const { log, mailboxes } = this.#options
    const report = { mailboxes: 0, checked: 0, problems: 0, failures: 0 }
    const start = performance.now()
    const day = Math.floor(Date.now() / DAY)
    let guids: readonly Guid[] = []
    try {
      guids = await mailboxes()
    } catch (error) {
      log.error({ err: error }, 'mailboxes cannot be maintained')
    }
    for (const mailbox of guids) {
      if (this.#isStopping) break
      report.mailboxes++
      try {
        await this.#maintain(mailbox, day, report)
      } catch (error) {
        report.failures++
        log.error({ err: error, mailbox }, 'a mailbox cannot be maintained')
      }
    }
    log.info({ ...report, milliseconds: Math.round(performance.now() - start) }, 'maintenance done')
    return report
  }

  async #maintain(mailbox: Guid, day: number, report: { checked: number; problems: number }): Promise<void> {
    const { settings, administer, log } = this.#options
    const { deletedItemRetention, checkEvery, repair } = settings
    await administer({ kind: 'removeDeleted', mailbox, olderThan: deletedItemRetention })
    if (!isCheckDay(mailbox, day, checkEvery)) return
    const problems = await administer({ kind: 'check', mailbox, repair, contents: false })
    report.checked++
    report.problems += problems.length
    for (const { description, repaired } of problems) {
      log.warn({ mailbox, repaired }, `problem of a mailbox: ${description}`)
    }
  }
}

/** Whether a mailbox is checked on a day, if each is checked once in so many days: as many as there are on each of them. */
export function isCheckDay(mailbox: Guid, day: number, every: number): boolean {
  if (every === 0) return false
  return (Number.parseInt(mailbox.slice(0, 8), 16) + day) % every === 0
}

/** Milliseconds from a time until a time of day, in minutes after midnight, comes next. */
export function untilTimeOfDay(minutes: number, now: Date): number {
  const next = new Date(now)
  next.setHours(Math.floor(minutes / 60), minutes % 60, 0, 0)
  // The day after may be 23 or 25 hours away.
  if (next <= now) next.setDate(next.getDate() + 1)
  return next.getTime() - now.getTime()
}
