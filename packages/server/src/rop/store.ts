import type { OwningServers } from '@bourse/mapi'
import {
  getOwningServers,
  getPerUserGuid,
  getPerUserLongTermIds,
  getReceiveFolder,
  getReceiveFolderTable,
  getStoreState,
  idFromLongTermId,
  longTermIdFromId,
  publicFolderIsGhosted,
  readPerUserInformation,
  setReceiveFolder,
  writePerUserInformation,
} from '@bourse/wire/rop'
import { handler } from './handler.ts'

/** A folder ID of 0 takes a message class off the receive folder table ([MS-OXCSTOR] 2.2.1.3.1). */
const NO_FOLDER = 0n

/** CheapServersCount and the list of servers, as several ROPs answer it. */
export function serverFields({ servers, cheapCount }: OwningServers) {
  return { servers, cheapServersCount: Math.min(cheapCount, servers.length) }
}

/** Store ROPs ([MS-OXCSTOR] 3.2.5). Which of them are for private mailboxes only is the store's to say. */
export const storeHandlers = [
  handler(getReceiveFolder, async (call) => {
    const { store } = call.input('logon')
    const { folderId, messageClass } = await store.getReceiveFolder(call.request.messageClass)
    return { body: { folderId, explicitMessageClass: messageClass } }
  }),
  handler(setReceiveFolder, async (call) => {
    const { store } = call.input('logon')
    const { messageClass, folderId } = call.request
    await store.setReceiveFolder(messageClass, folderId === NO_FOLDER ? undefined : folderId)
    return {}
  }),
  handler(getReceiveFolderTable, async (call) => {
    const { store } = call.input('logon')
    const rows = await store.getReceiveFolderTable()
    return { body: { rows: rows.map(({ cells }) => cells) } }
  }),
  handler(getStoreState, async (call) => {
    const { store } = call.input('logon')
    return { body: { storeState: await store.getStoreState() } }
  }),
  handler(getOwningServers, async (call) => {
    const { store } = call.input('logon')
    const { servers, cheapServersCount } = serverFields(await store.getOwningServers(call.request.folderId))
    return { body: { owningServers: servers, cheapServersCount } }
  }),
  handler(publicFolderIsGhosted, async (call) => {
    const { store } = call.input('logon')
    const servers = await store.getGhostedServers(call.request.folderId)
    return {
      body: servers === undefined ? { isGhosted: false } : { isGhosted: true, ...serverFields(servers) },
    }
  }),
  handler(longTermIdFromId, async (call) => {
    const { store } = call.input('logon')
    return { body: { longTermId: await store.longTermIdFromId(call.request.objectId) } }
  }),
  handler(idFromLongTermId, async (call) => {
    const { store } = call.input('logon')
    return { body: { objectId: await store.idFromLongTermId(call.request.longTermId) } }
  }),
  handler(getPerUserLongTermIds, async (call) => {
    const { store } = call.input('logon')
    return { body: { longTermIds: await store.getPerUserLongTermIds(call.request.databaseGuid) } }
  }),
  handler(getPerUserGuid, async (call) => {
    const { store } = call.input('logon')
    return { body: { databaseGuid: await store.getPerUserGuid(call.request.longTermId) } }
  }),
  handler(readPerUserInformation, async (call) => {
    const { store } = call.input('logon')
    const { folderId, dataOffset, maxDataSize } = call.request
    const { data, finished } = await store.readPerUserInformation(folderId, dataOffset, maxDataSize)
    return { body: { hasFinished: finished, data } }
  }),
  handler(writePerUserInformation, async (call) => {
    const { store } = call.input('logon')
    const { folderId, dataOffset, data, hasFinished, replGuid } = call.request
    await store.writePerUserInformation(folderId, dataOffset, { data, finished: hasFinished }, replGuid)
    return {}
  }),
] as const
