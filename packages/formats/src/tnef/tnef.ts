import {
  fileTimeFromDate,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagSubject,
  type PropertyTag,
  PtypString8,
  withType,
} from '@bourse/mapi'
import { ByteReader, ByteWriter, rethrowWithin } from '@bourse/mapi/bytes'
import { TNEF_SIGNATURE, TNEF_VERSION, TnefAttribute, TnefLevel, tnefChecksum } from './attribute.ts'
import { classFromTnef } from './message-class.ts'
import { readPropertyList, type TnefProperty, writePropertyList } from './property-list.ts'

/** A message in TNEF ([MS-OXTNEF] 2.1.3). */
export interface TnefMessage {
  /** Code page of 8-bit strings; 0 if it is not said. */
  readonly codePage: number
  /** Those of attMsgProps, and what attributes of their own say where they are missing. */
  readonly properties: readonly TnefProperty[]
  readonly recipients: readonly (readonly TnefProperty[])[]
  readonly attachments: readonly TnefAttachment[]
}

export interface TnefAttachment {
  readonly properties: readonly TnefProperty[]
}

/** Signature, LegacyKey. */
const LEVEL_BYTES = 9
const CHECKSUM_BYTES = 2
const MAX_RECIPIENT_MIN = 4

/** Whether bytes begin as TNEF does. */
export function isTnef(bytes: Uint8Array): boolean {
  return bytes.length >= 6 && new ByteReader(bytes).u32() === TNEF_SIGNATURE
}

/**
 * Decodes a TNEF stream. Attributes that are not known are passed over, and so is what follows the last whole one.
 *
 * Throws `DecodeError` if it is none, a checksum is wrong, or properties are malformed.
 */
export function decodeTnef(bytes: Uint8Array): TnefMessage {
  try {
    return decode(new ByteReader(bytes))
  } catch (error) {
    return rethrowWithin(error, 'TNEF')
  }
}

/** What is read of a stream, attribute by attribute. */
interface Decoding {
  codePage: number
  properties: TnefProperty[]
  recipients: TnefProperty[][]
  attachments: { properties: TnefProperty[] }[]
  /** What attributes of their own say. */
  legacy: TnefProperty[]
}

function decode(reader: ByteReader): TnefMessage {
  if (reader.u32() !== TNEF_SIGNATURE) reader.fail('no TNEF signature', 0)
  reader.u16()
  const state: Decoding = { codePage: 0, properties: [], recipients: [], attachments: [], legacy: [] }
  while (reader.remaining >= LEVEL_BYTES + CHECKSUM_BYTES) {
    const level = reader.u8()
    if (level !== TnefLevel.message && level !== TnefLevel.attachment) {
      // Some append zeros.
      if (level === 0) break
      reader.fail(`attribute of level ${level}`, reader.offset - 1)
    }
    const attribute = reader.u32()
    const data = reader.sub(reader.u32())
    const sum = reader.u16()
    if (tnefChecksum(reader.bytes.subarray(data.offset, data.end)) !== sum) reader.fail('wrong checksum')
    if (level === TnefLevel.message) readMessageAttribute(state, attribute, data)
    else readAttachmentAttribute(state, attribute, data)
  }
  const { codePage, properties, recipients, attachments, legacy } = state
  for (const property of legacy) addMissing(properties, property)
  return { codePage, properties, recipients, attachments }
}

function readMessageAttribute(state: Decoding, attribute: number, data: ByteReader): void {
  switch (attribute) {
    case TnefAttribute.attOemCodepage:
      state.codePage = data.u32()
      break
    case TnefAttribute.attMessageClass:
      state.legacy.push({ tag: PidTagMessageClass as PropertyTag, value: classFromTnef(text8(data)) })
      break
    case TnefAttribute.attSubject:
      state.legacy.push(string8(PidTagSubject, data))
      break
    case TnefAttribute.attBody:
      state.legacy.push(string8(PidTagBody, data))
      break
    case TnefAttribute.attDateSent:
      addDate(state.legacy, PidTagClientSubmitTime, data)
      break
    case TnefAttribute.attDateRecd:
      addDate(state.legacy, PidTagMessageDeliveryTime, data)
      break
    case TnefAttribute.attMsgProps:
      state.properties.push(...readPropertyList(data))
      break
    case TnefAttribute.attRecipTable: {
      const count = data.checkCount(data.u32(), MAX_RECIPIENT_MIN)
      for (let i = 0; i < count; i++) state.recipients.push(readPropertyList(data))
      break
    }
  }
}

/** attAttachRenddata begins an attachment ([MS-OXTNEF] 2.1.3.3.15). */
function readAttachmentAttribute({ attachments }: Decoding, attribute: number, data: ByteReader): void {
  if (attribute === TnefAttribute.attAttachRenddata || attachments.length === 0) {
    attachments.push({ properties: [] })
  }
  const { properties } = attachments.at(-1)!
  switch (attribute) {
    case TnefAttribute.attAttachData:
      addMissing(properties, {
        tag: PidTagAttachDataBinary as PropertyTag,
        value: data.copyBytes(data.remaining),
      })
      break
    case TnefAttribute.attAttachTitle:
      addMissing(properties, string8(PidTagAttachLongFilename, data))
      break
    case TnefAttribute.attAttachment:
      for (const property of readPropertyList(data)) {
        // Its properties say more than attributes do.
        const at = properties.findIndex(
          ({ tag }) => tag >>> 16 === property.tag >>> 16 && property.name === undefined,
        )
        if (at >= 0) properties.splice(at, 1)
        properties.push(property)
      }
      break
  }
}

function addMissing(properties: TnefProperty[], property: TnefProperty): void {
  if (!properties.some(({ tag, name }) => name === undefined && tag >>> 16 === property.tag >>> 16)) {
    properties.push(property)
  }
}

function text8(data: ByteReader): string {
  const text = data.latin1(data.remaining)
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

function string8(tag: PropertyTag<string>, data: ByteReader): TnefProperty {
  return { tag: withType(tag, PtypString8), value: text8(data) }
}

/** DTR ([MS-OXTNEF] 2.1.3.3): year, month, day, hour, minute, second, day of the week. */
function addDate(properties: TnefProperty[], tag: PropertyTag<unknown>, data: ByteReader): void {
  const [year, month, day, hour, minute, second] = Array.from({ length: 6 }, () => data.u16())
  const date = new Date(Date.UTC(year!, month! - 1, day, hour, minute, second))
  if (year! >= 1601 && year! < 10_000)
    properties.push({ tag: tag as PropertyTag, value: fileTimeFromDate(date) })
}

/** Encodes a message as TNEF. `key` is the stream's LegacyKey, any number of 16 bits. */
export function encodeTnef(message: TnefMessage, key = 1): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  writer.u32(TNEF_SIGNATURE)
  writer.u16(key)
  attribute(writer, TnefLevel.message, TnefAttribute.attTnefVersion, () => writer.u32(TNEF_VERSION))
  attribute(writer, TnefLevel.message, TnefAttribute.attOemCodepage, () => {
    writer.u32(message.codePage)
    writer.u32(0)
  })
  const messageClass = message.properties.find(({ tag }) => tag === PidTagMessageClass)?.value
  if (typeof messageClass === 'string' && /^[\0-\xff]*$/.test(messageClass)) {
    attribute(writer, TnefLevel.message, TnefAttribute.attMessageClass, () => writer.latin1z(messageClass))
  }
  attribute(writer, TnefLevel.message, TnefAttribute.attMsgProps, () =>
    writePropertyList(writer, message.properties),
  )
  if (message.recipients.length > 0) {
    attribute(writer, TnefLevel.message, TnefAttribute.attRecipTable, () => {
      writer.u32(message.recipients.length)
      for (const recipient of message.recipients) writePropertyList(writer, recipient)
    })
  }
  for (const { properties } of message.attachments) {
    attribute(writer, TnefLevel.attachment, TnefAttribute.attAttachRenddata, () => writeRendering(writer))
    const data = properties.find(({ tag }) => tag === PidTagAttachDataBinary)?.value
    if (data instanceof Uint8Array) {
      attribute(writer, TnefLevel.attachment, TnefAttribute.attAttachData, () => writer.bytes(data))
    }
    const others = properties.filter(({ tag }) => tag !== PidTagAttachDataBinary)
    attribute(writer, TnefLevel.attachment, TnefAttribute.attAttachment, () =>
      writePropertyList(writer, others),
    )
  }
  return writer.finish()
}

/** A file that is drawn nowhere ([MS-OXTNEF] 2.1.3.3.15). */
function writeRendering(writer: ByteWriter): void {
  const ATTACH_TYPE_FILE = 1
  writer.u16(ATTACH_TYPE_FILE)
  writer.u32(0xffffffff)
  writer.u16(0)
  writer.u16(0)
  writer.u32(0)
}

function attribute(writer: ByteWriter, level: number, id: number, write: () => void): void {
  writer.u8(level)
  writer.u32(id)
  const at = writer.length
  writer.u32(0)
  write()
  writer.patchU32(at, writer.length - at - 4)
  writer.u16(tnefChecksum(writer.subarray(at + 4)))
}
