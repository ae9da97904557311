import { type FileTime, fileTimeToInstant, minutesToFileTime, plainDateTimeToMinutes } from '@bourse/mapi'
import { toFileTime } from './time.ts'

/** Midnight in local time, written as if it were UTC ([MS-OXOTASK] 2.2.2.2.4, 2.2.2.2.5). */
export function localMidnight(date: Temporal.PlainDate | undefined): FileTime | undefined {
  return date === undefined ? undefined : minutesToFileTime(plainDateTimeToMinutes(date.toPlainDateTime()))
}

/** Midnight in the user's time zone ([MS-OXCMSG] 2.2.1.18, 2.2.1.19). */
export function utcMidnight(date: Temporal.PlainDate | undefined): FileTime | undefined {
  return date === undefined
    ? undefined
    : toFileTime(date.toZonedDateTime(Temporal.Now.timeZoneId()).toInstant())
}

/** The date of a {@link localMidnight}. */
export function dateFromMidnight(time: FileTime | undefined): Temporal.PlainDate | undefined {
  return time === undefined ? undefined : fileTimeToInstant(time).toZonedDateTimeISO('UTC').toPlainDate()
}
