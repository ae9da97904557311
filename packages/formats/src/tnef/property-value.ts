import {
  baseType,
  isMultiple,
  type PropertyType,
  type PropertyValue,
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
  PtypObject,
  PtypString,
  PtypString8,
  PtypTime,
  propertyTypeName,
} from '@bourse/mapi'
import { type ByteReader, type ByteWriter, EncodeError } from '@bourse/mapi/bytes'

/** How values of one type are laid out. */
interface Layout {
  /** Bytes that a value takes at least. */
  readonly minSize: number
  read(reader: ByteReader): unknown
  write(writer: ByteWriter, value: never): void
}

const ALIGNMENT = 4

function padding(size: number): number {
  return (ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT
}

function layout<T>(
  minSize: number,
  read: (reader: ByteReader) => T,
  write: (writer: ByteWriter, value: T) => void,
): Layout {
  return { minSize, read, write }
}

/** A length, so many bytes, and zeros to a multiple of four. Those after the last value may be missing. */
function sized<T>(
  read: (reader: ByteReader, size: number) => T,
  write: (writer: ByteWriter, value: T) => void,
): Layout {
  return layout(
    4,
    (reader) => {
      const size = reader.u32()
      const value = read(reader, size)
      reader.take(Math.min(padding(size), reader.remaining))
      return value
    },
    (writer, value: T) => {
      const at = writer.length
      writer.u32(0)
      write(writer, value)
      const size = writer.length - at - 4
      writer.patchU32(at, size)
      writer.zeros(padding(size))
    },
  )
}

const bytes = sized<Uint8Array>(
  (reader, size) => reader.copyBytes(size),
  (writer, value) => writer.bytes(value),
)

const LAYOUTS: ReadonlyMap<PropertyType, Layout> = new Map([
  [
    PtypInteger16,
    layout(
      4,
      (reader) => padded(reader, reader.i16()),
      (writer, value: number) => {
        writer.i16(value)
        writer.zeros(2)
      },
    ),
  ],
  [
    PtypInteger32,
    layout(
      4,
      (reader) => reader.i32(),
      (writer, value: number) => writer.i32(value),
    ),
  ],
  [
    PtypFloating32,
    layout(
      4,
      (reader) => reader.f32(),
      (writer, value: number) => writer.f32(value),
    ),
  ],
  [
    PtypFloating64,
    layout(
      8,
      (reader) => reader.f64(),
      (writer, value: number) => writer.f64(value),
    ),
  ],
  [
    PtypFloatingTime,
    layout(
      8,
      (reader) => reader.f64(),
      (writer, value: number) => writer.f64(value),
    ),
  ],
  [
    PtypCurrency,
    layout(
      8,
      (reader) => reader.i64(),
      (writer, value: bigint) => writer.i64(value),
    ),
  ],
  [
    PtypInteger64,
    layout(
      8,
      (reader) => reader.i64(),
      (writer, value: bigint) => writer.i64(value),
    ),
  ],
  [
    PtypErrorCode,
    layout(
      4,
      (reader) => reader.u32(),
      (writer, value: number) => writer.u32(value),
    ),
  ],
  [
    PtypBoolean,
    layout(
      4,
      (reader) => padded(reader, reader.u16() !== 0),
      (writer, value: boolean) => {
        writer.u16(value ? 1 : 0)
        writer.zeros(2)
      },
    ),
  ],
  [
    PtypTime,
    layout(
      8,
      (reader) => reader.u64(),
      (writer, value: bigint) => writer.u64(value),
    ),
  ],
  [
    PtypGuid,
    layout(
      16,
      (reader) => reader.guid(),
      (writer, value: string) => writer.guid(value),
    ),
  ],
  [
    PtypString,
    sized<string>(
      (reader, size) => {
        const text = reader.utf16(size - (size % 2))
        reader.take(size % 2)
        return withoutNull(text)
      },
      (writer, value) => writer.utf16z(value),
    ),
  ],
  [
    PtypString8,
    sized<string>(
      (reader, size) => withoutNull(reader.latin1(size)),
      (writer, value) => writer.latin1z(value),
    ),
  ],
  [PtypBinary, bytes],
  [PtypObject, bytes],
])

/** Types of which even a single value has a count before it. */
const COUNTED: ReadonlySet<PropertyType> = new Set([PtypString, PtypString8, PtypBinary, PtypObject])

function padded<T>(reader: ByteReader, value: T): T {
  reader.take(2)
  return value
}

function withoutNull(text: string): string {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

/** Whether values of a type can be in TNEF ([MS-OXTNEF] 2.1.3.4). */
export function isTnefType(type: PropertyType): boolean {
  return LAYOUTS.has(baseType(type))
}

/** Reads a value ([MS-OXTNEF] 2.1.3.4.1). Throws `DecodeError`. */
export function readTnefValue(reader: ByteReader, type: PropertyType): PropertyValue {
  const one = LAYOUTS.get(baseType(type)) ?? reader.fail(`${propertyTypeName(type)} in TNEF`)
  const isMany = isMultiple(type)
  if (!isMany && !COUNTED.has(type)) return one.read(reader) as PropertyValue
  const at = reader.offset
  const count = reader.checkCount(reader.u32(), one.minSize)
  if (!isMany && count !== 1) reader.fail(`${count} values of a single-valued property`, at)
  const values = Array.from({ length: count }, () => one.read(reader))
  return (isMany ? values : values[0]) as PropertyValue
}

/** Writes a value. Throws `EncodeError` for types that TNEF does not have. */
export function writeTnefValue(writer: ByteWriter, type: PropertyType, value: PropertyValue): void {
  const one = LAYOUTS.get(baseType(type))
  if (one === undefined) throw new EncodeError(`${propertyTypeName(type)} in TNEF`)
  const isMany = isMultiple(type)
  if (!isMany && !COUNTED.has(type)) {
    one.write(writer, value as never)
    return
  }
  const values = isMany ? (value as readonly unknown[]) : [value]
  writer.u32(values.length)
  for (const item of values) one.write(writer, item as never)
}
