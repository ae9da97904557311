import {
  type Cell,
  ErrorCode,
  isMultivalueInstance,
  MULTIVALUE_INSTANCE_FLAG,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  PtypNull,
  tagType,
  withType,
} from '@bourse/mapi'
import type { BlobStore } from '../blob/blob-store.ts'
import { LargeCell, loadCell, readCell, type TypeOptions } from '../object/property-types.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { Transaction } from '../storage/storage.ts'

/** Values in tables are cut off after this many bytes ([MS-OXCTABL] 2.2.2.5.2). */
export const MAX_CELL_BYTES = 510
const MAX_CELL_CHARACTERS = MAX_CELL_BYTES / 2

const NOT_FOUND = new PropertyError(ErrorCode.NotFound)

/** Tells the value of a property that only the table knows; `undefined` for one that it does not know. */
export type TableCell = (tag: PropertyTag<unknown>) => Cell

/**
 * The cells of a row: long values cut off, `NotFound` where there is none. What only the table knows comes first.
 *
 * @param instance Which value of a multivalue instance column the row stands for, from 1 on; 0 for the only one.
 */
export async function readCells(
  tx: Transaction,
  blobs: BlobStore,
  source: PropertySource,
  columns: readonly PropertyTag<unknown>[],
  instance: number,
  tableCell: TableCell,
  options: TypeOptions,
): Promise<Cell[]> {
  const cells: Cell[] = new Array(columns.length)
  for (let i = 0; i < columns.length; i++) {
    const tag = columns[i]!
    const own = tableCell(tag)
    if (own !== undefined) {
      cells[i] = own
      continue
    }
    const type = tagType(tag)
    const isInstance = isMultivalueInstance(type)
    const cell = readCell(source, isInstance ? withType(tag, type & ~MULTIVALUE_INSTANCE_FLAG) : tag, options)
    if (cell instanceof LargeCell) {
      cells[i] = shorten(await loadCell(tx, blobs, cell, MAX_CELL_BYTES, options))
    } else if (isInstance && Array.isArray(cell)) {
      cells[i] = shorten(cell[Math.max(instance - 1, 0)] as PropertyValue | undefined)
    } else {
      cells[i] = type === PtypNull ? NOT_FOUND : shorten(cell)
    }
  }
  return cells
}

/** A value as a table shows it. */
export function shorten(cell: Cell): Cell {
  if (cell === undefined) return NOT_FOUND
  if (typeof cell === 'string') return shortenText(cell)
  if (cell instanceof Uint8Array) {
    return cell.length > MAX_CELL_BYTES ? cell.subarray(0, MAX_CELL_BYTES) : cell
  }
  if (!Array.isArray(cell)) return cell
  return cell.map((one) => shorten(one as PropertyValue)) as unknown as PropertyValue
}

function shortenText(text: string): string {
  if (text.length <= MAX_CELL_CHARACTERS) return text
  const last = text.charCodeAt(MAX_CELL_CHARACTERS - 1)
  const isHalf = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, isHalf ? MAX_CELL_CHARACTERS - 1 : MAX_CELL_CHARACTERS)
}
