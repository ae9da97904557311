import { PidTagMessageFlags, PidTagRead, type ReadFlags } from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import type { Transaction } from '../storage/storage.ts'
import { noteContentsChange } from './contents-counts.ts'
import { MessageFlag } from './message-flags.ts'
import { getMessage, type MessageRow } from './message-row.ts'

/** What {@link setReadFlags} came to. */
export interface ReadStateResult {
  /** Whether there is such a message. */
  readonly exists: boolean
  /** Whether it is read where it was not, or the other way round. */
  readonly changed: boolean
}

/** Marks a message read or unread, sending the receipt that is due; returns whether that changed anything. */
export async function setReadState(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mid: number,
  isRead: boolean,
  principal: Principal,
): Promise<boolean> {
  return (await setReadFlags(tx, mailbox, mid, { read: isRead }, principal)).changed
}

/**
 * Changes the read state of a message and what of its receipts is due ([MS-OXCMSG] 2.2.3.10.1). Only PidTagMessageFlags changes, not the change key or the time of the last
 * modification ([MS-OXCMSG] 3.2.5.10); a changed read state gets a change number of its own ([MS-OXCFXICS] 3.2.5.6).
 * In public folders each user has a read state of their own.
 */
export async function setReadFlags(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mid: number,
  flags: ReadFlags,
  principal: Principal,
): Promise<ReadStateResult> {
  const row = await getMessage(tx, mid)
  if (row === undefined) return { exists: false, changed: false }
  const isPublic = mailbox.info.kind === 'public'
  const wasRead = isPublic ? await isReadByUser(tx, row, principal) : row.is_read === 1
  const isRead = flags.read ?? wasRead
  const changed = isRead !== wasRead

  let kept = row.flags
  const isReceiptPending = (kept & MessageFlag.NotifyRead) !== 0
  const isDue = flags.receiptOnly === true || (flags.read === true && flags.suppressReceipt !== true)
  if (isReceiptPending && isDue)
    await mailbox.hooks.receiptDue?.(tx, { kind: 'read', message: row, principal })
  if (isDue || (flags.read === true && flags.suppressReceipt === true) || flags.clear === 'read') {
    kept &= ~MessageFlag.NotifyRead
  }
  if (flags.clear === 'unread') kept &= ~MessageFlag.NotifyUnread
  if (isRead && changed) kept |= MessageFlag.EverRead
  if (!changed && kept === row.flags) return { exists: true, changed: false }

  if (isPublic) {
    if (changed) await setUserRead(tx, row.fid, mid, principal, isRead, tx.allocate())
    if (kept !== row.flags) await tx.run('UPDATE message SET flags = ? WHERE mid = ?', kept, mid)
  } else {
    const readCn = changed ? tx.allocate() : row.read_cn
    await tx.run(
      'UPDATE message SET is_read = ?, read_cn = ?, flags = ?, local_commit = ? WHERE mid = ?',
      isRead ? 1 : 0,
      readCn,
      kept,
      tx.now,
      mid,
    )
    const counts = row.associated === 0 && row.deleted_at === null
    if (changed) await noteContentsChange(tx, row.fid, readCn, { unread: counts ? (isRead ? -1 : 1) : 0 })
  }
  tx.changed({
    object: 'message',
    kind: 'modified',
    fid: row.fid,
    mid,
    associated: row.associated === 1,
    tags: [PidTagMessageFlags, PidTagRead],
  })
  return { exists: true, changed }
}

/** Whether somebody has read each of several messages, by message. */
export async function isReadBy(
  tx: Transaction,
  mailbox: Mailbox,
  rows: readonly Pick<MessageRow, 'mid' | 'fid' | 'is_read'>[],
  principal: Principal,
): Promise<ReadonlyMap<number, boolean>> {
  const states = new Map<number, boolean>()
  if (mailbox.info.kind === 'private') {
    for (const row of rows) states.set(row.mid, row.is_read === 1)
    return states
  }
  for (const row of rows) states.set(row.mid, await isReadByUser(tx, row, principal))
  return states
}

/** How many ordinary messages of a public folder a user has not read. */
export async function countUnreadBy(tx: Transaction, fid: number, principal: Principal): Promise<number> {
  const row = await tx.get<{ unread: number }>(
    `SELECT COUNT(*) AS unread FROM message m WHERE m.fid = ? AND m.associated = 0 AND m.deleted_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM user_read r WHERE r.fid = m.fid AND r.user_key = ? AND r.mid = m.mid AND r.is_read = 1)`,
    fid,
    principal.key,
  )
  return row!.unread
}

/** Records what a user has read in a public folder. */
export async function setUserRead(
  tx: Transaction,
  fid: number,
  mid: number,
  principal: Principal,
  isRead: boolean,
  readCn: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO user_read (fid, user_key, mid, is_read, read_cn) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (fid, user_key, mid) DO UPDATE SET is_read = excluded.is_read, read_cn = excluded.read_cn`,
    fid,
    principal.key,
    mid,
    isRead ? 1 : 0,
    readCn,
  )
}

/**
 * Makes a message of a public folder that has changed unread for all who had read it, but for who changed it. Returns whether there
 * were any.
 */
export async function forgetOthersRead(
  tx: Transaction,
  fid: number,
  mid: number,
  changer: Principal | undefined,
  readCn: number,
): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE user_read SET is_read = 0, read_cn = ? WHERE fid = ? AND mid = ? AND is_read = 1${changer === undefined ? '' : ' AND user_key <> ?'}`,
    readCn,
    fid,
    mid,
    ...(changer === undefined ? [] : [changer.key]),
  )
  return changes > 0
}

async function isReadByUser(
  tx: Transaction,
  row: Pick<MessageRow, 'mid' | 'fid'>,
  principal: Principal,
): Promise<boolean> {
  const state = await tx.get<{ is_read: number }>(
    'SELECT is_read FROM user_read WHERE fid = ? AND user_key = ? AND mid = ?',
    row.fid,
    principal.key,
    row.mid,
  )
  return state?.is_read === 1
}
