import {
  type PropertyType,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypTime,
} from '@bourse/mapi'
import type { ByteReader, ByteWriter } from '@bourse/mapi/bytes'

/** Names of storages and streams ([MS-OXMSG] 2.2). */
export const PROPERTIES_STREAM = '__properties_version1.0'
export const NAMES_STORAGE = '__nameid_version1.0'
/** The storage of an attached message, within that of its attachment. */
export const EMBEDDED_STORAGE = '__substg1.0_3701000D'

/** The storage of a recipient. */
export function recipientStorage(index: number): string {
  return `__recip_version1.0_#${hex(index)}`
}

/** The storage of an attachment. */
export function attachmentStorage(index: number): string {
  return `__attach_version1.0_#${hex(index)}`
}

/** The stream of a value of variable length ([MS-OXMSG] 2.1.3, 2.1.4), or with an index of one of several. */
export function valueStream(tag: number, index?: number): string {
  return `__substg1.0_${hex(tag)}${index === undefined ? '' : `-${hex(index)}`}`
}

function hex(value: number): string {
  return (value >>> 0).toString(16).toUpperCase().padStart(8, '0')
}

/** Bytes before the properties in a properties stream ([MS-OXMSG] 2.4.1): of the message, of one within another, of recipients and attachments. */
export const HEADER_TOP = 32
export const HEADER_EMBEDDED = 24
export const HEADER_OTHER = 8
/** Bytes of a property in it. */
export const ENTRY_BYTES = 16
/** PROPATTR_READABLE and PROPATTR_WRITABLE. */
export const ENTRY_FLAGS = 6

/** How values of fixed length are laid out, in at most eight bytes. */
export interface FixedLayout {
  readonly size: number
  read(reader: ByteReader): unknown
  write(writer: ByteWriter, value: never): void
}

function fixed<T>(
  size: number,
  read: (reader: ByteReader) => T,
  write: (writer: ByteWriter, value: T) => void,
): FixedLayout {
  return { size, read, write }
}

/** Types whose values stand in the properties stream itself ([MS-OXMSG] 2.1.2). */
export const FIXED: ReadonlyMap<PropertyType, FixedLayout> = new Map([
  [
    PtypInteger16,
    fixed(
      2,
      (reader) => reader.i16(),
      (writer, value: number) => writer.i16(value),
    ),
  ],
  [
    PtypInteger32,
    fixed(
      4,
      (reader) => reader.i32(),
      (writer, value: number) => writer.i32(value),
    ),
  ],
  [
    PtypFloating32,
    fixed(
      4,
      (reader) => reader.f32(),
      (writer, value: number) => writer.f32(value),
    ),
  ],
  [
    PtypFloating64,
    fixed(
      8,
      (reader) => reader.f64(),
      (writer, value: number) => writer.f64(value),
    ),
  ],
  [
    PtypFloatingTime,
    fixed(
      8,
      (reader) => reader.f64(),
      (writer, value: number) => writer.f64(value),
    ),
  ],
  [
    PtypCurrency,
    fixed(
      8,
      (reader) => reader.i64(),
      (writer, value: bigint) => writer.i64(value),
    ),
  ],
  [
    PtypInteger64,
    fixed(
      8,
      (reader) => reader.i64(),
      (writer, value: bigint) => writer.i64(value),
    ),
  ],
  [
    PtypErrorCode,
    fixed(
      4,
      (reader) => reader.u32(),
      (writer, value: number) => writer.u32(value),
    ),
  ],
  [
    PtypBoolean,
    fixed(
      2,
      (reader) => reader.u16() !== 0,
      (writer, value: boolean) => writer.u16(value ? 1 : 0),
    ),
  ],
  [
    PtypTime,
    fixed(
      8,
      (reader) => reader.u64(),
      (writer, value: bigint) => writer.u64(value),
    ),
  ],
])
