import { type ByteReader, type ByteWriter, EncodeError, rethrowWithin } from '../bytes/index.ts'
import type { Columns } from './row.ts'
import { formatTag, tagType } from './tag.ts'
import {
  cellType,
  isKnownType,
  type PropertyType,
  PtypErrorCode,
  PtypUnspecified,
  propertyTypeName,
} from './type.ts'
import { type Cell, PropertyError, type PropertyValue } from './value.ts'
import { type CountWidth, decodeValue, type ValueCodec, valueCodec } from './value-codec.ts'

/** Flag of a PropertyRow ([MS-OXCDATA] 2.8.1.1, 2.8.1.2). */
const STANDARD_ROW = 0x00
const FLAGGED_ROW = 0x01

/** Flag of a FlaggedPropertyValue ([MS-OXCDATA] 2.11.5). */
const VALUE_PRESENT = 0x00
const VALUE_ABSENT = 0x01
const VALUE_ERROR = 0x0a

/** Reads and writes the cells of rows whose columns are known. */
export interface RowCodec {
  /** The fewest bytes that a row takes. */
  readonly minSize: number
  decode(reader: ByteReader): Cell[]
  encode(writer: ByteWriter, cells: readonly Cell[]): void
}

/**
 * PropertyRow ([MS-OXCDATA] 2.8.1): a StandardPropertyRow when every cell has a value, else a
 * FlaggedPropertyRow. A column of type PtypUnspecified carries each value's type with it.
 *
 * Make it once per column list and use it for all rows. Columns may come from a peer, so a type that does not
 * exist is an error only where a row has a value of it.
 */
export function rowCodec(columns: Columns, width: CountWidth = 2): RowCodec {
  const types = columns.map(tagType)
  const codecs = types.map((type) => columnCodec(type, width))
  const isUntyped = types.map((type) => type === PtypUnspecified)
  const { length } = columns

  function decodeFlagged(reader: ByteReader, i: number): Cell {
    // FlaggedPropertyValueWithType ([MS-OXCDATA] 2.11.6) has the type before the flag.
    const codec = isUntyped[i] ? undefined : codecs[i]!
    const at = reader.offset
    const type = codec === undefined ? reader.u16() : 0
    const flag = reader.u8()
    if (flag === VALUE_ABSENT) return undefined
    if (flag === VALUE_ERROR) return new PropertyError(reader.u32())
    if (flag !== VALUE_PRESENT) return reader.fail(`unknown property flag 0x${flag.toString(16)}`, at)
    if (codec !== undefined) return codec.decode(reader)
    if (type === PtypUnspecified) return reader.fail('a typed value of type PtypUnspecified', at)
    return { type, value: decodeValue(reader, type, width) }
  }

  function encodeFlagged(writer: ByteWriter, cell: Cell, i: number): void {
    const typed =
      isUntyped[i] && cell !== undefined && !(cell instanceof PropertyError) ? asTyped(cell) : undefined
    if (isUntyped[i]) {
      writer.u16(typed?.type ?? (cell instanceof PropertyError ? PtypErrorCode : PtypUnspecified))
    }
    if (cell === undefined) {
      writer.u8(VALUE_ABSENT)
    } else if (cell instanceof PropertyError) {
      writer.u8(VALUE_ERROR)
      writer.u32(cell.code)
    } else {
      writer.u8(VALUE_PRESENT)
      if (typed) valueCodec(typed.type, width).encode(writer, typed.value)
      else codecs[i]!.encode(writer, cell)
    }
  }

  return {
    minSize: 1,
    decode(reader) {
      const cells: Cell[] = []
      const at = reader.offset
      const flag = reader.u8()
      // The column being read; none while the flag is.
      let i = -1
      try {
        if (flag === STANDARD_ROW) for (i = 0; i < length; i++) cells.push(codecs[i]!.decode(reader))
        else if (flag === FLAGGED_ROW) for (i = 0; i < length; i++) cells.push(decodeFlagged(reader, i))
        else reader.fail(`unknown row flag 0x${flag.toString(16)}`, at)
      } catch (error) {
        rethrowWithin(error, 'PropertyRow', i < 0 ? 'flag' : formatTag(columns[i]!))
      }
      return cells
    },
    encode(writer, cells) {
      if (cells.length !== length) throw new EncodeError(`${cells.length} cells for ${length} columns`)
      const isStandard = cells.every((cell) => cell !== undefined && !(cell instanceof PropertyError))
      writer.u8(isStandard ? STANDARD_ROW : FLAGGED_ROW)
      for (let i = 0; i < length; i++) {
        if (isStandard) codecs[i]!.encode(writer, cells[i] as PropertyValue)
        else encodeFlagged(writer, cells[i], i)
      }
    },
  }
}

function columnCodec(type: PropertyType, width: CountWidth): ValueCodec<PropertyValue> {
  if (isKnownType(cellType(type))) return valueCodec(type, width)
  const reason = `unknown property type ${propertyTypeName(type)}`
  return {
    minSize: 0,
    decode: (reader) => reader.fail(reason),
    encode: () => {
      throw new EncodeError(reason)
    },
  }
}

function asTyped(value: PropertyValue): { readonly type: number; readonly value: PropertyValue } {
  return value as { type: number; value: PropertyValue }
}
