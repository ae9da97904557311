import {
  type Bookmark,
  cellType,
  ErrorCode,
  isKnownType,
  isMapiError,
  MapiError,
  PtypErrorCode,
  PtypUnspecified,
  type Table,
  tagType,
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
  resetTable,
  restrict,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  setCollapseState,
  setColumns,
  sortTable,
  TableStatus,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import type { TableContents, TableObject } from './table-object.ts'
import { RowPage, rowCells } from './table-rows.ts'

/** Every asynchronous operation is complete when it is answered ([MS-OXCTABL] 3.2.5.1 allows that). */
const DONE = { body: { tableStatus: TableStatus.TBLSTAT_COMPLETE } }

const QUERY_ROWS_FLAGS = QueryRowsFlags.NoAdvance | QueryRowsFlags.EnablePackedBuffers
/** Origin and RowCount, before the rows. */
const QUERY_ROWS_HEAD = 3
/** How many rows are asked of the table at once, at first and at most. */
const FIRST_ROWS = 50
const MOST_ROWS = 1000

const ROW_TABLES = ['contents', 'hierarchy', 'rules'] as const
const BOOKMARK_TABLES = ['contents', 'hierarchy'] as const
/** Those that are sorted, put into categories and reset. */
const CATEGORY_TABLES = ['contents'] as const

/** The table of the request. Throws `NotSupported` for what is none, or has not one of these contents. */
function tableOf(call: RopCall, contents?: readonly TableContents[]): TableObject {
  const object = call.input('table')
  if (contents?.includes(object.contents) === false) throw new MapiError(ErrorCode.NotSupported)
  return object
}

/**
 * As {@link tableOf}, for ROPs that fail with `NullObject` before RopSetColumns ([MS-OXCTABL] 3.2.5.2). Those for bookmarks do so as well,
 * unless RopResetTable has made the bookmarks invalid, which the table knows.
 */
function readableTable(call: RopCall, contents?: readonly TableContents[]): TableObject {
  const object = tableOf(call, contents)
  if (!object.hasColumns) throw new MapiError(ErrorCode.NullObject)
  return object
}

/**
 * As {@link tableOf}, for ROPs on bookmarks, which fail with `NullObject` after their table was released ([MS-OXCTABL] 3.2.5.15), where other
 * ROPs say `InvalidObject` of what was released.
 */
function bookmarkTable(call: RopCall): TableObject {
  try {
    return tableOf(call, BOOKMARK_TABLES)
  } catch (error) {
    throw isMapiError(error, ErrorCode.InvalidObject) ? new MapiError(ErrorCode.NullObject) : error
  }
}

/** Starts the notifications of a table that the client looks at ([MS-OXCNOTIF] 3.1.4.3). */
async function look(object: TableObject): Promise<Table> {
  await object.notifications?.start()
  return object.table
}

/** RopSetColumns: [MS-OXCTABL] 3.2.5.2. */
async function chooseColumns(call: RopCall<typeof setColumns>): Promise<Outcome<typeof setColumns>> {
  const object = tableOf(call)
  const { propertyTags } = call.request
  // A failure leaves the table without columns.
  object.hasColumns = false
  for (const tag of propertyTags) {
    const type = cellType(tagType(tag))
    if (type === PtypUnspecified || type === PtypErrorCode || !isKnownType(type)) {
      throw new MapiError(ErrorCode.InvalidParameter)
    }
  }
  await object.table.setColumns(propertyTags)
  object.notifications?.forgetRows()
  object.hasColumns = true
  return DONE
}

/** RopQueryRows: [MS-OXCTABL] 3.2.5.5. */
async function read(call: RopCall<typeof queryRows>): Promise<Outcome<typeof queryRows>> {
  const object = readableTable(call)
  const { queryRowsFlags, forwardRead, rowCount } = call.request
  call.requireFlags(queryRowsFlags, QUERY_ROWS_FLAGS)
  const table = await look(object)
  const { columns } = table
  const noAdvance = (queryRowsFlags & QueryRowsFlags.NoAdvance) !== 0
  const backward = !forwardRead

  const page = new RowPage(columns, call.room - QUERY_ROWS_HEAD)
  let isFull = false
  let isAtEnd = false
  /** By how many rows the position has moved. */
  let passed = 0
  while (!isFull && page.rows.length < rowCount) {
    const likely = Math.max(1, Math.min(page.moreThatFit ?? FIRST_ROWS, MOST_ROWS))
    const count = Math.min(rowCount - page.rows.length, likely)
    const { rows, position } = await table.queryRows(count, { backward })
    passed += rows.length
    // Rows come in the table's order; those next to the position it was read from come first here.
    isFull = !(backward ? rows.toReversed() : rows).every((row) => page.add(row))
    isAtEnd = position !== 'current'
    if (rows.length === 0 || isAtEnd) break
  }
  const sent = page.rows.length
  const back = passed - (noAdvance ? 0 : sent)
  const isTooSmall = isFull && sent === 0
  if (back > 0) await table.seek('current', backward ? back : -back)
  if (isTooSmall) throw new MapiError(ErrorCode.BufferTooSmall)

  const isPacked = (queryRowsFlags & QueryRowsFlags.EnablePackedBuffers) !== 0
  const { BOOKMARK_CURRENT, BOOKMARK_END } = BookmarkOrigin
  return {
    body: {
      // BOOKMARK_END at the beginning too, as in Exchange since 2010 (note 25).
      origin: isFull || !isAtEnd ? BOOKMARK_CURRENT : BOOKMARK_END,
      rowData: backward ? page.rows.toReversed() : page.rows,
    },
    columns,
    ...(isFull && isPacked && !noAdvance ? { next: { ...call.request, rowCount: rowCount - sent } } : {}),
  }
}

/** Where a seek or a search begins. Throws `InvalidParameter` for what is no bookmark ([MS-OXCTABL] 2.2.2.1.1). */
function bookmarkOf(origin: number, custom?: Uint8Array): Bookmark {
  switch (origin) {
    case BookmarkOrigin.BOOKMARK_BEGINNING:
      return 'beginning'
    case BookmarkOrigin.BOOKMARK_CURRENT:
      return 'current'
    case BookmarkOrigin.BOOKMARK_END:
      return 'end'
    case BookmarkOrigin.BOOKMARK_CUSTOM:
      if (custom !== undefined) return custom
  }
  throw new MapiError(ErrorCode.InvalidParameter)
}

/** HasSoughtLess and RowsSought. */
function sought(moved: number, wanted: number) {
  return { hasSoughtLess: Math.abs(moved) < Math.abs(wanted), rowsSought: moved }
}

/** RopFindRow: [MS-OXCTABL] 3.2.5.14. */
async function find(call: RopCall<typeof findRow>): Promise<Outcome<typeof findRow>> {
  const object = readableTable(call, ROW_TABLES)
  const { findRowFlags, restrictionData, origin, bookmark } = call.request
  call.requireFlags(findRowFlags, FindRowFlags.backwards)
  const from = bookmarkOf(origin, bookmark)
  const table = await look(object)
  const { columns } = table
  const backward = findRowFlags === FindRowFlags.backwards
  // No restriction matches every row.
  const { row, bookmarkMoved } = await table.findRow(restrictionData ?? { kind: 'and', restrictions: [] }, {
    backward,
    from,
  })
  if (row === undefined) throw new MapiError(ErrorCode.NotFound)
  const page = new RowPage(columns, call.room - 2)
  return {
    body: {
      rowNoLongerVisible: bookmarkMoved,
      rowData: page.add(row) ? rowCells(row) : undefined,
    },
    columns,
  }
}

/**
 * RopExpandRow: [MS-OXCTABL] 3.2.5.17. The rows are not returned, they are to be read with RopQueryRows: a MaxRowCount other than 0 is
 * not supported, as in Exchange since 2013 (note 16).
 */
async function expand(call: RopCall<typeof expandRow>): Promise<Outcome<typeof expandRow>> {
  const object = readableTable(call, CATEGORY_TABLES)
  const { maxRowCount, categoryId } = call.request
  if (maxRowCount > 0) throw new MapiError(ErrorCode.NotSupported)
  const table = await look(object)
  const { expandedRowCount } = await table.expandRow(categoryId, 0)
  return { body: { expandedRowCount, rowData: [] }, columns: table.columns }
}

/** Table ROPs ([MS-OXCTABL] 3.2.5). */
export const tableHandlers = [
  handler(setColumns, chooseColumns),
  handler(sortTable, async (call) => {
    const { table } = tableOf(call, CATEGORY_TABLES)
    const { sortOrders, categoryCount, expandedCount } = call.request
    await table.sort({ sortOrders, categorizedCount: categoryCount, expandedCount })
    return DONE
  }),
  handler(restrict, async (call) => {
    const { table } = tableOf(call, ROW_TABLES)
    await table.restrict(call.request.restrictionData)
    return DONE
  }),
  handler(queryRows, read),
  handler(abort, async (call) => notImplemented(call)),
  handler(getStatus, async (call) => notImplemented(call)),
  handler(queryPosition, async (call) => {
    const table = await look(tableOf(call))
    const { position, rowCount } = await table.queryPosition()
    return { body: { numerator: position, denominator: rowCount } }
  }),
  // RowsSought is given whether WantRowMovedCount asks for it or not: the client takes no notice of it then.
  handler(seekRow, async (call) => {
    const object = tableOf(call)
    const { origin, rowCount } = call.request
    const from = bookmarkOf(origin)
    const { moved } = await (await look(object)).seek(from, rowCount)
    return { body: sought(moved, rowCount) }
  }),
  handler(seekRowBookmark, async (call) => {
    const table = await look(bookmarkTable(call))
    const { bookmark, rowCount } = call.request
    const { moved, bookmarkMoved } = await table.seek(bookmark, rowCount)
    return { body: { rowNoLongerVisible: bookmarkMoved, ...sought(moved, rowCount) } }
  }),
  handler(seekRowFractional, async (call) => {
    const object = tableOf(call)
    const { numerator, denominator } = call.request
    if (denominator === 0) throw new MapiError(ErrorCode.InvalidParameter)
    await (await look(object)).seekFraction(numerator, denominator)
    return {}
  }),
  handler(createBookmark, async (call) => {
    const { table } = bookmarkTable(call)
    return { body: { bookmark: await table.createBookmark() } }
  }),
  handler(queryColumnsAll, async (call) => {
    const table = await look(tableOf(call))
    return { body: { propertyTags: await table.queryColumns() } }
  }),
  handler(findRow, find),
  handler(freeBookmark, async (call) => {
    const { table } = bookmarkTable(call)
    await table.freeBookmark(call.request.bookmark)
    return {}
  }),
  handler(resetTable, async (call) => {
    const object = tableOf(call, CATEGORY_TABLES)
    object.hasColumns = false
    await object.notifications?.stop()
    await object.table.reset()
    return {}
  }),
  handler(expandRow, expand),
  handler(collapseRow, async (call) => {
    const table = await look(readableTable(call, CATEGORY_TABLES))
    return { body: { collapsedRowCount: await table.collapseRow(call.request.categoryId) } }
  }),
  handler(getCollapseState, async (call) => {
    const { table } = readableTable(call, CATEGORY_TABLES)
    const { rowId, rowInstanceNumber } = call.request
    return { body: { collapseState: await table.getCollapseState(rowId, rowInstanceNumber) } }
  }),
  handler(setCollapseState, async (call) => {
    const { table } = readableTable(call, CATEGORY_TABLES)
    return { body: { bookmark: await table.setCollapseState(call.request.collapseState) } }
  }),
] as const

/** RopAbort and RopGetStatus have nothing to tell of, and are not there in Exchange since 2010. */
function notImplemented(call: RopCall): never {
  // Looked at for the errors of handles.
  void call.logon
  throw new MapiError(ErrorCode.NotImplemented)
}
