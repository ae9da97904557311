import { civilFromDays, dayOfWeek, MINUTES_PER_DAY } from '../time/index.ts'

/** The period of a daily pattern in days. Throws `RangeError` unless it is a number of whole days. */
export function wholeDays(period: number): number {
  if (period % MINUTES_PER_DAY !== 0)
    throw new RangeError(`a period of ${period} minutes is no number of days`)
  return atLeastOne(period / MINUTES_PER_DAY)
}

/** The period itself. Throws `RangeError` for zero, with which no series would ever get on. */
export function atLeastOne(period: number): number {
  if (period < 1) throw new RangeError('a period of zero')
  return period
}

/** The day, since 1601, that begins the week in which `day` falls. */
export function startOfWeek(day: number, firstDow: number): number {
  return day - modulo(dayOfWeek(day) - firstDow, 7)
}

/** The month in which a day falls, counted from January 1601. */
export function monthIndex(day: number): number {
  const { year, month } = civilFromDays(day)
  return (year - 1601) * 12 + month - 1
}

/** The remainder that is never negative. */
export function modulo(dividend: number, divisor: number): number {
  return ((dividend % divisor) + divisor) % divisor
}
