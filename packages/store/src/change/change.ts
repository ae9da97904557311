import type { PropertyTag } from '@bourse/mapi'

/**
 * Something that a committed transaction did, in terms of the engine: what views, search folders and subscriptions are
 * brought up to date from. IDs are the 48-bit counters of the mailbox's own replica.
 */
export type Change = MessageChange | FolderChange | SearchChange

export interface MessageChange {
  readonly object: 'message'
  readonly kind: 'created' | 'modified' | 'deleted' | 'moved' | 'copied'
  readonly fid: number
  readonly mid: number
  readonly associated: boolean
  /** Where it was moved or copied from. */
  readonly oldFid?: number
  readonly oldMid?: number
  /** The properties that were set or removed, if few; `undefined` if any may have changed. */
  readonly tags?: readonly PropertyTag[]
  /** It arrived as new mail. */
  readonly newMail?: { readonly messageClass: string; readonly messageFlags: number }
}

export interface FolderChange {
  readonly object: 'folder'
  readonly kind: 'created' | 'modified' | 'deleted' | 'moved' | 'copied'
  readonly fid: number
  readonly parentFid: number
  readonly oldFid?: number
  readonly oldParentFid?: number
  readonly tags?: readonly PropertyTag[]
  /** The counts after the change, where they changed. */
  readonly messageCount?: number
  readonly unreadCount?: number
}

export interface SearchChange {
  readonly object: 'search'
  /** A message came into a search folder, changed in it, or went out of it; or the search has found all there is. */
  readonly kind: 'linked' | 'modified' | 'unlinked' | 'complete'
  /** The search folder. */
  readonly searchFid: number
  /** The message and the folder that it is in; absent, but for a search that is complete, when this may concern any message. */
  readonly fid?: number
  readonly mid?: number
}

/** Is called after each commit with all that it did, in order, before any other work on the mailbox begins. */
export type ChangeListener = (changes: readonly Change[]) => void
