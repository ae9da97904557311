import type { BlobRef } from '../blob/blob-ref.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { blobsIn, blobsOf, externalize, externalizeMessage } from '../record/large-value.ts'
import type { AttachmentRecord } from '../record/message-record.ts'
import { packMessage } from '../record/pack-message.ts'
import { packProperties } from '../record/packed-properties.ts'
import { COMPUTED_ATTACHMENT_TAGS } from './computed-tags.ts'
import { attachmentSize } from './record-size.ts'

/** An attachment as it is stored. */
interface StoredAttachment {
  readonly size: number
  readonly blobs: Iterable<BlobRef>
}

/** Stores an attachment of a message, in the place of the one with that number if there is one. */
export async function writeAttachment(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mid: number,
  attachment: AttachmentRecord,
): Promise<StoredAttachment> {
  const properties = await externalize(tx, mailbox.blobs, withoutComputed(attachment))
  const embedded = attachment.embedded && (await externalizeMessage(tx, mailbox.blobs, attachment.embedded))
  const props = packProperties(properties)
  const packedMessage = embedded === undefined ? null : packMessage(embedded)
  await tx.run(
    `INSERT INTO attachment (mid, number, props, embedded) VALUES (?, ?, ?, ?)
     ON CONFLICT (mid, number) DO UPDATE SET props = excluded.props, embedded = excluded.embedded`,
    mid,
    attachment.number,
    props,
    packedMessage,
  )
  const stored = { number: attachment.number, properties, ...(embedded && { embedded }) }
  return {
    size: attachmentSize(stored, { props, embedded: packedMessage }),
    blobs: blobsOfAttachment(stored),
  }
}

export async function removeAttachment(tx: MailboxTransaction, mid: number, number: number): Promise<void> {
  await tx.run('DELETE FROM attachment WHERE mid = ? AND number = ?', mid, number)
}

/** All contents that an attachment refers to. */
export function* blobsOfAttachment({ properties, embedded }: AttachmentRecord): Generator<BlobRef> {
  yield* blobsIn(properties)
  if (embedded !== undefined) yield* blobsOf(embedded)
}

function withoutComputed({ properties }: AttachmentRecord): AttachmentRecord['properties'] {
  const kept = [...properties].filter(([tag]) => !COMPUTED_ATTACHMENT_TAGS.has(tag))
  return kept.length === properties.size ? properties : new Map(kept)
}
