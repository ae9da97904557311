import { usageError } from '../command-error.ts'

const AGO = /^(\d{1,5})([hdwm])$/
const UNITS = { h: 'hours', d: 'days', w: 'weeks', m: 'months' } as const

/** A point in time as people give it: `2026-03-29`, `2026-03-29T14:05`, an instant of ISO 8601, or `3d`: three days ago. */
export function parseTime(text: string): Temporal.Instant {
  const zone = Temporal.Now.timeZoneId()
  const ago = AGO.exec(text)
  if (ago !== null) {
    const unit = UNITS[ago[2] as keyof typeof UNITS]
    return Temporal.Now.zonedDateTimeISO(zone)
      .subtract({ [unit]: Number(ago[1]) })
      .toInstant()
  }
  try {
    return /[zZ]$|[+-]\d\d:?\d\d$/.test(text) && text.includes('T')
      ? Temporal.Instant.from(text)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
  } catch {
    throw usageError(
      `${text} is no time.`,
      'Write 2026-03-29, 2026-03-29T14:05, or 3d for three days ago (h, d, w, m).',
    )
  }
}

/** A day: `2026-03-29`, `today`, `tomorrow`, or `+3` for in three days. */
export function parseDay(text: string): Temporal.PlainDate {
  const today = Temporal.Now.plainDateISO()
  if (text === 'today') return today
  if (text === 'tomorrow') return today.add({ days: 1 })
  const ahead = /^\+(\d{1,4})$/.exec(text)
  if (ahead !== null) return today.add({ days: Number(ahead[1]) })
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    throw usageError(`${text} is no day.`, 'Write 2026-03-29, today, tomorrow, or +3 for in three days.')
  }
}

/** A whole number from the command line. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usageError(`${text} is no number.`)
  return Number(text)
}
