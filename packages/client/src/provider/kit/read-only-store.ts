import {
  ErrorCode,
  globcntOf,
  guidBytes,
  type LogonInfo,
  MapiError,
  type MessageStore,
  makeId,
  nowAsFileTime,
  PidTagDisplayName,
  PidTagObjectType,
  PidTagRecordKey,
  PidTagStoreRecordKey,
  PidTagStoreSupportMask,
  PropertyBag,
  replidOf,
  type SpecialFolder,
} from '@bourse/mapi'
import { readOnlyFolder } from './read-only-folder.ts'
import { openReadOnlyMessage } from './read-only-message.ts'
import { readOnlyObject, refuse, unsupported } from './read-only-object.ts'
import { idOf, REPLICA_ID, storeContext, walk } from './store-context.ts'
import type { StoreSource } from './store-source.ts'

/** PidTagObjectType of stores. */
const MAPI_STORE = 1
/** PidTagStoreSupportMask: entry IDs are unique, text is Unicode ([MS-OXCSTOR] 2.2.2.1). */
const STORE_ENTRYID_UNIQUE = 0x00000001
const STORE_UNICODE_OK = 0x00040000

/**
 * A message store over folders and messages from anywhere: files, an archive, another program's mail. It is for reading only; whatever would
 * change something rejects with `AccessDenied`.
 *
 * ```ts
 * const store = await readOnlyStore({ displayName: 'Archive', mailboxGuid, root })
 * ```
 */
export async function readOnlyStore(source: StoreSource): Promise<MessageStore> {
  const context = storeContext(source)
  const { mailboxGuid, names } = source
  const roles: [SpecialFolder, bigint][] = []
  for await (const { folder } of walk({ folder: source.root, parent: source.root, depth: 0 })) {
    if (folder.role !== undefined) roles.push([folder.role, idOf(folder)])
  }
  const root = idOf(source.root)
  const logon: LogonInfo = {
    kind: 'private',
    folders: { root, ipmSubtree: root, ...Object.fromEntries(roles) },
    isOwner: true,
    maySendAs: false,
    isOutOfOffice: false,
    mailboxGuid,
    replicaId: REPLICA_ID,
    replicaGuid: mailboxGuid,
    logonTime: nowAsFileTime(),
  }
  const properties = new PropertyBag()
    .set(PidTagDisplayName, source.displayName)
    .set(PidTagRecordKey, guidBytes(mailboxGuid))
    .set(PidTagStoreRecordKey, guidBytes(mailboxGuid))
    .set(PidTagStoreSupportMask, STORE_ENTRYID_UNIQUE | STORE_UNICODE_OK)
    .set(PidTagObjectType, MAPI_STORE)
  return {
    ...readOnlyObject({ properties: () => properties, dispose: async () => source.close?.() }),
    logon,
    openFolder: async (id) => readOnlyFolder(context, await context.find(id)),
    async openMessage(folderId, messageId, options = {}) {
      if (options.mode === 'readWrite') return refuse()
      const { folder } = await context.find(folderId)
      return openReadOnlyMessage(context, folder, await context.message(folder, messageId))
    },
    createMessage: refuse,
    getPropertyIds: async (wanted, options) => names?.getPropertyIds(wanted, options) ?? wanted.map(() => 0),
    getPropertyNames: async (ids) => ids.map((id) => names?.nameOf(id)),
    getReceiveFolder: async () => ({ folderId: logon.folders.inbox ?? root, messageClass: '' }),
    setReceiveFolder: refuse,
    getReceiveFolderTable: async () => [],
    getStoreState: async () => 0,
    getOwningServers: unsupported,
    getGhostedServers: async () => undefined,
    async longTermIdFromId(id) {
      if (replidOf(id) !== REPLICA_ID) throw new MapiError(ErrorCode.NotFound)
      return { databaseGuid: mailboxGuid, globalCounter: globcntOf(id) }
    },
    async idFromLongTermId({ databaseGuid, globalCounter }) {
      if (databaseGuid !== mailboxGuid) throw new MapiError(ErrorCode.NotFound)
      return makeId(REPLICA_ID, globalCounter)
    },
    getPerUserLongTermIds: async () => [],
    getPerUserGuid: unsupported,
    readPerUserInformation: unsupported,
    writePerUserInformation: refuse,
    getAddressTypes: async () => [],
    getTransportFolder: unsupported,
    setSpooler: unsupported,
    spoolerLock: unsupported,
    transportNewMail: unsupported,
    abortSubmit: unsupported,
    getOptionsData: unsupported,
    reserveLocalIds: refuse,
    // Nothing ever happens in it.
    subscribe: async () => ({ [Symbol.asyncDispose]: async () => {} }),
  }
}
