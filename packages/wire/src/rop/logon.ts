import { type CodecValue, fixedArray, guid, struct, u8, u16, u32, u64 } from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { folderId, handleIndex, sizedString8 } from './fields.ts'

/** LogonFlags of RopLogon ([MS-OXCSTOR] 2.2.1.1.1). */
export const LogonFlags = {
  /** To a private mailbox, not to public folders. */
  Private: 0x01,
  /** Without meaning. */
  Undercover: 0x02,
  /** Without meaning. */
  Ghosted: 0x04,
  /** Without meaning. */
  SpoolerProcess: 0x08,
} as const

/** OpenFlags of RopLogon ([MS-OXCSTOR] 2.2.1.1.1). */
export const OpenFlags = {
  /** Administrative access is asked for. */
  USE_ADMIN_PRIVILEGE: 0x00000001,
  /** To the public folders; set with every such logon. */
  PUBLIC: 0x00000002,
  /** Without meaning. */
  HOME_LOGON: 0x00000004,
  /** Without meaning. */
  TAKE_OWNERSHIP: 0x00000008,
  /** A private server is asked for another public server. */
  ALTERNATE_SERVER: 0x00000100,
  /** To public folders that are not the user's default ones. */
  IGNORE_HOME_MDB: 0x00000200,
  /** Without meaning. */
  NO_MAIL: 0x00000400,
  /** REPLIDs and named properties are mapped mailbox by mailbox. */
  USE_PER_MDB_REPLID_MAPPING: 0x01000000,
  /** The client understands RopProgress as an answer to RopSetReadFlags. */
  SUPPORT_PROGRESS: 0x20000000,
} as const

/** ResponseFlags of RopLogon ([MS-OXCSTOR] 2.2.1.1.3). */
export const ResponseFlags = {
  /** Always set. */
  Reserved: 0x01,
  /** The user owns the mailbox. */
  OwnerRight: 0x02,
  /** The user may send as the mailbox. */
  SendAsRight: 0x04,
  /** Out of office is on. */
  OOF: 0x10,
} as const

/** The position in FolderIds of the special folders of a private mailbox ([MS-OXCSTOR] 2.2.1.1.3). */
export const PrivateFolder = {
  root: 0,
  deferredAction: 1,
  spoolerQueue: 2,
  ipmSubtree: 3,
  inbox: 4,
  outbox: 5,
  sentItems: 6,
  deletedItems: 7,
  commonViews: 8,
  schedule: 9,
  search: 10,
  views: 11,
  shortcuts: 12,
} as const

/** The position in FolderIds of the special folders of a public folder store ([MS-OXCSTOR] 2.2.1.1.4); the rest are 0. */
export const PublicFolder = {
  root: 0,
  ipmSubtree: 1,
  nonIpmSubtree: 2,
  eFormsRegistry: 3,
  freeBusy: 4,
  offlineAddressBook: 5,
  localeEFormsRegistry: 6,
  localFreeBusy: 7,
  localOfflineAddressBook: 8,
} as const

/** How many identifiers FolderIds holds. */
export const LOGON_FOLDERS = 13

/** ReturnValue of the redirect response: ecWrongServer ([MS-OXCROPS] 2.2.3.1.4). */
export const WRONG_SERVER = 0x00000478

/** LogonTime ([MS-OXCROPS] 2.2.3.1.2.1), in UTC. */
export const logonTime = struct('LogonTime', {
  seconds: u8,
  minutes: u8,
  hour: u8,
  /** 0 is Sunday. */
  dayOfWeek: u8,
  day: u8,
  /** 1 is January. */
  month: u8,
  year: u16,
})
export type LogonTime = CodecValue<typeof logonTime>

const privateLogon = struct('RopLogon response', {
  logonFlags: u8,
  /** See {@link PrivateFolder}. */
  folderIds: fixedArray(LOGON_FOLDERS, folderId),
  responseFlags: u8,
  mailboxGuid: guid,
  replId: u16,
  replGuid: guid,
  logonTime,
  gwartTime: u64,
  storeState: u32,
})
/** The body of RopLogon's response for a private mailbox ([MS-OXCROPS] 2.2.3.1.2). */
export type PrivateLogon = CodecValue<typeof privateLogon>

const publicLogon = struct('RopLogon response', {
  logonFlags: u8,
  /** See {@link PublicFolder}. */
  folderIds: fixedArray(LOGON_FOLDERS, folderId),
  replId: u16,
  replGuid: guid,
  perUserGuid: guid,
})
/** The body of RopLogon's response for public folders ([MS-OXCROPS] 2.2.3.1.3). */
export type PublicLogon = CodecValue<typeof publicLogon>

/** RopLogon ([MS-OXCROPS] 2.2.3.1, [MS-OXCSTOR] 2.2.1.1). */
export const logon = defineRop({
  id: 0xfe,
  name: 'RopLogon',
  section: '2.2.3.1',
  request: {
    outputHandleIndex: handleIndex,
    logonFlags: u8,
    openFlags: u32,
    storeState: u32,
    /** With EssdnSize before it: the distinguished name of the mailbox, or empty. */
    essdn: sizedString8(u16),
  },
  success: (context) =>
    (context.request.logonFlags & LogonFlags.Private) !== 0 ? privateLogon : publicLogon,
  failures: { [WRONG_SERVER]: { logonFlags: u8, serverName: sizedString8(u8) } },
})

/** RopRelease ([MS-OXCROPS] 2.2.15.3): the server gives no answer. */
export const release = defineRop({
  id: 0x01,
  name: 'RopRelease',
  section: '2.2.15.3',
  request: { inputHandleIndex: handleIndex },
  hasResponse: false,
})

export const logonRops = [logon, release] as const
