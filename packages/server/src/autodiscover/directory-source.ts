import { type Directory, type DirectoryObject, serverDn } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import type { AlternativeMailbox, AutodiscoverSource, AutodiscoverSubject } from './subject.ts'

export interface DirectorySourceOptions {
  readonly directory: Directory
  /** Name of this server. */
  readonly serverName: string
  /** The store of the public folders. */
  readonly publicFolders: Guid
  hasPublicFolders(): boolean
}

/** Local part of the addresses of the public folders; whatever follows an underscore is one too. */
const PUBLIC_FOLDER_MAILBOX = /^publicfoldermailbox(?:_[^@]*)?@(.+)$/i

/** What Autodiscover tells of the users and other objects of a directory. */
export function directorySource(options: DirectorySourceOptions): AutodiscoverSource {
  const { directory, serverName, publicFolders, hasPublicFolders } = options

  return {
    deploymentId: directory.guid,

    async find(addressOrDn): Promise<AutodiscoverSubject> {
      const object = await directory.find(addressOrDn)
      if (object === undefined) {
        const domain = PUBLIC_FOLDER_MAILBOX.exec(addressOrDn)?.[1]
        if (domain === undefined || !hasPublicFolders()) return { kind: 'unknown' }
        return publicFolderMailbox(addressOrDn, domain)
      }
      const { mailbox } = object
      if (mailbox?.isEnabled !== true || object.smtpAddress === undefined) return { kind: 'noMailbox' }
      if (mailbox.server !== undefined && mailbox.server !== serverName) {
        const user = { ...mailboxOf(object)!, alternatives: [], elsewhere: `https://${mailbox.server}` }
        return { kind: 'user', user }
      }
      return { kind: 'user', user: { ...mailboxOf(object)!, alternatives: await alternativesOf(object) } }
    },

    async publicFolderAddress(domain): Promise<string | undefined> {
      return hasPublicFolders() ? `PublicFolderMailbox_1@${domain}` : undefined
    },
  }

  async function publicFolderMailbox(address: string, domain: string): Promise<AutodiscoverSubject> {
    const { name, domains } = await directory.settings()
    if (!domains.some((own) => own.name === domain.toLowerCase())) return { kind: 'unknown' }
    const mailbox = {
      displayName: 'Public Folders',
      legacyDn: `${serverDn(name, serverName)}/cn=Microsoft Public MDB`,
      address,
      mailboxGuid: publicFolders,
    }
    return { kind: 'publicFolders', mailbox }
  }

  /** The mailboxes that this user, or a group that the user is in, has been given, or is the delegate of the owner of. */
  async function alternativesOf({ id }: DirectoryObject): Promise<readonly AlternativeMailbox[]> {
    const others = new Set<number>()
    for (const member of [id, ...(await directory.groupsOf(id))]) {
      for (const kind of ['fullAccess', 'delegate'] as const) {
        for (const other of await directory.linksTo(member, kind)) others.add(other)
      }
    }
    others.delete(id)
    const found: AlternativeMailbox[] = []
    for (const other of others) {
      const object = await directory.get(other)
      const mailbox = object?.mailbox?.isEnabled === true ? mailboxOf(object) : undefined
      if (mailbox !== undefined) found.push(mailbox)
    }
    return found
  }
}

function mailboxOf({
  displayName,
  legacyDn,
  smtpAddress,
  mailbox,
}: DirectoryObject): AlternativeMailbox | undefined {
  if (mailbox === undefined || smtpAddress === undefined) return undefined
  return { displayName, legacyDn, address: smtpAddress, mailboxGuid: mailbox.guid }
}
