import type { Cell, Columns, Restriction, RowId } from '@bourse/mapi'
import type { Transaction } from '../storage/storage.ts'
import type { RowIdentity } from './row-list.ts'
import type { RowsView } from './rows-view.ts'

/** A restriction made ready to find rows with. */
export interface RowFinder {
  /** The only messages whose rows can match, where that is known. */
  readonly candidates: ReadonlySet<number> | undefined
  /** Whether each of several rows matches. */
  test(tx: Transaction, rows: readonly RowIdentity[]): Promise<readonly boolean[]>
}

/** The categories of a table, with those that are open in it. */
export interface RowCategories {
  /** Opens a category; returns how many rows came into sight. Throws `NotFound`, `NotCollapsed`. */
  expand(categoryId: bigint): number
  /** Closes a category; returns how many rows went out of sight. Throws `NotFound`, `NotExpanded`. */
  collapse(categoryId: bigint): number
  /** Those that are not as the sort order says at first. */
  readonly toggled: ReadonlySet<bigint>
  /** Opens and closes categories as they are in `toggled`. */
  setToggled(toggled: ReadonlySet<bigint>): void
}

/** The rows of one table: a view, and how to show what is in them. */
export interface TableRows extends RowsView {
  readonly categories: RowCategories | undefined
  /** The cells of rows, `undefined` for a row that is not there any more. */
  cells(
    tx: Transaction,
    rows: readonly RowIdentity[],
    columns: Columns,
  ): Promise<readonly (Cell[] | undefined)[]>
  /** How others name rows. */
  rowIds(tx: Transaction, rows: readonly RowIdentity[]): Promise<readonly RowId[]>
  /** The row with a PidTagInstID and a PidTagInstanceNum. */
  identityOf(rowId: bigint, instance: number): RowIdentity | undefined
  finder(tx: Transaction, restriction: Restriction): Promise<RowFinder>
  /** Has the rows found anew: one of them went away unnoticed. */
  invalidate(): void
  release(): void
}
