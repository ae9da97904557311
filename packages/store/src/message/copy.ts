import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { addDeltas, type ContentsDelta, contentsOf, noteContentsChange } from './contents-counts.ts'
import { MessageFlag } from './message-flags.ts'
import { type ForeignChange, keysAfter } from './message-keys.ts'
import { getMessages } from './message-row.ts'
import { noteGrowth } from './room.ts'
import { buryMessage } from './tombstone.ts'

/** A message that was copied or moved. */
export interface CopiedMessage {
  readonly oldMid: number
  readonly mid: number
}

export interface MoveOptions extends ForeignChange {
  /** The counter to give the message, for one that a client has moved offline; for a single message only. */
  readonly mid?: number
  /** PidTagSourceKey, if it has one of its own where it is now; for a single message only. */
  readonly sourceKey?: Uint8Array
}

/** What is to be done once, and not for each copy: sending the message, and the receipts that it asks for. */
const OF_THE_ORIGINAL = MessageFlag.Submitted | MessageFlag.NotifyRead | MessageFlag.NotifyUnread

const COPY = `INSERT INTO message (mid, fid, associated, cn, read_cn, is_read, flags, status, size, has_attachments, importance,
  delivery_time, modified, local_commit, class_key, subject_key, sender_key, conversation, change_key, pcl, recipients, props)
  SELECT CAST(? AS INTEGER), CAST(? AS INTEGER), associated, CAST(? AS INTEGER), CAST(? AS INTEGER), is_read,
  flags & ${~OF_THE_ORIGINAL}, status, size,
  has_attachments, importance, delivery_time, modified, CAST(? AS BIGINT), class_key, subject_key, sender_key, conversation, ?, ?,
  recipients, props FROM message WHERE mid = ?`

const MOVE = `UPDATE message SET mid = ?, fid = ?, deleted_at = NULL, cn = ?, read_cn = ?, local_commit = ?,
  source_key = ?, change_key = ?, pcl = ? WHERE mid = ?`

/**
 * Copies messages of a folder, deleted ones too, into another folder of the mailbox. A copy is not sent, nor are receipts for it. Results are in the order of `mids`; messages that are not there
 * are left out. Throws `NotFound` if the destination does not exist.
 */
export async function copyMessages(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mids: readonly number[],
  fromFid: number,
  toFid: number,
): Promise<readonly CopiedMessage[]> {
  const copied: CopiedMessage[] = []
  const deltas: ContentsDelta[] = []
  let cn = 0
  for (const row of await getMessages(tx, mids)) {
    if (row.fid !== fromFid) continue
    const mid = tx.allocateIn(toFid)
    cn = tx.allocate()
    const keys = keysAfter(mailbox, cn, undefined)
    await tx.run(COPY, mid, toFid, cn, cn, tx.now, keys.changeKey, keys.pcl, row.mid)
    if (row.has_attachments === 1) {
      await tx.run(
        `INSERT INTO attachment (mid, number, props, embedded)
         SELECT CAST(? AS INTEGER), number, props, embedded FROM attachment WHERE mid = ?`,
        mid,
        row.mid,
      )
    }
    await mailbox.blobs.copyReferences(tx, row.mid, mid)
    noteGrowth(mailbox, row.size)
    deltas.push(contentsOf({ ...row, deleted_at: null }))
    copied.push({ oldMid: row.mid, mid })
    tx.changed({
      object: 'message',
      kind: 'copied',
      fid: toFid,
      mid,
      associated: row.associated === 1,
      oldFid: fromFid,
      oldMid: row.mid,
    })
  }
  if (copied.length > 0) await noteContentsChange(tx, toFid, cn, addDeltas(deltas), true)
  return copied
}

/**
 * Moves messages of a folder into another folder of the mailbox, where they get new counters. Deleted ones are thereby recovered, and may be moved into the folder
 * in which they are. Results as for {@link copyMessages}.
 */
export async function moveMessages(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mids: readonly number[],
  fromFid: number,
  toFid: number,
  options: MoveOptions = {},
): Promise<readonly CopiedMessage[]> {
  const moved: CopiedMessage[] = []
  const gone: ContentsDelta[] = []
  const come: ContentsDelta[] = []
  let cn = 0
  for (const row of await getMessages(tx, [...new Set(mids)])) {
    if (row.fid !== fromFid) continue
    const wasDeleted = row.deleted_at !== null
    const mid = options.mid ?? tx.allocateIn(toFid)
    cn = tx.allocate()
    const keys = keysAfter(mailbox, cn, row.pcl, options)
    const sourceKey = options.sourceKey ?? null
    await tx.run(MOVE, mid, toFid, cn, cn, tx.now, sourceKey, keys.changeKey, keys.pcl, row.mid)
    if (row.has_attachments === 1) {
      await tx.run('UPDATE attachment SET mid = ? WHERE mid = ?', mid, row.mid)
    }
    await mailbox.blobs.moveReferences(tx, row.mid, mid)
    if (mailbox.info.kind === 'public') {
      await tx.run(
        'UPDATE user_read SET fid = ?, mid = ? WHERE fid = ? AND mid = ?',
        toFid,
        mid,
        fromFid,
        row.mid,
      )
    }
    gone.push(contentsOf(row, -1))
    come.push(contentsOf({ ...row, deleted_at: null }))
    moved.push({ oldMid: row.mid, mid })
    // A deleted message has been buried when it was deleted, and for all who look on it comes from nowhere.
    if (!wasDeleted) await buryMessage(tx, row, cn)
    const associated = row.associated === 1
    tx.changed(
      wasDeleted
        ? { object: 'message', kind: 'created', fid: toFid, mid, associated }
        : { object: 'message', kind: 'moved', fid: toFid, mid, associated, oldFid: fromFid, oldMid: row.mid },
    )
  }
  if (moved.length > 0) {
    if (fromFid === toFid) {
      await noteContentsChange(tx, toFid, cn, addDeltas([...gone, ...come]), true)
    } else {
      await noteContentsChange(tx, fromFid, cn, addDeltas(gone))
      await noteContentsChange(tx, toFid, cn, addDeltas(come), true)
    }
  }
  return moved
}
