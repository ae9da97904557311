import { schemaError } from './soap.ts'

/**
 * A moment as XML Schema writes it (`dateTime`). Without a time zone it is taken as local time, whose distance to UTC `offsetAt` tells, in minutes.
 * Throws `ServiceError` for anything else.
 */
export function readDateTime(
  text: string | undefined,
  offsetAt: (local: Temporal.PlainDateTime) => number = () => 0,
): Temporal.Instant {
  try {
    if (text === undefined) throw schemaError('a time is missing.')
    if (/(?:[zZ]|[+-]\d\d:\d\d)$/.test(text)) return Temporal.Instant.from(text)
    const local = Temporal.PlainDateTime.from(text)
    return local
      .toZonedDateTime('UTC')
      .toInstant()
      .subtract({ minutes: offsetAt(local) })
  } catch (error) {
    if (error instanceof RangeError) throw schemaError(`${text} is no time.`)
    throw error
  }
}

/** A moment in UTC, to the second. */
export function writeDateTime(time: Temporal.Instant): string {
  return time.toString({ smallestUnit: 'second' })
}
