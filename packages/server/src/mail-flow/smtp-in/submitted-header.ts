import { randomUUID } from 'node:crypto'
import type { Directory, DirectoryObject } from '@bourse/directory'
import { formatDate, formatMailbox, parseAddressList } from '@bourse/formats/mime'
import { nowAsFileTime } from '@bourse/mapi'
import { domainOf } from '../routing/resolve-addressees.ts'
import { fieldsNamed, type HeaderField } from './header.ts'

/** What a header comes to that a user submits: fields that it lacks, each with its line end, or the address that the user may not send as. */
export type SubmittedHeader =
  | { readonly kind: 'complete'; readonly added: string }
  | { readonly kind: 'notAllowed'; readonly address: string }

/**
 * Checks who a message says that it is from, and completes its header (RFC 6409 6.1, 8): each author is the user or somebody in whose name the user
 * may send, and where that is on behalf only, Sender tells.
 */
export async function completeHeader(
  header: readonly HeaderField[],
  user: DirectoryObject,
  directory: Directory,
): Promise<SubmittedHeader> {
  const own = user.smtpAddress ?? ''
  const self = (name: string): string =>
    `${name}: ${asBytes(formatMailbox({ name: user.displayName, address: own }))}\r\n`
  const added: string[] = []
  const authors = addressesIn(header, 'from')
  let isOnBehalf = false
  for (const address of authors) {
    const right = await rightToSendAs(user, address, directory)
    if (right === undefined) return { kind: 'notAllowed', address }
    isOnBehalf ||= right === 'onBehalf'
  }
  const senders = addressesIn(header, 'sender')
  for (const address of senders) {
    if ((await rightToSendAs(user, address, directory)) !== 'sendAs') return { kind: 'notAllowed', address }
  }
  if (fieldsNamed(header, 'from').length === 0) added.push(self('From'))
  if (isOnBehalf && senders.length === 0) added.push(self('Sender'))
  if (fieldsNamed(header, 'date').length === 0) added.push(`Date: ${formatDate(nowAsFileTime())}\r\n`)
  if (fieldsNamed(header, 'message-id').length === 0)
    added.push(`Message-ID: <${randomUUID()}@${asBytes(domainOf(own))}>\r\n`)
  return { kind: 'complete', added: added.join('') }
}

/** How a user may send in the name of who has an address; `undefined`: not at all. */
export async function rightToSendAs(
  user: DirectoryObject,
  address: string,
  directory: Directory,
): Promise<'sendAs' | 'onBehalf' | undefined> {
  const object = await directory.find(address)
  return object && directory.sendRight(user.id, object.id)
}

/** All that stands in fields of a name; what is no address is there as it stands, and belongs to nobody. */
function addressesIn(header: readonly HeaderField[], name: string): readonly string[] {
  return fieldsNamed(header, name).flatMap(({ value }) =>
    parseAddressList(value).map(({ address, name }) =>
      Buffer.from(address === '' ? name : address, 'latin1').toString('utf8'),
    ),
  )
}

/** Text in UTF-8, one character per byte. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
