import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Log } from '../../log/index.ts'
import type { OutgoingTransport } from '../smtp-out/transport.ts'
import { type Clock, systemClock } from './clock.ts'
import { Deliveries } from './deliveries.ts'
import type { QueueAnswer, QueuedContent } from './outgoing-message.ts'
import { OwedReports, type PostReport } from './owed-reports.ts'
import type { ObserveQueue, QueueContext, QueueSettings } from './queue-context.ts'
import { type QueueCounts, QueueStore } from './queue-store.ts'
import type { QueueAdministration, QueuedMessage, QueueSelection } from './queued-message.ts'
import { StoredQueue } from './stored-queue.ts'
import { Work } from './work.ts'

export interface OutgoingQueueOptions {
  /** File with the state of the queue. */
  readonly database: string
  /** Folder with the files of its messages, and nothing else: what is in it without being in the queue is removed. */
  readonly folder: string
  readonly settings: QueueSettings
  /** Name of this server in reports. */
  readonly hostName: string
  readonly transport: OutgoingTransport
  readonly postReport: PostReport
  readonly log: Log
  readonly observe?: ObserveQueue
  /** The machine's own if left out. */
  readonly clock?: Clock
  /** From 0 to 1, for times that are to differ; `Math.random` if left out. */
  random?(): number
}

/** How long the keys of messages are remembered, in milliseconds. */
const KEY_LIFETIME = 30 * 86_400_000
const DAY = 86_400_000

/**
 * The queue of mail that leaves the organization. What {@link add} has resolved for is delivered, or its sender is told that it was not, whatever
 * happens to the process: a recipient gets a message twice only if the process died after the other server had taken it and before that was on the
 * disk here (RFC 5321 4.5.4.1 does without any other way).
 */
export class OutgoingQueue implements QueueAdministration, AsyncDisposable {
  readonly #context: QueueContext
  readonly #stored: StoredQueue
  readonly #deliveries: Deliveries
  readonly #reports: OwedReports
  #cancelPurge: (() => void) | undefined

  private constructor(store: QueueStore, options: OutgoingQueueOptions) {
    const { folder, settings, log, clock = systemClock } = options
    this.#context = {
      store,
      folder,
      settings,
      clock,
      log,
      work: new Work(),
      observe: (what, value) => options.observe?.(what, value),
      random: () => options.random?.() ?? Math.random(),
    }
    this.#stored = new StoredQueue({ store, folder, clock, log })
    this.#deliveries = new Deliveries(this.#context, options.transport, () => this.#reports.wake())
    this.#reports = new OwedReports(this.#context, {
      hostName: options.hostName,
      post: options.postReport,
      isUnderWay: (messageId) => this.#deliveries.isUnderWay(messageId),
    })
  }

  /**
   * Opens the queue, and removes files that are not in it: nobody was told that they were. So this comes before anybody writes any. Nothing is
   * tried before {@link start}.
   */
  static async open(options: OutgoingQueueOptions): Promise<OutgoingQueue> {
    const { folder, log } = options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const store = new QueueStore(options.database)
    try {
      const files = store.files()
      const found = new Set(await readdir(folder))
      const orphans = [...found].filter((name) => !files.has(name))
      for (const name of orphans) await rm(join(folder, name), { recursive: true, force: true })
      const lost = [...files].filter(([name]) => !found.has(name))
      const now = (options.clock ?? systemClock).now()
      // Found out at once, not only when it is their time.
      await store.database.write(() => {
        for (const [, id] of lost) store.move({ kind: 'message', id }, 'pending', 'pending', now)
      })
      if (orphans.length > 0)
        log.info({ files: orphans.length }, 'files of messages that were never queued were removed')
    } catch (error) {
      store[Symbol.dispose]()
      throw error
    }
    return new OutgoingQueue(store, options)
  }

  /** Where files of messages that are to be queued are written; each gets a name that no other file has had. */
  get folder(): string {
    return this.#context.folder
  }

  /**
   * Takes a message. What it resolves to is durable; what it rejects was not queued, and its file stays. Rejects for a file that is not in the
   * folder, or not there, and for a message to nobody.
   */
  async add(content: QueuedContent): Promise<QueueAnswer> {
    const { store, folder, clock, log } = this.#context
    const { path, recipients } = content
    const file = basename(path)
    if (resolve(path) !== resolve(folder, file))
      throw new TypeError(`${path} is not in the folder of the queue.`)
    if (recipients.length === 0) throw new TypeError('A message to nobody cannot be queued.')
    const { size } = await stat(path)
    const answer = await store.database.write(() => store.addMessage(content, file, size, clock.now()))
    if (answer === 'duplicate') {
      // Who did not wait for the answer may ask for the same file again.
      if (!store.hasFile(file)) await rm(path, { force: true })
      return answer
    }
    log.info(
      { key: content.key, from: content.from, recipients: recipients.length, size },
      'a message was queued',
    )
    this.#deliveries.wake()
    return answer
  }

  /** Begins to deliver; once. */
  start(): void {
    this.#forgetKeys()
    this.#deliveries.start()
    this.#reports.start()
  }

  /**
   * Begins nothing more, and ends what is still under way after `grace` milliseconds: what another server has half may be there twice then. Messages can
   * be added still; they wait for the next time that the queue is opened.
   */
  async stop(grace = 0): Promise<void> {
    this.#cancelPurge?.()
    this.#reports.stop()
    await this.#deliveries.stop(grace)
    await this.idle()
  }

  /** Resolves when nothing is being worked on. */
  idle(): Promise<void> {
    return this.#context.work.idle()
  }

  /** How much is in it. */
  counts(): QueueCounts {
    return this.#context.store.counts()
  }

  list(selection: QueueSelection): Promise<readonly QueuedMessage[]> {
    return this.#stored.list(selection)
  }

  hold(selection: QueueSelection): Promise<number> {
    return this.#stored.hold(selection)
  }

  async release(selection: QueueSelection): Promise<number> {
    return this.#changed(await this.#stored.release(selection))
  }

  async retry(selection: QueueSelection): Promise<number> {
    this.#deliveries.unblock()
    return this.#changed(await this.#stored.retry(selection))
  }

  async remove(selection: QueueSelection, options: { readonly report: boolean }): Promise<number> {
    return this.#changed(await this.#stored.remove(selection, options))
  }

  /** Stops, and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    this.#context.store[Symbol.dispose]()
  }

  #changed(count: number): number {
    this.#deliveries.wake()
    this.#reports.wake()
    return count
  }

  #forgetKeys(): void {
    const { store, clock, work, log } = this.#context
    const now = clock.now()
    work.begin(async () => {
      try {
        await store.database.write(() => store.forgetKeys(now - KEY_LIFETIME))
      } catch (error) {
        log.error({ err: error }, 'old keys of outgoing mail cannot be forgotten')
      }
    })
    this.#cancelPurge = clock.at(now + DAY, () => this.#forgetKeys())
  }
}
