import type { MailboxTransaction } from '../mailbox/mailbox.ts'

/** Notes that a folder went out of its parent, for synchronization ([MS-OXCFXICS] 3.1.5.3). */
export async function addFolderTombstone(
  tx: MailboxTransaction,
  parentFid: number,
  fid: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO tombstone (fid, id, is_folder, associated, cn) VALUES (?, ?, 1, 0, ?)
     ON CONFLICT (fid, is_folder, id) DO UPDATE SET cn = excluded.cn`,
    parentFid,
    fid,
    tx.allocate(),
  )
}

/** Takes that back, for a folder that is there again. */
export async function removeFolderTombstone(
  tx: MailboxTransaction,
  parentFid: number,
  fid: number,
): Promise<void> {
  await tx.run('DELETE FROM tombstone WHERE fid = ? AND is_folder = 1 AND id = ?', parentFid, fid)
}
