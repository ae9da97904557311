import {
  ErrorCode,
  type FileTime,
  MapiError,
  PidTagMessageFlags,
  PidTagRead,
  type PropertyTag,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import type { BlobRef } from '../blob/blob-ref.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { blobsIn, externalize, externalizeEach } from '../record/large-value.ts'
import type { AttachmentRecord, RecipientRecord, StoredProperties } from '../record/message-record.ts'
import { packMessage, packRecipients, unpackRecipients } from '../record/pack-message.ts'
import { PackedProperties, packProperties } from '../record/packed-properties.ts'
import { blobsOfAttachment, removeAttachment, writeAttachment } from './attachment-rows.ts'
import { addDeltas, contentsOf, noteContentsChange } from './contents-counts.ts'
import { derivedColumns } from './derived-columns.ts'
import { receiptFlags } from './insert.ts'
import { MessageFlag } from './message-flags.ts'
import { type ForeignChange, keysAfter } from './message-keys.ts'
import { getMessage, type MessageRow, readAttachments } from './message-row.ts'
import { forgetOthersRead } from './read-state.ts'
import { attachmentSize, largeSize } from './record-size.ts'
import { noteGrowth, requireRoom } from './room.ts'
import { settleProperties } from './settle.ts'

/** A message as it is to be from now on. */
export interface MessageUpdate {
  /** All its properties; computed ones are left aside. */
  readonly properties: StoredProperties
  /** All its recipients; left as they are if left out. */
  readonly recipients?: readonly RecipientRecord[]
  /** The attachments that changed, by number, `undefined` for those to be removed; the others stay as they are. */
  readonly attachments?: ReadonlyMap<number, AttachmentRecord | undefined>
}

export interface UpdateMessageOptions extends ForeignChange {
  /** Who saves it: the last modifier. Left out for what the server does itself. */
  readonly principal?: Principal
  /** The change number that the change was made on; throws `ObjectModified` if it is not the message's any more. */
  readonly baseCn?: number
  /** PidTagLastModificationTime; now if left out. */
  readonly modified?: FileTime
  /** Flags of PidTagMessageFlags to set and to clear, of those that do not follow from something else. */
  readonly setFlags?: number
  readonly clearFlags?: number
  /** PidTagMessageStatus, if it changes. */
  readonly status?: number
  /** Whether the mailbox's quota stands against it, if it has grown (`ShutoffQuotaExceeded`). */
  readonly checkQuota?: boolean
  /** The properties that changed, for listeners; left out if any may have. */
  readonly tags?: readonly PropertyTag[]
}

const UPDATE = `UPDATE message SET cn = ?, flags = ?, status = ?, size = ?, has_attachments = ?, importance = ?,
  delivery_time = ?, modified = ?, local_commit = ?, class_key = ?, subject_key = ?, sender_key = ?, conversation = ?,
  change_key = ?, pcl = ?, recipients = ?, props = ? WHERE mid = ?`

/**
 * Stores a changed message. Throws `ObjectDeleted` if it does not exist any more, `ObjectModified` if somebody else changed
 * it (`baseCn`).
 */
export async function updateMessage(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mid: number,
  update: MessageUpdate,
  options: UpdateMessageOptions = {},
): Promise<{ readonly cn: number }> {
  const row = await getMessage(tx, mid)
  if (row === undefined) throw new MapiError(ErrorCode.ObjectDeleted)
  if (options.baseCn !== undefined && options.baseCn !== row.cn) throw new MapiError(ErrorCode.ObjectModified)

  const cn = tx.allocate()
  const properties = await externalize(
    tx,
    mailbox.blobs,
    settleProperties(update.properties, update.recipients, tx.now, options.principal),
  )
  const recipients = update.recipients && (await externalizeEach(tx, mailbox.blobs, update.recipients))
  const props = packProperties(properties)
  const packedRecipients = recipients === undefined ? row.recipients : packRecipients(recipients)

  for (const [number, attachment] of update.attachments ?? []) {
    if (attachment === undefined) await removeAttachment(tx, mid, number)
    else await writeAttachment(tx, mailbox, mid, attachment)
  }
  const before = new PackedProperties(row.props)
  const parts = await measureParts(tx, row, update, recipients)
  const newBlobs = [...blobsIn(properties), ...parts.blobs]
  if (newBlobs.length > 0 || parts.hadBlobs || before.hasBlobs) {
    await mailbox.blobs.setReferences(tx, mid, newBlobs)
  }

  const size = props.length + packedRecipients.length + largeSize(properties) + parts.size
  if (options.checkQuota === true) await requireRoom(tx, mailbox, size - row.size)
  noteGrowth(mailbox, size - row.size)
  const keys = keysAfter(mailbox, cn, row.pcl, options)
  const derived = await derivedColumns(tx, mailbox.blobs, properties)
  await tx.run(
    UPDATE,
    cn,
    flagsAfter(row.flags, before, properties, options),
    options.status ?? row.status,
    size,
    parts.hasAttachments ? 1 : 0,
    derived.importance,
    derived.deliveryTime,
    options.modified ?? tx.now,
    tx.now,
    derived.classKey,
    derived.subjectKey,
    derived.senderKey,
    derived.conversation,
    keys.changeKey,
    keys.pcl,
    packedRecipients,
    props,
    mid,
  )
  await noteContentsChange(tx, row.fid, cn, addDeltas([contentsOf(row, -1), contentsOf({ ...row, size })]))
  // What others have read in a public folder was another change number ([MS-OXCSTOR] 2.2.1.12).
  const isUnread =
    mailbox.info.kind === 'public' && (await forgetOthersRead(tx, row.fid, mid, options.principal, cn))
  const tags = options.tags && (isUnread ? [...options.tags, PidTagMessageFlags, PidTagRead] : options.tags)
  tx.changed({
    object: 'message',
    kind: 'modified',
    fid: row.fid,
    mid,
    associated: row.associated === 1,
    ...(tags && { tags }),
  })
  return { cn }
}

interface Parts {
  readonly hasAttachments: boolean
  /** What attachments and large values of recipients take, in bytes. */
  readonly size: number
  readonly blobs: readonly BlobRef[]
  /** Whether parts that are gone may have referred to contents. */
  readonly hadBlobs: boolean
}

/** What the parts of a message beside its own properties come to, after they were written. */
async function measureParts(
  tx: MailboxTransaction,
  row: MessageRow,
  update: MessageUpdate,
  recipients: readonly RecipientRecord[] | undefined,
): Promise<Parts> {
  const changesAttachments = (update.attachments?.size ?? 0) > 0
  const attachments =
    row.has_attachments === 1 || changesAttachments ? await readAttachments(tx, row.mid) : []
  const blobs: BlobRef[] = []
  let size = 0
  for (const attachment of attachments) {
    const packed = {
      props: packProperties(attachment.properties),
      embedded: attachment.embedded === undefined ? null : packMessage(attachment.embedded),
    }
    size += attachmentSize(attachment, packed)
    blobs.push(...blobsOfAttachment(attachment))
  }
  for (const { properties } of recipients ?? unpackRecipients(row.recipients)) {
    size += largeSize(properties)
    blobs.push(...blobsIn(properties))
  }
  return {
    hasAttachments: attachments.length > 0,
    size,
    blobs,
    hadBlobs: changesAttachments || recipients !== undefined,
  }
}

function flagsAfter(
  flags: number,
  before: PackedProperties,
  properties: StoredProperties,
  options: UpdateMessageOptions,
): number {
  const asked = receiptFlags(new Map(before))
  const asks = receiptFlags(properties)
  return (
    (((flags & ~MessageFlag.Unmodified & ~(asked & ~asks)) | (asks & ~asked)) & ~(options.clearFlags ?? 0)) |
    (options.setFlags ?? 0)
  )
}
