import {
  type AppointmentRecurrencePattern,
  appointmentRecurrencePatternCodec,
  ErrorCode,
  type ExceptionInfo,
  type ExtendedException,
  expandRecurrence,
  globalObjectIdForInstance,
  MapiError,
  minutesToFileTime,
  minutesToPlainDateTime,
  OverrideFlag,
  PidLidAppointmentDuration,
  PidLidAppointmentEndWhole,
  PidLidAppointmentRecur,
  PidLidAppointmentStartWhole,
  PidLidAppointmentSubType,
  PidLidBusyStatus,
  PidLidCleanGlobalObjectId,
  PidLidCommonEnd,
  PidLidCommonStart,
  PidLidExceptionReplaceTime,
  PidLidFExceptionalBody,
  PidLidGlobalObjectId,
  PidLidIsException,
  PidLidLocation,
  PidTagBody,
  PidTagEndDate,
  PidTagStartDate,
  plainDateTimeToMinutes,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { writeSubjectFields } from '../items/common-fields.ts'
import { valuesOf } from '../items/item.ts'
import type { MailMessage } from '../mail/message.ts'
import type { Assignment } from '../mail/set-named.ts'
import type { TimeLike } from '../mail/time.ts'
import {
  type AppointmentFields,
  appointment,
  BUSY_STATUSES,
  type BusyStatus,
  readPattern,
  timeOf,
  writeAppointmentReminder,
} from './appointment.ts'
import { findException, putException } from './exception-attachments.ts'
import { midnightOf } from './recurrence.ts'
import { toZoned } from './zoned.ts'

/** What of one occurrence of a series is to differ from the others. */
export interface OccurrenceContent {
  readonly subject?: string
  readonly location?: string
  readonly start?: TimeLike
  readonly end?: TimeLike
  readonly allDay?: boolean
  readonly busy?: BusyStatus
  /** How many minutes before the start to remind; given as `undefined` to take the reminder away. */
  readonly reminder?: number | undefined
  readonly text?: string
}

/** A series as it is kept: its fields, its pattern and the exceptions to it. */
export interface Series {
  readonly fields: AppointmentFields
  readonly pattern: AppointmentRecurrencePattern
}

/** One occurrence of a series. */
export interface SeriesOccurrence {
  /** The date on which it would be if it were no exception; it tells the occurrences of a series apart. */
  readonly date: Temporal.PlainDate
  readonly isException: boolean
  readonly fields: AppointmentFields
}

interface Exception {
  readonly info: ExceptionInfo
  readonly extended: ExtendedException
}

/** Reads a series. Rejects with `InvalidObject` if the message is none. */
export async function readSeries(message: MailMessage): Promise<Series> {
  const values = valuesOf(await message.read(appointment.properties))
  const pattern = readPattern(values)
  if (pattern === undefined) {
    throw new MapiError(ErrorCode.InvalidObject, { message: 'the appointment is no series' })
  }
  return { fields: appointment.read(values), pattern }
}

/** The occurrences of a series that start before `to` and end after `from`, in order. */
export function* occurrencesOf(
  { fields, pattern }: Series,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Generator<SeriesOccurrence, void, undefined> {
  const zone = fields.start.timeZoneId
  const longest = Math.max(
    pattern.endTimeOffset - pattern.startTimeOffset,
    ...pattern.exceptionInfo.map((info) => info.endDateTime - info.startDateTime),
  )
  const local = (time: Temporal.Instant) => time.toZonedDateTimeISO(zone).toPlainDateTime()
  // A minute and a day more on either side, so that no change of the clocks makes one be missed.
  const range = {
    from: local(from).subtract({ minutes: longest, days: 1 }),
    to: local(to).add({ days: 1 }),
  }
  for (const { start, end, exception } of expandRecurrence(pattern, range)) {
    const occurrence = {
      ...fields,
      recurrence: undefined,
      start: start.toZonedDateTime(zone),
      end: end.toZonedDateTime(zone),
    }
    const begins = occurrence.start.epochNanoseconds
    const ends = occurrence.end.epochNanoseconds
    if (begins >= to.epochNanoseconds) continue
    if (ends <= from.epochNanoseconds && begins < from.epochNanoseconds) continue
    if (exception === undefined) {
      yield { date: start.toPlainDate(), isException: false, fields: occurrence }
    } else {
      const { index, info } = exception
      yield {
        date: minutesToPlainDateTime(info.originalStartDate).toPlainDate(),
        isException: true,
        fields: withException(occurrence, { info, extended: pattern.extendedExceptions[index]! }),
      }
    }
  }
}

/** Changes one occurrence of a series ([MS-OXOCAL] 3.1.4.6.4), and saves the message. */
export async function changeOccurrence(
  message: MailMessage,
  date: Temporal.PlainDate,
  changes: OccurrenceContent,
): Promise<void> {
  const series = await readSeries(message)
  const { fields, pattern } = series
  const zone = fields.start.timeZoneId
  const at = requireOccurrence(pattern, date)
  const original = minutesToPlainDateTime(midnightOf(date) + pattern.startTimeOffset)
  const regular = {
    ...fields,
    recurrence: undefined,
    start: original.toZonedDateTime(zone),
    end: original.add({ minutes: pattern.endTimeOffset - pattern.startTimeOffset }).toZonedDateTime(zone),
  }
  const before =
    at === undefined
      ? regular
      : withException(
          {
            ...regular,
            start: minutesToPlainDateTime(pattern.exceptionInfo[at]!.startDateTime).toZonedDateTime(zone),
            end: minutesToPlainDateTime(pattern.exceptionInfo[at]!.endDateTime).toZonedDateTime(zone),
          },
          exceptionAt(pattern, at),
        )
  const after = changed(before, changes)
  const exception = toException(regular, after, midnightOf(date) + pattern.startTimeOffset, {
    hasBody: changes.text !== undefined || hasOwnBody(pattern, at),
  })
  const replaces = timeOf(regular.start)
  const present = await findException(message.raw, {
    replaces,
    start: at === undefined ? undefined : minutesToFileTime(pattern.exceptionInfo[at]!.startDateTime),
  })
  await putException(
    message.raw,
    message.store.tags,
    present,
    {
      start: minutesToFileTime(exception.info.startDateTime),
      end: minutesToFileTime(exception.info.endDateTime),
      replaces,
    },
    await exceptionProperties(message, date, after, exception, changes.text, replaces),
  )
  await writePattern(message, withExceptionAt(pattern, at, exception, midnightOf(date)))
}

/** Takes one occurrence out of a series ([MS-OXOCAL] 3.1.4.6.5), and saves the message. */
export async function deleteOccurrence(message: MailMessage, date: Temporal.PlainDate): Promise<void> {
  const { fields, pattern } = await readSeries(message)
  const at = requireOccurrence(pattern, date)
  const start = minutesToPlainDateTime(midnightOf(date) + pattern.startTimeOffset)
  const present = await findException(message.raw, {
    replaces: timeOf(start.toZonedDateTime(fields.start.timeZoneId)),
    start: at === undefined ? undefined : minutesToFileTime(pattern.exceptionInfo[at]!.startDateTime),
  })
  if (present !== undefined) await message.raw.deleteAttachment(present)
  await writePattern(message, withExceptionAt(pattern, at, undefined, midnightOf(date)))
}

/** Where the exception of a date stands, if it is one. Throws `NotFound` if there is no occurrence on that date. */
function requireOccurrence(
  pattern: AppointmentRecurrencePattern,
  date: Temporal.PlainDate,
): number | undefined {
  const at = pattern.exceptionInfo.findIndex((info) =>
    minutesToPlainDateTime(info.originalStartDate).toPlainDate().equals(date),
  )
  if (at >= 0) return at
  const from = date.toPlainDateTime()
  for (const { exception } of expandRecurrence(pattern, { from, to: from.add({ days: 1 }) })) {
    if (exception === undefined) return undefined
  }
  throw new MapiError(ErrorCode.NotFound, { message: `the series has no occurrence on ${date}` })
}

function exceptionAt(pattern: AppointmentRecurrencePattern, at: number): Exception {
  return { info: pattern.exceptionInfo[at]!, extended: pattern.extendedExceptions[at]! }
}

function hasOwnBody(pattern: AppointmentRecurrencePattern, at: number | undefined): boolean {
  if (at === undefined) return false
  return (pattern.exceptionInfo[at]!.overrideFlags & OverrideFlag.exceptionalBody) !== 0
}

/** What an exception says differently. */
function withException(fields: AppointmentFields, { info, extended }: Exception): AppointmentFields {
  const { reminderSet, reminderDelta, busyStatus, subType } = info
  const reminder =
    reminderSet === false ? undefined : (reminderDelta ?? fields.reminder ?? (reminderSet ? 0 : undefined))
  return {
    ...fields,
    subject: extended.wideCharSubject ?? info.subject ?? fields.subject,
    location: extended.wideCharLocation ?? info.location ?? fields.location,
    busy: busyStatus === undefined ? fields.busy : (BUSY_STATUSES[busyStatus] ?? fields.busy),
    allDay: subType ?? fields.allDay,
    reminder,
  }
}

function changed(before: AppointmentFields, changes: OccurrenceContent): AppointmentFields {
  const { start, end, text: _, ...others } = changes
  const zone = before.start.timeZoneId
  const from = start === undefined ? before.start : toZoned(start, zone).withTimeZone(zone)
  const to =
    end === undefined
      ? from.add(before.start.until(before.end, { largestUnit: 'days' }))
      : toZoned(end, zone).withTimeZone(zone)
  if (Temporal.ZonedDateTime.compare(to, from) < 0)
    throw new RangeError('an occurrence ends before it starts')
  return { ...before, ...others, start: from, end: to }
}

/** The structures that say what an occurrence has that the series has not ([MS-OXOCAL] 2.2.1.44.2, 2.2.1.44.4). */
function toException(
  regular: AppointmentFields,
  after: AppointmentFields,
  originalStartDate: number,
  { hasBody }: { readonly hasBody: boolean },
): Exception {
  const startDateTime = plainDateTimeToMinutes(after.start.toPlainDateTime())
  const endDateTime = plainDateTimeToMinutes(after.end.toPlainDateTime())
  const differs = {
    subject: after.subject !== regular.subject,
    location: after.location !== regular.location,
    busy: after.busy !== regular.busy,
    allDay: after.allDay !== regular.allDay,
    reminder: after.reminder !== regular.reminder,
  }
  const hasDelta = differs.reminder && after.reminder !== undefined
  const overrideFlags =
    (differs.subject ? OverrideFlag.subject : 0) |
    (differs.location ? OverrideFlag.location : 0) |
    (differs.busy ? OverrideFlag.busyStatus : 0) |
    (differs.allDay ? OverrideFlag.subType : 0) |
    (differs.reminder ? OverrideFlag.reminder : 0) |
    (hasDelta ? OverrideFlag.reminderDelta : 0) |
    (hasBody ? OverrideFlag.exceptionalBody : 0)
  const times = { startDateTime, endDateTime, originalStartDate }
  const none = new Uint8Array(0)
  const hasText = differs.subject || differs.location
  return {
    info: {
      ...times,
      overrideFlags,
      subject: differs.subject ? asLatin1(after.subject) : undefined,
      meetingType: undefined,
      reminderDelta: hasDelta ? after.reminder : undefined,
      reminderSet: differs.reminder ? after.reminder !== undefined : undefined,
      location: differs.location ? asLatin1(after.location) : undefined,
      busyStatus: differs.busy ? BUSY_STATUSES.indexOf(after.busy) : undefined,
      attachment: undefined,
      subType: differs.allDay ? after.allDay : undefined,
      appointmentColor: undefined,
    },
    extended: {
      changeHighlight: { value: 0, reserved: none },
      reservedBlockEE1: none,
      ...(hasText ? { ...times, reservedBlockEE2: none } : {}),
      ...(differs.subject ? { wideCharSubject: after.subject } : {}),
      ...(differs.location ? { wideCharLocation: after.location } : {}),
    },
  }
}

/**
 * A pattern with the exception at `at` (or none) replaced by another, or with `undefined` by nothing: then the occurrence is deleted. Its
 * date stands among the deleted ones in either case ([MS-OXOCAL] 2.2.1.44.1).
 */
function withExceptionAt(
  pattern: AppointmentRecurrencePattern,
  at: number | undefined,
  exception: Exception | undefined,
  originalDate: number,
): AppointmentRecurrencePattern {
  const others = pattern.exceptionInfo.map((_, i) => exceptionAt(pattern, i)).filter((_, i) => i !== at)
  const all = exception === undefined ? others : [...others, exception]
  all.sort((a, b) => a.info.startDateTime - b.info.startDateTime)
  const { recurrencePattern } = pattern
  const modified = all.map(({ info }) => info.startDateTime - (info.startDateTime % 1440))
  const deleted = [...new Set([...recurrencePattern.deletedInstanceDates, originalDate])]
  const ascending = (a: number, b: number) => a - b
  return {
    ...pattern,
    recurrencePattern: {
      ...recurrencePattern,
      deletedInstanceDates: deleted.sort(ascending),
      modifiedInstanceDates: modified.sort(ascending),
    },
    exceptionInfo: all.map(({ info }) => info),
    extendedExceptions: all.map(({ extended }) => extended),
  }
}

async function writePattern(message: MailMessage, pattern: AppointmentRecurrencePattern): Promise<void> {
  await message.set(PidLidAppointmentRecur, encodeWith(appointmentRecurrencePatternCodec, pattern))
  await message.save()
}

/** The properties of the message of an exception ([MS-OXOCAL] 2.2.10.2). */
async function exceptionProperties(
  message: MailMessage,
  date: Temporal.PlainDate,
  fields: AppointmentFields,
  { info }: Exception,
  text: string | undefined,
  replaces: ReturnType<typeof timeOf>,
): Promise<readonly Assignment[]> {
  const clean = await message.get(PidLidCleanGlobalObjectId)
  const [from, to] = [timeOf(fields.start), timeOf(fields.end)]
  return [
    ...writeSubjectFields(fields.subject),
    [PidTagBody, text],
    [PidLidLocation, fields.location],
    [PidLidBusyStatus, BUSY_STATUSES.indexOf(fields.busy)],
    [PidLidAppointmentSubType, fields.allDay],
    [PidLidAppointmentStartWhole, from],
    [PidLidAppointmentEndWhole, to],
    [PidLidCommonStart, from],
    [PidLidCommonEnd, to],
    [PidTagStartDate, from],
    [PidTagEndDate, to],
    [PidLidAppointmentDuration, info.endDateTime - info.startDateTime],
    [PidLidExceptionReplaceTime, replaces],
    [PidLidIsException, true],
    [PidLidFExceptionalBody, (info.overrideFlags & OverrideFlag.exceptionalBody) !== 0],
    [PidLidCleanGlobalObjectId, clean],
    [PidLidGlobalObjectId, clean === undefined ? undefined : globalObjectIdForInstance(clean, date)],
    ...writeAppointmentReminder(fields.reminder, fields.start),
  ]
}

/** Text for the fields that hold one byte per character; the whole text is in the extended exception. */
function asLatin1(text: string): string {
  return text.replace(/[^\0-\xff]/gu, '?')
}
