import type { MailboxTransaction } from '../mailbox/mailbox.ts'

/** How many direct subfolders a folder gains or loses. */
export interface SubfolderDelta {
  readonly children?: number
  readonly deletedChildren?: number
}

/**
 * Brings a folder up to date when one of its subfolders came, went or changed: counts, PidTagHierarchyChangeNumber,
 * PidTagHierRev and PidTagLocalCommitTimeMax.
 */
export async function noteSubfolderChange(
  tx: MailboxTransaction,
  parentFid: number,
  delta: SubfolderDelta = {},
): Promise<void> {
  await tx.run(
    `UPDATE folder SET child_count = child_count + ?, deleted_child_count = deleted_child_count + ?,
     hierarchy_count = hierarchy_count + ?, hierarchy_changed = ?, local_commit_max = ? WHERE fid = ?`,
    delta.children ?? 0,
    delta.deletedChildren ?? 0,
    Math.abs(delta.children ?? 0),
    tx.now,
    tx.now,
    parentFid,
  )
}
