import {
  type ContentsExportOptions,
  type ContentsTableOptions,
  type CreateFolderOptions,
  type CreateFolderResult,
  type DeleteFolderOptions,
  type DeleteMessagesOptions,
  type EmptyFolderOptions,
  ErrorCode,
  equals,
  type Folder,
  type HierarchyTableOptions,
  type LongTermId,
  MapiError,
  type Message,
  type ModifyTable,
  type OperationOptions,
  type OperationResult,
  PidTagDisplayName,
  PidTagFolderId,
  type ReadFlags,
  type SearchCriteria,
  type SearchState,
  type SyncExporter,
  type SyncImporter,
  type SyncState,
  type Table,
} from '@bourse/mapi'
import {
  ContentsTableFlags,
  copyFolder,
  createFolder,
  DeleteFolderFlags,
  deleteFolder,
  deleteMessages,
  emptyFolder,
  FolderType,
  GetSearchFlags,
  getContentsTable,
  getHierarchyTable,
  getMessageStatus,
  getSearchCriteria,
  HierarchyTableFlags,
  hardDeleteMessages,
  hardDeleteMessagesAndSubfolders,
  moveCopyMessages,
  moveFolder,
  OpenFolderFlags,
  openFolder,
  type RopDefinition,
  SetSearchFlags,
  setLocalReplicaMidsetDeleted,
  setMessageStatus,
  setReadFlags,
  setSearchCriteria,
  updateDeferredActionMessages,
} from '@bourse/wire/rop'
import { createMessageIn } from './message.ts'
import { permissionsOf, rulesOf } from './modify-table.ts'
import { ExchangeObject, handleOf, operationOf } from './property.ts'
import { readFlagBits } from './read-flags.ts'
import type { CallFields, CallOptions, RopSession } from './rop-session.ts'
import { ExchangeTable } from './table.ts'

/** A warning: some of the items were not worked on. */
const PARTIAL_COMPLETION = 0x00040680

interface FolderInfo {
  readonly id: bigint
  readonly hasRules: boolean
  readonly isGhosted: boolean
}

/** Opens a folder through any object of its logon. */
export async function openFolderThrough(
  parent: ExchangeObject,
  id: bigint,
  options: { readonly softDeleted?: boolean } = {},
): Promise<ExchangeFolder> {
  const { body, handle } = await parent.call(
    openFolder,
    { folderId: id, openModeFlags: options.softDeleted === true ? OpenFolderFlags.OpenSoftDeleted : 0 },
    { output: true },
  )
  return new ExchangeFolder(parent.session, handle, parent.logonId, {
    id,
    hasRules: body.hasRules,
    isGhosted: body.isGhosted,
  })
}

/** A folder on the server. */
export class ExchangeFolder extends ExchangeObject implements Folder {
  readonly id: bigint
  readonly hasRules: boolean
  readonly isGhosted: boolean

  constructor(session: RopSession, handle: number, logonId: number, info: FolderInfo) {
    super(session, handle, logonId)
    this.id = info.id
    this.hasRules = info.hasRules
    this.isGhosted = info.isGhosted
  }

  async createFolder(options: CreateFolderOptions): Promise<CreateFolderResult> {
    const { body, handle } = await this.call(
      createFolder,
      {
        folderType: options.type === 'search' ? FolderType.search : FolderType.generic,
        useUnicodeStrings: true,
        openExisting: options.openExisting === true,
        displayName: options.displayName,
        comment: options.comment ?? '',
      },
      { output: true },
    )
    const folder = new ExchangeFolder(this.session, handle, this.logonId, {
      id: body.folderId,
      hasRules: body.hasRules ?? false,
      isGhosted: body.isGhosted ?? false,
    })
    return { folder, existed: body.isExistingFolder }
  }

  openFolder(id: bigint, options: { readonly softDeleted?: boolean } = {}): Promise<Folder> {
    return openFolderThrough(this, id, options)
  }

  deleteFolder(id: bigint, options: DeleteFolderOptions = {}): Promise<OperationResult> {
    const deleteFolderFlags =
      (options.messages === true ? DeleteFolderFlags.DEL_MESSAGES : 0) |
      (options.subfolders === true ? DeleteFolderFlags.DEL_FOLDERS : 0) |
      (options.hard === true ? DeleteFolderFlags.DELETE_HARD_DELETE : 0)
    return this.#several(deleteFolder, { deleteFolderFlags, folderId: id }, options)
  }

  async moveFolder(
    id: bigint,
    destination: Folder,
    newName?: string,
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    return this.#several(
      moveFolder,
      {
        wantAsynchronous: false,
        useUnicode: true,
        folderId: id,
        newFolderName: newName ?? (await this.#nameOf(id)),
      },
      { ...options, destination: handleOf(destination, this.session) },
    )
  }

  async copyFolder(
    id: bigint,
    destination: Folder,
    newName?: string,
    options: OperationOptions & { readonly recursive?: boolean } = {},
  ): Promise<OperationResult> {
    return this.#several(
      copyFolder,
      {
        wantAsynchronous: false,
        wantRecursive: options.recursive === true,
        useUnicode: true,
        folderId: id,
        newFolderName: newName ?? (await this.#nameOf(id)),
      },
      { ...options, destination: handleOf(destination, this.session) },
    )
  }

  empty(options: EmptyFolderOptions = {}): Promise<OperationResult> {
    const rop = options.hard === true ? hardDeleteMessagesAndSubfolders : emptyFolder
    return this.#several(
      rop,
      { wantAsynchronous: false, wantDeleteAssociated: options.associated === true },
      options,
    )
  }

  async hierarchyTable(options: HierarchyTableOptions = {}): Promise<Table> {
    const tableFlags =
      HierarchyTableFlags.UseUnicode |
      (options.recursive === true ? HierarchyTableFlags.Depth : 0) |
      (options.softDeleted === true ? HierarchyTableFlags.SoftDeletes : 0)
    const { handle } = await this.call(getHierarchyTable, { tableFlags }, { output: true })
    return new ExchangeTable(this.session, handle, this.logonId)
  }

  async contentsTable(options: ContentsTableOptions = {}): Promise<Table> {
    const tableFlags =
      ContentsTableFlags.UseUnicode |
      (options.associated === true ? ContentsTableFlags.Associated : 0) |
      (options.softDeleted === true ? ContentsTableFlags.SoftDeletes : 0) |
      (options.conversationMembers === true ? ContentsTableFlags.ConversationMembers : 0)
    const { handle } = await this.call(getContentsTable, { tableFlags }, { output: true })
    return new ExchangeTable(this.session, handle, this.logonId)
  }

  async setSearchCriteria(criteria: SearchCriteria | 'stop' | 'restart'): Promise<void> {
    if (typeof criteria === 'string') {
      const searchFlags = criteria === 'stop' ? SetSearchFlags.STOP_SEARCH : SetSearchFlags.RESTART_SEARCH
      await this.call(setSearchCriteria, { folderIds: [], searchFlags })
      return
    }
    const indexing =
      criteria.contentIndexed === undefined
        ? 0
        : criteria.contentIndexed
          ? SetSearchFlags.CONTENT_INDEXED_SEARCH
          : SetSearchFlags.NON_CONTENT_INDEXED_SEARCH
    await this.call(setSearchCriteria, {
      ...(criteria.restriction === undefined ? {} : { restrictionData: criteria.restriction }),
      folderIds: criteria.folderIds ?? [],
      searchFlags:
        SetSearchFlags.RESTART_SEARCH |
        SetSearchFlags.BACKGROUND_SEARCH |
        (criteria.recursive ? SetSearchFlags.RECURSIVE_SEARCH : SetSearchFlags.SHALLOW_SEARCH) |
        (criteria.static === true ? SetSearchFlags.STATIC_SEARCH : 0) |
        indexing,
    })
  }

  async getSearchCriteria(): Promise<SearchState> {
    const { body } = await this.call(getSearchCriteria, {
      useUnicode: true,
      includeRestriction: true,
      includeFolders: true,
    })
    const has = (bit: number) => (body.searchFlags & bit) !== 0
    return {
      ...(body.restrictionData === undefined ? {} : { restriction: body.restrictionData }),
      folderIds: body.folderIds,
      recursive: has(GetSearchFlags.SEARCH_RECURSIVE),
      static: has(GetSearchFlags.SEARCH_STATIC),
      running: has(GetSearchFlags.SEARCH_RUNNING),
      rebuilding: has(GetSearchFlags.SEARCH_REBUILD),
      complete: has(GetSearchFlags.SEARCH_COMPLETE),
      ...(has(GetSearchFlags.CI_TOTALLY) || has(GetSearchFlags.TWIR_TOTALLY)
        ? { contentIndexed: has(GetSearchFlags.CI_TOTALLY) }
        : {}),
    }
  }

  createMessage(
    options: { readonly associated?: boolean; readonly codePage?: number } = {},
  ): Promise<Message> {
    return createMessageIn(this, this.id, options)
  }

  copyMessages(
    ids: readonly bigint[],
    destination: Folder,
    options: OperationOptions & { readonly move?: boolean } = {},
  ): Promise<OperationResult> {
    return this.#several(
      moveCopyMessages,
      { messageIds: ids, wantAsynchronous: false, wantCopy: options.move !== true },
      { ...options, destination: handleOf(destination, this.session) },
    )
  }

  deleteMessages(ids: readonly bigint[], options: DeleteMessagesOptions = {}): Promise<OperationResult> {
    const rop = options.hard === true ? hardDeleteMessages : deleteMessages
    return this.#several(
      rop,
      { wantAsynchronous: false, notifyNonRead: options.notifyNonRead === true, messageIds: ids },
      options,
    )
  }

  setReadFlags(
    ids: readonly bigint[],
    flags: ReadFlags,
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    return this.#several(
      setReadFlags,
      { wantAsynchronous: false, readFlags: readFlagBits(flags), messageIds: ids },
      options,
    )
  }

  async getMessageStatus(id: bigint): Promise<number> {
    const { body } = await this.call(getMessageStatus, { messageId: id })
    return body.messageStatusFlags
  }

  async setMessageStatus(id: bigint, status: number, mask: number): Promise<number> {
    const { body } = await this.call(setMessageStatus, {
      messageId: id,
      messageStatusFlags: status,
      messageStatusMask: mask,
    })
    return body.messageStatusFlags
  }

  async permissions(): Promise<ModifyTable> {
    return permissionsOf(this)
  }

  async rules(): Promise<ModifyTable> {
    return rulesOf(this)
  }

  async updateDeferredActionMessages(serverEntryId: Uint8Array, clientEntryId: Uint8Array): Promise<void> {
    await this.call(updateDeferredActionMessages, { serverEntryId, clientEntryId })
  }

  exportContents(_state: SyncState, _options?: ContentsExportOptions): Promise<SyncExporter> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  exportHierarchy(): Promise<SyncExporter> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  importChanges(): Promise<SyncImporter> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  getSyncState(): Promise<SyncState> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  async setLocalIdsDeleted(
    ranges: readonly { readonly first: LongTermId; readonly last: LongTermId }[],
  ): Promise<void> {
    await this.call(setLocalReplicaMidsetDeleted, {
      longTermIdRanges: ranges.map(({ first, last }) => ({ minLongTermId: first, maxLongTermId: last })),
    })
  }

  /** Sends one of the ROPs that work on several items and may leave some out. */
  async #several<D extends RopDefinition>(
    rop: D,
    fields: CallFields<D>,
    options: CallOptions,
  ): Promise<OperationResult> {
    const { body, returnValue } = await this.call(rop, fields, {
      accept: [PARTIAL_COMPLETION],
      ...(options.destination === undefined ? {} : { destination: options.destination }),
      ...operationOf(options),
    })
    const { partialCompletion } = body as { readonly partialCompletion: boolean }
    return { partial: partialCompletion || returnValue === PARTIAL_COMPLETION }
  }

  /** RopMoveFolder and RopCopyFolder always say a name; the parent's table has it even where the folder does not open. */
  async #nameOf(id: bigint): Promise<string> {
    await using hierarchy = await this.hierarchyTable()
    const table = await hierarchy.setColumns([PidTagDisplayName])
    const { row } = await table.findRow(equals(PidTagFolderId, id), { from: 'beginning' })
    if (row === undefined) throw new MapiError(ErrorCode.NotFound)
    return row.get(PidTagDisplayName) ?? ''
  }
}
