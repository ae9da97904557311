import {
  fileTimeToInstant,
  PidLidAppointmentEndWhole,
  PidLidAppointmentStartWhole,
  PidLidClipEnd,
  PidLidClipStart,
  PidLidRecurring,
  PidTagMessageClass,
} from '@bourse/mapi'
import { ItemFolder, type ItemsQuery } from '../items/item-folder.ts'
import { after, and, atLeast, before, equals, exists, not, or, startsWith } from '../mail/condition.ts'
import type { DeleteOptions, MailFolder } from '../mail/folder.ts'
import { type TimeLike, toFileTime } from '../mail/time.ts'
import {
  type Appointment,
  type AppointmentContent,
  type AppointmentFields,
  appointment,
  type NewAppointment,
} from './appointment.ts'
import {
  changeOccurrence,
  deleteOccurrence,
  type OccurrenceContent,
  occurrencesOf,
  readSeries,
} from './occurrence.ts'

/** How far an exception may lie outside of the dates that a series is filed under. */
const MARGIN = { hours: 24 * 62 } as const

/** An appointment, or one occurrence of a series, at its place in the calendar. */
export interface CalendarEntry extends Omit<AppointmentFields, 'recurrence'> {
  /** The ID of the appointment, or of the series. */
  readonly id: bigint
  /** Of an occurrence, the date on which it would be if it were no exception. */
  readonly occurrence: Temporal.PlainDate | undefined
  /** Something is different from the other occurrences. */
  readonly isException: boolean
  /** Changes this appointment, or this occurrence only. */
  change(changes: OccurrenceContent): Promise<void>
  /** Deletes this appointment, or takes this occurrence out of the series. */
  delete(options?: DeleteOptions): Promise<void>
  /** The appointment, or the series. */
  appointment(): Promise<Appointment>
}

/**
 * The appointments of a folder ([MS-OXOCAL]):
 *
 * ```ts
 * const calendar = await session.store.calendar()
 * await calendar.create({
 *   subject: 'Standup',
 *   start: Temporal.ZonedDateTime.from('2026-03-02T09:00[Europe/Berlin]'),
 *   recurrence: { every: 'week', on: ['monday', 'thursday'] },
 * })
 * for await (const entry of calendar.between(monday, friday)) console.log(entry.start, entry.subject)
 * ```
 */
export class Calendar implements AsyncDisposable {
  readonly folder: MailFolder
  readonly #items: ItemFolder<AppointmentFields, AppointmentContent>

  constructor(folder: MailFolder) {
    this.folder = folder
    this.#items = new ItemFolder(folder, appointment)
  }

  /** Makes an appointment, or a series. */
  create(content: NewAppointment): Promise<Appointment> {
    return this.#items.create(content)
  }

  /** Reads one appointment or series. Rejects with `NotFound`, and with `InvalidObject` for what is neither. */
  get(id: bigint): Promise<Appointment> {
    return this.#items.get(id)
  }

  /** All appointments and series, each once. */
  list(query?: ItemsQuery): AsyncGenerator<Appointment, void, undefined> {
    return this.#items.list(query)
  }

  /** Changes an appointment, or all of a series. A series that is given other times loses its exceptions. */
  change(id: bigint, changes: AppointmentContent): Promise<Appointment> {
    return this.#items.change(id, changes)
  }

  delete(id: bigint, options?: DeleteOptions): Promise<void> {
    return this.#items.delete(id, options)
  }

  /** What is in the calendar from a time until another one, in order, with all occurrences of series. */
  async *between(from: TimeLike, to: TimeLike): AsyncGenerator<CalendarEntry, void, undefined> {
    const begin = fileTimeToInstant(toFileTime(from))
    const end = fileTimeToInstant(toFileTime(to))
    const entries: CalendarEntry[] = []
    for await (const single of this.#singles(begin, end)) entries.push(this.#single(single))
    for (const id of await this.#seriesIds(begin, end)) {
      await using message = await this.folder.openMessage(id)
      const series = await readSeries(message)
      for (const { date, isException, fields } of occurrencesOf(series, begin, end)) {
        entries.push({
          ...fields,
          id,
          occurrence: date,
          isException,
          change: (changes) => this.changeOccurrence(id, date, changes),
          delete: () => this.deleteOccurrence(id, date),
          appointment: () => this.get(id),
        })
      }
    }
    yield* entries.sort((a, b) => Temporal.ZonedDateTime.compare(a.start, b.start))
  }

  /**
   * Changes one occurrence of a series, which becomes an exception. `date` is the one that it has by the rule. Rejects with `NotFound`
   * if there is none on that date.
   */
  async changeOccurrence(id: bigint, date: Temporal.PlainDate, changes: OccurrenceContent): Promise<void> {
    await using message = await this.folder.openMessage(id)
    await changeOccurrence(message, date, changes)
  }

  /** Takes one occurrence out of a series. Rejects with `NotFound` if there is none on that date. */
  async deleteOccurrence(id: bigint, date: Temporal.PlainDate): Promise<void> {
    await using message = await this.folder.openMessage(id)
    await deleteOccurrence(message, date)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#items[Symbol.asyncDispose]()
  }

  #singles(from: Temporal.Instant, to: Temporal.Instant): AsyncGenerator<Appointment, void, undefined> {
    return this.#items.list({
      where: and(
        or(not(exists(PidLidRecurring)), equals(PidLidRecurring, false)),
        before(PidLidAppointmentStartWhole, to),
        // What takes no time is there if it is not before.
        or(after(PidLidAppointmentEndWhole, from), atLeast(PidLidAppointmentStartWhole, toFileTime(from))),
      ),
    })
  }

  async #seriesIds(from: Temporal.Instant, to: Temporal.Instant): Promise<readonly bigint[]> {
    return this.folder.messageIds(
      and(
        startsWith(PidTagMessageClass, appointment.messageClass),
        equals(PidLidRecurring, true),
        or(not(exists(PidLidClipStart)), before(PidLidClipStart, to.add(MARGIN))),
        or(not(exists(PidLidClipEnd)), after(PidLidClipEnd, from.subtract(MARGIN))),
      ),
    )
  }

  #single({ recurrence: _, ...item }: Appointment): CalendarEntry {
    return {
      ...item,
      occurrence: undefined,
      isException: false,
      change: async (changes) => {
        await item.change(changes)
      },
      delete: (options) => item.delete(options),
      appointment: () => this.get(item.id),
    }
  }
}
