import { decodeText } from '@bourse/formats/body'
import {
  type Cell,
  ErrorCode,
  PidTagMessageCodepage,
  PropertyBag,
  PropertyError,
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
  PtypMultipleFloating64,
  PtypMultipleGuid,
  PtypMultipleInteger16,
  PtypMultipleInteger32,
  PtypMultipleInteger64,
  PtypMultipleString,
  PtypMultipleString8,
  PtypMultipleTime,
  PtypString,
  PtypString8,
  PtypTime,
  propertyTag,
  tagId,
  withType,
} from '@bourse/mapi'
import { ByteReader } from '@bourse/mapi/bytes'
import type { PSTTableItem } from 'pst-extractor/dist/PSTTableItem.class.js'
import type { PstRecord } from './pst-nodes.ts'

/** The bytes of a value, wherever they are; `undefined` if they are missing. */
export function bytesOfItem({ subnodes }: PstRecord, item: PSTTableItem): Uint8Array | undefined {
  if (!item.isExternalValueReference) return copyOf(item.data)
  // An empty value has no place in the heap.
  if (item.entryValueReference === 0) return new Uint8Array(0)
  const subnode = subnodes.get(item.entryValueReference)
  return subnode === undefined ? undefined : copyOf(subnode.getData())
}

/**
 * The properties of a record, text of older files (PtypString8) as Unicode. With `inline`, those whose values did not fit the record hold
 * the error `NotEnoughMemory`.
 */
export function bagOfRecord(record: PstRecord, options: { readonly inline?: boolean } = {}): PropertyBag {
  const codePage = record.items.get(tagId(PidTagMessageCodepage))?.entryValueReference || WINDOWS_LATIN_1
  const bag = new PropertyBag()
  for (const [id, item] of record.items) {
    const isElsewhere = item.isExternalValueReference && record.subnodes.has(item.entryValueReference)
    const isFixed = FIXED_IN_ITEM.has(item.entryValueType)
    const cell =
      options.inline === true && isElsewhere && !isFixed
        ? new PropertyError(ErrorCode.NotEnoughMemory)
        : cellOfItem(record, item)
    if (cell === undefined) continue
    const tag = propertyTag(id, item.entryValueType)
    if (item.entryValueType === PtypString8) {
      bag.setCell(withType(tag, PtypString), typeof cell === 'string' ? unicodeOf(cell, codePage) : cell)
    } else if (item.entryValueType === PtypMultipleString8) {
      const texts = Array.isArray(cell) ? cell.map((text) => unicodeOf(text, codePage)) : cell
      bag.setCell(withType(tag, PtypMultipleString), texts)
    } else bag.setCell(tag, cell)
  }
  return bag
}

function unicodeOf(text: string, codePage: number): string {
  return decodeText(
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
    codePage,
  )
}

const WINDOWS_LATIN_1 = 1252

/** Types whose values stand in the item itself ([MS-PST] 2.3.3.3). */
const FIXED_IN_ITEM: ReadonlySet<number> = new Set([
  PtypInteger16,
  PtypInteger32,
  PtypFloating32,
  PtypErrorCode,
  PtypBoolean,
])

/** The value of an item; `undefined` for types that are no property types, and for values that are missing or make no sense. */
export function cellOfItem(record: PstRecord, item: PSTTableItem): Cell {
  const { entryValueType: type, entryValueReference: value } = item
  switch (type) {
    case PtypInteger16:
      return (value << 16) >> 16
    case PtypInteger32:
      return value | 0
    case PtypFloating32:
      return new Float32Array(new Uint32Array([value >>> 0]).buffer)[0]!
    case PtypBoolean:
      return value !== 0
    case PtypErrorCode:
      return new PropertyError(value >>> 0)
  }
  const bytes = bytesOfItem(record, item)
  return bytes === undefined ? undefined : decodeBytes(type, bytes)
}

function decodeBytes(type: number, bytes: Uint8Array): Cell {
  try {
    const reader = new ByteReader(bytes)
    switch (type) {
      case PtypFloating64:
      case PtypFloatingTime:
        return reader.f64()
      case PtypInteger64:
      case PtypCurrency:
        return reader.i64()
      case PtypTime:
        return reader.u64()
      case PtypGuid:
        return reader.guid()
      case PtypString:
        return withoutNull(reader.utf16(bytes.length & ~1))
      case PtypString8:
        return withoutNull(reader.latin1(bytes.length))
      case PtypBinary:
        return bytes
      case PtypMultipleInteger16:
        return many(reader, 2, () => reader.i16())
      case PtypMultipleInteger32:
        return many(reader, 4, () => reader.i32())
      case PtypMultipleInteger64:
        return many(reader, 8, () => reader.i64())
      case PtypMultipleFloating64:
        return many(reader, 8, () => reader.f64())
      case PtypMultipleTime:
        return many(reader, 8, () => reader.u64())
      case PtypMultipleGuid:
        return many(reader, 16, () => reader.guid())
      case PtypMultipleString:
        return pieces(bytes).map((piece) => withoutNull(new ByteReader(piece).utf16(piece.length & ~1)))
      case PtypMultipleString8:
        return pieces(bytes).map((piece) => withoutNull(new ByteReader(piece).latin1(piece.length)))
      case PtypMultipleBinary:
        return pieces(bytes)
      default:
        return undefined
    }
  } catch {
    // A damaged value is as good as none.
    return undefined
  }
}

function many<T>(reader: ByteReader, size: number, read: () => T): T[] {
  return Array.from({ length: Math.floor(reader.remaining / size) }, read)
}

/** The values of a multiple-valued property whose values differ in length ([MS-PST] 2.3.3.4.2). */
function pieces(bytes: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(bytes)
  const count = reader.u32()
  reader.checkCount(count, 4)
  const offsets = Array.from({ length: count }, () => reader.u32())
  return offsets.map((offset, i) => bytes.slice(offset, offsets[i + 1] ?? bytes.length))
}

function withoutNull(text: string): string {
  return text.endsWith('\0') ? text.slice(0, -1) : text
}

/** Buffers of Node may share their memory with others. */
function copyOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : Uint8Array.from(bytes)
}
