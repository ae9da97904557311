import type { Transaction } from '../storage/storage.ts'
import type { RowIdentity } from './row-list.ts'

/** A row that came or went. Positions are those at that moment. */
export interface RowEdit extends RowIdentity {
  readonly kind: 'insert' | 'remove'
  readonly position: number
}

/** What came of several edits together. */
export interface RowsBatch {
  /** Rows that are gone. */
  readonly removed: readonly RowIdentity[]
  /** Rows that came, and those that changed, whether they moved or not. */
  readonly inserted: readonly RowIdentity[]
  /** Which of the rows that came were there before. */
  readonly changed: ReadonlySet<string>
}

/** Who follows the rows of a view. */
export interface RowsListener {
  /** Whether it wants to be told soon of what changes, and not only when rows are read. */
  isUrgent(): boolean
  /** Is told of each edit, in order, when it has just been made. */
  edited(edit: RowEdit): void
  /** Is told that a category was opened or closed in this table, and all edits of that made. */
  opened?(): void
  /** Is told that the rows known so far are about to be dropped, to be found anew. */
  dropped(): void
  /** Is told when edits that belong together have been made, or with `undefined` when rows were dropped. */
  settled(tx: Transaction, batch: RowsBatch | undefined): Promise<void>
}

/**
 * The rows of a table in order, found as far as anybody has asked for and kept up to date with what is committed. All methods that take a transaction
 * must run within one piece of work on the mailbox, in which `refresh` comes first.
 */
export interface RowsView {
  /** How many rows are known, from the first on. */
  readonly length: number
  /** Whether these are all rows. */
  readonly isComplete: boolean
  /** Catches up with all that was committed. */
  refresh(tx: Transaction): Promise<void>
  /**
   * Finds more rows: until there are `until`, or all, or the time is up (milliseconds of `performance.now`), whichever
   * comes first.
   */
  extend(tx: Transaction, until: number, deadline: number): Promise<void>
  /** The number of all rows if that is known without finding them. */
  total(tx: Transaction): Promise<number | undefined>
  at(position: number): RowIdentity
  /** Where a row is, or -1. */
  positionOf(mid: number, instance: number): number
  /** Follows the rows until the function returned is called. */
  listen(listener: RowsListener): () => void
}

/** A row's identity as a key. */
export function rowKey(mid: number, instance: number): string {
  return instance === 0 ? String(mid) : `${mid}.${instance}`
}
