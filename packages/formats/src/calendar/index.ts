export type {
  CalendarAttendee,
  CalendarItem,
  CalendarMethod,
  CalendarTimeZone,
  ParticipationStatus,
  ReadCalendar,
} from './calendar-item.ts'
export { type CalendarProperties, calendarProperties, type NamedEntry } from './calendar-properties.ts'
export { type CalendarPeople, type CalendarPerson, itemOfMessage, methodOfClass } from './item-of-message.ts'
export { MAX_CALENDAR_LENGTH, readCalendar } from './read-calendar.ts'
export { writeCalendar } from './write-calendar.ts'
