import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilFromDays, dayOfWeek, daysFromCivil, daysInMonth } from '../../src/time/index.ts'

const epoch = Temporal.PlainDate.from('1601-01-01')
const arbitraryDays = fc.integer({ min: -2_000_000, max: 10_000_000 })

describe('days since 1601', () => {
  it('are those of the Gregorian calendar', () => {
    expect(daysFromCivil(1601, 1, 1)).toBe(0)
    expect(daysFromCivil(1970, 1, 1)).toBe(134_774)
    fc.assert(
      fc.property(arbitraryDays, (days) => {
        const date = epoch.add({ days })
        expect(civilFromDays(days)).toEqual({ year: date.year, month: date.month, day: date.day })
        expect(daysFromCivil(date.year, date.month, date.day)).toBe(days)
        expect(dayOfWeek(days)).toBe(date.dayOfWeek % 7)
        expect(daysInMonth(date.year, date.month)).toBe(date.daysInMonth)
      }),
      { numRuns: 1000 },
    )
  })
})
