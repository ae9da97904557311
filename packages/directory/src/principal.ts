import type { Role } from './model/directory-object.ts'

/** A user as mailboxes see them when they log on. */
export interface DirectoryPrincipal {
  /** Legacy DN in lower case, by which permissions name the user. */
  readonly key: string
  /** Permanent entry ID in the address book. */
  readonly entryId: Uint8Array
  readonly displayName: string
  /** Legacy DNs in lower case of all groups that the user belongs to, directly or through other groups, dynamic ones included. */
  readonly groups: ReadonlySet<string>
  readonly role: Role
}
