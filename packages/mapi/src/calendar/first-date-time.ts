import { daysFromCivil, MINUTES_PER_DAY } from '../time/index.ts'
import { atLeastOne, modulo, monthIndex, startOfWeek, wholeDays } from './recurrence-arithmetic.ts'
import { PatternType, type RecurrencePattern } from './recurrence-pattern.ts'

/**
 * The value of `firstDateTime` that belongs to the other fields of a pattern ([MS-OXOCAL] 2.2.1.44.1.1).
 * Throws `RangeError` for months of the Hijri calendar, and for periods of zero or of parts of days.
 */
export function firstDateTime(
  pattern: Pick<RecurrencePattern, 'patternType' | 'period' | 'startDate' | 'firstDow'>,
): number {
  const { patternType, period, startDate, firstDow } = pattern
  const startDay = Math.floor(startDate / MINUTES_PER_DAY)
  switch (patternType) {
    case PatternType.day:
      return (startDay % wholeDays(period)) * MINUTES_PER_DAY
    case PatternType.week:
      return modulo(startOfWeek(startDay, firstDow), atLeastOne(period) * 7) * MINUTES_PER_DAY
    case PatternType.month:
    case PatternType.monthNth:
    case PatternType.monthEnd: {
      const months = monthIndex(startDay) % atLeastOne(period)
      return daysFromCivil(1601 + Math.floor(months / 12), 1 + (months % 12), 1) * MINUTES_PER_DAY
    }
    default:
      throw new RangeError('months of the Hijri calendar are not supported')
  }
}
