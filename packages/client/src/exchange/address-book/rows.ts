import {
  type Cell,
  type Columns,
  ErrorCode,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  PtypErrorCode,
  PtypMultipleString,
  PtypMultipleString8,
  PtypString,
  PtypString8,
  Row,
  type TaggedValue,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import type { NspiSuccessOf, nspiRequestTypes } from '@bourse/wire/nspi'
import type { NspiOperation, NspiSession } from './nspi-session.ts'

type ColumnsAndRows = NspiSuccessOf<typeof nspiRequestTypes.queryRows>['columnsAndRows']

/** Rows of an answer in the columns that were asked for, whatever order the server has them in. */
export function rowsFor<C extends Columns>(answer: ColumnsAndRows, columns: C): Row<C>[] {
  if (answer === undefined) return []
  const places = columns.map((tag) => {
    const exact = answer.columns.indexOf(tag as PropertyTag)
    // A column that the server has no values for comes back with the type PtypErrorCode.
    return exact >= 0 ? exact : answer.columns.findIndex((column) => tagId(column) === tagId(tag))
  })
  return answer.rows.map(
    (cells) =>
      new Row(
        columns,
        places.map((place) => cellOf(cells[place], answer.columns[place])),
      ),
  )
}

function cellOf(cell: Cell, column: PropertyTag | undefined): Cell {
  if (column === undefined) return new PropertyError(ErrorCode.NotFound)
  return tagType(column) === PtypErrorCode && typeof cell === 'number' ? new PropertyError(cell) : cell
}

/** Whether there is anything in a row; servers answer with a row of errors for an entry that is not there. */
export function isThere(row: Row): boolean {
  return row.cells.some((cell) => cell !== undefined && !(cell instanceof PropertyError))
}

/** Values with their tags as a bag, under the tags that were asked for. */
export function bagOf(values: readonly TaggedValue[], asked: Columns = []): PropertyBag {
  const bag = new PropertyBag()
  for (const { tag, value } of values) {
    const isError = tagType(tag) === PtypErrorCode
    const wanted = isError ? (asked.find((one) => tagId(one) === tagId(tag)) ?? tag) : tag
    if (isError) bag.setCell(wanted, new PropertyError(value as number))
    else if (value !== null) bag.setCell(wanted, value)
  }
  for (const tag of asked)
    if (bag.cell(tag) === undefined) bag.setCell(tag, new PropertyError(ErrorCode.NotFound))
  return bag
}

/** The tag with Unicode strings in the place of 8-bit ones. */
export function asUnicode(tag: PropertyTag): PropertyTag {
  if (tagType(tag) === PtypString8) return withType(tag, PtypString)
  return tagType(tag) === PtypMultipleString8 ? withType(tag, PtypMultipleString) : tag
}

/** Rows asked for at a time. */
export const PAGE_ROWS = 100

/** Rows of an explicit table, in its order; rows of errors for entries that are not there. NspiQueryRows, [MS-OXNSPI] 3.1.4.1.8. */
export async function explicitRows<C extends Columns>(
  session: NspiSession,
  { call }: NspiOperation,
  minimalIds: readonly number[],
  columns: C,
): Promise<readonly Row<C>[]> {
  const rows: Row<C>[] = []
  while (rows.length < minimalIds.length) {
    const explicitTable = minimalIds.slice(rows.length, rows.length + PAGE_ROWS)
    const { columnsAndRows } = await call('queryRows', {
      flags: 0,
      state: session.stat(),
      explicitTable,
      rowCount: explicitTable.length,
      columns: columns as readonly PropertyTag[],
    })
    const page = rowsFor(columnsAndRows, columns)
    if (page.length === 0) break
    rows.push(...page)
  }
  return rows
}
