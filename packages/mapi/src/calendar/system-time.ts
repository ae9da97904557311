import { type CodecValue, struct, u16 } from '../bytes/index.ts'

/**
 * SYSTEMTIME ([MS-DTYP] 2.3.13): a date and time in parts. In time zone rules it says when the clocks
 * change: with a year, on that date; with year 0, on the `day`th (5: the last) `dayOfWeek` of the month
 * every year; with month 0, never.
 */
export const systemTimeCodec = struct('SYSTEMTIME', {
  year: u16,
  /** 1 to 12. */
  month: u16,
  /** 0 is Sunday. */
  dayOfWeek: u16,
  day: u16,
  hour: u16,
  minute: u16,
  second: u16,
  milliseconds: u16,
})

export type SystemTime = CodecValue<typeof systemTimeCodec>

/** A SYSTEMTIME of zeros, where there is none. */
export const SYSTEM_TIME_NONE: SystemTime = {
  year: 0,
  month: 0,
  dayOfWeek: 0,
  day: 0,
  hour: 0,
  minute: 0,
  second: 0,
  milliseconds: 0,
}
