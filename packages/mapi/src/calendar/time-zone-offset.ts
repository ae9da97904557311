import { dayOfWeek, daysFromCivil, daysInMonth } from '../time/civil.ts'
import { type FileTime, fileTimeToInstant, instantToFileTime } from '../time/file-time.ts'
import type { SystemTime } from './system-time.ts'

/**
 * What a TZRule and a PidLidTimeZoneStruct have in common. Biases are minutes to add to local time to get
 * UTC.
 */
export interface TimeZoneBiases {
  readonly bias: number
  readonly standardBias: number
  readonly daylightBias: number
  readonly standardDate: SystemTime
  readonly daylightDate: SystemTime
}

/**
 * Which offset a local time gets that occurs twice or not at all because the clocks change: the one that
 * gives the earlier or the later moment. `compatible`, as everywhere in `Temporal`: of two the earlier; of
 * none the later.
 */
export type Disambiguation = 'compatible' | 'earlier' | 'later'

const MS_PER_MINUTE = 60_000
const MS_PER_DAY = 86_400_000

/**
 * The offset from UTC, in minutes (positive east of Greenwich), that a time zone has at a local time. Where
 * daylight saving time is not observed, or the dates of its change are no dates, that is the plain bias.
 * Needs `Temporal`.
 */
export function utcOffsetAtLocal(
  zone: TimeZoneBiases,
  local: Temporal.PlainDateTime,
  disambiguation: Disambiguation = 'compatible',
): number {
  if (observesNone(zone)) return -zone.bias
  const { standard, daylight } = offsets(zone)
  const localMs = toMilliseconds(local)
  const isStandard = offsetAt(zone, localMs - standard * MS_PER_MINUTE) === standard
  const isDaylight = offsetAt(zone, localMs - daylight * MS_PER_MINUTE) === daylight
  if (isStandard !== isDaylight) return isStandard ? standard : daylight
  const earlier = disambiguation === 'earlier' || (disambiguation === 'compatible' && isStandard)
  return earlier ? Math.max(standard, daylight) : Math.min(standard, daylight)
}

/** The offset from UTC, in minutes (positive east of Greenwich), that a time zone has at a time in UTC. */
export function utcOffsetAtInstant(zone: TimeZoneBiases, time: FileTime): number {
  return offsetAt(zone, Number(time / 10_000n))
}

/**
 * The point in time of a local time. Needs `Temporal`. Throws `RangeError` outside the range of a FILETIME.
 */
export function localToFileTime(
  zone: TimeZoneBiases,
  local: Temporal.PlainDateTime,
  disambiguation: Disambiguation = 'compatible',
): FileTime {
  const offset = utcOffsetAtLocal(zone, local, disambiguation)
  const utc = local.toZonedDateTime('UTC').toInstant()
  return instantToFileTime(utc.subtract({ minutes: offset }))
}

/** The local time at a point in time. Needs `Temporal`. */
export function fileTimeToLocal(zone: TimeZoneBiases, time: FileTime): Temporal.PlainDateTime {
  const offset = utcOffsetAtInstant(zone, time)
  return fileTimeToInstant(time).toZonedDateTimeISO('UTC').toPlainDateTime().add({ minutes: offset })
}

function offsets({ bias, standardBias, daylightBias }: TimeZoneBiases): {
  standard: number
  daylight: number
} {
  return { standard: -(bias + standardBias), daylight: -(bias + daylightBias) }
}

function offsetAt(zone: TimeZoneBiases, utcMs: number): number {
  if (observesNone(zone)) return -zone.bias
  const { standard, daylight } = offsets(zone)
  const year = yearOf(utcMs + standard * MS_PER_MINUTE)
  const toDaylight = changeInYear(zone.daylightDate, year)
  const toStandard = changeInYear(zone.standardDate, year)
  if (toDaylight === undefined || toStandard === undefined) return standard
  // Each date is local time as the clocks show it until then.
  const daylightFrom = toDaylight - standard * MS_PER_MINUTE
  const standardFrom = toStandard - daylight * MS_PER_MINUTE
  const isDaylight =
    daylightFrom < standardFrom
      ? utcMs >= daylightFrom && utcMs < standardFrom
      : utcMs < standardFrom || utcMs >= daylightFrom
  return isDaylight ? daylight : standard
}

/**
 * A zone that never changes its clocks has no standard time to speak of, so its standard bias means
 * nothing.
 */
function observesNone({ standardDate, daylightDate }: TimeZoneBiases): boolean {
  return !isChange(standardDate) || !isChange(daylightDate)
}

function isChange({ year, month, dayOfWeek, day }: SystemTime): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  return year === 0 ? day <= 5 && dayOfWeek <= 6 : day <= daysInMonth(year, month)
}

/** When in `year` the clocks change, in local milliseconds since 1601; `undefined` if they do not. */
function changeInYear(date: SystemTime, year: number): number | undefined {
  if (!isChange(date)) return undefined
  if (date.year !== 0 && date.year !== year) return undefined
  const day = date.year === 0 ? nthDayOfWeek(year, date.month, date.dayOfWeek, date.day) : date.day
  const days = daysFromCivil(year, date.month, day)
  return days * MS_PER_DAY + ((date.hour * 60 + date.minute) * 60 + date.second) * 1000 + date.milliseconds
}

/** The day of the month of the nth (5: the last) of a day of the week. */
function nthDayOfWeek(year: number, month: number, weekday: number, n: number): number {
  const first = daysFromCivil(year, month, 1)
  const day = 1 + ((weekday - dayOfWeek(first) + 7) % 7) + (n - 1) * 7
  return day > daysInMonth(year, month) ? day - 7 : day
}

function yearOf(ms: number): number {
  const days = Math.floor(ms / MS_PER_DAY)
  const guess = 1601 + Math.floor(days / 365.2425)
  if (days < daysFromCivil(guess, 1, 1)) return guess - 1
  return days >= daysFromCivil(guess + 1, 1, 1) ? guess + 1 : guess
}

function toMilliseconds(local: Temporal.PlainDateTime): number {
  const { year, month, day, hour, minute, second, millisecond } = local.withCalendar('iso8601')
  return (
    daysFromCivil(year, month, day) * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
  )
}
