import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { foldCase } from '../table/fold.ts'
import { restoreFolder } from './delete.ts'
import { type FolderRow, getFolder } from './folder-row.ts'
import { noteSubfolderChange } from './hierarchy.ts'
import { bumpFolder } from './modify.ts'
import { addFolderTombstone, removeFolderTombstone } from './tombstones.ts'

/**
 * Moves a folder with everything in it below another one, which must not be in it and must have no folder of that name.
 * A folder that was soft-deleted is recovered by it.
 */
export async function moveFolder(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  row: FolderRow,
  toParentFid: number,
  name: string,
): Promise<void> {
  const { fid } = row
  if (row.deleted_at !== null) await restoreFolder(tx, mailbox, row)
  const fromParentFid = (await getFolder(tx, fid))!.parent_fid
  await tx.run(
    'UPDATE folder SET parent_fid = ?, name = ?, name_key = ? WHERE fid = ?',
    toParentFid,
    name,
    foldCase(name),
    fid,
  )
  if (fromParentFid !== toParentFid) {
    await noteSubfolderChange(tx, fromParentFid, { children: -1 })
    await noteSubfolderChange(tx, toParentFid, { children: 1 })
    await addFolderTombstone(tx, fromParentFid, fid)
    await removeFolderTombstone(tx, toParentFid, fid)
  }
  await bumpFolder(tx, mailbox, fid)
  tx.changed({
    object: 'folder',
    kind: 'moved',
    fid,
    parentFid: toParentFid,
    oldFid: fid,
    oldParentFid: fromParentFid,
  })
}
