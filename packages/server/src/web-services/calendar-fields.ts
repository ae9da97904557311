import {
  type MessageStore,
  namedTags,
  PidLidAppointmentEndWhole,
  PidLidAppointmentRecur,
  PidLidAppointmentStartWhole,
  PidLidAppointmentStateFlags,
  PidLidAppointmentTimeZoneDefinitionRecur,
  PidLidBusyStatus,
  PidLidClipEnd,
  PidLidClipStart,
  PidLidLocation,
  PidLidRecurring,
  PidLidReminderSet,
  PidLidTimeZoneStruct,
  PidTagEntryId,
  PidTagSensitivity,
  PidTagSubject,
  type PropertyBag,
} from '@bourse/mapi'
import { BUSY_TYPES, type BusyType, type EventDetails } from './calendar-events.ts'

/** The named properties of appointments that free/busy times are made of. */
const NAMES = [
  PidLidAppointmentStartWhole,
  PidLidAppointmentEndWhole,
  PidLidBusyStatus,
  PidLidLocation,
  PidLidAppointmentStateFlags,
  PidLidReminderSet,
  PidLidRecurring,
  PidLidAppointmentRecur,
  PidLidClipStart,
  PidLidClipEnd,
  PidLidAppointmentTimeZoneDefinitionRecur,
  PidLidTimeZoneStruct,
] as const

/** asfMeeting: there are others to come ([MS-OXOCAL] 2.2.1.10). */
const STATE_MEETING = 0x00000001

/** PidTagSensitivity ([MS-OXCMSG] 2.2.1.13) from which on an appointment is private. */
const PRIVATE = 2

/** Their tags in a mailbox. Makes the names known there, so that there is a tag for each. */
export async function appointmentTags(store: MessageStore) {
  const [
    start,
    end,
    busy,
    location,
    state,
    reminder,
    recurring,
    recur,
    clipStart,
    clipEnd,
    zone,
    zoneStruct,
  ] = await namedTags(store, NAMES, { create: true })
  return {
    start,
    end,
    busy,
    location,
    state,
    reminder,
    recurring,
    recur,
    clipStart,
    clipEnd,
    zone,
    zoneStruct,
  }
}

export type AppointmentTags = Awaited<ReturnType<typeof appointmentTags>>

export function busyTypeOf(value: number | undefined): BusyType {
  return BUSY_TYPES[value ?? BUSY_TYPES.indexOf('Busy')] ?? 'Busy'
}

/** What the properties of an appointment, or of a series, tell of it. */
export function detailsOf(values: PropertyBag, tags: AppointmentTags): EventDetails {
  return {
    id: values.get(PidTagEntryId) ?? new Uint8Array(0),
    subject: values.get(PidTagSubject) ?? '',
    location: values.get(tags.location) ?? '',
    isMeeting: ((values.get(tags.state) ?? 0) & STATE_MEETING) !== 0,
    isRecurring: values.get(tags.recurring) === true,
    isException: false,
    isReminderSet: values.get(tags.reminder) === true,
    isPrivate: (values.get(PidTagSensitivity) ?? 0) >= PRIVATE,
  }
}
