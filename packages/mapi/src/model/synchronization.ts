import type { PropertyBag } from '../property/bag.ts'
import type { PropertyTag } from '../property/tag.ts'
import type { Restriction } from '../restriction/index.ts'
import type { Message } from './message.ts'
import type { OperationOptions, PropertyEntries } from './object.ts'

/**
 * What a replica has ([MS-OXCFXICS] 2.2.1.1): four IDSETs, serialized with REPLGUIDs. Empty ones for a replica that has
 * nothing yet.
 */
export interface SyncState {
  /** MetaTagIdsetGiven: the messages or folders it has. */
  readonly idsetGiven: Uint8Array
  /** MetaTagCnsetSeen: the changes to ordinary messages, or folders, it has seen. */
  readonly cnsetSeen: Uint8Array
  /** MetaTagCnsetSeenFAI: the changes to folder-associated messages it has seen. */
  readonly cnsetSeenFai: Uint8Array
  /** MetaTagCnsetRead: the changes of read state it has seen. */
  readonly cnsetRead: Uint8Array
}

/** SynchronizationFlags and SynchronizationExtraFlags of [MS-OXCFXICS] 2.2.3.2.1.1, as far as they choose what is exported. */
export interface ContentsExportOptions extends OperationOptions {
  /** Which messages: ordinary ones (Normal), folder-associated ones (FAI). Both if left out. */
  readonly messages?: readonly ('normal' | 'associated')[]
  /** Tell of changed read states (ReadState). `true` if left out. */
  readonly readStates?: boolean
  /** Leave out deletions (NoDeletions), or those of messages that only ceased to match (IgnoreNoLongerInScope). */
  readonly deletions?: 'all' | 'noLongerInScopeOmitted' | 'none'
  /** Only messages that match. */
  readonly restriction?: Restriction
  /** The properties to leave out, or, with `only`, the only ones to send (OnlySpecifiedProperties). */
  readonly properties?: { readonly mode: 'exclude' | 'only'; readonly tags: readonly PropertyTag<unknown>[] }
  /** Send only the property groups that changed where the client can take that (PartialItem). */
  readonly partialItems?: boolean
  /** Newest first (OrderByDeliveryTime). */
  readonly orderByDeliveryTime?: boolean
  /** IDs of foreign messages as they came (NoForeignIdentifiers off). */
  readonly foreignIdentifiers?: boolean
  /** Announce the total size first (Progress). */
  readonly progress?: boolean
  /** Send bodies in the format they are stored in (BestBody). */
  readonly bestBody?: boolean
}

export interface HierarchyExportOptions extends OperationOptions {
  readonly deletions?: 'all' | 'none'
  readonly properties?: { readonly mode: 'exclude' | 'only'; readonly tags: readonly PropertyTag<unknown>[] }
  readonly foreignIdentifiers?: boolean
}

/** One step of an export ([MS-OXCFXICS] 2.2.4.3: contentsSync and hierarchySync elements, in this order of kinds). */
export type SyncEvent =
  /** progressTotal: what is to come. Sizes in bytes. */
  | {
      readonly kind: 'progress'
      readonly messageCount: number
      readonly messageSize: number
      readonly associatedCount: number
      readonly associatedSize: number
    }
  /**
   * messageChange: `header` holds the properties of messageChangeHeader, `open` gives the message as of this change; it rejects with
   * `NotFound` if the message was deleted meanwhile.
   */
  | { readonly kind: 'messageChange'; readonly header: PropertyBag; open(): Promise<Message> }
  /** folderChange: all properties of the folder, PidTagSourceKey and PidTagParentSourceKey among them. */
  | { readonly kind: 'folderChange'; readonly properties: PropertyBag }
  /** deletions, as IDSETs serialized with REPLIDs. Absent ones are empty; servers since Exchange 2013 have nothing that expires. */
  | {
      readonly kind: 'deletions'
      readonly deleted?: Uint8Array
      readonly noLongerInScope?: Uint8Array
      readonly expired?: Uint8Array
    }
  /** readStateChanges, as IDSETs serialized with REPLIDs. */
  | { readonly kind: 'readStateChanges'; readonly read?: Uint8Array; readonly unread?: Uint8Array }
  /** state: what the client has when it has taken all of the above. Comes last. */
  | { readonly kind: 'state'; readonly state: SyncState }

/** The changes since a state, one after the other. To be iterated once. */
export interface SyncExporter extends AsyncDisposable, AsyncIterable<SyncEvent> {
  /** How many changes there are. */
  readonly total: number
}

/** What became of an imported change ([MS-OXCFXICS] 3.1.5.6.2). */
export type ImportResult = 'applied' | 'ignored' | 'conflict'

export interface ImportMessageResult {
  readonly result: ImportResult
  /** The message to fill and to save; absent if the change is one that is known already (`'ignored'`). */
  readonly message?: Message
}

/** A message that was moved ([MS-OXCFXICS] 2.2.3.2.4.4.1). */
export interface ImportedMove {
  /** PidTagSourceKey of the folder where it was, in the same mailbox, and of the message there. */
  readonly sourceFolderKey: Uint8Array
  readonly sourceMessageKey: Uint8Array
  /** PidTagPredecessorChangeList of the version that was moved. */
  readonly predecessorChangeList: Uint8Array
  /** PidTagSourceKey and PidTagChangeKey of the message where it is now. */
  readonly destinationMessageKey: Uint8Array
  readonly changeNumber: Uint8Array
}

export interface ImportMoveResult {
  readonly messageId: bigint
  /**
   * The version here is older than the one that was moved: the message was moved, but keeps its change key and predecessor change
   * list, so that the newer version can be imported (NewerClientChange, [MS-OXCFXICS] 2.2.3.2.4.4.2).
   */
  readonly newerClientChange: boolean
}

/** Takes the changes of a replica ([MS-OXCFXICS] 2.2.3.2.4). */
export interface SyncImporter extends AsyncDisposable {
  /**
   * A message that was made or changed. `header` holds PidTagSourceKey, PidTagLastModificationTime, PidTagChangeKey and
   * PidTagPredecessorChangeList. RopSynchronizationImportMessageChange, [MS-OXCFXICS] 2.2.3.2.4.2.
   */
  importMessageChange(
    header: PropertyEntries,
    options?: { readonly associated?: boolean; readonly failOnConflict?: boolean },
  ): Promise<ImportMessageResult>

  /** A folder that was made or changed; returns its ID. RopSynchronizationImportHierarchyChange, [MS-OXCFXICS] 2.2.3.2.4.3. */
  importHierarchyChange(
    hierarchy: PropertyEntries,
    properties: PropertyEntries,
  ): Promise<{ readonly result: ImportResult; readonly folderId: bigint }>

  /** A message that was moved here. RopSynchronizationImportMessageMove, [MS-OXCFXICS] 2.2.3.2.4.4. */
  importMessageMove(move: ImportedMove): Promise<ImportMoveResult>

  /** Messages or folders that were deleted, by source key. RopSynchronizationImportDeletes, [MS-OXCFXICS] 2.2.3.2.4.5. */
  importDeletes(sourceKeys: readonly Uint8Array[], options?: { readonly hard?: boolean }): Promise<void>

  /** RopSynchronizationImportReadStateChanges, [MS-OXCFXICS] 2.2.3.2.4.6. */
  importReadStates(
    states: readonly { readonly sourceKey: Uint8Array; readonly read: boolean }[],
  ): Promise<void>

  /** The state that the replica has now. RopSynchronizationGetTransferState, [MS-OXCFXICS] 2.2.3.2.3.1. */
  getState(): Promise<SyncState>
}
