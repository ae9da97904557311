import type { Recurrence, Weekday } from './recurrence.ts'

/** What is said of the number of a day in the month. */
const NTH = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', last: 'last' } as const

/**
 * A series in words, in English: the value of PidLidRecurrencePattern ([MS-OXOCAL] 2.2.1.46), which other programs show as it is.
 */
export function recurrenceText(
  recurrence: Recurrence,
  start: Temporal.PlainDateTime,
  end: Temporal.PlainDateTime,
): string {
  const { until, count } = recurrence
  const ending =
    until !== undefined
      ? ` until ${until.toLocaleString('en-US')}`
      : count !== undefined
        ? ` for ${count} ${count === 1 ? 'time' : 'times'}`
        : ''
  return `${ruleText(recurrence, start)} from ${timeText(start)} to ${timeText(end)}${ending}`
}

function ruleText(recurrence: Recurrence, start: Temporal.PlainDateTime): string {
  const { every, on, nth, dayOfMonth = start.day } = recurrence
  const month = start.toLocaleString('en-US', { month: 'long' })
  const inMonth =
    nth === undefined
      ? dayOfMonth === 'last'
        ? 'the last day'
        : `day ${dayOfMonth}`
      : `the ${NTH[nth]} ${daysText(on ?? [], start)}`
  switch (every) {
    case 'day':
      return on === undefined ? everyText('day', recurrence) : `every ${daysText(on, start)}`
    case 'week':
      return `${everyText('week', recurrence)} on ${daysText(on ?? [], start)}`
    case 'month':
      return `${inMonth} of ${everyText('month', recurrence)}`
    case 'year':
      return `${everyText('year', recurrence)} on ${inMonth} of ${month}`
  }
}

function everyText(unit: string, { interval = 1 }: Recurrence): string {
  return interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`
}

function daysText(days: readonly Weekday[], start: Temporal.PlainDateTime): string {
  if (days.length === 0) return start.toLocaleString('en-US', { weekday: 'long' })
  return days.map((day) => day[0]!.toUpperCase() + day.slice(1)).join(', ')
}

function timeText(time: Temporal.PlainDateTime): string {
  return time.toLocaleString('en-US', { timeStyle: 'short' })
}
