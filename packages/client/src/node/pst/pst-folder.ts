import {
  type ContentsTableOptions,
  type CreateFolderResult,
  ErrorCode,
  type Folder,
  type HierarchyTableOptions,
  MapiError,
  type Message,
  type ModifyTable,
  type OperationResult,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDepth,
  PidTagEntryId,
  PidTagFolderId,
  PidTagFolderType,
  PidTagObjectType,
  PidTagParentEntryId,
  PidTagParentFolderId,
  PidTagSubfolders,
  PropertyBag,
  type SearchState,
  type SyncExporter,
  type SyncImporter,
  type SyncState,
  type Table,
} from '@bourse/mapi'
import { memoryTable } from '../../table/index.ts'
import { messageRow } from './pst-message.ts'
import { Nid, NidType, nidType, rowNid, siblingNid } from './pst-nodes.ts'
import type { PstStore } from './pst-store.ts'
import { bagOfRecord } from './pst-values.ts'
import { notSupported, ReadOnlyObject, readOnly } from './read-only-object.ts'

/** PidTagObjectType of a folder ([MS-OXCPRPT] 2.2.1.7). */
const FOLDER_OBJECT = 3

/** Values of PidTagFolderType ([MS-OXCFOLD] 2.2.2.2.2.3). */
const FOLDER_ROOT = 0
const FOLDER_GENERIC = 1
const FOLDER_SEARCH = 2

/** A folder of a PST file. */
export class PstFolder extends ReadOnlyObject implements Folder {
  readonly store: PstStore
  readonly nid: number
  readonly id: bigint
  readonly hasRules = false
  readonly isGhosted = false

  constructor(store: PstStore, nid: number) {
    super(store.names, folderProperties(store, nid, 0))
    this.store = store
    this.nid = nid
    this.id = store.idOf(nid)
  }

  openFolder(id: bigint, options?: { readonly softDeleted?: boolean }): Promise<Folder> {
    return this.store.openFolder(id, options)
  }

  async hierarchyTable({
    recursive = false,
    softDeleted = false,
  }: HierarchyTableOptions = {}): Promise<Table> {
    return memoryTable(() =>
      softDeleted
        ? []
        : [...foldersBelow(this.store, this.nid, recursive)].map(({ nid, depth }) =>
            folderProperties(this.store, nid, depth),
          ),
    )
  }

  async contentsTable(options: ContentsTableOptions = {}): Promise<Table> {
    const { associated = false, softDeleted = false, conversationMembers = false } = options
    if (conversationMembers) return notSupported()
    const type = associated ? NidType.associatedContentsTable : NidType.contentsTable
    const { nodes } = this.store
    return memoryTable(() =>
      softDeleted
        ? []
        : nodes
            .rows(siblingNid(this.nid, type))
            .map(rowNid)
            .filter((nid) => nodes.has(nid))
            .map((nid) => messageRow(this.store, this.nid, nid)),
    )
  }

  createFolder(): Promise<CreateFolderResult> {
    return readOnly()
  }

  deleteFolder(): Promise<OperationResult> {
    return readOnly()
  }

  moveFolder(): Promise<OperationResult> {
    return readOnly()
  }

  copyFolder(): Promise<OperationResult> {
    return notSupported()
  }

  empty(): Promise<OperationResult> {
    return readOnly()
  }

  setSearchCriteria(): Promise<void> {
    return readOnly()
  }

  getSearchCriteria(): Promise<SearchState> {
    return notSupported()
  }

  createMessage(): Promise<Message> {
    return readOnly()
  }

  copyMessages(): Promise<OperationResult> {
    return notSupported()
  }

  deleteMessages(): Promise<OperationResult> {
    return readOnly()
  }

  setReadFlags(): Promise<OperationResult> {
    return readOnly()
  }

  getMessageStatus(): Promise<number> {
    return notSupported()
  }

  setMessageStatus(): Promise<number> {
    return readOnly()
  }

  permissions(): Promise<ModifyTable> {
    return notSupported()
  }

  rules(): Promise<ModifyTable> {
    return notSupported()
  }

  updateDeferredActionMessages(): Promise<void> {
    return readOnly()
  }

  exportContents(): Promise<SyncExporter> {
    return notSupported()
  }

  exportHierarchy(): Promise<SyncExporter> {
    return notSupported()
  }

  importChanges(): Promise<SyncImporter> {
    return readOnly()
  }

  getSyncState(): Promise<SyncState> {
    return notSupported()
  }

  setLocalIdsDeleted(): Promise<void> {
    return readOnly()
  }
}

/** The folders below one, outer before inner. A damaged file may have a folder within itself: each comes once. */
function* foldersBelow(
  store: PstStore,
  from: number,
  recursive: boolean,
  depth = 1,
  seen = new Set([from]),
): Generator<{ readonly nid: number; readonly depth: number }, void, undefined> {
  for (const row of store.nodes.rows(siblingNid(from, NidType.hierarchyTable))) {
    const nid = rowNid(row)
    if (!store.nodes.has(nid) || seen.has(nid)) continue
    seen.add(nid)
    yield { nid, depth }
    if (recursive) yield* foldersBelow(store, nid, recursive, depth + 1, seen)
  }
}

function folderProperties(store: PstStore, nid: number, depth: number): PropertyBag {
  const { nodes } = store
  if (!nodes.has(nid)) throw new MapiError(ErrorCode.NotFound)
  const parent = nid === Nid.rootFolder ? nid : nodes.parentOf(nid)
  const stored = bagOfRecord(nodes.record(nid))
  return new PropertyBag([
    [PidTagContentCount, 0],
    [PidTagContentUnreadCount, 0],
    [PidTagSubfolders, false],
    ...stored,
    [PidTagFolderId, store.idOf(nid)],
    [PidTagParentFolderId, store.idOf(parent)],
    [PidTagEntryId, store.folderEntryIdOf(nid)],
    [PidTagParentEntryId, store.folderEntryIdOf(parent)],
    [PidTagObjectType, FOLDER_OBJECT],
    [PidTagDepth, depth],
    [PidTagFolderType, folderType(nid)],
  ])
}

function folderType(nid: number): number {
  if (nid === Nid.rootFolder) return FOLDER_ROOT
  return nidType(nid) === NidType.searchFolder ? FOLDER_SEARCH : FOLDER_GENERIC
}
