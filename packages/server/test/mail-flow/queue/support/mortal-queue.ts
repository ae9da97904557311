import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../../../src/log/index.ts'
import { QueueDatabase } from '../../../../src/mail-flow/queue/database.ts'
import {
  OutgoingQueue,
  type OutgoingRecipient,
  type QueueCounts,
  type QueueSettings,
} from '../../../../src/mail-flow/queue/index.ts'
import { FakeClock } from './fake-clock.ts'
import { HOUR, SETTINGS } from './queue-fixture.ts'
import type { World } from './world.ts'

export interface TestMessage {
  readonly key: string
  readonly from: string
  readonly recipients: readonly OutgoingRecipient[]
}

const EMPTY: QueueCounts = { messages: 0, pending: 0, held: 0, reports: 0 }

/** How often a life may go on for an hour before it counts as one without an end. */
const MAX_HOURS = 100

const never = new Promise<never>(() => {})

/** What a step of a queue does, that may be its last one: if so, it happens to the world or to the disk, or it does not. */
type Step = <T>(work: () => T | Promise<T>) => Promise<T>

/** The life that each connection to a database belongs to. */
const lives = new WeakMap<QueueDatabase, Step>()

/** A queue whose process dies between any two things that it does, and starts again. */
export class MortalQueue {
  readonly #world: World
  readonly #settings: QueueSettings
  readonly #folder = mkdtempSync(join(tmpdir(), 'bourse-mortal-queue-'))
  readonly #messages: readonly TestMessage[]
  /** Messages that their senders know to be queued. */
  readonly #acknowledged = new Set<string>()
  #files = 0
  #now = Date.UTC(2026, 10, 24, 12)

  constructor(world: World, messages: readonly TestMessage[], settings: Partial<QueueSettings> = {}) {
    this.#world = world
    this.#messages = messages
    this.#settings = { ...SETTINGS, ...settings }
  }

  /** Files that are left. */
  files(): Promise<string[]> {
    return readdir(join(this.#folder, 'outgoing'))
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Lives until it has done so many steps and a half, or until nothing is left to do. Resolves to whether it died. */
  async live(steps: number): Promise<boolean> {
    const death = Promise.withResolvers<'dead'>()
    let left = steps
    let isDead = false
    const step: Step = async (work) => {
      if (isDead) return never
      if (left-- > 0) {
        const result = await work()
        return isDead ? never : result
      }
      isDead = true
      // Every other life it dies when it is done, every other one before.
      if (steps % 2 === 0) await work()
      death.resolve('dead')
      return never
    }
    const write = QueueDatabase.prototype.write
    QueueDatabase.prototype.write = function <T>(this: QueueDatabase, work: () => T): Promise<T> {
      // What belongs to a former life stays dead.
      const ofLife = lives.get(this) ?? step
      lives.set(this, ofLife)
      return ofLife(() => write.call(this, work) as Promise<T>)
    }
    try {
      return (await Promise.race([this.#live(step, death.promise), death.promise])) === 'dead'
    } finally {
      QueueDatabase.prototype.write = write
    }
  }

  async #live(step: Step, death: Promise<'dead'>): Promise<'done'> {
    const clock = new FakeClock(this.#now)
    const queue = await OutgoingQueue.open({
      database: join(this.#folder, 'outgoing.sqlite'),
      folder: join(this.#folder, 'outgoing'),
      settings: this.#settings,
      hostName: 'mail.example.com',
      transport: {
        deliver: (attempt) => step(() => this.#world.deliver(attempt)),
        async [Symbol.asyncDispose]() {},
      },
      postReport: (report) => {
        const text = readFileSync(report.path, 'latin1')
        return step(() => {
          this.#world.post(report, text)
          return 'posted' as const
        })
      },
      log: silentLog,
      clock,
      random: () => 0,
    })
    queue.start()
    for (const message of this.#messages) {
      if (this.#acknowledged.has(message.key)) continue
      const path = join(queue.folder, `${++this.#files}.eml`)
      writeFileSync(path, 'Subject: Lunch?\r\n\r\nAt noon.\r\n')
      await queue.add({ ...message, path })
      this.#acknowledged.add(message.key)
    }
    const settle = async (): Promise<void> => {
      await Promise.race([queue.idle(), death])
    }
    for (let hours = 0; JSON.stringify(queue.counts()) !== JSON.stringify(EMPTY); hours++) {
      if (hours > MAX_HOURS)
        throw new Error(`Something stays in the queue: ${JSON.stringify(queue.counts())}`)
      await clock.advance(HOUR, settle)
      this.#now = clock.now()
    }
    await queue[Symbol.asyncDispose]()
    return 'done'
  }
}
