import type { DirectoryAddressBook } from '@bourse/directory'
import {
  type Cell,
  ErrorCode,
  PidTagAddressBookContainerId,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagObjectType,
  PidTagOfficeLocation,
  PidTagPrimaryTelephoneNumber,
  PropertyError,
  type PropertyTag,
  PtypErrorCode,
  PtypObject,
  PtypString8,
  type TaggedValue,
  tagType,
  withType,
} from '@bourse/mapi'
import { RetrievePropertyFlags } from '@bourse/wire/nspi'

/** The columns of rows for which a client names none ([MS-OXNSPI] 3.1.4.1.8, constraint 6). */
export const DEFAULT_COLUMNS: readonly PropertyTag[] = [
  PidTagAddressBookContainerId as PropertyTag<unknown>,
  PidTagObjectType,
  PidTagDisplayType,
  withType(PidTagDisplayName, PtypString8),
  withType(PidTagPrimaryTelephoneNumber, PtypString8),
  withType(PidTagDepartmentName, PtypString8),
  withType(PidTagOfficeLocation, PtypString8),
] as PropertyTag[]

/** Rows and their columns, as bodies have them. */
export interface ColumnsAndRows {
  readonly columns: readonly PropertyTag[]
  readonly rows: readonly (readonly Cell[])[]
}

/**
 * The rows of entries; one of errors for an entry that is not there ([MS-OXNSPI] 3.1.4.1.7, constraint 11). A column in which no
 * row has a value has the type PtypErrorCode ([MS-OXNSPI] 3.1.4.1.8, constraint 15).
 */
export async function rowsOf(
  book: DirectoryAddressBook,
  ids: readonly number[],
  columns: readonly PropertyTag[],
  flags = 0,
): Promise<ColumnsAndRows> {
  const ephemeralIds = (flags & RetrievePropertyFlags.fEphID) !== 0
  const found = await book.rowsOf(ids, columns, { ephemeralIds })
  const rows = found.map((row) => columns.map((tag, i) => shown(row?.cells[i], tag)))
  const isEmpty = (i: number) => rows.length > 0 && rows.every((row) => row[i] instanceof PropertyError)
  return { columns: columns.map((tag, i) => (isEmpty(i) ? withType(tag, PtypErrorCode) : tag)), rows }
}

/** The wire has no form for an object's value, nor for none. */
function shown(cell: Cell, tag: PropertyTag): Cell {
  if (cell === undefined || tagType(tag) === PtypObject) return new PropertyError(ErrorCode.NotFound)
  return cell
}

/** The values of one entry as tagged values; one that is not there has the type PtypErrorCode. */
export function taggedValues(columns: readonly PropertyTag[], cells: readonly Cell[]): TaggedValue[] {
  return columns.map((tag, i) => {
    const cell = cells[i]
    if (cell === undefined) return { tag: withType(tag, PtypErrorCode), value: ErrorCode.NotFound }
    if (cell instanceof PropertyError) return { tag: withType(tag, PtypErrorCode), value: cell.code }
    return { tag, value: cell }
  })
}
