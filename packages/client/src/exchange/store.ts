import {
  type AccessMode,
  type Folder,
  fileTime,
  type Guid,
  type LogonInfo,
  type LongTermId,
  type Message,
  type MessageStore,
  type NotificationSink,
  type OwningServers,
  type PerUserInformation,
  PRIVATE_LOGON_FOLDERS,
  type PropertyName,
  PUBLIC_LOGON_FOLDERS,
  plainDateTimeToMinutes,
  type ReceiveFolder,
  Row,
  type SpecialFolder,
  type SubscribeOptions,
  type Subscription,
  TICKS_PER_SECOND,
} from '@bourse/mapi'
import {
  abortSubmit,
  getAddressTypes,
  getLocalReplicaIds,
  getNamesFromPropertyIds,
  getOwningServers,
  getPerUserGuid,
  getPerUserLongTermIds,
  getPropertyIdsFromNames,
  getReceiveFolder,
  getReceiveFolderTable,
  getStoreState,
  getTransportFolder,
  idFromLongTermId,
  LogonFlags,
  type LogonTime,
  logon,
  longTermIdFromId,
  OpenFlags,
  optionsData,
  type PrivateLogon,
  PropertyIdsFromNamesFlags,
  type PublicLogon,
  publicFolderIsGhosted,
  RECEIVE_FOLDER_COLUMNS,
  ResponseFlags,
  readPerUserInformation,
  registerNotification,
  SpoolerLockState,
  setReceiveFolder,
  setSpooler,
  spoolerLockMessage,
  transportNewMail,
  writePerUserInformation,
} from '@bourse/wire/rop'
import { openFolderThrough } from './folder.ts'
import { createMessageIn, openMessageThrough } from './message.ts'
import { notificationTypes, subscription } from './notification.ts'
import { ExchangeObject } from './property.ts'
import type { RopSession } from './rop-session.ts'

/** Data of per-user information in one ROP, in bytes. */
const PER_USER_BYTES = 0x1000

const LOCK_STATES = {
  lock: SpoolerLockState.lstLock,
  unlock: SpoolerLockState.lstUnlock,
  finished: SpoolerLockState.lstFinished,
} as const

export interface LogonOptions {
  /** Legacy DN of the mailbox; left out for the public folders. */
  readonly mailboxDn?: string
  /** Ask for administrative access (USE_ADMIN_PRIVILEGE). */
  readonly admin?: boolean
  /** LogonId, which tells several logons of one session apart; 0 if left out. */
  readonly logonId?: number
  /** Whether closing the store closes the session. */
  readonly ownsSession?: boolean
}

/** Logs on to a mailbox, or the public folders, of a session. RopLogon, [MS-OXCSTOR] 2.2.1.1. */
export async function logOn(session: RopSession, options: LogonOptions): Promise<ExchangeStore> {
  const { mailboxDn, logonId = 0 } = options
  const isPrivate = mailboxDn !== undefined
  const { body, handle } = await session.call(
    logon,
    undefined,
    {
      logonFlags: isPrivate ? LogonFlags.Private : 0,
      openFlags:
        OpenFlags.USE_PER_MDB_REPLID_MAPPING |
        OpenFlags.HOME_LOGON |
        OpenFlags.TAKE_OWNERSHIP |
        OpenFlags.NO_MAIL |
        (isPrivate ? 0 : OpenFlags.PUBLIC) |
        (options.admin === true ? OpenFlags.USE_ADMIN_PRIVILEGE : 0),
      storeState: 0,
      essdn: mailboxDn ?? '',
    },
    { output: true, logonId },
  )
  session.noteLogon(logonId, isPrivate ? 'private' : 'public')
  return new ExchangeStore(
    session,
    handle,
    logonId,
    isPrivate ? privateInfo(body as PrivateLogon) : publicInfo(body as PublicLogon),
    options.ownsSession,
  )
}

/** A message store on the server. */
export class ExchangeStore extends ExchangeObject implements MessageStore {
  readonly logon: LogonInfo
  readonly #ownsSession: boolean

  constructor(
    session: RopSession,
    handle: number,
    logonId: number,
    info: LogonInfo,
    ownsSession: boolean = false,
  ) {
    super(session, handle, logonId)
    this.logon = info
    this.#ownsSession = ownsSession
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]()
    if (this.#ownsSession) await this.session.close()
  }

  openFolder(id: bigint, options: { readonly softDeleted?: boolean } = {}): Promise<Folder> {
    return openFolderThrough(this, id, options)
  }

  openMessage(
    folderId: bigint,
    messageId: bigint,
    options: { readonly mode?: AccessMode; readonly softDeleted?: boolean; readonly codePage?: number } = {},
  ): Promise<Message> {
    return openMessageThrough(this, folderId, messageId, options)
  }

  createMessage(
    folderId: bigint,
    options: { readonly associated?: boolean; readonly codePage?: number } = {},
  ): Promise<Message> {
    return createMessageIn(this, folderId, options)
  }

  async getPropertyIds(
    names: readonly PropertyName[],
    options: { readonly create?: boolean } = {},
  ): Promise<readonly number[]> {
    // Without names the ROP answers for all that there are ([MS-OXCPRPT] 2.2.12.1).
    if (names.length === 0) return []
    const { body } = await this.call(
      getPropertyIdsFromNames,
      { flags: options.create === true ? PropertyIdsFromNamesFlags.Create : 0, propertyNames: names },
      // A warning: some names have no ID, which is 0 in the list.
      { accept: [0x00040380] },
    )
    return body?.propertyIds ?? names.map(() => 0)
  }

  async getPropertyNames(ids: readonly number[]): Promise<readonly (PropertyName | undefined)[]> {
    const { body } = await this.call(getNamesFromPropertyIds, { propertyIds: ids })
    return body.propertyNames
  }

  async getReceiveFolder(messageClass: string): Promise<ReceiveFolder> {
    const { body } = await this.call(getReceiveFolder, { messageClass })
    return { folderId: body.folderId, messageClass: body.explicitMessageClass }
  }

  async setReceiveFolder(messageClass: string, folderId: bigint | undefined): Promise<void> {
    await this.call(setReceiveFolder, { folderId: folderId ?? 0n, messageClass })
  }

  async getReceiveFolderTable(): Promise<readonly Row[]> {
    const { body } = await this.call(getReceiveFolderTable, {})
    return body.rows.map((cells) => new Row(RECEIVE_FOLDER_COLUMNS, cells))
  }

  async getStoreState(): Promise<number> {
    const { body } = await this.call(getStoreState, {})
    return body.storeState
  }

  async getOwningServers(folderId: bigint): Promise<OwningServers> {
    const { body } = await this.call(getOwningServers, { folderId })
    return { servers: body.owningServers, cheapCount: body.cheapServersCount }
  }

  async getGhostedServers(folderId: bigint): Promise<OwningServers | undefined> {
    const { body } = await this.call(publicFolderIsGhosted, { folderId })
    return body.isGhosted
      ? { servers: body.servers ?? [], cheapCount: body.cheapServersCount ?? 0 }
      : undefined
  }

  async longTermIdFromId(id: bigint): Promise<LongTermId> {
    const { body } = await this.call(longTermIdFromId, { objectId: id })
    return body.longTermId
  }

  async idFromLongTermId(id: LongTermId): Promise<bigint> {
    const { body } = await this.call(idFromLongTermId, { longTermId: id })
    return body.objectId
  }

  async getPerUserLongTermIds(databaseGuid: Guid): Promise<readonly LongTermId[]> {
    const { body } = await this.call(getPerUserLongTermIds, { databaseGuid })
    return body.longTermIds
  }

  async getPerUserGuid(folder: LongTermId): Promise<Guid> {
    const { body } = await this.call(getPerUserGuid, { longTermId: folder })
    return body.databaseGuid
  }

  async readPerUserInformation(
    folder: LongTermId,
    offset: number,
    maxLength: number,
  ): Promise<PerUserInformation> {
    const { body } = await this.call(readPerUserInformation, {
      folderId: folder,
      dataOffset: offset,
      maxDataSize: Math.min(maxLength, PER_USER_BYTES),
    })
    return { data: body.data, finished: body.hasFinished }
  }

  async writePerUserInformation(
    folder: LongTermId,
    offset: number,
    part: PerUserInformation,
    replicaGuid?: Guid,
  ): Promise<void> {
    const isPrivate = this.logon.kind === 'private'
    await this.call(writePerUserInformation, {
      folderId: folder,
      hasFinished: part.finished,
      dataOffset: offset,
      data: part.data,
      ...(isPrivate && offset === 0 ? { replGuid: replicaGuid ?? this.logon.replicaGuid } : {}),
    })
  }

  async getAddressTypes(): Promise<readonly string[]> {
    const { body } = await this.call(getAddressTypes, {})
    return body.addressTypes
  }

  async getTransportFolder(): Promise<bigint> {
    const { body } = await this.call(getTransportFolder, {})
    return body.folderId
  }

  async setSpooler(): Promise<void> {
    await this.call(setSpooler, {})
  }

  async spoolerLock(messageId: bigint, state: 'lock' | 'unlock' | 'finished'): Promise<void> {
    await this.call(spoolerLockMessage, { messageId, lockState: LOCK_STATES[state] })
  }

  async transportNewMail(mail: {
    readonly folderId: bigint
    readonly messageId: bigint
    readonly messageClass: string
    readonly messageFlags: number
  }): Promise<void> {
    await this.call(transportNewMail, mail)
  }

  async abortSubmit(folderId: bigint, messageId: bigint): Promise<void> {
    await this.call(abortSubmit, { folderId, messageId })
  }

  async getOptionsData(addressType: string): Promise<{
    readonly options: Uint8Array
    readonly helpFileName?: string
    readonly helpFile: Uint8Array
  }> {
    const { body } = await this.call(optionsData, { addressType, wantWin32: true })
    return {
      options: body.optionsInfo,
      helpFile: body.helpFile,
      ...(body.helpFileName === undefined ? {} : { helpFileName: body.helpFileName }),
    }
  }

  async reserveLocalIds(
    count: number,
  ): Promise<{ readonly replicaGuid: Guid; readonly firstGlobcnt: number }> {
    const { body } = await this.call(getLocalReplicaIds, { idCount: count })
    return { replicaGuid: body.replGuid, firstGlobcnt: body.globalCount }
  }

  async subscribe(options: SubscribeOptions, sink: NotificationSink): Promise<Subscription> {
    const { folderId, messageId } = options
    const isWholeStore = folderId === undefined
    const { handle } = await this.call(
      registerNotification,
      {
        notificationTypes: notificationTypes(options.events),
        wantWholeStore: isWholeStore,
        ...(isWholeStore ? {} : { folderId, messageId: messageId ?? 0n }),
      },
      { output: true },
    )
    return subscription(this.session, handle, sink)
  }
}

function privateInfo(body: PrivateLogon): LogonInfo {
  const has = (bit: number) => (body.responseFlags & bit) !== 0
  return {
    kind: 'private',
    folders: foldersOf(PRIVATE_LOGON_FOLDERS, body.folderIds),
    isOwner: has(ResponseFlags.OwnerRight),
    maySendAs: has(ResponseFlags.SendAsRight),
    isOutOfOffice: has(ResponseFlags.OOF),
    mailboxGuid: body.mailboxGuid,
    replicaId: body.replId,
    replicaGuid: body.replGuid,
    logonTime: timeOf(body.logonTime),
  }
}

function publicInfo(body: PublicLogon): LogonInfo {
  return {
    kind: 'public',
    folders: foldersOf(PUBLIC_LOGON_FOLDERS, body.folderIds),
    isOwner: false,
    maySendAs: false,
    isOutOfOffice: false,
    mailboxGuid: body.perUserGuid,
    replicaId: body.replId,
    replicaGuid: body.replGuid,
    logonTime: fileTime(0n),
  }
}

function foldersOf(
  names: readonly SpecialFolder[],
  ids: readonly bigint[],
): Readonly<Partial<Record<SpecialFolder, bigint>>> {
  return Object.fromEntries(
    names.flatMap((name, i) => (ids[i] === undefined || ids[i] === 0n ? [] : [[name, ids[i]]])),
  )
}

/** LogonTime is to the second, in UTC. */
function timeOf(time: LogonTime) {
  const minutes = plainDateTimeToMinutes(
    new Temporal.PlainDateTime(time.year, time.month, time.day, time.hour, time.minutes),
  )
  return fileTime((BigInt(minutes) * 60n + BigInt(time.seconds)) * BigInt(TICKS_PER_SECOND))
}
