import type { Guid } from '@bourse/mapi'
import type { MailboxQuota } from '../model/directory-object.ts'

/** A mailbox as the directory wants it. */
export interface WantedMailbox {
  readonly guid: Guid
  /** Name of the server that has it; the only one if left out. */
  readonly server?: string
  /** The legacy DN of who it belongs to. */
  readonly ownerDn: string
  readonly displayName: string
  readonly isEnabled: boolean
  readonly quota?: MailboxQuota
}

/** What somebody may do with a folder. */
export interface FolderPermission {
  readonly member:
    | {
        readonly kind: 'entry'
        /** Legacy DN in lower case. */
        readonly key: string
        /** Permanent entry ID. */
        readonly entryId: Uint8Array
        readonly displayName: string
      }
    /** Everybody else who has logged on. */
    | { readonly kind: 'default' }
    /** Who has not logged on. */
    | { readonly kind: 'anonymous' }
  /** PidTagMemberRights ([MS-OXCPERM] 2.2.7). */
  readonly rights: number
}

export interface SetPermissionsOptions {
  /** Remove the permissions of whoever is not named, the default and anonymous ones excepted. */
  readonly removeOthers: boolean
}

/** What became of something that was to be so: it was made, or changed, or was so before. */
export type TargetOutcome = 'created' | 'updated' | 'unchanged'

/**
 * Where an organization's mailboxes and public folders are. Each method brings about that something is as wanted, and may be
 * called again and again.
 */
export interface MailboxTarget {
  /** Makes the mailbox if there is none with this GUID, and gives it its settings. */
  ensureMailbox(mailbox: WantedMailbox): Promise<TargetOutcome>

  /** Makes a mailbox unreachable, without deleting what is in it. */
  disableMailbox(guid: Guid): Promise<TargetOutcome>

  /**
   * Sets the permissions of a folder of a mailbox.
   *
   * @param path Names from the top of the visible folders, with slashes between; empty for the top itself. Special folders
   * have their English names. Rejects with a sentence if there is no such folder.
   */
  setFolderPermissions(
    mailbox: Guid,
    path: string,
    permissions: readonly FolderPermission[],
    options: SetPermissionsOptions,
  ): Promise<TargetOutcome>

  /** Makes a public folder, with those above it. `path` is `/Projects/Alpha`. */
  ensurePublicFolder(path: string): Promise<TargetOutcome>

  setPublicFolderPermissions(
    path: string,
    permissions: readonly FolderPermission[],
    options: SetPermissionsOptions,
  ): Promise<TargetOutcome>
}
