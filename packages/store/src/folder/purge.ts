import type { Mailbox } from '../mailbox/mailbox.ts'
import { deleteMessages } from '../message/delete.ts'
import { getUnpurgedFolders, purgeFolderRow } from './delete.ts'

/** How many messages are removed in one transaction, so that others get their turn. */
const BATCH = 100

export interface PurgeOptions {
  /** Told how many messages are gone, a batch at a time. */
  readonly onPurged?: (count: number) => void
  readonly signal?: AbortSignal
}

/**
 * Removes what hard-deleted folders held, a few messages at a time. What a crash, or `signal`, leaves is removed the next time
 * that this is called.
 */
export async function purgeDeletedFolders(mailbox: Mailbox, options: PurgeOptions = {}): Promise<void> {
  for (const fid of await mailbox.read(getUnpurgedFolders)) {
    for (;;) {
      if (options.signal?.aborted === true) return
      const removed = await mailbox.write(async (tx) => {
        const mids = await tx.column('SELECT mid FROM message WHERE fid = ? LIMIT ?', fid, BATCH)
        await deleteMessages(tx, mailbox, fid, mids, { hard: true })
        if (mids.length < BATCH) await purgeFolderRow(tx, mailbox, fid)
        return mids.length
      })
      options.onPurged?.(removed)
      if (removed < BATCH) break
    }
  }
}
