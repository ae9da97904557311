import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fileTimeFromDate,
  fileTimeToInstant,
  fileTimeToMinutes,
  MINUTES_NO_END,
  MINUTES_NONE,
  minutesToFileTime,
  minutesToPlainDateTime,
  plainDateTimeToMinutes,
} from '../../src/time/index.ts'
import { arbitraryU32 } from '../support/arbitrary.ts'

describe('minutes since 1601', () => {
  it('are a date and time', () => {
    expect(minutesToPlainDateTime(0).toString()).toBe('1601-01-01T00:00:00')
    expect(minutesToPlainDateTime(0x0cbc9934).toString()).toBe('2007-04-16T11:00:00')
    expect(minutesToPlainDateTime(MINUTES_NO_END).toString()).toBe('4500-12-31T23:59:00')
    expect(minutesToPlainDateTime(MINUTES_NONE).toString()).toBe('4501-01-01T00:00:00')
    expect(minutesToPlainDateTime(0xffffffff).toString()).toBe('9767-02-16T04:15:00')
  })

  it('come back as they went', () => {
    fc.assert(
      fc.property(arbitraryU32, (minutes) => {
        expect(plainDateTimeToMinutes(minutesToPlainDateTime(minutes))).toBe(minutes)
        expect(fileTimeToMinutes(minutesToFileTime(minutes))).toBe(minutes)
        const utc = fileTimeToInstant(minutesToFileTime(minutes)).toZonedDateTimeISO('UTC').toPlainDateTime()
        expect(utc.equals(minutesToPlainDateTime(minutes))).toBe(true)
      }),
    )
  })

  it('cut off seconds', () => {
    const dateTime = Temporal.PlainDateTime.from('2024-02-29T10:11:59.999')
    expect(minutesToPlainDateTime(plainDateTimeToMinutes(dateTime)).toString()).toBe('2024-02-29T10:11:00')
    const time = fileTimeFromDate(new Date('2024-02-29T10:11:59.999Z'))
    expect(fileTimeToMinutes(time)).toBe(plainDateTimeToMinutes(dateTime))
  })

  it('read dates of other calendars', () => {
    const dateTime = Temporal.PlainDateTime.from('2024-02-29T10:11')
    expect(plainDateTimeToMinutes(dateTime.withCalendar('japanese'))).toBe(plainDateTimeToMinutes(dateTime))
  })

  it('are unsigned 32-bit numbers', () => {
    expect(() => minutesToPlainDateTime(-1)).toThrow(RangeError)
    expect(() => minutesToPlainDateTime(1.5)).toThrow(RangeError)
    expect(() => minutesToFileTime(2 ** 32)).toThrow(RangeError)
    expect(() => plainDateTimeToMinutes(Temporal.PlainDateTime.from('1600-12-31T23:59'))).toThrow(RangeError)
    expect(() => plainDateTimeToMinutes(Temporal.PlainDateTime.from('9999-01-01T00:00'))).toThrow(RangeError)
  })
})
