import { civilFromDays, daysFromCivil } from './civil.ts'
import { type FileTime, fileTime, TICKS_PER_MINUTE } from './file-time.ts'

/**
 * Times in whole minutes since 1 January 1601 00:00, an unsigned 32-bit number: how recurrence patterns,
 * free/busy data and flags ([MS-OXOCAL] 2.2.1.44, [MS-OXOPFFB] 2.2.1.2, [MS-OXOFLAG] 2.2.1.7) store them.
 * Whether they are in UTC or in local time depends on the field.
 */
export const MINUTES_PER_DAY = 1440

/** What stands for "no date": 1 January 4501 00:00. */
export const MINUTES_NONE = 0x5ae980e0

/** The end date of a series that never ends ([MS-OXOCAL] 2.2.1.44.1): 31 December 4500 23:59. */
export const MINUTES_NO_END = 0x5ae980df

/**
 * The date and time that a number of minutes stands for. Needs `Temporal`. Throws `RangeError` outside 32
 * bits.
 */
export function minutesToPlainDateTime(minutes: number): Temporal.PlainDateTime {
  checkMinutes(minutes)
  const { year, month, day } = civilFromDays(Math.floor(minutes / MINUTES_PER_DAY))
  const minuteOfDay = minutes % MINUTES_PER_DAY
  return new Temporal.PlainDateTime(year, month, day, Math.floor(minuteOfDay / 60), minuteOfDay % 60)
}

/**
 * The number of minutes from 1 January 1601 to a date and time of the ISO calendar; seconds are cut off.
 * Throws `RangeError` for dates that 32 bits do not hold (before 1601 and after the year 9767).
 */
export function plainDateTimeToMinutes(dateTime: Temporal.PlainDateTime): number {
  const { year, month, day, hour, minute } = dateTime.withCalendar('iso8601')
  return checkMinutes(daysFromCivil(year, month, day) * MINUTES_PER_DAY + hour * 60 + minute)
}

/** Exact. */
export function minutesToFileTime(minutes: number): FileTime {
  return fileTime(BigInt(checkMinutes(minutes)) * TICKS_PER_MINUTE)
}

/** Seconds are cut off. Throws `RangeError` for times after the year 9767. */
export function fileTimeToMinutes(time: FileTime): number {
  return checkMinutes(Number(time / TICKS_PER_MINUTE))
}

function checkMinutes(minutes: number): number {
  if (minutes !== minutes >>> 0)
    throw new RangeError(`${minutes} is no number of minutes since 1601 in 32 bits`)
  return minutes
}
