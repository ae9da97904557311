import { type FileTime, TICKS_PER_MINUTE } from '@bourse/mapi'
import { BUSY_TYPES, type BusyType, type CalendarEvent } from './calendar-events.ts'

/** Which of several is shown: who is away is not busy besides. */
const WEIGHT: Readonly<Record<BusyType, number>> = {
  Free: 0,
  WorkingElsewhere: 1,
  Tentative: 2,
  Busy: 3,
  OOF: 4,
}

/** Which of two ways to spend a time is shown. */
export function heavier(one: BusyType, other: BusyType): BusyType {
  return WEIGHT[other] > WEIGHT[one] ? other : one
}

/**
 * The times of events as one digit for each interval (MergedFreeBusy, [MS-OXWAVLS]): the value of PidLidBusyStatus that weighs most in it.
 *
 * @param minutes how long an interval is
 */
export function mergedFreeBusy(
  events: readonly Pick<CalendarEvent, 'start' | 'end' | 'busy'>[],
  from: FileTime,
  to: FileTime,
  minutes: number,
): string {
  const length = BigInt(minutes) * TICKS_PER_MINUTE
  const slots = new Array<BusyType>(Number((to - from + length - 1n) / length)).fill('Free')
  for (const { start, end, busy } of events) {
    if (end <= start || end <= from || start >= to) continue
    const first = start <= from ? 0 : Number((start - from) / length)
    const last = Math.min(slots.length - 1, Number((end - from - 1n) / length))
    for (let i = first; i <= last; i++) slots[i] = heavier(slots[i]!, busy)
  }
  return slots.map((busy) => BUSY_TYPES.indexOf(busy)).join('')
}
