import { type FileTime, fileTimeToInstant } from '@bourse/mapi'

/** A time as people write it, in their own time zone: `2026-03-29 14:05`. */
export function formatTime(time: FileTime | undefined): string {
  if (time === undefined) return ''
  const local = fileTimeToInstant(time).toZonedDateTimeISO(Temporal.Now.timeZoneId())
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`
}

/** A time for programs, in ISO 8601, UTC. */
export function isoTime(time: FileTime | undefined): string | undefined {
  return time === undefined ? undefined : fileTimeToInstant(time).toString()
}
