import {
  type FileTime,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagNonReceiptNotificationRequested,
  PidTagRead,
  PidTagReadReceiptRequested,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import type { BlobRef } from '../blob/blob-ref.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { blobsIn, externalize, externalizeEach, hasLarge } from '../record/large-value.ts'
import type { AttachmentRecord, RecipientRecord, StoredProperties } from '../record/message-record.ts'
import { NO_RECIPIENTS, packRecipients } from '../record/pack-message.ts'
import { packProperties } from '../record/packed-properties.ts'
import { writeAttachment } from './attachment-rows.ts'
import { contentsOf, noteContentsChange } from './contents-counts.ts'
import { derivedColumns } from './derived-columns.ts'
import { DERIVED_MESSAGE_FLAGS, MessageFlag } from './message-flags.ts'
import { type ForeignChange, keysAfter } from './message-keys.ts'
import { setUserRead } from './read-state.ts'
import { noteGrowth, requireRoom } from './room.ts'
import { settleProperties } from './settle.ts'

/** A message to be stored. */
export interface MessageDraft {
  /**
   * Properties, large values as they are or as references. Computed ones are left aside, but for PidTagMessageFlags and PidTagRead, which give the
   * first flags.
   */
  readonly properties: StoredProperties
  readonly recipients?: readonly RecipientRecord[]
  readonly attachments?: readonly AttachmentRecord[]
}

export interface InsertMessageOptions extends ForeignChange {
  /** Who saves it: the creator, if none is named yet, and the last modifier. Left out for what the server does itself. */
  readonly principal?: Principal
  /** The counter to give it; a new one if left out. */
  readonly mid?: number
  /** PidTagSourceKey, for a message that comes from another replica under a key of its own. */
  readonly sourceKey?: Uint8Array
  /** A folder-associated message. */
  readonly associated?: boolean
  /** Whether it has been read. If left out, PidTagMessageFlags and PidTagRead of the draft say so, else it has not. */
  readonly isRead?: boolean
  /** PidTagMessageStatus. */
  readonly status?: number
  /** PidTagLastModificationTime; now if left out. */
  readonly modified?: FileTime
  /** Whether the mailbox's quota stands against it (`ShutoffQuotaExceeded`). */
  readonly checkQuota?: boolean
  /** It has arrived as new mail: listeners are told so. */
  readonly newMail?: boolean
  /** Told as a copy of this message, which is in this folder. */
  readonly copyOf?: { readonly mid: number; readonly fid: number }
}

const INSERT = `INSERT INTO message (mid, fid, associated, cn, read_cn, is_read, flags, status, size, has_attachments, importance,
  delivery_time, modified, local_commit, class_key, subject_key, sender_key, conversation, source_key, change_key, pcl,
  recipients, props) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/**
 * Stores a new message in a folder and returns its counter. Throws `NotFound` if the folder does not exist or is deleted.
 */
export async function insertMessage(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  draft: MessageDraft,
  options: InsertMessageOptions = {},
): Promise<number> {
  return (await insertNewMessage(tx, mailbox, fid, draft, options)).mid
}

/** {@link insertMessage}; returns the change number too. */
export async function insertNewMessage(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  draft: MessageDraft,
  options: InsertMessageOptions = {},
): Promise<{ readonly mid: number; readonly cn: number }> {
  const { principal, associated = false } = options
  const { recipients: recipientsGiven = [], attachments = [] } = draft
  const mid = options.mid ?? tx.allocateIn(fid)
  const cn = tx.allocate()

  const settled = settleProperties(draft.properties, recipientsGiven, tx.now, principal)
  const properties = hasLarge(settled) ? await externalize(tx, mailbox.blobs, settled) : settled
  const recipients = recipientsGiven.some((recipient) => hasLarge(recipient.properties))
    ? await externalizeEach(tx, mailbox.blobs, recipientsGiven)
    : recipientsGiven
  const props = packProperties(properties)
  const packedRecipients = recipients.length === 0 ? NO_RECIPIENTS : packRecipients(recipients)

  const blobs: BlobRef[] = [...blobsIn(properties)]
  for (const recipient of recipients) blobs.push(...blobsIn(recipient.properties))
  let size = props.length + packedRecipients.length
  for (const blob of blobs) size += blob.size
  for (const attachment of attachments) {
    const stored = await writeAttachment(tx, mailbox, mid, attachment)
    size += stored.size
    blobs.push(...stored.blobs)
  }
  if (options.checkQuota === true) await requireRoom(tx, mailbox, size)
  noteGrowth(mailbox, size)
  if (blobs.length > 0) await mailbox.blobs.addReferences(tx, mid, blobs)

  const flags = firstFlags(draft.properties)
  const isRead = options.isRead ?? flags.isRead
  const keys = keysAfter(mailbox, cn, undefined, options)
  const derived = await derivedColumns(tx, mailbox.blobs, properties)
  const kept = flags.kept | (isRead ? MessageFlag.EverRead : 0)
  await tx.run(
    INSERT,
    mid,
    fid,
    associated ? 1 : 0,
    cn,
    cn,
    isRead ? 1 : 0,
    kept,
    options.status ?? 0,
    size,
    attachments.length > 0 ? 1 : 0,
    derived.importance,
    derived.deliveryTime,
    options.modified ?? tx.now,
    tx.now,
    derived.classKey,
    derived.subjectKey,
    derived.senderKey,
    derived.conversation,
    options.sourceKey ?? null,
    keys.changeKey,
    keys.pcl,
    packedRecipients,
    props,
  )
  const counted = { associated: associated ? 1 : 0, is_read: isRead ? 1 : 0, size, deleted_at: null }
  await noteContentsChange(tx, fid, cn, contentsOf(counted), true)
  if (mailbox.info.kind === 'public' && isRead && !associated && principal !== undefined) {
    await setUserRead(tx, fid, mid, principal, true, cn)
  }
  tx.changed({
    object: 'message',
    kind: options.copyOf === undefined ? 'created' : 'copied',
    fid,
    mid,
    associated,
    ...(options.copyOf && { oldFid: options.copyOf.fid, oldMid: options.copyOf.mid }),
    ...(options.newMail === true && {
      newMail: {
        messageClass: String(properties.get(PidTagMessageClass)),
        messageFlags: kept | (isRead ? MessageFlag.Read : 0),
      },
    }),
  })
  return { mid, cn }
}

/** The flags that a message begins with: those that its draft says, and those that follow from what its sender asked for. */
function firstFlags(properties: StoredProperties): { readonly kept: number; readonly isRead: boolean } {
  const given = properties.get(PidTagMessageFlags)
  const flags = typeof given === 'number' ? given : 0
  return {
    kept: (flags & ~DERIVED_MESSAGE_FLAGS) | MessageFlag.Unmodified | receiptFlags(properties),
    isRead: (flags & MessageFlag.Read) !== 0 || properties.get(PidTagRead) === true,
  }
}

/** The flags that say which receipts are due: those that the sender asked for ([MS-OXCMSG] 2.2.1.6). */
export function receiptFlags(properties: StoredProperties): number {
  return (
    (properties.get(PidTagReadReceiptRequested) === true ? MessageFlag.NotifyRead : 0) |
    (properties.get(PidTagNonReceiptNotificationRequested) === true ? MessageFlag.NotifyUnread : 0)
  )
}
