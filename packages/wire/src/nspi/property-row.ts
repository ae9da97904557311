import {
  type Cell,
  type Columns,
  formatTag,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  PtypUnspecified,
  propertyTypeName,
  type RowCodec,
  type TypedValue,
  tagType,
} from '@bourse/mapi'
import {
  type ByteReader,
  type ByteWriter,
  type Codec,
  custom,
  optional,
  rethrowWithin,
  struct,
} from '@bourse/mapi/bytes'
import { addressBookValueCodec, decodeAddressBookValue, encodeAddressBookValue } from './property-value.ts'
import { largePropertyTagArray } from './tag-array.ts'

/** Flags of an AddressBookPropertyRow ([MS-OXCMAPIHTTP] 2.2.1.7). */
const ALL_PRESENT = 0x00
const FLAGGED = 0x01

/** Flag of an AddressBookFlaggedPropertyValue ([MS-OXCMAPIHTTP] 2.2.1.5). */
const VALUE_PRESENT = 0x00
const VALUE_ABSENT = 0x01
const VALUE_ERROR = 0x0a

/** A row has a byte at least for as many columns; only columns of type PtypNull could make it shorter. */
const COLUMNS_PER_BYTE = 8

/**
 * AddressBookPropertyRow ([MS-OXCMAPIHTTP] 2.2.1.7): the cells of a row whose columns are known, each an
 * AddressBookPropertyValue (2.2.1.1), or an AddressBookFlaggedPropertyValue (2.2.1.5) when one of them has no
 * value. A column of type PtypUnspecified carries each value's type with it (2.2.1.4, 2.2.1.6).
 *
 * Make it once per column list and use it for all rows. Columns of a type that does not exist fail when a cell
 * of theirs is read or written.
 */
export function addressBookRowCodec(columns: Columns): RowCodec {
  const types = columns.map(tagType)
  const codecs = types.map(addressBookValueCodec)
  const { length } = columns

  function decodeCell(reader: ByteReader, i: number): Cell {
    const codec = codecs[i]
    if (codec === undefined) return reader.fail(`unknown property type ${propertyTypeName(types[i]!)}`)
    // HasValue is FALSE: there is no value, as if a flag had said so.
    return codec.decode(reader) ?? undefined
  }

  function decodeFlagged(reader: ByteReader, i: number): Cell {
    const at = reader.offset
    const type = types[i] === PtypUnspecified ? reader.u16() : undefined
    const flag = reader.u8()
    if (flag === VALUE_ABSENT) return undefined
    if (flag === VALUE_ERROR) return new PropertyError(reader.u32())
    if (flag !== VALUE_PRESENT) return reader.fail(`unknown property flag 0x${flag.toString(16)}`, at)
    if (type === undefined) return decodeCell(reader, i)
    if (type === PtypUnspecified) return reader.fail('a typed value of type PtypUnspecified', at)
    const value = decodeAddressBookValue(reader, type)
    return value === null ? undefined : { type, value }
  }

  function encodeFlagged(writer: ByteWriter, cell: Cell, i: number): void {
    const isValue = cell !== undefined && !(cell instanceof PropertyError)
    const typed = isValue && types[i] === PtypUnspecified ? (cell as TypedValue) : undefined
    if (types[i] === PtypUnspecified) writer.u16(typed?.type ?? PtypUnspecified)
    if (cell === undefined) {
      writer.u8(VALUE_ABSENT)
    } else if (cell instanceof PropertyError) {
      writer.u8(VALUE_ERROR)
      writer.u32(cell.code)
    } else {
      writer.u8(VALUE_PRESENT)
      if (typed) encodeAddressBookValue(writer, typed.type, typed.value)
      else encodeAddressBookValue(writer, types[i]!, cell)
    }
  }

  return {
    minSize: Math.max(1 + codecs.filter((codec) => codec?.minSize !== 0).length, length / COLUMNS_PER_BYTE),
    decode(reader) {
      const cells: Cell[] = []
      const at = reader.offset
      const flag = reader.u8()
      let i = 0
      try {
        if (flag === ALL_PRESENT) for (; i < length; i++) cells.push(decodeCell(reader, i))
        else if (flag === FLAGGED) for (; i < length; i++) cells.push(decodeFlagged(reader, i))
        else reader.fail(`unknown row flag 0x${flag.toString(16)}`, at)
      } catch (error) {
        rethrowWithin(error, 'AddressBookPropertyRow', i < length ? formatTag(columns[i]!) : 'flags')
      }
      return cells
    },
    encode(writer, cells) {
      const isStandard = cells.every((cell) => cell !== undefined && !(cell instanceof PropertyError))
      writer.u8(isStandard ? ALL_PRESENT : FLAGGED)
      for (let i = 0; i < length; i++) {
        if (isStandard) encodeAddressBookValue(writer, types[i]!, cells[i] as PropertyValue)
        else encodeFlagged(writer, cells[i], i)
      }
    },
  }
}

interface WithColumns {
  readonly columns: readonly PropertyTag[]
}

/** RowCount and RowData, whose columns are the field before them. */
const rowData: Codec<readonly (readonly Cell[])[]> = custom<readonly (readonly Cell[])[]>(
  'RowData',
  4,
  (reader, parent) => {
    const codec = addressBookRowCodec((parent as WithColumns).columns)
    const count = reader.checkCount(reader.u32(), codec.minSize)
    const rows: Cell[][] = []
    for (let i = 0; i < count; i++) rows.push(codec.decode(reader))
    return rows
  },
  (writer, rows, parent) => {
    const codec = addressBookRowCodec((parent as WithColumns).columns)
    writer.u32(rows.length)
    for (const row of rows) codec.encode(writer, row)
  },
)

/** Columns, RowCount and RowData, as GetMatches, QueryRows, ResolveNames and SeekEntries answer with. */
export const columnsAndRows = struct('ColumnsAndRows', {
  /** The columns of every row. */
  columns: largePropertyTagArray,
  /** Cells, column by column. */
  rows: rowData,
})

/** HasColumnsAndRows, then Columns, RowCount and RowData if it is true. */
export const optionalColumnsAndRows = optional(columnsAndRows)
