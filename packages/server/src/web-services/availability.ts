import { type FileTime, instantToFileTime, TICKS_PER_DAY, type TimeZoneBiases, toHex } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import { child, type XmlElement, type XmlNode } from '../autodiscover/xml.ts'
import {
  type Attendee,
  type AttendeeOptions,
  type BusyTime,
  findAttendee,
  type SeenCalendar,
} from './attendee.ts'
import type { CalendarEvent } from './calendar-events.ts'
import { mergedFreeBusy } from './merged-free-busy.ts'
import { MESSAGES, responseMessage, ServiceError, TYPES, textOf, wordOf } from './soap.ts'
import {
  type Invited,
  readAttendeeType,
  readSuggestionsOptions,
  suggestionsResponse,
  suggestionsWindow,
} from './suggestions.ts'
import { numberOf, readTimeIn, readTimeZone, writeTimeIn } from './time-zone.ts'
import { writeWorkingHours } from './working-hours.ts'

/** RequestedView, FreeBusyViewType ([MS-OXWAVLS]). */
const VIEWS = ['MergedOnly', 'FreeBusy', 'FreeBusyMerged', 'Detailed', 'DetailedMerged'] as const
type View = (typeof VIEWS)[number]

/** What is answered where there are no details. */
const WITHOUT_DETAILS: Readonly<Record<View, View>> = {
  MergedOnly: 'MergedOnly',
  FreeBusy: 'FreeBusy',
  FreeBusyMerged: 'FreeBusyMerged',
  Detailed: 'FreeBusy',
  DetailedMerged: 'FreeBusyMerged',
}

/** How many can be asked about at once. */
const MAX_ATTENDEES = 100
/** The longest time that can be asked about. */
const MAX_DAYS = 62
const MIN_INTERVAL = 5
const MAX_INTERVAL = 24 * 60
const DEFAULT_INTERVAL = 30

/** What times are wanted. */
interface ViewOptions {
  readonly from: FileTime
  readonly to: FileTime
  /** Minutes of an interval of merged times. */
  readonly interval: number
  readonly view: View
}

/**
 * GetUserAvailability ([MS-OXWAVLS] 3.1.4.1): when people are busy, and with what, as far as each lets the user see it; and at which times all of them
 * could meet.
 */
export async function getUserAvailability(
  element: XmlElement,
  principal: Principal,
  options: AttendeeOptions,
): Promise<XmlNode> {
  const zone = readTimeZone(child(element, 'TimeZone'))
  const [viewElement, suggestionsElement] = [
    child(element, 'FreeBusyViewOptions'),
    child(element, 'SuggestionsViewOptions'),
  ]
  if (viewElement === undefined && suggestionsElement === undefined)
    throw new ServiceError(
      'ErrorInvalidFreeBusyViewType',
      'Neither FreeBusyViewOptions nor SuggestionsViewOptions is there.',
    )
  const view = viewElement && readViewOptions(viewElement, zone)
  const wanted = suggestionsElement && readSuggestionsOptions(suggestionsElement, zone)
  const windows = [...(view ? [view] : []), ...(wanted ? [suggestionsWindow(wanted, zone)] : [])]
  const from = windows.reduce((least, one) => (one.from < least ? one.from : least), windows[0]!.from)
  const to = windows.reduce((most, one) => (one.to > most ? one.to : most), windows[0]!.to)
  if (to - from > BigInt(MAX_DAYS + 1) * TICKS_PER_DAY)
    throw new ServiceError('ErrorTimeIntervalTooBig', `At most ${MAX_DAYS} days can be asked about.`)
  const data = child(element, 'MailboxDataArray')?.children ?? []
  if (data.length === 0) throw new ServiceError('ErrorIdentityArrayEmpty', 'Nobody is asked about.')
  if (data.length > MAX_ATTENDEES)
    throw new ServiceError('ErrorIdentityArrayTooBig', `At most ${MAX_ATTENDEES} can be asked about.`)
  const invited = await Promise.all(
    data.map(async (one): Promise<Invited> => {
      const address = textOf(child(one, 'Email'), 'Address') ?? ''
      return {
        type: readAttendeeType(one),
        excludeConflicts: textOf(one, 'ExcludeConflicts') === 'true',
        attendee: await findAttendee(address, { from, to }, principal, options),
      }
    }),
  )
  return [
    'GetUserAvailabilityResponse',
    [
      view && [
        'FreeBusyResponseArray',
        invited.map(({ attendee }) => freeBusyResponse(attendee, view, zone)),
      ],
      wanted && suggestionsResponse(invited, wanted, zone),
    ],
    { xmlns: MESSAGES },
  ]
}

function readViewOptions(element: XmlElement, zone: TimeZoneBiases): ViewOptions {
  const window = child(element, 'TimeWindow')
  const start = readTimeIn(zone, textOf(window, 'StartTime'))
  const end = readTimeIn(zone, textOf(window, 'EndTime'))
  if (Temporal.Instant.compare(start, end) >= 0)
    throw new ServiceError('ErrorInvalidTimeInterval', 'The time window ends before it begins.')
  const interval = numberOf(element, 'MergedFreeBusyIntervalInMinutes', DEFAULT_INTERVAL)
  if (interval < MIN_INTERVAL || interval > MAX_INTERVAL) {
    const message = `An interval of merged times has ${MIN_INTERVAL} to ${MAX_INTERVAL} minutes.`
    throw new ServiceError('ErrorInvalidMergedFreeBusyInterval', message)
  }
  const view = wordOf(element, 'RequestedView', VIEWS) ?? 'FreeBusy'
  return { from: instantToFileTime(start), to: instantToFileTime(end), interval, view }
}

function freeBusyResponse(attendee: Attendee, options: ViewOptions, zone: TimeZoneBiases): XmlNode {
  switch (attendee.kind) {
    case 'unknown':
      return response([typed('FreeBusyViewType', 'None')], attendee.error)
    case 'mailbox':
      return response(mailboxView(attendee.calendar, options, zone))
    case 'group': {
      // The times of a group are those of its members, merged; who lets nobody see them is passed over.
      const events = attendee.members.flatMap((member) => member ?? [])
      const { from, to, interval } = options
      return response([
        typed('FreeBusyViewType', 'MergedOnly'),
        typed('MergedFreeBusy', mergedFreeBusy(events, from, to, interval)),
      ])
    }
  }
}

function response(view: readonly XmlNode[], error?: ServiceError): XmlNode {
  return ['FreeBusyResponse', [responseMessage(error), ['FreeBusyView', view]]]
}

function mailboxView(
  calendar: SeenCalendar,
  { from, to, interval, view }: ViewOptions,
  zone: TimeZoneBiases,
): readonly XmlNode[] {
  const given = calendar.access === 'detailed' ? view : WITHOUT_DETAILS[view]
  const hasDetails = given.startsWith('Detailed')
  const events: readonly (BusyTime & Partial<Pick<CalendarEvent, 'details'>>)[] = calendar.events
  const nodes = events
    .filter(({ start, end }) => start < to && (end > from || start >= from))
    .map((event) => writeEvent(event, zone, hasDetails ? event.details : undefined))
  return [
    typed('FreeBusyViewType', given),
    ...(given.includes('Merged')
      ? [typed('MergedFreeBusy', mergedFreeBusy(events, from, to, interval))]
      : []),
    ...(given !== 'MergedOnly' && nodes.length > 0 ? [typed('CalendarEventArray', nodes)] : []),
    ...(calendar.workingHours === undefined
      ? []
      : [typed('WorkingHours', writeWorkingHours(calendar.workingHours))]),
  ]
}

function writeEvent(
  { start, end, busy }: BusyTime,
  zone: TimeZoneBiases,
  details: CalendarEvent['details'] | undefined,
): XmlNode {
  return [
    'CalendarEvent',
    [
      ['StartTime', writeTimeIn(zone, start)],
      ['EndTime', writeTimeIn(zone, end)],
      ['BusyType', busy],
      details && [
        'CalendarEventDetails',
        [
          ['ID', toHex(details.id).toUpperCase()],
          ['Subject', details.subject],
          ['Location', details.location],
          ['IsMeeting', String(details.isMeeting)],
          ['IsRecurring', String(details.isRecurring)],
          ['IsException', String(details.isException)],
          ['IsReminderSet', String(details.isReminderSet)],
          ['IsPrivate', String(details.isPrivate)],
        ],
      ],
    ],
  ]
}

/** An element of the namespace of types. */
function typed(name: string, content: string | readonly XmlNode[]): XmlNode {
  return [name, content, { xmlns: TYPES }]
}
