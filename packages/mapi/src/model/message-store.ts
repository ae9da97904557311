import type { Guid } from '../bytes/index.ts'
import type { LongTermId } from '../id/index.ts'
import type { NamedProperty, PropertyName } from '../property/name.ts'
import type { Row } from '../property/row.ts'
import type { PropertyTag } from '../property/tag.ts'
import type { FileTime } from '../time/index.ts'
import type { AccessMode } from './attachment.ts'
import type { Folder } from './folder.ts'
import type { Message } from './message.ts'
import type { NotificationSink, SubscribeOptions, Subscription } from './notification.ts'
import type { MapiObject } from './object.ts'

/** The folders that a logon to a private mailbox names, in the order of [MS-OXCSTOR] 2.2.1.1.3. */
export const PRIVATE_LOGON_FOLDERS = [
  'root',
  'deferredAction',
  'spoolerQueue',
  'ipmSubtree',
  'inbox',
  'outbox',
  'sentItems',
  'deletedItems',
  'commonViews',
  'schedule',
  'search',
  'views',
  'shortcuts',
] as const

/** The folders that a logon to public folders names, in the order of [MS-OXCSTOR] 2.2.1.1.4. */
export const PUBLIC_LOGON_FOLDERS = [
  'root',
  'ipmSubtree',
  'nonIpmSubtree',
  'eformsRegistry',
  'freeBusy',
  'offlineAddressBook',
  'eformsRegistryLocale',
  'localFreeBusy',
  'localOfflineAddressBook',
  'nntpIndex',
] as const

/** A folder that every private mailbox, or every public-folder store, has, by its role. */
export type SpecialFolder = (typeof PRIVATE_LOGON_FOLDERS)[number] | (typeof PUBLIC_LOGON_FOLDERS)[number]

/** What logging on to a store told ([MS-OXCSTOR] 2.2.1.1.3, 2.2.1.1.4). */
export interface LogonInfo {
  readonly kind: 'private' | 'public'
  /** IDs of the folders that the logon names. */
  readonly folders: Readonly<Partial<Record<SpecialFolder, bigint>>>
  /** What the user who logged on may do in a private mailbox. */
  readonly isOwner: boolean
  readonly maySendAs: boolean
  readonly isOutOfOffice: boolean
  /** Identifies the mailbox, or the public-folder store. */
  readonly mailboxGuid: Guid
  /** Replica that new IDs are made in: its short and its long form. */
  readonly replicaId: number
  readonly replicaGuid: Guid
  /** Server's time at logon. */
  readonly logonTime: FileTime
}

/** A receive folder: where messages of a class arrive ([MS-OXCSTOR] 2.2.1.2 to 2.2.1.4). */
export interface ReceiveFolder {
  readonly folderId: bigint
  /** The class it was set for; the empty string for all that have no other. */
  readonly messageClass: string
}

/** Servers that hold the contents of a public folder ([MS-OXCSTOR] 2.2.1.6). */
export interface OwningServers {
  readonly servers: readonly string[]
  /** How many of them, from the first, are cheapest to reach. */
  readonly cheapCount: number
}

/** Part of what one user has read in a public folder ([MS-OXCSTOR] 2.2.1.12, 2.2.1.13). */
export interface PerUserInformation {
  readonly data: Uint8Array
  /** No more follows. */
  readonly finished: boolean
}

/** A mailbox, or the public folders ([MS-OXCSTOR]). */
export interface MessageStore extends MapiObject {
  readonly logon: LogonInfo

  /** RopOpenFolder, [MS-OXCFOLD] 2.2.1.1. */
  openFolder(id: bigint, options?: { readonly softDeleted?: boolean }): Promise<Folder>

  /** Opens a message, for reading if `mode` is left out. RopOpenMessage, [MS-OXCMSG] 2.2.3.1. */
  openMessage(
    folderId: bigint,
    messageId: bigint,
    options?: { readonly mode?: AccessMode; readonly softDeleted?: boolean; readonly codePage?: number },
  ): Promise<Message>

  /** RopCreateMessage, [MS-OXCMSG] 2.2.3.2. */
  createMessage(
    folderId: bigint,
    options?: { readonly associated?: boolean; readonly codePage?: number },
  ): Promise<Message>

  /** The property IDs that names are mapped to, 0 where there is none. RopGetPropertyIdsFromNames, [MS-OXCPRPT] 2.2.12. */
  getPropertyIds(
    names: readonly PropertyName[],
    options?: { readonly create?: boolean },
  ): Promise<readonly number[]>

  /** The names that property IDs stand for. RopGetNamesFromPropertyIds, [MS-OXCPRPT] 2.2.13. */
  getPropertyNames(ids: readonly number[]): Promise<readonly (PropertyName | undefined)[]>

  /** RopGetReceiveFolder, [MS-OXCSTOR] 2.2.1.2. */
  getReceiveFolder(messageClass: string): Promise<ReceiveFolder>

  /** Sets it, or without a folder gives the class back to the one above it. RopSetReceiveFolder, [MS-OXCSTOR] 2.2.1.3. */
  setReceiveFolder(messageClass: string, folderId: bigint | undefined): Promise<void>

  /** RopGetReceiveFolderTable, [MS-OXCSTOR] 2.2.1.4. */
  getReceiveFolderTable(): Promise<readonly Row[]>

  /** RopGetStoreState, [MS-OXCSTOR] 2.2.1.5. */
  getStoreState(): Promise<number>

  /** RopGetOwningServers, [MS-OXCSTOR] 2.2.1.6. */
  getOwningServers(folderId: bigint): Promise<OwningServers>

  /** `undefined` if the contents are here, else who has them. RopPublicFolderIsGhosted, [MS-OXCSTOR] 2.2.1.7. */
  getGhostedServers(folderId: bigint): Promise<OwningServers | undefined>

  /** RopLongTermIdFromId, [MS-OXCSTOR] 2.2.1.8. */
  longTermIdFromId(id: bigint): Promise<LongTermId>

  /** RopIdFromLongTermId, [MS-OXCSTOR] 2.2.1.9. */
  idFromLongTermId(id: LongTermId): Promise<bigint>

  /** The public folders that per-user information is kept for. RopGetPerUserLongTermIds, [MS-OXCSTOR] 2.2.1.10. */
  getPerUserLongTermIds(databaseGuid: Guid): Promise<readonly LongTermId[]>

  /** RopGetPerUserGuid, [MS-OXCSTOR] 2.2.1.11. */
  getPerUserGuid(folder: LongTermId): Promise<Guid>

  /** RopReadPerUserInformation, [MS-OXCSTOR] 2.2.1.12. Offset and length in bytes. */
  readPerUserInformation(folder: LongTermId, offset: number, maxLength: number): Promise<PerUserInformation>

  /** RopWritePerUserInformation, [MS-OXCSTOR] 2.2.1.13. */
  writePerUserInformation(
    folder: LongTermId,
    offset: number,
    part: PerUserInformation,
    replicaGuid?: Guid,
  ): Promise<void>

  /** Address types that the store can send to. RopGetAddressTypes, [MS-OXOMSG] 2.2.3.3. */
  getAddressTypes(): Promise<readonly string[]>

  /** RopGetTransportFolder, [MS-OXOMSG] 2.2.3.9. */
  getTransportFolder(): Promise<bigint>

  /** Says that this logon is the one that sends messages for a client's transports. RopSetSpooler, [MS-OXOMSG] 2.2.3.4. */
  setSpooler(): Promise<void>

  /** RopSpoolerLockMessage, [MS-OXOMSG] 2.2.3.5. */
  spoolerLock(messageId: bigint, state: 'lock' | 'unlock' | 'finished'): Promise<void>

  /** A transport has put a new message into a folder. RopTransportNewMail, [MS-OXOMSG] 2.2.3.7. */
  transportNewMail(mail: {
    readonly folderId: bigint
    readonly messageId: bigint
    readonly messageClass: string
    readonly messageFlags: number
  }): Promise<void>

  /** RopAbortSubmit, [MS-OXOMSG] 2.2.3.2. */
  abortSubmit(folderId: bigint, messageId: bigint): Promise<void>

  /** Options that recipients of an address type can have. RopOptionsData, [MS-OXOMSG] 2.2.3.8. */
  getOptionsData(
    addressType: string,
  ): Promise<{ readonly options: Uint8Array; readonly helpFileName?: string; readonly helpFile: Uint8Array }>

  /** Sets IDs aside for a client to use offline. RopGetLocalReplicaIds, [MS-OXCFXICS] 2.2.3.2.4.7. */
  reserveLocalIds(count: number): Promise<{ readonly replicaGuid: Guid; readonly firstGlobcnt: number }>

  /** Tells of events in the store. RopRegisterNotification, [MS-OXCNOTIF] 2.2.1.2.1. */
  subscribe(options: SubscribeOptions, sink: NotificationSink): Promise<Subscription>
}

/** The tags, typed, that stand for names in one store; see {@link namedTags}. */
export type TagsOf<N extends readonly NamedProperty<unknown>[]> = {
  readonly [K in keyof N]: N[K] extends NamedProperty<infer V> ? PropertyTag<V> : never
}

/**
 * The tags that named properties have in a store, typed like the names:
 *
 * ```ts
 * const [fileUnder] = await namedTags(store, [PidLidFileUnder])
 * await contact.get(fileUnder) // string | undefined
 * ```
 *
 * A name that the store does not know gets the tag of property ID 0, which no object has, unless `create` is set.
 */
export async function namedTags<const N extends readonly NamedProperty<unknown>[]>(
  store: MessageStore,
  names: N,
  options: { readonly create?: boolean } = {},
): Promise<TagsOf<N>> {
  const ids = await store.getPropertyIds(names, options)
  return names.map((name, i) => ((ids[i]! << 16) | name.type) >>> 0) as unknown as TagsOf<N>
}
