export type {
  Appointment,
  AppointmentContent,
  AppointmentFields,
  BusyStatus,
  NewAppointment,
} from './appointment.ts'
export { Calendar, type CalendarEntry } from './calendar.ts'
export type { OccurrenceContent } from './occurrence.ts'
export {
  fromRecurrencePattern,
  type Recurrence,
  toAppointmentPattern,
  toRecurrencePattern,
  type Weekday,
} from './recurrence.ts'
export { biasesOf, ianaZoneOf, timeZoneDefinitionOf, timeZoneStructOf, windowsZoneOf } from './time-zone.ts'
