import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import { SearchProgress } from '../search/criteria.ts'
import { FolderKind, type FolderRow } from './folder-row.ts'
import { insertFolder } from './insert.ts'

/**
 * Makes a folder with another one's properties, without its contents, rules and permissions; returns its counter. A search
 * folder's copy searches for the same.
 */
export async function copyFolderRow(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  row: FolderRow,
  toParentFid: number,
  name: string,
): Promise<number> {
  const fid = await insertFolder(
    tx,
    mailbox,
    toParentFid,
    { name, kind: row.kind, properties: new PackedProperties(row.props) },
    { copyOf: { fid: row.fid, parentFid: row.parent_fid } },
  )
  if (row.kind === FolderKind.Search) {
    await tx.run(
      // Its messages are looked for when the change is committed.
      `INSERT INTO search_folder (fid, criteria, state) SELECT CAST(? AS INTEGER), criteria, ? FROM search_folder
       WHERE fid = ?`,
      fid,
      SearchProgress.Running,
      row.fid,
    )
    await tx.run(
      'INSERT INTO search_scope (fid, scope_fid) SELECT CAST(? AS INTEGER), scope_fid FROM search_scope WHERE fid = ?',
      fid,
      row.fid,
    )
  }
  return fid
}
