import {
  appointmentRecurrencePatternCodec,
  type FileTime,
  isMapiError,
  type Message,
  nowAsFileTime,
  PidLidAppointmentEndWhole,
  PidLidAppointmentRecur,
  PidLidAppointmentSequence,
  PidLidAppointmentStartWhole,
  PidLidAppointmentSubType,
  PidLidBusyStatus,
  PidLidExceptionReplaceTime,
  PidLidGlobalObjectId,
  PidLidIntendedBusyStatus,
  PidLidLocation,
  PidLidReminderDelta,
  PidLidReminderSet,
  PidLidTimeZoneDescription,
  PidLidTimeZoneStruct,
  PidNameKeywords,
  PidTagBody,
  PidTagImportance,
  PidTagMessageClass,
  PidTagOwnerAppointmentId,
  PidTagResponseRequested,
  PidTagSensitivity,
  PidTagSubject,
  PropertyBag,
  type PropertyTag,
  propertyNameKey,
  propertyTag,
  RecipientType,
  recipientKind,
  timeZoneStructCodec,
  uidFromGlobalObjectId,
} from '@bourse/mapi'
import { type Codec, DecodeError, decodeWith } from '@bourse/mapi/bytes'
import type { CalendarAttendee, CalendarItem, CalendarMethod, ParticipationStatus } from './calendar-item.ts'

/** Somebody by name and Internet address. */
export interface CalendarPerson {
  readonly name: string
  readonly address: string
}

/** The people of a message, whose Internet addresses only the caller knows. */
export interface CalendarPeople {
  /** Who sent it: the organizer, or of an answer the attendee. */
  readonly sender: CalendarPerson | undefined
  readonly recipients: readonly (CalendarPerson & { readonly type: RecipientType })[]
}

const NAMED = [
  PidLidAppointmentStartWhole,
  PidLidAppointmentEndWhole,
  PidLidAppointmentSubType,
  PidLidAppointmentSequence,
  PidLidAppointmentRecur,
  PidLidBusyStatus,
  PidLidIntendedBusyStatus,
  PidLidExceptionReplaceTime,
  PidLidGlobalObjectId,
  PidLidLocation,
  PidLidReminderSet,
  PidLidReminderDelta,
  PidLidTimeZoneDescription,
  PidLidTimeZoneStruct,
  PidNameKeywords,
] as const

const ANSWERS: Readonly<Record<string, ParticipationStatus>> = {
  pos: 'ACCEPTED',
  neg: 'DECLINED',
  tent: 'TENTATIVE',
}
const BUSY = 2

/** METHOD for a message class ([MS-OXCICAL] 2.1.3.1.1.1), and what an answer says; `undefined` for classes that are no calendar items. */
export function methodOfClass(
  messageClass: string,
): { readonly method: CalendarMethod; readonly answer?: ParticipationStatus } | undefined {
  const lower = messageClass.toLowerCase()
  if (lower === 'ipm.appointment' || lower.startsWith('ipm.appointment.')) return { method: 'PUBLISH' }
  const answer = /^ipm\.schedule\.meeting\.resp\.(pos|neg|tent)/.exec(lower)
  if (answer) return { method: 'REPLY', answer: ANSWERS[answer[1]!]! }
  if (lower.startsWith('ipm.schedule.meeting.request')) return { method: 'REQUEST' }
  if (lower.startsWith('ipm.schedule.meeting.canceled')) return { method: 'CANCEL' }
  return undefined
}

/**
 * The calendar item that a message is; `undefined` if it is none, or has no start. Rejects with what `message` rejects with.
 */
export async function itemOfMessage(
  message: Message,
  people: CalendarPeople,
): Promise<CalendarItem | undefined> {
  const bag = await message.getProperties([
    PidTagBody,
    PidTagImportance,
    PidTagMessageClass,
    PidTagOwnerAppointmentId,
    PidTagResponseRequested,
    PidTagSensitivity,
    PidTagSubject,
  ])
  const kind = methodOfClass(bag.get(PidTagMessageClass) ?? '')
  if (kind === undefined) return undefined
  const named = await namedValues(message)
  const get = <V>(property: (typeof NAMED)[number] & { readonly valueType?: V }): V | undefined =>
    named.get(propertyNameKey(property)) as V | undefined
  const start = get<FileTime>(PidLidAppointmentStartWhole)
  if (start === undefined) return undefined
  const recurrence = decoded(appointmentRecurrencePatternCodec, get<Uint8Array>(PidLidAppointmentRecur))
  const rules = decoded(timeZoneStructCodec, get<Uint8Array>(PidLidTimeZoneStruct))
  const id = get<Uint8Array>(PidLidGlobalObjectId)
  const recurrenceId = get<FileTime>(PidLidExceptionReplaceTime)
  const isMeeting = kind.method !== 'PUBLISH' || people.recipients.length > 0
  return {
    method: kind.method,
    uid: uidOf(id) ?? crypto.randomUUID(),
    summary: bag.get(PidTagSubject) ?? '',
    location: get<string>(PidLidLocation) ?? '',
    description: bag.get(PidTagBody) ?? '',
    start,
    end: get<FileTime>(PidLidAppointmentEndWhole) ?? start,
    isAllDay: get<boolean>(PidLidAppointmentSubType) ?? false,
    timeZone:
      rules === undefined
        ? undefined
        : { id: get<string>(PidLidTimeZoneDescription) || 'Customized Time Zone', rules },
    recurrence,
    recurrenceId: recurrence === undefined ? recurrenceId : undefined,
    sequence: get<number>(PidLidAppointmentSequence) ?? 0,
    stamp: nowAsFileTime(),
    busyStatus:
      (kind.method === 'REQUEST' ? get<number>(PidLidIntendedBusyStatus) : undefined) ??
      get<number>(PidLidBusyStatus) ??
      BUSY,
    sensitivity: bag.get(PidTagSensitivity) ?? 0,
    importance: bag.get(PidTagImportance) ?? 1,
    organizer: isMeeting ? organizerOf(kind.method, people) : undefined,
    attendees: attendeesOf(kind, people, bag.get(PidTagResponseRequested) ?? true),
    reminder: get<boolean>(PidLidReminderSet) ? (get<number>(PidLidReminderDelta) ?? 0) : undefined,
    categories: get<readonly string[]>(PidNameKeywords) ?? [],
    ownerAppointmentId: bag.get(PidTagOwnerAppointmentId),
  }
}

/** An answer goes to the organizer; everything else comes from there. */
function organizerOf(
  method: CalendarMethod,
  { sender, recipients }: CalendarPeople,
): CalendarPerson | undefined {
  return method === 'REPLY' ? recipients[0] : sender
}

function attendeesOf(
  { method, answer }: { readonly method: CalendarMethod; readonly answer?: ParticipationStatus },
  { sender, recipients }: CalendarPeople,
  rsvp: boolean,
): CalendarAttendee[] {
  if (method === 'REPLY') {
    return sender === undefined
      ? []
      : [{ ...sender, role: 'required', status: answer ?? 'TENTATIVE', rsvp: false }]
  }
  return recipients.map(({ name, address, type }) => ({
    name,
    address,
    // [MS-OXOCAL] 2.2.4.10: resources are blind carbon copy recipients.
    role:
      recipientKind(type) === RecipientType.Bcc
        ? 'resource'
        : recipientKind(type) === RecipientType.Cc
          ? 'optional'
          : 'required',
    status: 'NEEDS-ACTION',
    rsvp,
  }))
}

async function namedValues(message: Message): Promise<Map<string, unknown>> {
  const wanted = new Map(NAMED.map((property) => [propertyNameKey(property), property]))
  const found: { readonly key: string; readonly tag: PropertyTag }[] = []
  for (const { id, name } of await message.queryNamedProperties()) {
    const key = propertyNameKey(name)
    const property = wanted.get(key)
    if (property !== undefined) found.push({ key, tag: propertyTag(id, property.type) })
  }
  const bag =
    found.length === 0 ? new PropertyBag() : await message.getProperties(found.map(({ tag }) => tag))
  return new Map(found.map(({ key, tag }) => [key, bag.get(tag)]))
}

function decoded<T>(codec: Codec<T>, bytes: Uint8Array | undefined): T | undefined {
  if (bytes === undefined) return undefined
  try {
    return decodeWith(codec, bytes)
  } catch (error) {
    if (error instanceof DecodeError || isMapiError(error)) return undefined
    throw error
  }
}

function uidOf(id: Uint8Array | undefined): string | undefined {
  if (id === undefined) return undefined
  try {
    return uidFromGlobalObjectId(id)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
