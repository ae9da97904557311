import {
  addToPcl,
  compareGuids,
  comparePcls,
  decodePcl,
  decodeReplguidIdset,
  decodeXid,
  ErrorCode,
  encodePcl,
  encodeReplguidIdset,
  encodeXid,
  type FileTime,
  type Folder,
  type Guid,
  globcntOf,
  isMapiError,
  type MessageStore,
  mergePcls,
  nowAsFileTime,
  PidTagChangeKey,
  PidTagLastModificationTime,
  PidTagMid,
  PidTagPredecessorChangeList,
  PidTagRead,
  PidTagSourceKey,
  PidTagSubject,
  type PropertyEntries,
  type PropertyTag,
  type SyncState,
  xidToGid,
} from '@bourse/mapi'
import { toHex } from '@bourse/mapi/bytes'
import { ChangeSource, collect, NO_STATE, sourceKey } from './synchronize.ts'

/** A message as a client has it. */
interface LocalMessage {
  key: Uint8Array
  subject: string
  read: boolean
  modified: FileTime
  changeKey: Uint8Array
  pcl: Uint8Array
  /** Made here and not uploaded yet. */
  isNew: boolean
  /** Changed here since it was last uploaded, or downloaded. */
  isEdited: boolean
  isReadChanged: boolean
  /** Where it was before it was moved here, and the version that was moved. */
  movedFrom?: {
    readonly folder: LocalFolder
    readonly key: Uint8Array
    readonly pcl: Uint8Array
    readonly changeKey: Uint8Array
  }
}

interface LocalFolder {
  readonly folder: Folder
  readonly messages: Map<string, LocalMessage>
  /** Keys of messages that were deleted here. */
  readonly deleted: Uint8Array[]
  state: SyncState
}

/** What can be seen of a message, whoever has it. */
export interface VisibleMessage {
  readonly subject: string | undefined
  readonly read: boolean | undefined
}

/**
 * A client that works offline, and now and then synchronizes with a store: first it uploads what was done, then it downloads what it does not
 * have ([MS-OXCFXICS] 3.3.4.3).
 */
export class OfflineClient {
  readonly #store: MessageStore
  readonly #changes = new ChangeSource()
  readonly #folders: readonly LocalFolder[]

  constructor(store: MessageStore, folders: readonly Folder[]) {
    this.#store = store
    this.#folders = folders.map((folder) => ({ folder, messages: new Map(), deleted: [], state: NO_STATE }))
  }

  /** What a folder holds, by source key. */
  contents(i: number): ReadonlyMap<string, VisibleMessage> {
    return new Map(
      [...this.#folders[i]!.messages].map(([key, { subject, read }]) => [key, { subject, read }]),
    )
  }

  async create(i: number, subject: string): Promise<void> {
    const key = await this.#reserve()
    const change = this.#changes.next()
    this.#put(this.#folders[i]!, {
      key,
      subject,
      read: true,
      modified: nowAsFileTime(),
      changeKey: encodeXid(change),
      pcl: encodePcl(addToPcl(decodePcl(new Uint8Array(0)), change)),
      isNew: true,
      isEdited: true,
      isReadChanged: false,
    })
  }

  edit(i: number, at: number, subject: string): void {
    const message = this.#pick(i, at)
    if (message === undefined) return
    const change = this.#changes.next()
    message.subject = subject
    message.modified = nowAsFileTime()
    message.changeKey = encodeXid(change)
    message.pcl = encodePcl(addToPcl(decodePcl(message.pcl), change))
    message.isEdited = true
  }

  toggleRead(i: number, at: number): void {
    const message = this.#pick(i, at)
    // The state of a message that is yet to be uploaded goes with it.
    if (message === undefined || message.isNew || message.movedFrom !== undefined) return
    message.read = !message.read
    message.isReadChanged = true
  }

  delete(i: number, at: number): void {
    const message = this.#pick(i, at)
    if (message === undefined) return
    const { messages, deleted } = this.#folders[i]!
    messages.delete(toHex(message.key))
    deleted.push(message.key)
    // The store has it where it was.
    if (message.movedFrom !== undefined) message.movedFrom.folder.deleted.push(message.movedFrom.key)
  }

  async move(i: number, at: number, to: number): Promise<void> {
    const message = this.#pick(i, at)
    if (message === undefined || i === to || message.movedFrom !== undefined) return
    const from = this.#folders[i]!
    from.messages.delete(toHex(message.key))
    const key = await this.#reserve()
    const change = this.#changes.next()
    const moved: LocalMessage = { ...message, key, isReadChanged: false }
    if (message.isNew) from.deleted.push(message.key)
    else moved.movedFrom = { folder: from, key: message.key, pcl: message.pcl, changeKey: encodeXid(change) }
    moved.pcl = encodePcl(addToPcl(decodePcl(message.pcl), change))
    moved.changeKey = encodeXid(change)
    this.#put(this.#folders[to]!, moved)
  }

  async synchronize(): Promise<void> {
    for (const folder of this.#folders) await this.#upload(folder)
    for (const folder of this.#folders) await this.#download(folder)
  }

  async #upload(local: LocalFolder): Promise<void> {
    await using importer = await local.folder.importChanges('contents', local.state)
    const replica = this.#store.logon.replicaGuid
    const changeGiven = (folder: LocalFolder, key: Uint8Array, isThere: boolean): void => {
      const set = decodeReplguidIdset(folder.state.idsetGiven)
      const { globalCounter } = xidToGid(decodeXid(key))!
      if (isThere) set.add(replica, globalCounter)
      else set.remove(replica, globalCounter)
      folder.state = { ...folder.state, idsetGiven: encodeReplguidIdset(set) }
    }
    for (const [id, message] of [...local.messages]) {
      const from = message.movedFrom
      if (from !== undefined) {
        const sourceFolderKey = sourceKey(replica, globcntOf(from.folder.folder.id))
        const moved = await ignoring([ErrorCode.ObjectDeleted, ErrorCode.NotFound], () =>
          importer.importMessageMove({
            sourceFolderKey,
            sourceMessageKey: from.key,
            predecessorChangeList: from.pcl,
            destinationMessageKey: message.key,
            changeNumber: from.changeKey,
          }),
        )
        changeGiven(from.folder, from.key, false)
        if (moved === undefined) {
          local.messages.delete(id)
          continue
        }
        changeGiven(local, message.key, true)
        delete message.movedFrom
      }
      if (message.isEdited) {
        const isThere = await ignoring([ErrorCode.ObjectDeleted, ErrorCode.IgnoreFailure], async () => {
          const { message: stored } = await importer.importMessageChange(headerOf(message))
          await stored?.setProperties([[PidTagSubject, message.subject]])
          await stored?.save()
          return true
        })
        if (isThere === true) changeGiven(local, message.key, true)
        message.isEdited = false
        message.isNew = false
      }
    }
    const changed = [...local.messages.values()].filter((message) => message.isReadChanged)
    await importer.importReadStates(changed.map(({ key, read }) => ({ sourceKey: key, read })))
    for (const message of changed) message.isReadChanged = false
    const deleted = local.deleted.splice(0)
    await importer.importDeletes(deleted)
    for (const key of deleted) changeGiven(local, key, false)
    local.state = { ...(await importer.getState()), idsetGiven: local.state.idsetGiven }
  }

  async #download(local: LocalFolder): Promise<void> {
    const exported = await collect(local.folder.exportContents(local.state))
    const versions = new Map<string, LocalMessage>()
    for (const { header, open } of exported.messages) {
      await using message = await open()
      const key = header.get(PidTagSourceKey)!
      const version: LocalMessage = {
        key,
        subject: (await message.get(PidTagSubject))!,
        read: (await message.get(PidTagRead))!,
        modified: header.get(PidTagLastModificationTime)!,
        changeKey: header.get(PidTagChangeKey)!,
        pcl: header.get(PidTagPredecessorChangeList)!,
        isNew: false,
        isEdited: false,
        isReadChanged: false,
      }
      if (globcntOf(header.get(PidTagMid)!) !== xidToGid(decodeXid(key))!.globalCounter)
        throw new Error('wrong ID')
      const before = versions.get(toHex(key))
      versions.set(toHex(key), before === undefined ? version : resolved(before, version))
    }
    for (const [id, version] of versions) {
      const mine = local.messages.get(id)
      // What is newer here has been uploaded; whatever came of that is in what was downloaded.
      const isKnown =
        mine !== undefined &&
        ['equal', 'older'].includes(comparePcls(decodePcl(version.pcl), decodePcl(mine.pcl)))
      if (!isKnown) local.messages.set(id, version)
      else mine.read = version.read
    }
    const byCounter = (counter: number): string => toHex(sourceKey(this.#store.logon.replicaGuid, counter))
    for (const counter of exported.deleted) local.messages.delete(byCounter(counter))
    for (const [counters, read] of [
      [exported.read, true],
      [exported.unread, false],
    ] as const) {
      for (const counter of counters) local.messages.get(byCounter(counter))!.read = read
    }
    local.state = exported.state
  }

  async #reserve(): Promise<Uint8Array> {
    const { replicaGuid, firstGlobcnt } = await this.#store.reserveLocalIds(1)
    return sourceKey(replicaGuid, firstGlobcnt)
  }

  #pick(i: number, at: number): LocalMessage | undefined {
    const messages = [...this.#folders[i]!.messages.values()]
    return messages[at % messages.length]
  }

  #put({ messages }: LocalFolder, message: LocalMessage): void {
    messages.set(toHex(message.key), message)
  }
}

/** The winner of two versions in conflict, as a successor of both ([MS-OXCFXICS] 3.1.5.6.2.2). */
function resolved(a: LocalMessage, b: LocalMessage): LocalMessage {
  const namespaces = [a, b].map(({ changeKey }) => decodeXid(changeKey).namespaceGuid) as [Guid, Guid]
  const isBLater = a.modified === b.modified ? compareGuids(...namespaces) < 0 : b.modified > a.modified
  const winner = isBLater ? b : a
  return { ...winner, pcl: encodePcl(mergePcls(decodePcl(a.pcl), decodePcl(b.pcl))) }
}

function headerOf({ key, modified, changeKey, pcl }: LocalMessage): PropertyEntries {
  return [
    [PidTagSourceKey, key],
    [PidTagLastModificationTime, modified],
    [PidTagChangeKey, changeKey],
    [PidTagPredecessorChangeList, pcl],
  ] as [PropertyTag<unknown>, never][]
}

async function ignoring<T>(codes: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isMapiError(error) && codes.includes(error.code)) return undefined
    throw error
  }
}
