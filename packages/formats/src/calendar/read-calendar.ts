import {
  type FileTime,
  fileTime,
  fileTimeFromDate,
  localToFileTime,
  minutesToPlainDateTime,
  TICKS_PER_MINUTE,
} from '@bourse/mapi'
import ICAL from 'ical.js'
import type {
  CalendarAttendee,
  CalendarItem,
  CalendarMethod,
  CalendarTimeZone,
  ParticipationStatus,
  ReadCalendar,
} from './calendar-item.ts'
import { minutesOfTime, recurrenceOfRule, type SeriesException } from './recurrence.ts'
import { rulesOfZone, UTC_RULES } from './time-zone.ts'

/** The longest iCalendar object that is read, in characters. */
export const MAX_CALENDAR_LENGTH = 1024 * 1024
const DAY_MINUTES = 1440
const METHODS: readonly string[] = ['PUBLISH', 'REQUEST', 'REPLY', 'CANCEL', 'COUNTER']
const STATUSES: readonly string[] = ['NEEDS-ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE']
/** PidTagSensitivity by CLASS ([MS-OXCICAL] 2.1.3.1.1.20.3). */
const SENSITIVITY: Readonly<Record<string, number>> = { PERSONAL: 1, PRIVATE: 2, CONFIDENTIAL: 3 }
/** PidLidBusyStatus by X-MICROSOFT-CDO-BUSYSTATUS ([MS-OXCICAL] 2.1.3.1.1.20.31). */
const BUSY_FREE = 0
const BUSY_TENTATIVE = 1
const BUSY_BUSY = 2
const BUSY: Readonly<Record<string, number>> = {
  FREE: BUSY_FREE,
  TENTATIVE: BUSY_TENTATIVE,
  BUSY: BUSY_BUSY,
  OOF: 3,
}

/**
 * Reads the event of an iCalendar object ([MS-OXCICAL] 2.1.3). Of a series, events that change single occurrences are taken as exceptions of the one that
 * has the rule. `undefined` if there is no event, or the object is malformed; nothing is thrown.
 */
export function readCalendar(text: string): ReadCalendar | undefined {
  if (text.length > MAX_CALENDAR_LENGTH) return undefined
  try {
    const jcal = ICAL.parse(text.replace(/^\uFEFF/, '')) as unknown[]
    const data = Array.isArray(jcal[0]) ? jcal[0] : jcal
    return readObject(new ICAL.Component(data as never))
  } catch {
    // The parser throws errors of all kinds at what is no iCalendar.
    return undefined
  }
}

/** Zones by their TZID. */
type Zones = ReadonlyMap<string, CalendarTimeZone>

function readObject(calendar: ICAL.Component): ReadCalendar | undefined {
  if (calendar.name !== 'vcalendar') return undefined
  const zones = new Map<string, CalendarTimeZone>()
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    const id = String(zone.getFirstPropertyValue('tzid') ?? '')
    zones.set(id, { id, rules: rulesOfZone(zone) })
  }
  const events = calendar.getAllSubcomponents('vevent')
  const master = events.find((event) => event.getFirstProperty('recurrence-id') === null) ?? events[0]
  if (master === undefined) return undefined
  return readEvent(
    methodOf(calendar),
    master,
    events.filter((event) => event !== master),
    zones,
  )
}

function methodOf(calendar: ICAL.Component): CalendarMethod {
  const method = String(calendar.getFirstPropertyValue('method') ?? '').toUpperCase()
  return METHODS.includes(method) ? (method as CalendarMethod) : 'PUBLISH'
}

function readEvent(
  method: CalendarMethod,
  event: ICAL.Component,
  overrides: readonly ICAL.Component[],
  zones: Zones,
): ReadCalendar | undefined {
  const startProperty = event.getFirstProperty('dtstart')
  const startTime = startProperty === null ? undefined : timeOf(startProperty)
  if (startProperty === null || startTime === undefined) return undefined
  const timeZone = zoneOf(startProperty, zones)
  const start = instantOf(startProperty, zones)!
  const minutes = durationOf(event, startTime, start, zones)
  const isAllDay = startTime.isDate || upper(event, 'x-microsoft-cdo-alldayevent') === 'TRUE'
  const rule = event.getFirstPropertyValue('rrule')
  const recurrence =
    rule instanceof ICAL.Recur
      ? recurrenceOfRule({
          rule: untilInZone(rule, startTime, timeZone),
          start: startTime,
          durationMinutes: minutes,
          deleted: deletedOf(event, zones, timeZone),
          exceptions: overrides.flatMap((override) => exceptionOf(override, zones, timeZone)),
        })
      : undefined
  const recurrenceId = event.getFirstProperty('recurrence-id')
  const item: CalendarItem = {
    method,
    uid: text(event, 'uid'),
    summary: text(event, 'summary'),
    location: text(event, 'location'),
    description: text(event, 'description'),
    start,
    end: fileTime(start + BigInt(minutes) * TICKS_PER_MINUTE),
    isAllDay,
    timeZone,
    recurrence,
    recurrenceId: recurrenceId === null ? undefined : instantOf(recurrenceId, zones),
    sequence: Math.max(0, Math.trunc(Number(text(event, 'sequence')) || 0)),
    stamp: stampOf(event, zones),
    busyStatus: busyStatusOf(event, method),
    sensitivity: SENSITIVITY[upper(event, 'class')] ?? 0,
    importance: importanceOf(event),
    organizer: personOf(event.getFirstProperty('organizer')),
    attendees: event.getAllProperties('attendee').flatMap(attendeeOf),
    reminder: reminderOf(event),
    categories: event
      .getAllProperties('categories')
      .flatMap((property) => property.getValues().map(String))
      .filter((category) => category !== ''),
    ownerAppointmentId: integer(text(event, 'x-microsoft-cdo-ownerapptid')),
  }
  const isUnderstood = !(rule instanceof ICAL.Recur) || recurrence !== undefined
  return { item, isComplete: isUnderstood && event.getFirstProperty('rdate') === null }
}

function text(event: ICAL.Component, name: string): string {
  const value: unknown = event.getFirstPropertyValue(name)
  return value === null || value === undefined ? '' : String(value).replaceAll('\0', '')
}

function upper(event: ICAL.Component, name: string): string {
  return text(event, name).trim().toUpperCase()
}

function integer(value: string): number | undefined {
  return /^-?\d{1,10}$/.test(value) ? Number(value) | 0 : undefined
}

function timeOf(property: ICAL.Property): ICAL.Time | undefined {
  const value = property.getFirstValue()
  return value instanceof ICAL.Time ? value : undefined
}

/** The zone that a time counts in; `undefined` for UTC and for dates. */
function zoneOf(property: ICAL.Property, zones: Zones): CalendarTimeZone | undefined {
  const id = property.getFirstParameter('tzid') as string | undefined
  return id === undefined ? undefined : zones.get(id)
}

function instantOf(property: ICAL.Property, zones: Zones): FileTime | undefined {
  const time = timeOf(property)
  return time === undefined ? undefined : instant(time, property, zones)
}

/** A time in a zone that is described, in a zone of the time zone database, in UTC, or without one, which is taken for UTC. */
function instant(time: ICAL.Time, property: ICAL.Property, zones: Zones): FileTime {
  const zone = zoneOf(property, zones)
  const local = minutesToPlainDateTime(minutesOfTime(time))
  if (zone !== undefined) return localToFileTime(zone.rules, local)
  const id = property.getFirstParameter('tzid') as string | undefined
  if (id !== undefined && time.zone !== ICAL.Timezone.utcTimezone) {
    try {
      return fileTimeFromDate(new Date(local.toZonedDateTime(id).epochMilliseconds))
    } catch {
      // A name that nobody knows.
    }
  }
  return localToFileTime(UTC_RULES, local)
}

function durationOf(event: ICAL.Component, startTime: ICAL.Time, start: FileTime, zones: Zones): number {
  const endProperty = event.getFirstProperty('dtend')
  const end = endProperty === null ? undefined : instantOf(endProperty, zones)
  if (end !== undefined) return Math.max(0, Number((end - start) / TICKS_PER_MINUTE))
  const duration = event.getFirstPropertyValue('duration')
  if (duration instanceof ICAL.Duration) return Math.max(0, Math.round(duration.toSeconds() / 60))
  return startTime.isDate ? DAY_MINUTES : 0
}

/** UNTIL is in UTC; the last day of a series is a day of its zone. */
function untilInZone(rule: ICAL.Recur, start: ICAL.Time, zone: CalendarTimeZone | undefined): ICAL.Recur {
  if (!rule.until || rule.until.isDate || zone === undefined || start.isDate) return rule
  const offset = zone.rules.bias + zone.rules.standardBias
  const copy = rule.clone()
  const until = rule.until.clone()
  until.adjust(0, 0, -offset, 0)
  copy.until = until
  return copy
}

function localMinutes(
  property: ICAL.Property,
  time: ICAL.Time,
  zone: CalendarTimeZone | undefined,
  zones: Zones,
): number {
  const own = zoneOf(property, zones)
  if (time.isDate || own?.id === zone?.id) return minutesOfTime(time)
  // In another zone than the series: through UTC.
  const at = instant(time, property, zones)
  const offset = zone === undefined ? 0 : zone.rules.bias + zone.rules.standardBias
  return Number(at / TICKS_PER_MINUTE) - offset
}

function deletedOf(event: ICAL.Component, zones: Zones, zone: CalendarTimeZone | undefined): number[] {
  return event
    .getAllProperties('exdate')
    .flatMap((property) =>
      property
        .getValues()
        .flatMap((value) => (value instanceof ICAL.Time ? [localMinutes(property, value, zone, zones)] : [])),
    )
}

function exceptionOf(
  event: ICAL.Component,
  zones: Zones,
  zone: CalendarTimeZone | undefined,
): SeriesException[] {
  const id = event.getFirstProperty('recurrence-id')
  const start = event.getFirstProperty('dtstart')
  const idTime = id === null ? undefined : timeOf(id)
  const startTime = start === null ? undefined : timeOf(start)
  if (id === null || start === null || idTime === undefined || startTime === undefined) return []
  const local = localMinutes(start, startTime, zone, zones)
  const minutes = durationOf(event, startTime, instantOf(start, zones)!, zones)
  return [{ originalStart: localMinutes(id, idTime, zone, zones), start: local, end: local + minutes }]
}

function stampOf(event: ICAL.Component, zones: Zones): FileTime | undefined {
  const property = event.getFirstProperty('dtstamp')
  return property === null ? undefined : instantOf(property, zones)
}

function busyStatusOf(event: ICAL.Component, method: CalendarMethod): number {
  const status = upper(event, 'x-microsoft-cdo-intendedstatus') || upper(event, 'x-microsoft-cdo-busystatus')
  if (BUSY[status] !== undefined) return BUSY[status]
  if (upper(event, 'transp') === 'TRANSPARENT') return BUSY_FREE
  return method === 'PUBLISH' && upper(event, 'status') === 'TENTATIVE' ? BUSY_TENTATIVE : BUSY_BUSY
}

/** [MS-OXCICAL] 2.1.3.1.1.20.17: 1 to 4 are high, 5 normal, 6 to 9 low. */
function importanceOf(event: ICAL.Component): number {
  const own = integer(text(event, 'x-microsoft-cdo-importance'))
  if (own !== undefined && own >= 0 && own <= 2) return own
  const priority = integer(text(event, 'priority')) ?? 0
  if (priority === 0 || priority === 5) return 1
  return priority < 5 ? 2 : 0
}

function personOf(
  property: ICAL.Property | null,
): { readonly name: string; readonly address: string } | undefined {
  if (property === null) return undefined
  // Some name people by URIs of their own, and say the address beside (EMAIL, RFC 7986 6.2).
  const value = String(property.getFirstValue() ?? '').trim()
  const given = /^mailto:/i.test(value) ? value : String(property.getFirstParameter('email') ?? value)
  const address = given.replace(/^\s*mailto:/i, '').trim()
  if (!address.includes('@')) return undefined
  return { name: String(property.getFirstParameter('cn') ?? ''), address }
}

function attendeeOf(property: ICAL.Property): CalendarAttendee[] {
  const person = personOf(property)
  if (person === undefined) return []
  const parameter = (name: string): string => String(property.getFirstParameter(name) ?? '').toUpperCase()
  const kind = parameter('cutype')
  const status = parameter('partstat')
  return [
    {
      ...person,
      role:
        kind === 'RESOURCE' || kind === 'ROOM' || parameter('role') === 'NON-PARTICIPANT'
          ? 'resource'
          : parameter('role') === 'OPT-PARTICIPANT'
            ? 'optional'
            : 'required',
      status: STATUSES.includes(status) ? (status as ParticipationStatus) : 'NEEDS-ACTION',
      rsvp: parameter('rsvp') === 'TRUE',
    },
  ]
}

/** Minutes before the start that the first alarm rings which counts from there. */
function reminderOf(event: ICAL.Component): number | undefined {
  for (const alarm of event.getAllSubcomponents('valarm')) {
    const trigger = alarm.getFirstPropertyValue('trigger')
    if (trigger instanceof ICAL.Duration) return Math.max(0, Math.round(-trigger.toSeconds() / 60))
  }
  return undefined
}
