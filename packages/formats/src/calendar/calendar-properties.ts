import {
  type AppointmentRecurrencePattern,
  appointmentRecurrencePatternCodec,
  civilFromDays,
  cleanGlobalObjectId,
  type FileTime,
  globalObjectIdFromUid,
  type NamedProperty,
  PidLidAllAttendeesString,
  PidLidAppointmentCounterProposal,
  PidLidAppointmentDuration,
  PidLidAppointmentEndWhole,
  PidLidAppointmentProposedEndWhole,
  PidLidAppointmentProposedStartWhole,
  PidLidAppointmentRecur,
  PidLidAppointmentReplyTime,
  PidLidAppointmentSequence,
  PidLidAppointmentStartWhole,
  PidLidAppointmentStateFlags,
  PidLidAppointmentSubType,
  PidLidAppointmentTimeZoneDefinitionEndDisplay,
  PidLidAppointmentTimeZoneDefinitionRecur,
  PidLidAppointmentTimeZoneDefinitionStartDisplay,
  PidLidAttendeeCriticalChange,
  PidLidBusyStatus,
  PidLidCcAttendeesString,
  PidLidCleanGlobalObjectId,
  PidLidCommonEnd,
  PidLidCommonStart,
  PidLidExceptionReplaceTime,
  PidLidGlobalObjectId,
  PidLidIntendedBusyStatus,
  PidLidIsException,
  PidLidIsRecurring,
  PidLidLocation,
  PidLidMeetingType,
  PidLidOwnerCriticalChange,
  PidLidRecurring,
  PidLidReminderDelta,
  PidLidReminderSet,
  PidLidResponseStatus,
  PidLidSideEffects,
  PidLidTimeZoneDescription,
  PidLidTimeZoneStruct,
  PidLidToAttendeesString,
  PidLidWhere,
  PidNameKeywords,
  PidTagEndDate,
  PidTagIconIndex,
  PidTagImportance,
  PidTagOwnerAppointmentId,
  PidTagReplyRequested,
  PidTagResponseRequested,
  PidTagSensitivity,
  PidTagStartDate,
  PropertyBag,
  type TimeZoneDefinition,
  TimeZoneRuleFlag,
  timeZoneDefinitionCodec,
  timeZoneStructCodec,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { CalendarAttendee, CalendarItem } from './calendar-item.ts'

/** A property with a name, and its value. */
export type NamedEntry = readonly [property: NamedProperty<unknown>, value: unknown]

/** What an item is in MAPI. */
export interface CalendarProperties {
  readonly messageClass: string
  readonly properties: PropertyBag
  readonly named: readonly NamedEntry[]
}

/** What depends on the kind of object ([MS-OXOCAL] 2.2.1.10, 2.2.1.11, 2.2.6): class, PidTagIconIndex, PidLidAppointmentStateFlags, PidLidResponseStatus. */
interface Kind {
  readonly messageClass: string
  readonly icon: number
  readonly state: number
  readonly response: number
}

const MEETING = 0x1
const RECEIVED = 0x2
const CANCELED = 0x4
const KINDS = {
  appointment: { messageClass: 'IPM.Appointment', icon: 0x400, state: 0, response: 0 },
  series: { messageClass: 'IPM.Appointment', icon: 0x401, state: 0, response: 0 },
  request: {
    messageClass: 'IPM.Schedule.Meeting.Request',
    icon: 0x404,
    state: MEETING | RECEIVED,
    response: 5,
  },
  accepted: {
    messageClass: 'IPM.Schedule.Meeting.Resp.Pos',
    icon: 0x405,
    state: MEETING | RECEIVED,
    response: 3,
  },
  declined: {
    messageClass: 'IPM.Schedule.Meeting.Resp.Neg',
    icon: 0x406,
    state: MEETING | RECEIVED,
    response: 4,
  },
  tentative: {
    messageClass: 'IPM.Schedule.Meeting.Resp.Tent',
    icon: 0x407,
    state: MEETING | RECEIVED,
    response: 2,
  },
  canceled: {
    messageClass: 'IPM.Schedule.Meeting.Canceled',
    icon: 0x408,
    state: MEETING | RECEIVED | CANCELED,
    response: 5,
  },
} as const satisfies Record<string, Kind>

const BUSY_FREE = 0
const BUSY_TENTATIVE = 1
/** mtgRequest ([MS-OXOCAL] 2.2.6.5). */
const MEETING_TYPE_REQUEST = 1
/** seOpenToMove, seCoerceToInbox, seOpenForCtxMenu and the like, as clients set them for meetings ([MS-OXOCAL] 2.2.2.1.4). */
const SIDE_EFFECTS = 0x1c61
const TICKS_PER_DAY = 864_000_000_000n
const TICKS_PER_MINUTE = 600_000_000n

/** The properties of an item ([MS-OXCICAL] 2.1.3). Subject, body and people are the message's. */
export function calendarProperties(item: CalendarItem): CalendarProperties {
  const kind = kindOf(item)
  const isMeeting = kind.state !== 0
  const { start, end } = item
  const id = globalObjectIdFromUid(
    item.uid,
    item.recurrenceId === undefined ? undefined : dateOf(item.recurrenceId),
  )
  const isProposal = item.method === 'COUNTER'
  const named: NamedEntry[] = [
    [PidLidAppointmentStartWhole, start],
    [PidLidAppointmentEndWhole, end],
    [PidLidCommonStart, start],
    [PidLidCommonEnd, end],
    [PidLidAppointmentDuration, Number((end - start) / TICKS_PER_MINUTE)],
    [PidLidLocation, item.location],
    [PidLidBusyStatus, busyStatus(item, kind.messageClass)],
    [PidLidAppointmentSubType, item.isAllDay],
    [PidLidAppointmentStateFlags, kind.state],
    [PidLidResponseStatus, kind.response],
    [PidLidGlobalObjectId, id],
    [PidLidCleanGlobalObjectId, cleanGlobalObjectId(id)],
    [PidLidAppointmentSequence, item.sequence],
    [PidLidRecurring, item.recurrence !== undefined],
    [PidLidIsRecurring, item.recurrence !== undefined || item.recurrenceId !== undefined],
    [PidLidIsException, item.recurrenceId !== undefined],
    [PidLidReminderSet, item.reminder !== undefined],
  ]
  if (item.reminder !== undefined) named.push([PidLidReminderDelta, item.reminder])
  if (item.recurrenceId !== undefined) named.push([PidLidExceptionReplaceTime, item.recurrenceId])
  if (item.categories.length > 0) named.push([PidNameKeywords, item.categories])
  if (isMeeting) {
    named.push([PidLidWhere, item.location], [PidLidSideEffects, SIDE_EFFECTS])
    named.push([PidLidIntendedBusyStatus, item.busyStatus])
    if (item.method === 'REQUEST') named.push([PidLidMeetingType, MEETING_TYPE_REQUEST])
  }
  if (item.stamp !== undefined) {
    const isAnswer = item.method === 'REPLY' || isProposal
    named.push([isAnswer ? PidLidAttendeeCriticalChange : PidLidOwnerCriticalChange, item.stamp])
    if (isAnswer) named.push([PidLidAppointmentReplyTime, item.stamp])
  }
  if (isProposal) {
    named.push([PidLidAppointmentCounterProposal, true])
    named.push([PidLidAppointmentProposedStartWhole, start], [PidLidAppointmentProposedEndWhole, end])
  }
  named.push(...recurrenceEntries(item), ...attendeeEntries(item.attendees))
  const properties = new PropertyBag([
    [PidTagStartDate, start],
    [PidTagEndDate, end],
    [PidTagIconIndex, kind.icon],
    [PidTagSensitivity, item.sensitivity],
    [PidTagImportance, item.importance],
    [PidTagOwnerAppointmentId, item.ownerAppointmentId],
  ])
  if (item.method === 'REQUEST') {
    const isAnswerWanted = item.attendees.some(({ rsvp }) => rsvp)
    properties.set(PidTagResponseRequested, isAnswerWanted).set(PidTagReplyRequested, isAnswerWanted)
  }
  return { messageClass: kind.messageClass, properties, named }
}

function kindOf({ method, attendees, recurrence }: CalendarItem): Kind {
  switch (method) {
    case 'REQUEST':
      return KINDS.request
    case 'CANCEL':
      return KINDS.canceled
    case 'COUNTER':
      return KINDS.tentative
    case 'REPLY':
      switch (attendees[0]?.status) {
        case 'ACCEPTED':
          return KINDS.accepted
        case 'DECLINED':
          return KINDS.declined
        default:
          return KINDS.tentative
      }
    case 'PUBLISH':
      return recurrence === undefined ? KINDS.appointment : KINDS.series
  }
}

/** [MS-OXOCAL] 2.2.1.2: what is asked for is tentative until it is answered; what is cancelled is free. */
function busyStatus({ method, busyStatus: intended }: CalendarItem, messageClass: string): number {
  if (method === 'CANCEL' || messageClass === KINDS.declined.messageClass) return BUSY_FREE
  return method === 'REQUEST' && intended !== BUSY_FREE ? BUSY_TENTATIVE : intended
}

function dateOf(time: FileTime): { readonly year: number; readonly month: number; readonly day: number } {
  return civilFromDays(Number(time / TICKS_PER_DAY))
}

function recurrenceEntries({ recurrence, timeZone }: CalendarItem): NamedEntry[] {
  const entries: NamedEntry[] = []
  if (recurrence !== undefined) entries.push([PidLidAppointmentRecur, encodeRecurrence(recurrence)])
  if (timeZone === undefined) return entries
  const { id, rules } = timeZone
  entries.push(
    [PidLidTimeZoneDescription, id],
    [PidLidTimeZoneStruct, encodeWith(timeZoneStructCodec, rules)],
  )
  const definition: TimeZoneDefinition = {
    keyName: id,
    rules: [
      {
        flags: TimeZoneRuleFlag.effectiveTzReg | TimeZoneRuleFlag.recurCurrentTzReg,
        start: { year: 1601, month: 1, dayOfWeek: 0, day: 1, hour: 0, minute: 0, second: 0, milliseconds: 0 },
        bias: rules.bias,
        standardBias: rules.standardBias,
        daylightBias: rules.daylightBias,
        standardDate: rules.standardDate,
        daylightDate: rules.daylightDate,
      },
    ],
  }
  const encoded = encodeWith(timeZoneDefinitionCodec, definition)
  entries.push(
    [PidLidAppointmentTimeZoneDefinitionRecur, encoded],
    [PidLidAppointmentTimeZoneDefinitionStartDisplay, encoded],
    [PidLidAppointmentTimeZoneDefinitionEndDisplay, encoded],
  )
  return entries
}

function encodeRecurrence(recurrence: AppointmentRecurrencePattern): Uint8Array {
  return encodeWith(appointmentRecurrencePatternCodec, recurrence)
}

function attendeeEntries(attendees: readonly CalendarAttendee[]): NamedEntry[] {
  const list = (roles: readonly string[]): string =>
    attendees
      .filter(({ role }) => roles.includes(role))
      .map(({ name, address }) => name || address)
      .join('; ')
  return [
    [PidLidAllAttendeesString, list(['required', 'optional', 'resource'])],
    [PidLidToAttendeesString, list(['required'])],
    [PidLidCcAttendeesString, list(['optional'])],
  ]
}
