import {
  type ContentsExportOptions,
  type ContentsTableOptions,
  type CopyOptions,
  type CopyToOptions,
  type CreateFolderOptions,
  type CreateFolderResult,
  type DeleteFolderOptions,
  type DeleteMessagesOptions,
  type EmptyFolderOptions,
  ErrorCode,
  type Folder,
  type HierarchyExportOptions,
  type HierarchyTableOptions,
  type LongTermId,
  MapiError,
  type Message,
  type ModifyTable,
  type OpenMode,
  type OperationOptions,
  type OperationResult,
  PidTagContainerContents,
  PidTagContainerHierarchy,
  PidTagDisplayName,
  PidTagFolderAssociatedContents,
  type PropertyProblem,
  type PropertyStream,
  type PropertyTag,
  type PropertyValue,
  type ReadFlags,
  type SearchCriteria,
  type SearchState,
  type SyncExporter,
  type SyncImporter,
  type SyncState,
  type Table,
  tagId,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { packPermissions } from '../access/pack-permissions.ts'
import { getPermissions } from '../access/permission-list.ts'
import { Rights } from '../access/rights.ts'
import { FolderKind, getFolder, getSubfolders } from '../folder/folder-row.ts'
import { folderContext, folderSource, isComputedFolderProperty } from '../folder/folder-source.ts'
import { updateFolder } from '../folder/modify.ts'
import { findSubfolder } from '../folder/names.ts'
import { isWithin } from '../folder/tree.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import { getSearchCriteria, setSearchCriteria } from '../search/search-folder.ts'
import {
  exportContents,
  exportHierarchy,
  getSyncState,
  importChanges,
  setLocalIdsDeleted,
} from '../sync/index.ts'
import { openContentsTable, openHierarchyTable } from '../table/open-table.ts'
import { Work } from './batches.ts'
import { updateDeferredActionMessages } from './deferred-actions.ts'
import { requireFolder, requireLive } from './folder-access.ts'
import { copyFolderAcross, moveFolderAcross, transferMessagesAcross } from './folder-across.ts'
import {
  changeStatus,
  markMessages,
  readStatus,
  removeMessages,
  transferMessages,
} from './folder-messages.ts'
import {
  copyContents,
  copySubfolder,
  copySubfolders,
  createSubfolder,
  deleteSubfolder,
  emptyFolder,
  moveSubfolder,
} from './folder-operations.ts'
import { createMessage } from './message-object.ts'
import { PermissionTable } from './permission-table.ts'
import { RuleTable } from './rule-table.ts'
import { type PropertyChanges, PropertyObject } from './store-properties.ts'

/** PidTagSecurityDescriptorAsXml ([MS-XWDVSEC] 2.2.2), which is no more. */
const SECURITY_DESCRIPTOR_AS_XML_ID = 0x0e6a

/** A folder of the store, open for one user ([MS-OXCFOLD]). */
export class FolderObject extends PropertyObject implements Folder {
  readonly kind = 'folder'
  readonly id: bigint
  readonly fid: number
  readonly hasRules: boolean
  /** All contents are here: there is one server of public folders. */
  readonly isGhosted = false

  private constructor(logon: Logon, fid: number, hasRules: boolean) {
    super(logon)
    this.id = logon.mailbox.id(fid)
    this.fid = fid
    this.hasRules = hasRules
  }

  /** Opens a folder. Throws `NotFound` ([MS-OXCFOLD] 3.2.5.1). */
  static async open(
    logon: Logon,
    id: bigint,
    options: { readonly softDeleted?: boolean } = {},
  ): Promise<FolderObject> {
    return logon.mailbox.read(async (tx) => {
      const { fid } = await requireFolder(tx, logon, id, options)
      const rule = await tx.get('SELECT 1 AS one FROM rule WHERE fid = ? LIMIT 1', fid)
      return new FolderObject(logon, fid, rule !== undefined)
    })
  }

  async source(): Promise<PropertySource> {
    return this.logon.mailbox.read(async (tx) => {
      const row = await getFolder(tx, this.fid)
      if (row === undefined) throw new MapiError(ErrorCode.ObjectDeleted)
      const accessControlList = packPermissions(await getPermissions(tx, row.fid))
      const context = { ...(await folderContext(tx, this.logon, row)), accessControlList }
      return folderSource(this.logon.mailbox, row, context)
    })
  }

  refusal(tag: PropertyTag, value: PropertyValue | undefined): number | undefined {
    if (isComputedFolderProperty(tag)) return ErrorCode.ComputedValue
    // Every folder has a name; without a value it is to be removed.
    if (tagId(tag) === tagId(PidTagDisplayName) && (value === undefined || value === '')) {
      return value === undefined ? ErrorCode.AccessDenied : ErrorCode.InvalidParameter
    }
    return undefined
  }

  async requireWritable(): Promise<void> {
    await this.logon.mailbox.read(async (tx) => {
      await requireLive(tx, this.fid)
      await this.logon.require(tx, this.fid, Rights.FolderOwner)
    })
  }

  async apply(changes: PropertyChanges): Promise<readonly PropertyProblem[]> {
    const { mailbox } = this.logon
    return mailbox.write(async (tx) => {
      const row = await requireLive(tx, this.fid)
      const problems: PropertyProblem[] = []
      const properties = new Map(new PackedProperties(row.props))
      const drop = (tag: PropertyTag): void => {
        for (const held of properties.keys()) if (tagId(held) === tagId(tag)) properties.delete(held)
      }
      const tags: PropertyTag[] = []
      let name: string | undefined
      for (const tag of changes.remove) {
        drop(tag)
        tags.push(tag)
      }
      for (const [key, value] of changes.set) {
        const tag = key as PropertyTag
        if (tagId(tag) === tagId(PidTagDisplayName)) {
          const errorCode = await this.#checkName(tx, row.parent_fid, value)
          if (errorCode !== undefined) {
            problems.push({ index: 0, tag, errorCode })
            continue
          }
          name = value as string
        } else {
          drop(tag)
          properties.set(tag, value)
        }
        tags.push(tag)
      }
      if (tags.length > 0) {
        await updateFolder(tx, mailbox, this.fid, {
          ...(name !== undefined && { name }),
          properties,
          tags,
          replicate: changes.replicate,
        })
      }
      return problems
    })
  }

  async createFolder(options: CreateFolderOptions): Promise<CreateFolderResult> {
    const { fid, existed } = await createSubfolder(this.logon, this.fid, options)
    return { folder: await FolderObject.open(this.logon, this.logon.mailbox.id(fid)), existed }
  }

  openFolder(id: bigint, options: { readonly softDeleted?: boolean } = {}): Promise<Folder> {
    return FolderObject.open(this.logon, id, options)
  }

  deleteFolder(id: bigint, options: DeleteFolderOptions = {}): Promise<OperationResult> {
    return deleteSubfolder(this.logon, id, options)
  }

  async moveFolder(
    id: bigint,
    destination: Folder,
    newName?: string,
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    const target = ours(destination)
    return target.logon.mailbox === this.logon.mailbox
      ? moveSubfolder(this.logon, id, target.fid, newName)
      : moveFolderAcross(this.logon, id, target, newName, options)
  }

  async copyFolder(
    id: bigint,
    destination: Folder,
    newName?: string,
    options: OperationOptions & { readonly recursive?: boolean } = {},
  ): Promise<OperationResult> {
    const target = ours(destination)
    return target.logon.mailbox === this.logon.mailbox
      ? copySubfolder(this.logon, id, target.fid, newName, options)
      : copyFolderAcross(this.logon, id, target, newName, options)
  }

  empty(options: EmptyFolderOptions = {}): Promise<OperationResult> {
    return emptyFolder(this.logon, this.fid, options)
  }

  async hierarchyTable(options: HierarchyTableOptions = {}): Promise<Table> {
    return openHierarchyTable(this.logon, this.fid, options)
  }

  async contentsTable(options: ContentsTableOptions = {}): Promise<Table> {
    return openContentsTable(this.logon, this.fid, options)
  }

  async setSearchCriteria(criteria: SearchCriteria | 'stop' | 'restart'): Promise<void> {
    await this.#requireSearchFolder()
    await this.requireWritable()
    await setSearchCriteria(this.logon, this.fid, criteria)
  }

  async getSearchCriteria(): Promise<SearchState> {
    await this.#requireSearchFolder()
    return getSearchCriteria(this.logon, this.fid)
  }

  async createMessage(
    options: { readonly associated?: boolean; readonly codePage?: number } = {},
  ): Promise<Message> {
    return createMessage(this.logon, this.fid, options)
  }

  async copyMessages(
    ids: readonly bigint[],
    destination: Folder,
    options: OperationOptions & { readonly move?: boolean } = {},
  ): Promise<OperationResult> {
    const target = ours(destination)
    return target.logon.mailbox === this.logon.mailbox
      ? transferMessages(this.logon, this.fid, ids, target.fid, options)
      : transferMessagesAcross(this.logon, this.fid, ids, target, options)
  }

  deleteMessages(ids: readonly bigint[], options: DeleteMessagesOptions = {}): Promise<OperationResult> {
    return removeMessages(this.logon, this.fid, ids, options)
  }

  setReadFlags(
    ids: readonly bigint[],
    flags: ReadFlags,
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    return markMessages(this.logon, this.fid, ids, flags, options)
  }

  getMessageStatus(id: bigint): Promise<number> {
    return readStatus(this.logon, this.fid, id)
  }

  setMessageStatus(id: bigint, status: number, mask: number): Promise<number> {
    return changeStatus(this.logon, this.fid, id, status, mask)
  }

  async permissions(): Promise<ModifyTable> {
    return new PermissionTable(this.logon, this.fid)
  }

  async rules(): Promise<ModifyTable> {
    return new RuleTable(this.logon, this.fid)
  }

  updateDeferredActionMessages(serverEntryId: Uint8Array, clientEntryId: Uint8Array): Promise<void> {
    return updateDeferredActionMessages(this.logon, serverEntryId, clientEntryId)
  }

  async exportContents(state: SyncState, options: ContentsExportOptions = {}): Promise<SyncExporter> {
    return exportContents(this.logon, this.fid, state, options)
  }

  async exportHierarchy(state: SyncState, options: HierarchyExportOptions = {}): Promise<SyncExporter> {
    return exportHierarchy(this.logon, this.fid, state, options)
  }

  async importChanges(kind: 'contents' | 'hierarchy', state: SyncState): Promise<SyncImporter> {
    return importChanges(this.logon, this.fid, kind, state)
  }

  async getSyncState(kind: 'contents' | 'hierarchy'): Promise<SyncState> {
    return getSyncState(this.logon, this.fid, kind)
  }

  async setLocalIdsDeleted(
    ranges: readonly { readonly first: LongTermId; readonly last: LongTermId }[],
  ): Promise<void> {
    return setLocalIdsDeleted(this.logon, this.fid, ranges)
  }

  override async openStream(tag: PropertyTag<unknown>, mode?: OpenMode): Promise<PropertyStream> {
    // Clients take this answer to go on with the permissions table ([MS-OXCPERM] 3.2.5.3, 4.1).
    if (tagId(tag) === SECURITY_DESCRIPTOR_AS_XML_ID) throw new MapiError(ErrorCode.NotSupported)
    return super.openStream(tag, mode)
  }

  override get subObjectTags(): readonly PropertyTag<unknown>[] {
    return [PidTagContainerContents, PidTagFolderAssociatedContents, PidTagContainerHierarchy]
  }

  override async requireCopyable(
    destination: PropertyObject,
    options: CopyOptions,
    to: 'all' | 'some',
  ): Promise<void> {
    const target = destination as FolderObject
    if (to === 'all' && options.move === true) throw new MapiError(ErrorCode.NotSupported)
    if (target.logon.mailbox !== this.logon.mailbox) return
    const isInside = await this.logon.mailbox.read((tx) => isWithin(tx, target.fid, this.fid))
    if (to === 'all' && isInside && (options as CopyToOptions).subObjects !== false) {
      throw new MapiError(ErrorCode.FolderCycle)
    }
  }

  override async copySubObjects(
    destination: PropertyObject,
    excluded: ReadonlySet<number>,
    options: CopyToOptions,
  ): Promise<readonly PropertyProblem[]> {
    const target = destination as FolderObject
    const wants = (tag: PropertyTag<unknown>): boolean => !excluded.has(tagId(tag))
    if (target.logon.mailbox !== this.logon.mailbox) throw new MapiError(ErrorCode.NotSupported)
    const { mailbox } = this.logon
    await mailbox.read(async (tx) => {
      await this.logon.require(tx, this.fid, Rights.ReadAny)
      await target.logon.require(tx, target.fid, Rights.Create)
      if (!wants(PidTagContainerHierarchy)) return
      // [MS-OXCPRPT] 3.2.5.8: nothing is copied where a subfolder's name is taken.
      for (const { name } of await getSubfolders(tx, this.fid)) {
        const existing = await findSubfolder(tx, target.fid, name)
        if (existing !== undefined) throw new MapiError(ErrorCode.CollidingNames)
      }
    })
    await copyContents(this.logon, this.fid, target.fid, new Work(options, 0), {
      normal: wants(PidTagContainerContents),
      associated: wants(PidTagFolderAssociatedContents),
    })
    if (wants(PidTagContainerHierarchy)) {
      const { partial } = await copySubfolders(this.logon, this.fid, target.fid, options)
      if (partial) {
        return [
          {
            index: 0,
            tag: PidTagContainerHierarchy as PropertyTag<unknown> as PropertyTag,
            errorCode: ErrorCode.AccessDenied,
          },
        ]
      }
    }
    return []
  }

  async #requireSearchFolder(): Promise<void> {
    const row = await this.logon.mailbox.read((tx) => requireLive(tx, this.fid))
    if (row.kind !== FolderKind.Search) throw new MapiError(ErrorCode.NotSearchFolder)
  }

  async #checkName(
    tx: Parameters<typeof findSubfolder>[0],
    parentFid: number,
    name: unknown,
  ): Promise<number | undefined> {
    if (typeof name !== 'string') return ErrorCode.InvalidParameter
    const { root } = this.logon.mailbox.info.folders
    if (this.fid === root) return ErrorCode.AccessDenied
    const existing = await findSubfolder(tx, parentFid, name)
    return existing === undefined || existing === this.fid ? undefined : ErrorCode.CollidingNames
  }
}

/** A destination as this engine knows it. Throws `NotSupported` for a folder of another provider. */
function ours(folder: Folder): FolderObject {
  if (!(folder instanceof FolderObject)) throw new MapiError(ErrorCode.NotSupported)
  return folder
}
