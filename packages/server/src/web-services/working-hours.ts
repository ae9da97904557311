import {
  equals,
  type Folder,
  type MessageStore,
  PidTagMessageClass,
  PidTagMid,
  PidTagRoamingXmlStream,
  SYSTEM_TIME_NONE,
  type SystemTime,
  type TimeZoneBiases,
} from '@bourse/mapi'
import { child, decodeXml, parseXml, type XmlElement, XmlError, type XmlNode } from '../autodiscover/xml.ts'
import { textOf } from './soap.ts'
import { DAYS, type Day } from './time-zone.ts'

/** When somebody works, as they have set it in their mail program ([MS-OXOCFG] 2.2.5.2.1). */
export interface WorkingHours {
  readonly zone: TimeZoneBiases
  readonly days: readonly Day[]
  /** In minutes from midnight, local time. */
  readonly start: number
  readonly end: number
}

const WORKING_HOURS_CLASS = 'IPM.Configuration.WorkHours'

/** The working hours that a calendar says; `undefined` if it says none that can be understood. */
export async function readWorkingHours(
  store: MessageStore,
  calendar: Folder,
): Promise<WorkingHours | undefined> {
  await using table = await calendar.contentsTable({ associated: true })
  const typed = await table.setColumns([PidTagMid])
  await typed.restrict(equals(PidTagMessageClass, WORKING_HOURS_CLASS))
  const [row] = (await typed.queryRows(1)).rows
  const mid = row?.get(PidTagMid)
  if (mid === undefined) return undefined
  await using message = await store.openMessage(calendar.id, mid)
  const stream = await message.get(PidTagRoamingXmlStream)
  return stream && parseWorkingHours(stream)
}

/** Reads the stream that holds working hours. */
export function parseWorkingHours(stream: Uint8Array): WorkingHours | undefined {
  let root: XmlElement
  try {
    root = parseXml(decodeXml(stream))
  } catch (error) {
    if (error instanceof XmlError) return undefined
    throw error
  }
  const hours = child(root, 'WorkHoursVersion1')
  const zone = child(hours, 'TimeZone')
  const slot = child(hours, 'TimeSlot')
  const [start, end] = [minutesOf(textOf(slot, 'Start')), minutesOf(textOf(slot, 'End'))]
  const words = textOf(hours, 'WorkDays')?.split(/\s+/) ?? []
  if (zone === undefined || start === undefined || end === undefined) return undefined
  const [standard, daylight] = [child(zone, 'Standard'), child(zone, 'DaylightSavings')]
  return {
    zone: {
      bias: integerOf(zone, 'Bias'),
      standardBias: integerOf(standard, 'Bias'),
      daylightBias: integerOf(daylight, 'Bias'),
      standardDate: changeOf(child(standard, 'ChangeDate')),
      daylightDate: changeOf(child(daylight, 'ChangeDate')),
    },
    days: DAYS.filter((day) => words.includes(day)),
    start,
    end,
  }
}

/** WorkingHours of a free/busy view ([MS-OXWAVLS]). */
export function writeWorkingHours({ zone, days, start, end }: WorkingHours): readonly XmlNode[] {
  return [
    [
      'TimeZone',
      [
        ['Bias', String(zone.bias)],
        ['StandardTime', writeChange(zone.standardBias, zone.standardDate)],
        ['DaylightTime', writeChange(zone.daylightBias, zone.daylightDate)],
      ],
    ],
    [
      'WorkingPeriodArray',
      [
        [
          'WorkingPeriod',
          [
            ['DayOfWeek', days.join(' ')],
            ['StartTimeInMinutes', String(start)],
            ['EndTimeInMinutes', String(end)],
          ],
        ],
      ],
    ],
  ]
}

function writeChange(bias: number, date: SystemTime): readonly XmlNode[] {
  const two = (part: number): string => String(part).padStart(2, '0')
  return [
    ['Bias', String(bias)],
    ['Time', `${two(date.hour)}:${two(date.minute)}:${two(date.second)}`],
    ['DayOrder', String(date.day)],
    ['Month', String(date.month)],
    ['DayOfWeek', DAYS[date.dayOfWeek] ?? 'Sunday'],
  ]
}

/** When the clocks change: a date without a year, whose day is the nth day of the week in the month. */
function changeOf(change: XmlElement | undefined): SystemTime {
  const date = /^(\d{4})\/(\d\d)\/(\d\d)$/.exec(textOf(change, 'Date') ?? '')
  const time = /^(\d\d):(\d\d):(\d\d)/.exec(textOf(change, 'Time') ?? '')
  if (date === null || time === null) return SYSTEM_TIME_NONE
  return {
    year: Number(date[1]),
    month: Number(date[2]),
    dayOfWeek: integerOf(change, 'DayOfWeek'),
    day: Number(date[3]),
    hour: Number(time[1]),
    minute: Number(time[2]),
    second: Number(time[3]),
    milliseconds: 0,
  }
}

function minutesOf(text: string | undefined): number | undefined {
  const time = /^(\d\d):(\d\d)/.exec(text ?? '')
  return time === null ? undefined : Number(time[1]) * 60 + Number(time[2])
}

function integerOf(element: XmlElement | undefined, name: string): number {
  const text = textOf(element, name) ?? ''
  return /^-?\d{1,5}$/.test(text) ? Number(text) : 0
}
