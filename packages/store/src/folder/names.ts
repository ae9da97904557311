import type { Transaction } from '../storage/storage.ts'
import { foldCase } from '../table/fold.ts'

/** The folder of this name directly below another one; letter case does not matter. */
export async function findSubfolder(
  tx: Transaction,
  parentFid: number,
  name: string,
): Promise<number | undefined> {
  const row = await tx.get<{ fid: number }>(
    `SELECT fid FROM folder WHERE parent_fid = ? AND name_key = ? AND deleted_at IS NULL AND fid <> parent_fid`,
    parentFid,
    foldCase(name),
  )
  return row?.fid
}
