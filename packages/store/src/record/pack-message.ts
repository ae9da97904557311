import { ErrorCode, MapiError } from '@bourse/mapi'
import { ByteReader, ByteWriter } from '@bourse/mapi/bytes'
import type { AttachmentRecord, MessageRecord, RecipientRecord, StoredProperties } from './message-record.ts'
import { PackedProperties, packProperties } from './packed-properties.ts'

/** First byte of packed recipients and messages: the layout of what follows. */
const VERSION = 1

/** How deep messages may be attached to messages: that many levels below the one that is in a folder. */
export const MAX_EMBEDDING_DEPTH = 32

/** Bytes that a recipient takes at least: its row ID and the length of its properties. */
const MIN_RECIPIENT_BYTES = 8
const MIN_ATTACHMENT_BYTES = 9

/** What stands in the place of the recipients of a message that has none. */
export const NO_RECIPIENTS: Uint8Array = packRecipients([])

/** Packs recipients into one value of the database: version and count, then row ID and packed properties of each. */
export function packRecipients(recipients: readonly RecipientRecord[]): Uint8Array {
  const writer = new ByteWriter()
  writer.u8(VERSION)
  writer.u32(recipients.length)
  for (const { rowId, properties } of recipients) {
    writer.u32(rowId)
    writeSized(writer, packProperties(properties))
  }
  return writer.finish()
}

/** The recipients, in the order in which they were packed. */
export function unpackRecipients(bytes: Uint8Array): RecipientRecord[] {
  const reader = openVersioned(bytes)
  const count = reader.checkCount(reader.u32(), MIN_RECIPIENT_BYTES)
  const recipients: RecipientRecord[] = []
  for (let i = 0; i < count; i++) recipients.push({ rowId: reader.u32(), properties: readProperties(reader) })
  return recipients
}

/** How many recipients there are, without unpacking them. */
export function countRecipients(bytes: Uint8Array): number {
  return openVersioned(bytes).u32()
}

/**
 * Packs a message that is attached to another one into one value of the database: version, properties, recipients, then number, properties and
 * message of each attachment. Values are large contents or short, so that the whole stays small.
 *
 * @param depth How many messages it is within already. Throws `TooComplex` beyond {@link MAX_EMBEDDING_DEPTH}.
 */
export function packMessage(message: MessageRecord, depth = 1): Uint8Array {
  if (depth > MAX_EMBEDDING_DEPTH) throw new MapiError(ErrorCode.TooComplex)
  const writer = new ByteWriter()
  writer.u8(VERSION)
  writeSized(writer, packProperties(message.properties))
  writeSized(writer, packRecipients(message.recipients))
  writer.u32(message.attachments.length)
  for (const { number, properties, embedded } of message.attachments) {
    writer.u32(number)
    writeSized(writer, packProperties(properties))
    writer.u8(embedded === undefined ? 0 : 1)
    if (embedded !== undefined) writeSized(writer, packMessage(embedded, depth + 1))
  }
  return writer.finish()
}

export function unpackMessage(bytes: Uint8Array): MessageRecord {
  const reader = openVersioned(bytes)
  const properties = readProperties(reader)
  const recipients = unpackRecipients(reader.subarray(reader.u32()))
  const count = reader.checkCount(reader.u32(), MIN_ATTACHMENT_BYTES)
  const attachments: AttachmentRecord[] = []
  for (let i = 0; i < count; i++) {
    const number = reader.u32()
    const own = readProperties(reader)
    const embedded = reader.u8() === 0 ? undefined : unpackMessage(reader.subarray(reader.u32()))
    attachments.push({ number, properties: own, ...(embedded && { embedded }) })
  }
  return { properties, recipients, attachments }
}

function openVersioned(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes)
  const version = reader.u8()
  if (version !== VERSION) reader.fail(`a record of version ${version}`, 0)
  return reader
}

function writeSized(writer: ByteWriter, bytes: Uint8Array): void {
  writer.u32(bytes.length)
  writer.bytes(bytes)
}

function readProperties(reader: ByteReader): StoredProperties {
  return new Map(new PackedProperties(reader.subarray(reader.u32())))
}
