import {
  type AppointmentRecurrencePattern,
  CalendarType,
  DayOfWeekMask,
  expandRecurrence,
  firstDateTime,
  lastOccurrenceDate,
  MINUTES_NO_END,
  MINUTES_PER_DAY,
  minutesToPlainDateTime,
  NTH_LAST,
  PatternType,
  type PatternTypeSpecific,
  plainDateTimeToMinutes,
  RecurFrequency,
  RecurrenceEndType,
  type RecurrencePattern,
  WRITER_VERSION_2,
} from '@bourse/mapi'

export type Weekday = 'sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday'

const WEEKDAYS: readonly Weekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
]

/**
 * How a series recurs. What is left out follows from the day on which it starts.
 *
 * ```ts
 * { every: 'day', count: 5 }
 * { every: 'week', on: ['monday', 'thursday'], until: Temporal.PlainDate.from('2026-12-31') }
 * { every: 'month', interval: 2, nth: 'last', on: ['friday'] }
 * { every: 'year' }
 * ```
 */
export interface Recurrence {
  readonly every: 'day' | 'week' | 'month' | 'year'
  /** Every second, third … of these; 1 if left out. */
  readonly interval?: number
  /** On which days of the week; with `nth`, which day of the month. */
  readonly on?: readonly Weekday[]
  /** Which of the days in `on` in the month. */
  readonly nth?: 1 | 2 | 3 | 4 | 'last'
  /** On which day of the month; in shorter months their last. */
  readonly dayOfMonth?: number | 'last'
  /** The last day on which it can be. */
  readonly until?: Temporal.PlainDate
  /** How often it is. Without this and `until` it has no end. */
  readonly count?: number
  /** The day on which weeks begin; Sunday if left out. */
  readonly weekStart?: Weekday
}

/** What `occurrenceCount` is where a series does not end ([MS-OXOCAL] 2.2.1.44.1). */
const COUNT_WITHOUT_END = 10

const FREQUENCIES = {
  day: RecurFrequency.daily,
  week: RecurFrequency.weekly,
  month: RecurFrequency.monthly,
  year: RecurFrequency.yearly,
} as const

/**
 * The pattern of a series that starts on a day ([MS-OXOCAL] 2.2.1.44.1): its first occurrence is the first day of the rule from there on.
 * Throws `RangeError` for a rule that makes no sense, or no occurrence.
 */
export function toRecurrencePattern(recurrence: Recurrence, start: Temporal.PlainDate): RecurrencePattern {
  const { every, interval = 1, until, count, weekStart = 'sunday' } = recurrence
  if (!Number.isInteger(interval) || interval < 1 || interval > 999)
    throw new RangeError(`no interval: ${interval}`)
  if (until !== undefined && count !== undefined) throw new RangeError('a series ends by a date or a count')
  const specific = specificOf(recurrence, start)
  const base = {
    recurFrequency: FREQUENCIES[every],
    calendarType: CalendarType.default,
    firstDateTime: 0,
    period: periodOf(specific, every, interval),
    slidingFlag: false,
    firstDow: WEEKDAYS.indexOf(weekStart),
    deletedInstanceDates: [],
    modifiedInstanceDates: [],
    endType: RecurrenceEndType.never,
    occurrenceCount: COUNT_WITHOUT_END,
    endDate: MINUTES_NO_END,
  }
  const startDate = firstDate(base, specific, plainDateTimeToMinutes(start.toPlainDateTime()))
  const endless = { ...base, ...specific, startDate }
  const pattern = { ...endless, firstDateTime: firstDateTime(endless) }
  if (count !== undefined) {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`no number of occurrences: ${count}`)
    const ending = { ...pattern, endType: RecurrenceEndType.afterOccurrences, occurrenceCount: count }
    return { ...ending, endDate: lastOccurrenceDate(ending)! }
  }
  if (until !== undefined) {
    const endDate = plainDateTimeToMinutes(until.toPlainDateTime())
    const ending = { ...pattern, endType: RecurrenceEndType.afterDate, endDate }
    const occurrenceCount = [...expandRecurrence(ending)].length
    if (occurrenceCount === 0) throw new RangeError('the series ends before it begins')
    return { ...ending, occurrenceCount }
  }
  return pattern
}

/** The same with the times of an appointment, in minutes from midnight ([MS-OXOCAL] 2.2.1.44.5). */
export function toAppointmentPattern(
  recurrence: Recurrence,
  start: Temporal.PlainDateTime,
  durationMinutes: number,
): AppointmentRecurrencePattern {
  const startTimeOffset = start.hour * 60 + start.minute
  return {
    recurrencePattern: toRecurrencePattern(recurrence, start.toPlainDate()),
    writerVersion2: WRITER_VERSION_2,
    startTimeOffset,
    endTimeOffset: startTimeOffset + durationMinutes,
    exceptionInfo: [],
    reservedBlock1: new Uint8Array(0),
    extendedExceptions: [],
    reservedBlock2: new Uint8Array(0),
  }
}

/** What a pattern says, `undefined` for those of calendars that have other months. */
export function fromRecurrencePattern(pattern: RecurrencePattern): Recurrence | undefined {
  const rule = ruleOf(pattern)
  if (rule === undefined) return undefined
  const ends = pattern.endType === RecurrenceEndType.afterOccurrences
  return {
    ...rule,
    ...(ends ? { count: pattern.occurrenceCount } : {}),
    ...(pattern.endType === RecurrenceEndType.afterDate ? { until: dateOf(pattern.endDate) } : {}),
    ...(pattern.firstDow === 0 ? {} : { weekStart: WEEKDAYS[pattern.firstDow]! }),
  }
}

/** The date of minutes since 1601. */
export function dateOf(minutes: number): Temporal.PlainDate {
  return minutesToPlainDateTime(minutes).toPlainDate()
}

/** Midnight of a date in minutes since 1601. */
export function midnightOf(date: Temporal.PlainDate): number {
  return plainDateTimeToMinutes(date.toPlainDateTime())
}

function specificOf(
  { every, on, nth, dayOfMonth }: Recurrence,
  start: Temporal.PlainDate,
): PatternTypeSpecific {
  const days = maskOf(on ?? [WEEKDAYS[start.dayOfWeek % 7]!])
  if (days === 0) throw new RangeError('on no day of the week')
  if (every === 'day') {
    return on === undefined
      ? { patternType: PatternType.day }
      : { patternType: PatternType.week, daysOfWeek: days }
  }
  if (every === 'week') return { patternType: PatternType.week, daysOfWeek: days }
  if (nth !== undefined) {
    return { patternType: PatternType.monthNth, daysOfWeek: days, nth: nth === 'last' ? NTH_LAST : nth }
  }
  // The last day of the month is written as its thirty-first ([MS-OXOCAL] 2.2.1.44.1.5).
  const day = dayOfMonth === 'last' ? 31 : (dayOfMonth ?? start.day)
  if (!Number.isInteger(day) || day < 1 || day > 31) throw new RangeError(`no day of a month: ${day}`)
  return { patternType: PatternType.month, dayOfMonth: day }
}

/** The first day of a rule from a day on: a series starts with an occurrence. */
function firstDate(
  base: Omit<RecurrencePattern, 'startDate' | 'patternType'>,
  specific: PatternTypeSpecific,
  startDate: number,
): number {
  const pattern = { ...base, ...specific, startDate } as RecurrencePattern
  const [first] = expandRecurrence({ ...pattern, firstDateTime: firstDateTime(pattern) }, { limit: 1 })
  return plainDateTimeToMinutes(first!.start)
}

function ruleOf(pattern: RecurrencePattern): Recurrence | undefined {
  const every = everyOf(pattern)
  const perPeriod = { day: MINUTES_PER_DAY, week: 1, month: 1, year: 12 }[every]
  const interval = pattern.period === perPeriod ? {} : { interval: Math.max(1, pattern.period / perPeriod) }
  switch (pattern.patternType) {
    case PatternType.day:
      return { every, ...interval }
    case PatternType.week:
      // "Every weekday" is a daily series with a weekly pattern.
      return {
        every: 'week',
        ...(pattern.period === 1 ? {} : { interval: Math.max(1, pattern.period) }),
        on: daysOf(pattern.daysOfWeek),
      }
    case PatternType.month:
    case PatternType.monthEnd: {
      const isEnd = pattern.patternType === PatternType.monthEnd || pattern.dayOfMonth === 31
      return { every, ...interval, dayOfMonth: isEnd ? 'last' : pattern.dayOfMonth }
    }
    case PatternType.monthNth: {
      const nth = pattern.nth === NTH_LAST ? 'last' : (pattern.nth as 1 | 2 | 3 | 4)
      return { every, ...interval, on: daysOf(pattern.daysOfWeek), nth }
    }
    default:
      return undefined
  }
}

function everyOf({ recurFrequency }: RecurrencePattern): Recurrence['every'] {
  switch (recurFrequency) {
    case RecurFrequency.daily:
      return 'day'
    case RecurFrequency.weekly:
      return 'week'
    case RecurFrequency.yearly:
      return 'year'
    default:
      return 'month'
  }
}

/** Days in minutes, weeks, or months ([MS-OXOCAL] 2.2.1.44.1, Period). */
function periodOf(
  { patternType }: PatternTypeSpecific,
  every: Recurrence['every'],
  interval: number,
): number {
  if (patternType === PatternType.day) return interval * MINUTES_PER_DAY
  return every === 'year' ? interval * 12 : interval
}

function maskOf(days: readonly Weekday[]): number {
  return days.reduce((mask, day) => mask | DayOfWeekMask[day], 0)
}

function daysOf(mask: number): Weekday[] {
  return WEEKDAYS.filter((day) => (mask & DayOfWeekMask[day]) !== 0)
}
