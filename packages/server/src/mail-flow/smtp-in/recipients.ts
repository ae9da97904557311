import { type Directory, isSmtpAddress } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import type { MailboxRoom } from '../delivery/deliver-mime.ts'
import { domainOf, resolveAddressees } from '../routing/resolve-addressees.ts'
import type { Receiver } from '../routing/route.ts'
import type { SmtpRefusal } from './reply.ts'

export interface RecipientOptions {
  readonly directory: Directory
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  /** Whether somebody's mailbox takes mail. */
  room(receiver: Receiver): Promise<MailboxRoom>
}

/** Who gets what is sent to an address. */
export type FoundRecipients =
  | {
      readonly kind: 'found'
      readonly receivers: readonly Receiver[]
      /** Members of a group who get no mail from here, since their mailboxes are elsewhere. */
      readonly outside: readonly string[]
    }
  | { readonly kind: 'refused'; readonly refusal: SmtpRefusal }

/** Finds who gets mail that somebody outside sends to an address (RFC 5321 4.1.1.3): users, public folders and members of groups. */
export async function findRecipients(
  address: string,
  { directory, publicFolders, room }: RecipientOptions,
): Promise<FoundRecipients> {
  const { domains } = await directory.settings()
  // The one address that needs no domain (RFC 5321 4.5.1).
  const full =
    address.toLowerCase() === 'postmaster' && domains[0] ? `${address}@${domains[0].name}` : address
  if (!isSmtpAddress(full)) return refused(553, '5.1.3', 'This is no address that mail can be sent to.')
  const addressee = { rowId: 0, displayName: full, addresses: [full] }
  const found = await resolveAddressees([addressee], { directory, publicFolders, sender: undefined })
  const { receivers, outside } = found
  const [receiver] = receivers
  if (receiver === undefined) {
    const [failure] = found.failures
    if (failure !== undefined) return refused(550, failure.status, failure.reason)
    if (outside.length === 0) return refused(550, '5.1.1', 'There is nobody in this group.')
    const isOurs = domains.some(({ name }) => name === domainOf(full))
    return isOurs
      ? refused(
          550,
          '5.4.4',
          'This recipient gets mail elsewhere, and this server does not send mail to the outside.',
        )
      : refused(550, '5.7.1', 'This server does not relay mail to other domains.')
  }
  // Of a group, those whose mailboxes are full do not keep it from the others.
  if (receivers.length === 1 && receiver.folderPath === undefined) {
    const state = await room(receiver)
    if (state === 'full') return refused(552, '5.2.2', 'The mailbox is full.')
    if (state === 'none') return refused(550, '5.2.1', 'The mailbox takes no mail.')
  }
  return { kind: 'found', receivers, outside: outside.map((one) => one.address) }
}

function refused(code: SmtpRefusal['code'], status: string, text: string): FoundRecipients {
  return { kind: 'refused', refusal: { code, status, text } }
}
