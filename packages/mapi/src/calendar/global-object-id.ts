import {
  type Codec,
  type CodecValue,
  constantBytes,
  custom,
  decodeWith,
  encodeWith,
  fromHex,
  sizedBytes,
  struct,
  toHex,
  u8,
  u32,
  u64,
} from '../bytes/index.ts'
import { type CivilDate, type FileTime, fileTime, fileTimeCodec } from '../time/index.ts'

/** Marks a Global Object ID, its first 16 bytes. */
const BYTE_ARRAY_ID = fromHex('040000008200E00074C5B7101A82E008')
/** Where the date of the instance stands: year (big-endian), month, day. */
const DATE_START = 16
const DATE_END = 20
/** Begins the data of an ID that wraps a foreign iCalendar UID: `vCal-Uid` and a 1. */
const VCAL_UID = fromHex('7643616C2D55696401000000')

const u16be: Codec<number> = custom(
  'u16be',
  2,
  (reader) => (reader.u8() << 8) | reader.u8(),
  (writer, value) => {
    writer.u8(value >>> 8)
    writer.u8(value & 0xff)
  },
)

/**
 * PidLidGlobalObjectId and PidLidCleanGlobalObjectId ([MS-OXOCAL] 2.2.1.27, 2.2.1.28): what identifies a
 * meeting across mailboxes. For an exception to a series it names the original date of the instance; the
 * clean form, the same for all instances of a series, has zeros there.
 */
export const globalObjectIdCodec = struct('GlobalObjectId', {
  byteArrayId: constantBytes(BYTE_ARRAY_ID),
  /** YH and YL; 0 when this is no exception. */
  year: u16be,
  month: u8,
  day: u8,
  creationTime: fileTimeCodec,
  /** X: should be 0. */
  x: u64,
  /** Unique bytes, usually a GUID, or a wrapped iCalendar UID. */
  data: sizedBytes(u32),
})

export type GlobalObjectId = CodecValue<typeof globalObjectIdCodec>

/** A new Global Object ID for a meeting, in its clean form. `uniqueBytes` are random, usually sixteen. */
export function newGlobalObjectId(creationTime: FileTime, uniqueBytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeWith(globalObjectIdCodec, {
    year: 0,
    month: 0,
    day: 0,
    creationTime,
    x: 0n,
    data: uniqueBytes,
  })
}

/**
 * The same ID with zeros for the date of the instance. Throws `DecodeError` unless it is a Global Object
 * ID.
 */
export function cleanGlobalObjectId(id: Uint8Array): Uint8Array<ArrayBuffer> {
  return globalObjectIdForInstance(id, { year: 0, month: 0, day: 0 })
}

/**
 * The ID of one instance of a series: with the date on which the instance originally falls. Throws
 * `DecodeError` unless `id` is a Global Object ID.
 */
export function globalObjectIdForInstance(id: Uint8Array, date: CivilDate): Uint8Array<ArrayBuffer> {
  return encodeWith(globalObjectIdCodec, {
    ...decodeWith(globalObjectIdCodec, id),
    year: date.year,
    month: date.month,
    day: date.day,
  })
}

/**
 * The UID property of iCalendar for a Global Object ID ([MS-OXCICAL] 2.1.3.1.1.20.26): the UID that it
 * wraps, else the clean ID in hexadecimal digits. Throws `DecodeError` unless `id` is a Global Object ID.
 */
export function uidFromGlobalObjectId(id: Uint8Array): string {
  const { data } = decodeWith(globalObjectIdCodec, id)
  if (!startsWith(data, VCAL_UID)) return toHex(cleanGlobalObjectId(id)).toUpperCase()
  const end = data.indexOf(0, VCAL_UID.length)
  return new TextDecoder().decode(data.subarray(VCAL_UID.length, end < 0 ? data.length : end))
}

/**
 * The Global Object ID for a UID property of iCalendar ([MS-OXCICAL] 2.1.3.1.1.20.26): a UID made of one
 * gives it back, any other is wrapped. `instance` is the date of the RECURRENCE-ID, if there is one;
 * without it the ID is clean.
 */
export function globalObjectIdFromUid(uid: string, instance?: CivilDate): Uint8Array<ArrayBuffer> {
  const id = decodeUid(uid) ?? wrapUid(uid)
  id.fill(0, DATE_START, DATE_END)
  return instance === undefined ? id : globalObjectIdForInstance(id, instance)
}

function decodeUid(uid: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^(?:[0-9a-f]{2})+$/i.test(uid)) return undefined
  const id = fromHex(uid)
  const header = globalObjectIdCodec.minSize
  if (!startsWith(id, BYTE_ARRAY_ID) || id.length < header) return undefined
  const size = new DataView(id.buffer).getUint32(header - 4, true)
  return id.length === header + size ? id : undefined
}

function wrapUid(uid: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(uid)
  const data = new Uint8Array(VCAL_UID.length + text.length + 1)
  data.set(VCAL_UID)
  data.set(text, VCAL_UID.length)
  return newGlobalObjectId(fileTime(0n), data)
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}
