import {
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypObject,
  PtypString,
  PtypString8,
  tagType,
} from '@bourse/mapi'
import { decodeLatin1, decodeUtf16 } from '@bourse/mapi/bytes'
import { BlobRef } from '../blob/blob-ref.ts'
import type { BlobStore } from '../blob/blob-store.ts'
import type { Transaction } from '../storage/storage.ts'
import type { MessageRecord, StoredProperties } from './message-record.ts'
import type { PackedProperties, StoredValue } from './packed-properties.ts'

/** Values of more bytes than this are not kept in the object's row but as contents of their own. */
export const LARGE_VALUE_BYTES = 8 * 1024

/** Whether values of a type are a run of bytes or text, so that they can be large and be streamed. */
export function isStreamable(type: number): boolean {
  return type === PtypBinary || type === PtypObject || type === PtypString || type === PtypString8
}

/** The bytes of a streamable value: strings in UTF-16LE, 8-bit ones byte by byte, without terminators. */
export function valueBytes(value: string | Uint8Array, type: number): Uint8Array {
  if (typeof value !== 'string') return value
  const buffer = Buffer.from(value, type === PtypString8 ? 'latin1' : 'utf16le')
  // Not as a Buffer, whose methods are not those of other arrays of bytes.
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

/** The value that the bytes of a streamable one stand for. Half a code unit at the end of a string is left out. */
export function valueFromBytes(bytes: Uint8Array, type: number): PropertyValue {
  if (type === PtypString) return decodeUtf16(bytes, 0, bytes.length & ~1)
  if (type === PtypString8) return decodeLatin1(bytes, 0, bytes.length)
  return bytes
}

/** How many bytes a streamable value has, 0 for one of another type. */
export function streamableSize(tag: PropertyTag<unknown>, value: StoredValue): number {
  if (value instanceof BlobRef) return value.size
  if (typeof value === 'string') {
    const type = tagType(tag)
    if (type === PtypString) return value.length * 2
    return type === PtypString8 ? value.length : 0
  }
  return value instanceof Uint8Array ? value.length : 0
}

/**
 * Whether a value must be kept as content of its own: because it is large, or because it is a text with a null character in it, which packed properties
 * cannot hold.
 */
export function needsBlob(tag: PropertyTag<unknown>, value: StoredValue): value is string | Uint8Array {
  if (typeof value === 'string') {
    const size = streamableSize(tag, value)
    return size > LARGE_VALUE_BYTES || (size > 0 && value.includes('\0'))
  }
  return value instanceof Uint8Array && value.length > LARGE_VALUE_BYTES
}

/** Whether {@link externalize} has anything to do. */
export function hasLarge(properties: StoredProperties): boolean {
  let result = false
  // Several times as fast as taking the entries one by one, and done with every message.
  properties.forEach((value, tag) => {
    result ||= needsBlob(tag, value)
  })
  return result
}

/** The same properties with {@link BlobRef}s in the place of large values, whose contents are stored. */
export async function externalize(
  tx: Transaction,
  blobs: BlobStore,
  properties: StoredProperties,
): Promise<StoredProperties> {
  let result: Map<PropertyTag<unknown>, StoredValue> | undefined
  for (const [tag, value] of properties) {
    if (!needsBlob(tag, value)) continue
    result ??= new Map(properties)
    result.set(tag, await blobs.put(tx, valueBytes(value, tagType(tag))))
  }
  return result ?? properties
}

/** {@link externalize} for a whole message, attachments and all. */
export async function externalizeMessage(
  tx: Transaction,
  blobs: BlobStore,
  message: MessageRecord,
): Promise<MessageRecord> {
  return {
    properties: await externalize(tx, blobs, message.properties),
    recipients: await externalizeEach(tx, blobs, message.recipients),
    attachments: await Promise.all(
      (await externalizeEach(tx, blobs, message.attachments)).map(async (attachment) =>
        attachment.embedded === undefined
          ? attachment
          : { ...attachment, embedded: await externalizeMessage(tx, blobs, attachment.embedded) },
      ),
    ),
  }
}

/** {@link externalize} for the properties of each of several recipients or attachments. */
export async function externalizeEach<T extends { readonly properties: StoredProperties }>(
  tx: Transaction,
  blobs: BlobStore,
  items: readonly T[],
): Promise<readonly T[]> {
  let result: T[] | undefined
  for (const [i, item] of items.entries()) {
    if (!hasLarge(item.properties)) continue
    const properties = await externalize(tx, blobs, item.properties)
    result ??= [...items]
    result[i] = { ...item, properties }
  }
  return result ?? items
}

/** All contents that a message refers to, attachments and all. */
export function* blobsOf(message: MessageRecord): Generator<BlobRef> {
  yield* blobsIn(message.properties)
  for (const { properties } of message.recipients) yield* blobsIn(properties)
  for (const { properties, embedded } of message.attachments) {
    yield* blobsIn(properties)
    if (embedded !== undefined) yield* blobsOf(embedded)
  }
}

/** The contents that properties refer to. */
export function blobsIn(properties: StoredProperties | PackedProperties): readonly BlobRef[] {
  const blobs: BlobRef[] = []
  properties.forEach((value) => {
    if (value instanceof BlobRef) blobs.push(value)
  })
  return blobs
}
