import type { FileTime } from '@bourse/mapi'
import { Rights, type StoreEngine } from '@bourse/store'
import { SETUP } from '../worker/mailbox-target.ts'
import { readSeries } from './calendar-series.ts'
import { readSingles } from './calendar-singles.ts'
import type { MailboxAccess } from './mailbox-access.ts'
import { readWorkingHours, type WorkingHours } from './working-hours.ts'

/** How a time is shown, by the values of PidLidBusyStatus ([MS-OXOCAL] 2.2.1.2). */
export const BUSY_TYPES = ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere'] as const

export type BusyType = (typeof BUSY_TYPES)[number]

/** What only those see of an appointment who may see its details. */
export interface EventDetails {
  /** Its entry ID. */
  readonly id: Uint8Array
  readonly subject: string
  readonly location: string
  readonly isMeeting: boolean
  readonly isRecurring: boolean
  readonly isException: boolean
  readonly isReminderSet: boolean
  readonly isPrivate: boolean
}

/** An appointment, or one occurrence of a series. */
export interface CalendarEvent {
  readonly start: FileTime
  readonly end: FileTime
  readonly busy: BusyType
  readonly details: EventDetails
}

/** What is in the calendar of a mailbox, from one time until another one. */
export interface CalendarQuestion extends MailboxAccess {
  readonly from: FileTime
  readonly to: FileTime
}

/** What somebody may know of a calendar, and that. Events are in the order of their starts; `simple`: without details. */
export type CalendarAnswer =
  | { readonly access: 'none' }
  | ({ readonly access: 'simple'; readonly events: readonly Omit<CalendarEvent, 'details'>[] } & OfMailbox)
  | ({ readonly access: 'detailed'; readonly events: readonly CalendarEvent[] } & OfMailbox)

interface OfMailbox {
  readonly workingHours: WorkingHours | undefined
}

/**
 * What a user may see of the calendar of a mailbox of this thread: by the rights FreeBusySimple and FreeBusyDetailed on it ([MS-OXCPERM] 2.2.7). Rejects
 * with `UnknownUser` if there is no such mailbox.
 */
export async function calendarEvents(
  engine: StoreEngine,
  { mailbox, principal, fullAccess, from, to }: CalendarQuestion,
): Promise<CalendarAnswer> {
  await using asking = await engine.logOn(mailbox, principal, fullAccess ? { fullAccess } : {})
  const { logon } = asking
  const fid = logon.mailbox.info.folders.calendar
  const rights = fid === undefined ? 0 : await logon.mailbox.read((tx) => logon.rightsOn(tx, fid))
  if (fid === undefined || (rights & (Rights.FreeBusySimple | Rights.FreeBusyDetailed)) === 0)
    return { access: 'none' }
  await using store = await engine.logOn(mailbox, SETUP)
  await using calendar = await store.openFolder(logon.mailbox.id(fid))
  const found = [
    ...(await readSingles(store, calendar, from, to)),
    ...(await readSeries(store, calendar, from, to)),
  ].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
  const workingHours = await readWorkingHours(store, calendar)
  if ((rights & Rights.FreeBusyDetailed) === 0) {
    const events = found.map(({ start, end, busy }) => ({ start, end, busy }))
    return { access: 'simple', events, workingHours }
  }
  const events = logon.hasFullAccess ? found : found.map(withoutPrivateDetails)
  return { access: 'detailed', events, workingHours }
}

/** Others see of what is private only that it is. */
function withoutPrivateDetails(event: CalendarEvent): CalendarEvent {
  if (!event.details.isPrivate) return event
  return { ...event, details: { ...event.details, subject: '', location: '' } }
}
