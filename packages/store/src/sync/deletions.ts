import { Globset } from '@bourse/mapi'
import type { Transaction } from '../storage/storage.ts'
import { selectByChangeNumber } from './change-numbers.ts'

/** What went out of a folder. */
export interface Deletions {
  /** Counters of messages that the replica has. */
  readonly ids: Globset
  /** Change numbers of all deletions that it has not seen. */
  readonly changeNumbers: Globset
}

/**
 * The messages of a folder that were deleted or moved away since a replica last heard of deletions: those with a change number among
 * `changeNumbers`. Looks at these deletions only, however many there were before.
 */
export async function deletedMessages(
  tx: Transaction,
  fid: number,
  associated: boolean,
  given: Globset,
  changeNumbers: Globset,
): Promise<Deletions> {
  const ids = new Globset()
  const seen = new Globset()
  const tombstones = await selectByChangeNumber(
    changeNumbers,
    (low, high) =>
      tx.all<{ id: number; cn: number }>(
        `SELECT id, cn FROM tombstone WHERE fid = ? AND is_folder = 0 AND associated = ? AND cn BETWEEN ? AND ?`,
        fid,
        associated ? 1 : 0,
        low,
        high,
      ),
    (row) => row.cn,
  )
  for (const { id, cn } of tombstones) {
    seen.add(cn)
    if (given.has(id)) ids.add(id)
  }
  return { ids, changeNumbers: seen }
}

/** The same for IDs of which clients have said that they will never be messages of the folder ([MS-OXCFXICS] 3.2.5.9.4.8). */
export async function reportedAsDeleted(
  tx: Transaction,
  fid: number,
  given: Globset,
  changeNumbers: Globset,
): Promise<Deletions> {
  const ids = new Globset()
  const seen = new Globset()
  const ranges = await tx.all<{ low: number; high: number; cn: number }>(
    'SELECT low, high, cn FROM deleted_range WHERE fid = ?',
    fid,
  )
  for (const { low, high, cn } of ranges) {
    if (!changeNumbers.has(cn)) continue
    seen.add(cn)
    ids.addAll(given.intersection(Globset.from([{ low, high }])))
  }
  return { ids, changeNumbers: seen }
}
