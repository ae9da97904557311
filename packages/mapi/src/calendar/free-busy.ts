import { type Codec, type CodecValue, decodeWith, encodeWith, rest, struct, u16 } from '../bytes/index.ts'
import { civilFromDays, daysFromCivil, daysInMonth, MINUTES_PER_DAY } from '../time/index.ts'

/**
 * One block of a month's free/busy data ([MS-OXOPFFB] 2.2.1.2.2): from when to when a user is busy,
 * tentative or away, in minutes from the beginning of the month, UTC.
 */
const freeBusyBlock = struct('FreeBusyBlock', { start: u16, end: u16 })

export type FreeBusyBlock = CodecValue<typeof freeBusyBlock>

/**
 * One value of PidTagScheduleInfoFreeBusyTentative, …Busy, …Away and …Merged ([MS-OXOPFFB] 2.2.1.2.2,
 * 2.2.1.2.4, 2.2.1.2.6, 2.2.1.2.8): the blocks of a month, ascending.
 */
export const freeBusyBlocksCodec: Codec<readonly FreeBusyBlock[]> = rest(freeBusyBlock)

/** A period of time, in minutes since 1 January 1601, UTC. `end` is no part of it. */
export interface FreeBusyPeriod {
  readonly start: number
  readonly end: number
}

/** The values of a pair of properties, PidTagScheduleInfoMonths… and PidTagScheduleInfoFreeBusy…. */
export interface PublishedFreeBusy {
  /** See {@link encodeFreeBusyMonth}. */
  readonly months: readonly number[]
  /** For each month its blocks; see {@link freeBusyBlocksCodec}. */
  readonly blocks: readonly Uint8Array[]
}

/**
 * A value of PidTagScheduleInfoMonths… ([MS-OXOPFFB] 2.2.1.2.1): year × 16 + month, of the Gregorian
 * calendar.
 */
export function encodeFreeBusyMonth(year: number, month: number): number {
  return year * 16 + month
}

/** The year and month of a value of PidTagScheduleInfoMonths…. */
export function decodeFreeBusyMonth(value: number): { year: number; month: number } {
  return { year: value >> 4, month: value & 0xf }
}

/**
 * The range that a user publishes ([MS-OXOPFFB] 2.2.1): PidTagFreeBusyPublishStart and …End, in minutes
 * since 1601, UTC, from the first of a month over a number of months (PidTagFreeBusyCountMonths, 0 to 36).
 */
export function freeBusyPublishingRange(year: number, month: number, countMonths: number): FreeBusyPeriod {
  const index = year * 12 + month - 1 + countMonths
  return {
    start: daysFromCivil(year, month, 1) * MINUTES_PER_DAY,
    end: daysFromCivil(Math.floor(index / 12), 1 + (index % 12), 1) * MINUTES_PER_DAY,
  }
}

/**
 * Periods as they are published ([MS-OXOPFFB] 2.2.1.2.1, 2.2.1.2.2): cut to `range`, those that touch or
 * overlap made one, split by months. `undefined` if nothing is left: the properties must then not exist.
 */
export function publishFreeBusy(
  periods: readonly FreeBusyPeriod[],
  range: FreeBusyPeriod,
): PublishedFreeBusy | undefined {
  const months: number[] = []
  const blocks: FreeBusyBlock[][] = []
  for (const period of mergePeriods(periods)) {
    const end = Math.min(period.end, range.end)
    let start = Math.max(period.start, range.start)
    while (start < end) {
      const { year, month } = civilFromDays(Math.floor(start / MINUTES_PER_DAY))
      const monthStart = daysFromCivil(year, month, 1) * MINUTES_PER_DAY
      const monthEnd = monthStart + daysInMonth(year, month) * MINUTES_PER_DAY
      const value = encodeFreeBusyMonth(year, month)
      if (months.at(-1) !== value) {
        months.push(value)
        blocks.push([])
      }
      blocks.at(-1)!.push({ start: start - monthStart, end: Math.min(end, monthEnd) - monthStart })
      start = monthEnd
    }
  }
  if (months.length === 0) return undefined
  return { months, blocks: blocks.map((block) => encodeWith(freeBusyBlocksCodec, block)) }
}

/**
 * The periods that a pair of properties holds, ascending, those that touch or overlap made one. What makes
 * no sense is left out: months without blocks, blocks without months, months other than 1 to 12, blocks
 * that do not end after they start. Throws `DecodeError` for blocks of wrong size.
 */
export function readFreeBusy({ months, blocks }: PublishedFreeBusy): FreeBusyPeriod[] {
  const periods: FreeBusyPeriod[] = []
  for (let i = 0; i < Math.min(months.length, blocks.length); i++) {
    const { year, month } = decodeFreeBusyMonth(months[i]!)
    if (month < 1 || month > 12) continue
    const monthStart = daysFromCivil(year, month, 1) * MINUTES_PER_DAY
    for (const { start, end } of decodeWith(freeBusyBlocksCodec, blocks[i]!)) {
      periods.push({ start: monthStart + start, end: monthStart + end })
    }
  }
  return mergePeriods(periods)
}

/** The same time in as few periods as possible, ascending. */
export function mergePeriods(periods: readonly FreeBusyPeriod[]): FreeBusyPeriod[] {
  const merged: { start: number; end: number }[] = []
  const ascending = periods.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)
  for (const { start, end } of ascending) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

/** What PidTagFreeBusyEntryIds holds ([MS-OXOSFLD] 2.2.6): a binary value for each of these positions. */
export const FreeBusyEntryIdIndex = {
  /** Empty. */
  reserved: 0,
  /** The Delegate Information object. */
  delegateInformation: 1,
  /** The user's free/busy message. */
  freeBusyMessage: 2,
  /** The Freebusy Data folder. */
  freeBusyFolder: 3,
} as const
