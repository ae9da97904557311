import { SYSTEM_TIME_NONE, type SystemTime, type TimeZoneStruct } from '@bourse/mapi'
import ICAL from 'ical.js'

/** No daylight saving time, and no difference to UTC. */
export const UTC_RULES: TimeZoneStruct = {
  bias: 0,
  standardBias: 0,
  daylightBias: 0,
  standardYear: 0,
  standardDate: SYSTEM_TIME_NONE,
  daylightYear: 0,
  daylightDate: SYSTEM_TIME_NONE,
}

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const LAST = 5

/** The rules of a VTIMEZONE ([MS-OXCICAL] 2.1.3.1.1.19): those that came into force last. */
export function rulesOfZone(zone: ICAL.Component): TimeZoneStruct {
  const standard = latest(zone.getAllSubcomponents('standard'))
  const daylight = latest(zone.getAllSubcomponents('daylight'))
  const base = standard ?? daylight
  if (base === undefined) return UTC_RULES
  const bias = -offsetMinutes(base)
  const changes = standard !== undefined && daylight !== undefined
  const standardDate = changes ? changeDate(standard) : undefined
  const daylightDate = changes ? changeDate(daylight) : undefined
  const isObserved = standardDate !== undefined && daylightDate !== undefined
  return {
    bias,
    standardBias: 0,
    daylightBias: isObserved ? -offsetMinutes(daylight!) - bias : 0,
    standardYear: 0,
    standardDate: isObserved ? standardDate : SYSTEM_TIME_NONE,
    daylightYear: 0,
    daylightDate: isObserved ? daylightDate : SYSTEM_TIME_NONE,
  }
}

function latest(observances: readonly ICAL.Component[]): ICAL.Component | undefined {
  return observances.reduce<ICAL.Component | undefined>((found, next) => {
    if (found === undefined) return next
    return startOf(next) > startOf(found) ? next : found
  }, undefined)
}

function startOf(observance: ICAL.Component): string {
  return String(observance.getFirstPropertyValue('dtstart') ?? '')
}

function offsetMinutes(observance: ICAL.Component): number {
  const offset = observance.getFirstPropertyValue('tzoffsetto')
  return offset instanceof ICAL.UtcOffset ? Math.round(offset.toSeconds() / 60) : 0
}

/** When an observance begins each year, as SYSTEMTIME says it: the nth of a day of the week in a month. */
function changeDate(observance: ICAL.Component): SystemTime | undefined {
  const start = observance.getFirstPropertyValue('dtstart')
  const rule = observance.getFirstPropertyValue('rrule')
  if (!(start instanceof ICAL.Time) || !(rule instanceof ICAL.Recur)) return undefined
  const month = Number(rule.parts.BYMONTH?.[0] ?? start.month)
  const match = /^([+-]?\d)?([A-Z]{2})$/.exec(String(rule.parts.BYDAY?.[0] ?? ''))
  if (match === null) return undefined
  // Without a number, days of the month say which it is: 8 to 14 are the second.
  const monthDay = Number(rule.parts.BYMONTHDAY?.[0] ?? 1)
  const nth = match[1] === undefined ? Math.ceil(monthDay / 7) : Number(match[1])
  return {
    year: 0,
    month,
    dayOfWeek: DAYS.indexOf(match[2]!),
    day: nth < 0 ? LAST : nth,
    hour: start.hour,
    minute: start.minute,
    second: start.second,
    milliseconds: 0,
  }
}

/** A VTIMEZONE for rules. */
export function zoneOfRules(id: string, rules: TimeZoneStruct): ICAL.Component {
  const zone = new ICAL.Component('vtimezone')
  zone.updatePropertyWithValue('tzid', id)
  const standard = -(rules.bias + rules.standardBias)
  const daylight = -(rules.bias + rules.daylightBias)
  const isObserved = rules.standardDate.month !== 0
  zone.addSubcomponent(observance('standard', isObserved ? daylight : standard, standard, rules.standardDate))
  if (isObserved) zone.addSubcomponent(observance('daylight', standard, daylight, rules.daylightDate))
  return zone
}

function observance(name: string, from: number, to: number, date: SystemTime): ICAL.Component {
  const component = new ICAL.Component(name)
  const start = ICAL.Time.fromData({
    year: 1601,
    month: 1,
    day: 1,
    hour: date.hour,
    minute: date.minute,
    second: date.second,
    isDate: false,
  })
  component.updatePropertyWithValue('dtstart', start)
  component.updatePropertyWithValue('tzoffsetfrom', offsetOf(from))
  component.updatePropertyWithValue('tzoffsetto', offsetOf(to))
  if (date.month !== 0) {
    const nth = date.day === LAST ? -1 : date.day
    const rule = `FREQ=YEARLY;BYDAY=${nth}${DAYS[date.dayOfWeek] ?? 'SU'};BYMONTH=${date.month}`
    component.updatePropertyWithValue('rrule', ICAL.Recur.fromString(rule))
  }
  return component
}

function offsetOf(minutes: number): ICAL.UtcOffset {
  return ICAL.UtcOffset.fromSeconds(minutes * 60)
}
