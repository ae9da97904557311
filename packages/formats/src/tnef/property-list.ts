import {
  FIRST_NAMED_PROPERTY_ID,
  type PropertyName,
  type PropertyTag,
  type PropertyValue,
  propertyTag,
  tagId,
  tagType,
} from '@bourse/mapi'
import type { ByteReader, ByteWriter } from '@bourse/mapi/bytes'
import { isTnefType, readTnefValue, writeTnefValue } from './property-value.ts'

/** A property in TNEF. */
export interface TnefProperty {
  /** For a named property the ID means nothing but that it is one. */
  readonly tag: PropertyTag
  readonly name?: PropertyName
  readonly value: PropertyValue
}

/** Kinds of names ([MS-OXTNEF] 2.1.3.4.1, NamedPropID). */
const KIND_LID = 0
const KIND_STRING = 1

/** The least that a property takes: type, ID and a value of four bytes. */
const MIN_PROPERTY = 8

/** MsgPropertyList ([MS-OXTNEF] 2.1.3.4). Throws `DecodeError`. */
export function readPropertyList(reader: ByteReader): TnefProperty[] {
  const count = reader.checkCount(reader.u32(), MIN_PROPERTY)
  return Array.from({ length: count }, () => readProperty(reader))
}

function readProperty(reader: ByteReader): TnefProperty {
  const type = reader.u16()
  const id = reader.u16()
  const tag = propertyTag(id, type)
  if (id < FIRST_NAMED_PROPERTY_ID) return { tag, value: readTnefValue(reader, type) }
  const name = readName(reader)
  return { tag, name, value: readTnefValue(reader, type) }
}

function readName(reader: ByteReader): PropertyName {
  const set = reader.guid()
  const at = reader.offset
  const kind = reader.u32()
  if (kind === KIND_LID) return { kind: 'lid', set, lid: reader.u32() }
  if (kind !== KIND_STRING) return reader.fail(`name of kind ${kind}`, at)
  const size = reader.u32()
  if (size % 2 !== 0) reader.fail(`name of ${size} bytes`)
  const text = reader.utf16(size)
  reader.take(size % 4 === 0 ? 0 : 2)
  const end = text.indexOf('\0')
  return { kind: 'name', set, name: end < 0 ? text : text.slice(0, end) }
}

/** Writes a MsgPropertyList; properties of types that TNEF does not have are left out. */
export function writePropertyList(writer: ByteWriter, properties: readonly TnefProperty[]): void {
  const written = properties.filter(({ tag }) => isTnefType(tagType(tag)))
  writer.u32(written.length)
  for (const { tag, name, value } of written) {
    writer.u16(tagType(tag))
    writer.u16(tagId(tag))
    if (name !== undefined) writeName(writer, name)
    writeTnefValue(writer, tagType(tag), value)
  }
}

function writeName(writer: ByteWriter, name: PropertyName): void {
  writer.guid(name.set)
  if (name.kind === 'lid') {
    writer.u32(KIND_LID)
    writer.u32(name.lid)
    return
  }
  const size = (name.name.length + 1) * 2
  writer.u32(KIND_STRING)
  writer.u32(size)
  writer.utf16z(name.name)
  writer.zeros(size % 4 === 0 ? 0 : 2)
}
