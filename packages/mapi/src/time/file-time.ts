import { type Codec, mapped, u64 } from '../bytes/index.ts'

declare const fileTimeBrand: unique symbol

/**
 * A point in time as PtypTime holds it ([MS-OXCDATA] 2.11.1, FILETIME of [MS-DTYP] 2.3.3): the number of
 * 100-nanosecond ticks since 1 January 1601 00:00 UTC, an unsigned 64-bit number. Times compare with `<`,
 * `===` and so on.
 */
export type FileTime = bigint & { readonly [fileTimeBrand]: true }

/** The ticks in a millisecond, second, minute and day. */
export const TICKS_PER_MILLISECOND = 10_000n
export const TICKS_PER_SECOND = 10_000_000n
export const TICKS_PER_MINUTE = 600_000_000n
export const TICKS_PER_DAY = 864_000_000_000n

/** 1 January 1970 00:00 UTC in ticks. */
const UNIX_EPOCH = 116_444_736_000_000_000n
const NANOSECONDS_PER_TICK = 100n

/** What clients write where a date is asked for and there is none: 1 January 4501 00:00. */
export const FILE_TIME_NONE: FileTime = fileTime(0x0cb34557a3dd4000n)

/** Takes a number of ticks for a time. Throws `RangeError` unless it is an unsigned 64-bit number. */
export function fileTime(ticks: bigint): FileTime {
  if (ticks !== BigInt.asUintN(64, ticks))
    throw new RangeError(`${ticks} ticks are outside the range of a FILETIME`)
  return ticks as FileTime
}

/** A time as eight bytes, little-endian. */
export const fileTimeCodec: Codec<FileTime> = mapped(
  u64,
  (ticks) => ticks as FileTime,
  (time) => time,
)

/** The same point in time, exactly, for every FILETIME. Needs `Temporal`. */
export function fileTimeToInstant(time: FileTime): Temporal.Instant {
  return new Temporal.Instant((time - UNIX_EPOCH) * NANOSECONDS_PER_TICK)
}

/**
 * The latest tick that is not after `instant`: nanoseconds below a tick are cut off. Throws `RangeError`
 * for times before 1601 or after the year 60056.
 */
export function instantToFileTime(instant: Temporal.Instant): FileTime {
  return fileTime(floorDivide(instant.epochNanoseconds, NANOSECONDS_PER_TICK) + UNIX_EPOCH)
}

/** The latest whole millisecond that is not after `time`. */
export function fileTimeToDate(time: FileTime): Date {
  return new Date(Number(floorDivide(time - UNIX_EPOCH, TICKS_PER_MILLISECOND)))
}

/** Exact. Throws `RangeError` for an invalid `Date` and for times before 1601 or after the year 60056. */
export function fileTimeFromDate(date: Date): FileTime {
  return fileTimeFromMilliseconds(date.getTime())
}

/** The current time, to the millisecond. */
export function nowAsFileTime(): FileTime {
  return fileTimeFromMilliseconds(Date.now())
}

function fileTimeFromMilliseconds(milliseconds: number): FileTime {
  if (Number.isNaN(milliseconds)) throw new RangeError('an invalid Date is no time')
  return fileTime(BigInt(milliseconds) * TICKS_PER_MILLISECOND + UNIX_EPOCH)
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient
}
