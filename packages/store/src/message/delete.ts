import type { Principal } from '../access/principal.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { addDeltas, type ContentsDelta, contentsOf, noteContentsChange } from './contents-counts.ts'
import { MessageFlag } from './message-flags.ts'
import { getMessages, type MessageRow } from './message-row.ts'
import { isReadBy } from './read-state.ts'
import { buryMessage } from './tombstone.ts'

export interface DeleteMessageOptions {
  /** Beyond recovery. */
  readonly hard: boolean
  /** Send the non-read receipts that are asked for, on behalf of this user (NotifyNonRead, [MS-OXCFOLD] 2.2.1.11.1). */
  readonly notifyNonRead?: Principal
}

/**
 * Deletes messages of a folder and returns how many: those that are not there, and those that are deleted already and not to be deleted
 * beyond recovery, are passed over.
 */
export async function deleteMessages(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  mids: readonly number[],
  options: DeleteMessageOptions,
): Promise<number> {
  const deltas: ContentsDelta[] = []
  let count = 0
  let cn = 0
  for (const row of await getMessages(tx, [...new Set(mids)])) {
    if (row.fid !== fid || (row.deleted_at !== null && !options.hard)) continue
    const isTold =
      options.notifyNonRead !== undefined && (await notifyNonRead(tx, mailbox, row, options.notifyNonRead))
    cn = tx.allocate()
    count++
    deltas.push(contentsOf(row, -1))
    if (options.hard) {
      await removeMessage(tx, mailbox, row)
    } else {
      await tx.run(
        'UPDATE message SET deleted_at = ?, local_commit = ?, flags = ? WHERE mid = ?',
        tx.now,
        tx.now,
        // Who recovers it and deletes it again does not tell it again.
        isTold ? row.flags & ~(MessageFlag.NotifyRead | MessageFlag.NotifyUnread) : row.flags,
        row.mid,
      )
      deltas.push(contentsOf({ ...row, deleted_at: tx.now }))
    }
    // Who was told of it when it was deleted first need not be told again.
    if (row.deleted_at !== null) continue
    deltas.push({ deletedTotal: 1 })
    await buryMessage(tx, row, cn)
    tx.changed({ object: 'message', kind: 'deleted', fid, mid: row.mid, associated: row.associated === 1 })
  }
  if (count > 0) await noteContentsChange(tx, fid, cn, addDeltas(deltas))
  return count
}

/** Removes all that there is of a message, without telling anybody or counting it off its folder. */
export async function removeMessage(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  row: MessageRow,
): Promise<void> {
  await tx.run('DELETE FROM message WHERE mid = ?', row.mid)
  if (row.has_attachments === 1) await tx.run('DELETE FROM attachment WHERE mid = ?', row.mid)
  await mailbox.blobs.removeReferences(tx, row.mid)
  if (mailbox.info.kind === 'public') {
    await tx.run('DELETE FROM user_read WHERE fid = ? AND mid = ?', row.fid, row.mid)
  }
}

/** Returns whether that is told. */
async function notifyNonRead(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  row: MessageRow,
  principal: Principal,
): Promise<boolean> {
  if ((row.flags & MessageFlag.NotifyUnread) === 0 || row.deleted_at !== null) return false
  // What was read once was read, though it is marked as unread again.
  if ((row.flags & MessageFlag.EverRead) !== 0) return false
  const isRead = (await isReadBy(tx, mailbox, [row], principal)).get(row.mid)
  if (isRead === true || mailbox.hooks.receiptDue === undefined) return false
  await mailbox.hooks.receiptDue(tx, { kind: 'nonRead', message: row, principal })
  return true
}
