import {
  and,
  atLeast,
  equals,
  exists,
  type FileTime,
  type Folder,
  greaterThan,
  lessThan,
  type MessageStore,
  not,
  or,
  PidTagEntryId,
  PidTagMessageClass,
  PidTagSensitivity,
  PidTagSubject,
  PropertyBag,
  startsWith,
} from '@bourse/mapi'
import type { CalendarEvent } from './calendar-events.ts'
import { appointmentTags, busyTypeOf, detailsOf } from './calendar-fields.ts'

/** The appointments of a calendar that are no series and touch a time. */
export async function readSingles(
  store: MessageStore,
  calendar: Folder,
  from: FileTime,
  to: FileTime,
): Promise<readonly CalendarEvent[]> {
  const tags = await appointmentTags(store)
  await using table = await calendar.contentsTable()
  const columns = [
    tags.start,
    tags.end,
    tags.busy,
    tags.location,
    tags.state,
    tags.reminder,
    tags.recurring,
    PidTagEntryId,
    PidTagSubject,
    PidTagSensitivity,
  ] as const
  const typed = await table.setColumns(columns)
  await typed.restrict(
    and(
      startsWith(PidTagMessageClass, 'IPM.Appointment'),
      or(not(exists(tags.recurring)), equals(tags.recurring, false)),
      lessThan(tags.start, to),
      // What takes no time is there if it is not before.
      or(greaterThan(tags.end, from), atLeast(tags.start, from)),
    ),
  )
  const events: CalendarEvent[] = []
  for await (const row of typed) {
    const values = new PropertyBag(row.columns.map((tag, i) => [tag, row.cells[i]] as const))
    const start = values.get(tags.start)
    if (start === undefined) continue
    const end = values.get(tags.end) ?? start
    events.push({ start, end, busy: busyTypeOf(values.get(tags.busy)), details: detailsOf(values, tags) })
  }
  return events
}
