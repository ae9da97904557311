import {
  baseType,
  compareGuids,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypGuid,
  PtypObject,
  PtypServerId,
  PtypString,
  PtypString8,
  type ServerId,
  serverId,
} from '@bourse/mapi'
import { encodeWith, guidBytes } from '@bourse/mapi/bytes'
import { foldCase, foldLoose, sortKey } from './fold.ts'

/** What rows are sorted by: a value that compares with its like by `<`, or `null` where a row has none. */
export type SortValue = number | bigint | string | null

/** How many bytes of a binary value count for its place in a table. */
const SORT_BYTES = 510

/** Orders text by code points, as databases do that compare its UTF-8 bytes. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    // Surrogates stand for what comes after all that is a single unit.
    const isHighX = x >= 0xd800 && x <= 0xdfff
    const isHighY = y >= 0xd800 && y <= 0xdfff
    return isHighX === isHighY ? x - y : isHighX ? 1 : -1
  }
  return a.length - b.length
}

/** Orders sort values of one column: what is missing comes before all that is there. */
export function compareSortValues(a: SortValue, b: SortValue): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

/** What a value of a type counts as when rows are sorted by it. */
export function sortValueOf(value: PropertyValue | undefined, type: number): SortValue {
  if (value === undefined || value === null) return null
  switch (type) {
    case PtypString:
    case PtypString8:
      return sortKey(value as string)
    case PtypBinary:
    case PtypObject:
      return bytesAsText((value as Uint8Array).subarray(0, SORT_BYTES))
    case PtypGuid:
      return bytesAsText(guidBytes(value as string))
    case PtypServerId:
      return bytesAsText(encodeWith(serverId, value as ServerId))
    case PtypBoolean:
      return value === true ? 1 : 0
    default:
      return typeof value === 'number' || typeof value === 'bigint' ? value : null
  }
}

/**
 * What a value counts as when rows are put into categories by it: as when they are sorted, but that texts that differ in more than
 * letter case are categories of their own.
 */
export function categoryValueOf(value: PropertyValue | undefined, type: number): SortValue {
  if (typeof value !== 'string' || (type !== PtypString && type !== PtypString8))
    return sortValueOf(value, type)
  return `${sortKey(value)}\0${foldCase(value)}`
}

/**
 * Orders two values of one single type as property restrictions do ([MS-OXCDATA] 2.12.5): text without regard to letter case,
 * bytes and GUIDs by their bytes.
 */
export function compareValues(a: PropertyValue, b: PropertyValue, type: number): number {
  switch (baseType(type)) {
    case PtypString:
    case PtypString8:
      return compareText(a as string, b as string)
    case PtypBinary:
    case PtypObject:
      return Buffer.compare(a as Uint8Array, b as Uint8Array)
    case PtypGuid:
      return compareGuids(a as string, b as string)
    case PtypServerId:
      return Buffer.compare(encodeWith(serverId, a as ServerId), encodeWith(serverId, b as ServerId))
    default:
      return a === b ? 0 : (a as number) < (b as number) ? -1 : 1
  }
}

/** Orders texts as rows are sorted; of those that only differ by accents, each is unlike the others. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return compareCodePoints(foldLoose(a), foldLoose(b)) || compareCodePoints(foldCase(a), foldCase(b))
}

/** Bytes as a text, in hexadecimal as databases write them, so that they compare like other sort values. */
export function bytesAsText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex').toUpperCase()
}

/** The bytes again. */
export function textAsBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}
