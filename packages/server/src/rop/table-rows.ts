import {
  type Cell,
  type Columns,
  PropertyError,
  type PropertyType,
  PtypBinary,
  PtypString,
  PtypString8,
  type Row,
  tagType,
} from '@bourse/mapi'
import { encodeTableRow } from '@bourse/wire/rop'

/** No value in a row takes more bytes; longer ones are cut ([MS-OXCTABL] 2.2.2.5.2). Strings count their terminator. */
const MAX_VALUE_SIZE = 510
const MAX_UNICODE = MAX_VALUE_SIZE / 2 - 1
const MAX_STRING8 = MAX_VALUE_SIZE - 1

/** The cells of a row as they are sent. */
export function rowCells({ columns, cells }: Row): readonly Cell[] {
  return cells.some(mayBeTooLong) ? cells.map((cell, i) => cutCell(cell, tagType(columns[i]!))) : cells
}

function mayBeTooLong(cell: Cell): boolean {
  return (typeof cell === 'string' || cell instanceof Uint8Array) && cell.length > MAX_UNICODE
}

function cutCell(cell: Cell, type: PropertyType): Cell {
  if (typeof cell === 'string') {
    if (type === PtypString) return cell.slice(0, MAX_UNICODE)
    if (type === PtypString8) return cell.slice(0, MAX_STRING8)
  } else if (cell instanceof Uint8Array && type === PtypBinary) {
    return cell.subarray(0, MAX_VALUE_SIZE)
  }
  return cell
}

/** Rows for one response: whole ones, as many as fit ([MS-OXCTABL] 3.2.5.5). */
export class RowPage {
  readonly #columns: Columns
  readonly #room: number
  readonly #rows: (readonly Cell[])[] = []
  /** Bytes that the rows take, or a little more. */
  #size = 0
  /** Of so many rows it is known exactly, and it is so much. */
  #measured = 0
  #measuredSize = 0

  /** @param room bytes that the rows may take */
  constructor(columns: Columns, room: number) {
    this.#columns = columns
    this.#room = room
  }

  /** The rows in the order in which they were added. */
  get rows(): readonly (readonly Cell[])[] {
    return this.#rows
  }

  /** How many more rows like those that are there would fit; none are there: `undefined`. */
  get moreThatFit(): number | undefined {
    if (this.#size === 0) return undefined
    return Math.floor((this.#room - this.#size) / (this.#size / this.#rows.length))
  }

  /** Adds a row if it fits. */
  add(row: Row): boolean {
    const cells = rowCells(row)
    const size = this.#size + mostBytes(cells)
    this.#rows.push(cells)
    this.#size = size
    if (size <= this.#room) return true
    // Close to the limit: count to the byte.
    for (; this.#measured < this.#rows.length; this.#measured++) {
      this.#measuredSize += this.#bytes(this.#rows[this.#measured]!)
    }
    this.#size = this.#measuredSize
    if (this.#size <= this.#room) return true
    this.#rows.pop()
    this.#measured--
    this.#measuredSize -= this.#bytes(cells)
    this.#size = this.#measuredSize
    return false
  }

  #bytes(cells: readonly Cell[]): number {
    return encodeTableRow(cells, this.#columns).length
  }
}

/** A quick upper bound of the bytes that a PropertyRow takes ([MS-OXCDATA] 2.8.1). */
function mostBytes(cells: readonly Cell[]): number {
  let size = 1
  // A flag and, where the column does not say it, a type before each value ([MS-OXCDATA] 2.11.4).
  for (const cell of cells) size += 3 + mostValueBytes(cell)
  return size
}

function mostValueBytes(value: Cell): number {
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
      return 4
    case 'number':
    case 'bigint':
      return 8
    case 'string':
      return 2 * value.length + 2
  }
  if (value instanceof Uint8Array) return 4 + value.length
  if (value === null || value instanceof PropertyError) return 4
  if (!Array.isArray(value)) return Number.POSITIVE_INFINITY
  let size = 4
  for (const item of value)
    size +=
      typeof item === 'object' && !(item instanceof Uint8Array)
        ? Number.POSITIVE_INFINITY
        : mostValueBytes(item as Cell)
  return size
}
