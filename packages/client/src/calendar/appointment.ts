import {
  type AppointmentRecurrencePattern,
  appointmentRecurrencePatternCodec,
  expandRecurrence,
  type FileTime,
  fileTime,
  fileTimeToInstant,
  instantToFileTime,
  newGlobalObjectId,
  nowAsFileTime,
  PidLidAppointmentDuration,
  PidLidAppointmentEndWhole,
  PidLidAppointmentRecur,
  PidLidAppointmentSequence,
  PidLidAppointmentStartWhole,
  PidLidAppointmentStateFlags,
  PidLidAppointmentSubType,
  PidLidAppointmentTimeZoneDefinitionEndDisplay,
  PidLidAppointmentTimeZoneDefinitionRecur,
  PidLidAppointmentTimeZoneDefinitionStartDisplay,
  PidLidBusyStatus,
  PidLidCleanGlobalObjectId,
  PidLidClipEnd,
  PidLidClipStart,
  PidLidCommonEnd,
  PidLidCommonStart,
  PidLidFInvited,
  PidLidGlobalObjectId,
  PidLidIsRecurring,
  PidLidLocation,
  PidLidRecurrencePattern,
  PidLidRecurrenceType,
  PidLidRecurring,
  PidLidReminderDelta,
  PidLidReminderSet,
  PidLidResponseStatus,
  PidLidSideEffects,
  PidLidTimeZoneDescription,
  PidLidTimeZoneStruct,
  PidTagEndDate,
  PidTagIconIndex,
  PidTagResponseRequested,
  PidTagSentRepresentingName,
  PidTagStartDate,
  PidTagSubject,
  RecurrenceEndType,
  timeZoneDefinitionCodec,
  timeZoneStructCodec,
} from '@bourse/mapi'
import { DecodeError, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  COMMON_PROPERTIES,
  type CommonFields,
  type Importance,
  readCommon,
  readSubject,
  type Sensitivity,
  writeCommon,
  writeReminder,
  writeSubjectFields,
} from '../items/common-fields.ts'
import type { Item, ItemBody, ItemKind, ItemValues, PreparedContent } from '../items/item.ts'
import type { Assignment } from '../mail/set-named.ts'
import type { TimeLike } from '../mail/time.ts'
import { removeExceptions } from './exception-attachments.ts'
import { dateOf, fromRecurrencePattern, type Recurrence, toAppointmentPattern } from './recurrence.ts'
import { recurrenceText } from './recurrence-text.ts'
import { ianaZoneOf, timeZoneDefinitionOf, timeZoneStructOf } from './time-zone.ts'
import { toZoned } from './zoned.ts'

/** How the time of an appointment appears to others. */
export type BusyStatus = 'free' | 'tentative' | 'busy' | 'outOfOffice' | 'workingElsewhere'

/** In the order of the values of PidLidBusyStatus ([MS-OXOCAL] 2.2.1.2). */
export const BUSY_STATUSES: readonly BusyStatus[] = [
  'free',
  'tentative',
  'busy',
  'outOfOffice',
  'workingElsewhere',
]

/** PidTagIconIndex ([MS-OXOCAL] 2.2.1.49). */
const ICON_SINGLE = 0x400
const ICON_SERIES = 0x401

/** seOpenToDelete, seOpenToCopy, seOpenToMove, seCoerceToInbox, seOpenForCtxMenu ([MS-OXOCAL] 2.2.2.2). */
const SIDE_EFFECTS = 0x0001 | 0x0020 | 0x0040 | 0x0010 | 0x0100

/** PidLidAppointmentStateFlags: there are others to come ([MS-OXOCAL] 2.2.1.10). */
const STATE_MEETING = 0x00000001

/** PidLidRecurrenceType ([MS-OXOCAL] 2.2.1.45). */
const RECURRENCE_TYPES = { day: 1, week: 2, month: 3, year: 4 } as const

/** PidLidClipEnd of a series without end: 31 August 4500 23:59 ([MS-OXOCAL] 2.2.1.15). */
const NO_CLIP_END = instantToFileTimeOf('4500-08-31T23:59Z')

/** How long an appointment is if nobody says, in minutes. */
const DEFAULT_MINUTES = 30

/** What an appointment tells without being opened ([MS-OXOCAL]). Of a series, the times are those of its first occurrence. */
export interface AppointmentFields extends CommonFields {
  readonly subject: string
  readonly location: string
  /** In the time zone that the appointment was made in. */
  readonly start: Temporal.ZonedDateTime
  readonly end: Temporal.ZonedDateTime
  readonly allDay: boolean
  readonly busy: BusyStatus
  /** How many minutes before the start to remind; `undefined` for no reminder. */
  readonly reminder: number | undefined
  /** How it recurs; `undefined` for a single appointment. */
  readonly recurrence: Recurrence | undefined
  /** Others are to come too. */
  readonly isMeeting: boolean
  /** Who asked others to come. */
  readonly organizer: string | undefined
}

/** What an appointment is to be, or what of one changes. */
export interface AppointmentContent extends ItemBody {
  readonly subject?: string
  readonly location?: string
  /** When it starts. A time without a zone is taken in `timeZone`. */
  readonly start?: TimeLike
  /** When it ends; half an hour after the start, or a day if it lasts all day, if nobody says. */
  readonly end?: TimeLike
  /** The IANA time zone in which it recurs and is shown; that of `start`, or the computer's, if left out. */
  readonly timeZone?: string
  /** From midnight to midnight. */
  readonly allDay?: boolean
  readonly busy?: BusyStatus
  /** How many minutes before the start to remind; given as `undefined` to take the reminder away. */
  readonly reminder?: number | undefined
  /** Given as `undefined` to make a series a single appointment. */
  readonly recurrence?: Recurrence | undefined
  readonly categories?: readonly string[]
  readonly importance?: Importance
  readonly sensitivity?: Sensitivity
}

/** An {@link AppointmentContent} that says at least when it starts. */
export type NewAppointment = AppointmentContent & { readonly start: TimeLike }

export type Appointment = Item<AppointmentFields, AppointmentContent>

/** How appointments are kept in the properties of messages. */
export const appointment: ItemKind<AppointmentFields, AppointmentContent> = {
  messageClass: 'IPM.Appointment',
  properties: [
    PidTagSubject,
    PidLidLocation,
    PidLidAppointmentStartWhole,
    PidLidAppointmentEndWhole,
    PidLidCommonStart,
    PidLidCommonEnd,
    PidLidAppointmentSubType,
    PidLidBusyStatus,
    PidLidReminderSet,
    PidLidReminderDelta,
    PidLidRecurring,
    PidLidAppointmentRecur,
    PidLidAppointmentTimeZoneDefinitionStartDisplay,
    PidLidAppointmentTimeZoneDefinitionRecur,
    PidLidAppointmentStateFlags,
    PidTagSentRepresentingName,
    ...COMMON_PROPERTIES,
  ],
  // Patterns and time zones are longer than what a table holds.
  needsMessage: (values) => values.get(PidLidRecurring) === true,
  read(values) {
    const zone = readTimeZone(values)
    const time = (value: FileTime) => fileTimeToInstant(value).toZonedDateTimeISO(zone)
    const from = values.get(PidLidAppointmentStartWhole) ?? values.get(PidLidCommonStart) ?? fileTime(0n)
    const to = values.get(PidLidAppointmentEndWhole) ?? values.get(PidLidCommonEnd) ?? from
    const pattern = readPattern(values)
    return {
      ...readCommon(values),
      subject: readSubject(values),
      location: values.get(PidLidLocation) ?? '',
      start: time(from),
      end: time(to),
      allDay: values.get(PidLidAppointmentSubType) ?? false,
      busy: BUSY_STATUSES[values.get(PidLidBusyStatus) ?? 2] ?? 'busy',
      reminder: values.get(PidLidReminderSet) === true ? (values.get(PidLidReminderDelta) ?? 0) : undefined,
      recurrence: pattern === undefined ? undefined : fromRecurrencePattern(pattern.recurrencePattern),
      isMeeting: ((values.get(PidLidAppointmentStateFlags) ?? 0) & STATE_MEETING) !== 0,
      organizer: values.get(PidTagSentRepresentingName),
    }
  },
  write(fields) {
    const {
      subject = '',
      location = '',
      allDay = false,
      busy = 'busy',
      start,
      end,
      reminder,
      recurrence,
    } = fields
    if (start === undefined || end === undefined) throw new RangeError('an appointment needs a start')
    const minutes = Math.round(start.until(end, { largestUnit: 'minutes' }).total('minutes'))
    if (minutes < 0) throw new RangeError('an appointment ends before it starts')
    const [from, to] = [timeOf(start), timeOf(end)]
    const pattern =
      recurrence === undefined
        ? undefined
        : toAppointmentPattern(recurrence, start.toPlainDateTime(), minutes)
    return [
      ...writeCommon(fields),
      ...writeSubjectFields(subject),
      [PidLidLocation, location],
      [PidLidAppointmentStartWhole, from],
      [PidLidAppointmentEndWhole, to],
      [PidLidCommonStart, from],
      [PidLidCommonEnd, to],
      [PidTagStartDate, from],
      [PidTagEndDate, to],
      [PidLidAppointmentDuration, minutes],
      [PidLidAppointmentSubType, allDay],
      [PidLidBusyStatus, BUSY_STATUSES.indexOf(busy)],
      ...writeAppointmentReminder(reminder, nextStart(start, pattern)),
      ...writeSeries(recurrence, pattern, start, end),
    ]
  },
  prepare: prepareAppointment,
  async create() {
    const id = newGlobalObjectId(nowAsFileTime(), crypto.getRandomValues(new Uint8Array(16)))
    return [
      [PidLidGlobalObjectId, id],
      [PidLidCleanGlobalObjectId, id],
      [PidLidAppointmentStateFlags, 0],
      [PidLidAppointmentSequence, 0],
      [PidLidResponseStatus, 0],
      [PidLidFInvited, false],
      [PidLidSideEffects, SIDE_EFFECTS],
      [PidTagResponseRequested, true],
    ]
  },
  async changed(message, before, after) {
    // A series that recurs otherwise has lost its exceptions with its pattern.
    if (before.recurrence !== undefined && !isSameSeries(before, after)) await removeExceptions(message.raw)
  },
}

/** The pattern of a series; `undefined` for a single appointment, and for one that cannot be read. */
export function readPattern(values: ItemValues): AppointmentRecurrencePattern | undefined {
  if (values.get(PidLidRecurring) !== true) return undefined
  return decoded(values.get(PidLidAppointmentRecur), (bytes) =>
    decodeWith(appointmentRecurrencePatternCodec, bytes),
  )
}

/** The IANA time zone of an appointment; the computer's if it names none that is known. */
export function readTimeZone(values: ItemValues): string {
  const definition = (bytes: Uint8Array | undefined) =>
    decoded(bytes, (given) => ianaZoneOf(decodeWith(timeZoneDefinitionCodec, given).keyName))
  return (
    definition(values.get(PidLidAppointmentTimeZoneDefinitionRecur)) ??
    definition(values.get(PidLidAppointmentTimeZoneDefinitionStartDisplay)) ??
    Temporal.Now.timeZoneId()
  )
}

/** A reminder so many minutes before a start ([MS-OXORMDR] 2.2.1). */
export function writeAppointmentReminder(
  reminder: number | undefined,
  start: Temporal.ZonedDateTime,
): readonly Assignment[] {
  return reminder === undefined
    ? writeReminder(undefined)
    : writeReminder(timeOf(start.subtract({ minutes: reminder })), timeOf(start), reminder)
}

export function timeOf(time: Temporal.ZonedDateTime): FileTime {
  return instantToFileTime(time.toInstant())
}

function prepareAppointment(
  content: AppointmentContent,
  before: AppointmentFields | undefined,
): PreparedContent<AppointmentFields> {
  const {
    text,
    html,
    start: givenStart,
    end: givenEnd,
    timeZone,
    allDay = before?.allDay,
    ...fields
  } = content
  const zone = timeZone ?? before?.start.timeZoneId
  let start = givenStart === undefined ? before?.start : toZoned(givenStart, zone)
  if (timeZone !== undefined) start = start?.withTimeZone(timeZone)
  if (start === undefined) throw new RangeError('an appointment needs a start')
  if (allDay === true) start = start.startOfDay()
  // The first occurrence is the first day of the rule from the start on.
  const recurrence = 'recurrence' in fields ? fields.recurrence : before?.recurrence
  if (recurrence !== undefined) {
    const { recurrencePattern } = toAppointmentPattern(recurrence, start.toPlainDateTime(), 0)
    const date = dateOf(recurrencePattern.startDate)
    start = date.toZonedDateTime({ timeZone: start.timeZoneId, plainTime: start.toPlainTime() })
  }
  let end =
    givenEnd === undefined ? endFor(start, before, allDay === true) : toZoned(givenEnd, start.timeZoneId)
  end = end.withTimeZone(start.timeZoneId)
  if (allDay === true && Temporal.PlainTime.compare(end.toPlainTime(), '00:00') !== 0) {
    end = end.add({ days: 1 }).startOfDay()
  }
  return {
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    fields: { ...fields, start, end, ...(allDay === undefined ? {} : { allDay }) },
  }
}

/** An appointment that is moved stays as long as it was. */
function endFor(
  start: Temporal.ZonedDateTime,
  before: AppointmentFields | undefined,
  allDay: boolean,
): Temporal.ZonedDateTime {
  if (before !== undefined) return start.add(before.start.until(before.end, { largestUnit: 'days' }))
  return allDay ? start.add({ days: 1 }) : start.add({ minutes: DEFAULT_MINUTES })
}

/** What makes an appointment a series, or says that it is none ([MS-OXOCAL] 2.2.1.44, 2.2.1.39 to 2.2.1.43). */
function writeSeries(
  recurrence: Recurrence | undefined,
  pattern: AppointmentRecurrencePattern | undefined,
  start: Temporal.ZonedDateTime,
  end: Temporal.ZonedDateTime,
): readonly Assignment[] {
  const { timeZoneId, year } = start
  const display = encodeWith(timeZoneDefinitionCodec, timeZoneDefinitionOf(timeZoneId, year))
  const isSeries = recurrence !== undefined && pattern !== undefined
  const zone = isSeries
    ? {
        struct: encodeWith(timeZoneStructCodec, timeZoneStructOf(timeZoneId, year)),
        description: `(UTC${start.offset}) ${timeZoneId}`,
        definition: encodeWith(
          timeZoneDefinitionCodec,
          timeZoneDefinitionOf(timeZoneId, year, { recurring: true }),
        ),
      }
    : undefined
  return [
    [PidLidRecurring, isSeries],
    [PidLidIsRecurring, isSeries],
    [PidLidRecurrenceType, isSeries ? RECURRENCE_TYPES[recurrence.every] : 0],
    [
      PidLidRecurrencePattern,
      isSeries ? recurrenceText(recurrence, start.toPlainDateTime(), end.toPlainDateTime()) : undefined,
    ],
    [PidLidAppointmentRecur, isSeries ? encodeWith(appointmentRecurrencePatternCodec, pattern) : undefined],
    [PidLidClipStart, isSeries ? timeOf(start.startOfDay()) : timeOf(start)],
    [PidLidClipEnd, isSeries ? clipEnd(pattern, timeZoneId) : timeOf(end)],
    [PidLidTimeZoneStruct, zone?.struct],
    [PidLidTimeZoneDescription, zone?.description],
    [PidLidAppointmentTimeZoneDefinitionRecur, zone?.definition],
    [PidLidAppointmentTimeZoneDefinitionStartDisplay, display],
    [PidLidAppointmentTimeZoneDefinitionEndDisplay, display],
    [PidTagIconIndex, isSeries ? ICON_SERIES : ICON_SINGLE],
  ]
}

/** Midnight of the last occurrence ([MS-OXOCAL] 2.2.1.15). */
function clipEnd({ recurrencePattern }: AppointmentRecurrencePattern, timeZone: string): FileTime {
  const { endType, endDate } = recurrencePattern
  const isEndless = endType === RecurrenceEndType.never || endType === RecurrenceEndType.neverLegacy
  return isEndless ? NO_CLIP_END : timeOf(dateOf(endDate).toZonedDateTime(timeZone))
}

/** When the next occurrence starts, of which a reminder tells; the first if all are over. */
function nextStart(
  start: Temporal.ZonedDateTime,
  pattern: AppointmentRecurrencePattern | undefined,
): Temporal.ZonedDateTime {
  if (pattern === undefined) return start
  const from = Temporal.Now.plainDateTimeISO(start.timeZoneId)
  const [next] = expandRecurrence(pattern, { from, limit: 1 })
  return next === undefined ? start : next.start.toZonedDateTime(start.timeZoneId)
}

function isSameSeries(before: AppointmentFields, after: AppointmentFields): boolean {
  return (
    JSON.stringify(before.recurrence) === JSON.stringify(after.recurrence) &&
    before.start.equals(after.start) &&
    before.end.equals(after.end)
  )
}

/** What bytes of other programs say, if they can be read. */
function decoded<T>(bytes: Uint8Array | undefined, decode: (bytes: Uint8Array) => T): T | undefined {
  if (bytes === undefined) return undefined
  try {
    return decode(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

function instantToFileTimeOf(text: string): FileTime {
  return instantToFileTime(Temporal.Instant.from(text))
}
