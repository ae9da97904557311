import type { Directory, DirectoryObject } from '@bourse/directory'
import { ErrorCode, type Guid, isMapiError } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import type { LogonRequest } from '../rop/session.ts'
import { findMailbox } from '../worker/find-mailbox.ts'
import { ServiceError } from './soap.ts'

/** Where the web services find mailboxes. */
export interface MailboxFinder {
  readonly directory: Directory
  /** Name of this server. */
  readonly serverName: string
  /** The store of the public folders. */
  readonly publicFolders: Guid
}

/** A mailbox, and who wants something of it. */
export interface MailboxAccess {
  readonly mailbox: Guid
  readonly principal: Principal
  /** The user, who is not its owner, may do everything in it. */
  readonly fullAccess: boolean
}

/** The mailbox of an address, as far as this server has it. Throws `ServiceError` where there is none. */
export async function findAccess(
  address: string,
  principal: Principal,
  finder: MailboxFinder,
): Promise<MailboxAccess> {
  const object = await findAddress(address, finder.directory)
  try {
    const request: LogonRequest = {
      kind: 'private',
      essdn: object.legacyDn,
      useAdminPrivilege: false,
      anyPublicStore: false,
    }
    const found = await findMailbox({ request, principal }, finder)
    if (found.kind === 'mailbox') return { mailbox: found.guid, principal, fullAccess: found.fullAccess }
  } catch (error) {
    if (!isMapiError(error, ErrorCode.UnknownUser)) throw error
  }
  throw new ServiceError('ErrorMailRecipientNotFound', `${address} has no mailbox on this server.`)
}

/** Whoever an SMTP address or a legacy DN belongs to. Throws `ServiceError` if that is nobody. */
export async function findAddress(address: string, directory: Directory): Promise<DirectoryObject> {
  const plain = address.replace(/^smtp:/i, '')
  const object = plain === '' ? undefined : await directory.find(plain)
  if (object === undefined)
    throw new ServiceError('ErrorMailRecipientNotFound', `There is nobody of the address ${address}.`)
  return object
}
