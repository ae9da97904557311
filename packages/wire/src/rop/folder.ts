import { bool8, counted, latin1z, reserved, u8, u16, u32, when } from '@bourse/mapi/bytes'
import { defineRop, NULL_DESTINATION } from './definition.ts'
import {
  countOf,
  folderId,
  handleIndex,
  itemsOf,
  messageId,
  nullDestinationPartial,
  restrictionData,
  stringIf,
} from './fields.ts'

/** OpenModeFlags of RopOpenFolder ([MS-OXCFOLD] 2.2.1.1.1). */
export const OpenFolderFlags = {
  /** A soft-deleted folder opens too. */
  OpenSoftDeleted: 0x04,
} as const

/** FolderType of RopCreateFolder ([MS-OXCFOLD] 2.2.1.2.1). */
export const FolderType = {
  generic: 0x01,
  search: 0x02,
} as const

/** DeleteFolderFlags of RopDeleteFolder ([MS-OXCFOLD] 2.2.1.3.1). */
export const DeleteFolderFlags = {
  /** Together with the messages in it. */
  DEL_MESSAGES: 0x01,
  /** Together with its subfolders. */
  DEL_FOLDERS: 0x04,
  /** For good. */
  DELETE_HARD_DELETE: 0x10,
} as const

/** SearchFlags of RopSetSearchCriteria ([MS-OXCFOLD] 2.2.1.4.1). */
export const SetSearchFlags = {
  STOP_SEARCH: 0x00000001,
  RESTART_SEARCH: 0x00000002,
  /** Subfolders of the folders are searched too. */
  RECURSIVE_SEARCH: 0x00000004,
  SHALLOW_SEARCH: 0x00000008,
  FOREGROUND_SEARCH: 0x00000010,
  BACKGROUND_SEARCH: 0x00000020,
  CONTENT_INDEXED_SEARCH: 0x00010000,
  NON_CONTENT_INDEXED_SEARCH: 0x00020000,
  /** What changes after the search has run is not taken in. */
  STATIC_SEARCH: 0x00040000,
} as const

/** SearchFlags of RopGetSearchCriteria ([MS-OXCFOLD] 2.2.1.5.2). */
export const GetSearchFlags = {
  /** The folder is still being filled. */
  SEARCH_RUNNING: 0x00000001,
  /** The search is in its busiest part. */
  SEARCH_REBUILD: 0x00000002,
  SEARCH_RECURSIVE: 0x00000004,
  SEARCH_FOREGROUND: 0x00000008,
  SEARCH_COMPLETE: 0x00001000,
  /** Only some parts of the messages were looked at. */
  SEARCH_PARTIAL: 0x00002000,
  SEARCH_STATIC: 0x00010000,
  /** Whether it is static is not known yet. */
  SEARCH_MAYBE_STATIC: 0x00020000,
  /** By content index. */
  CI_TOTALLY: 0x01000000,
  /** Mostly by content index. */
  CI_WITH_TWIR_RESIDUAL: 0x02000000,
  /** Mostly without content index. */
  TWIR_MOSTLY: 0x04000000,
  /** Without content index. */
  TWIR_TOTALLY: 0x08000000,
} as const

/** TableFlags of RopGetHierarchyTable ([MS-OXCFOLD] 2.2.1.13.1). */
export const HierarchyTableFlags = {
  /** Folders of all levels. */
  Depth: 0x04,
  /** The answer may come before the table is made; its values may be wrong. */
  DeferredErrors: 0x08,
  NoNotifications: 0x10,
  /** Soft-deleted folders, and no others. */
  SoftDeletes: 0x20,
  /** Strings in Unicode. */
  UseUnicode: 0x40,
  /** No notifications of what the client itself does. */
  SuppressesNotifications: 0x80,
} as const

/** TableFlags of RopGetContentsTable ([MS-OXCFOLD] 2.2.1.14.1). */
export const ContentsTableFlags = {
  /** FAI messages, and no others. */
  Associated: 0x02,
  /** The answer may come before the table is made; its values may be wrong. */
  DeferredErrors: 0x08,
  NoNotifications: 0x10,
  /** Soft-deleted messages, and no others. */
  SoftDeletes: 0x20,
  /** Strings in Unicode. */
  UseUnicode: 0x40,
  /** The messages of one conversation, wherever they are. */
  ConversationMembers: 0x80,
} as const

interface Ghost {
  readonly isExistingFolder?: boolean
  readonly isGhosted?: boolean
}

const isGhosted = (parent: Ghost): boolean => parent.isGhosted === true
const isExistingFolder = (parent: Ghost): boolean => parent.isExistingFolder === true

/** Which servers have a folder that this one has not. */
const servers = {
  serverCount: countOf(u16, 'servers', isGhosted),
  /** How many of the servers, which are the first ones, cost least. */
  cheapServerCount: when(isGhosted, u16),
  servers: when(isGhosted, itemsOf('servers', latin1z)),
} as const

const partialCompletion = { partialCompletion: bool8 } as const
const nullDestinationFailure = { [NULL_DESTINATION]: nullDestinationPartial } as const

/** RopOpenFolder ([MS-OXCROPS] 2.2.4.1, [MS-OXCFOLD] 2.2.1.1). */
export const openFolder = defineRop({
  id: 0x02,
  name: 'RopOpenFolder',
  section: '2.2.4.1',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    folderId,
    openModeFlags: u8,
  },
  success: { hasRules: bool8, isGhosted: bool8, ...servers },
})

const areStringsUnicode = (parent: { readonly useUnicodeStrings: boolean }): boolean =>
  parent.useUnicodeStrings

/** RopCreateFolder ([MS-OXCROPS] 2.2.4.2, [MS-OXCFOLD] 2.2.1.2). */
export const createFolder = defineRop({
  id: 0x1c,
  name: 'RopCreateFolder',
  section: '2.2.4.2',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    folderType: u8,
    useUnicodeStrings: bool8,
    openExisting: bool8,
    reserved: reserved(u8),
    displayName: stringIf(areStringsUnicode),
    comment: stringIf(areStringsUnicode),
  },
  success: {
    folderId,
    isExistingFolder: bool8,
    hasRules: when(isExistingFolder, bool8),
    isGhosted: when(isExistingFolder, bool8),
    ...servers,
  },
})

/** RopDeleteFolder ([MS-OXCROPS] 2.2.4.3, [MS-OXCFOLD] 2.2.1.3). */
export const deleteFolder = defineRop({
  id: 0x1d,
  name: 'RopDeleteFolder',
  section: '2.2.4.3',
  request: { inputHandleIndex: handleIndex, deleteFolderFlags: u8, folderId },
  success: partialCompletion,
  bodyAlways: true,
})

/** RopSetSearchCriteria ([MS-OXCROPS] 2.2.4.4, [MS-OXCFOLD] 2.2.1.4). */
export const setSearchCriteria = defineRop({
  id: 0x30,
  name: 'RopSetSearchCriteria',
  section: '2.2.4.4',
  request: {
    inputHandleIndex: handleIndex,
    /** None keeps the restriction set before. */
    restrictionData,
    /** None keep the folders set before. */
    folderIds: counted(u16, folderId),
    searchFlags: u32,
  },
})

/** RopGetSearchCriteria ([MS-OXCROPS] 2.2.4.5, [MS-OXCFOLD] 2.2.1.5). */
export const getSearchCriteria = defineRop({
  id: 0x31,
  name: 'RopGetSearchCriteria',
  section: '2.2.4.5',
  request: {
    inputHandleIndex: handleIndex,
    useUnicode: bool8,
    includeRestriction: bool8,
    includeFolders: bool8,
  },
  success: { restrictionData, logonId: u8, folderIds: counted(u16, folderId), searchFlags: u32 },
})

/** RopMoveCopyMessages ([MS-OXCROPS] 2.2.4.6, [MS-OXCFOLD] 2.2.1.6). */
export const moveCopyMessages = defineRop({
  id: 0x33,
  name: 'RopMoveCopyMessages',
  section: '2.2.4.6',
  request: {
    sourceHandleIndex: handleIndex,
    destHandleIndex: handleIndex,
    messageIds: counted(u16, messageId),
    wantAsynchronous: bool8,
    wantCopy: bool8,
  },
  success: partialCompletion,
  bodyAlways: true,
  failures: nullDestinationFailure,
})

const isNameUnicode = (parent: { readonly useUnicode: boolean }): boolean => parent.useUnicode

/** RopMoveFolder ([MS-OXCROPS] 2.2.4.7, [MS-OXCFOLD] 2.2.1.7). */
export const moveFolder = defineRop({
  id: 0x35,
  name: 'RopMoveFolder',
  section: '2.2.4.7',
  request: {
    sourceHandleIndex: handleIndex,
    destHandleIndex: handleIndex,
    wantAsynchronous: bool8,
    useUnicode: bool8,
    folderId,
    newFolderName: stringIf(isNameUnicode),
  },
  success: partialCompletion,
  bodyAlways: true,
  failures: nullDestinationFailure,
})

/** RopCopyFolder ([MS-OXCROPS] 2.2.4.8, [MS-OXCFOLD] 2.2.1.8). */
export const copyFolder = defineRop({
  id: 0x36,
  name: 'RopCopyFolder',
  section: '2.2.4.8',
  request: {
    sourceHandleIndex: handleIndex,
    destHandleIndex: handleIndex,
    wantAsynchronous: bool8,
    wantRecursive: bool8,
    useUnicode: bool8,
    folderId,
    newFolderName: stringIf(isNameUnicode),
  },
  success: partialCompletion,
  bodyAlways: true,
  failures: nullDestinationFailure,
})

const emptyFolderRequest = {
  inputHandleIndex: handleIndex,
  wantAsynchronous: bool8,
  wantDeleteAssociated: bool8,
} as const

/** RopEmptyFolder ([MS-OXCROPS] 2.2.4.9, [MS-OXCFOLD] 2.2.1.9). */
export const emptyFolder = defineRop({
  id: 0x58,
  name: 'RopEmptyFolder',
  section: '2.2.4.9',
  request: emptyFolderRequest,
  success: partialCompletion,
  bodyAlways: true,
})

/** RopHardDeleteMessagesAndSubfolders ([MS-OXCROPS] 2.2.4.10, [MS-OXCFOLD] 2.2.1.10). */
export const hardDeleteMessagesAndSubfolders = defineRop({
  id: 0x92,
  name: 'RopHardDeleteMessagesAndSubfolders',
  section: '2.2.4.10',
  request: emptyFolderRequest,
  success: partialCompletion,
  bodyAlways: true,
})

const deleteMessagesRequest = {
  inputHandleIndex: handleIndex,
  wantAsynchronous: bool8,
  /** Whether senders who asked for it learn that a message was not read. */
  notifyNonRead: bool8,
  messageIds: counted(u16, messageId),
} as const

/** RopDeleteMessages ([MS-OXCROPS] 2.2.4.11, [MS-OXCFOLD] 2.2.1.11). */
export const deleteMessages = defineRop({
  id: 0x1e,
  name: 'RopDeleteMessages',
  section: '2.2.4.11',
  request: deleteMessagesRequest,
  success: partialCompletion,
  bodyAlways: true,
})

/** RopHardDeleteMessages ([MS-OXCROPS] 2.2.4.12, [MS-OXCFOLD] 2.2.1.12). */
export const hardDeleteMessages = defineRop({
  id: 0x91,
  name: 'RopHardDeleteMessages',
  section: '2.2.4.12',
  request: deleteMessagesRequest,
  success: partialCompletion,
  bodyAlways: true,
})

const tableRequest = {
  inputHandleIndex: handleIndex,
  outputHandleIndex: handleIndex,
  tableFlags: u8,
} as const

/** RopGetHierarchyTable ([MS-OXCROPS] 2.2.4.13, [MS-OXCFOLD] 2.2.1.13). */
export const getHierarchyTable = defineRop({
  id: 0x04,
  name: 'RopGetHierarchyTable',
  section: '2.2.4.13',
  request: tableRequest,
  success: { rowCount: u32 },
})

/** RopGetContentsTable ([MS-OXCROPS] 2.2.4.14, [MS-OXCFOLD] 2.2.1.14). */
export const getContentsTable = defineRop({
  id: 0x05,
  name: 'RopGetContentsTable',
  section: '2.2.4.14',
  request: tableRequest,
  success: { rowCount: u32 },
})

export const folderRops = [
  openFolder,
  createFolder,
  deleteFolder,
  setSearchCriteria,
  getSearchCriteria,
  moveCopyMessages,
  moveFolder,
  copyFolder,
  emptyFolder,
  hardDeleteMessagesAndSubfolders,
  deleteMessages,
  hardDeleteMessages,
  getHierarchyTable,
  getContentsTable,
] as const
