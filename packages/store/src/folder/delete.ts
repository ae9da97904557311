import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import type { Transaction } from '../storage/storage.ts'
import { type FolderRow, getFolder } from './folder-row.ts'
import { noteSubfolderChange } from './hierarchy.ts'
import { bumpFolder } from './modify.ts'
import { addFolderTombstone, removeFolderTombstone } from './tombstones.ts'
import { getSubtree } from './tree.ts'

/** Tables whose rows go with the folder they belong to. */
const OWNED_TABLES = [
  'permission',
  'rule',
  'receive_folder',
  'search_folder',
  'search_scope',
  'search_result',
  'tombstone',
  'deleted_range',
  'user_read',
] as const

/**
 * Deletes a folder with everything in it, in one step however much that is. Soft-deleted, it can be recovered with
 * `moveFolder`; its messages stay as they are. Hard-deleted, it is out of reach at once, and {@link purgeFolder} is to remove
 * what it held.
 *
 * @returns the folders that went: itself and those below it
 */
export async function deleteFolder(
  tx: MailboxTransaction,
  fid: number,
  options: { readonly hard: boolean },
): Promise<readonly number[]> {
  const row = (await getFolder(tx, fid))!
  const wasDeleted = row.deleted_at !== null
  // One that is only being deleted harder has told of its end already.
  const below = await getSubtree(tx, fid, options.hard ? 'all' : 'live')
  for (const { fid: gone, parent_fid: parentFid, deleted_at } of [...below].reverse().concat(row)) {
    if (deleted_at === null) {
      await tx.run(
        'UPDATE folder SET deleted_at = ?, deleted_with = ?, local_commit = ? WHERE fid = ?',
        tx.now,
        fid,
        tx.now,
        gone,
      )
      await addFolderTombstone(tx, parentFid, gone)
      await tx.run('DELETE FROM receive_folder WHERE fid = ?', gone)
      tx.changed({ object: 'folder', kind: 'deleted', fid: gone, parentFid })
    }
    if (gone !== fid) continue
    await noteSubfolderChange(tx, parentFid, {
      ...(!wasDeleted && { children: -1 }),
      deletedChildren: (options.hard ? 0 : 1) - (wasDeleted ? 1 : 0),
    })
  }
  for (const { fid: folder } of [row, ...below]) {
    if (options.hard) {
      await tx.run('UPDATE folder SET parent_fid = 0 WHERE fid = ?', folder)
      // It looks for nothing any more.
      await tx.run('DELETE FROM search_folder WHERE fid = ?', folder)
    } else {
      await tx.run(
        'UPDATE folder SET deleted_child_count = deleted_child_count + child_count, child_count = 0 WHERE fid = ?',
        folder,
      )
    }
  }
  return [fid, ...below.map((folder) => folder.fid)]
}

/** The folders that were hard-deleted and are still to be purged. */
export function getUnpurgedFolders(tx: Transaction): Promise<number[]> {
  return tx.column('SELECT fid FROM folder WHERE parent_fid = 0')
}

/** Removes the last of a hard-deleted folder, which must hold no messages any more. */
export async function purgeFolderRow(tx: Transaction, mailbox: Mailbox, fid: number): Promise<void> {
  await mailbox.blobs.removeReferences(tx, fid)
  for (const table of OWNED_TABLES) await tx.run(`DELETE FROM ${table} WHERE fid = ?`, fid)
  await tx.run('DELETE FROM search_scope WHERE scope_fid = ?', fid)
  await tx.run('DELETE FROM folder WHERE fid = ?', fid)
}

/** Makes a soft-deleted folder, and what was deleted with it, exist again where it was. Its name must be free there. */
export async function restoreFolder(tx: MailboxTransaction, mailbox: Mailbox, row: FolderRow): Promise<void> {
  const together = await tx.column('SELECT fid FROM folder WHERE deleted_with = ?', row.deleted_with)
  const below = (await getSubtree(tx, row.fid, 'deleted')).filter(({ fid }) => together.includes(fid))
  for (const { fid, parent_fid: parentFid } of [row, ...below]) {
    await tx.run('UPDATE folder SET deleted_at = NULL, deleted_with = NULL WHERE fid = ?', fid)
    await removeFolderTombstone(tx, parentFid, fid)
    await noteSubfolderChange(tx, parentFid, { children: 1, deletedChildren: -1 })
    await bumpFolder(tx, mailbox, fid)
    tx.changed({ object: 'folder', kind: 'created', fid, parentFid })
  }
}
