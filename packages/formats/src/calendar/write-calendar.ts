import {
  type FileTime,
  fileTimeToInstant,
  fileTimeToLocal,
  MINUTES_PER_DAY,
  minutesToPlainDateTime,
} from '@bourse/mapi'
import ICAL from 'ical.js'
import type { CalendarAttendee, CalendarItem } from './calendar-item.ts'
import { ruleOfRecurrence } from './recurrence.ts'
import { UTC_RULES, zoneOfRules } from './time-zone.ts'

const PRODUCT = '-//Bourse//EN'
const CLASSES: readonly string[] = ['PUBLIC', 'PERSONAL', 'PRIVATE', 'CONFIDENTIAL']
const BUSY: readonly string[] = ['FREE', 'TENTATIVE', 'BUSY', 'OOF']
/** PRIORITY by PidTagImportance. */
const PRIORITIES: readonly number[] = [9, 5, 1]

/** Writes an item as an iCalendar object ([MS-OXCICAL] 2.1.3), in lines of at most 75 bytes that end with CR LF. */
export function writeCalendar(item: CalendarItem): string {
  const calendar = new ICAL.Component('vcalendar')
  calendar.updatePropertyWithValue('prodid', PRODUCT)
  calendar.updatePropertyWithValue('version', '2.0')
  calendar.updatePropertyWithValue('method', item.method)
  // Only recurrences need the zone: what is once is at a point in time.
  const zone = item.recurrence === undefined ? undefined : item.timeZone
  if (zone !== undefined) calendar.addSubcomponent(zoneOfRules(zone.id, zone.rules))
  calendar.addSubcomponent(eventOf(item))
  for (const exception of exceptionsOf(item)) calendar.addSubcomponent(exception)
  return `${calendar.toString()}\r\n`
}

/** A property with a time, in the item's zone if it recurs. */
function timeProperty(
  name: string,
  time: FileTime,
  { isAllDay, recurrence, timeZone }: CalendarItem,
): ICAL.Property {
  const zone = recurrence === undefined && !isAllDay ? undefined : timeZone
  const local = fileTimeToLocal(zone?.rules ?? UTC_RULES, time)
  return localProperty(name, local, isAllDay, zone?.id)
}

function localProperty(
  name: string,
  local: Temporal.PlainDateTime,
  isDate: boolean,
  zoneId: string | undefined,
): ICAL.Property {
  const property = new ICAL.Property(name)
  const { year, month, day, hour, minute, second } = local
  if (isDate) {
    property.setValue(ICAL.Time.fromData({ year, month, day, isDate: true }))
    return property
  }
  property.setValue(
    ICAL.Time.fromData(
      { year, month, day, hour, minute, second, isDate: false },
      zoneId === undefined ? ICAL.Timezone.utcTimezone : ICAL.Timezone.localTimezone,
    ),
  )
  if (zoneId !== undefined) property.setParameter('tzid', zoneId)
  return property
}

function utcTime(time: FileTime): ICAL.Time {
  const { year, month, day, hour, minute, second } = fileTimeToInstant(time).toZonedDateTimeISO('UTC')
  return ICAL.Time.fromData(
    { year, month, day, hour, minute, second, isDate: false },
    ICAL.Timezone.utcTimezone,
  )
}

function eventOf(item: CalendarItem): ICAL.Component {
  const event = new ICAL.Component('vevent')
  const set = (name: string, value: string | number | undefined): void => {
    if (value === undefined || value === '') return
    // A carriage return would end the line; what is escaped is the line feed.
    event.updatePropertyWithValue(name, typeof value === 'string' ? value.replace(/\r\n?/g, '\n') : value)
  }
  set('uid', item.uid)
  event.addProperty(timeProperty('dtstart', item.start, item))
  event.addProperty(timeProperty('dtend', item.end, item))
  if (item.stamp !== undefined) event.updatePropertyWithValue('dtstamp', utcTime(item.stamp))
  if (item.recurrenceId !== undefined)
    event.updatePropertyWithValue('recurrence-id', utcTime(item.recurrenceId))
  set('summary', item.summary)
  set('location', item.location)
  set('description', item.description)
  event.updatePropertyWithValue('sequence', item.sequence)
  set('class', CLASSES[item.sensitivity])
  set('priority', PRIORITIES[item.importance])
  set('transp', item.busyStatus === 0 ? 'TRANSPARENT' : 'OPAQUE')
  set('status', item.method === 'CANCEL' ? 'CANCELLED' : 'CONFIRMED')
  set('x-microsoft-cdo-intendedstatus', BUSY[item.busyStatus])
  set('x-microsoft-cdo-alldayevent', item.isAllDay ? 'TRUE' : 'FALSE')
  set(
    'x-microsoft-cdo-ownerapptid',
    item.ownerAppointmentId === undefined ? undefined : String(item.ownerAppointmentId),
  )
  if (item.categories.length > 0) {
    const categories = new ICAL.Property('categories')
    categories.setValues([...item.categories])
    event.addProperty(categories)
  }
  if (item.organizer !== undefined) event.addProperty(person('organizer', item.organizer))
  for (const attendee of item.attendees) event.addProperty(attendeeProperty(attendee))
  addRecurrence(event, item)
  if (item.reminder !== undefined) event.addSubcomponent(alarm(item.reminder))
  return event
}

function person(
  name: string,
  { name: commonName, address }: { readonly name: string; readonly address: string },
): ICAL.Property {
  const property = new ICAL.Property(name)
  property.setValue(`mailto:${address}`)
  // Quotes have no place within a parameter (RFC 5545 3.1).
  if (commonName !== '') property.setParameter('cn', commonName.replace(/["\p{Cc}]/gu, "'"))
  return property
}

function attendeeProperty(attendee: CalendarAttendee): ICAL.Property {
  const property = person('attendee', attendee)
  const roles = { required: 'REQ-PARTICIPANT', optional: 'OPT-PARTICIPANT', resource: 'NON-PARTICIPANT' }
  property.setParameter('role', roles[attendee.role])
  if (attendee.role === 'resource') property.setParameter('cutype', 'RESOURCE')
  property.setParameter('partstat', attendee.status)
  if (attendee.rsvp) property.setParameter('rsvp', 'TRUE')
  return property
}

function addRecurrence(event: ICAL.Component, item: CalendarItem): void {
  const { recurrence, timeZone } = item
  if (recurrence === undefined) return
  const pattern = recurrence.recurrencePattern
  const last = minutesToPlainDateTime(pattern.endDate).add({ minutes: recurrence.startTimeOffset })
  const { year, month, day, hour, minute } = last.add({ minutes: item.isAllDay ? 0 : offsetOf(item) })
  const until = ICAL.Time.fromData(
    item.isAllDay
      ? { year, month, day, isDate: true }
      : { year, month, day, hour, minute, second: 0, isDate: false },
    ICAL.Timezone.utcTimezone,
  )
  const rule = ruleOfRecurrence(pattern, until)
  if (rule === undefined) return
  event.updatePropertyWithValue('rrule', rule)
  const moved = new Set(recurrence.exceptionInfo.map(({ originalStartDate }) => midnight(originalStartDate)))
  for (const date of pattern.deletedInstanceDates) {
    if (moved.has(date)) continue
    const local = minutesToPlainDateTime(date + recurrence.startTimeOffset)
    event.addProperty(localProperty('exdate', local, item.isAllDay, timeZone?.id))
  }
}

/** Minutes to add to standard time of the zone for UTC. */
function offsetOf({ timeZone }: CalendarItem): number {
  return timeZone === undefined ? 0 : timeZone.rules.bias + timeZone.rules.standardBias
}

function midnight(minutes: number): number {
  return Math.floor(minutes / MINUTES_PER_DAY) * MINUTES_PER_DAY
}

/** An event for each changed occurrence. */
function exceptionsOf(item: CalendarItem): ICAL.Component[] {
  const { recurrence, timeZone, isAllDay } = item
  return (recurrence?.exceptionInfo ?? []).map((info) => {
    const event = new ICAL.Component('vevent')
    const add = (name: string, minutes: number): void => {
      event.addProperty(localProperty(name, minutesToPlainDateTime(minutes), isAllDay, timeZone?.id))
    }
    event.updatePropertyWithValue('uid', item.uid)
    add('recurrence-id', info.originalStartDate)
    add('dtstart', info.startDateTime)
    add('dtend', info.endDateTime)
    if (item.stamp !== undefined) event.updatePropertyWithValue('dtstamp', utcTime(item.stamp))
    if (item.summary !== '') event.updatePropertyWithValue('summary', item.summary.replace(/\r\n?/g, '\n'))
    if (item.organizer !== undefined) event.addProperty(person('organizer', item.organizer))
    return event
  })
}

function alarm(minutes: number): ICAL.Component {
  const component = new ICAL.Component('valarm')
  component.updatePropertyWithValue('action', 'DISPLAY')
  component.updatePropertyWithValue('description', 'REMINDER')
  component.updatePropertyWithValue('trigger', ICAL.Duration.fromSeconds(-minutes * 60))
  return component
}
