import type { FileTime } from '@bourse/mapi'
import { deleteFolder } from '../folder/delete.ts'
import { purgeDeletedFolders } from '../folder/purge.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { deleteMessages } from '../message/delete.ts'

/** How many messages are removed in one transaction. */
const BATCH = 100

/**
 * Removes for good what was soft-deleted before a time, what an interrupted hard deletion left, and contents that nothing refers to
 * any more.
 */
export async function removeDeleted(mailbox: Mailbox, before: FileTime, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const removed = await mailbox.write(async (tx) => {
      const rows = await tx.all<{ mid: number; fid: number }>(
        'SELECT mid, fid FROM message WHERE deleted_at < ? ORDER BY fid LIMIT ?',
        before,
        BATCH,
      )
      const byFolder = new Map<number, number[]>()
      for (const { mid, fid } of rows) byFolder.set(fid, [...(byFolder.get(fid) ?? []), mid])
      for (const [fid, mids] of byFolder) await deleteMessages(tx, mailbox, fid, mids, { hard: true })
      return rows.length
    })
    if (removed < BATCH) break
  }
  await mailbox.write(async (tx) => {
    // Those that were deleted by themselves take along what was deleted with them.
    const fids = await tx.column(
      'SELECT fid FROM folder WHERE deleted_at < ? AND deleted_with = fid AND parent_fid <> 0',
      before,
    )
    for (const fid of fids) {
      const isThere = await tx.get('SELECT 1 AS one FROM folder WHERE fid = ? AND parent_fid <> 0', fid)
      if (isThere !== undefined) await deleteFolder(tx, fid, { hard: true })
    }
  })
  await purgeDeletedFolders(mailbox, signal === undefined ? {} : { signal })
  await mailbox.blobs.collect()
}
