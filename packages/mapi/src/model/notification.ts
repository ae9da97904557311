import type { Row } from '../property/row.ts'
import type { PropertyTag } from '../property/tag.ts'

/** A row of a contents or hierarchy table: a folder, or a message in one of its instances. */
export interface RowId {
  readonly folderId: bigint
  /** Absent in hierarchy tables. */
  readonly messageId?: bigint
  /** Which of the rows of a message, where a multiple-valued column gives it several. */
  readonly instance?: number
}

/** Something that happened in a store ([MS-OXCNOTIF] 2.2.1.4.1.2). Counts are the folder's after the change. */
export type StoreNotification =
  | {
      readonly kind: 'newMail'
      readonly folderId: bigint
      readonly messageId: bigint
      readonly messageFlags: number
      readonly messageClass: string
    }
  | {
      readonly kind: 'created' | 'modified'
      readonly folderId: bigint
      /** Absent when the object is the folder itself. */
      readonly messageId?: bigint
      /** Parent of a created folder. */
      readonly parentFolderId?: bigint
      /** The properties that changed, if known. */
      readonly tags?: readonly PropertyTag[]
      /** Number of messages and of unread ones, where they changed. */
      readonly totalCount?: number
      readonly unreadCount?: number
      /** The message shown in the search folder `searchFolderId`. */
      readonly searchFolderId?: bigint
    }
  | {
      readonly kind: 'deleted'
      readonly folderId: bigint
      readonly messageId?: bigint
      readonly parentFolderId?: bigint
      readonly searchFolderId?: bigint
    }
  | {
      readonly kind: 'moved' | 'copied'
      readonly folderId: bigint
      readonly messageId?: bigint
      readonly parentFolderId?: bigint
      readonly oldFolderId: bigint
      readonly oldMessageId?: bigint
      readonly oldParentFolderId?: bigint
    }
  | { readonly kind: 'searchComplete'; readonly folderId: bigint }

/** Something that happened to a table ([MS-OXCNOTIF] 2.2.1.1.1, 2.2.1.4.1.2). */
export type TableNotification =
  /** Any row may have changed: read anew. A store's subscriber gets it too, when the connection was lost and something may have been missed. */
  | { readonly kind: 'tableChanged' }
  | {
      readonly kind: 'rowAdded' | 'rowModified'
      readonly row: Row
      readonly id: RowId
      readonly after: RowId | undefined
    }
  | { readonly kind: 'rowDeleted'; readonly id: RowId }
  | { readonly kind: 'restrictDone' }

export type Notification = StoreNotification | TableNotification

/** Events that {@link MessageStore.subscribe} can be asked for ([MS-OXCNOTIF] 2.2.1.2.1). */
export type StoreEvent = StoreNotification['kind']

/**
 * Is called with what happened, in the order in which it was committed. Must return quickly and not throw;
 * it is called outside of any method of the store.
 */
export type NotificationSink = (notifications: readonly Notification[]) => void

/** Ends with disposal (RopRelease of the subscription). */
export interface Subscription extends AsyncDisposable {}

export interface SubscribeOptions {
  readonly events: readonly StoreEvent[]
  /** Only what happens to this folder or in it; the whole store if left out (WantWholeStore). */
  readonly folderId?: bigint
  /** Only what happens to this message. */
  readonly messageId?: bigint
}
