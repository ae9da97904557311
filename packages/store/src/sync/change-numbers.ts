import { Globset } from '@bourse/mapi'
import type { Transaction } from '../storage/storage.ts'

/** Change numbers that a replica has not seen lie in so many ranges at most for each to be asked for by itself. */
const MAX_RANGES = 64

/** The first counter that was not handed out yet: what changes from now on gets a change number that is not below. */
export async function nextCounter(tx: Transaction): Promise<number> {
  const row = await tx.get<{ next: number }>('SELECT next FROM counter WHERE id = 1')
  return row!.next
}

/** All change numbers below `end`. */
export function allBelow(end: number): Globset {
  return end > 1 ? Globset.from([{ low: 1, high: end - 1 }]) : new Globset()
}

/** The change numbers below `end` that are not among `seen`. */
export function unseen(seen: Globset, end: number): Globset {
  return allBelow(end).difference(seen)
}

/**
 * Selects what has one of a set of change numbers. `select` is called with ranges that cover the set; what it finds
 * beside the set is left out.
 */
export async function selectByChangeNumber<R>(
  changeNumbers: Globset,
  select: (low: number, high: number) => Promise<readonly R[]>,
  changeNumberOf: (row: R) => number,
): Promise<R[]> {
  const { lowest, highest } = changeNumbers
  if (lowest === undefined || highest === undefined) return []
  if (changeNumbers.rangeCount > MAX_RANGES) {
    return (await select(lowest, highest)).filter((row) => changeNumbers.has(changeNumberOf(row)))
  }
  const rows: R[] = []
  for (const { low, high } of changeNumbers) for (const row of await select(low, high)) rows.push(row)
  return rows
}
