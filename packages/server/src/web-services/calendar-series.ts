import {
  type AppointmentRecurrencePattern,
  and,
  appointmentRecurrencePatternCodec,
  equals,
  exists,
  expandRecurrence,
  type FileTime,
  type Folder,
  fileTime,
  fileTimeToInstant,
  greaterThan,
  lessThan,
  localToFileTime,
  type MessageStore,
  not,
  type Occurrence,
  or,
  PidTagEntryId,
  PidTagMessageClass,
  PidTagMid,
  PidTagSensitivity,
  PidTagSubject,
  SYSTEM_TIME_NONE,
  startsWith,
  TICKS_PER_DAY,
  type TimeZoneBiases,
  timeZoneDefinitionCodec,
  timeZoneRuleForYear,
  timeZoneStructCodec,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import type { CalendarEvent, EventDetails } from './calendar-events.ts'
import { type AppointmentTags, appointmentTags, busyTypeOf, detailsOf } from './calendar-fields.ts'

/** How far an exception may lie outside of the dates that a series is filed under, in FILETIME ticks. */
const MARGIN = 62n * TICKS_PER_DAY

const UTC: TimeZoneBiases = {
  bias: 0,
  standardBias: 0,
  daylightBias: 0,
  standardDate: SYSTEM_TIME_NONE,
  daylightDate: SYSTEM_TIME_NONE,
}

/** A series as it is kept. */
interface Series {
  readonly pattern: AppointmentRecurrencePattern
  /** The rule of its time zone in a year. */
  zoneIn(year: number): TimeZoneBiases
  readonly busy: number | undefined
  readonly details: EventDetails
}

/** The occurrences of the series of a calendar that touch a time. Series that cannot be read are passed over. */
export async function readSeries(
  store: MessageStore,
  calendar: Folder,
  from: FileTime,
  to: FileTime,
): Promise<readonly CalendarEvent[]> {
  const tags = await appointmentTags(store)
  const events: CalendarEvent[] = []
  for (const mid of await seriesIn(calendar, tags, from, to)) {
    const series = await openSeries(store, calendar.id, mid, tags)
    if (series !== undefined) events.push(...occurrencesOf(series, from, to))
  }
  return events
}

async function seriesIn(
  calendar: Folder,
  tags: AppointmentTags,
  from: FileTime,
  to: FileTime,
): Promise<readonly bigint[]> {
  await using table = await calendar.contentsTable()
  const typed = await table.setColumns([PidTagMid])
  await typed.restrict(
    and(
      startsWith(PidTagMessageClass, 'IPM.Appointment'),
      equals(tags.recurring, true),
      or(not(exists(tags.clipStart)), lessThan(tags.clipStart, fileTime(to + MARGIN))),
      or(not(exists(tags.clipEnd)), greaterThan(tags.clipEnd, fileTime(from - MARGIN))),
    ),
  )
  const mids: bigint[] = []
  for await (const row of typed) mids.push(row.get(PidTagMid)!)
  return mids
}

async function openSeries(
  store: MessageStore,
  folderId: bigint,
  mid: bigint,
  tags: AppointmentTags,
): Promise<Series | undefined> {
  await using message = await store.openMessage(folderId, mid)
  const bytes = await message.get(tags.recur)
  const pattern = bytes && decoded(bytes, (given) => decodeWith(appointmentRecurrencePatternCodec, given))
  if (pattern === undefined) return undefined
  const values = await message.getProperties([
    tags.busy,
    tags.location,
    tags.state,
    tags.reminder,
    tags.recurring,
    tags.zone,
    tags.zoneStruct,
    PidTagEntryId,
    PidTagSubject,
    PidTagSensitivity,
  ])
  const [zone, zoneStruct] = [values.get(tags.zone), values.get(tags.zoneStruct)]
  const definition = zone && decoded(zone, (given) => decodeWith(timeZoneDefinitionCodec, given))
  const fixed = (zoneStruct && decoded(zoneStruct, (given) => decodeWith(timeZoneStructCodec, given))) ?? UTC
  return {
    pattern,
    zoneIn: (year) => (definition && timeZoneRuleForYear(definition, year)) ?? fixed,
    busy: values.get(tags.busy),
    details: detailsOf(values, tags),
  }
}

function* occurrencesOf(series: Series, from: FileTime, to: FileTime): Generator<CalendarEvent> {
  const { pattern } = series
  const longest = Math.max(
    pattern.endTimeOffset - pattern.startTimeOffset,
    ...pattern.exceptionInfo.map((info) => info.endDateTime - info.startDateTime),
  )
  const local = (time: FileTime) => fileTimeToInstant(time).toZonedDateTimeISO('UTC').toPlainDateTime()
  // A day more on either side, whatever the time zone.
  const range = {
    from: local(from).subtract({ minutes: longest, days: 1 }),
    to: local(to).add({ days: 1 }),
  }
  try {
    for (const occurrence of expandRecurrence(pattern, range)) {
      const event = eventOf(occurrence, series)
      if (event.start < to && (event.end > from || event.start >= from)) yield event
    }
  } catch (error) {
    // A pattern that makes no sense has no occurrences.
    if (!(error instanceof RangeError)) throw error
  }
}

function eventOf(
  { start, end, exception }: Occurrence,
  { pattern, zoneIn, busy, details }: Series,
): CalendarEvent {
  const times = {
    start: localToFileTime(zoneIn(start.year), start),
    end: localToFileTime(zoneIn(end.year), end),
  }
  if (exception === undefined) return { ...times, busy: busyTypeOf(busy), details }
  const { info, index } = exception
  const extended = pattern.extendedExceptions[index]
  return {
    ...times,
    busy: busyTypeOf(info.busyStatus ?? busy),
    details: {
      ...details,
      isException: true,
      subject: extended?.wideCharSubject ?? details.subject,
      location: extended?.wideCharLocation ?? details.location,
      isReminderSet: info.reminderSet ?? details.isReminderSet,
    },
  }
}

/** What bytes of other programs say, if they can be read. */
function decoded<T>(bytes: Uint8Array, decode: (bytes: Uint8Array) => T): T | undefined {
  try {
    return decode(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
