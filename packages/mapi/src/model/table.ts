import type { Columns, Row } from '../property/row.ts'
import type { PropertyTag } from '../property/tag.ts'
import type { Restriction } from '../restriction/index.ts'
import type { SortOrderSet } from '../sort/index.ts'
import type { NotificationSink, Subscription } from './notification.ts'
import type { OperationOptions } from './object.ts'

/** Places that every table has ([MS-OXCTABL] 2.2.2.1.1), or one that was made with {@link Table.createBookmark}. */
export type Bookmark = 'beginning' | 'current' | 'end' | Uint8Array

/** State of the table's last asynchronous operation ([MS-OXCTABL] 2.2.2.1.3). */
export type TableStatus =
  | 'complete'
  | 'sorting'
  | 'sortError'
  | 'settingColumns'
  | 'setColumnsError'
  | 'restricting'
  | 'restrictError'

export interface QueryRowsOptions extends OperationOptions {
  /** Towards the beginning; the rows still come in the table's order. */
  readonly backward?: boolean
  /** Leave the current position where it is. */
  readonly noAdvance?: boolean
}

export interface QueryRowsResult<C extends Columns = Columns> {
  /** Whole rows, at most as many as were asked for; none only where there are none in that direction. */
  readonly rows: readonly Row<C>[]
  /**
   * Where the current position is now: at an end of the table, or between rows. `end` too if there were fewer rows than asked for towards
   * the beginning, as Exchange answers.
   */
  readonly position: 'beginning' | 'current' | 'end'
}

export interface FindRowOptions {
  readonly backward?: boolean
  /** Where the search begins; the current position if left out. */
  readonly from?: Bookmark
}

export interface FindRowResult<C extends Columns = Columns> {
  /** The row, or `undefined` if none matches; `NotFound` is not thrown for that. */
  readonly row: Row<C> | undefined
  /** The bookmark in {@link FindRowOptions.from} stands at another row than it was made for, because that is gone. */
  readonly bookmarkMoved: boolean
}

export interface SeekResult {
  /** By how many rows the position really moved; negative towards the beginning. */
  readonly moved: number
  /** As in {@link FindRowResult.bookmarkMoved}. */
  readonly bookmarkMoved: boolean
}

/**
 * A view of rows: the messages or subfolders of a folder, recipients, attachments, rules, permissions, or the
 * entries of an address book container ([MS-OXCTABL]). It has columns, a sort order, a restriction and a
 * current position, which stays right while rows come and go.
 *
 * Iterating reads from the current position to the end:
 *
 * ```ts
 * await using table = await folder.contentsTable()
 * const typed = await table.setColumns([PidTagSubject, PidTagMessageDeliveryTime])
 * for await (const row of typed) console.log(row.get(PidTagSubject))
 * ```
 */
export interface Table<C extends Columns = Columns> extends AsyncDisposable, AsyncIterable<Row<C>> {
  /** The columns in force. */
  readonly columns: C

  /**
   * Chooses the columns and returns the same table, typed by them. Must come before rows are read.
   * RopSetColumns, [MS-OXCTABL] 2.2.2.2.
   */
  setColumns<const N extends Columns>(columns: N): Promise<Table<N>>

  /** All columns that the table could show. RopQueryColumnsAll, [MS-OXCTABL] 2.2.2.13. */
  queryColumns(): Promise<PropertyTag[]>

  /** Orders the rows, with categories where the order has some; goes to the beginning. RopSortTable, [MS-OXCTABL] 2.2.2.3. */
  sort(order: SortOrderSet, options?: OperationOptions): Promise<void>

  /** Shows only rows that match, all if `undefined`; goes to the beginning. RopRestrict, [MS-OXCTABL] 2.2.2.4. */
  restrict(restriction: Restriction | undefined, options?: OperationOptions): Promise<void>

  /** Rows from the current position. RopQueryRows, [MS-OXCTABL] 2.2.2.5. */
  queryRows(count: number, options?: QueryRowsOptions): Promise<QueryRowsResult<C>>

  /** Ends asynchronous work that goes on. RopAbort, [MS-OXCTABL] 2.2.2.6. */
  abort(): Promise<TableStatus>

  /** RopGetStatus, [MS-OXCTABL] 2.2.2.7. */
  getStatus(): Promise<TableStatus>

  /** Current position, in rows from the beginning, and number of rows. RopQueryPosition, [MS-OXCTABL] 2.2.2.8. */
  queryPosition(): Promise<{ readonly position: number; readonly rowCount: number }>

  /** Moves the current position by rows from a bookmark. RopSeekRow and RopSeekRowBookmark, [MS-OXCTABL] 2.2.2.9, 2.2.2.10. */
  seek(from: Bookmark, rows: number): Promise<SeekResult>

  /** Moves the current position to a fraction of the table. RopSeekRowFractional, [MS-OXCTABL] 2.2.2.11. */
  seekFraction(numerator: number, denominator: number): Promise<void>

  /** Marks the current position. RopCreateBookmark, [MS-OXCTABL] 2.2.2.12. */
  createBookmark(): Promise<Uint8Array>

  /** RopFreeBookmark, [MS-OXCTABL] 2.2.2.15. */
  freeBookmark(bookmark: Uint8Array): Promise<void>

  /** The next row that matches; the current position moves to it. RopFindRow, [MS-OXCTABL] 2.2.2.14. */
  findRow(restriction: Restriction, options?: FindRowOptions): Promise<FindRowResult<C>>

  /** Drops columns, sort order, restriction and bookmarks. RopResetTable, [MS-OXCTABL] 2.2.2.16. */
  reset(): Promise<void>

  /**
   * Opens a category and returns up to `maxRows` of the rows it adds. RopExpandRow, [MS-OXCTABL] 2.2.2.17. Servers may refuse any
   * `maxRows` but 0 (`NotSupported`), as Exchange does: the rows are read with {@link queryRows} then.
   *
   * @param categoryId PidTagInstID of the category's heading row.
   */
  expandRow(
    categoryId: bigint,
    maxRows: number,
  ): Promise<{ readonly expandedRowCount: number; readonly rows: readonly Row<C>[] }>

  /** Closes a category and returns how many rows went out of sight. RopCollapseRow, [MS-OXCTABL] 2.2.2.18. */
  collapseRow(categoryId: bigint): Promise<number>

  /** What is open and closed, and the row given, in a form for {@link setCollapseState}. RopGetCollapseState, [MS-OXCTABL] 2.2.2.19. */
  getCollapseState(rowId: bigint, rowInstanceNumber: number): Promise<Uint8Array>

  /** Opens and closes categories as they were, and returns a bookmark at the row that was given. RopSetCollapseState, [MS-OXCTABL] 2.2.2.20. */
  setCollapseState(state: Uint8Array): Promise<Uint8Array>

  /** Tells of rows that come, go and change, with their cells in the columns in force ([MS-OXCNOTIF] 2.2.1.1.1 TableModified). */
  subscribe(sink: NotificationSink): Promise<Subscription>
}
