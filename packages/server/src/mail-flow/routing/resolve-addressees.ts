import {
  type Directory,
  type DirectoryObject,
  isGroup,
  isSmtpAddress,
  permanentEntryId,
} from '@bourse/directory'
import { type Guid, PidTagAddressBookDeliveryContentLength } from '@bourse/mapi'
import type { Addressee, Receiver, Route, RoutingFailure } from './route.ts'

/** Who gets a message, and who does not. */
export type ResolvedAddressees = Pick<Route, 'receivers' | 'outside' | 'failures'>

export interface ResolveOptions {
  readonly directory: Directory
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  /** Who sends it, for groups that do not take mail from everybody; `undefined` for somebody unknown. */
  readonly sender: DirectoryObject | undefined
  /** How large the message is, in bytes; left out where that is not known. */
  readonly size?: number
}

/** Looks recipients up in the directory, and replaces groups by their members ([MS-OXOMSG] 3.2.5.1). */
export async function resolveAddressees(
  addressees: readonly Addressee[],
  { directory, publicFolders, sender, size = 0 }: ResolveOptions,
): Promise<ResolvedAddressees> {
  const { domains } = await directory.settings()
  const receivers = new Map<string, Receiver>()
  const outside = new Map<string, Route['outside'][number]>()
  const failures: RoutingFailure[] = []

  const fail = ({ rowId, displayName, addresses }: Addressee, status: string, reason: string): void => {
    failures.push({ rowId, displayName, address: addresses.at(-1) ?? displayName, status, reason })
  }
  const deliver = (object: DirectoryObject, addressee: Addressee): void => {
    const { mailbox, folderPath, displayName, legacyDn, smtpAddress } = object
    const { rowId } = addressee
    const entryId = permanentEntryId(object)
    const receiver = { rowId, displayName, address: smtpAddress ?? '', legacyDn, entryId }
    if (isTooLarge(object, size)) {
      fail(addressee, '5.2.3', `${displayName} does not take messages of this size.`)
    } else if (folderPath !== undefined) {
      receivers.set(`folder ${folderPath}`, { ...receiver, mailbox: publicFolders, folderPath })
    } else if (mailbox?.isEnabled === true) {
      const aliases = aliasesOf(object)
      receivers.set(mailbox.guid, {
        ...receiver,
        mailbox: mailbox.guid,
        ...(aliases.length === 0 ? {} : { aliases }),
      })
    } else if (object.kind === 'contact' && smtpAddress !== undefined) {
      outside.set(smtpAddress.toLowerCase(), { rowId, displayName, address: smtpAddress })
    } else {
      fail(addressee, '5.1.1', `${displayName} has no mailbox.`)
    }
  }

  /** Delivers to somebody, or to whom their mail goes; `path` has those on whose behalf that is, `done` everybody who has had their turn. */
  const add = async (
    object: DirectoryObject,
    addressee: Addressee,
    done: Set<number>,
    path: readonly number[] = [],
  ): Promise<void> => {
    if (done.has(object.id)) return
    done.add(object.id)
    const on = [...path, object.id]
    const others = async (kind: 'forwardTo' | 'copyTo'): Promise<readonly DirectoryObject[]> => {
      const { recipients } = await directory.expand(await directory.linksFrom(object.id, kind))
      // Who forwards to each other keeps what has been there already.
      return recipients.filter(({ id }) => !on.includes(id))
    }
    const instead = await others('forwardTo')
    if (instead.length === 0) deliver(object, addressee)
    for (const other of [...instead, ...(await others('copyTo'))]) await add(other, addressee, done, on)
  }

  for (const addressee of addressees) {
    const object = await findFirst(directory, addressee.addresses)
    if (object === undefined) {
      const address = addressee.addresses.find(isSmtpAddress)
      if (address === undefined) {
        fail(addressee, '5.1.3', 'This is no address that mail can be sent to.')
      } else if (domains.some(({ name }) => name === domainOf(address))) {
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
      await add(object, addressee, new Set())
      continue
    }
    const { recipients, groups } = await directory.expand([object.id])
    const small = groups.find((group) => isTooLarge(group, size))
    if (small !== undefined) {
      fail(addressee, '5.2.3', `${small.displayName} does not take messages of this size.`)
      continue
    }
    const closed = await firstClosed(directory, groups, sender)
    if (closed !== undefined) {
      fail(addressee, '5.7.1', `${closed.displayName} does not take mail from this sender.`)
      continue
    }
    const done = new Set<number>()
    for (const member of recipients) await add(member, addressee, done)
  }
  return { receivers: [...receivers.values()], outside: [...outside.values()], failures }
}

/** The first object that one of some addresses belongs to. */
export async function findFirst(
  directory: Directory,
  addresses: readonly string[],
): Promise<DirectoryObject | undefined> {
  for (const object of await directory.findAll(addresses)) if (object !== undefined) return object
  return undefined
}

/** The SMTP addresses that an object has beside its primary one. */
function aliasesOf({ addresses, smtpAddress }: DirectoryObject): readonly string[] {
  return addresses
    .filter((proxy) => /^smtp:/i.test(proxy))
    .map((proxy) => proxy.slice('smtp:'.length))
    .filter((address) => address !== smtpAddress)
}

/** What stands behind the `@` of an SMTP address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

const BYTES_PER_KILOBYTE = 1024

/** Whether a message has more bytes than somebody takes (PidTagAddressBookDeliveryContentLength, [MS-OXOABK] 2.2.3). */
function isTooLarge({ properties }: DirectoryObject, size: number): boolean {
  const limit = properties.get(PidTagAddressBookDeliveryContentLength)
  return limit !== undefined && limit > 0 && size > limit * BYTES_PER_KILOBYTE
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
