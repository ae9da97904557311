import { type CodecValue, i32, struct, u16 } from '../bytes/index.ts'
import { systemTimeCodec } from './system-time.ts'

/**
 * When and by how much a time zone's clocks change. Biases are minutes to add to local time to get UTC:
 * `bias` always, `standardBias` or `daylightBias` on top of it in the two halves of the year.
 */
export const timeZoneBiasFields = {
  /** lBias. */
  bias: i32,
  /** lStandardBias, usually 0. */
  standardBias: i32,
  /** lDaylightBias, usually -60. */
  daylightBias: i32,
} as const

/** PidLidTimeZoneStruct ([MS-OXOCAL] 2.2.1.39): the time zone of a recurring series. */
export const timeZoneStructCodec = struct('PidLidTimeZoneStruct', {
  ...timeZoneBiasFields,
  /** wStandardYear: the same as the year of `standardDate`. */
  standardYear: u16,
  /** stStandardDate: when standard time begins, in daylight saving time. */
  standardDate: systemTimeCodec,
  /** wDaylightYear: the same as the year of `daylightDate`. */
  daylightYear: u16,
  /** stDaylightDate: when daylight saving time begins, in standard time. */
  daylightDate: systemTimeCodec,
})

export type TimeZoneStruct = CodecValue<typeof timeZoneStructCodec>
