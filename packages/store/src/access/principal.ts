/** Somebody who uses a mailbox, as the directory knows them at logon. */
export interface Principal {
  /** Legacy DN in lower case, by which permissions name the user; the empty string for anonymous. */
  readonly key: string
  /** Permanent entry ID in the address book; empty for anonymous. */
  readonly entryId: Uint8Array
  readonly displayName: string
  /** Legacy DNs in lower case of all groups that the user belongs to, directly or through other groups. */
  readonly groups: ReadonlySet<string>
  /** An administrator may do everything everywhere; nothing else makes one. */
  readonly role: 'user' | 'administrator'
}

/** Who has not said who they are. */
export const ANONYMOUS: Principal = {
  key: '',
  entryId: new Uint8Array(0),
  displayName: 'Anonymous',
  groups: new Set(),
  role: 'user',
}
