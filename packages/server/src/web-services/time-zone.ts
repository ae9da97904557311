import {
  type FileTime,
  fileTimeToLocal,
  SYSTEM_TIME_NONE,
  type SystemTime,
  type TimeZoneBiases,
  utcOffsetAtLocal,
} from '@bourse/mapi'
import { child, type XmlElement } from '../autodiscover/xml.ts'
import { readDateTime } from './date-time.ts'
import { schemaError, textOf, wordOf } from './soap.ts'

/** Names of the days of the week, in the order of SYSTEMTIME. */
export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

export type Day = (typeof DAYS)[number]

/** The time zone in which a client gives and wants times (SerializableTimeZone, [MS-OXWAVLS]); UTC for one that names none. */
export function readTimeZone(zone: XmlElement | undefined): TimeZoneBiases {
  const standard = child(zone, 'StandardTime')
  const daylight = child(zone, 'DaylightTime')
  return {
    bias: numberOf(zone, 'Bias', 0),
    standardBias: numberOf(standard, 'Bias', 0),
    daylightBias: numberOf(daylight, 'Bias', 0),
    standardDate: changeOf(standard),
    daylightDate: changeOf(daylight),
  }
}

/** A moment that a client gives, in its time zone unless it says another one. */
export function readTimeIn(zone: TimeZoneBiases, text: string | undefined): Temporal.Instant {
  return readDateTime(text, (local) => utcOffsetAtLocal(zone, local))
}

/** A moment as a client wants it: local time without a mark of its zone. */
export function writeTimeIn(zone: TimeZoneBiases, time: FileTime): string {
  return fileTimeToLocal(zone, time).toString({ smallestUnit: 'second' })
}

/** When the clocks change (SerializableTimeZoneTime): the nth day of the week of a month, or of a year a day of a month. */
function changeOf(element: XmlElement | undefined): SystemTime {
  const time = textOf(element, 'Time')
  if (element === undefined || time === undefined) return SYSTEM_TIME_NONE
  const clock = /^(\d\d):(\d\d):(\d\d)/.exec(time)
  if (clock === null) throw schemaError(`${time} is no time of a day.`)
  return {
    year: numberOf(element, 'Year', 0),
    month: numberOf(element, 'Month', 0),
    dayOfWeek: Math.max(0, DAYS.indexOf(wordOf(element, 'DayOfWeek', DAYS) ?? 'Sunday')),
    day: numberOf(element, 'DayOrder', 0),
    hour: Number(clock[1]),
    minute: Number(clock[2]),
    second: Number(clock[3]),
    milliseconds: 0,
  }
}

/** A whole number in a child. */
export function numberOf<D>(element: XmlElement | undefined, name: string, fallback: D): number | D {
  const text = textOf(element, name)
  if (text === undefined || text === '') return fallback
  if (!/^-?\d{1,6}$/.test(text)) throw schemaError(`${name} is a number.`)
  return Number(text)
}
