import type { Globset } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { Transaction } from '../storage/storage.ts'
import { selectByChangeNumber } from './change-numbers.ts'

/** A message and whether it is read. */
export interface ReadState {
  readonly mid: number
  readonly isRead: boolean
}

/**
 * The ordinary messages of a folder whose read state changed with one of these change numbers ([MS-OXCFXICS] 3.2.5.6). In public folders each
 * user has read states of their own.
 */
export async function changedReadStates(
  tx: Transaction,
  logon: Logon,
  fid: number,
  changeNumbers: Globset,
): Promise<ReadState[]> {
  const isPublic = logon.mailbox.info.kind === 'public'
  const rows = await selectByChangeNumber(
    changeNumbers,
    (low, high) =>
      isPublic
        ? tx.tuples(
            `SELECT m.mid, r.is_read, r.read_cn FROM user_read r JOIN message m ON m.mid = r.mid
             WHERE r.fid = ? AND r.user_key = ? AND r.read_cn BETWEEN ? AND ? AND m.associated = 0 AND m.deleted_at IS NULL`,
            fid,
            logon.principal.key,
            low,
            high,
          )
        : tx.tuples(
            `SELECT mid, is_read, read_cn FROM message
             WHERE fid = ? AND read_cn BETWEEN ? AND ? AND read_cn <> cn AND associated = 0 AND deleted_at IS NULL`,
            fid,
            low,
            high,
          ),
    (row) => row[2] as number,
  )
  return rows.map(([mid, isRead]) => ({ mid: mid as number, isRead: isRead === 1 }))
}
