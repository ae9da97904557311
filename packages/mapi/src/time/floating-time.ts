import { civilFromDays, daysFromCivil } from './civil.ts'

/**
 * PtypFloatingTime ([MS-OXCDATA] 2.11.1), the OLE automation date: local time as the number of days since
 * 30 December 1899, whose fraction is the time of the day. The fraction counts forward also before 1899:
 * -1.25 is 29 December 06:00.
 */

const MILLISECONDS_PER_DAY = 86_400_000
/** 30 December 1899 in days since 1601. */
const EPOCH_DAY = daysFromCivil(1899, 12, 30)

/**
 * The local date and time, rounded to the millisecond. Needs `Temporal`. Throws `RangeError` for what is no
 * date.
 */
export function floatingTimeToPlainDateTime(value: number): Temporal.PlainDateTime {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no date`)
  const whole = Math.trunc(value)
  const rounded = Math.round(Math.abs(value - whole) * MILLISECONDS_PER_DAY)
  const carry = rounded === MILLISECONDS_PER_DAY ? 1 : 0
  const { year, month, day } = civilFromDays(EPOCH_DAY + whole + carry)
  const time = rounded % MILLISECONDS_PER_DAY
  return new Temporal.PlainDateTime(
    year,
    month,
    day,
    Math.floor(time / 3_600_000),
    Math.floor(time / 60_000) % 60,
    Math.floor(time / 1000) % 60,
    time % 1000,
  )
}

/** The number of days for a local date and time; what is below a millisecond is cut off. */
export function plainDateTimeToFloatingTime(dateTime: Temporal.PlainDateTime): number {
  const { year, month, day, hour, minute, second, millisecond } = dateTime.withCalendar('iso8601')
  const days = daysFromCivil(year, month, day) - EPOCH_DAY
  const fraction = (((hour * 60 + minute) * 60 + second) * 1000 + millisecond) / MILLISECONDS_PER_DAY
  return days < 0 ? days - fraction : days + fraction
}
