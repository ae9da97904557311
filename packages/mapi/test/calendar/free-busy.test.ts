import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  decodeFreeBusyMonth,
  encodeFreeBusyMonth,
  type FreeBusyPeriod,
  freeBusyBlocksCodec,
  freeBusyPublishingRange,
  mergePeriods,
  publishFreeBusy,
  readFreeBusy,
} from '../../src/calendar/index.ts'
import { minutesToPlainDateTime, plainDateTimeToMinutes } from '../../src/time/index.ts'
import { expectRandomBytesSafe, expectRoundTrip, expectTruncationFails } from '../support/arbitrary.ts'

function period(start: string, end: string): FreeBusyPeriod {
  const minutes = (text: string): number => plainDateTimeToMinutes(Temporal.PlainDateTime.from(text))
  return { start: minutes(start), end: minutes(end) }
}

const year2024 = period('2024-01-01', '2025-01-01')

describe('free/busy blocks [MS-OXOPFFB] 2.2.1.2.2', () => {
  it('are pairs of minutes', () => {
    const bytes = fromHex('3C00 7800 60AE 60AE')
    expect(decodeWith(freeBusyBlocksCodec, bytes)).toEqual([
      { start: 60, end: 120 },
      { start: 44640, end: 44640 },
    ])
    expectRoundTrip(freeBusyBlocksCodec)
    expectTruncationFails(freeBusyBlocksCodec, { openEnded: true })
    expectRandomBytesSafe(freeBusyBlocksCodec)
  })
})

describe('the example [MS-OXOPFFB] 4.4', () => {
  it('is busy from noon to 1 P.M. on February 2, eight hours behind UTC', () => {
    const published = publishFreeBusy([period('2024-02-02T20:00', '2024-02-02T21:00')], year2024)
    // 0x0A50 and 0x0A8C minutes after the beginning of the month.
    expect(published?.blocks.map(toHex)).toEqual(['500a8c0a'])
    expect(decodeWith(freeBusyBlocksCodec, fromHex('500A 8C0A'))).toEqual([{ start: 2640, end: 2700 }])
  })
})

describe('months [MS-OXOPFFB] 2.2.1.2.1', () => {
  it('are year × 16 + month', () => {
    expect(encodeFreeBusyMonth(2008, 5)).toBe(0x7d85)
    expect(decodeFreeBusyMonth(0x7d85)).toEqual({ year: 2008, month: 5 })
  })
})

describe('the publishing range', () => {
  it('is a number of months', () => {
    const { start, end } = freeBusyPublishingRange(2024, 11, 3)
    expect(minutesToPlainDateTime(start).toString()).toBe('2024-11-01T00:00:00')
    expect(minutesToPlainDateTime(end).toString()).toBe('2025-02-01T00:00:00')
    expect(freeBusyPublishingRange(2024, 11, 0)).toEqual({ start, end: start })
  })
})

describe('publishing', () => {
  it('splits at months, merges what touches', () => {
    const published = publishFreeBusy(
      [
        period('2024-03-31T23:00', '2024-05-01T01:00'),
        period('2024-03-01T10:00', '2024-03-01T11:00'),
        period('2024-03-01T11:00', '2024-03-01T11:30'),
        period('2024-03-01T10:15', '2024-03-01T10:45'),
      ],
      year2024,
    )
    expect(published?.months.map(decodeFreeBusyMonth)).toEqual([
      { year: 2024, month: 3 },
      { year: 2024, month: 4 },
      { year: 2024, month: 5 },
    ])
    expect(published?.blocks.map((bytes) => decodeWith(freeBusyBlocksCodec, bytes))).toEqual([
      [
        { start: 600, end: 690 },
        { start: 31 * 1440 - 60, end: 31 * 1440 },
      ],
      [{ start: 0, end: 30 * 1440 }],
      [{ start: 0, end: 60 }],
    ])
    expect(readFreeBusy(published!)).toEqual([
      period('2024-03-01T10:00', '2024-03-01T11:30'),
      period('2024-03-31T23:00', '2024-05-01T01:00'),
    ])
  })

  it('leaves out what is outside the range', () => {
    const outside = [period('2023-12-31T23:00', '2024-01-01'), period('2025-01-01', '2025-02-01')]
    expect(publishFreeBusy(outside, year2024)).toBeUndefined()
    expect(publishFreeBusy([], year2024)).toBeUndefined()
    expect(readFreeBusy(publishFreeBusy([period('2023-06-01', '2026-01-01')], year2024)!)).toEqual([year2024])
  })

  it('loses no minute', () => {
    const arbitraryPeriod = fc.tuple(fc.nat(600_000), fc.nat(60_000)).map(([offset, length]) => {
      const start = year2024.start - 20_000 + offset
      return { start, end: start + length }
    })
    fc.assert(
      fc.property(fc.array(arbitraryPeriod, { maxLength: 12 }), (periods) => {
        const published = publishFreeBusy(periods, year2024) ?? { months: [], blocks: [] }
        const clipped = mergePeriods(
          periods.map(({ start, end }) => ({
            start: Math.max(start, year2024.start),
            end: Math.min(end, year2024.end),
          })),
        )
        expect(readFreeBusy(published)).toEqual(clipped)
        expect([...published.months].sort((a, b) => a - b)).toEqual(published.months)
        expect(new Set(published.months).size).toBe(published.months.length)
      }),
    )
  })
})

describe('reading', () => {
  it('leaves out what makes no sense', () => {
    const blocks = [encodeWith(freeBusyBlocksCodec, [{ start: 5, end: 4 }]), fromHex('00003C00')]
    expect(readFreeBusy({ months: [encodeFreeBusyMonth(2024, 1)], blocks })).toEqual([])
    expect(
      readFreeBusy({ months: [encodeFreeBusyMonth(2024, 13), 0], blocks: [blocks[1]!, blocks[1]!] }),
    ).toEqual([])
    expect(toHex(blocks[0]!)).toBe('05000400')
    expect(() =>
      readFreeBusy({ months: [encodeFreeBusyMonth(2024, 1)], blocks: [fromHex('000000')] }),
    ).toThrow(DecodeError)
  })
})
