import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { MIGRATIONS } from './schema.ts'

/** How long to wait for another process that writes, in milliseconds. */
const BUSY_TIMEOUT = 10_000

/** A row of a result, by the names of its columns. */
export type Row = Readonly<Record<string, string | number | null>>

interface WaitingWork {
  run(): void
  resolve(): void
  reject(error: unknown): void
}

/** The file with the state of the queue: write-ahead log, and a flush to the disk before anything is acknowledged (`synchronous=FULL`). */
export class QueueDatabase implements Disposable {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #waiting: WaitingWork[] = []

  /** Opens the file, which is made if it is not there. Throws if it is no database, or one of a newer program. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT })
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;')
      this.#migrate(path)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  /**
   * Changes something. Changes that wait at the same time share one transaction, and so one flush to the disk; one that throws is taken back and
   * rejects by itself. What this resolves to is durable.
   */
  write<T>(work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    let result: T
    if (this.#waiting.length === 0) setImmediate(() => this.#commitWaiting())
    this.#waiting.push({
      run: () => {
        result = work()
      },
      resolve: () => resolve(result),
      reject,
    })
    return promise
  }

  get(sql: string, ...parameters: readonly SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...parameters) as Row | undefined
  }

  all(sql: string, ...parameters: readonly SQLInputValue[]): readonly Row[] {
    return this.#statement(sql).all(...parameters) as readonly Row[]
  }

  /** Rows one by one; nothing may be changed while they are read. */
  rows(sql: string, ...parameters: readonly SQLInputValue[]): Iterable<Row> {
    // A statement of its own, as it may be left before its end.
    return this.#database.prepare(sql).iterate(...parameters) as Iterable<Row>
  }

  /** The number of rows that were changed, and the id of the one that was added. */
  run(
    sql: string,
    ...parameters: readonly SQLInputValue[]
  ): { readonly changes: number; readonly id: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...parameters)
    return { changes: Number(changes), id: Number(lastInsertRowid) }
  }

  /** Closes the file, when what waits is written. */
  [Symbol.dispose](): void {
    if (!this.#database.isOpen) return
    this.#commitWaiting()
    this.#database.close()
  }

  #commitWaiting(): void {
    const works = this.#waiting
    this.#waiting = []
    if (works.length === 0) return
    const done: WaitingWork[] = []
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const work of works) if (this.#runWork(work)) done.push(work)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK')
      // Rejecting is nothing to those that were rejected already.
      for (const work of works) work.reject(error)
      return
    }
    for (const work of done) work.resolve()
  }

  #runWork(work: WaitingWork): boolean {
    this.#database.exec('SAVEPOINT work')
    try {
      work.run()
      this.#database.exec('RELEASE work')
      return true
    } catch (error) {
      // Some failures end the whole transaction.
      if (!this.#database.isTransaction) throw error
      this.#database.exec('ROLLBACK TO work; RELEASE work')
      work.reject(error)
      return false
    }
  }

  #migrate(path: string): void {
    this.#database.exec('BEGIN IMMEDIATE')
    const version = this.get('PRAGMA user_version')!.user_version as number
    if (version > MIGRATIONS.length) {
      throw new Error(
        `${path} has schema version ${version}, and this program knows versions up to ${MIGRATIONS.length}.`,
      )
    }
    for (const script of MIGRATIONS.slice(version)) this.#database.exec(script)
    this.#database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    this.#database.exec('COMMIT')
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
