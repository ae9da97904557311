import { fileTimeToInstant } from '@bourse/mapi'
import { type TimeLike, toFileTime } from '../mail/time.ts'

/** A time with its zone; one that has none gets the zone given, or else the computer's. */
export function toZoned(time: TimeLike, timeZone = Temporal.Now.timeZoneId()): Temporal.ZonedDateTime {
  if (typeof time === 'object' && 'timeZoneId' in time) return time
  return fileTimeToInstant(toFileTime(time)).toZonedDateTimeISO(timeZone)
}
