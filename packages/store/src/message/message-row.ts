import type { Mailbox } from '../mailbox/mailbox.ts'
import type { AttachmentRecord, MessageRecord } from '../record/message-record.ts'
import { unpackMessage, unpackRecipients } from '../record/pack-message.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { SqlRow, SqlValue, Transaction } from '../storage/storage.ts'

/** A message as the database has it, without its attachments. Times are FILETIME ticks as text, since they exceed 2^53. */
export interface MessageRow extends SqlRow {
  readonly mid: number
  readonly fid: number
  /** 0 or 1. */
  readonly associated: number
  /** When it was deleted, if it can still be recovered. */
  readonly deleted_at: string | null
  readonly cn: number
  /** The change number of its read state, which changes without the message. */
  readonly read_cn: number
  /** 0 or 1. In public folders each user has a read state of their own instead. */
  readonly is_read: number
  /** PidTagMessageFlags, without the flags that other columns say. */
  readonly flags: number
  readonly status: number
  readonly size: number
  /** 0 or 1. */
  readonly has_attachments: number
  readonly importance: number
  readonly delivery_time: string | null
  /** PidTagLastModificationTime. */
  readonly modified: string
  /** PidTagLocalCommitTime: the last change of any kind, read state included. */
  readonly local_commit: string
  /** PidTagMessageClass in lower case. */
  readonly class_key: string
  /** Sort key of PidTagNormalizedSubject. */
  readonly subject_key: string
  /** Sort key of PidTagSentRepresentingName. */
  readonly sender_key: string
  /** PidTagConversationId. */
  readonly conversation: Uint8Array | null
  /** PidTagSourceKey of a message that came from another replica under a key of its own; that which follows from `mid` if null. */
  readonly source_key: Uint8Array | null
  readonly change_key: Uint8Array
  readonly pcl: Uint8Array
  /** Packed recipients. */
  readonly recipients: Uint8Array
  /** Packed properties. */
  readonly props: Uint8Array
}

/** What to select from `message` to get a {@link MessageRow}. */
export const MESSAGE_COLUMNS = `mid, fid, associated, CAST(deleted_at AS TEXT) AS deleted_at, cn, read_cn, is_read, flags,
  status, size, has_attachments, importance, CAST(delivery_time AS TEXT) AS delivery_time,
  CAST(modified AS TEXT) AS modified, CAST(local_commit AS TEXT) AS local_commit, class_key, subject_key, sender_key,
  conversation, source_key, change_key, pcl, recipients, props`

/** A message without what is seldom asked for. */
export type BriefMessageRow = Pick<
  MessageRow,
  | 'mid'
  | 'fid'
  | 'associated'
  | 'deleted_at'
  | 'cn'
  | 'is_read'
  | 'flags'
  | 'status'
  | 'size'
  | 'has_attachments'
  | 'modified'
  | 'local_commit'
  | 'props'
> &
  Partial<Pick<MessageRow, 'source_key' | 'change_key' | 'pcl' | 'recipients'>>

/** How many messages are asked for in one statement. */
const BATCH = 64

/** A message, deleted ones that can be recovered included. */
export function getMessage(tx: Transaction, mid: number): Promise<MessageRow | undefined> {
  return tx.get<MessageRow>(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE mid = ?`, mid)
}

/** Messages in the order asked for; those that do not exist are left out. */
export function getMessages(tx: Transaction, mids: readonly number[]): Promise<MessageRow[]> {
  return selectMessages(tx, mids, SELECT_BATCH, rowOfColumns)
}

/** The same, but for what takes half of the time to read and is seldom asked for. */
export function getBriefMessages(tx: Transaction, mids: readonly number[]): Promise<BriefMessageRow[]> {
  return selectMessages(tx, mids, SELECT_BRIEF_BATCH, briefRowOfColumns)
}

async function selectMessages<R extends BriefMessageRow>(
  tx: Transaction,
  mids: readonly number[],
  select: string,
  rowOf: (columns: readonly SqlValue[]) => R,
): Promise<R[]> {
  const rows = new Map<number, R>()
  for (let at = 0; at < mids.length; at += BATCH) {
    const batch = padded(mids.slice(at, at + BATCH))
    for (const columns of await tx.tuples(select, ...batch)) {
      const row = rowOf(columns)
      rows.set(row.mid, row)
    }
  }
  const found: R[] = []
  for (const mid of mids) {
    const row = rows.get(mid)
    if (row !== undefined) found.push(row)
  }
  return found
}

/** A message with all that it consists of; large values stay where they are. */
export async function readMessage(
  tx: Transaction,
  _mailbox: Mailbox,
  mid: number,
): Promise<MessageRecord | undefined> {
  const row = await getMessage(tx, mid)
  return row === undefined ? undefined : readMessageOf(tx, row)
}

/** The message that a row is the root of. */
export async function readMessageOf(tx: Transaction, row: MessageRow): Promise<MessageRecord> {
  return {
    properties: new Map(new PackedProperties(row.props)),
    recipients: unpackRecipients(row.recipients),
    attachments: row.has_attachments === 0 ? [] : await readAttachments(tx, row.mid),
  }
}

/** The attachments of a message, in the order of their numbers. */
export async function readAttachments(tx: Transaction, mid: number): Promise<AttachmentRecord[]> {
  const rows = await tx.all<{ number: number; props: Uint8Array; embedded: Uint8Array | null }>(
    'SELECT number, props, embedded FROM attachment WHERE mid = ? ORDER BY number',
    mid,
  )
  return rows.map(({ number, props, embedded }) => ({
    number,
    properties: new Map(new PackedProperties(props)),
    ...(embedded !== null && { embedded: unpackMessage(embedded) }),
  }))
}

const FROM_BATCH = `FROM message WHERE mid IN (${Array(BATCH).fill('?').join(', ')})`
const SELECT_BATCH = `SELECT ${MESSAGE_COLUMNS} ${FROM_BATCH}`
const SELECT_BRIEF_BATCH = `SELECT mid, fid, associated, CAST(deleted_at AS TEXT), cn, is_read, flags, status, size, has_attachments,
  CAST(modified AS TEXT), CAST(local_commit AS TEXT), props ${FROM_BATCH}`

/** A row of its columns, in the order of {@link MESSAGE_COLUMNS}: several times as fast as having the database name them. */
function rowOfColumns(columns: readonly SqlValue[]): MessageRow {
  return {
    mid: columns[0] as number,
    fid: columns[1] as number,
    associated: columns[2] as number,
    deleted_at: columns[3] as string | null,
    cn: columns[4] as number,
    read_cn: columns[5] as number,
    is_read: columns[6] as number,
    flags: columns[7] as number,
    status: columns[8] as number,
    size: columns[9] as number,
    has_attachments: columns[10] as number,
    importance: columns[11] as number,
    delivery_time: columns[12] as string | null,
    modified: columns[13] as string,
    local_commit: columns[14] as string,
    class_key: columns[15] as string,
    subject_key: columns[16] as string,
    sender_key: columns[17] as string,
    conversation: columns[18] as Uint8Array | null,
    source_key: columns[19] as Uint8Array | null,
    change_key: columns[20] as Uint8Array,
    pcl: columns[21] as Uint8Array,
    recipients: columns[22] as Uint8Array,
    props: columns[23] as Uint8Array,
  }
}

/** In the order of {@link SELECT_BRIEF_BATCH}. */
function briefRowOfColumns(columns: readonly SqlValue[]): BriefMessageRow {
  return {
    mid: columns[0] as number,
    fid: columns[1] as number,
    associated: columns[2] as number,
    deleted_at: columns[3] as string | null,
    cn: columns[4] as number,
    is_read: columns[5] as number,
    flags: columns[6] as number,
    status: columns[7] as number,
    size: columns[8] as number,
    has_attachments: columns[9] as number,
    modified: columns[10] as string,
    local_commit: columns[11] as string,
    props: columns[12] as Uint8Array,
  }
}

/** Always as many IDs, so that it is always the same statement. */
function padded(mids: readonly number[]): number[] {
  return [...mids, ...Array<number>(BATCH - mids.length).fill(mids[0]!)]
}
