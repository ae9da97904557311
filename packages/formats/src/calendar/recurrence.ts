import {
  type AppointmentRecurrencePattern,
  CalendarType,
  daysFromCivil,
  type ExceptionInfo,
  type ExtendedException,
  firstDateTime,
  lastOccurrenceDate,
  MINUTES_NO_END,
  MINUTES_PER_DAY,
  minutesToPlainDateTime,
  NTH_LAST,
  PatternType,
  type PatternTypeSpecific,
  RecurFrequency,
  RecurrenceEndType,
  type RecurrencePattern,
  WRITER_VERSION_2,
} from '@bourse/mapi'
import ICAL from 'ical.js'

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const MONTHS_PER_YEAR = 12
/** More occurrences than that are not counted out: the end of the series would not be found in a moment. */
const MAX_OCCURRENCES = 9999
/** What OccurrenceCount says of a series without end ([MS-OXOCAL] 2.2.1.44.1). */
const COUNT_NEVER = 10

/** A date and time without a zone, in minutes since 1601. */
export function minutesOfTime(time: ICAL.Time): number {
  return daysFromCivil(time.year, time.month, time.day) * MINUTES_PER_DAY + time.hour * 60 + time.minute
}

/** Midnight of that day. */
function midnight(minutes: number): number {
  return Math.floor(minutes / MINUTES_PER_DAY) * MINUTES_PER_DAY
}

/** What a series is made of: its rule, how long an occurrence is, and which are left out or moved. */
export interface SeriesParts {
  readonly rule: ICAL.Recur
  /** In local time of the series' zone. */
  readonly start: ICAL.Time
  readonly durationMinutes: number
  /** Starts of occurrences that there are not, in minutes since 1601, local. */
  readonly deleted: readonly number[]
  /** Occurrences that were changed. */
  readonly exceptions: readonly SeriesException[]
}

/** One changed occurrence; times are in minutes since 1601, local. */
export interface SeriesException {
  readonly originalStart: number
  readonly start: number
  readonly end: number
}

/**
 * The recurrence pattern of a series ([MS-OXCICAL] 2.1.3.2); `undefined` if MAPI has none for its rule: several days of a month, weeks of a year and
 * the like.
 */
export function recurrenceOfRule(parts: SeriesParts): AppointmentRecurrencePattern | undefined {
  const { rule, start, exceptions } = parts
  const specific = (rule.count ?? 0) > MAX_OCCURRENCES ? undefined : patternOf(rule, start)
  if (specific === undefined) return undefined
  const startDate = midnight(minutesOfTime(start))
  const startTimeOffset = minutesOfTime(start) - startDate
  const { frequency, period, type } = specific
  const firstDow = rule.wkst ? rule.wkst - 1 : 1
  const common = {
    recurFrequency: frequency,
    calendarType: CalendarType.default,
    firstDateTime: 0,
    period,
    slidingFlag: false,
    endType: rule.count
      ? RecurrenceEndType.afterOccurrences
      : rule.until
        ? RecurrenceEndType.afterDate
        : RecurrenceEndType.never,
    occurrenceCount: rule.count || COUNT_NEVER,
    firstDow,
    deletedInstanceDates: [
      ...new Set([...parts.deleted, ...exceptions.map(({ originalStart }) => originalStart)].map(midnight)),
    ].sort((a, b) => a - b),
    modifiedInstanceDates: [...new Set(exceptions.map((exception) => midnight(exception.start)))].sort(
      (a, b) => a - b,
    ),
    startDate,
    endDate: rule.until ? midnight(minutesOfTime(rule.until)) : MINUTES_NO_END,
  }
  const open: RecurrencePattern = { ...common, ...type }
  const first = { ...open, firstDateTime: firstDateTime(open) }
  const last = rule.count ? lastOccurrenceDate(first) : undefined
  const recurrencePattern = last === undefined ? first : { ...first, endDate: last }
  const sorted = exceptions.toSorted((a, b) => a.start - b.start)
  return {
    recurrencePattern,
    writerVersion2: WRITER_VERSION_2,
    startTimeOffset,
    endTimeOffset: startTimeOffset + parts.durationMinutes,
    exceptionInfo: sorted.map(
      (exception): ExceptionInfo => ({
        startDateTime: exception.start,
        endDateTime: exception.end,
        originalStartDate: exception.originalStart,
        overrideFlags: 0,
        subject: undefined,
        meetingType: undefined,
        reminderDelta: undefined,
        reminderSet: undefined,
        location: undefined,
        busyStatus: undefined,
        attachment: undefined,
        subType: undefined,
        appointmentColor: undefined,
      }),
    ),
    reservedBlock1: new Uint8Array(0),
    extendedExceptions: sorted.map(
      (): ExtendedException => ({
        changeHighlight: { value: 0, reserved: new Uint8Array(0) },
        reservedBlockEE1: new Uint8Array(0),
      }),
    ),
    reservedBlock2: new Uint8Array(0),
  }
}

interface Pattern {
  readonly frequency: number
  readonly period: number
  readonly type: PatternTypeSpecific
}

function patternOf(rule: ICAL.Recur, start: ICAL.Time): Pattern | undefined {
  const { parts } = rule
  const interval = Math.max(1, rule.interval || 1)
  const days = (parts.BYDAY ?? []).map(String)
  const monthDays = (parts.BYMONTHDAY ?? []).map(Number)
  const positions = (parts.BYSETPOS ?? []).map(Number)
  const months = parts.BYMONTH ?? []
  const isOdd = ['BYWEEKNO', 'BYYEARDAY', 'BYHOUR', 'BYMINUTE', 'BYSECOND'].some(
    (part) => (parts as Record<string, unknown[] | undefined>)[part] !== undefined,
  )
  if (isOdd || monthDays.length > 1 || positions.length > 1) return undefined
  switch (rule.freq) {
    case 'DAILY':
      if (days.length > 0 || monthDays.length > 0) return undefined
      return {
        frequency: RecurFrequency.daily,
        period: interval * MINUTES_PER_DAY,
        type: { patternType: PatternType.day },
      }
    case 'WEEKLY': {
      const mask = days.length === 0 ? 1 << dayOfWeek(start) : maskOf(days)
      if (mask === undefined || monthDays.length > 0) return undefined
      return {
        frequency: RecurFrequency.weekly,
        period: interval,
        type: { patternType: PatternType.week, daysOfWeek: mask },
      }
    }
    case 'MONTHLY':
    case 'YEARLY': {
      const isYearly = rule.freq === 'YEARLY'
      if (months.length > 1 || (months.length === 1 && !isYearly)) return undefined
      if (months.length === 1 && Number(months[0]) !== start.month) return undefined
      const type = monthPattern(days, monthDays, positions, start)
      if (type === undefined) return undefined
      return {
        frequency: isYearly ? RecurFrequency.yearly : RecurFrequency.monthly,
        period: isYearly ? interval * MONTHS_PER_YEAR : interval,
        type,
      }
    }
    default:
      return undefined
  }
}

function monthPattern(
  days: readonly string[],
  monthDays: readonly number[],
  positions: readonly number[],
  start: ICAL.Time,
): PatternTypeSpecific | undefined {
  if (days.length === 0) {
    const day = monthDays[0] ?? start.day
    if (positions.length > 0) return undefined
    if (day === -1) return { patternType: PatternType.month, dayOfMonth: 31 }
    return day < 1 ? undefined : { patternType: PatternType.month, dayOfMonth: day }
  }
  if (monthDays.length > 0) return undefined
  const numbered = /^([+-]?\d)([A-Z]{2})$/.exec(days[0]!)
  const position = numbered ? Number(numbered[1]) : positions[0]
  const mask = numbered ? maskOf([numbered[2]!]) : maskOf(days)
  if (mask === undefined || position === undefined || (numbered && days.length > 1)) return undefined
  const nth = position === -1 ? NTH_LAST : position
  if (nth < 1 || nth > NTH_LAST) return undefined
  return { patternType: PatternType.monthNth, daysOfWeek: mask, nth }
}

function maskOf(days: readonly string[]): number | undefined {
  let mask = 0
  for (const day of days) {
    const index = DAYS.indexOf(day)
    if (index < 0) return undefined
    mask |= 1 << index
  }
  return mask
}

function dayOfWeek(time: ICAL.Time): number {
  return time.dayOfWeek() - 1
}

function daysOfMask(mask: number): string[] {
  return DAYS.filter((_, i) => mask & (1 << i))
}

/** The RRULE of a recurrence pattern; `undefined` for those of other calendars. */
export function ruleOfRecurrence(pattern: RecurrencePattern, untilUtc?: ICAL.Time): ICAL.Recur | undefined {
  const parts: string[] = []
  const isYearly = pattern.recurFrequency === RecurFrequency.yearly && pattern.period % MONTHS_PER_YEAR === 0
  const interval = (): number => {
    if (pattern.recurFrequency === RecurFrequency.daily && pattern.patternType === PatternType.day) {
      return Math.max(1, Math.round(pattern.period / MINUTES_PER_DAY))
    }
    return Math.max(1, isYearly ? pattern.period / MONTHS_PER_YEAR : pattern.period)
  }
  const month = minutesToPlainDateTime(pattern.startDate).month
  switch (pattern.patternType) {
    case PatternType.day:
      parts.push('FREQ=DAILY')
      break
    case PatternType.week:
      parts.push('FREQ=WEEKLY', `BYDAY=${daysOfMask(pattern.daysOfWeek).join(',')}`)
      break
    case PatternType.month:
    case PatternType.monthEnd:
      parts.push(isYearly ? 'FREQ=YEARLY' : 'FREQ=MONTHLY')
      parts.push(`BYMONTHDAY=${pattern.dayOfMonth === 31 ? -1 : pattern.dayOfMonth}`)
      if (isYearly) parts.push(`BYMONTH=${month}`)
      break
    case PatternType.monthNth: {
      const nth = pattern.nth === NTH_LAST ? -1 : pattern.nth
      parts.push(isYearly ? 'FREQ=YEARLY' : 'FREQ=MONTHLY')
      parts.push(`BYDAY=${daysOfMask(pattern.daysOfWeek).join(',')}`, `BYSETPOS=${nth}`)
      if (isYearly) parts.push(`BYMONTH=${month}`)
      break
    }
    default:
      return undefined
  }
  parts.push(`INTERVAL=${interval()}`)
  if (pattern.endType === RecurrenceEndType.afterOccurrences) parts.push(`COUNT=${pattern.occurrenceCount}`)
  const rule = ICAL.Recur.fromString(parts.join(';'))
  if (pattern.endType === RecurrenceEndType.afterDate && untilUtc !== undefined) rule.until = untilUtc
  return rule
}
