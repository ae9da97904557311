import { ErrorCode, MapiError } from '@bourse/mapi'
import { PositioningMinimalId, type Stat } from '@bourse/wire/nspi'

/**
 * Where a STAT stands in a table ([MS-OXNSPI] 3.1.4.5): the row before which the current position is, from 0 to the number of rows,
 * Delta not counted. Throws `NotFound` for a row that the table does not have.
 */
export function initialPosition(stat: Stat, rows: readonly number[]): number {
  switch (stat.currentRec) {
    case PositioningMinimalId.MID_BEGINNING_OF_TABLE:
      return 0
    case PositioningMinimalId.MID_END_OF_TABLE:
      return rows.length
    case PositioningMinimalId.MID_CURRENT:
      return fractionalPosition(stat, rows.length)
    default: {
      const at = rows.indexOf(stat.currentRec)
      if (at < 0) throw new MapiError(ErrorCode.NotFound)
      return at
    }
  }
}

/** The row at the fraction NumPos of TotalRecs ([MS-OXNSPI] 3.1.4.5.2). */
function fractionalPosition({ numPos, totalRecs }: Stat, count: number): number {
  if (totalRecs === 0) return 0
  if (numPos >= totalRecs) return count
  return Math.floor((numPos * count) / totalRecs)
}

/** The row that is `delta` rows further on, or the end of the table in that direction ([MS-OXNSPI] 3.1.4.5). */
export function movedPosition(position: number, delta: number, count: number): number {
  return Math.min(Math.max(position + delta, 0), count)
}

/** The STAT of a position: absolute and fractional, and no Delta. */
export function statAt(stat: Stat, position: number, rows: readonly number[]): Stat {
  return {
    ...stat,
    currentRec: rows[position] ?? PositioningMinimalId.MID_END_OF_TABLE,
    delta: 0,
    numPos: position,
    totalRecs: rows.length,
  }
}
