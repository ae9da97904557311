import {
  type Bookmark,
  type Cell,
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
import { toHex } from '@bourse/mapi/bytes'
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
import type { Origin, RestoreCall } from './remote-object.ts'
import type { CallFields, CallOptions, CallResult, RopSession } from './rop-session.ts'
import { advanced, countOf, goTo, type TablePosition } from './table-position.ts'

/** Rows that iterating asks for at first, so that the first of them come soon, and then. */
const FIRST_PAGE_ROWS = 100
const PAGE_ROWS = 1000

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
  // What the table is brought back to when it has to be opened again.
  #order: SortOrderSet | undefined
  #restriction: Restriction | undefined
  #position: TablePosition = { kind: 'beginning' }
  /** Bookmarks hold in the connection in which they were made. */
  readonly #bookmarks = new Map<string, number>()

  constructor(session: RopSession, handle: number, logonId: number) {
    this.session = session
    this.handle = handle
    this.logonId = logonId
    session.onReopen(handle, (call, _, next) => this.#restore(call, next))
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
    await this.#call(sortTable, sortFields(order), options)
    this.#order = order
    this.#position = { kind: 'beginning' }
  }

  async restrict(restriction: Restriction | undefined, options: OperationOptions = {}): Promise<void> {
    await this.#call(restrict, restrictFields(restriction), options)
    this.#restriction = restriction
    this.#position = { kind: 'beginning' }
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
      if (options.noAdvance !== true) this.#moved(body.rowData, options.backward === true, body.origin)
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
      this.#position = sought(this.#position, from, body.rowsSought)
      return { moved: body.rowsSought, bookmarkMoved: false }
    }
    this.#requireBookmark(from)
    const { body } = await this.#call(seekRowBookmark, {
      bookmark: from,
      rowCount: rows,
      wantRowMovedCount: true,
    })
    this.#position = { kind: 'unknown' }
    return { moved: body.rowsSought, bookmarkMoved: body.rowNoLongerVisible }
  }

  async seekFraction(numerator: number, denominator: number): Promise<void> {
    await this.#call(seekRowFractional, { numerator, denominator })
    this.#position = { kind: 'unknown' }
  }

  async createBookmark(): Promise<Uint8Array> {
    const { body } = await this.#call(createBookmark, {})
    this.#bookmarks.set(toHex(body.bookmark), this.session.generation)
    return body.bookmark
  }

  async freeBookmark(bookmark: Uint8Array): Promise<void> {
    this.#requireBookmark(bookmark)
    await this.#call(freeBookmark, { bookmark })
  }

  async findRow(restriction: Restriction, options: FindRowOptions = {}): Promise<FindRowResult<C>> {
    const { from = 'current' } = options
    if (typeof from !== 'string') this.#requireBookmark(from)
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
      this.#position = body.rowData === undefined ? { kind: 'unknown' } : { kind: 'at', row: body.rowData }
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
    this.#order = undefined
    this.#restriction = undefined
    this.#position = { kind: 'beginning' }
    this.#bookmarks.clear()
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
    this.#position = { kind: 'unknown' }
    return {
      expandedRowCount: body.expandedRowCount,
      rows: body.rowData.map((cells) => new Row(this.columns, cells)),
    }
  }

  async collapseRow(categoryId: bigint): Promise<number> {
    const { body } = await this.#call(collapseRow, { categoryId })
    this.#position = { kind: 'unknown' }
    return body.collapsedRowCount
  }

  async getCollapseState(rowId: bigint, rowInstanceNumber: number): Promise<Uint8Array> {
    const { body } = await this.#call(getCollapseState, { rowId, rowInstanceNumber })
    return body.collapseState
  }

  async setCollapseState(state: Uint8Array): Promise<Uint8Array> {
    const { body } = await this.#call(setCollapseState, { collapseState: state })
    this.#bookmarks.set(toHex(body.bookmark), this.session.generation)
    this.#position = { kind: 'unknown' }
    return body.bookmark
  }

  async subscribe(sink: NotificationSink): Promise<Subscription> {
    // The server tells of every table that was opened without NoNotifications once its columns are set ([MS-OXCNOTIF] 3.1.4.3).
    if (this.#columns.length === 0) throw new MapiError(ErrorCode.NullObject)
    this.session.listen(
      this.handle,
      (data) => {
        const notification = toNotification(data, this.#columns)
        if (notification !== undefined) sink([notification])
      },
      () => sink([{ kind: 'tableChanged' }]),
    )
    return { [Symbol.asyncDispose]: async () => this.session.unlisten(this.handle) }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Row<C>> {
    let next: Promise<QueryRowsResult<C>> | undefined = this.queryRows(FIRST_PAGE_ROWS)
    let unread = 0
    try {
      while (next !== undefined) {
        const { rows, position }: QueryRowsResult<C> = await next
        // The next rows travel while these are looked at.
        next = rows.length === 0 || position === 'end' ? undefined : this.queryRows(PAGE_ROWS)
        next?.catch(() => {})
        unread = rows.length
        for (const row of rows) {
          unread--
          yield row
        }
      }
    } finally {
      // Whoever stops early finds the position behind the row that came last.
      const ahead = (await next?.catch(() => undefined))?.rows.length ?? 0
      if (unread + ahead > 0) await this.seek('current', -(unread + ahead)).catch(() => {})
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.release(this.handle)
  }

  #moved(rows: readonly (readonly Cell[])[], isBackward: boolean, origin: number): void {
    if (!isBackward) {
      // At the end rows that are added come after the position, as they do behind the last row.
      this.#position = advanced(this.#position, rows)
      return
    }
    if (POSITIONS[origin] === 'beginning') this.#position = { kind: 'beginning' }
    else if (rows[0] !== undefined) this.#position = { kind: 'at', row: rows[0] }
  }

  #requireBookmark(bookmark: Uint8Array): void {
    const generation = this.#bookmarks.get(toHex(bookmark))
    // Those that are not known are for the server to judge.
    if (generation === undefined || generation === this.session.generation) return
    throw new MapiError(ErrorCode.InvalidBookmark, { message: 'the bookmark was lost with the connection' })
  }

  async #restore(call: RestoreCall, next: Origin | undefined): Promise<void> {
    if (this.#columns.length > 0) {
      const propertyTags = this.#columns as readonly PropertyTag[]
      await call(setColumns, { setColumnsFlags: 0, propertyTags })
    }
    if (this.#order !== undefined) await call(sortTable, sortFields(this.#order))
    if (this.#restriction !== undefined) await call(restrict, restrictFields(this.#restriction))
    if (next === undefined || !setsPosition(next)) await goTo(call, this.#columns, this.#position)
  }

  #call<D extends RopDefinition>(
    rop: D,
    fields: CallFields<D>,
    options: CallOptions = {},
  ): Promise<CallResult<D>> {
    return this.session.call(rop, this.handle, fields, { ...options, logonId: this.logonId })
  }
}

function sortFields({ sortOrders, categorizedCount, expandedCount }: SortOrderSet) {
  return { sortTableFlags: 0, sortOrders, categoryCount: categorizedCount, expandedCount }
}

function restrictFields(restriction: Restriction | undefined) {
  return { restrictFlags: 0, ...(restriction === undefined ? {} : { restrictionData: restriction }) }
}

/** Where a seek of so many rows leads. */
function sought(before: TablePosition, from: 'beginning' | 'current' | 'end', rows: number): TablePosition {
  if (from === 'beginning') return rows === 0 ? { kind: 'beginning' } : { kind: 'count', count: rows }
  if (rows === 0) return from === 'end' ? { kind: 'end' } : before
  const count = from === 'current' ? countOf(before) : undefined
  return count === undefined ? { kind: 'unknown' } : { kind: 'count', count: count + rows }
}

/** Whether a ROP leads to the same place wherever the position is. */
function setsPosition({ rop, fields }: Origin): boolean {
  if (rop === seekRow || rop === findRow) {
    const { origin } = fields as { readonly origin: number }
    return origin === BookmarkOrigin.BOOKMARK_BEGINNING || origin === BookmarkOrigin.BOOKMARK_END
  }
  return rop === sortTable || rop === restrict || rop === resetTable || rop === seekRowFractional
}
