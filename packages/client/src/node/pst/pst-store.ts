import {
  type AccessMode,
  ErrorCode,
  type Folder,
  folderEntryId,
  formatGuid,
  type Guid,
  globcntOf,
  type LogonInfo,
  type LongTermId,
  MapiError,
  type Message,
  type MessageStore,
  makeId,
  messageEntryId,
  nowAsFileTime,
  type OwningServers,
  type PerUserInformation,
  PidTagDisplayName,
  PidTagIpmSubtreeEntryId,
  PidTagIpmWastebasketEntryId,
  PidTagRecordKey,
  type PropertyBag,
  type PropertyName,
  type PropertyTag,
  privateFolderEntryId,
  privateMessageEntryId,
  type ReceiveFolder,
  type Row,
  replidOf,
  type SpecialFolder,
  type Subscription,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { PstFolder } from './pst-folder.ts'
import { PstMessage } from './pst-message.ts'
import { readNames } from './pst-names.ts'
import { Nid, NidType, nidType, PstNodes, rowNid, siblingNid } from './pst-nodes.ts'
import { bagOfRecord } from './pst-values.ts'
import { notSupported, ReadOnlyObject, readOnly } from './read-only-object.ts'

/** IDs of folders and messages are their NIDs, in the only replica there is. */
const REPLICA = 1

/** A PST file's entry IDs end in the NID ([MS-PST] 2.4.3.2). */
const ENTRY_ID_SIZE = 24

/** Folders that a file does not point to, by the names that Outlook gives them in English. */
const BY_NAME: Readonly<Record<string, SpecialFolder>> = {
  inbox: 'inbox',
  outbox: 'outbox',
  'sent items': 'sentItems',
  'deleted items': 'deletedItems',
}

/** The message store in a PST file ([MS-PST]), which is only read. */
export class PstStore extends ReadOnlyObject implements MessageStore {
  readonly nodes: PstNodes
  readonly logon: LogonInfo

  private constructor(nodes: PstNodes, properties: PropertyBag) {
    super(readNames(nodes), properties)
    this.nodes = nodes
    const key = properties.get(PidTagRecordKey)
    const guid: Guid = key?.length === 16 ? formatGuid(key) : '00000000-0000-0000-0000-000000000000'
    this.logon = {
      kind: 'private',
      folders: this.#specialFolders(),
      isOwner: true,
      maySendAs: false,
      isOutOfOffice: false,
      mailboxGuid: guid,
      replicaId: REPLICA,
      replicaGuid: guid,
      logonTime: nowAsFileTime(),
    }
  }

  /** Opens a file. Throws `MapiError` (`NotFound`, `CorruptStore`). */
  static open(path: string): PstStore {
    const nodes = new PstNodes(path)
    try {
      return new PstStore(nodes, bagOfRecord(nodes.record(Nid.messageStore)))
    } catch (cause) {
      nodes[Symbol.dispose]()
      throw new MapiError(ErrorCode.CorruptStore, { cause })
    }
  }

  async openFolder(id: bigint, options: { readonly softDeleted?: boolean } = {}): Promise<Folder> {
    const nid = this.nidOf(id)
    const type = nidType(nid)
    const isFolder = type === NidType.folder || type === NidType.searchFolder
    if (!isFolder || !this.nodes.has(nid) || options.softDeleted === true) {
      throw new MapiError(ErrorCode.NotFound)
    }
    return new PstFolder(this, nid)
  }

  async openMessage(
    folderId: bigint,
    messageId: bigint,
    options: { readonly mode?: AccessMode } = {},
  ): Promise<Message> {
    if (options.mode === 'readWrite') return readOnly()
    const nid = this.nidOf(messageId)
    const type = nidType(nid)
    const isMessage = type === NidType.message || type === NidType.associatedMessage
    const folder = this.nidOf(folderId)
    if (!isMessage || !this.nodes.has(nid) || this.nodes.parentOf(nid) !== folder) {
      throw new MapiError(ErrorCode.NotFound)
    }
    return PstMessage.open(this, folder, nid)
  }

  createMessage(): Promise<Message> {
    return readOnly()
  }

  async getPropertyIds(
    names: readonly PropertyName[],
    options: { readonly create?: boolean } = {},
  ): Promise<readonly number[]> {
    const ids = names.map((name) => this.names.idOf(name))
    return options.create === true && ids.includes(0) ? readOnly() : ids
  }

  async getPropertyNames(ids: readonly number[]): Promise<readonly (PropertyName | undefined)[]> {
    return ids.map((id) => this.names.nameOf(id))
  }

  async getReceiveFolder(): Promise<ReceiveFolder> {
    const { inbox } = this.logon.folders
    return inbox === undefined ? notSupported() : { folderId: inbox, messageClass: '' }
  }

  setReceiveFolder(): Promise<void> {
    return readOnly()
  }

  getReceiveFolderTable(): Promise<readonly Row[]> {
    return notSupported()
  }

  async getStoreState(): Promise<number> {
    return 0
  }

  getOwningServers(): Promise<OwningServers> {
    return notSupported()
  }

  async getGhostedServers(): Promise<undefined> {
    return undefined
  }

  async longTermIdFromId(id: bigint): Promise<LongTermId> {
    return { databaseGuid: this.logon.replicaGuid, globalCounter: globcntOf(id) }
  }

  async idFromLongTermId({ databaseGuid, globalCounter }: LongTermId): Promise<bigint> {
    if (databaseGuid !== this.logon.replicaGuid) throw new MapiError(ErrorCode.NotFound)
    return makeId(REPLICA, globalCounter)
  }

  getPerUserLongTermIds(): Promise<readonly LongTermId[]> {
    return notSupported()
  }

  getPerUserGuid(): Promise<Guid> {
    return notSupported()
  }

  readPerUserInformation(): Promise<PerUserInformation> {
    return notSupported()
  }

  writePerUserInformation(): Promise<void> {
    return readOnly()
  }

  async getAddressTypes(): Promise<readonly string[]> {
    return []
  }

  getTransportFolder(): Promise<bigint> {
    return notSupported()
  }

  setSpooler(): Promise<void> {
    return notSupported()
  }

  spoolerLock(): Promise<void> {
    return notSupported()
  }

  transportNewMail(): Promise<void> {
    return readOnly()
  }

  abortSubmit(): Promise<void> {
    return readOnly()
  }

  getOptionsData(): Promise<{ readonly options: Uint8Array; readonly helpFile: Uint8Array }> {
    return notSupported()
  }

  reserveLocalIds(): Promise<{ readonly replicaGuid: Guid; readonly firstGlobcnt: number }> {
    return readOnly()
  }

  /** Nothing happens in a file that is only read. */
  async subscribe(): Promise<Subscription> {
    return { [Symbol.asyncDispose]: async () => {} }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.nodes[Symbol.dispose]()
  }

  /** The NID of a folder or message ID; one that no node has if the ID is of another replica. */
  nidOf(id: bigint): number {
    return replidOf(id) === REPLICA ? globcntOf(id) : 0
  }

  idOf(nid: number): bigint {
    return makeId(REPLICA, nid)
  }

  folderEntryIdOf(nid: number): Uint8Array {
    const { mailboxGuid: guid } = this.logon
    return encodeWith(folderEntryId, privateFolderEntryId(guid, { databaseGuid: guid, globalCounter: nid }))
  }

  messageEntryIdOf(folder: number, nid: number): Uint8Array {
    const { mailboxGuid: guid } = this.logon
    const gid = (globalCounter: number) => ({ databaseGuid: guid, globalCounter })
    return encodeWith(messageEntryId, privateMessageEntryId(guid, gid(folder), gid(nid)))
  }

  #specialFolders(): Readonly<Partial<Record<SpecialFolder, bigint>>> {
    const folders: Partial<Record<SpecialFolder, bigint>> = { root: this.idOf(Nid.rootFolder) }
    const pointed: readonly (readonly [SpecialFolder, PropertyTag<Uint8Array>])[] = [
      ['ipmSubtree', PidTagIpmSubtreeEntryId],
      ['deletedItems', PidTagIpmWastebasketEntryId],
    ]
    for (const [role, tag] of pointed) {
      const nid = nidOfEntryId(this.properties.get(tag))
      if (nid !== undefined && this.nodes.has(nid)) folders[role] = this.idOf(nid)
    }
    folders.ipmSubtree ??= this.#cachedSubtree() ?? folders.root!
    for (const [name, nid] of this.#children(globcntOf(folders.ipmSubtree))) {
      const role = BY_NAME[name.toLowerCase()]
      if (role !== undefined) folders[role] ??= this.idOf(nid)
    }
    return folders
  }

  /** Where an OST file, which is a copy of a mailbox, has what people see of it. */
  #cachedSubtree(): bigint | undefined {
    for (const [name, nid] of this.#children(Nid.rootFolder)) {
      if (name !== 'Root - Mailbox') continue
      for (const [below, subtree] of this.#children(nid)) {
        if (below === 'IPM_SUBTREE') return this.idOf(subtree)
      }
    }
    return undefined
  }

  /** The names and NIDs of the folders directly below one. */
  *#children(nid: number): Generator<readonly [string, number], void, undefined> {
    for (const row of this.nodes.rows(siblingNid(nid, NidType.hierarchyTable))) {
      const child = rowNid(row)
      if (!this.nodes.has(child)) continue
      yield [bagOfRecord(this.nodes.record(child)).get(PidTagDisplayName) ?? '', child]
    }
  }
}

function nidOfEntryId(entryId: Uint8Array | undefined): number | undefined {
  if (entryId?.length !== ENTRY_ID_SIZE) return undefined
  return new DataView(entryId.buffer, entryId.byteOffset).getUint32(ENTRY_ID_SIZE - 4, true)
}
