import {
  type Directory,
  type DirectoryObject,
  isGroup,
  isSmtpAddress,
  permanentEntryId,
} from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import type { Addressee, Receiver, Route, RouteQuestion, RoutingFailure } from './route.ts'

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
  const { domains } = await directory.settings()
  const receivers = new Map<string, Receiver>()
  const outside = new Map<string, Route['outside'][number]>()
  const failures: RoutingFailure[] = []

  const fail = ({ rowId, displayName, addresses }: Addressee, status: string, reason: string): void => {
    failures.push({ rowId, displayName, address: addresses.at(-1) ?? displayName, status, reason })
  }
  const add = (object: DirectoryObject, addressee: Addressee): void => {
    const { mailbox, folderPath, displayName, legacyDn, smtpAddress } = object
    const receiver = { displayName, address: smtpAddress ?? '', legacyDn, entryId: permanentEntryId(object) }
    if (folderPath !== undefined) {
      receivers.set(`folder ${folderPath}`, { ...receiver, mailbox: publicFolders, folderPath })
    } else if (mailbox?.isEnabled === true) {
      receivers.set(mailbox.guid, { ...receiver, mailbox: mailbox.guid })
    } else if (object.kind === 'contact' && smtpAddress !== undefined) {
      outside.set(smtpAddress.toLowerCase(), { rowId: addressee.rowId, displayName, address: smtpAddress })
    } else {
      fail(addressee, '5.1.1', `${displayName} has no mailbox.`)
    }
  }

  for (const addressee of addressees) {
    const object = await findFirst(directory, addressee.addresses)
    if (object === undefined) {
      const address = addressee.addresses.find(isSmtpAddress)
      const domain = address?.slice(address.lastIndexOf('@') + 1).toLowerCase()
      if (address === undefined) {
        fail(addressee, '5.1.3', 'This is no address that mail can be sent to.')
      } else if (domains.some(({ name }) => name === domain)) {
        fail(addressee, '5.1.1', 'There is nobody of this address in the organization.')
      } else {
        outside.set(address.toLowerCase(), {
          rowId: addressee.rowId,
          displayName: addressee.displayName,
          address,
        })
      }
      continue
    }
    if (!isGroup(object.kind)) {
      add(object, addressee)
      continue
    }
    const { recipients, groups } = await directory.expand([object.id])
    const closed = await firstClosed(directory, groups, sender)
    if (closed !== undefined) {
      fail(addressee, '5.7.1', `${closed.displayName} does not take mail from this sender.`)
      continue
    }
    for (const member of recipients) add(member, addressee)
  }
  return { right, receivers: [...receivers.values()], outside: [...outside.values()], failures }
}

async function findFirst(
  directory: Directory,
  addresses: readonly string[],
): Promise<DirectoryObject | undefined> {
  for (const object of await directory.findAll(addresses)) if (object !== undefined) return object
  return undefined
}

/** The first of some groups that does not take mail from a sender (PidTagAddressBookAuthorizedSenders, …UnauthorizedSenders, [MS-OXOABK] 2.2.6). */
async function firstClosed(
  directory: Directory,
  groups: readonly DirectoryObject[],
  sender: DirectoryObject | undefined,
): Promise<DirectoryObject | undefined> {
  const names =
    sender === undefined ? new Set<number>() : new Set([...(await directory.groupsOf(sender.id)), sender.id])
  for (const group of groups) {
    const allowed = await directory.linksFrom(group.id, 'authorizedSender')
    const refused = await directory.linksFrom(group.id, 'unauthorizedSender')
    if (allowed.length > 0 && !allowed.some((id) => names.has(id))) return group
    if (refused.some((id) => names.has(id))) return group
  }
  return undefined
}
