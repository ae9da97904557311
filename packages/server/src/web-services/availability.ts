import { type DirectoryObject, isGroup } from '@bourse/directory'
import {
  ErrorCode,
  type FileTime,
  instantToFileTime,
  isMapiError,
  type TimeZoneBiases,
  toHex,
} from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import { child, type XmlElement, type XmlNode } from '../autodiscover/xml.ts'
import type { CalendarAnswer, CalendarEvent, CalendarQuestion } from './calendar-events.ts'
import { findAccess, findAddress, type MailboxFinder } from './mailbox-access.ts'
import { mergedFreeBusy } from './merged-free-busy.ts'
import { MESSAGES, responseMessage, ServiceError, schemaError, TYPES, textOf, wordOf } from './soap.ts'
import { numberOf, readTimeIn, readTimeZone, writeTimeIn } from './time-zone.ts'

/** What GetUserAvailability needs. */
export interface AvailabilityOptions extends MailboxFinder {
  /** Asks the thread that has the mailbox. */
  calendarEvents(question: CalendarQuestion): Promise<CalendarAnswer>
}

/** RequestedView, FreeBusyViewType ([MS-OXWAVLS]). */
const VIEWS = ['MergedOnly', 'FreeBusy', 'FreeBusyMerged', 'Detailed', 'DetailedMerged'] as const
type View = (typeof VIEWS)[number]

/** What is answered where there are no details, or where not more than merged times are known. */
const WITHOUT_DETAILS: Readonly<Record<View, View>> = {
  MergedOnly: 'MergedOnly',
  FreeBusy: 'FreeBusy',
  FreeBusyMerged: 'FreeBusyMerged',
  Detailed: 'FreeBusy',
  DetailedMerged: 'FreeBusyMerged',
}

/** How many mailboxes can be asked about at once, and members of a group. */
const MAX_MAILBOXES = 100
/** The longest time that can be asked about. */
const MAX_DAYS = 62
const MIN_INTERVAL = 5
const MAX_INTERVAL = 24 * 60
const DEFAULT_INTERVAL = 30

interface AvailabilityRequest {
  readonly zone: TimeZoneBiases
  readonly addresses: readonly string[]
  readonly from: FileTime
  readonly to: FileTime
  /** Minutes of an interval of merged times. */
  readonly interval: number
  readonly view: View
}

/** GetUserAvailability ([MS-OXWAVLS] 3.1.4.1): when people are busy, and with what, as far as each lets the user see it. Meeting times are not suggested. */
export async function getUserAvailability(
  element: XmlElement,
  principal: Principal,
  options: AvailabilityOptions,
): Promise<XmlNode> {
  const request = readRequest(element)
  const responses = await Promise.all(
    request.addresses.map((address) => freeBusyResponse(address, request, principal, options)),
  )
  return ['GetUserAvailabilityResponse', [['FreeBusyResponseArray', responses]], { xmlns: MESSAGES }]
}

function readRequest(element: XmlElement): AvailabilityRequest {
  const viewOptions = child(element, 'FreeBusyViewOptions')
  if (viewOptions === undefined) throw schemaError('FreeBusyViewOptions is missing.')
  const zone = readTimeZone(child(element, 'TimeZone'))
  const window = child(viewOptions, 'TimeWindow')
  const start = readTimeIn(zone, textOf(window, 'StartTime'))
  const end = readTimeIn(zone, textOf(window, 'EndTime'))
  if (Temporal.Instant.compare(start, end) >= 0)
    throw new ServiceError('ErrorInvalidTimeInterval', 'The time window ends before it begins.')
  if (start.until(end).total('hours') > MAX_DAYS * 24)
    throw new ServiceError('ErrorTimeIntervalTooBig', `The time window may have ${MAX_DAYS} days.`)
  const interval = numberOf(viewOptions, 'MergedFreeBusyIntervalInMinutes', DEFAULT_INTERVAL)
  if (interval < MIN_INTERVAL || interval > MAX_INTERVAL) {
    const message = `An interval of merged times has ${MIN_INTERVAL} to ${MAX_INTERVAL} minutes.`
    throw new ServiceError('ErrorInvalidMergedFreeBusyInterval', message)
  }
  const addresses = (child(element, 'MailboxDataArray')?.children ?? []).map(
    (data) => textOf(child(data, 'Email'), 'Address') ?? '',
  )
  if (addresses.length === 0) throw new ServiceError('ErrorIdentityArrayEmpty', 'Nobody is asked about.')
  if (addresses.length > MAX_MAILBOXES)
    throw new ServiceError('ErrorIdentityArrayTooBig', `At most ${MAX_MAILBOXES} can be asked about.`)
  return {
    zone,
    addresses,
    from: instantToFileTime(start),
    to: instantToFileTime(end),
    interval,
    view: wordOf(viewOptions, 'RequestedView', VIEWS) ?? 'FreeBusy',
  }
}

async function freeBusyResponse(
  address: string,
  request: AvailabilityRequest,
  principal: Principal,
  options: AvailabilityOptions,
): Promise<XmlNode> {
  let view: readonly XmlNode[]
  let error: ServiceError | undefined
  try {
    const object = await findAddress(address, options.directory)
    view = isGroup(object.kind)
      ? await groupView(object, request, principal, options)
      : await mailboxView(address, request, principal, options)
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) throw thrown
    error = thrown
    view = [typed('FreeBusyViewType', 'None')]
  }
  return ['FreeBusyResponse', [responseMessage(error), ['FreeBusyView', view]]]
}

async function mailboxView(
  address: string,
  { zone, from, to, interval, view }: AvailabilityRequest,
  principal: Principal,
  options: AvailabilityOptions,
): Promise<readonly XmlNode[]> {
  const answer = await askFor(address, { from, to }, principal, options)
  if (answer.access === 'none')
    throw new ServiceError('ErrorNoFreeBusyAccess', `You may not see when ${address} is busy.`)
  const given = answer.access === 'detailed' ? view : WITHOUT_DETAILS[view]
  const hasEvents = given !== 'MergedOnly'
  const hasDetails = given.startsWith('Detailed')
  const events = answer.events.map((event) =>
    writeEvent(event, zone, hasDetails && 'details' in event ? (event as CalendarEvent).details : undefined),
  )
  return [
    typed('FreeBusyViewType', given),
    ...(given.includes('Merged')
      ? [typed('MergedFreeBusy', mergedFreeBusy(answer.events, from, to, interval))]
      : []),
    ...(hasEvents && events.length > 0 ? [typed('CalendarEventArray', events)] : []),
  ]
}

/** The times of a group are those of its members, merged; who lets nobody see them is passed over. */
async function groupView(
  group: DirectoryObject,
  { from, to, interval }: AvailabilityRequest,
  principal: Principal,
  options: AvailabilityOptions,
): Promise<readonly XmlNode[]> {
  const { recipients } = await options.directory.expand([group.id])
  if (recipients.length > MAX_MAILBOXES) {
    const message = `${group.displayName} has more than ${MAX_MAILBOXES} members.`
    throw new ServiceError('ErrorFreeBusyDLLimitReached', message)
  }
  const answers = await Promise.all(
    recipients.map(async ({ legacyDn }) => {
      try {
        return await askFor(legacyDn, { from, to }, principal, options)
      } catch (error) {
        if (error instanceof ServiceError) return undefined
        throw error
      }
    }),
  )
  const events = answers.flatMap((answer) =>
    answer === undefined || answer.access === 'none' ? [] : answer.events,
  )
  return [
    typed('FreeBusyViewType', 'MergedOnly'),
    typed('MergedFreeBusy', mergedFreeBusy(events, from, to, interval)),
  ]
}

async function askFor(
  address: string,
  times: Pick<AvailabilityRequest, 'from' | 'to'>,
  principal: Principal,
  options: AvailabilityOptions,
): Promise<CalendarAnswer> {
  const access = await findAccess(address, principal, options)
  try {
    return await options.calendarEvents({ ...access, ...times })
  } catch (error) {
    if (isMapiError(error, ErrorCode.UnknownUser))
      throw new ServiceError('ErrorMailRecipientNotFound', `${address} has no mailbox on this server.`)
    throw error
  }
}

function writeEvent(
  { start, end, busy }: Omit<CalendarEvent, 'details'>,
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
