import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../../../src/log/index.ts'
import {
  OutgoingQueue,
  type OutgoingQueueOptions,
  type PostedReport,
  type PostReport,
  type QueuedContent,
  type QueueSettings,
} from '../../../../src/mail-flow/queue/index.ts'
import type { DeliveryAttempt, RecipientOutcome } from '../../../../src/mail-flow/smtp-out/transport.ts'
import { FakeClock } from './fake-clock.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const SETTINGS: QueueSettings = {
  delays: [5 * MINUTE, 15 * MINUTE, HOUR],
  lifetime: 2 * DAY,
  warnAfter: 4 * HOUR,
  concurrency: 20,
  concurrencyPerDomain: 3,
  returnedSize: 1 << 20,
}

export const SENDER = 'alice@example.com'

const MESSAGE = 'Subject: Lunch?\r\nMessage-ID: <1@example.com>\r\n\r\nAt noon.\r\n'

/** `noHost`: no server has answered. */
type Answer = Partial<Omit<RecipientOutcome, 'address'>> & { readonly noHost?: boolean }

export const delivered: Answer = { result: 'delivered', status: '2.0.0', diagnostic: '250 2.0.0 OK' }
export const greylisted: Answer = {
  result: 'deferred',
  status: '4.7.1',
  diagnostic: '450 4.7.1 Come back later',
}
export const unknown: Answer = { result: 'failed', status: '5.1.1', diagnostic: '550 5.1.1 No such user' }
/** No server answers. */
export const unreachable: Answer = {
  result: 'deferred',
  status: '4.4.1',
  diagnostic: 'The connection was refused.',
  noHost: true,
}

export interface ReportedText extends PostedReport {
  readonly text: string
}

/** A queue in a folder of its own, with a clock that stands still, a transport that answers what it is told to, and reports that are kept. */
export class QueueFixture implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'bourse-queue-'))
  readonly clock = new FakeClock()
  readonly attempts: DeliveryAttempt[] = []
  readonly reports: ReportedText[] = []
  /** What the transport answers for an address. */
  answer: (address: string, attempt: DeliveryAttempt) => Answer | Promise<Answer> = () => delivered
  post: PostReport = async () => 'posted'
  queue!: OutgoingQueue
  #names = 0

  static async open(options: Partial<OutgoingQueueOptions> = {}): Promise<QueueFixture> {
    const fixture = new QueueFixture()
    await fixture.reopen(options)
    return fixture
  }

  get files(): string[] {
    return readdirSync(join(this.folder, 'outgoing'))
  }

  async reopen(options: Partial<OutgoingQueueOptions> = {}): Promise<void> {
    if (this.queue !== undefined) await this.queue[Symbol.asyncDispose]()
    this.queue = await OutgoingQueue.open({
      database: join(this.folder, 'outgoing.sqlite'),
      folder: join(this.folder, 'outgoing'),
      settings: SETTINGS,
      hostName: 'mail.example.com',
      transport: {
        deliver: async (attempt) => {
          this.attempts.push(attempt)
          return Promise.all(
            attempt.recipients.map(async ({ address }) => {
              const { noHost, ...answer } = { ...delivered, ...(await this.answer(address, attempt)) }
              const host = noHost === true ? {} : { remoteHost: `mx.${attempt.domain}` }
              return { address, ...answer, ...host } as RecipientOutcome
            }),
          )
        },
        async [Symbol.asyncDispose]() {},
      },
      postReport: async (report) => {
        const text = readFileSync(report.path, 'latin1')
        const answer = await this.post(report)
        this.reports.push({ ...report, text })
        return answer
      },
      log: silentLog,
      clock: this.clock,
      random: () => 0,
      ...options,
    })
  }

  /** A file to be queued, and what is to be said of it. */
  content(
    recipients: readonly string[] | QueuedContent['recipients'],
    more: Partial<QueuedContent> = {},
  ): QueuedContent {
    const name = `${++this.#names}.eml`
    const path = join(this.folder, 'outgoing', name)
    writeFileSync(path, MESSAGE)
    return {
      key: `key ${this.#names}`,
      from: SENDER,
      recipients: recipients.map((each) => (typeof each === 'string' ? { address: each } : each)),
      path,
      ...more,
    }
  }

  async add(recipients: readonly string[] | QueuedContent['recipients'], more: Partial<QueuedContent> = {}) {
    return this.queue.add(this.content(recipients, more))
  }

  async advance(milliseconds: number): Promise<void> {
    await this.clock.advance(milliseconds, () => this.queue.idle())
  }

  /** Lets everything happen that is due. */
  async settle(): Promise<void> {
    await this.advance(0)
  }

  async states(): Promise<Record<string, string>> {
    const messages = await this.queue.list({ kind: 'all' })
    return Object.fromEntries(
      messages.flatMap(({ recipients }) => recipients.map(({ address, state }) => [address, state])),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.queue[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
