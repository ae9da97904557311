import type { Transaction } from '../storage/storage.ts'
import { FOLDER_COLUMNS, type FolderRow } from './folder-row.ts'

/** Which folders of a subtree: those that are there, those that were deleted, or all of them. */
export type SubtreeFilter = 'live' | 'deleted' | 'all'

const CONDITION: Readonly<Record<SubtreeFilter, string>> = {
  live: 'AND f.deleted_at IS NULL',
  deleted: 'AND f.deleted_at IS NOT NULL',
  all: '',
}

/** The folders below one at any depth, without itself; a folder comes after the one it is in. */
export async function getSubtree(
  tx: Transaction,
  fid: number,
  filter: SubtreeFilter = 'live',
): Promise<readonly FolderRow[]> {
  const order = await tx.all<{ fid: number }>(
    `WITH RECURSIVE tree (fid, depth) AS (
       SELECT CAST(? AS INTEGER), 0
       UNION ALL
       SELECT f.fid, tree.depth + 1 FROM folder f JOIN tree ON f.parent_fid = tree.fid
       WHERE f.fid <> f.parent_fid ${CONDITION[filter]}
     )
     SELECT fid FROM tree WHERE depth > 0 ORDER BY depth`,
    fid,
  )
  const rows: FolderRow[] = []
  for (const { fid: below } of order) {
    rows.push((await tx.get<FolderRow>(`SELECT ${FOLDER_COLUMNS} FROM folder WHERE fid = ?`, below))!)
  }
  return rows
}

/** The folders above one, from its parent to the root folder. */
export function getAncestors(tx: Transaction, fid: number): Promise<number[]> {
  return tx.column(
    `WITH RECURSIVE up (fid, parent_fid, depth) AS (
       SELECT fid, parent_fid, 0 FROM folder WHERE fid = ?
       UNION ALL
       SELECT f.fid, f.parent_fid, up.depth + 1 FROM folder f JOIN up ON f.fid = up.parent_fid
       WHERE up.fid <> up.parent_fid
     )
     SELECT fid FROM up WHERE depth > 0 ORDER BY depth`,
    fid,
  )
}

/** Whether a folder is `ancestor`, or is below it. */
export async function isWithin(tx: Transaction, fid: number, ancestor: number): Promise<boolean> {
  return fid === ancestor || (await getAncestors(tx, fid)).includes(ancestor)
}
