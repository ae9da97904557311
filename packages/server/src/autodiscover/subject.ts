import type { Guid } from '@bourse/mapi'

/** Somebody whose settings are asked for, as the directory knows them. */
export interface AutodiscoverUser {
  readonly displayName: string
  readonly legacyDn: string
  /** Primary SMTP address. */
  readonly address: string
  readonly mailboxGuid: Guid
  /** Base URL of the server that has the mailbox, where that is another one. */
  readonly elsewhere?: string
  /** Mailboxes of others that the user is to have open too. */
  readonly alternatives: readonly AlternativeMailbox[]
}

export interface AlternativeMailbox {
  readonly displayName: string
  readonly legacyDn: string
  readonly address: string
  readonly mailboxGuid: Guid
}

/** What an address turns out to be. */
export type AutodiscoverSubject =
  | { readonly kind: 'user'; readonly user: AutodiscoverUser }
  /** The public folders, under any address of theirs. */
  | { readonly kind: 'publicFolders'; readonly mailbox: AlternativeMailbox }
  /** Mail for it goes to another address, where the settings are to be asked for. */
  | { readonly kind: 'redirect'; readonly address: string }
  /** It is there, but has no mailbox. */
  | { readonly kind: 'noMailbox' }
  | { readonly kind: 'unknown' }

/** What Autodiscover asks the directory for. */
export interface AutodiscoverSource {
  /** Identifies the organization (DeploymentId). */
  readonly deploymentId: Guid
  /** What an SMTP address or a legacy DN is. */
  find(addressOrDn: string): Promise<AutodiscoverSubject>
  /** An address of the public folders for users of a domain; `undefined` if there are no public folders. */
  publicFolderAddress(domain: string): Promise<string | undefined>
}
