import { sortOrder } from '@bourse/mapi'
import { bool8, i32, i64, optional, sizedBytes, struct, u8, u16, u32 } from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { countOf, handleIndex, itemsOf, propertyTags, restrictionData, rowOf, rowsOf } from './fields.ts'

/** SetColumnsFlags, SortTableFlags and RestrictFlags ([MS-OXCTABL] 2.2.2.1.4). */
export const AsynchronousFlags = {
  /** The server may do the work later. */
  TBL_ASYNC: 0x01,
} as const

/** TableStatus ([MS-OXCTABL] 2.2.2.1.3). */
export const TableStatus = {
  /** Nothing is in progress. */
  TBLSTAT_COMPLETE: 0x00,
  TBLSTAT_SORTING: 0x09,
  TBLSTAT_SORT_ERROR: 0x0a,
  TBLSTAT_SETTING_COLS: 0x0b,
  TBLSTAT_SETCOL_ERROR: 0x0d,
  TBLSTAT_RESTRICTING: 0x0e,
  TBLSTAT_RESTRICT_ERROR: 0x0f,
} as const

/** Origin of RopSeekRow, RopQueryRows and RopFindRow: bookmarks ([MS-OXCTABL] 2.2.2.1.1, 2.2.2.1.2). */
export const BookmarkOrigin = {
  /** Before the first row. */
  BOOKMARK_BEGINNING: 0x00,
  BOOKMARK_CURRENT: 0x01,
  /** After the last row. */
  BOOKMARK_END: 0x02,
  /** Where the Bookmark field says; RopFindRow only. */
  BOOKMARK_CUSTOM: 0x03,
} as const

/** QueryRowsFlags of RopQueryRows ([MS-OXCTABL] 2.2.2.5.1). */
export const QueryRowsFlags = {
  Advance: 0x00,
  /** The cursor stays where it is. */
  NoAdvance: 0x01,
  /** The answer may go on in further buffers. */
  EnablePackedBuffers: 0x02,
} as const

/** FindRowFlags of RopFindRow ([MS-OXCTABL] 2.2.2.14.1). */
export const FindRowFlags = {
  forwards: 0x00,
  backwards: 0x01,
} as const

const tableRequest = { inputHandleIndex: handleIndex } as const
const tableStatus = { tableStatus: u8 } as const
/** BookmarkSize and Bookmark: bytes that mean something to the server only. */
const bookmark = sizedBytes(u16)

/** RopSetColumns ([MS-OXCROPS] 2.2.5.1, [MS-OXCTABL] 2.2.2.2). */
export const setColumns = defineRop({
  id: 0x12,
  name: 'RopSetColumns',
  section: '2.2.5.1',
  request: { inputHandleIndex: handleIndex, setColumnsFlags: u8, propertyTags },
  success: tableStatus,
})

/** RopSortTable ([MS-OXCROPS] 2.2.5.2, [MS-OXCTABL] 2.2.2.3). */
export const sortTable = defineRop({
  id: 0x13,
  name: 'RopSortTable',
  section: '2.2.5.2',
  request: {
    inputHandleIndex: handleIndex,
    sortTableFlags: u8,
    sortOrderCount: countOf(u16, 'sortOrders'),
    /** How many of the sort orders, which are the first ones, make categories. */
    categoryCount: u16,
    /** How many of the categories, which are the first ones, are expanded. */
    expandedCount: u16,
    sortOrders: itemsOf('sortOrders', sortOrder),
  },
  success: tableStatus,
})

/** RopRestrict ([MS-OXCROPS] 2.2.5.3, [MS-OXCTABL] 2.2.2.4). */
export const restrict = defineRop({
  id: 0x14,
  name: 'RopRestrict',
  section: '2.2.5.3',
  request: {
    inputHandleIndex: handleIndex,
    restrictFlags: u8,
    /** None shows all rows. */
    restrictionData,
  },
  success: tableStatus,
})

/** RopQueryRows ([MS-OXCROPS] 2.2.5.4, [MS-OXCTABL] 2.2.2.5). */
export const queryRows = defineRop({
  id: 0x15,
  name: 'RopQueryRows',
  section: '2.2.5.4',
  request: {
    inputHandleIndex: handleIndex,
    queryRowsFlags: u8,
    forwardRead: bool8,
    /** At most so many rows. */
    rowCount: u16,
  },
  success: (context) => struct('RopQueryRows response', { origin: u8, rowData: rowsOf(context) }),
})

/** RopAbort ([MS-OXCROPS] 2.2.5.5, [MS-OXCTABL] 2.2.2.6). */
export const abort = defineRop({
  id: 0x38,
  name: 'RopAbort',
  section: '2.2.5.5',
  request: tableRequest,
  success: tableStatus,
})

/** RopGetStatus ([MS-OXCROPS] 2.2.5.6, [MS-OXCTABL] 2.2.2.7). */
export const getStatus = defineRop({
  id: 0x16,
  name: 'RopGetStatus',
  section: '2.2.5.6',
  request: tableRequest,
  success: tableStatus,
})

/** RopQueryPosition ([MS-OXCROPS] 2.2.5.7, [MS-OXCTABL] 2.2.2.8). */
export const queryPosition = defineRop({
  id: 0x17,
  name: 'RopQueryPosition',
  section: '2.2.5.7',
  request: tableRequest,
  success: { numerator: u32, denominator: u32 },
})

/** RopSeekRow ([MS-OXCROPS] 2.2.5.8, [MS-OXCTABL] 2.2.2.9). */
export const seekRow = defineRop({
  id: 0x18,
  name: 'RopSeekRow',
  section: '2.2.5.8',
  request: {
    inputHandleIndex: handleIndex,
    origin: u8,
    /** Negative is backwards. */
    rowCount: i32,
    wantRowMovedCount: bool8,
  },
  success: { hasSoughtLess: bool8, rowsSought: i32 },
})

/** RopSeekRowBookmark ([MS-OXCROPS] 2.2.5.9, [MS-OXCTABL] 2.2.2.10). */
export const seekRowBookmark = defineRop({
  id: 0x19,
  name: 'RopSeekRowBookmark',
  section: '2.2.5.9',
  request: {
    inputHandleIndex: handleIndex,
    bookmark,
    /** Negative is backwards. */
    rowCount: i32,
    wantRowMovedCount: bool8,
  },
  success: {
    rowNoLongerVisible: bool8,
    hasSoughtLess: bool8,
    /** Called unsigned there, but negative after a seek backwards ([MS-OXCTABL] 2.2.2.10.2). */
    rowsSought: i32,
  },
})

/** RopSeekRowFractional ([MS-OXCROPS] 2.2.5.10, [MS-OXCTABL] 2.2.2.11). */
export const seekRowFractional = defineRop({
  id: 0x1a,
  name: 'RopSeekRowFractional',
  section: '2.2.5.10',
  request: { inputHandleIndex: handleIndex, numerator: u32, denominator: u32 },
})

/** RopCreateBookmark ([MS-OXCROPS] 2.2.5.11, [MS-OXCTABL] 2.2.2.12). */
export const createBookmark = defineRop({
  id: 0x1b,
  name: 'RopCreateBookmark',
  section: '2.2.5.11',
  request: tableRequest,
  success: { bookmark },
})

/** RopQueryColumnsAll ([MS-OXCROPS] 2.2.5.12, [MS-OXCTABL] 2.2.2.13). */
export const queryColumnsAll = defineRop({
  id: 0x37,
  name: 'RopQueryColumnsAll',
  section: '2.2.5.12',
  request: tableRequest,
  success: { propertyTags },
})

/** RopFindRow ([MS-OXCROPS] 2.2.5.13, [MS-OXCTABL] 2.2.2.14). */
export const findRow = defineRop({
  id: 0x4f,
  name: 'RopFindRow',
  section: '2.2.5.13',
  request: {
    inputHandleIndex: handleIndex,
    findRowFlags: u8,
    restrictionData,
    origin: u8,
    bookmark,
  },
  success: (context) =>
    struct('RopFindRow response', {
      rowNoLongerVisible: bool8,
      /** With HasRowData before it. */
      rowData: optional(rowOf(context)),
    }),
})

/** RopFreeBookmark ([MS-OXCROPS] 2.2.5.14, [MS-OXCTABL] 2.2.2.15). */
export const freeBookmark = defineRop({
  id: 0x89,
  name: 'RopFreeBookmark',
  section: '2.2.5.14',
  request: { inputHandleIndex: handleIndex, bookmark },
})

/** RopResetTable ([MS-OXCROPS] 2.2.5.15, [MS-OXCTABL] 2.2.2.16). */
export const resetTable = defineRop({
  id: 0x81,
  name: 'RopResetTable',
  section: '2.2.5.15',
  request: tableRequest,
})

/** RopExpandRow ([MS-OXCROPS] 2.2.5.16, [MS-OXCTABL] 2.2.2.17). */
export const expandRow = defineRop({
  id: 0x59,
  name: 'RopExpandRow',
  section: '2.2.5.16',
  request: { inputHandleIndex: handleIndex, maxRowCount: u16, categoryId: i64 },
  success: (context) =>
    struct('RopExpandRow response', {
      /** Of the category, of which `rowData` may have less. */
      expandedRowCount: u32,
      rowData: rowsOf(context),
    }),
})

/** RopCollapseRow ([MS-OXCROPS] 2.2.5.17, [MS-OXCTABL] 2.2.2.18). */
export const collapseRow = defineRop({
  id: 0x5a,
  name: 'RopCollapseRow',
  section: '2.2.5.17',
  request: { inputHandleIndex: handleIndex, categoryId: i64 },
  success: { collapsedRowCount: u32 },
})

/** RopGetCollapseState ([MS-OXCROPS] 2.2.5.18, [MS-OXCTABL] 2.2.2.19). */
export const getCollapseState = defineRop({
  id: 0x6b,
  name: 'RopGetCollapseState',
  section: '2.2.5.18',
  request: { inputHandleIndex: handleIndex, rowId: i64, rowInstanceNumber: u32 },
  success: { collapseState: sizedBytes(u16) },
})

/** RopSetCollapseState ([MS-OXCROPS] 2.2.5.19, [MS-OXCTABL] 2.2.2.20). */
export const setCollapseState = defineRop({
  id: 0x6c,
  name: 'RopSetCollapseState',
  section: '2.2.5.19',
  request: { inputHandleIndex: handleIndex, collapseState: sizedBytes(u16) },
  success: { bookmark },
})

export const tableRops = [
  setColumns,
  sortTable,
  restrict,
  queryRows,
  abort,
  getStatus,
  queryPosition,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  createBookmark,
  queryColumnsAll,
  findRow,
  freeBookmark,
  resetTable,
  expandRow,
  collapseRow,
  getCollapseState,
  setCollapseState,
] as const
