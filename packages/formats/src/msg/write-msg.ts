import {
  AttachMethod,
  baseType,
  isMultiple,
  isNamedTag,
  type Message,
  PidTagAttachDataObject,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagRecipientType,
  PidTagRowid,
  PidTagStoreSupportMask,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypGuid,
  PtypString,
  PtypString8,
  propertyTag,
  tagType,
} from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import { type NamedValue, propertiesOf } from '../object-properties.ts'
import { CompoundFileWriter } from './compound-file-writer.ts'
import {
  attachmentStorage,
  EMBEDDED_STORAGE,
  ENTRY_FLAGS,
  FIXED,
  HEADER_EMBEDDED,
  HEADER_OTHER,
  HEADER_TOP,
  NAMES_STORAGE,
  PROPERTIES_STREAM,
  recipientStorage,
  valueStream,
} from './layout.ts'
import { NameWriter } from './names.ts'
import { MAX_MSG_DEPTH } from './read-msg.ts'

/** The class of a message's file: {00020D0B-0000-0000-C000-000000000046}. */
const MESSAGE_CLASS_ID = '0b0d020000000000c000000000000046'
/** STORE_UNICODE_OK ([MS-OXMSG] 2.1.1.1): strings are Unicode. */
const UNICODE_OK = 0x00040000
/** What stands for the size of an embedded message, and the kind of object ([MS-OXMSG] 2.4.2.2). */
const OBJECT_SIZE = 0xffffffff
const OBJECT_IS_MESSAGE = 1

/** What is known while a file is written. */
interface Writing {
  readonly file: CompoundFileWriter
  readonly names: NameWriter
}

/**
 * Writes a message as a .msg file ([MS-OXMSG]), with all its properties, recipients, attachments and attached messages. The whole file is in memory.
 * Rejects with what `message` rejects with.
 */
export async function writeMsg(message: Message): Promise<Uint8Array> {
  const writing: Writing = { file: new CompoundFileWriter(), names: new NameWriter() }
  await writeMessage(writing, [], message, HEADER_TOP, 0)
  writing.names.write(writing.file, NAMES_STORAGE)
  return writing.file.finish(MESSAGE_CLASS_ID)
}

async function writeMessage(
  writing: Writing,
  path: readonly string[],
  message: Message,
  headerBytes: number,
  depth: number,
): Promise<void> {
  const recipients = await message.getRecipients()
  const numbers = await message.getAttachmentNumbers()
  const properties = await propertiesOf(message)
  properties.push({ tag: PidTagStoreSupportMask as PropertyTag, value: UNICODE_OK })
  const header = new ByteWriter()
  header.zeros(8)
  for (const count of [recipients.length, numbers.length, recipients.length, numbers.length])
    header.u32(count)
  header.zeros(headerBytes - HEADER_EMBEDDED)
  writeProperties(writing, path, header, properties)
  for (const [i, { rowId, type, properties: bag }] of recipients.entries()) {
    const list: NamedValue[] = [
      { tag: PidTagRecipientType as PropertyTag, value: type | 0 },
      { tag: PidTagRowid as PropertyTag, value: rowId },
    ]
    for (const tag of bag.tags()) {
      const value = bag.get(tag)
      if (value === undefined || isNamedTag(tag)) continue
      if (tag !== PidTagRecipientType && tag !== PidTagRowid) list.push({ tag, value })
    }
    writeProperties(writing, [...path, recipientStorage(i)], otherHeader(), list)
  }
  for (const [i, number] of numbers.entries()) {
    await writeAttachment(writing, [...path, attachmentStorage(i)], message, number, i, depth)
  }
}

async function writeAttachment(
  writing: Writing,
  path: readonly string[],
  message: Message,
  number: number,
  index: number,
  depth: number,
): Promise<void> {
  await using attachment = await message.openAttachment(number)
  const properties = await propertiesOf(attachment, (tag) => tag === PidTagAttachDataObject)
  properties.push({ tag: PidTagAttachNumber as PropertyTag, value: index })
  const isMessage = (await attachment.get(PidTagAttachMethod)) === AttachMethod.embeddedMessage
  if (isMessage && depth < MAX_MSG_DEPTH) {
    await using embedded = await attachment.openEmbeddedMessage('read')
    await writeMessage(writing, [...path, EMBEDDED_STORAGE], embedded, HEADER_EMBEDDED, depth + 1)
  }
  writeProperties(writing, path, otherHeader(), properties, isMessage)
}

function otherHeader(): ByteWriter {
  const header = new ByteWriter()
  header.zeros(HEADER_OTHER)
  return header
}

/** Writes the properties stream of a storage, and the streams of long values. */
function writeProperties(
  { file, names }: Writing,
  path: readonly string[],
  stream: ByteWriter,
  properties: readonly NamedValue[],
  hasEmbedded = false,
): void {
  for (const { tag: ownTag, name, value } of properties) {
    const type = tagType(ownTag)
    const tag = name === undefined ? ownTag : propertyTag(names.idOf(name), type)
    const size = writeValue(file, path, tag, value)
    if (size === undefined) continue
    stream.u32(tag)
    stream.u32(ENTRY_FLAGS)
    const fixed = isMultiple(type) ? undefined : FIXED.get(type)
    if (fixed === undefined) {
      stream.u32(size)
      stream.u32(0)
    } else {
      fixed.write(stream, value as never)
      stream.zeros(8 - fixed.size)
    }
  }
  if (hasEmbedded) {
    stream.u32(PidTagAttachDataObject)
    stream.u32(ENTRY_FLAGS)
    stream.u32(OBJECT_SIZE)
    stream.u32(OBJECT_IS_MESSAGE)
  }
  file.add([...path, PROPERTIES_STREAM], stream.finish())
}

/** Writes the streams that a value needs, and returns what its entry says of the size; `undefined` for types that files do not have. */
function writeValue(
  file: CompoundFileWriter,
  path: readonly string[],
  tag: PropertyTag,
  value: PropertyValue,
): number | undefined {
  const type = tagType(tag)
  const base = baseType(type)
  const fixed = FIXED.get(base)
  const add = (bytes: Uint8Array, index?: number): number => {
    file.add([...path, valueStream(tag, index)], bytes)
    return bytes.length
  }
  if (!isMultiple(type)) {
    if (fixed !== undefined) return 0
    const bytes = variableBytes(base, value)
    return bytes === undefined ? undefined : add(bytes) + terminatorOf(base)
  }
  const values = value as readonly PropertyValue[]
  const list = new ByteWriter()
  if (fixed !== undefined || base === PtypGuid) {
    for (const item of values) {
      if (fixed !== undefined) fixed.write(list, item as never)
      else list.guid(item as string)
    }
    return add(list.finish())
  }
  for (const [i, item] of values.entries()) {
    const bytes = variableBytes(base, item)
    if (bytes === undefined) return undefined
    list.u32(add(bytes, i) + terminatorOf(base))
    if (base === PtypBinary) list.u32(0)
  }
  return add(list.finish())
}

/** The null that is counted but not written ([MS-OXMSG] 2.4.2.2). */
function terminatorOf(type: number): number {
  return type === PtypString ? 2 : type === PtypString8 ? 1 : 0
}

function variableBytes(type: number, value: PropertyValue): Uint8Array | undefined {
  const writer = new ByteWriter()
  switch (type) {
    case PtypString:
      writer.utf16(value as string)
      return writer.finish()
    case PtypString8:
      writer.latin1(value as string)
      return writer.finish()
    case PtypBinary:
      return value as Uint8Array
    case PtypGuid:
      writer.guid(value as string)
      return writer.finish()
    default:
      return undefined
  }
}
