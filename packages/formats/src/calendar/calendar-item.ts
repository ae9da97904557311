import type { AppointmentRecurrencePattern, FileTime, TimeZoneStruct } from '@bourse/mapi'

/** METHOD of an iCalendar object (RFC 5546 1.4). */
export type CalendarMethod = 'PUBLISH' | 'REQUEST' | 'REPLY' | 'CANCEL' | 'COUNTER'

/** What an attendee answered (PARTSTAT). */
export type ParticipationStatus = 'NEEDS-ACTION' | 'ACCEPTED' | 'DECLINED' | 'TENTATIVE'

/** Somebody who is to take part. */
export interface CalendarAttendee {
  readonly name: string
  /** An Internet address. */
  readonly address: string
  readonly role: 'required' | 'optional' | 'resource'
  readonly status: ParticipationStatus
  readonly rsvp: boolean
}

/** The time zone of an item: its name in the iCalendar object, and its rules. */
export interface CalendarTimeZone {
  readonly id: string
  readonly rules: TimeZoneStruct
}

/** An event as it stands between iCalendar and MAPI ([MS-OXCICAL] 2.1.3.1.1.20). */
export interface CalendarItem {
  readonly method: CalendarMethod
  readonly uid: string
  readonly summary: string
  readonly location: string
  /** Plain text. */
  readonly description: string
  readonly start: FileTime
  readonly end: FileTime
  readonly isAllDay: boolean
  /** Where times of recurrences count; `undefined` for times in UTC. */
  readonly timeZone: CalendarTimeZone | undefined
  readonly recurrence: AppointmentRecurrencePattern | undefined
  /** The start of the occurrence that this is about, in a series that is not here. */
  readonly recurrenceId: FileTime | undefined
  readonly sequence: number
  readonly stamp: FileTime | undefined
  /** PidLidBusyStatus: 0 free, 1 tentative, 2 busy, 3 out of office. */
  readonly busyStatus: number
  /** PidTagSensitivity. */
  readonly sensitivity: number
  /** PidTagImportance. */
  readonly importance: number
  readonly organizer: { readonly name: string; readonly address: string } | undefined
  readonly attendees: readonly CalendarAttendee[]
  /** Minutes before the start; `undefined` without a reminder. */
  readonly reminder: number | undefined
  readonly categories: readonly string[]
  /** PidTagOwnerAppointmentId. */
  readonly ownerAppointmentId: number | undefined
}

/** An item, and whether all of its object is in it: a rule of recurrence may say what MAPI cannot. */
export interface ReadCalendar {
  readonly item: CalendarItem
  readonly isComplete: boolean
}
