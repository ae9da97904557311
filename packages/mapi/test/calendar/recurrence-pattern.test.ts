import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  CalendarType,
  firstDateTime,
  PatternType,
  RecurFrequency,
  RecurrenceEndType,
  type RecurrencePattern,
  recurrencePatternCodec,
} from '../../src/calendar/index.ts'
import { MINUTES_NO_END, plainDateTimeToMinutes } from '../../src/time/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'
import './arbitrary-calendar.ts'

function minutes(date: string): number {
  return plainDateTimeToMinutes(Temporal.PlainDate.from(date).toPlainDateTime())
}

const common = {
  calendarType: CalendarType.default,
  slidingFlag: false,
  endType: RecurrenceEndType.never,
  occurrenceCount: 10,
  firstDow: 0,
  deletedInstanceDates: [],
  modifiedInstanceDates: [],
  endDate: MINUTES_NO_END,
}

describe('RecurrencePattern [MS-OXOCAL] 2.2.1.44.1', () => {
  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(recurrencePatternCodec)
  })

  it.each([
    ['day', { patternType: PatternType.day }, ''],
    ['week', { patternType: PatternType.week, daysOfWeek: 0x32 }, '32000000'],
    ['month', { patternType: PatternType.month, dayOfMonth: 31 }, '1F000000'],
    ['month end', { patternType: PatternType.monthEnd, dayOfMonth: 31 }, '1F000000'],
    ['nth of the month', { patternType: PatternType.monthNth, daysOfWeek: 0x41, nth: 5 }, '4100000005000000'],
    ['Hijri month', { patternType: PatternType.hjMonth, dayOfMonth: 2 }, '02000000'],
    ['Hijri month end', { patternType: PatternType.hjMonthEnd, dayOfMonth: 30 }, '1E000000'],
    [
      'nth of the Hijri month',
      { patternType: PatternType.hjMonthNth, daysOfWeek: 2, nth: 1 },
      '0200000001000000',
    ],
  ] as const)('holds what a pattern of type %s needs (2.2.1.44.1.3 to 2.2.1.44.1.6)', (_, specific, hex) => {
    const pattern: RecurrencePattern = {
      ...common,
      recurFrequency: RecurFrequency.daily,
      firstDateTime: 0,
      period: 1,
      startDate: 0,
      ...specific,
    }
    const bytes = encodeWith(recurrencePatternCodec, pattern)
    const type = toHex(bytes.subarray(6, 8)).toUpperCase()
    expect(type).toBe(`${specific.patternType.toString(16).padStart(2, '0').toUpperCase()}00`)
    expect(toHex(bytes.subarray(22, bytes.length - 28)).toUpperCase()).toBe(hex)
    expect(decodeWith(recurrencePatternCodec, bytes)).toEqual(pattern)
  })

  it('does not decode with another version or an unknown pattern type', () => {
    const bytes = encodeWith(recurrencePatternCodec, {
      ...common,
      recurFrequency: RecurFrequency.daily,
      patternType: PatternType.day,
      firstDateTime: 0,
      period: 1440,
      startDate: 0,
    })
    const wrongVersion = bytes.slice()
    wrongVersion[0] = 5
    expect(() => decodeWith(recurrencePatternCodec, wrongVersion)).toThrow(DecodeError)
    const wrongType = bytes.slice()
    wrongType[6] = 5
    expect(() => decodeWith(recurrencePatternCodec, wrongType)).toThrow(/RecurrencePattern\.patternType/)
  })

  it('does not believe a count that the bytes cannot hold', () => {
    const bytes = fromHex(
      `04300430 0A20 0000 0000 ${'00'.repeat(16)} ${'00'.repeat(8)} FFFFFFFF ${'00'.repeat(12)}`,
    )
    expect(() => decodeWith(recurrencePatternCodec, bytes)).toThrow(DecodeError)
  })
})

describe('FirstDateTime [MS-OXOCAL] 2.2.1.44.1.1', () => {
  it('of a daily series is the start date modulo the period', () => {
    const startDate = minutes('2011-04-07')
    expect(startDate).toBe(215_776_800)
    expect(firstDateTime({ patternType: PatternType.day, period: 4320, startDate, firstDow: 0 })).toBe(1440)
  })

  it('of a weekly series is the first day of the week modulo the weeks', () => {
    const startDate = minutes('2007-03-26')
    expect(firstDateTime({ patternType: PatternType.week, period: 1, startDate, firstDow: 0 })).toBe(8640)
    expect(firstDateTime({ patternType: PatternType.week, period: 1, startDate, firstDow: 1 })).toBe(0)
  })

  it('of a monthly series is the first of a month', () => {
    const startDate = minutes('2008-03-15')
    const months = (2008 - 1601) * 12 + 2
    for (const period of [1, 2, 5, 12, 24]) {
      const expected = Temporal.PlainDate.from('1601-01-01').add({ months: months % period })
      const pattern = { patternType: PatternType.month, period, startDate, firstDow: 0 }
      expect(firstDateTime(pattern)).toBe(minutes(expected.toString()))
    }
  })

  it('throws for what it cannot say', () => {
    const pattern = { period: 1, startDate: 0, firstDow: 0 }
    expect(() => firstDateTime({ ...pattern, patternType: PatternType.hjMonth })).toThrow(RangeError)
    expect(() => firstDateTime({ ...pattern, patternType: PatternType.day })).toThrow(RangeError)
    expect(() => firstDateTime({ ...pattern, patternType: PatternType.week, period: 0 })).toThrow(RangeError)
  })
})
