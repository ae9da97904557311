import { type FileTime, type Guid, globcntOf, makeId, nowAsFileTime, replidOf } from '@bourse/mapi'
import { BlobStore } from '../blob/blob-store.ts'
import type { Change, ChangeListener } from '../change/change.ts'
import { migrate } from '../storage/schema.ts'
import type { Storage, Transaction } from '../storage/storage.ts'
import type { MailboxFolders } from './folder-roles.ts'
import type { MailboxHooks } from './hooks.ts'
import { NamedProperties } from './named-properties.ts'
import { type MailboxServices, STANDALONE } from './services.ts'

/** REPLID of the mailbox's own replica, in which it makes all its IDs. */
export const OWN_REPLID = 1

/** How many counters are set aside for a folder's messages at first and, doubled each time that they are used up, at most. */
const FIRST_RUN = 8
const LONGEST_RUN = 1024

/** How many answers are kept at most ({@link Mailbox.readOnce}). */
const MAX_ANSWERS = 256

/** Counters that are set aside for one folder. */
interface CounterRun {
  next: number
  readonly end: number
  readonly length: number
}

/** What a mailbox is, from its creation on. */
export interface MailboxInfo {
  readonly kind: 'private' | 'public'
  /** Identifies the mailbox. */
  readonly guid: Guid
  /** REPLGUID of the mailbox's own replica. */
  readonly replicaGuid: Guid
  /** Maps replica IDs to GUIDs for this mailbox ([MS-OXCSTOR] PidTagMappingSignature). */
  readonly mappingSignature: Guid
  /** Legacy DN of whom it belongs to; empty for public folders. */
  readonly ownerDn: string
  readonly displayName: string
  /** LCID of the language in which its folders were named. */
  readonly localeId: number
  /** The folders that were made with it. */
  readonly folders: MailboxFolders
}

/** A transaction that changes the mailbox. */
export interface MailboxTransaction extends Transaction {
  /** The time of the change; one for all of it. */
  readonly now: FileTime
  /** A counter that was never used: for a folder, or as a change number. */
  allocate(count?: number): number
  /**
   * A counter that was never used, for a message of a folder: from a run that is set aside for the folder, so that the IDs of its messages lie
   * together and sets of them are small ([MS-OXCFXICS] 3.1.5.5).
   */
  allocateIn(fid: number): number
  /** Whether a counter was handed out, be it to a client that reserves IDs. */
  wasAllocated(counter: number): boolean
  /** Notes what was done, for who listens ({@link Mailbox.onChange}). */
  changed(change: Change): void
}

/**
 * One mailbox, open: its database and what is kept in memory beside it. Belongs to one thread. Knows nothing of who asks;
 * access is checked in `object/`.
 */
export class Mailbox implements AsyncDisposable {
  readonly storage: Storage
  readonly blobs: BlobStore
  readonly named: NamedProperties
  readonly info: MailboxInfo
  readonly services: MailboxServices
  /** What mail flow does for the mailbox; empty until somebody sets it. */
  readonly hooks: MailboxHooks = {}
  readonly #listeners = new Set<ChangeListener>()
  /** What was read with {@link readOnce} since the mailbox was last changed. */
  readonly #answers = new Map<string, unknown>()
  #next: number
  /** The counters that are set aside for messages of folders. What is left when the mailbox is closed is never used. */
  readonly #runs = new Map<number, CounterRun>()

  private constructor(
    storage: Storage,
    info: MailboxInfo,
    next: number,
    named: NamedProperties,
    services: MailboxServices,
  ) {
    this.storage = storage
    this.blobs = new BlobStore(storage)
    this.info = info
    this.named = named
    this.services = services
    this.#next = next
  }

  /** Opens a mailbox that was made with `createMailbox`. */
  static async open(storage: Storage, services: MailboxServices = STANDALONE): Promise<Mailbox> {
    await migrate(storage)
    const { info, next, named } = await storage.read(async (tx) => {
      const meta = new Map(
        (await tx.all<{ key: string; value: string }>('SELECT key, value FROM meta')).map((row) => [
          row.key,
          row.value,
        ]),
      )
      const counter = await tx.get<{ next: number }>('SELECT next FROM counter WHERE id = 1')
      const info: MailboxInfo = JSON.parse(meta.get('info') ?? 'null')
      if (info === null || counter === undefined) throw new Error('The database holds no mailbox.')
      return { info, next: counter.next, named: await NamedProperties.load(tx) }
    })
    return new Mailbox(storage, info, next, named, services)
  }

  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.storage.read(work)
  }

  /**
   * Reads what is asked for again and again and seldom changes: what was found is kept until anything in the mailbox changes.
   *
   * @param question names the answer, which must depend on nothing but the contents of the mailbox
   */
  async readOnce<T>(question: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const known = this.#answers.get(question)
    if (known !== undefined) return known as T
    return this.storage.read(async (tx) => {
      const answer = await work(tx)
      if (this.#answers.size >= MAX_ANSWERS) this.#answers.clear()
      // While this runs, nothing writes.
      this.#answers.set(question, answer)
      return answer
    })
  }

  /**
   * Changes the mailbox: all of `work` or nothing. When the promise resolves it is on disk. `committed` is called when it is
   * done, before listeners are told and before any other work begins. Work must not ask for another `read` or `write` and wait for it.
   */
  write<T>(
    work: (tx: MailboxTransaction) => Promise<T>,
    committed: (result: T) => void = () => {},
  ): Promise<T> {
    const changes: Change[] = []
    return this.storage.write(
      async (tx) => {
        const before = this.#next
        // Spread copies the methods: SQLite's transaction is a plain object of functions.
        const result = await work({
          ...tx,
          now: nowAsFileTime(),
          allocate: (count = 1) => {
            const first = this.#next
            this.#next += count
            return first
          },
          allocateIn: (fid) => this.#allocateIn(fid),
          wasAllocated: (counter) => this.#wasAllocated(counter),
          changed: (change) => {
            changes.push(change)
          },
        })
        // A counter that was handed out is never handed out again, even if this transaction fails later.
        if (this.#next !== before) await tx.run('UPDATE counter SET next = ? WHERE id = 1', this.#next)
        return result
      },
      (result) => {
        this.#answers.clear()
        committed(result)
        if (changes.length > 0) for (const listener of [...this.#listeners]) listener(changes)
      },
    )
  }

  #allocateIn(fid: number): number {
    const run = this.#runs.get(fid)
    if (run !== undefined && run.next < run.end) return run.next++
    const length = run === undefined ? FIRST_RUN : Math.min(run.length * 2, LONGEST_RUN)
    const first = this.#next
    this.#next += length
    this.#runs.set(fid, { next: first + 1, end: first + length, length })
    return first
  }

  #wasAllocated(counter: number): boolean {
    if (counter < 1 || counter >= this.#next) return false
    for (const { next, end } of this.#runs.values()) if (counter >= next && counter < end) return false
    return true
  }

  /** Calls `listener` after each commit that changed something. Returns what ends that. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The 8-byte ID of a folder, message or change number of the mailbox's own replica. */
  id(globcnt: number): bigint {
    return makeId(OWN_REPLID, globcnt)
  }

  /** The counter of an ID of the mailbox's own replica; `undefined` for an ID of any other. */
  counterOf(id: bigint): number | undefined {
    return replidOf(id) === OWN_REPLID ? globcntOf(id) : undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.storage[Symbol.asyncDispose]()
  }
}
