import {
  type FileTime,
  fileTime,
  fileTimeToLocal,
  instantToFileTime,
  localToFileTime,
  TICKS_PER_MINUTE,
  type TimeZoneBiases,
} from '@bourse/mapi'
import { child, type XmlElement, type XmlNode } from '../autodiscover/xml.ts'
import type { Attendee, BusyTime } from './attendee.ts'
import type { BusyType } from './calendar-events.ts'
import { heavier } from './merged-free-busy.ts'
import { responseMessage, ServiceError, TYPES, textOf, wordOf } from './soap.ts'
import { DAYS, numberOf, readTimeIn, writeTimeIn } from './time-zone.ts'
import type { WorkingHours } from './working-hours.ts'

/** How good a time is for a meeting ([MS-OXWAVLS] SuggestionQuality), the best first. */
const QUALITIES = ['Excellent', 'Good', 'Fair', 'Poor'] as const
type Quality = (typeof QUALITIES)[number]

const ATTENDEE_TYPES = ['Organizer', 'Required', 'Optional', 'Room', 'Resource'] as const
type AttendeeType = (typeof ATTENDEE_TYPES)[number]

/** Meetings begin at full and half hours. */
const STEP = 30
const MINUTES_PER_DAY = 24 * 60
/** The share of people who cannot come from which on a time is poor, in percent. */
const POOR_THRESHOLD = 50

/** When work is done where nobody says: Monday to Friday from 8 to 17. */
const USUAL_HOURS = { days: DAYS.slice(1, 6), start: 8 * 60, end: 17 * 60 }

/** Somebody who is to come, and what is known of their times. */
export interface Invited {
  readonly type: AttendeeType
  /** Times at which they cannot come are not suggested at all. */
  readonly excludeConflicts: boolean
  readonly attendee: Attendee
}

/** What kind of times are wanted (SuggestionsViewOptions). */
export interface SuggestionsOptions {
  readonly from: Temporal.PlainDate
  /** The first day no more. */
  readonly to: Temporal.PlainDate
  /** Minutes that the meeting takes. */
  readonly duration: number
  /** In percent: with fewer conflicts a time is good. */
  readonly goodThreshold: number
  readonly perDay: number
  readonly perDayOutside: number
  readonly minimum: Quality
}

/** Reads SuggestionsViewOptions. Throws `ServiceError`. */
export function readSuggestionsOptions(element: XmlElement, zone: TimeZoneBiases): SuggestionsOptions {
  const window = child(element, 'DetailedSuggestionsWindow')
  const start = readTimeIn(zone, textOf(window, 'StartTime'))
  const end = readTimeIn(zone, textOf(window, 'EndTime'))
  if (Temporal.Instant.compare(start, end) >= 0)
    throw new ServiceError('ErrorInvalidTimeInterval', 'The window for suggestions ends before it begins.')
  const dateOf = (time: Temporal.Instant) => fileTimeToLocal(zone, instantToFileTime(time)).toPlainDate()
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const value = numberOf(element, name, fallback)
    if (value < least || value > most)
      throw new ServiceError('ErrorInvalidParameter', `${name} is between ${least} and ${most}.`)
    return value
  }
  return {
    from: dateOf(start),
    to: dateOf(end.subtract({ seconds: 1 })).add({ days: 1 }),
    duration: number('MeetingDurationInMinutes', STEP, STEP, MINUTES_PER_DAY),
    goodThreshold: number('GoodThreshold', 25, 1, 49),
    perDay: number('MaximumResultsByDay', 10, 0, 48),
    perDayOutside: number('MaximumNonWorkHourResultsByDay', 0, 0, 48),
    minimum: wordOf(element, 'MinimumSuggestionQuality', QUALITIES) ?? 'Fair',
  }
}

/** The time in which calendars have to be known for suggestions. */
export function suggestionsWindow(
  { from, to, duration }: SuggestionsOptions,
  zone: TimeZoneBiases,
): { readonly from: FileTime; readonly to: FileTime } {
  const end = localToFileTime(zone, to.toPlainDateTime())
  return {
    from: localToFileTime(zone, from.toPlainDateTime()),
    to: fileTime(end + BigInt(duration) * TICKS_PER_MINUTE),
  }
}

/** SuggestionsResponse: for each day the best times for a meeting, the best ones first. */
export function suggestionsResponse(
  invited: readonly Invited[],
  options: SuggestionsOptions,
  zone: TimeZoneBiases,
): XmlNode {
  const days: XmlNode[] = []
  const hours = hoursOf(invited)
  for (let day = options.from; Temporal.PlainDate.compare(day, options.to) < 0; day = day.add({ days: 1 }))
    days.push(dayResult(day, invited, options, zone, hours))
  return ['SuggestionsResponse', [responseMessage(), ['SuggestionDayResultArray', days]]]
}

interface Suggestion {
  readonly time: FileTime
  readonly isWorkTime: boolean
  readonly quality: Quality
  readonly conflicts: readonly Conflict[]
}

/** How it is with one attendee at a time; people are counted, of whom so many cannot come. */
interface Conflict {
  readonly people: number
  readonly cannot: number
  readonly node: XmlNode
}

function dayResult(
  day: Temporal.PlainDate,
  invited: readonly Invited[],
  options: SuggestionsOptions,
  zone: TimeZoneBiases,
  hours: Pick<WorkingHours, 'days' | 'start' | 'end'>,
): XmlNode {
  const { duration, perDay, perDayOutside, minimum } = options
  const isWorkDay = hours.days.includes(DAYS[day.dayOfWeek % DAYS.length]!)
  const found: Suggestion[] = []
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += STEP) {
    const time = localToFileTime(zone, day.toPlainDateTime().add({ minutes: minute }))
    const isWorkTime = isWorkDay && minute >= hours.start && minute + duration <= hours.end
    const suggestion = suggestionAt(time, isWorkTime, invited, options)
    if (suggestion !== undefined) found.push(suggestion)
  }
  const rank = ({ quality }: Suggestion): number => QUALITIES.indexOf(quality)
  found.sort((a, b) => rank(a) - rank(b))
  const good = found.filter((one) => rank(one) <= QUALITIES.indexOf(minimum))
  const chosen = [
    ...good.filter(({ isWorkTime }) => isWorkTime).slice(0, perDay),
    ...good.filter(({ isWorkTime }) => !isWorkTime).slice(0, perDayOutside),
  ]
  const best = found.find(({ isWorkTime }) => isWorkTime)?.quality ?? 'Poor'
  return [
    'SuggestionDayResult',
    [
      ['Date', `${day}T00:00:00`],
      ['DayQuality', best],
      ['SuggestionArray', chosen.map((suggestion) => writeSuggestion(suggestion, zone))],
    ],
    { xmlns: TYPES },
  ]
}

/** How good a time is; `undefined` if somebody cannot come who has to. */
function suggestionAt(
  time: FileTime,
  isWorkTime: boolean,
  invited: readonly Invited[],
  { duration, goodThreshold }: SuggestionsOptions,
): Suggestion | undefined {
  const end = fileTime(time + BigInt(duration) * TICKS_PER_MINUTE)
  const conflicts = invited.map(({ attendee }) => conflictOf(attendee, time, end))
  if (conflicts.some(({ cannot }, i) => cannot > 0 && invited[i]!.excludeConflicts)) return undefined
  // Who need not come makes a time no worse.
  const counted = conflicts.filter((_, i) => invited[i]!.type !== 'Optional')
  const people = counted.reduce((sum, one) => sum + one.people, 0)
  const cannot = counted.reduce((sum, one) => sum + one.cannot, 0)
  const percent = people === 0 ? 0 : (100 * cannot) / people
  const quality =
    percent === 0
      ? 'Excellent'
      : percent < goodThreshold
        ? 'Good'
        : percent < POOR_THRESHOLD
          ? 'Fair'
          : 'Poor'
  return { time, isWorkTime, quality, conflicts }
}

function conflictOf(attendee: Attendee, start: FileTime, end: FileTime): Conflict {
  switch (attendee.kind) {
    case 'mailbox': {
      const busy = heaviest(attendee.calendar.events, start, end)
      const node: XmlNode = ['IndividualAttendeeConflictData', [['BusyType', busy]]]
      return { people: 1, cannot: isConflict(busy) ? 1 : 0, node }
    }
    case 'group': {
      const { members } = attendee
      const known = members.filter((events) => events !== undefined)
      const cannot = known.filter((events) => isConflict(heaviest(events, start, end))).length
      const node: XmlNode = [
        'GroupAttendeeConflictData',
        [
          ['NumberOfMembers', String(members.length)],
          ['NumberOfMembersAvailable', String(known.length - cannot)],
          ['NumberOfMembersWithConflict', String(cannot)],
          ['NumberOfMembersWithNoData', String(members.length - known.length)],
        ],
      ]
      return { people: known.length, cannot, node }
    }
    case 'unknown': {
      const isTooBig = attendee.error.responseCode === 'ErrorFreeBusyDLLimitReached'
      const name = isTooBig ? 'TooBigGroupAttendeeConflictData' : 'UnknownAttendeeConflictData'
      return { people: 0, cannot: 0, node: [name, ''] }
    }
  }
}

function heaviest(events: readonly BusyTime[], start: FileTime, end: FileTime): BusyType {
  return events.reduce<BusyType>(
    (busy, event) => (event.start < end && event.end > start ? heavier(busy, event.busy) : busy),
    'Free',
  )
}

function isConflict(busy: BusyType): boolean {
  return busy !== 'Free' && busy !== 'WorkingElsewhere'
}

/** The working hours of who asks for the meeting, or those that are usual. */
function hoursOf(invited: readonly Invited[]): Pick<WorkingHours, 'days' | 'start' | 'end'> {
  const organizer = invited.find(({ type }) => type === 'Organizer')?.attendee
  return (organizer?.kind === 'mailbox' ? organizer.calendar.workingHours : undefined) ?? USUAL_HOURS
}

function writeSuggestion(
  { time, isWorkTime, quality, conflicts }: Suggestion,
  zone: TimeZoneBiases,
): XmlNode {
  return [
    'Suggestion',
    [
      ['MeetingTime', writeTimeIn(zone, time)],
      ['IsWorkTime', String(isWorkTime)],
      ['SuggestionQuality', quality],
      ['AttendeeConflictDataArray', conflicts.map(({ node }) => node)],
    ],
  ]
}

/** AttendeeType of MailboxData; somebody who has to come if nothing is said. */
export function readAttendeeType(data: XmlElement): AttendeeType {
  return wordOf(data, 'AttendeeType', ATTENDEE_TYPES) ?? 'Required'
}
