import { type Directory, type DirectoryObject, isGroup, isSmtpAddress } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import type { MailboxRoom } from '../delivery/deliver-mime.ts'
import { domainOf, resolveAddressees } from '../routing/resolve-addressees.ts'
import type { Receiver } from '../routing/route.ts'
import { refusal, type SmtpRefusal } from './reply.ts'

export interface RecipientOptions {
  readonly directory: Directory
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  /** Whether somebody's mailbox takes mail. */
  room(receiver: Receiver): Promise<MailboxRoom>
}

/** Who sends, and whether mail to the outside is sent. */
export interface RecipientPolicy {
  /** The user who sends; left out for somebody unknown, who reaches nobody but those of the organization. */
  readonly sender?: DirectoryObject
  readonly sendsOutside: boolean
  /** Whether it matters if the address is that of a group. */
  readonly asksForGroups?: boolean
}

/** Who gets what is sent to an address. */
export type FoundRecipients =
  | {
      readonly kind: 'found'
      readonly receivers: readonly Receiver[]
      /** Addresses of those whose mailboxes are elsewhere. */
      readonly outside: readonly string[]
      /** Whether the address is that of a group, whose members these are; `false` if nobody asked for that. */
      readonly isGroup: boolean
    }
  | { readonly kind: 'refused'; readonly refusal: SmtpRefusal }

/** Finds who gets mail that somebody sends to an address (RFC 5321 4.1.1.3): users, public folders, members of groups, contacts and addresses elsewhere. */
export async function findRecipients(
  address: string,
  { directory, publicFolders, room }: RecipientOptions,
  { sender, sendsOutside, asksForGroups = false }: RecipientPolicy,
): Promise<FoundRecipients> {
  const { domains } = await directory.settings()
  // The one address that needs no domain (RFC 5321 4.5.1).
  const full =
    address.toLowerCase() === 'postmaster' && domains[0] ? `${address}@${domains[0].name}` : address
  if (!isSmtpAddress(full)) return refused(553, '5.1.3', 'This is no address that mail can be sent to.')
  const addressee = { rowId: 0, displayName: full, addresses: [full] }
  const found = await resolveAddressees([addressee], { directory, publicFolders, sender })
  const { receivers, outside } = found
  const [receiver] = receivers
  if (receiver === undefined) {
    const [failure] = found.failures
    if (failure !== undefined) return refused(550, failure.status, failure.reason)
    if (outside.length === 0) return refused(550, '5.1.1', 'There is nobody in this group.')
    const isOurs = domains.some(({ name }) => name === domainOf(full))
    if (!isOurs && sender === undefined) {
      return refused(550, '5.7.1', 'This server does not relay mail to other domains.')
    }
    if (!sendsOutside) {
      const who = isOurs ? 'This recipient gets mail elsewhere, and this' : 'This'
      return refused(550, '5.4.4', `${who} server does not send mail to the outside.`)
    }
  }
  // Of a group, those whose mailboxes are full do not keep it from the others.
  if (receivers.length === 1 && outside.length === 0 && receiver!.folderPath === undefined) {
    const state = await room(receiver!)
    if (state === 'full') return refused(552, '5.2.2', 'The mailbox is full.')
    if (state === 'none') return refused(550, '5.2.1', 'The mailbox takes no mail.')
  }
  const object = asksForGroups ? await directory.find(full) : undefined
  return {
    kind: 'found',
    receivers,
    outside: outside.map((one) => one.address),
    isGroup: object !== undefined && isGroup(object.kind),
  }
}

function refused(code: SmtpRefusal['code'], status: string, text: string): FoundRecipients {
  return { kind: 'refused', refusal: refusal(code, status, text) }
}
