import { type FileTime, fileTimeFromDate, instantToFileTime } from '@bourse/mapi'

/** A point in time, in whatever form the program has it. */
export type TimeLike = Date | Temporal.Instant | Temporal.ZonedDateTime | FileTime

/** A point in time as properties hold it. Throws `RangeError` for an invalid `Date` and for times before 1601. */
export function toFileTime(time: TimeLike): FileTime {
  if (typeof time === 'bigint') return time
  if (time instanceof Date) return fileTimeFromDate(time)
  return instantToFileTime('toInstant' in time ? time.toInstant() : time)
}

/** A value of a property, where a time may be given in any form. */
export type Comparable<V> = V extends FileTime ? TimeLike : V

/** A value with its times as properties hold them. */
export function toPropertyValue<V>(value: Comparable<V> | V): V {
  const isTime = value instanceof Date || (typeof value === 'object' && value !== null && isTemporal(value))
  return isTime ? (toFileTime(value as TimeLike) as V) : (value as V)
}

function isTemporal(value: object): boolean {
  return 'epochNanoseconds' in value
}
