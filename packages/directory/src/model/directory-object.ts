import type { Guid, PropertyBag } from '@bourse/mapi'
import type { ObjectFilter } from './filter.ts'
import type { ObjectKind } from './kind.ts'

export type Role = 'user' | 'administrator'

/** How much a mailbox may hold, in bytes ([MS-OXCSTOR] 2.2.2.1). No limit where there is none. */
export interface MailboxQuota {
  readonly warning?: number
  /** Beyond this nothing can be sent. */
  readonly send?: number
  /** Beyond this nothing is received. */
  readonly receive?: number
}

/** Where somebody's mailbox is. */
export interface MailboxReference {
  readonly guid: Guid
  /** Name of the server that has it; the only one if left out. */
  readonly server?: string
  readonly isEnabled: boolean
  readonly quota?: MailboxQuota
}

/** Properties that can be read only. */
export type ReadonlyProperties = Pick<PropertyBag, 'get' | 'has' | 'cell' | 'tags' | 'size'>

/** What is known about every object without reading it: enough to list, sort and link. */
export interface ObjectSummary {
  /**
   * The object's number, 0x10 or more, which is never given to another: its Minimal Entry ID ([MS-OXNSPI] 2.2.9.1).
   */
  readonly id: number
  readonly kind: ObjectKind
  readonly guid: Guid
  /** Name within the organization, without spaces: the user name, the alias, what organization files call it. */
  readonly name: string
  readonly legacyDn: string
  readonly displayName: string
  /** PidTagAddressBookPhoneticDisplayName; empty if there is none. */
  readonly phoneticDisplayName: string
  /** Not shown in address lists nor found by name. */
  readonly isHidden: boolean
  /** Of groups: a part of the organization's hierarchy of departments ([MS-OXOABK] 2.2.7.1). */
  readonly isDepartment: boolean
  /** Number of the last change to it. */
  readonly version: number
}

/** An object of the directory. Links to others are with the directory, the photo and the password hash are read separately. */
export interface DirectoryObject extends ObjectSummary {
  /** Proxy addresses, primary ones first, as `normalizeAddresses` has them. */
  readonly addresses: readonly string[]
  /** PidTagSmtpAddress: the primary SMTP address. */
  readonly smtpAddress: string | undefined
  /** Whether the user may log on. */
  readonly isEnabled: boolean
  readonly role: Role
  /** Changes when the password or the role does, and when the user is disabled: sessions of an older one are over. */
  readonly credentialVersion: number
  readonly mailbox: MailboxReference | undefined
  /** Of dynamic groups and address lists: who belongs to them. */
  readonly filter: ObjectFilter | undefined
  /** Of address lists: the list that it stands below. */
  readonly parentId: number | undefined
  /** Of public folders: the path in the public folder tree, `/Projects/Alpha`. */
  readonly folderPath: string | undefined
  /** The attributes (`ATTRIBUTES`) under their tags. */
  readonly properties: ReadonlyProperties
}

/** An organization's domain. */
export interface Domain {
  /** In lower case. */
  readonly name: string
  /** The name before the backslash in `DOMAIN\user`; the first part of `name`, in upper case, unless given. */
  readonly netbiosName: string
}

/** What the directory is about. */
export interface OrganizationSettings {
  /** The organization's name, in distinguished names. */
  readonly name: string
  /** The first is the one in which addresses are made. */
  readonly domains: readonly Domain[]
  /** Id of the group at the top of the organization's departments ([MS-OXOABK] 2.2.7.2). */
  readonly rootDepartmentId: number | undefined
}
