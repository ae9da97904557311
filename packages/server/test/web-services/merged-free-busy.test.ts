import { type FileTime, fileTime, TICKS_PER_MINUTE } from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import type { BusyType } from '../../src/web-services/calendar-events.ts'
import { mergedFreeBusy } from '../../src/web-services/merged-free-busy.ts'

const at = (minutes: number): FileTime =>
  fileTime(133_000_000_000_000_000n + BigInt(minutes) * TICKS_PER_MINUTE)
const event = (start: number, end: number, busy: BusyType) => ({ start: at(start), end: at(end), busy })

describe('merged free/busy times', () => {
  it('have a digit for each interval, the last one too if it is cut off', () => {
    expect(mergedFreeBusy([], at(0), at(120), 30)).toBe('0000')
    expect(mergedFreeBusy([], at(0), at(121), 30)).toBe('00000')
    expect(mergedFreeBusy([], at(0), at(1), 30)).toBe('0')
  })

  it('say what weighs most in an interval that something is in, be it for a minute', () => {
    const events = [
      event(0, 31, 'Tentative'),
      event(29, 30, 'Busy'),
      event(60, 90, 'WorkingElsewhere'),
      event(75, 80, 'Free'),
      event(90, 120, 'Busy'),
      event(100, 110, 'OOF'),
    ]
    expect(mergedFreeBusy(events, at(0), at(150), 30)).toBe('21430')
  })

  it('are those of the time that is asked about', () => {
    const events = [
      event(-100, 10, 'Busy'),
      event(50, 1000, 'OOF'),
      event(-50, 0, 'OOF'),
      event(20, 20, 'OOF'),
    ]
    expect(mergedFreeBusy(events, at(0), at(60), 20)).toBe('203')
  })
})
