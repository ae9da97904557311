import { type CodecValue, i32, struct, u32 } from '@bourse/mapi/bytes'

/** STAT ([MS-OXNSPI] 2.2.8), 36 bytes: a table of the address book and a position in it. */
export const stat = struct('STAT', {
  /** One of `SortType`. */
  sortType: u32,
  /** Minimal entry ID of the container; 0 is the global address list. */
  containerId: u32,
  /** Minimal entry ID of the row at the position, or one of `PositioningMinimalId`. */
  currentRec: u32,
  /** Rows from there to the position; negative is towards the beginning. */
  delta: i32,
  /** Numerator of the fractional position, counted from 0. */
  numPos: u32,
  /** Rows of the table; in requests the denominator of the fractional position. */
  totalRecs: u32,
  /** Code page of 8-bit strings. */
  codePage: u32,
  /** Language code identifier of the template that is wanted. */
  templateLocale: u32,
  /** Language code identifier to sort by. */
  sortLocale: u32,
})
export type Stat = CodecValue<typeof stat>
