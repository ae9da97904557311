import type { PropertyTag } from '@bourse/mapi'
import type { StoredValue } from './packed-properties.ts'

/** Properties by tag, large ones as `BlobRef`. */
export type StoredProperties = ReadonlyMap<PropertyTag<unknown>, StoredValue>

/** A message as it is stored: its own properties, without computed ones, and what it consists of. */
export interface MessageRecord {
  readonly properties: StoredProperties
  /** In the order of their row IDs. */
  readonly recipients: readonly RecipientRecord[]
  /** In the order of their numbers. */
  readonly attachments: readonly AttachmentRecord[]
}

/** A recipient: PidTagRecipientType is among its properties, PidTagRowid is not. */
export interface RecipientRecord {
  /** PidTagRowid, unsigned. */
  readonly rowId: number
  readonly properties: StoredProperties
}

/** An attachment: PidTagAttachNumber and PidTagAttachSize are computed, not among its properties. */
export interface AttachmentRecord {
  /** PidTagAttachNumber. */
  readonly number: number
  readonly properties: StoredProperties
  /** The message that is attached, where PidTagAttachMethod says so. */
  readonly embedded?: MessageRecord
}
