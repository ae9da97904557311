import {
  type Bookmark,
  type Columns,
  ErrorCode,
  type FindRowOptions,
  type FindRowResult,
  isMapiError,
  MapiError,
  type NotificationSink,
  type OperationOptions,
  type PropertyTag,
  type QueryRowsOptions,
  type QueryRowsResult,
  type Restriction,
  Row,
  type SeekResult,
  type SortOrderSet,
  type Subscription,
  type Table,
  type TableStatus,
} from '@bourse/mapi'
import {
  abort,
  BookmarkOrigin,
  collapseRow,
  createBookmark,
  expandRow,
  FindRowFlags,
  findRow,
  freeBookmark,
  getCollapseState,
  getStatus,
  QueryRowsFlags,
  queryColumnsAll,
  queryPosition,
  queryRows,
  type RopDefinition,
  resetTable,
  restrict,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  setCollapseState,
  setColumns,
  sortTable,
  TableStatus as WireTableStatus,
} from '@bourse/wire/rop'
import { toNotification } from './notification.ts'
import type { CallFields, CallOptions, CallResult, RopSession } from './rop-session.ts'

/** Rows that iterating asks for at a time. */
const PAGE_ROWS = 100

const STATUSES: Readonly<Record<number, TableStatus>> = {
  [WireTableStatus.TBLSTAT_COMPLETE]: 'complete',
  [WireTableStatus.TBLSTAT_SORTING]: 'sorting',
  [WireTableStatus.TBLSTAT_SORT_ERROR]: 'sortError',
  [WireTableStatus.TBLSTAT_SETTING_COLS]: 'settingColumns',
  [WireTableStatus.TBLSTAT_SETCOL_ERROR]: 'setColumnsError',
  [WireTableStatus.TBLSTAT_RESTRICTING]: 'restricting',
  [WireTableStatus.TBLSTAT_RESTRICT_ERROR]: 'restrictError',
}

const POSITIONS = ['beginning', 'current', 'end'] as const

const ORIGINS = {
  beginning: BookmarkOrigin.BOOKMARK_BEGINNING,
  current: BookmarkOrigin.BOOKMARK_CURRENT,
  end: BookmarkOrigin.BOOKMARK_END,
} as const

/** A table on the server. */
export class ExchangeTable<C extends Columns = Columns> implements Table<C> {
  readonly session: RopSession
  readonly handle: number
  readonly logonId: number
  #columns: Columns = []

  constructor(session: RopSession, handle: number, logonId: number) {
    this.session = session
    this.handle = handle
    this.logonId = logonId
  }

  get columns(): C {
    return this.#columns as C
  }

  async setColumns<const N extends Columns>(columns: N): Promise<Table<N>> {
    await this.#call(setColumns, { setColumnsFlags: 0, propertyTags: columns as readonly PropertyTag[] })
    this.#columns = columns
    return this as unknown as Table<N>
  }

  async queryColumns(): Promise<PropertyTag[]> {
    const { body } = await this.#call(queryColumnsAll, {})
    return [...body.propertyTags]
  }

  async sort(order: SortOrderSet, options: OperationOptions = {}): Promise<void> {
    const { sortOrders, categorizedCount, expandedCount } = order
    await this.#call(
      sortTable,
      { sortTableFlags: 0, sortOrders, categoryCount: categorizedCount, expandedCount },
      options,
    )
  }

  async restrict(restriction: Restriction | undefined, options: OperationOptions = {}): Promise<void> {
    await this.#call(
      restrict,
      { restrictFlags: 0, ...(restriction === undefined ? {} : { restrictionData: restriction }) },
      options,
    )
  }

  async queryRows(count: number, options: QueryRowsOptions = {}): Promise<QueryRowsResult<C>> {
    const rows: Row<C>[] = []
    for (;;) {
      const { body } = await this.#call(
        queryRows,
        {
          queryRowsFlags: options.noAdvance === true ? QueryRowsFlags.NoAdvance : QueryRowsFlags.Advance,
          forwardRead: options.backward !== true,
          rowCount: Math.min(count - rows.length, 0xffff),
        },
        { columns: this.#columns, ...(options.signal === undefined ? {} : { signal: options.signal }) },
      )
      const page = body.rowData.map((cells) => new Row(this.columns, cells))
      if (options.backward === true) rows.unshift(...page)
      else rows.push(...page)
      const position = POSITIONS[body.origin] ?? 'current'
      // A server sends as many rows as fit a buffer; the rest takes further requests, which need the position to have moved.
      const isDone = page.length === 0 || rows.length >= count || options.noAdvance === true
      if (isDone || position !== 'current') return { rows, position }
    }
  }

  async abort(): Promise<TableStatus> {
    const { body } = await this.#call(abort, {})
    return STATUSES[body.tableStatus] ?? 'complete'
  }

  async getStatus(): Promise<TableStatus> {
    const { body } = await this.#call(getStatus, {})
    return STATUSES[body.tableStatus] ?? 'complete'
  }

  async queryPosition(): Promise<{ readonly position: number; readonly rowCount: number }> {
    const { body } = await this.#call(queryPosition, {})
    return { position: body.numerator, rowCount: body.denominator }
  }

  async seek(from: Bookmark, rows: number): Promise<SeekResult> {
    if (typeof from === 'string') {
      const { body } = await this.#call(seekRow, {
        origin: ORIGINS[from],
        rowCount: rows,
        wantRowMovedCount: true,
      })
      return { moved: body.rowsSought, bookmarkMoved: false }
    }
    const { body } = await this.#call(seekRowBookmark, {
      bookmark: from,
      rowCount: rows,
      wantRowMovedCount: true,
    })
    return { moved: body.rowsSought, bookmarkMoved: body.rowNoLongerVisible }
  }

  async seekFraction(numerator: number, denominator: number): Promise<void> {
    await this.#call(seekRowFractional, { numerator, denominator })
  }

  async createBookmark(): Promise<Uint8Array> {
    const { body } = await this.#call(createBookmark, {})
    return body.bookmark
  }

  async freeBookmark(bookmark: Uint8Array): Promise<void> {
    await this.#call(freeBookmark, { bookmark })
  }

  async findRow(restriction: Restriction, options: FindRowOptions = {}): Promise<FindRowResult<C>> {
    const { from = 'current' } = options
    try {
      const { body } = await this.#call(
        findRow,
        {
          findRowFlags: options.backward === true ? FindRowFlags.backwards : FindRowFlags.forwards,
          restrictionData: restriction,
          origin: typeof from === 'string' ? ORIGINS[from] : BookmarkOrigin.BOOKMARK_CUSTOM,
          bookmark: typeof from === 'string' ? new Uint8Array(0) : from,
        },
        { columns: this.#columns },
      )
      return {
        row: body.rowData === undefined ? undefined : new Row(this.columns, body.rowData),
        bookmarkMoved: body.rowNoLongerVisible,
      }
    } catch (error) {
      if (isMapiError(error, ErrorCode.NotFound)) return { row: undefined, bookmarkMoved: false }
      throw error
    }
  }

  async reset(): Promise<void> {
    await this.#call(resetTable, {})
    this.#columns = []
  }

  async expandRow(
    categoryId: bigint,
    maxRows: number,
  ): Promise<{ readonly expandedRowCount: number; readonly rows: readonly Row<C>[] }> {
    const { body } = await this.#call(
      expandRow,
      { maxRowCount: maxRows, categoryId },
      { columns: this.#columns },
    )
    return {
      expandedRowCount: body.expandedRowCount,
      rows: body.rowData.map((cells) => new Row(this.columns, cells)),
    }
  }

  async collapseRow(categoryId: bigint): Promise<number> {
    const { body } = await this.#call(collapseRow, { categoryId })
    return body.collapsedRowCount
  }

  async getCollapseState(rowId: bigint, rowInstanceNumber: number): Promise<Uint8Array> {
    const { body } = await this.#call(getCollapseState, { rowId, rowInstanceNumber })
    return body.collapseState
  }

  async setCollapseState(state: Uint8Array): Promise<Uint8Array> {
    const { body } = await this.#call(setCollapseState, { collapseState: state })
    return body.bookmark
  }

  async subscribe(sink: NotificationSink): Promise<Subscription> {
    // The server tells of every table that was opened without NoNotifications once its columns are set ([MS-OXCNOTIF] 3.1.4.3).
    if (this.#columns.length === 0) throw new MapiError(ErrorCode.NullObject)
    this.session.listen(this.handle, (data) => {
      const notification = toNotification(data, this.#columns)
      if (notification !== undefined) sink([notification])
    })
    return { [Symbol.asyncDispose]: async () => this.session.unlisten(this.handle) }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Row<C>> {
    for (;;) {
      const { rows, position } = await this.queryRows(PAGE_ROWS)
      yield* rows
      if (rows.length === 0 || position === 'end') return
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.release(this.handle)
  }

  #call<D extends RopDefinition>(
    rop: D,
    fields: CallFields<D>,
    options: CallOptions = {},
  ): Promise<CallResult<D>> {
    return this.session.call(rop, this.handle, fields, { ...options, logonId: this.logonId })
  }
}
