import { blobsIn, blobsOf } from '../record/large-value.ts'
import type { AttachmentRecord, StoredProperties } from '../record/message-record.ts'

/** How many bytes the large values take. */
export function largeSize(properties: StoredProperties): number {
  let size = 0
  for (const ref of blobsIn(properties)) size += ref.size
  return size
}

/** How many bytes an attachment takes: its packed parts and its large values. */
export function attachmentSize(
  attachment: AttachmentRecord,
  packed: { readonly props: Uint8Array; readonly embedded: Uint8Array | null },
): number {
  let size = packed.props.length + (packed.embedded?.length ?? 0) + largeSize(attachment.properties)
  if (attachment.embedded !== undefined) for (const ref of blobsOf(attachment.embedded)) size += ref.size
  return size
}
