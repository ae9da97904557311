import { type Directory, serverDn } from '@bourse/directory'
import { ErrorCode, type Guid, MapiError } from '@bourse/mapi'
import type { FoundMailbox, MailboxQuestion } from './protocol.ts'

export interface FindMailboxOptions {
  readonly directory: Directory
  /** Name of this server. */
  readonly serverName: string
  /** The store of the public folders. */
  readonly publicFolders: Guid
}

/**
 * The mailbox that a RopLogon is for ([MS-OXCSTOR] 3.2.5.1.1). Throws `UnknownUser` where there is none. Who may do what in it is
 * a matter of its folders.
 */
export async function findMailbox(
  { request: { kind, essdn }, principal }: MailboxQuestion,
  { directory, serverName, publicFolders }: FindMailboxOptions,
): Promise<FoundMailbox> {
  if (kind === 'public') return { kind: 'mailbox', guid: publicFolders, maySendAs: false, fullAccess: false }
  const owner = essdn === '' ? undefined : await directory.find(essdn)
  const mailbox = owner?.mailbox
  if (owner === undefined || mailbox?.isEnabled !== true) throw new MapiError(ErrorCode.UnknownUser)
  if (mailbox.server !== undefined && mailbox.server !== serverName) {
    const { name } = await directory.settings()
    return { kind: 'redirect', serverName: serverDn(name, mailbox.server) }
  }
  const [maySendAs, fullAccess] = [
    await isGranted(owner.id, 'sendAs'),
    await isGranted(owner.id, 'fullAccess'),
  ]
  return { kind: 'mailbox', guid: mailbox.guid, maySendAs, fullAccess }

  /** Whether the owner lets the user, or a group that the user is in, do this. */
  async function isGranted(ownerId: number, kind: 'sendAs' | 'fullAccess'): Promise<boolean> {
    const granted = await directory.linksFrom(ownerId, kind)
    if (granted.length === 0) return false
    const user = await directory.find(principal.key)
    if (user === undefined || user.id === ownerId) return false
    const groups = await directory.groupsOf(user.id)
    return granted.some((id) => id === user.id || groups.has(id))
  }
}
