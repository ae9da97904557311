import type { Directory } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import { findFirst, resolveAddressees } from './resolve-addressees.ts'
import type { Route, RouteQuestion } from './route.ts'

/** Where a message of a mailbox goes ([MS-OXOMSG] 3.2.5.1): recipients looked up, groups replaced by their members. */
export async function findRoute(
  { senderKey, from, addressees }: RouteQuestion,
  directory: Directory,
  publicFolders: Guid,
): Promise<Route> {
  const sender = await directory.find(senderKey)
  const represented = from.length === 0 ? sender : await findFirst(directory, from)
  const right =
    sender === undefined || represented === undefined
      ? undefined
      : await directory.sendRight(sender.id, represented.id)
  return { right, ...(await resolveAddressees(addressees, { directory, publicFolders, sender })) }
}
