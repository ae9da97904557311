import { type ByteReader, type ByteWriter, type Codec, custom, sized, u16 } from '../bytes/index.ts'
import { serverId } from '../id/index.ts'
import { restrictionCodec } from '../restriction/index.ts'
import { ruleActionsCodec } from '../rule/index.ts'
import {
  cellType,
  type PropertyType,
  PtypBinary,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypGuid,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypMultipleBinary,
  PtypMultipleCurrency,
  PtypMultipleFloating32,
  PtypMultipleFloating64,
  PtypMultipleFloatingTime,
  PtypMultipleGuid,
  PtypMultipleInteger16,
  PtypMultipleInteger32,
  PtypMultipleInteger64,
  PtypMultipleString,
  PtypMultipleString8,
  PtypMultipleTime,
  PtypNull,
  PtypObject,
  PtypRestriction,
  PtypRuleAction,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
  PtypUnspecified,
  propertyTypeName,
} from './type.ts'
import type { PropertyValue, TypedValue } from './value.ts'

/**
 * The width in bytes of the COUNT fields of a buffer ([MS-OXCDATA] 2.11.1.1): 2 in ROP buffers, 4 in
 * extended rules and in the NSPI bodies of MAPI/HTTP. The count of a multiple-valued property takes four
 * bytes in both.
 */
export type CountWidth = 2 | 4

/** How values of one type are laid out. */
export interface ValueCodec<T> {
  /** The fewest bytes that a value takes. */
  readonly minSize: number
  decode(reader: ByteReader): T
  encode(writer: ByteWriter, value: T): void
}

/** A codec of some type of value: what it reads is known, what it writes only to whoever knows the type. */
interface AnyValueCodec {
  readonly minSize: number
  decode(reader: ByteReader): PropertyValue
  encode(writer: ByteWriter, value: never): void
}

function simple<T>(
  minSize: number,
  decode: (reader: ByteReader) => T,
  encode: (writer: ByteWriter, value: T) => void,
): ValueCodec<T> {
  return { minSize, decode, encode }
}

const integer16 = simple(
  2,
  (r) => r.i16(),
  (w, v: number) => w.i16(v),
)
const integer32 = simple(
  4,
  (r) => r.i32(),
  (w, v: number) => w.i32(v),
)
const integer64 = simple(
  8,
  (r) => r.i64(),
  (w, v: bigint) => w.i64(v),
)
const time = simple(
  8,
  (r) => r.u64(),
  (w, v: bigint) => w.u64(v),
)
const floating32 = simple(
  4,
  (r) => r.f32(),
  (w, v: number) => w.f32(v),
)
const floating64 = simple(
  8,
  (r) => r.f64(),
  (w, v: number) => w.f64(v),
)
const errorCode = simple(
  4,
  (r) => r.u32(),
  (w, v: number) => w.u32(v),
)
const boolean = simple(
  1,
  (r) => r.u8() !== 0,
  (w, v: boolean) => w.u8(v ? 1 : 0),
)
const guid = simple(
  16,
  (r) => r.guid(),
  (w, v: string) => w.guid(v),
)
const string = simple(
  2,
  (r) => r.utf16z(),
  (w, v: string) => w.utf16z(v),
)
const string8 = simple(
  1,
  (r) => r.latin1z(),
  (w, v: string) => w.latin1z(v),
)
const nothing = simple<null>(
  0,
  () => null,
  () => {},
)

const readCount = { 2: (r: ByteReader) => r.u16(), 4: (r: ByteReader) => r.u32() } as const

function binary(width: CountWidth): ValueCodec<Uint8Array> {
  const readLength = readCount[width]
  return simple(
    width,
    (reader) => reader.copyBytes(readLength(reader)),
    (writer, value) => {
      if (width === 2) writer.u16(value.length)
      else writer.u32(value.length)
      writer.bytes(value)
    },
  )
}

function multiple<T>(item: ValueCodec<T>): ValueCodec<readonly T[]> {
  return simple(
    4,
    (reader) => {
      const count = reader.checkCount(reader.u32(), item.minSize)
      const values: T[] = []
      for (let i = 0; i < count; i++) values.push(item.decode(reader))
      return values
    },
    (writer, values) => {
      writer.u32(values.length)
      for (const value of values) item.encode(writer, value)
    },
  )
}

function typedValueCodec(width: CountWidth): ValueCodec<TypedValue> {
  return simple(
    2,
    (reader) => {
      const at = reader.offset
      const type = reader.u16()
      // A typed value of an unspecified type would be a chain of any length, and means nothing.
      if (type === PtypUnspecified) reader.fail('a typed value of type PtypUnspecified', at)
      return { type, value: decodeValue(reader, type, width) }
    },
    (writer, { type, value }) => {
      writer.u16(type)
      valueCodec(type, width).encode(writer, value)
    },
  )
}

function codecs(width: CountWidth): ReadonlyMap<PropertyType, AnyValueCodec> {
  const bytes = binary(width)
  const table: readonly (readonly [PropertyType, AnyValueCodec])[] = [
    [PtypUnspecified, typedValueCodec(width)],
    [PtypNull, nothing],
    [PtypInteger16, integer16],
    [PtypInteger32, integer32],
    [PtypFloating32, floating32],
    [PtypFloating64, floating64],
    [PtypCurrency, integer64],
    [PtypFloatingTime, floating64],
    [PtypErrorCode, errorCode],
    [PtypBoolean, boolean],
    [PtypObject, bytes],
    [PtypInteger64, integer64],
    [PtypString8, string8],
    [PtypString, string],
    [PtypTime, time],
    [PtypGuid, guid],
    // The count is 16 bits wide in both widths ([MS-OXCDATA] 2.11.1).
    [PtypServerId, sized(u16, serverId)],
    [PtypRestriction, restrictionCodec(width)],
    [PtypRuleAction, ruleActionsCodec(width)],
    [PtypBinary, bytes],
    [PtypMultipleInteger16, multiple(integer16)],
    [PtypMultipleInteger32, multiple(integer32)],
    [PtypMultipleFloating32, multiple(floating32)],
    [PtypMultipleFloating64, multiple(floating64)],
    [PtypMultipleCurrency, multiple(integer64)],
    [PtypMultipleFloatingTime, multiple(floating64)],
    [PtypMultipleInteger64, multiple(integer64)],
    [PtypMultipleString8, multiple(string8)],
    [PtypMultipleString, multiple(string)],
    [PtypMultipleTime, multiple(time)],
    [PtypMultipleGuid, multiple(guid)],
    [PtypMultipleBinary, multiple(bytes)],
  ]
  return new Map(table)
}

/** Made when first used: restrictions and rule actions hold property values, and so refer back to this file. */
const tables: {
  2?: ReadonlyMap<PropertyType, AnyValueCodec>
  4?: ReadonlyMap<PropertyType, AnyValueCodec>
} = {}

/**
 * How values of a type are laid out ([MS-OXCDATA] 2.11.1, 2.11.2.1 PropertyValue). A multivalue instance type
 * means one value. Throws a `TypeError` for a type that does not exist.
 */
export function valueCodec(type: PropertyType, width: CountWidth = 2): ValueCodec<PropertyValue> {
  tables[width] ??= codecs(width)
  const codec = tables[width].get(cellType(type))
  if (codec === undefined) throw new TypeError(`no values of type ${propertyTypeName(type)}`)
  return codec
}

/** Reads a value whose type stands elsewhere. An unknown type does not decode. */
export function decodeValue(reader: ByteReader, type: PropertyType, width: CountWidth = 2): PropertyValue {
  tables[width] ??= codecs(width)
  const codec = tables[width].get(cellType(type))
  if (codec === undefined) return reader.fail(`unknown property type ${propertyTypeName(type)}`)
  return codec.decode(reader)
}

export function encodeValue(
  writer: ByteWriter,
  type: PropertyType,
  value: PropertyValue,
  width: CountWidth = 2,
): void {
  valueCodec(type, width).encode(writer, value)
}

/** TypedPropertyValue ([MS-OXCDATA] 2.11.3): the type, then the value. */
export const typedPropertyValue: Codec<TypedValue> = custom(
  'TypedPropertyValue',
  2,
  typedValueCodec(2).decode,
  typedValueCodec(2).encode,
)
