import type { CalendarEntry } from '@bourse/client'
import type { Command } from 'commander'
import { usageError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { parseCount, parseDay, parseTime } from '../mail/parse-time.ts'
import { formatReference } from '../mail/reference.ts'
import { writeRows } from '../output/write-rows.ts'

/** How many days are shown if nobody says. */
const DEFAULT_DAYS = 7

interface CalendarOptions extends MailOptions {
  readonly from?: string
  readonly days: number
}

/** Shows what is in the calendar, and adds to it. */
export function calendarCommand(context: Context): Command {
  const command = newCommand('calendar', 'show the calendar, occurrences of series one by one', [
    'bourse calendar',
    'bourse calendar --from 2026-12-01 --days 31 --json',
    'bourse calendar add "Dentist" --start 2026-12-01T10:00 --minutes 45',
  ])
    .option('--from <day>', 'first day: 2026-03-29, today, tomorrow, +3; today if left out')
    .option('-d, --days <count>', 'how many days', parseCount, DEFAULT_DAYS)
  command.addCommand(addCommand(context))
  return withMailOptions(command).action((options: CalendarOptions) =>
    withSession(context, options, async (session) => {
      await using calendar = await (await storeOf(session, options)).calendar()
      const first = parseDay(options.from ?? 'today')
      const zone = Temporal.Now.timeZoneId()
      const from = first.toZonedDateTime(zone)
      const to = first.add({ days: options.days }).toZonedDateTime(zone)
      const entries: CalendarEntry[] = []
      for await (const entry of calendar.between(from.toInstant(), to.toInstant())) entries.push(entry)
      writeRows(context.surroundings.output, entries, {
        asJson: options.json === true,
        columns: [
          { title: 'Day', value: ({ start }) => start.withTimeZone(zone).toPlainDate().toString() },
          { title: 'Time', value: (entry) => timesOf(entry, zone) },
          { title: 'Subject', value: ({ subject }) => subject, isFlexible: true },
          { title: 'Where', value: ({ location }) => location, isFlexible: true },
          { title: 'Shown as', value: ({ busy }) => busy },
          { title: 'Organizer', value: ({ organizer }) => organizer ?? '', isFlexible: true },
        ],
        json: ({ id, subject, location, start, end, allDay, busy, organizer, occurrence, isMeeting }) => ({
          item: formatReference({ folderId: calendar.folder.id, id }),
          subject,
          location,
          start: start.toString(),
          end: end.toString(),
          allDay,
          busy,
          organizer: organizer ?? null,
          occurrence: occurrence?.toString() ?? null,
          meeting: isMeeting,
        }),
        none: 'Nothing is in the calendar for these days.',
      })
    }),
  )
}

interface NewAppointmentOptions extends MailOptions {
  readonly start?: string
  readonly minutes: number
  readonly allDay?: boolean
  readonly location?: string
}

const DEFAULT_MINUTES = 30

function addCommand(context: Context): Command {
  const command = newCommand('add', 'add an appointment', [
    'bourse calendar add "Dentist" --start 2026-12-01T10:00 --minutes 45',
    'bourse calendar add Holidays --start 2026-12-24 --all-day',
  ])
    .argument('<subject>', 'what it is')
    .option('--start <time>', 'when it begins: 2026-12-01T10:00')
    .option('--minutes <count>', 'how long it takes', parseCount, DEFAULT_MINUTES)
    .option('--all-day', 'it takes the whole day')
    .option('--location <text>', 'where it is')
  return withMailOptions(command).action((subject: string, options: NewAppointmentOptions) =>
    withSession(context, options, async (session) => {
      if (options.start === undefined)
        throw usageError('It is not said when it begins.', 'Say so with --start.')
      const start = parseTime(options.start)
      const { allDay, minutes, location } = options
      await using calendar = await (await storeOf(session, options)).calendar()
      const item = await calendar.create({
        subject,
        start,
        ...(allDay === true ? { allDay } : { end: start.add({ minutes }) }),
        ...(location === undefined ? {} : { location }),
        timeZone: Temporal.Now.timeZoneId(),
      })
      const reference = formatReference({ folderId: calendar.folder.id, id: item.id })
      context.surroundings.output.write(
        `Added as ${reference}; \`bourse delete ${reference}\` takes it out again.\n`,
      )
    }),
  )
}

function timesOf({ start, end, allDay }: CalendarEntry, zone: string): string {
  if (allDay) return 'all day'
  const clock = (time: Temporal.ZonedDateTime): string =>
    time.withTimeZone(zone).toPlainTime().toString({ smallestUnit: 'minute' })
  return `${clock(start)}–${clock(end)}`
}
