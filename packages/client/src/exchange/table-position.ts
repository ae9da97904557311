import {
  type Cell,
  type Columns,
  ErrorCode,
  MapiError,
  PidTagEntryId,
  PidTagFolderId,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagMid,
  type PropertyTag,
  type PropertyValue,
} from '@bourse/mapi'
import {
  BookmarkOrigin,
  QueryRowsFlags,
  queryRows,
  type RopDefinition,
  type SuccessOf,
  seekRow,
} from '@bourse/wire/rop'
import type { RestoreCall } from './remote-object.ts'

/** Rows of a table as cells. */
type Rows = readonly (readonly Cell[])[]

/** Where a table's current position is, as far as the client can tell. */
export type TablePosition =
  | { readonly kind: 'beginning' }
  | { readonly kind: 'end' }
  /** After these rows, the last ones that were read; `count` rows from the beginning, if that is known. */
  | { readonly kind: 'after'; readonly rows: Rows; readonly count: number | undefined }
  /** At this row. */
  | { readonly kind: 'at'; readonly row: readonly Cell[] }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'unknown' }

/** By how many of the rows read last a place is recognized. */
const ANCHORS = 4

/** Rows per request while a place is looked for. */
const PAGE_ROWS = 200

/** The position after `rows` were read forward from `before`. */
export function advanced(before: TablePosition, rows: Rows): TablePosition {
  if (rows.length === 0) return before
  const start = countOf(before)
  const earlier = before.kind === 'after' ? before.rows : []
  return {
    kind: 'after',
    rows: [...earlier, ...rows].slice(-ANCHORS),
    count: start === undefined ? undefined : start + rows.length,
  }
}

/** How many rows a position is from the beginning, if that is known. */
export function countOf(position: TablePosition): number | undefined {
  if (position.kind === 'beginning') return 0
  return position.kind === 'after' || position.kind === 'count' ? position.count : undefined
}

/**
 * Goes to a position in a table that was opened again, and that may have other rows now. Rows are recognized by their IDs where the columns
 * have some, else by all their cells. Rejects with `InvalidBookmark` if the place cannot be found.
 */
export async function goTo(call: RestoreCall, columns: Columns, position: TablePosition): Promise<void> {
  switch (position.kind) {
    case 'beginning':
      return
    case 'end':
      await seek(call, BookmarkOrigin.BOOKMARK_END, 0)
      return
    case 'count':
      if ((await seek(call, BookmarkOrigin.BOOKMARK_BEGINNING, position.count)) === position.count) return
      throw placeLost()
    case 'unknown':
      throw placeLost()
    case 'at':
      return goToRow(call, columns, [position.row], 0)
    case 'after': {
      const { rows, count } = position
      if (count !== undefined && (await isAfter(call, columns, rows, count))) return
      return goToRow(call, columns, rows, 1)
    }
  }
}

/** Whether the rows before the count are still these; the position is after them then. */
async function isAfter(call: RestoreCall, columns: Columns, rows: Rows, count: number): Promise<boolean> {
  const start = count - rows.length
  if (start < 0 || (await seek(call, BookmarkOrigin.BOOKMARK_BEGINNING, start)) !== start) return false
  const { rowData } = await read(call, columns, rows.length)
  const same = sameRow(columns)
  return rowData.length === rows.length && rowData.every((row, i) => same(row, rows[i]!))
}

/** Goes to the last of some rows that is still there, or behind it (`offset` 1). */
async function goToRow(call: RestoreCall, columns: Columns, rows: Rows, offset: number): Promise<void> {
  const same = sameRow(columns)
  let best: { readonly anchor: number; readonly at: number } | undefined
  await seek(call, BookmarkOrigin.BOOKMARK_BEGINNING, 0)
  for (let at = 0; best?.anchor !== rows.length - 1; ) {
    const { rowData } = await read(call, columns, PAGE_ROWS)
    if (rowData.length === 0) break
    rowData.forEach((row, i) => {
      const anchor = rows.findLastIndex((candidate) => same(row, candidate))
      if (anchor >= 0 && anchor >= (best?.anchor ?? 0)) best = { anchor, at: at + i }
    })
    at += rowData.length
  }
  if (best === undefined) throw placeLost()
  await seek(call, BookmarkOrigin.BOOKMARK_BEGINNING, best.at + offset)
}

async function seek(call: RestoreCall, origin: number, rowCount: number): Promise<number> {
  const { body } = await call(seekRow, { origin, rowCount, wantRowMovedCount: true })
  return body.rowsSought
}

async function read(
  call: RestoreCall,
  columns: Columns,
  rowCount: number,
): Promise<SuccessOf<typeof queryRows>> {
  const rop: RopDefinition = queryRows
  const { body } = await call(
    rop,
    { queryRowsFlags: QueryRowsFlags.Advance, forwardRead: true, rowCount } as never,
    { columns },
  )
  return body as SuccessOf<typeof queryRows>
}

function placeLost(): MapiError {
  return new MapiError(ErrorCode.InvalidBookmark, {
    message:
      'the connection was lost, and the place in the table cannot be found again; read it from the beginning',
  })
}

/** Columns that say which row it is, best first. */
const IDENTITIES: readonly (readonly PropertyTag<unknown>[])[] = [
  [PidTagInstID, PidTagInstanceNum],
  [PidTagMid],
  [PidTagEntryId],
  [PidTagFolderId],
]

function sameRow(columns: Columns): (a: readonly Cell[], b: readonly Cell[]) => boolean {
  const identity = IDENTITIES.find((tags) => tags.every((tag) => columns.includes(tag)))
  const compared = identity?.map((tag) => columns.indexOf(tag)) ?? columns.map((_, i) => i)
  return (a, b) => compared.every((i) => isSame(a[i], b[i]))
}

function isSame(a: Cell | PropertyValue, b: Cell | PropertyValue): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || Array.isArray(a)) {
    const [left, right] = [a, b] as readonly (readonly PropertyValue[])[]
    return left!.length === right!.length && left!.every((item, i) => isSame(item, right![i]!))
  }
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length &&
    left.every(([key, value], i) => key === right[i]![0] && isSame(value, right[i]![1]))
  )
}
