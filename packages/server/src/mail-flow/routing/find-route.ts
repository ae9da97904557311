import { type Directory, type DirectoryObject, permanentEntryId } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import { findFirst, resolveAddressees } from './resolve-addressees.ts'
import type { Person, Route, RouteQuestion } from './route.ts'

export interface FindRouteOptions {
  readonly directory: Directory
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  /** Whether mail is sent to the outside at all. */
  readonly sendsOutside: boolean
}

/** Where a message of a mailbox goes ([MS-OXOMSG] 3.2.5.1): recipients looked up, groups replaced by their members. */
export async function findRoute(
  { senderKey, from, addressees, size }: RouteQuestion,
  { directory, publicFolders, sendsOutside }: FindRouteOptions,
): Promise<Route> {
  const sender = await directory.find(senderKey)
  const represented = from.length === 0 ? sender : await findFirst(directory, from)
  const right =
    sender === undefined || represented === undefined
      ? undefined
      : await directory.sendRight(sender.id, represented.id)
  const found = await resolveAddressees(addressees, { directory, publicFolders, sender, size })
  const route = { right, sender: sender && personOf(sender), from: represented && personOf(represented) }
  if (sendsOutside) return { ...route, ...found }
  const reason = 'This server does not send mail to the outside.'
  const unreachable = found.outside.map((one) => ({ ...one, status: '5.4.4', reason }))
  return { ...route, ...found, outside: [], failures: [...found.failures, ...unreachable] }
}

function personOf(object: DirectoryObject): Person {
  const { displayName, smtpAddress = '', legacyDn } = object
  return { displayName, address: smtpAddress, legacyDn, entryId: permanentEntryId(object) }
}
