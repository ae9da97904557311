import { isGroup } from '@bourse/directory'
import { ErrorCode, type FileTime, isMapiError } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import type { CalendarAnswer, CalendarEvent, CalendarQuestion } from './calendar-events.ts'
import { findAccess, findAddress, type MailboxFinder } from './mailbox-access.ts'
import { ServiceError } from './soap.ts'

/** What it takes to know when somebody is busy. */
export interface AttendeeOptions extends MailboxFinder {
  /** Asks the thread that has the mailbox. */
  calendarEvents(question: CalendarQuestion): Promise<CalendarAnswer>
}

/** A calendar that the user may see something of. */
export type SeenCalendar = Exclude<CalendarAnswer, { readonly access: 'none' }>

/** When it is that something is known of. */
export type BusyTime = Pick<CalendarEvent, 'start' | 'end' | 'busy'>

/** What is known of the times of somebody, or of a group. */
export type Attendee =
  | { readonly kind: 'mailbox'; readonly calendar: SeenCalendar }
  /** `undefined` for members of whom nothing is known. */
  | { readonly kind: 'group'; readonly members: readonly (readonly BusyTime[] | undefined)[] }
  | { readonly kind: 'unknown'; readonly error: ServiceError }

/** How many members of a group are looked at. */
const MAX_MEMBERS = 100

/** What a user may know of the times of an address of the organization. */
export async function findAttendee(
  address: string,
  times: { readonly from: FileTime; readonly to: FileTime },
  principal: Principal,
  options: AttendeeOptions,
): Promise<Attendee> {
  try {
    const object = await findAddress(address, options.directory)
    if (!isGroup(object.kind))
      return { kind: 'mailbox', calendar: await seenCalendar(address, times, principal, options) }
    const { recipients } = await options.directory.expand([object.id])
    if (recipients.length > MAX_MEMBERS) {
      const message = `${object.displayName} has more than ${MAX_MEMBERS} members.`
      throw new ServiceError('ErrorFreeBusyDLLimitReached', message)
    }
    const members = await Promise.all(
      recipients.map(({ legacyDn }) =>
        seenCalendar(legacyDn, times, principal, options).then(({ events }) => events, ignoreServiceError),
      ),
    )
    return { kind: 'group', members }
  } catch (error) {
    if (error instanceof ServiceError) return { kind: 'unknown', error }
    throw error
  }
}

async function seenCalendar(
  address: string,
  times: { readonly from: FileTime; readonly to: FileTime },
  principal: Principal,
  options: AttendeeOptions,
): Promise<SeenCalendar> {
  const access = await findAccess(address, principal, options)
  try {
    const answer = await options.calendarEvents({ ...access, ...times })
    if (answer.access !== 'none') return answer
  } catch (error) {
    if (!isMapiError(error, ErrorCode.UnknownUser)) throw error
    throw new ServiceError('ErrorMailRecipientNotFound', `${address} has no mailbox on this server.`)
  }
  throw new ServiceError('ErrorNoFreeBusyAccess', `You may not see when ${address} is busy.`)
}

function ignoreServiceError(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error
}
