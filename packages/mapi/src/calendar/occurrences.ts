import { dayOfWeek, daysFromCivil, daysInMonth } from '../time/civil.ts'
import { MINUTES_NO_END, MINUTES_PER_DAY, minutesToPlainDateTime } from '../time/minutes.ts'
import type { AppointmentRecurrencePattern, ExceptionInfo } from './appointment-recurrence.ts'
import { atLeastOne, modulo, monthIndex, startOfWeek, wholeDays } from './recurrence-arithmetic.ts'
import {
  CalendarType,
  DayOfWeekMask,
  NTH_LAST,
  PatternType,
  RecurrenceEndType,
  type RecurrencePattern,
} from './recurrence-pattern.ts'

/** Which occurrences are wanted: those that start in [from, to), the first `limit` of them. Without: all. */
export interface OccurrenceRange {
  /** Local time. */
  readonly from?: Temporal.PlainDateTime
  /** Local time; the first that is no longer wanted. */
  readonly to?: Temporal.PlainDateTime
  readonly limit?: number
}

/** One occurrence of a series, in local time. */
export interface Occurrence {
  readonly start: Temporal.PlainDateTime
  readonly end: Temporal.PlainDateTime
  /** What was modified, for an occurrence that is an exception, and its index in the pattern. */
  readonly exception?: { readonly index: number; readonly info: ExceptionInfo }
}

/**
 * The local start times of a series, in order; see {@link expandRecurrence}.
 *
 * ```ts
 * for (const start of occurrences(pattern, { from, to })) console.log(start.toString())
 * ```
 */
export function* occurrences(
  pattern: RecurrencePattern | AppointmentRecurrencePattern,
  range: OccurrenceRange = {},
): Generator<Temporal.PlainDateTime, void, undefined> {
  for (const { start } of expandRecurrence(pattern, range)) yield start
}

/**
 * The occurrences of a series ([MS-OXOCAL] 2.2.1.44.1.2), in the order of their starts: deleted instances
 * are left out, modified ones stand where they were moved to. A bare `RecurrencePattern`, which knows no
 * times, gives midnights. Each is computed when it is asked for; there are never more than one for each day
 * that 32 bits of minutes hold.
 *
 * Daily and weekly patterns do not depend on the calendar; monthly and yearly ones are expanded for
 * calendars whose months are those of the Gregorian. Needs `Temporal`. Throws `RangeError` for other
 * calendars, for tasks that are created when the one before is completed (`slidingFlag`), and for fields
 * with values that make no sense.
 */
export function* expandRecurrence(
  pattern: RecurrencePattern | AppointmentRecurrencePattern,
  range: OccurrenceRange = {},
): Generator<Occurrence, void, undefined> {
  const series = toSeries(pattern)
  const from = range.from === undefined ? 0 : minutesFrom(range.from)
  const to = range.to === undefined ? Number.POSITIVE_INFINITY : minutesFrom(range.to)
  let left = range.limit ?? Number.POSITIVE_INFINITY
  if (left < 1) return
  for (const { start, end, exception } of series.instances(from)) {
    if (start >= to || start > MAX_MINUTES || end > MAX_MINUTES) return
    if (start < from) continue
    yield {
      start: minutesToPlainDateTime(start),
      end: minutesToPlainDateTime(end),
      ...(exception === undefined ? {} : { exception }),
    }
    left -= 1
    if (left < 1) return
  }
}

/**
 * The date (midnight in minutes since 1601) of the last occurrence that a pattern's rule gives, deleted
 * ones included: the value for `endDate` of a series that ends after a number of occurrences. `undefined`
 * if the rule gives none. Throws as {@link expandRecurrence}.
 */
export function lastOccurrenceDate(pattern: RecurrencePattern): number | undefined {
  let last: number | undefined
  for (const day of regularDays(pattern, 0)) last = day
  return last === undefined ? undefined : last * MINUTES_PER_DAY
}

interface Instance {
  readonly start: number
  readonly end: number
  readonly exception?: { readonly index: number; readonly info: ExceptionInfo }
}

const MAX_MINUTES = 0xffffffff
const MAX_DAY = Math.floor(MAX_MINUTES / MINUTES_PER_DAY)

/** Calendars whose months begin and end with those of the Gregorian; only their years differ. */
const gregorianMonths: ReadonlySet<number> = new Set([
  CalendarType.default,
  CalendarType.gregorian,
  CalendarType.gregorianUs,
  CalendarType.japan,
  CalendarType.taiwan,
  CalendarType.korea,
  CalendarType.thai,
  CalendarType.gregorianMeFrench,
  CalendarType.gregorianArabic,
  CalendarType.gregorianXlitEnglish,
  CalendarType.gregorianXlitFrench,
])

function toSeries(value: RecurrencePattern | AppointmentRecurrencePattern): {
  instances(from: number): Generator<Instance, void, undefined>
} {
  const isAppointment = 'recurrencePattern' in value
  const pattern = isAppointment ? value.recurrencePattern : value
  const startOffset = isAppointment ? value.startTimeOffset : 0
  const endOffset = isAppointment ? value.endTimeOffset : 0
  const modified: Instance[] = isAppointment
    ? value.exceptionInfo.map((info, index) => ({
        start: info.startDateTime,
        end: info.endDateTime,
        exception: { index, info },
      }))
    : pattern.modifiedInstanceDates.map((date) => ({ start: date, end: date }))
  modified.sort((a, b) => a.start - b.start)
  const replaced = new Set(pattern.deletedInstanceDates.map(dayOf))
  if (isAppointment) for (const info of value.exceptionInfo) replaced.add(dayOf(info.originalStartDate))

  return {
    *instances(from) {
      let next = 0
      for (const day of regularDays(pattern, dayOf(Math.max(from - startOffset, 0)))) {
        if (replaced.has(day)) continue
        const midnight = day * MINUTES_PER_DAY
        const start = midnight + startOffset
        while (next < modified.length && modified[next]!.start <= start) yield modified[next++]!
        yield { start, end: midnight + endOffset }
      }
      while (next < modified.length) yield modified[next++]!
    },
  }
}

function dayOf(minutes: number): number {
  return Math.floor(minutes / MINUTES_PER_DAY)
}

/** Rounded up, so that comparing with whole minutes is exact; beyond 32 bits too. */
function minutesFrom(dateTime: Temporal.PlainDateTime): number {
  const { year, month, day, hour, minute, second, millisecond, microsecond, nanosecond } =
    dateTime.withCalendar('iso8601')
  const isWhole = (second | millisecond | microsecond | nanosecond) === 0
  return daysFromCivil(year, month, day) * MINUTES_PER_DAY + hour * 60 + minute + (isWhole ? 0 : 1)
}

/**
 * The days, since 1601, on which the rule of a pattern falls, exceptions not considered. Those before
 * `fromDay` may be left out, unless they must be counted.
 */
function* regularDays(pattern: RecurrencePattern, fromDay: number): Generator<number, void, undefined> {
  if (pattern.slidingFlag) {
    throw new RangeError(
      'when a task recurs that depends on when the one before is completed cannot be foretold',
    )
  }
  const startDay = dayOf(pattern.startDate)
  const { lastDay, count } = endOf(pattern)
  const firstDay = count === undefined ? Math.max(startDay, fromDay) : startDay
  let left = count ?? Number.POSITIVE_INFINITY
  if (left < 1) return
  for (const day of candidateDays(pattern, firstDay)) {
    if (day > lastDay) return
    if (day < firstDay) continue
    yield day
    left -= 1
    if (left < 1) return
  }
}

function endOf({ endType, endDate, occurrenceCount }: RecurrencePattern): {
  lastDay: number
  count?: number
} {
  switch (endType) {
    case RecurrenceEndType.afterDate:
      return { lastDay: dayOf(endDate) }
    case RecurrenceEndType.afterOccurrences:
      return { lastDay: MAX_DAY, count: occurrenceCount }
    case RecurrenceEndType.never:
    case RecurrenceEndType.neverLegacy:
      return { lastDay: dayOf(MINUTES_NO_END) }
    default:
      throw new RangeError(`unknown end type ${endType}`)
  }
}

/** The days of the rule, from some day not after the first that is on or after `firstDay`, without end. */
function candidateDays(pattern: RecurrencePattern, firstDay: number): Iterable<number> {
  switch (pattern.patternType) {
    case PatternType.day:
      return everyNthDay(pattern, firstDay)
    case PatternType.week:
      return pattern.daysOfWeek & DayOfWeekMask.all ? everyNthWeek(pattern, pattern.daysOfWeek, firstDay) : []
    case PatternType.month:
    case PatternType.monthEnd: {
      const { patternType, dayOfMonth } = pattern
      const day = patternType === PatternType.monthEnd ? 31 : atLeastOne(dayOfMonth)
      return everyNthMonth(pattern, firstDay, (year, month) => Math.min(day, daysInMonth(year, month)))
    }
    case PatternType.monthNth: {
      const { daysOfWeek, nth } = pattern
      if (nth < 1 || nth > NTH_LAST) throw new RangeError(`${nth} is no number of a day in the month`)
      if ((daysOfWeek & DayOfWeekMask.all) === 0) return []
      return everyNthMonth(pattern, firstDay, (year, month) => nthMatchingDay(year, month, daysOfWeek, nth))
    }
    default:
      throw new RangeError('months of the Hijri calendar are not supported')
  }
}

function* everyNthDay({ period, firstDateTime }: RecurrencePattern, firstDay: number): Generator<number> {
  const step = wholeDays(period)
  let day = firstDay + modulo(dayOf(firstDateTime) - firstDay, step)
  for (; ; day += step) yield day
}

function* everyNthWeek(
  { period, firstDateTime, firstDow }: RecurrencePattern,
  daysOfWeek: number,
  firstDay: number,
): Generator<number> {
  const step = 7 * atLeastOne(period)
  const week = startOfWeek(firstDay, firstDow)
  let start = week + modulo(startOfWeek(dayOf(firstDateTime), firstDow) - week, step)
  for (; ; start += step) {
    for (let day = start; day < start + 7; day++) if (daysOfWeek & (1 << dayOfWeek(day))) yield day
  }
}

function* everyNthMonth(
  { period, firstDateTime, calendarType }: RecurrencePattern,
  firstDay: number,
  dayInMonth: (year: number, month: number) => number,
): Generator<number> {
  if (!gregorianMonths.has(calendarType))
    throw new RangeError(`months of calendar ${calendarType} are not supported`)
  const step = atLeastOne(period)
  const first = monthIndex(firstDay)
  let index = first + modulo(monthIndex(dayOf(firstDateTime)) - first, step)
  for (; ; index += step) {
    const year = 1601 + Math.floor(index / 12)
    const month = 1 + (index % 12)
    yield daysFromCivil(year, month, dayInMonth(year, month))
  }
}

/** The day of the month of the nth (5: the last) of those days of the week that `daysOfWeek` names. */
function nthMatchingDay(year: number, month: number, daysOfWeek: number, nth: number): number {
  const last = daysInMonth(year, month)
  const first = daysFromCivil(year, month, 1)
  const matches = (day: number): boolean => (daysOfWeek & (1 << dayOfWeek(first + day - 1))) !== 0
  if (nth === NTH_LAST) {
    let day = last
    while (!matches(day)) day -= 1
    return day
  }
  let day = 0
  for (let found = 0; found < nth; ) {
    day += 1
    if (matches(day)) found += 1
  }
  return day
}
