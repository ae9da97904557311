import { isNamedTag, type PropertyTag, propertyTag, tagId, tagType } from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import { BLOB_CHUNK_BYTES } from '../blob/chunk-size.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type { AttachmentRecord, MessageRecord, StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { LiveBlob } from './property-overlay.ts'

/** Properties as another mailbox, or the same one, can keep them. */
export interface TransferredProperties extends AsyncDisposable {
  readonly properties: StoredProperties
}

/**
 * Properties of an object in `from` for an object in `to`: named ones under the IDs that their names have there, large values where they can be referred to. To be disposed of when who
 * keeps them has recorded that it refers to them.
 */
export async function transferProperties(
  from: Mailbox,
  to: Mailbox,
  properties: StoredProperties,
): Promise<TransferredProperties> {
  const transfer = new Transfer(from, to)
  try {
    return { properties: await transfer.properties(properties), [Symbol.asyncDispose]: () => transfer.end() }
  } catch (error) {
    await transfer.end()
    throw error
  }
}

/** {@link transferProperties} for a whole message; {@link Transfer.end} it afterwards. */
export class Transfer {
  readonly #from: Mailbox
  readonly #to: Mailbox
  readonly #uploaded: BlobRef[] = []

  constructor(from: Mailbox, to: Mailbox) {
    this.#from = from
    this.#to = to
  }

  async message(record: MessageRecord): Promise<MessageRecord> {
    const attachments: AttachmentRecord[] = []
    for (const { number, properties, embedded } of record.attachments) {
      attachments.push({
        number,
        properties: await this.properties(properties),
        ...(embedded && { embedded: await this.message(embedded) }),
      })
    }
    const recipients = []
    for (const { rowId, properties } of record.recipients) {
      recipients.push({ rowId, properties: await this.properties(properties) })
    }
    return { properties: await this.properties(record.properties), recipients, attachments }
  }

  async properties(properties: StoredProperties): Promise<StoredProperties> {
    const tags = await this.#tags([...properties.keys()])
    const result = new Map<PropertyTag<unknown>, StoredValue>()
    for (const [tag, value] of properties) {
      const target = tags.get(tag)
      if (target !== undefined) result.set(target, await this.#value(tag, value))
    }
    return result
  }

  /** Lets go of what was copied for the other mailbox. */
  async end(): Promise<void> {
    for (const ref of this.#uploaded.splice(0)) this.#to.blobs.release(ref)
  }

  /** The tags of the same properties in the other mailbox. Those of names that are not mapped are left out. */
  async #tags(
    tags: readonly PropertyTag<unknown>[],
  ): Promise<ReadonlyMap<PropertyTag<unknown>, PropertyTag<unknown>>> {
    if (this.#from === this.#to || !tags.some(isNamedTag)) return new Map(tags.map((tag) => [tag, tag]))
    const names = tags.flatMap((tag) => this.#nameOf(tag) ?? [])
    const { named } = this.#to
    if (names.some((name) => named.idOf(name) === 0) && named.hasRoom(names.length)) {
      await this.#to.write(
        (tx) => named.map(tx, names),
        (added) => named.committed(added),
      )
    }
    const mapped = new Map<PropertyTag<unknown>, PropertyTag<unknown>>()
    for (const tag of tags) {
      if (!isNamedTag(tag)) {
        mapped.set(tag, tag)
        continue
      }
      const name = this.#nameOf(tag)
      const id = name === undefined ? 0 : named.idOf(name)
      if (id !== 0) mapped.set(tag, propertyTag(id, tagType(tag)))
    }
    return mapped
  }

  #nameOf(tag: PropertyTag<unknown>): ReturnType<Mailbox['named']['nameOf']> {
    return isNamedTag(tag) ? this.#from.named.nameOf(tagId(tag)) : undefined
  }

  async #value(tag: PropertyTag<unknown>, value: StoredValue): Promise<StoredValue> {
    if (!(value instanceof BlobRef)) return value
    const content = value instanceof LiveBlob ? await value.draft.take() : value
    if (!(content instanceof BlobRef)) return valueFromBytes(content, tagType(tag))
    return this.#from === this.#to ? content : this.#copyBlob(content)
  }

  async #copyBlob(ref: BlobRef): Promise<BlobRef> {
    const upload = await this.#to.blobs.upload()
    try {
      for (let at = 0; at < ref.size; at += BLOB_CHUNK_BYTES) {
        await upload.write(
          await this.#from.read((tx) => this.#from.blobs.read(tx, ref, at, BLOB_CHUNK_BYTES)),
        )
      }
    } catch (error) {
      await upload.abort()
      throw error
    }
    const copy = await upload.finish()
    this.#uploaded.push(copy)
    return copy
  }
}
