import { backup, DatabaseSync, type StatementSync } from 'node:sqlite'
import { MapiError } from '@bourse/mapi'
import { Flusher } from './flusher.ts'
import type { RunResult, SqlRow, SqlValue, Storage, Transaction } from './storage.ts'
import { StorageFailed, StorageFull, StorageInUse } from './storage-error.ts'

/** How many pieces of work share one transaction at most, so that the first need not wait for too many others. */
const MAX_GROUP = 128

/** How much of the database SQLite keeps in memory, in KiB; negative is how SQLite tells KiB from pages. */
const CACHE_KIB = -16_384

/**
 * How long the write-ahead log gets before its pages are brought into the database, 16 MiB: pages that change in every transaction, such as those of
 * indexes, are then written once for many.
 */
const CHECKPOINT_PAGES = 4096

/** How often a copy of the database is begun while work goes on. */
const BACKUP_ATTEMPTS = 3

/** How many prepared statements are kept. */
const MAX_STATEMENTS = 512

/** How long a mailbox rests before it gives back the memory that it keeps to be quick, in milliseconds: a server has many, of which few are in use. */
const REST = 60_000

interface Job {
  readonly kind: 'read' | 'write'
  run(tx: Transaction): Promise<unknown>
  committed(result: unknown): void
  resolve(result: unknown): void
  reject(error: unknown): void
}

/**
 * {@link Storage} in one SQLite file with a write-ahead log. SQLite itself flushes that log only before it brings pages into the database
 * (`synchronous=NORMAL`), since it would keep the thread waiting, and with it all other mailboxes; what is asked for is answered when a
 * flush of our own ({@link Flusher}) has brought everything to the disk that the answer rests on, while other work goes on.
 */
export class SqliteStorage implements Storage {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** Statements whose rows come as arrays. */
  readonly #arrayStatements = new Map<string, StatementSync>()
  /** Statements that give no rows. */
  readonly #runStatements = new Map<string, StatementSync>()
  /** What begins and ends transactions. */
  readonly #controls = new Map<string, StatementSync>()
  readonly #queue: Job[] = []
  readonly #transaction: Transaction
  /** Whether the transaction that is open has run a statement that may change something. */
  #isChanged = false
  #running: Promise<void> | undefined
  #closed = false
  readonly #rest: NodeJS.Timeout
  readonly #flusher: Flusher

  /**
   * Opens the file, which is made if it is not there, for this thread alone. Throws `StorageInUse` if somebody else has
   * it open, `StorageFailed` if it is no database.
   *
   * @param options.rest after how many milliseconds without work the memory of the cache is given back
   */
  constructor(path: string, { rest = REST }: { readonly rest?: number } = {}) {
    const database = new DatabaseSync(path, { timeout: 0 })
    try {
      // The lock is taken with the first write, and kept (it goes with the process, however that ends).
      database.exec(`
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA cache_size = ${CACHE_KIB};
        PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
        PRAGMA temp_store = MEMORY;
        PRAGMA foreign_keys = OFF;
        BEGIN IMMEDIATE;
        COMMIT;
      `)
    } catch (error) {
      database.close()
      throw isBusy(error) ? new StorageInUse(path) : asStorageError(error)
    }
    this.#database = database
    this.#flusher = new Flusher(`${path}-wal`)
    this.#rest = setTimeout(() => this.#giveBackMemory(), rest).unref()
    this.#transaction = {
      all: async <R extends SqlRow>(sql: string, ...parameters: readonly SqlValue[]) =>
        this.#statement(sql).all(...parameters) as unknown as readonly R[],
      get: async <R extends SqlRow>(sql: string, ...parameters: readonly SqlValue[]) =>
        this.#statement(sql).get(...parameters) as R | undefined,
      run: async (sql: string, ...parameters: readonly SqlValue[]): Promise<RunResult> => {
        const { changes } = this.#runStatement(sql).run(...parameters)
        return { changes: Number(changes) }
      },
      tuples: async (sql: string, ...parameters: readonly SqlValue[]) =>
        this.#arrayStatement(sql).all(...parameters) as unknown as readonly (readonly SqlValue[])[],
      column: async <V extends SqlValue>(sql: string, ...parameters: readonly SqlValue[]) => {
        const rows = this.#arrayStatement(sql).all(...parameters) as unknown as readonly (readonly V[])[]
        return rows.map((row) => row[0]!)
      },
    }
  }

  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#enqueue('read', work, () => {})
  }

  write<T>(work: (tx: Transaction) => Promise<T>, committed: (result: T) => void = () => {}): Promise<T> {
    return this.#enqueue('write', work, committed)
  }

  async backup(path: string): Promise<void> {
    try {
      for (let attempt = 0; attempt < BACKUP_ATTEMPTS; attempt++) {
        if (await this.#tryBackup(path)) return
      }
      // Work has got in the way each time: now it waits.
      if (!(await this.read(() => this.#tryBackup(path)))) throw new StorageFailed('it cannot be copied')
    } catch (error) {
      throw asStorageError(error)
    }
  }

  /** Whether it was copied; it cannot be when part of it is to be copied while a transaction writes. */
  async #tryBackup(path: string): Promise<boolean> {
    try {
      await backup(this.#database, path)
      return true
    } catch (error) {
      // Node.js asks the copy for the reason, which knows of none.
      if ((error as { errcode?: number }).errcode === 0) return false
      throw error
    }
  }

  async integrityCheck(): Promise<readonly string[]> {
    const rows = await this.read((tx) => tx.all('PRAGMA integrity_check'))
    return rows.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok')
  }

  async rebuildIndexes(): Promise<void> {
    await this.write((tx) => tx.run('REINDEX'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#rest)
    await this.#running
    await this.#flusher.close()
    this.#database.close()
  }

  #enqueue<T>(
    kind: Job['kind'],
    work: (tx: Transaction) => Promise<T>,
    committed: (result: T) => void,
  ): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageFailed('the mailbox is closed'))
    const { failure } = this.#flusher
    if (failure !== undefined) return Promise.reject(asFlushError(failure))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        kind,
        run: work,
        committed: committed as (result: unknown) => void,
        resolve: resolve as (result: unknown) => void,
        reject,
      })
      this.#running ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    // Lets work that is asked for in the same turn join the first group.
    await undefined
    for (let job = this.#queue[0]; job !== undefined; job = this.#queue[0]) {
      if (job.kind === 'write') await this.#runGroup()
      else {
        this.#queue.shift()
        await this.#runRead(job)
      }
    }
    // In the same turn as the look at the empty queue, so that what is asked for next begins anew.
    this.#running = undefined
    if (!this.#closed) this.#rest.refresh()
  }

  async #runRead(job: Job): Promise<void> {
    try {
      this.#settle(job, await job.run(this.#transaction))
    } catch (error) {
      job.reject(asStorageError(error))
    }
  }

  /** Answers when everything that the answer may rest on is on disk. */
  #settle(job: Job, result: unknown): void {
    this.#flusher.whenFlushed((failure) => {
      if (failure === undefined) job.resolve(result)
      else job.reject(asFlushError(failure))
    })
  }

  /**
   * Runs the writes that wait, up to the next read, in one transaction. Those after the first that changes something
   * have a savepoint to fall back on. The first has none: with one, SQLite would keep the former contents of all pages that the
   * work changes, and take longer for each statement the more there are.
   */
  async #runGroup(): Promise<void> {
    const done: { readonly job: Job; readonly result: unknown }[] = []
    try {
      this.#begin()
    } catch (error) {
      this.#queue.shift()!.reject(asStorageError(error))
      return
    }
    for (let count = 0; count < MAX_GROUP && this.#queue[0]?.kind === 'write'; count++) {
      const job = this.#queue.shift()!
      const hasSavepoint = this.#isChanged
      try {
        if (hasSavepoint) this.#control('SAVEPOINT job')
        const result = await job.run(this.#transaction)
        if (hasSavepoint) this.#control('RELEASE job')
        done.push({ job, result })
      } catch (error) {
        if (!(hasSavepoint ? this.#undo('ROLLBACK TO job; RELEASE job') : this.#beginAnew())) {
          // SQLite gave the whole transaction up (a full disk does that): nothing of the group is there.
          for (const { job: other } of done) other.reject(asStorageError(error))
          job.reject(asStorageError(error))
          return
        }
        job.reject(asStorageError(error))
      }
    }
    try {
      this.#control('COMMIT')
    } catch (error) {
      this.#undo('ROLLBACK')
      for (const { job } of done) job.reject(asStorageError(error))
      return
    }
    if (this.#isChanged) this.#flusher.noteWrite()
    for (const { job, result } of done) {
      try {
        job.committed(result)
      } catch (error) {
        // The work is done all the same; who listens has made a mistake that is not to go unnoticed.
        queueMicrotask(() => {
          throw error
        })
      }
      this.#settle(job, result)
    }
  }

  #begin(): void {
    this.#control('BEGIN IMMEDIATE')
    this.#isChanged = false
  }

  /** Runs one of the statements that every transaction needs, which are not parsed each time. */
  #control(sql: string): void {
    const statement = this.#controls.get(sql) ?? this.#prepare(sql, this.#controls)
    // They tell of the last insertion too, see {@link #runStatement}.
    statement.setReadBigInts(true)
    statement.run()
  }

  /** Undoes the transaction and begins another one. Whether that could be done. */
  #beginAnew(): boolean {
    if (!this.#undo('ROLLBACK')) return false
    try {
      this.#begin()
    } catch {
      return false
    }
    return true
  }

  /** Whether the statement could be run; it cannot where SQLite has ended the transaction by itself. */
  #undo(sql: string): boolean {
    if (!this.#database.isTransaction) return false
    this.#database.exec(sql)
    return true
  }

  /** What is plainly a query changes nothing; of anything else it is not worth while to find out. */
  #noteStatement(sql: string): void {
    if (!sql.startsWith('SELECT')) this.#isChanged = true
  }

  #statement(sql: string): StatementSync {
    this.#noteStatement(sql)
    return this.#statements.get(sql) ?? this.#prepare(sql, this.#statements)
  }

  #arrayStatement(sql: string): StatementSync {
    this.#noteStatement(sql)
    const known = this.#arrayStatements.get(sql)
    if (known !== undefined) return known
    const statement = this.#prepare(sql, this.#arrayStatements)
    statement.setReturnArrays(true)
    return statement
  }

  /**
   * SQLite tells with each outcome the rowid of the last insertion, whichever statement made it. Those within the full text
   * index are beyond what a number can hold.
   */
  #runStatement(sql: string): StatementSync {
    this.#isChanged = true
    const known = this.#runStatements.get(sql)
    if (known !== undefined) return known
    const statement = this.#prepare(sql, this.#runStatements)
    statement.setReadBigInts(true)
    return statement
  }

  /** Lets the cache and the prepared statements go; both come again with the next work. */
  #giveBackMemory(): void {
    if (this.#running !== undefined) return
    for (const statements of [this.#statements, this.#arrayStatements, this.#runStatements, this.#controls])
      statements.clear()
    this.#database.exec('PRAGMA shrink_memory')
  }

  #prepare(sql: string, statements: Map<string, StatementSync>): StatementSync {
    if (statements.size >= MAX_STATEMENTS) statements.clear()
    const statement = this.#database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
}

/** SQLITE_BUSY and SQLITE_LOCKED, whatever the extended code says more. */
function isBusy(error: unknown): boolean {
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff
  return code === 5 || code === 6
}

/** SQLITE_FULL, and SQLITE_IOERR_WRITE on file systems that report a full disk that way. */
const FULL = new Set([13, 778])

function asStorageError(error: unknown): unknown {
  if (error instanceof MapiError) return error
  const { errcode, message } = error as { errcode?: number; message?: string }
  if (errcode === undefined) return error
  return FULL.has(errcode) ? new StorageFull(String(message)) : new StorageFailed(String(message))
}

/** What it means that the disk did not take what was written. */
function asFlushError({ code, message }: NodeJS.ErrnoException): MapiError {
  return code === 'ENOSPC' || code === 'EDQUOT' ? new StorageFull(message) : new StorageFailed(message)
}
