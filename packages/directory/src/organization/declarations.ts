import type { PropertyValue } from '@bourse/mapi'
import type { Attribute } from '../model/attributes.ts'
import type { Domain, MailboxQuota, Role } from '../model/directory-object.ts'
import type { ObjectFilter } from '../model/filter.ts'
import type { RecipientKind } from '../model/kind.ts'
import type { Place } from './file-problem.ts'

/** Something that stands in the file, so that what is wrong with it can be said with its line. */
export interface Declared {
  readonly place: Place
}

/** A name, address or distinguished name of an object, in the file or in the directory. */
export interface Reference extends Declared {
  readonly text: string
}

/** What somebody is to do with a folder. */
export interface PermissionDeclaration extends Declared {
  /** An object of the directory, everybody else who has logged on (`default`), or who has not (`anonymous`). */
  readonly member: Reference | 'default' | 'anonymous'
  /** PidTagMemberRights ([MS-OXCPERM] 2.2.7). */
  readonly rights: number
}

/** The permissions of a folder of a mailbox. */
export interface FolderDeclaration extends Declared {
  /** Names from the top of the visible folders, with slashes between; empty for the top itself. */
  readonly path: string
  readonly permissions: readonly PermissionDeclaration[]
}

export type PasswordDeclaration =
  /** The password is this. */
  | { readonly kind: 'password'; readonly password: string }
  /** The password is this at first; the user may have changed it. */
  | { readonly kind: 'initial'; readonly password: string }
  /** The password is one that has this hash (`hashPassword`). */
  | { readonly kind: 'hash'; readonly hash: string }

export interface MailboxDeclaration {
  /** `false`: there is to be no mailbox. */
  readonly wanted: boolean
  readonly isEnabled: boolean
  readonly server?: string
  readonly quota?: MailboxQuota
}

/** A user, group, contact, room, piece of equipment, or public folder with an address. What is left out is as it was. */
export interface RecipientDeclaration extends Declared {
  readonly kind: RecipientKind
  readonly name: string
  readonly displayName?: string
  readonly legacyDn?: string
  /** Primary SMTP address; `null` for none at all. */
  readonly address?: string | null
  /** All other proxy addresses. */
  readonly aliases?: readonly string[]
  readonly isHidden?: boolean
  /** Attributes, `undefined` for those to be removed. */
  readonly attributes: readonly (readonly [Attribute, PropertyValue | undefined])[]
  readonly sendAs?: readonly Reference[]

  // Users, rooms, equipment
  readonly isEnabled?: boolean
  readonly role?: Role
  readonly password?: PasswordDeclaration
  readonly mailbox?: MailboxDeclaration
  readonly delegates?: readonly Reference[]
  readonly fullAccess?: readonly Reference[]
  readonly forwardTo?: readonly Reference[]
  readonly copyTo?: readonly Reference[]
  readonly folders: readonly FolderDeclaration[]
  /** JPEG; `null` for none. */
  readonly photo?: Uint8Array | null

  // Users, rooms, equipment, contacts
  readonly manager?: Reference | null

  // Groups and public folders
  readonly owners?: readonly Reference[]

  // Groups
  readonly members?: readonly Reference[]
  readonly filter?: ObjectFilter
  readonly isDepartment?: boolean
  readonly authorizedSenders?: readonly Reference[]
  readonly unauthorizedSenders?: readonly Reference[]

  // Public folders
  readonly folderPath?: string
}

export interface AddressListDeclaration extends Declared {
  readonly name: string
  readonly displayName?: string
  readonly filter: ObjectFilter
  /** The list that it stands below. */
  readonly parent?: Reference
}

export interface PublicFolderDeclaration extends Declared {
  /** Names from the top, with slashes before each. */
  readonly path: string
  readonly permissions: readonly PermissionDeclaration[]
  /** Its entry in the directory, if mail can be sent to it. */
  readonly recipient?: RecipientDeclaration
}

/** What an organization file declares. */
export interface Organization {
  readonly fileName: string
  readonly name: string
  /** `undefined` to leave them as they are. */
  readonly domains: readonly Domain[] | undefined
  readonly rootDepartment: Reference | undefined
  /** Users, rooms, equipment, groups, contacts; not public folders. */
  readonly recipients: readonly RecipientDeclaration[]
  readonly addressLists: readonly AddressListDeclaration[]
  readonly publicFolders: readonly PublicFolderDeclaration[]
  /** Objects that are not to be there any more. */
  readonly removals: readonly Reference[]
}
