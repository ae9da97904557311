import {
  AttachMethod,
  baseType,
  isMultiple,
  isNamedTag,
  type Message,
  MULTIPLE_FLAG,
  PidTagAttachDataBinary,
  PidTagAttachMethod,
  PidTagRecipientType,
  PidTagRowid,
  PidTagStoreSupportMask,
  PropertyBag,
  type PropertyName,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypGuid,
  PtypObject,
  PtypString,
  PtypString8,
  propertyTag,
  type RecipientChange,
  tagId,
  tagType,
} from '@bourse/mapi'
import { ByteReader, DecodeError } from '@bourse/mapi/bytes'
import { decodeText } from '../body/text-decoder.ts'
import type { PropertyNames } from '../property-names.ts'
import { isTransferable } from '../transferable.ts'
import { openCompoundFile, type Storage } from './compound-file.ts'
import {
  EMBEDDED_STORAGE,
  ENTRY_BYTES,
  FIXED,
  HEADER_EMBEDDED,
  HEADER_OTHER,
  HEADER_TOP,
  NAMES_STORAGE,
  PROPERTIES_STREAM,
  valueStream,
} from './layout.ts'
import { readNames } from './names.ts'

/** How many messages within messages are read; deeper ones are left out. */
export const MAX_MSG_DEPTH = 16
const DEFAULT_CODE_PAGE = 1252
/** PidTagMessageCodepage, in whose code page 8-bit strings are. */
const MESSAGE_CODE_PAGE = 0x3ffd
const RECIPIENT_PREFIX = '__RECIP_VERSION1.0_#'
const ATTACHMENT_PREFIX = '__ATTACH_VERSION1.0_#'

/** How a .msg file is read. */
export interface ReadMsgOptions {
  /** Maps the names of named properties. Without it they are left out. */
  readonly names?: PropertyNames
}

/** What is known while a file is read. */
interface Reading {
  readonly names: ReadonlyMap<number, PropertyName>
  readonly options: ReadMsgOptions
}

/**
 * Reads a .msg file ([MS-OXMSG]) into a message: sets its properties, recipients and attachments. It is not saved.
 *
 * Throws `DecodeError`, before anything is changed, if it is no compound file or has no properties. Single properties that are
 * malformed are left out. The whole file is in memory.
 */
export async function readMsg(
  bytes: Uint8Array,
  message: Message,
  options: ReadMsgOptions = {},
): Promise<void> {
  const root = openCompoundFile(bytes)
  if (streamOf(root, PROPERTIES_STREAM) === undefined) {
    throw new DecodeError('a compound file without the properties of a message', 0)
  }
  await readMessage(root, message, HEADER_TOP, { names: readNames(root.storage(NAMES_STORAGE)), options }, 0)
}

async function readMessage(
  storage: Storage,
  message: Message,
  headerBytes: number,
  reading: Reading,
  depth: number,
): Promise<void> {
  await message.setProperties(await readProperties(storage, headerBytes, reading))
  const changes: RecipientChange[] = []
  for (const name of sorted(storage, RECIPIENT_PREFIX)) {
    const properties = await readProperties(storage.storage(name)!, HEADER_OTHER, reading)
    const type = (properties.get(PidTagRecipientType) ?? 1) >>> 0
    properties.delete(PidTagRecipientType)
    properties.delete(PidTagRowid)
    const rowId = changes.length
    changes.push({ rowId, recipient: { rowId, type, properties } })
  }
  await message.removeAllRecipients()
  if (changes.length > 0) await message.modifyRecipients(changes)
  for (const name of sorted(storage, ATTACHMENT_PREFIX)) {
    await readAttachment(storage.storage(name)!, message, reading, depth)
  }
}

/** A stream; `undefined` also if it cannot be read. */
function streamOf(storage: Storage, name: string): Uint8Array | undefined {
  try {
    return storage.stream(name)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

function sorted(storage: Storage, prefix: string): string[] {
  return storage.storages.filter((name) => name.toUpperCase().startsWith(prefix)).sort()
}

async function readAttachment(
  storage: Storage,
  message: Message,
  reading: Reading,
  depth: number,
): Promise<void> {
  const properties = await readProperties(storage, HEADER_OTHER, reading)
  const embedded = storage.storage(EMBEDDED_STORAGE)
  const isMessage = embedded !== undefined && streamOf(embedded, PROPERTIES_STREAM) !== undefined
  if (isMessage && depth >= MAX_MSG_DEPTH) return
  await using attachment = await message.createAttachment()
  if (isMessage) {
    properties.set(PidTagAttachMethod, AttachMethod.embeddedMessage)
    await attachment.setProperties(properties)
    await using inner = await attachment.openEmbeddedMessage('create')
    await readMessage(embedded!, inner, HEADER_EMBEDDED, reading, depth + 1)
    await inner.save()
  } else {
    if (!properties.has(PidTagAttachMethod) && properties.has(PidTagAttachDataBinary)) {
      properties.set(PidTagAttachMethod, AttachMethod.byValue)
    }
    await attachment.setProperties(properties)
  }
  await attachment.save()
}

/** The properties of a storage ([MS-OXMSG] 2.4). */
async function readProperties(
  storage: Storage,
  headerBytes: number,
  { names, options }: Reading,
): Promise<PropertyBag> {
  const stream = streamOf(storage, PROPERTIES_STREAM) ?? new Uint8Array(0)
  const entries: { readonly tag: PropertyTag; readonly value: Uint8Array }[] = []
  for (let at = headerBytes; at + ENTRY_BYTES <= stream.length; at += ENTRY_BYTES) {
    const reader = new ByteReader(stream, at)
    const tag = reader.u32() as PropertyTag
    reader.u32()
    entries.push({ tag, value: reader.subarray(8) })
  }
  const page = entries.find(({ tag }) => tagId(tag) === MESSAGE_CODE_PAGE)
  const codePage = page === undefined ? DEFAULT_CODE_PAGE : new ByteReader(page.value).u32()
  const named = entries.filter(({ tag }) => isNamedTag(tag) && names.has(tagId(tag)))
  const ids =
    named.length === 0
      ? []
      : ((await options.names?.getPropertyIds(
          named.map(({ tag }) => names.get(tagId(tag))!),
          { create: true },
        )) ?? [])
  const idOf = new Map(named.map((entry, i) => [entry, ids[i] ?? 0]))
  const bag = new PropertyBag()
  for (const entry of entries) {
    const id = isNamedTag(entry.tag) ? (idOf.get(entry) ?? 0) : tagId(entry.tag)
    if (id === 0 || entry.tag === PidTagStoreSupportMask) continue
    const value = entryValue(storage, entry.tag, entry.value, codePage)
    if (value === undefined) continue
    const tag = propertyTag(id, unicodeType(tagType(entry.tag)))
    if (isTransferable(tag)) bag.setCell(tag, value)
  }
  return bag
}

function unicodeType(type: number): number {
  return baseType(type) === PtypString8 ? (type & MULTIPLE_FLAG) | PtypString : type
}

/** A value; `undefined` if its stream is missing or malformed, or it is an object. */
function entryValue(
  storage: Storage,
  tag: PropertyTag,
  inline: Uint8Array,
  codePage: number,
): PropertyValue | undefined {
  const type = tagType(tag)
  const fixed = FIXED.get(baseType(type))
  try {
    if (!isMultiple(type)) {
      if (fixed !== undefined) return fixed.read(new ByteReader(inline)) as PropertyValue
      const stream = storage.stream(valueStream(tag))
      return stream === undefined ? undefined : variableValue(baseType(type), stream, codePage)
    }
    const stream = storage.stream(valueStream(tag))
    if (stream === undefined) return undefined
    if (fixed !== undefined) {
      const reader = new ByteReader(stream)
      const count = Math.floor(stream.length / fixed.size)
      return Array.from({ length: count }, () => fixed.read(reader)) as unknown as PropertyValue
    }
    return manyValues(storage, tag, stream, codePage)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

function variableValue(type: number, stream: Uint8Array, codePage: number): PropertyValue | undefined {
  switch (type) {
    case PtypString:
      return withoutNull(new ByteReader(stream).utf16(stream.length - (stream.length % 2)))
    case PtypString8:
      return withoutNull(decodeText(stream, codePage))
    case PtypBinary:
      return stream
    case PtypGuid:
      return new ByteReader(stream).guid()
    case PtypObject:
      return undefined
    default:
      return undefined
  }
}

/** [MS-OXMSG] 2.1.4.2: the stream holds lengths, of eight bytes for binary values; GUIDs stand in it themselves. */
function manyValues(
  storage: Storage,
  tag: PropertyTag,
  lengths: Uint8Array,
  codePage: number,
): PropertyValue | undefined {
  const type = baseType(tagType(tag))
  if (type === PtypGuid) {
    const reader = new ByteReader(lengths)
    return Array.from({ length: Math.floor(lengths.length / 16) }, () => reader.guid())
  }
  const count = Math.floor(lengths.length / (type === PtypBinary ? 8 : 4))
  const values: PropertyValue[] = []
  for (let i = 0; i < count; i++) {
    const stream = storage.stream(valueStream(tag, i))
    const value = stream === undefined ? undefined : variableValue(type, stream, codePage)
    if (value !== undefined) values.push(value)
  }
  return values as unknown as PropertyValue
}

function withoutNull(text: string): string {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}
