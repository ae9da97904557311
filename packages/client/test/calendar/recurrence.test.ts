import {
  appointmentRecurrencePatternCodec,
  expandRecurrence,
  instantToFileTime,
  PatternType,
  RecurFrequency,
  RecurrenceEndType,
  utcOffsetAtInstant,
} from '@bourse/mapi'
import { decodeWith, encodeWith } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  biasesOf,
  fromRecurrencePattern,
  ianaZoneOf,
  type Recurrence,
  toAppointmentPattern,
  toRecurrencePattern,
  windowsZoneOf,
} from '../../src/calendar/index.ts'
import { recurrenceText } from '../../src/calendar/recurrence-text.ts'
import { WINDOWS_ZONES } from '../../src/calendar/windows-zones.ts'

const MONDAY = Temporal.PlainDate.from('2026-03-02')

function dates(recurrence: Recurrence, start = MONDAY, limit = 4): string[] {
  const pattern = toRecurrencePattern(recurrence, start)
  return [...expandRecurrence(pattern, { limit })].map((occurrence) =>
    occurrence.start.toPlainDate().toString(),
  )
}

describe('a recurrence', () => {
  it.each<[Recurrence, string[]]>([
    [{ every: 'day' }, ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05']],
    [{ every: 'day', interval: 3, count: 2 }, ['2026-03-02', '2026-03-05']],
    [{ every: 'day', on: ['monday', 'friday'] }, ['2026-03-02', '2026-03-06', '2026-03-09', '2026-03-13']],
    [{ every: 'week' }, ['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23']],
    [
      { every: 'week', on: ['thursday'], interval: 2 },
      ['2026-03-05', '2026-03-19', '2026-04-02', '2026-04-16'],
    ],
    [{ every: 'month', until: Temporal.PlainDate.from('2026-05-01') }, ['2026-03-02', '2026-04-02']],
    [{ every: 'month', dayOfMonth: 'last' }, ['2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30']],
    [
      { every: 'month', nth: 'last', on: ['friday'] },
      ['2026-03-27', '2026-04-24', '2026-05-29', '2026-06-26'],
    ],
    [
      { every: 'month', nth: 2, on: ['monday'], interval: 2 },
      ['2026-03-09', '2026-05-11', '2026-07-13', '2026-09-14'],
    ],
    [{ every: 'year' }, ['2026-03-02', '2027-03-02', '2028-03-02', '2029-03-02']],
    [
      { every: 'year', nth: 1, on: ['sunday'], interval: 2 },
      ['2028-03-05', '2030-03-03', '2032-03-07', '2034-03-05'],
    ],
  ])('%j falls on its days', (recurrence, expected) => {
    expect(dates(recurrence)).toEqual(expected)
  })

  it('has the fields of the specification', () => {
    expect(toRecurrencePattern({ every: 'week', on: ['monday'], count: 3 }, MONDAY)).toMatchObject({
      recurFrequency: RecurFrequency.weekly,
      patternType: PatternType.week,
      daysOfWeek: 2,
      period: 1,
      endType: RecurrenceEndType.afterOccurrences,
      occurrenceCount: 3,
    })
    const until = toRecurrencePattern({ every: 'day', until: MONDAY.add({ days: 9 }) }, MONDAY)
    expect(until).toMatchObject({ endType: RecurrenceEndType.afterDate, occurrenceCount: 10, period: 1440 })
  })

  it('comes back as it was, through its bytes', () => {
    const weekday = fc.constantFrom(
      'monday',
      'tuesday',
      'wednesday',
      'thursday',
      'friday',
      'saturday',
      'sunday',
    )
    const on = fc.uniqueArray(weekday, { minLength: 1 }).map((days) => {
      const order = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
      return order.filter((day) => days.includes(day))
    })
    const rule = fc.oneof(
      fc.record({ every: fc.constant('day' as const) }),
      fc.record({ every: fc.constant('week' as const), on }),
      fc.record({
        every: fc.constantFrom('month' as const, 'year' as const),
        dayOfMonth: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({
        every: fc.constantFrom('month' as const, 'year' as const),
        on,
        nth: fc.constantFrom(1, 2, 3, 4, 'last'),
      }),
    )
    const extent = fc.record(
      { interval: fc.integer({ min: 2, max: 9 }), count: fc.integer({ min: 1, max: 50 }) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(rule, extent, fc.integer({ min: 0, max: 2000 }), (given, more, days) => {
        const recurrence = { ...given, ...more } as Recurrence
        const start = MONDAY.add({ days }).toPlainDateTime('09:30')
        const bytes = encodeWith(
          appointmentRecurrencePatternCodec,
          toAppointmentPattern(recurrence, start, 60),
        )
        const { recurrencePattern } = decodeWith(appointmentRecurrencePatternCodec, bytes)
        expect(fromRecurrencePattern(recurrencePattern)).toEqual(recurrence)
      }),
      { numRuns: 200 },
    )
  })

  it('that makes no sense is refused', () => {
    for (const recurrence of [
      { every: 'day', interval: 0 },
      { every: 'day', count: 0 },
      { every: 'week', on: [] },
      { every: 'month', dayOfMonth: 32 },
      { every: 'day', count: 1, until: MONDAY },
      { every: 'day', until: MONDAY.subtract({ days: 1 }) },
    ] satisfies Recurrence[]) {
      expect(() => toRecurrencePattern(recurrence, MONDAY)).toThrow(RangeError)
    }
  })

  it('is said in words', () => {
    const start = MONDAY.toPlainDateTime('09:00')
    const say = (recurrence: Recurrence) =>
      recurrenceText(recurrence, start, start.add({ minutes: 30 })).replaceAll('\u202f', ' ')
    expect(say({ every: 'week', on: ['monday', 'thursday'], count: 1 })).toBe(
      'every week on Monday, Thursday from 9:00 AM to 9:30 AM for 1 time',
    )
    expect(say({ every: 'month', interval: 2, nth: 'last', on: ['friday'] })).toBe(
      'the last Friday of every 2 months from 9:00 AM to 9:30 AM',
    )
    expect(say({ every: 'year', until: MONDAY })).toBe(
      'every year on day 2 of March from 9:00 AM to 9:30 AM until 3/2/2026',
    )
  })
})

describe('a time zone', () => {
  it('has its offsets in the form of Windows', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Asia/Kolkata', 'UTC']) {
      const biases = biasesOf(zone, 2026)
      for (let month = 1; month <= 12; month++) {
        for (const day of [1, 8, 15, 22, 28]) {
          const time = new Temporal.PlainDate(2026, month, day).toZonedDateTime('UTC').toInstant()
          const expected = time.toZonedDateTimeISO(zone).offsetNanoseconds / 60e9
          expect(utcOffsetAtInstant(biases, instantToFileTime(time)), `${zone} ${time}`).toBe(expected)
        }
      }
    }
  })

  it('has a name in Windows, its own or that of one like it', () => {
    expect(windowsZoneOf('Europe/Berlin', 2026)).toBe('W. Europe Standard Time')
    expect(windowsZoneOf('Europe/Vienna', 2026)).toBe('W. Europe Standard Time')
    expect(windowsZoneOf('Asia/Kolkata', 2026)).toBe('India Standard Time')
    expect(windowsZoneOf('UTC', 2026)).toBe('UTC')
    expect(ianaZoneOf('Pacific Standard Time')).toBe('America/Los_Angeles')
    expect(ianaZoneOf('Europe/Vienna')).toBe('Europe/Vienna')
    expect(ianaZoneOf('Customized Time Zone')).toBeUndefined()
    expect(ianaZoneOf(undefined)).toBeUndefined()
  })

  it('of every name of Windows is known', () => {
    for (const iana of Object.values(WINDOWS_ZONES)) expect(() => biasesOf(iana, 2026)).not.toThrow()
  })
})
