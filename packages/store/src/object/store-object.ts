import {
  type AccessMode,
  ErrorCode,
  FIRST_NAMED_PROPERTY_ID,
  type Folder,
  type Guid,
  type LongTermId,
  MapiError,
  type Message,
  type MessageStore,
  type NotificationSink,
  type OwningServers,
  type PerUserInformation,
  PidTagDeleteAfterSubmit,
  type PropertyName,
  type PropertyProblem,
  type PropertyTag,
  type PropertyValue,
  PS_MAPI,
  type ReceiveFolder,
  type Row,
  type SubscribeOptions,
  type Subscription,
  tagId,
} from '@bourse/mapi'
import { subscribe } from '../change/notifications.ts'
import { getFolder } from '../folder/folder-row.ts'
import { changeAbsence } from '../mailbox/out-of-office.ts'
import {
  listPerUser,
  MAX_PER_USER_PART,
  perUserReplica,
  readPerUser,
  writePerUser,
} from '../mailbox/per-user.ts'
import {
  changeReceiveFolder,
  checkMessageClass,
  findReceiveFolder,
  listReceiveFolders,
} from '../mailbox/receive-folders.ts'
import { idOfLongTermId, longTermIdOf } from '../mailbox/replicas.ts'
import { isReadOnlyStoreProperty, storeSource } from '../mailbox/store-source.ts'
import { abortSubmission, finishSubmission, lockForSpooler } from '../message/submission.ts'
import { blobsIn, externalize } from '../record/large-value.ts'
import { PackedProperties, packProperties } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import { requireFolder } from './folder-access.ts'
import { FolderObject } from './folder-object.ts'
import { createMessage, openMessage } from './message-object.ts'
import { type PropertyChanges, PropertyObject } from './store-properties.ts'

/** Owner of the contents that store properties refer to; no folder or message has this counter. */
const STORE_OWNER = 0

/** The most IDs that can be set aside at once ([MS-OXCFXICS] 3.2.5.9.4.7). */
const MAX_RESERVED_IDS = 0x7fffffff

/** A mailbox, or the public folders, as one user sees them ([MS-OXCSTOR]). */
export class StoreObject extends PropertyObject implements MessageStore {
  readonly kind = 'store'
  /** Per-user information that a client is writing part by part. */
  #writing:
    | {
        readonly key: string
        readonly parts: Uint8Array[]
        size: number
        readonly replicaGuid: Guid | undefined
      }
    | undefined
  #isSpooler = false

  async source(): Promise<PropertySource> {
    return this.logon.mailbox.read((tx) => storeSource(tx, this.logon))
  }

  refusal(tag: PropertyTag, value: PropertyValue | undefined): number | undefined {
    // It can be deleted, but not set ([MS-OXCSTOR] 2.2.2.1.2.2 and note 15).
    if (tagId(tag) === tagId(PidTagDeleteAfterSubmit) && value === undefined) return undefined
    return isReadOnlyStoreProperty(tag) ? ErrorCode.AccessDenied : undefined
  }

  async requireWritable(): Promise<void> {
    this.logon.requireFullAccess()
  }

  async apply(changes: PropertyChanges): Promise<readonly PropertyProblem[]> {
    const { mailbox } = this.logon
    await mailbox.write(async (tx) => {
      const row = await tx.get<{ props: Uint8Array }>('SELECT props FROM store WHERE id = 1')
      const changed = new Set([...changes.remove, ...changes.set.keys()].map(tagId))
      const before = new PackedProperties(row!.props)
      const kept = [...before].filter(([tag]) => !changed.has(tagId(tag)))
      const after = new Map([...kept, ...changes.set])
      const properties = await externalize(
        tx,
        mailbox.blobs,
        await changeAbsence(tx, mailbox, before, after, changed),
      )
      await mailbox.blobs.setReferences(tx, STORE_OWNER, [...blobsIn(properties)])
      await tx.run('UPDATE store SET props = ? WHERE id = 1', packProperties(properties))
    })
    return []
  }

  openFolder(id: bigint, options: { readonly softDeleted?: boolean } = {}): Promise<Folder> {
    return FolderObject.open(this.logon, id, options)
  }

  async openMessage(
    folderId: bigint,
    messageId: bigint,
    options: { readonly mode?: AccessMode; readonly softDeleted?: boolean; readonly codePage?: number } = {},
  ): Promise<Message> {
    const { mailbox } = this.logon
    const fid = mailbox.counterOf(folderId)
    const mid = mailbox.counterOf(messageId)
    if (fid === undefined || mid === undefined) throw new MapiError(ErrorCode.NotFound)
    await mailbox.read(async (tx) => {
      const folder = await getFolder(tx, fid)
      // What is in a deleted folder is deleted with it, though nothing of it has changed.
      if (folder === undefined || (folder.deleted_at !== null && options.softDeleted !== true)) {
        throw new MapiError(ErrorCode.NotFound)
      }
    })
    return openMessage(this.logon, fid, mid, options)
  }

  async createMessage(
    folderId: bigint,
    options: { readonly associated?: boolean; readonly codePage?: number } = {},
  ): Promise<Message> {
    const { fid } = await this.logon.mailbox.read((tx) => requireFolder(tx, this.logon, folderId))
    return createMessage(this.logon, fid, options)
  }

  async getPropertyIds(
    names: readonly PropertyName[],
    options: { readonly create?: boolean } = {},
  ): Promise<readonly number[]> {
    const { mailbox } = this.logon
    const { named } = mailbox
    const isMissing = (name: PropertyName): boolean => name.set !== PS_MAPI && named.idOf(name) === 0
    if (options.create === true && names.some(isMissing)) {
      await mailbox.write(
        (tx) => named.map(tx, names),
        (added) => named.committed(added),
      )
    }
    return names.map((name) => named.idOf(name))
  }

  async getPropertyNames(ids: readonly number[]): Promise<readonly (PropertyName | undefined)[]> {
    return ids.map((id) =>
      id < FIRST_NAMED_PROPERTY_ID
        ? { kind: 'lid', set: PS_MAPI, lid: id }
        : this.logon.mailbox.named.nameOf(id),
    )
  }

  async getReceiveFolder(messageClass: string): Promise<ReceiveFolder> {
    this.#requirePrivate()
    checkMessageClass(messageClass)
    const { mailbox } = this.logon
    return mailbox.readOnce(`receive folder ${messageClass}`, (tx) =>
      findReceiveFolder(tx, mailbox, messageClass),
    )
  }

  async setReceiveFolder(messageClass: string, folderId: bigint | undefined): Promise<void> {
    this.#requirePrivate()
    checkMessageClass(messageClass)
    this.logon.requireFullAccess()
    await this.logon.mailbox.write(async (tx) => {
      const folder = folderId === undefined ? undefined : await requireFolder(tx, this.logon, folderId)
      await changeReceiveFolder(tx, messageClass, folder?.fid)
    })
  }

  async getReceiveFolderTable(): Promise<readonly Row[]> {
    this.#requirePrivate()
    return this.logon.mailbox.read((tx) => listReceiveFolders(tx, this.logon.mailbox))
  }

  /** Not implemented, as in Exchange since 2010 ([MS-OXCSTOR] 2.2.1.5, note 11): the property PidTagStoreState says the same. */
  async getStoreState(): Promise<number> {
    this.#requirePrivate()
    throw new MapiError(ErrorCode.NotImplemented)
  }

  async getOwningServers(folderId: bigint): Promise<OwningServers> {
    const { mailbox } = this.logon
    if (mailbox.info.kind === 'private') throw new MapiError(ErrorCode.NotSupported)
    await mailbox.read((tx) => requireFolder(tx, this.logon, folderId))
    return { servers: [mailbox.services.serverDn], cheapCount: 1 }
  }

  async getGhostedServers(folderId: bigint): Promise<OwningServers | undefined> {
    const { mailbox } = this.logon
    if (mailbox.info.kind === 'public') await mailbox.read((tx) => requireFolder(tx, this.logon, folderId))
    return undefined
  }

  async longTermIdFromId(id: bigint): Promise<LongTermId> {
    return this.logon.mailbox.read((tx) => longTermIdOf(tx, id))
  }

  async idFromLongTermId(id: LongTermId): Promise<bigint> {
    return this.logon.mailbox.write((tx) => idOfLongTermId(tx, id))
  }

  async getPerUserLongTermIds(databaseGuid: Guid): Promise<readonly LongTermId[]> {
    this.#requirePrivate()
    return this.logon.mailbox.read((tx) => listPerUser(tx, this.logon.principal, databaseGuid))
  }

  async getPerUserGuid(folder: LongTermId): Promise<Guid> {
    this.#requirePrivate()
    return this.logon.mailbox.read((tx) => perUserReplica(tx, this.logon.principal, folder))
  }

  async readPerUserInformation(
    folder: LongTermId,
    offset: number,
    maxLength: number,
  ): Promise<PerUserInformation> {
    const { mailbox, principal } = this.logon
    const whole = await mailbox.read((tx) => readPerUser(tx, mailbox, principal, folder))
    if (offset < 0 || offset > whole.length) throw new MapiError(ErrorCode.GeneralFailure)
    const length = Math.min(maxLength === 0 ? MAX_PER_USER_PART : maxLength, MAX_PER_USER_PART)
    const data = whole.subarray(offset, offset + length)
    return { data, finished: offset + data.length === whole.length }
  }

  async writePerUserInformation(
    folder: LongTermId,
    offset: number,
    part: PerUserInformation,
    replicaGuid?: Guid,
  ): Promise<void> {
    const { mailbox, principal } = this.logon
    const key = `${folder.databaseGuid}:${folder.globalCounter}`
    // A part that does not go on where the last one ended begins anew ([MS-OXCSTOR] 3.2.5.13.1).
    if (this.#writing?.key !== key || this.#writing.size !== offset) this.#writing = undefined
    if (this.#writing === undefined) {
      if (offset !== 0) throw new MapiError(ErrorCode.GeneralFailure)
      this.#writing = { key, parts: [], size: 0, replicaGuid }
    }
    this.#writing.parts.push(part.data.slice())
    this.#writing.size += part.data.length
    if (!part.finished) return
    // Only the first part has it ([MS-OXCSTOR] 2.2.1.13.1).
    const { parts, replicaGuid: replica } = this.#writing
    const data = Buffer.concat(parts)
    this.#writing = undefined
    await mailbox.write((tx) => writePerUser(tx, mailbox, principal, folder, data, replica))
  }

  async getAddressTypes(): Promise<readonly string[]> {
    return this.logon.mailbox.services.addressTypes
  }

  async getTransportFolder(): Promise<bigint> {
    this.#requirePrivate()
    return this.logon.mailbox.id(this.logon.mailbox.info.folders.outbox!)
  }

  async setSpooler(): Promise<void> {
    this.#requirePrivate()
    this.logon.requireFullAccess()
    this.#isSpooler = true
  }

  async spoolerLock(messageId: bigint, state: 'lock' | 'unlock' | 'finished'): Promise<void> {
    this.#requirePrivate()
    if (!this.#isSpooler) throw new MapiError(ErrorCode.AccessDenied)
    const { mailbox } = this.logon
    const mid = mailbox.counterOf(messageId)
    if (mid === undefined) throw new MapiError(ErrorCode.NotFound)
    await mailbox.write((tx) =>
      state === 'finished'
        ? finishSubmission(tx, mailbox, mid)
        : lockForSpooler(tx, mailbox, mid, state === 'lock'),
    )
  }

  async transportNewMail(mail: {
    readonly folderId: bigint
    readonly messageId: bigint
    readonly messageClass: string
    readonly messageFlags: number
  }): Promise<void> {
    this.#requirePrivate()
    this.logon.requireFullAccess()
    const { mailbox } = this.logon
    await mailbox.write(async (tx) => {
      const { fid } = await requireFolder(tx, this.logon, mail.folderId)
      const mid = mailbox.counterOf(mail.messageId)
      const row =
        mid === undefined
          ? undefined
          : await tx.get<{ associated: number }>(
              'SELECT associated FROM message WHERE mid = ? AND fid = ? AND deleted_at IS NULL',
              mid,
              fid,
            )
      if (row === undefined) throw new MapiError(ErrorCode.NotFound)
      tx.changed({
        object: 'message',
        kind: 'modified',
        fid,
        mid: mid!,
        associated: row.associated === 1,
        tags: [],
        newMail: { messageClass: mail.messageClass, messageFlags: mail.messageFlags },
      })
    })
  }

  async abortSubmit(folderId: bigint, messageId: bigint): Promise<void> {
    this.#requirePrivate()
    this.logon.requireFullAccess()
    const { mailbox, principal } = this.logon
    const fid = mailbox.counterOf(folderId)
    const mid = mailbox.counterOf(messageId)
    const isThere =
      mid !== undefined &&
      (await mailbox.read((tx) =>
        tx.get('SELECT 1 AS one FROM message WHERE mid = ? AND fid = ?', mid, fid ?? 0),
      ))
    if (mid === undefined || fid === undefined || isThere === undefined)
      throw new MapiError(ErrorCode.NotFound)
    await mailbox.write(async (tx) => {
      // Asked while nothing else can happen in the mailbox: what is not being sent now is called back before it can be.
      const { submission } = mailbox.hooks
      if (submission !== undefined && !(await submission.abort({ fid, mid, principal }))) {
        throw new MapiError(ErrorCode.AbortFailed)
      }
      await abortSubmission(tx, mailbox, mid)
    })
  }

  async getOptionsData(_addressType: string): Promise<{
    readonly options: Uint8Array
    readonly helpFileName?: string
    readonly helpFile: Uint8Array
  }> {
    // No address type has options of its own ([MS-OXOMSG] 3.2.5.8), and Exchange takes all, those it sends nothing to as well.
    return { options: new Uint8Array(0), helpFile: new Uint8Array(0) }
  }

  async reserveLocalIds(
    count: number,
  ): Promise<{ readonly replicaGuid: Guid; readonly firstGlobcnt: number }> {
    if (!Number.isInteger(count) || count < 1 || count > MAX_RESERVED_IDS) {
      throw new MapiError(ErrorCode.InvalidParameter)
    }
    const { mailbox } = this.logon
    const firstGlobcnt = await mailbox.write(async (tx) => tx.allocate(count))
    return { replicaGuid: mailbox.info.replicaGuid, firstGlobcnt }
  }

  async subscribe(options: SubscribeOptions, sink: NotificationSink): Promise<Subscription> {
    return subscribe(this.logon, options, sink)
  }

  #requirePrivate(): void {
    if (this.logon.mailbox.info.kind !== 'private') throw new MapiError(ErrorCode.NotSupported)
  }
}
