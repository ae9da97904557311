import { type PropertyTag, PtypInteger64, PtypString8, PtypTime, propertyTag } from '@bourse/mapi'
import {
  bool8,
  counted,
  guid,
  i64,
  latin1z,
  reserved,
  sizedBytes,
  u8,
  u16,
  u32,
  when,
} from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { countOf, folderId, handleIndex, ifGiven, itemsOf, longTermId, rowsWith } from './fields.ts'

/** StoreState of RopGetStoreState ([MS-OXCSTOR] 2.2.1.5.2). */
export const StoreState = {
  /** The mailbox has active search folders. */
  STORE_HAS_SEARCHES: 0x01000000,
} as const

/**
 * The columns of the rows that RopGetReceiveFolderTable answers ([MS-OXCSTOR] 2.2.1.4.2): PidTagFolderId,
 * PidTagMessageClass as an 8-bit string, PidTagLastModificationTime.
 */
export const RECEIVE_FOLDER_COLUMNS: readonly PropertyTag<unknown>[] = [
  propertyTag(0x6748, PtypInteger64),
  propertyTag(0x001a, PtypString8),
  propertyTag(0x3008, PtypTime),
]

/** RopGetReceiveFolder ([MS-OXCROPS] 2.2.3.2, [MS-OXCSTOR] 2.2.1.2). */
export const getReceiveFolder = defineRop({
  id: 0x27,
  name: 'RopGetReceiveFolder',
  section: '2.2.3.2',
  request: { inputHandleIndex: handleIndex, messageClass: latin1z },
  success: { folderId, explicitMessageClass: latin1z },
})

/** RopSetReceiveFolder ([MS-OXCROPS] 2.2.3.3, [MS-OXCSTOR] 2.2.1.3). A folder ID of 0 takes the class off the table. */
export const setReceiveFolder = defineRop({
  id: 0x26,
  name: 'RopSetReceiveFolder',
  section: '2.2.3.3',
  request: { inputHandleIndex: handleIndex, folderId, messageClass: latin1z },
})

/** RopGetReceiveFolderTable ([MS-OXCROPS] 2.2.3.4, [MS-OXCSTOR] 2.2.1.4). */
export const getReceiveFolderTable = defineRop({
  id: 0x68,
  name: 'RopGetReceiveFolderTable',
  section: '2.2.3.4',
  request: { inputHandleIndex: handleIndex },
  success: {
    /** With RowCount before them; see {@link RECEIVE_FOLDER_COLUMNS}. */
    rows: rowsWith(RECEIVE_FOLDER_COLUMNS, u32),
  },
})

/** RopGetStoreState ([MS-OXCROPS] 2.2.3.5, [MS-OXCSTOR] 2.2.1.5). */
export const getStoreState = defineRop({
  id: 0x7b,
  name: 'RopGetStoreState',
  section: '2.2.3.5',
  request: { inputHandleIndex: handleIndex },
  success: { storeState: u32 },
})

/** RopGetOwningServers ([MS-OXCROPS] 2.2.3.6, [MS-OXCSTOR] 2.2.1.6). */
export const getOwningServers = defineRop({
  id: 0x42,
  name: 'RopGetOwningServers',
  section: '2.2.3.6',
  request: { inputHandleIndex: handleIndex, folderId },
  success: {
    owningServersCount: countOf(u16, 'owningServers'),
    /** How many of the servers, which are the first ones, cost least. */
    cheapServersCount: u16,
    owningServers: itemsOf('owningServers', latin1z),
  },
})

const isGhosted = (parent: { readonly isGhosted?: boolean }): boolean => parent.isGhosted === true

/** RopPublicFolderIsGhosted ([MS-OXCROPS] 2.2.3.7, [MS-OXCSTOR] 2.2.1.7). */
export const publicFolderIsGhosted = defineRop({
  id: 0x45,
  name: 'RopPublicFolderIsGhosted',
  section: '2.2.3.7',
  request: { inputHandleIndex: handleIndex, folderId },
  success: {
    isGhosted: bool8,
    serversCount: countOf(u16, 'servers', isGhosted),
    /** How many of the servers, which are the first ones, cost least. */
    cheapServersCount: when(isGhosted, u16),
    servers: when(isGhosted, itemsOf('servers', latin1z)),
  },
})

/** RopLongTermIdFromId ([MS-OXCROPS] 2.2.3.8, [MS-OXCSTOR] 2.2.1.8). */
export const longTermIdFromId = defineRop({
  id: 0x43,
  name: 'RopLongTermIdFromId',
  section: '2.2.3.8',
  request: { inputHandleIndex: handleIndex, objectId: i64 },
  success: { longTermId },
})

/** RopIdFromLongTermId ([MS-OXCROPS] 2.2.3.9, [MS-OXCSTOR] 2.2.1.9). */
export const idFromLongTermId = defineRop({
  id: 0x44,
  name: 'RopIdFromLongTermId',
  section: '2.2.3.9',
  request: { inputHandleIndex: handleIndex, longTermId },
  success: { objectId: i64 },
})

/** RopGetPerUserLongTermIds ([MS-OXCROPS] 2.2.3.10, [MS-OXCSTOR] 2.2.1.10). */
export const getPerUserLongTermIds = defineRop({
  id: 0x60,
  name: 'RopGetPerUserLongTermIds',
  section: '2.2.3.10',
  request: { inputHandleIndex: handleIndex, databaseGuid: guid },
  success: { longTermIds: counted(u16, longTermId) },
})

/** RopGetPerUserGuid ([MS-OXCROPS] 2.2.3.11, [MS-OXCSTOR] 2.2.1.11). */
export const getPerUserGuid = defineRop({
  id: 0x61,
  name: 'RopGetPerUserGuid',
  section: '2.2.3.11',
  request: { inputHandleIndex: handleIndex, longTermId },
  success: { databaseGuid: guid },
})

/** RopReadPerUserInformation ([MS-OXCROPS] 2.2.3.12, [MS-OXCSTOR] 2.2.1.12). */
export const readPerUserInformation = defineRop({
  id: 0x63,
  name: 'RopReadPerUserInformation',
  section: '2.2.3.12',
  request: {
    inputHandleIndex: handleIndex,
    folderId: longTermId,
    reserved: reserved(u8),
    /** In bytes. */
    dataOffset: u32,
    /** In bytes; 0 leaves it to the server. */
    maxDataSize: u16,
  },
  success: { hasFinished: bool8, data: sizedBytes(u16) },
})

const writePerUserInformationFields = {
  inputHandleIndex: handleIndex,
  folderId: longTermId,
  hasFinished: bool8,
  /** In bytes. */
  dataOffset: u32,
  data: sizedBytes(u16),
} as const

/** RopWritePerUserInformation ([MS-OXCROPS] 2.2.3.13, [MS-OXCSTOR] 2.2.1.13). */
export const writePerUserInformation = defineRop({
  id: 0x64,
  name: 'RopWritePerUserInformation',
  section: '2.2.3.13',
  request: {
    ...writePerUserInformationFields,
    /** With the first piece and on a logon to a private mailbox only. */
    replGuid: ifGiven((parent: { readonly dataOffset: number }) => parent.dataOffset === 0, guid),
  },
  publicRequest: writePerUserInformationFields,
})

export const storeRops = [
  getReceiveFolder,
  setReceiveFolder,
  getReceiveFolderTable,
  getStoreState,
  getOwningServers,
  publicFolderIsGhosted,
  longTermIdFromId,
  idFromLongTermId,
  getPerUserLongTermIds,
  getPerUserGuid,
  readPerUserInformation,
  writePerUserInformation,
] as const
