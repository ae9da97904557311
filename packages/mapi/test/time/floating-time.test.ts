import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { floatingTimeToPlainDateTime, plainDateTimeToFloatingTime } from '../../src/time/index.ts'

const epoch = Temporal.PlainDateTime.from('1899-12-30T00:00')

describe('PtypFloatingTime', () => {
  it.each([
    [0, '1899-12-30T00:00:00'],
    [2, '1900-01-01T00:00:00'],
    [5.25, '1900-01-04T06:00:00'],
    [-1, '1899-12-29T00:00:00'],
    [-1.25, '1899-12-29T06:00:00'],
    [39_188.416_666_666_664, '2007-04-16T10:00:00'],
    [-1.999_999_999_99, '1899-12-30T00:00:00'],
  ])('%d is %s', (value, text) => {
    expect(floatingTimeToPlainDateTime(value).toString()).toBe(text)
  })

  it('comes back as it went, to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e14, max: 1e15 }), (milliseconds) => {
        const dateTime = epoch.add({ milliseconds })
        const value = plainDateTimeToFloatingTime(dateTime)
        expect(floatingTimeToPlainDateTime(value).toString()).toBe(dateTime.toString())
      }),
    )
  })

  it('cuts off what is below a millisecond', () => {
    const dateTime = Temporal.PlainDateTime.from('2024-02-29T10:11:59.999')
    const value = plainDateTimeToFloatingTime(dateTime.add({ nanoseconds: 999_999 }))
    expect(value).toBe(plainDateTimeToFloatingTime(dateTime))
  })

  it('must be a date', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e12, -1e300]) {
      expect(() => floatingTimeToPlainDateTime(value)).toThrow(RangeError)
    }
  })
})
