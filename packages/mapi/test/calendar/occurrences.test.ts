import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AppointmentRecurrencePattern,
  CalendarType,
  DayOfWeekMask,
  expandRecurrence,
  firstDateTime,
  lastOccurrenceDate,
  NTH_LAST,
  type OccurrenceRange,
  occurrences,
  PatternType,
  type PatternTypeSpecific,
  RecurFrequency,
  RecurrenceEndType,
  type RecurrencePattern,
  recurrencePatternCodec,
} from '../../src/calendar/index.ts'
import { MINUTES_NO_END, MINUTES_PER_DAY, plainDateTimeToMinutes } from '../../src/time/index.ts'
import { arbitraryOf } from '../support/arbitrary.ts'
import { arbitraryDaysOfWeek } from './arbitrary-calendar.ts'

function minutes(dateTime: string): number {
  return plainDateTimeToMinutes(Temporal.PlainDateTime.from(dateTime))
}

type Options = PatternTypeSpecific &
  Partial<Omit<RecurrencePattern, 'patternType' | 'startDate'>> & {
    readonly start: string
    readonly end?: string
  }

/** A series that goes on until a date, or without end. */
function series({ start, end, ...options }: Options): RecurrencePattern {
  const pattern = {
    recurFrequency: RecurFrequency.daily,
    calendarType: CalendarType.default,
    firstDateTime: 0,
    period: 1,
    slidingFlag: false,
    endType: end === undefined ? RecurrenceEndType.never : RecurrenceEndType.afterDate,
    occurrenceCount: 10,
    firstDow: 0,
    deletedInstanceDates: [],
    modifiedInstanceDates: [],
    startDate: minutes(start),
    endDate: end === undefined ? MINUTES_NO_END : minutes(end),
    ...options,
  }
  return { ...pattern, firstDateTime: firstDateTime(pattern) }
}

function appointment(
  recurrencePattern: RecurrencePattern,
  options: Partial<AppointmentRecurrencePattern> = {},
): AppointmentRecurrencePattern {
  const none = new Uint8Array()
  return {
    recurrencePattern,
    writerVersion2: 0x3009,
    startTimeOffset: 600,
    endTimeOffset: 630,
    exceptionInfo: [],
    reservedBlock1: none,
    extendedExceptions: [],
    reservedBlock2: none,
    ...options,
  }
}

function dates(pattern: RecurrencePattern, range?: OccurrenceRange): string[] {
  return [...occurrences(pattern, range)].map((start) => start.toPlainDate().toString())
}

describe('occurrences', () => {
  it('fall on every other day', () => {
    const pattern = series({
      patternType: PatternType.day,
      period: 2 * MINUTES_PER_DAY,
      start: '2024-02-27',
      end: '2024-03-05',
    })
    expect(dates(pattern)).toEqual(['2024-02-27', '2024-02-29', '2024-03-02', '2024-03-04'])
  })

  it('fall on weekdays', () => {
    const pattern = series({
      patternType: PatternType.week,
      daysOfWeek: DayOfWeekMask.weekdays,
      start: '2024-03-01',
    })
    expect(dates(pattern, { limit: 4 })).toEqual(['2024-03-01', '2024-03-04', '2024-03-05', '2024-03-06'])
  })

  it('fall on other days when weeks begin on Monday', () => {
    const specific = {
      patternType: PatternType.week,
      daysOfWeek: DayOfWeekMask.sunday | DayOfWeekMask.monday,
    }
    const options = { ...specific, period: 2, start: '2024-03-03', end: '2024-03-31' }
    // 3 March 2024 is a Sunday.
    expect(dates(series({ ...options, firstDow: 0 }))).toEqual([
      '2024-03-03',
      '2024-03-04',
      '2024-03-17',
      '2024-03-18',
      '2024-03-31',
    ])
    expect(dates(series({ ...options, firstDow: 1 }))).toEqual([
      '2024-03-03',
      '2024-03-11',
      '2024-03-17',
      '2024-03-25',
      '2024-03-31',
    ])
  })

  it('fall on the last day of months that are too short', () => {
    const pattern = series({ patternType: PatternType.month, dayOfMonth: 31, start: '2023-12-31' })
    expect(dates(pattern, { limit: 5 })).toEqual([
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
    ])
  })

  it('fall on the last day of the month', () => {
    const pattern = series({
      patternType: PatternType.monthEnd,
      dayOfMonth: 31,
      period: 3,
      start: '2023-02-28',
    })
    expect(dates(pattern, { limit: 5 })).toEqual([
      '2023-02-28',
      '2023-05-31',
      '2023-08-31',
      '2023-11-30',
      '2024-02-29',
    ])
  })

  it('fall on the 29th of February, or the 28th, every year', () => {
    const pattern = series({
      patternType: PatternType.month,
      dayOfMonth: 29,
      period: 12,
      start: '2024-02-29',
    })
    expect(dates(pattern, { limit: 3 })).toEqual(['2024-02-29', '2025-02-28', '2026-02-28'])
  })

  it.each([
    [1, DayOfWeekMask.monday, ['2024-01-01', '2024-02-05', '2024-03-04']],
    [4, DayOfWeekMask.thursday, ['2024-01-25', '2024-02-22', '2024-03-28']],
    [NTH_LAST, DayOfWeekMask.friday, ['2024-01-26', '2024-02-23', '2024-03-29']],
    [1, DayOfWeekMask.weekdays, ['2024-01-01', '2024-02-01', '2024-03-01']],
    [NTH_LAST, DayOfWeekMask.weekdays, ['2024-01-31', '2024-02-29', '2024-03-29']],
    [2, DayOfWeekMask.weekendDays, ['2024-01-07', '2024-02-04', '2024-03-03']],
    [3, DayOfWeekMask.all, ['2024-01-03', '2024-02-03', '2024-03-03']],
  ])('fall on the %dth of the days of the month in 0x%x', (nth, daysOfWeek, expected) => {
    const pattern = series({ patternType: PatternType.monthNth, nth, daysOfWeek, start: '2024-01-01' })
    expect(dates(pattern, { limit: 3 })).toEqual(expected)
  })

  it('end after a number of them, deleted ones included', () => {
    const pattern = series({
      patternType: PatternType.day,
      period: MINUTES_PER_DAY,
      start: '2024-01-01',
      endType: RecurrenceEndType.afterOccurrences,
      occurrenceCount: 4,
      deletedInstanceDates: [minutes('2024-01-02')],
    })
    expect(dates(pattern)).toEqual(['2024-01-01', '2024-01-03', '2024-01-04'])
    expect(dates(pattern, { from: Temporal.PlainDateTime.from('2024-01-04') })).toEqual(['2024-01-04'])
    expect(lastOccurrenceDate(pattern)).toBe(minutes('2024-01-04'))
    expect(dates({ ...pattern, occurrenceCount: 0 })).toEqual([])
    expect(lastOccurrenceDate({ ...pattern, occurrenceCount: 0 })).toBeUndefined()
  })

  it('are computed when they are asked for', () => {
    const pattern = series({ patternType: PatternType.day, period: MINUTES_PER_DAY, start: '2024-01-01' })
    const iterator = occurrences(pattern, { from: Temporal.PlainDateTime.from('3999-12-31T00:01') })
    expect(String(iterator.next().value)).toBe('4000-01-01T00:00:00')
    expect(String(iterator.next().value)).toBe('4000-01-02T00:00:00')
    iterator.return()
    const last = [...occurrences(pattern, { from: Temporal.PlainDateTime.from('4500-12-30') })]
    expect(last.map(String)).toEqual(['4500-12-30T00:00:00', '4500-12-31T00:00:00'])
  })

  it('stand where they were moved to, in order', () => {
    const pattern = series({
      patternType: PatternType.day,
      period: MINUTES_PER_DAY,
      start: '2024-01-01',
      end: '2024-01-05',
      deletedInstanceDates: ['2024-01-01', '2024-01-02', '2024-01-05'].map(minutes),
    })
    const moved = (original: string, start: string) => ({
      startDateTime: minutes(start),
      endDateTime: minutes(start) + 45,
      originalStartDate: minutes(original),
      overrideFlags: 0,
    })
    const exceptionInfo = [
      moved('2024-01-05T10:00', '2024-01-06T09:00'),
      moved('2024-01-01T10:00', '2024-01-03T08:00'),
    ]
    const found = [...expandRecurrence(appointment(pattern, { exceptionInfo }))]
    expect(found.map(({ start, end, exception }) => [String(start), String(end), exception?.index])).toEqual([
      ['2024-01-03T08:00:00', '2024-01-03T08:45:00', 1],
      ['2024-01-03T10:00:00', '2024-01-03T10:30:00', undefined],
      ['2024-01-04T10:00:00', '2024-01-04T10:30:00', undefined],
      ['2024-01-06T09:00:00', '2024-01-06T09:45:00', 0],
    ])
    const range = {
      from: Temporal.PlainDateTime.from('2024-01-05'),
      to: Temporal.PlainDateTime.from('2024-01-07'),
    }
    expect([...occurrences(appointment(pattern, { exceptionInfo }), range)].map(String)).toEqual([
      '2024-01-06T09:00:00',
    ])
  })

  it('know days and weeks in any calendar, months only in those like the Gregorian', () => {
    const { hebrew, hijri, thai } = CalendarType
    const week = series({
      patternType: PatternType.week,
      daysOfWeek: 2,
      calendarType: hebrew,
      start: '2024-01-01',
    })
    expect(dates(week, { limit: 1 })).toEqual(['2024-01-01'])
    const month = series({ patternType: PatternType.month, dayOfMonth: 1, start: '2024-01-01' })
    expect(dates({ ...month, calendarType: thai }, { limit: 1 })).toEqual(['2024-01-01'])
    expect(() => dates({ ...month, calendarType: hijri })).toThrow(RangeError)
    expect(() => dates({ ...month, patternType: PatternType.hjMonth, dayOfMonth: 1 })).toThrow(RangeError)
  })

  it('cannot be told of what makes no sense', () => {
    const start = '2024-01-01'
    const day = series({ patternType: PatternType.day, period: MINUTES_PER_DAY, start })
    expect(() => dates({ ...day, period: 1 })).toThrow(RangeError)
    expect(() => dates({ ...day, period: 0 })).toThrow(RangeError)
    expect(() => dates({ ...day, endType: 0 })).toThrow(RangeError)
    expect(() => dates({ ...day, slidingFlag: true })).toThrow(RangeError)
    const nth = series({ patternType: PatternType.monthNth, daysOfWeek: 2, nth: 1, start })
    expect(() => dates({ ...nth, patternType: PatternType.monthNth, daysOfWeek: 2, nth: 6 })).toThrow(
      RangeError,
    )
    expect(dates({ ...nth, patternType: PatternType.monthNth, daysOfWeek: 0, nth: 1 })).toEqual([])
    expect(dates({ ...nth, patternType: PatternType.week, daysOfWeek: 0 })).toEqual([])
  })

  it('are finitely many for whatever a pattern holds', () => {
    fc.assert(
      fc.property(arbitraryOf(recurrencePatternCodec), (pattern) => {
        try {
          const last = Temporal.PlainDateTime.from('2030-01-01')
          let count = 0
          for (const start of occurrences(pattern, { to: last, limit: 50 })) {
            expect(Temporal.PlainDateTime.compare(start, last)).toBeLessThan(0)
            count += 1
          }
          expect(count).toBeLessThanOrEqual(50)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})

// ---------------------------------------------------------------------------------------------------
// Against a slow and simple reading of the rules

const startOfTests = Temporal.PlainDate.from('2019-11-20')

interface Case {
  readonly pattern: RecurrencePattern
  readonly start: Temporal.PlainDate
  readonly end: Temporal.PlainDate
}

const arbitrarySpecific: Arbitrary<PatternTypeSpecific & { readonly period: number }> = fc.oneof(
  fc.record({
    patternType: fc.constant(PatternType.day),
    period: fc.integer({ min: 1, max: 40 }).map((days) => days * MINUTES_PER_DAY),
  }),
  fc.record({
    patternType: fc.constant(PatternType.week),
    period: fc.integer({ min: 1, max: 6 }),
    daysOfWeek: arbitraryDaysOfWeek,
  }),
  fc.record({
    patternType: fc.constantFrom(PatternType.month, PatternType.monthEnd),
    period: fc.integer({ min: 1, max: 24 }),
    dayOfMonth: fc.integer({ min: 1, max: 31 }),
  }),
  fc.record({
    patternType: fc.constant(PatternType.monthNth),
    period: fc.integer({ min: 1, max: 24 }),
    daysOfWeek: arbitraryDaysOfWeek,
    nth: fc.integer({ min: 1, max: 5 }),
  }),
)

const arbitraryCase: Arbitrary<Case> = fc
  .tuple(arbitrarySpecific, fc.nat(800), fc.nat(1500), fc.nat(6))
  .map(([specific, days, length, firstDow]) => {
    const start = startOfTests.add({ days })
    const end = start.add({ days: length })
    return {
      pattern: series({ ...specific, firstDow, start: start.toString(), end: end.toString() }),
      start,
      end,
    }
  })

function matches(pattern: RecurrencePattern, start: Temporal.PlainDate, date: Temporal.PlainDate): boolean {
  const months = (date.year - start.year) * 12 + date.month - start.month
  const isDay = (mask: number, day: Temporal.PlainDate): boolean => (mask & (1 << (day.dayOfWeek % 7))) !== 0
  switch (pattern.patternType) {
    case PatternType.day:
      return start.until(date).days % (pattern.period / MINUTES_PER_DAY) === 0
    case PatternType.week: {
      const weekOf = (day: Temporal.PlainDate): Temporal.PlainDate =>
        day.subtract({ days: ((day.dayOfWeek % 7) - pattern.firstDow + 7) % 7 })
      const weeks = weekOf(start).until(weekOf(date)).days / 7
      return weeks % pattern.period === 0 && isDay(pattern.daysOfWeek, date)
    }
    case PatternType.month:
      return months % pattern.period === 0 && date.day === Math.min(pattern.dayOfMonth, date.daysInMonth)
    case PatternType.monthEnd:
      return months % pattern.period === 0 && date.day === date.daysInMonth
    case PatternType.monthNth: {
      const all = Array.from({ length: date.daysInMonth }, (_, i) => date.with({ day: i + 1 }))
      const matching = all.filter((day) => isDay(pattern.daysOfWeek, day))
      const wanted = pattern.nth === NTH_LAST ? matching.at(-1) : matching[pattern.nth - 1]
      return months % pattern.period === 0 && wanted !== undefined && wanted.equals(date)
    }
    default:
      return false
  }
}

function slowly({ pattern, start, end }: Case): string[] {
  const found: string[] = []
  for (let date = start; Temporal.PlainDate.compare(date, end) <= 0; date = date.add({ days: 1 })) {
    if (matches(pattern, start, date)) found.push(date.toString())
  }
  return found
}

describe('a simple reading of the rules', () => {
  it('finds the same dates', () => {
    fc.assert(
      fc.property(arbitraryCase, (random) => {
        expect(dates(random.pattern)).toEqual(slowly(random))
      }),
      { numRuns: 150 },
    )
  })

  it('finds the same in a range', () => {
    fc.assert(
      fc.property(
        arbitraryCase,
        fc.integer({ min: -100, max: 1600 }),
        fc.nat(400),
        (random, days, length) => {
          const from = random.start.add({ days }).toPlainDateTime('09:30')
          const to = from.add({ days: length })
          const all = [...occurrences(appointment(random.pattern))]
          const wanted = all.filter(
            (start) =>
              Temporal.PlainDateTime.compare(start, from) >= 0 &&
              Temporal.PlainDateTime.compare(start, to) < 0,
          )
          const found = [...occurrences(appointment(random.pattern), { from, to })]
          expect(found.map(String)).toEqual(wanted.map(String))
          const counted = {
            ...random.pattern,
            endType: RecurrenceEndType.afterOccurrences,
            occurrenceCount: all.length,
          }
          expect([...occurrences(appointment(counted), { from, to })].map(String)).toEqual(wanted.map(String))
          expect([...occurrences(appointment(counted))].map(String)).toEqual(all.map(String))
        },
      ),
      { numRuns: 100 },
    )
  })
})
