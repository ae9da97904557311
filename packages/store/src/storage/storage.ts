/** What a column holds. Integers outside ±2^53 go in as `bigint` and are never read back as they are. */
export type SqlValue = number | bigint | string | Uint8Array | null

export type SqlRow = Readonly<Record<string, SqlValue>>

/** How many rows a statement changed. */
export interface RunResult {
  readonly changes: number
}

/** Statements within one transaction. Parameters are `?`, in order. */
export interface Transaction {
  all<R extends SqlRow = SqlRow>(sql: string, ...parameters: readonly SqlValue[]): Promise<readonly R[]>
  get<R extends SqlRow = SqlRow>(sql: string, ...parameters: readonly SqlValue[]): Promise<R | undefined>
  run(sql: string, ...parameters: readonly SqlValue[]): Promise<RunResult>
  /** Rows as arrays of their values, in the order of the columns: the fast way to read many short rows. */
  tuples(sql: string, ...parameters: readonly SqlValue[]): Promise<readonly (readonly SqlValue[])[]>
  /** The first column of every row, for lists of IDs. */
  column<V extends SqlValue = number>(sql: string, ...parameters: readonly SqlValue[]): Promise<V[]>
}

/**
 * The database of one mailbox: the only thing between the engine and SQL. Work runs one at a time, in the order in which
 * it was asked for, so what it reads holds still.
 *
 * The SQL is the common subset of SQLite and PostgreSQL; what differs (full-text search, backup) has methods of its own.
 */
export interface Storage extends AsyncDisposable {
  /** Work that only reads. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>

  /**
   * Work that writes. All of it happens or nothing: it is undone if `work` rejects. When the promise resolves it is on
   * disk. Several that wait share one flush to disk (group commit), without seeing each other fail. Other work may see what is done before it is on
   * disk; its own promise resolves only when that is, too.
   *
   * `committed` is called when it is done, before any other work begins: the place to bring memory up to date.
   */
  write<T>(work: (tx: Transaction) => Promise<T>, committed?: (result: T) => void): Promise<T>

  /** Copies the database, as of now, to a file, while work goes on. */
  backup(path: string): Promise<void>

  /** Verifies the database's own structure; returns what is wrong with it. */
  integrityCheck(): Promise<readonly string[]>

  /** Makes all indexes anew from the rows. */
  rebuildIndexes(): Promise<void>
}
