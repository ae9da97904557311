import {
  SYSTEM_TIME_NONE,
  type SystemTime,
  type TimeZoneBiases,
  type TimeZoneDefinition,
  TimeZoneRuleFlag,
  type TimeZoneStruct,
} from '@bourse/mapi'
import { WINDOWS_ZONES } from './windows-zones.ts'

const NANOSECONDS_PER_MINUTE = 60_000_000_000

/** The first year that a rule can hold from ([MS-OXOCAL] 2.2.1.41.1, wYear). */
const FIRST_YEAR = 1601

/** What stands for the last of a day of the week in a month. */
const LAST = 5

/**
 * How the clocks of an IANA time zone change in a year, in the form of Windows. Zones whose clocks change otherwise than twice a year
 * get the offset that they have at the end of it.
 */
export function biasesOf(timeZone: string, year: number): TimeZoneBiases {
  const begin = new Temporal.PlainDate(year, 1, 1).toZonedDateTime(timeZone)
  const end = begin.add({ years: 1 })
  const changes: Temporal.ZonedDateTime[] = []
  let at = begin.getTimeZoneTransition('next')
  while (at !== null && Temporal.ZonedDateTime.compare(at, end) < 0) {
    changes.push(at)
    at = at.getTimeZoneTransition('next')
  }
  const [first, second] = changes.map((time) => ({
    time,
    offset: offsetOf(time),
    before: offsetBefore(time),
  }))
  if (first === undefined || second === undefined || changes.length !== 2) return fixed(offsetOf(end))
  const [toDaylight, toStandard] = first.offset > second.offset ? [first, second] : [second, first]
  return {
    bias: -toStandard.offset,
    standardBias: 0,
    daylightBias: toStandard.offset - toDaylight.offset,
    standardDate: changeDate(toStandard.time, toStandard.before),
    daylightDate: changeDate(toDaylight.time, toDaylight.before),
  }
}

/** The value of PidLidTimeZoneStruct for an IANA time zone. */
export function timeZoneStructOf(timeZone: string, year: number): TimeZoneStruct {
  return { ...biasesOf(timeZone, year), standardYear: 0, daylightYear: 0 }
}

/** The value of PidLidAppointmentTimeZoneDefinition… for an IANA time zone, with the rule that it has in a year. */
export function timeZoneDefinitionOf(
  timeZone: string,
  year: number,
  options: { readonly recurring?: boolean } = {},
): TimeZoneDefinition {
  const { effectiveTzReg, recurCurrentTzReg } = TimeZoneRuleFlag
  return {
    keyName: windowsZoneOf(timeZone, year),
    rules: [
      {
        ...biasesOf(timeZone, year),
        flags: options.recurring === true ? effectiveTzReg | recurCurrentTzReg : effectiveTzReg,
        start: { ...SYSTEM_TIME_NONE, year: FIRST_YEAR, month: 1, day: 1 },
      },
    ],
  }
}

/** The Windows name of an IANA time zone: its own, or that of a zone with the same offsets in the year. */
export function windowsZoneOf(timeZone: string, year: number): string {
  const names = Object.entries(WINDOWS_ZONES)
  const named = names.find(([, iana]) => isSameZone(iana, timeZone))
  if (named !== undefined) return named[0]
  const wanted = JSON.stringify(biasesOf(timeZone, year))
  const similar = names.find(([, iana]) => JSON.stringify(biasesOf(iana, year)) === wanted)
  return similar?.[0] ?? timeZone
}

/** The IANA time zone of a Windows name, or of a name that is one already; `undefined` for names that nobody knows. */
export function ianaZoneOf(windowsName: string | undefined): string | undefined {
  if (windowsName === undefined) return undefined
  const iana = WINDOWS_ZONES[windowsName]
  if (iana !== undefined) return iana
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(windowsName).timeZoneId
  } catch {
    // No time zone of this name, as where somebody wrote a display name.
    return undefined
  }
}

/** Names of one zone: `Asia/Calcutta` and `Asia/Kolkata`. */
function isSameZone(a: string, b: string): boolean {
  if (a === b) return true
  const epoch = Temporal.Instant.fromEpochMilliseconds(0)
  return epoch.toZonedDateTimeISO(a).equals(epoch.toZonedDateTimeISO(b))
}

function offsetOf(time: Temporal.ZonedDateTime): number {
  return time.offsetNanoseconds / NANOSECONDS_PER_MINUTE
}

function offsetBefore(time: Temporal.ZonedDateTime): number {
  return offsetOf(time.subtract({ nanoseconds: 1 }))
}

function fixed(offset: number): TimeZoneBiases {
  return {
    bias: -offset,
    standardBias: 0,
    daylightBias: 0,
    standardDate: SYSTEM_TIME_NONE,
    daylightDate: SYSTEM_TIME_NONE,
  }
}

/** When the clocks change, as they show it until then: the nth, or the last, of a day of the week in the month. */
function changeDate(time: Temporal.ZonedDateTime, offsetUntilThen: number): SystemTime {
  const local = time.toInstant().toZonedDateTimeISO('UTC').add({ minutes: offsetUntilThen })
  return {
    ...SYSTEM_TIME_NONE,
    month: local.month,
    dayOfWeek: local.dayOfWeek % 7,
    day: local.day + 7 > local.daysInMonth ? LAST : Math.ceil(local.day / 7),
    hour: local.hour,
    minute: local.minute,
  }
}
