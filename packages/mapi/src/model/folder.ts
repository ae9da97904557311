import type { LongTermId } from '../id/index.ts'
import type { Restriction } from '../restriction/index.ts'
import type { Message, ReadFlags } from './message.ts'
import type { ModifyTable } from './modify-table.ts'
import type { MapiObject, OperationOptions, OperationResult } from './object.ts'
import type {
  ContentsExportOptions,
  HierarchyExportOptions,
  SyncExporter,
  SyncImporter,
  SyncState,
} from './synchronization.ts'
import type { Table } from './table.ts'

export interface CreateFolderOptions {
  readonly displayName: string
  readonly comment?: string
  /** `'generic'` if left out. */
  readonly type?: 'generic' | 'search'
  /** Open the folder of that name if there is one, instead of failing with `DuplicateName`. */
  readonly openExisting?: boolean
  /** The ID to give the folder, for one that comes from another server ([MS-OXCFOLD] 2.2.1.2.1 LongTermId, reserved elsewhere). */
  readonly longTermId?: LongTermId
}

export interface CreateFolderResult {
  readonly folder: Folder
  /** Whether it was there before. */
  readonly existed: boolean
}

export interface DeleteFolderOptions extends OperationOptions {
  /** Delete the messages and subfolders in it; if not, a folder that has some is left (`partial`). */
  readonly messages?: boolean
  readonly subfolders?: boolean
  /** Beyond recovery (DELETE_HARD_DELETE). */
  readonly hard?: boolean
}

export interface HierarchyTableOptions {
  /** Folders of all levels (Depth), not only the direct children. */
  readonly recursive?: boolean
  /** The folders that were deleted and can be recovered (SoftDeletes). */
  readonly softDeleted?: boolean
}

export interface ContentsTableOptions {
  /** The folder-associated messages (Associated) instead of the ordinary ones. */
  readonly associated?: boolean
  readonly softDeleted?: boolean
  /** The messages of conversations, wherever they are (ConversationMembers); of the root folder and of public folders only. */
  readonly conversationMembers?: boolean
}

/** What a search folder looks for ([MS-OXCFOLD] 2.2.1.4). */
export interface SearchCriteria {
  /** Which messages it shows; as before if left out when set. */
  readonly restriction?: Restriction
  /** Where it looks; as before if left out when set. */
  readonly folderIds?: readonly bigint[]
  /** Look in subfolders too (RECURSIVE_SEARCH). */
  readonly recursive: boolean
  /** Do not follow changes after the first search (STATIC_SEARCH). */
  readonly static?: boolean
  /** Use the content index as it is (CONTENT_INDEXED_SEARCH) or never (NON_CONTENT_INDEXED_SEARCH). */
  readonly contentIndexed?: boolean
}

/** State of a search folder ([MS-OXCFOLD] 2.2.1.5.2). */
export interface SearchState extends SearchCriteria {
  readonly static: boolean
  readonly running: boolean
  /** The search is being made anew (SEARCH_REBUILD). */
  readonly rebuilding: boolean
  readonly complete: boolean
}

export interface DeleteMessagesOptions extends OperationOptions {
  readonly hard?: boolean
  /** Send the non-read receipts that are asked for (NotifyNonRead). */
  readonly notifyNonRead?: boolean
}

export interface EmptyFolderOptions extends OperationOptions {
  readonly hard?: boolean
  /** The folder-associated messages too (WantDeleteAssociated). */
  readonly associated?: boolean
}

/** A folder: messages, folder-associated messages and subfolders ([MS-OXCFOLD]). */
export interface Folder extends MapiObject {
  readonly id: bigint
  /** Whether rules are set on it (HasRules). */
  readonly hasRules: boolean
  /** Whether its contents are on other servers (IsGhosted); public folders only. */
  readonly isGhosted: boolean

  /** RopCreateFolder, [MS-OXCFOLD] 2.2.1.2. */
  createFolder(options: CreateFolderOptions): Promise<CreateFolderResult>

  /** Opens a subfolder, or any other folder of the store. RopOpenFolder, [MS-OXCFOLD] 2.2.1.1. */
  openFolder(id: bigint, options?: { readonly softDeleted?: boolean }): Promise<Folder>

  /** Deletes a direct subfolder. RopDeleteFolder, [MS-OXCFOLD] 2.2.1.3. */
  deleteFolder(id: bigint, options?: DeleteFolderOptions): Promise<OperationResult>

  /** Moves a direct subfolder into another folder, perhaps under another name. RopMoveFolder, [MS-OXCFOLD] 2.2.1.7. */
  moveFolder(
    id: bigint,
    destination: Folder,
    newName?: string,
    options?: OperationOptions,
  ): Promise<OperationResult>

  /** Copies a direct subfolder. RopCopyFolder, [MS-OXCFOLD] 2.2.1.8. */
  copyFolder(
    id: bigint,
    destination: Folder,
    newName?: string,
    options?: OperationOptions & { readonly recursive?: boolean },
  ): Promise<OperationResult>

  /** Deletes all messages and subfolders. RopEmptyFolder, RopHardDeleteMessagesAndSubfolders, [MS-OXCFOLD] 2.2.1.9, 2.2.1.10. */
  empty(options?: EmptyFolderOptions): Promise<OperationResult>

  /** RopGetHierarchyTable, [MS-OXCFOLD] 2.2.1.13. */
  hierarchyTable(options?: HierarchyTableOptions): Promise<Table>

  /** RopGetContentsTable, [MS-OXCFOLD] 2.2.1.14. */
  contentsTable(options?: ContentsTableOptions): Promise<Table>

  /** RopSetSearchCriteria, [MS-OXCFOLD] 2.2.1.4. `'stop'` ends a search that runs, `'restart'` begins it anew. */
  setSearchCriteria(criteria: SearchCriteria | 'stop' | 'restart'): Promise<void>

  /** RopGetSearchCriteria, [MS-OXCFOLD] 2.2.1.5. */
  getSearchCriteria(): Promise<SearchState>

  /** A new message, which exists once it is saved. RopCreateMessage, [MS-OXCMSG] 2.2.3.2. */
  createMessage(options?: { readonly associated?: boolean; readonly codePage?: number }): Promise<Message>

  /** RopMoveCopyMessages, [MS-OXCFOLD] 2.2.1.6. */
  copyMessages(
    ids: readonly bigint[],
    destination: Folder,
    options?: OperationOptions & { readonly move?: boolean },
  ): Promise<OperationResult>

  /** RopDeleteMessages and RopHardDeleteMessages, [MS-OXCFOLD] 2.2.1.11, 2.2.1.12. */
  deleteMessages(ids: readonly bigint[], options?: DeleteMessagesOptions): Promise<OperationResult>

  /** Marks messages, all if `ids` is empty. RopSetReadFlags, [MS-OXCMSG] 2.2.3.10. */
  setReadFlags(ids: readonly bigint[], flags: ReadFlags, options?: OperationOptions): Promise<OperationResult>

  /** PidTagMessageStatus. RopGetMessageStatus, [MS-OXCMSG] 2.2.3.9. */
  getMessageStatus(id: bigint): Promise<number>

  /** Sets the bits of PidTagMessageStatus that `mask` names, and returns what it was. RopSetMessageStatus, [MS-OXCMSG] 2.2.3.8. */
  setMessageStatus(id: bigint, status: number, mask: number): Promise<number>

  /** Who may do what. RopGetPermissionsTable, RopModifyPermissions, [MS-OXCPERM] 2.2.1, 2.2.2. */
  permissions(): Promise<ModifyTable>

  /** RopGetRulesTable, RopModifyRules, [MS-OXORULE] 2.2.1, 2.2.2. */
  rules(): Promise<ModifyTable>

  /**
   * Tells the server what became of a message that a client-side rule was deferred for.
   * RopUpdateDeferredActionMessages, [MS-OXORULE] 2.2.3.
   */
  updateDeferredActionMessages(serverEntryId: Uint8Array, clientEntryId: Uint8Array): Promise<void>

  /** What changed among the messages since `state`. RopSynchronizationConfigure, [MS-OXCFXICS] 2.2.3.2.1.1. */
  exportContents(state: SyncState, options?: ContentsExportOptions): Promise<SyncExporter>

  /** What changed among the folders below since `state`. RopSynchronizationConfigure, [MS-OXCFXICS] 2.2.3.2.1.1. */
  exportHierarchy(state: SyncState, options?: HierarchyExportOptions): Promise<SyncExporter>

  /** Takes changes that were made elsewhere. RopSynchronizationOpenCollector, [MS-OXCFXICS] 2.2.3.2.4.1. */
  importChanges(kind: 'contents' | 'hierarchy', state: SyncState): Promise<SyncImporter>

  /** The state that this folder has now, for a client that has all of it. RopSynchronizationGetTransferState, [MS-OXCFXICS] 2.2.3.2.3.1. */
  getSyncState(kind: 'contents' | 'hierarchy'): Promise<SyncState>

  /** Gives up IDs that were reserved and will not be used. RopSetLocalReplicaMidsetDeleted, [MS-OXCFXICS] 2.2.3.2.4.8. */
  setLocalIdsDeleted(
    ranges: readonly { readonly first: LongTermId; readonly last: LongTermId }[],
  ): Promise<void>
}
