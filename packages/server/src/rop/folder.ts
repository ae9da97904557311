import {
  ErrorCode,
  type Folder,
  MapiError,
  type OperationResult,
  PidTagFolderType,
  type SearchState,
  type Table,
} from '@bourse/mapi'
import {
  ContentsTableFlags,
  copyFolder,
  createFolder,
  DeleteFolderFlags,
  deleteFolder,
  deleteMessages,
  emptyFolder,
  FolderType,
  GetSearchFlags,
  getContentsTable,
  getHierarchyTable,
  getSearchCriteria,
  HierarchyTableFlags,
  hardDeleteMessages,
  hardDeleteMessagesAndSubfolders,
  moveCopyMessages,
  moveFolder,
  openFolder,
  SetSearchFlags,
  setSearchCriteria,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { restrictionIn8Bit } from './restriction8.ts'
import { serverFields } from './store.ts'
import { fromString8 } from './string8.ts'
import { TableNotifications } from './table-notifications.ts'
import { type TableContents, tableObject } from './table-object.ts'

const bitsOf = (flags: Readonly<Record<string, number>>): number =>
  Object.values(flags).reduce((all, flag) => all | flag, 0)

const SEARCH_FLAGS = bitsOf(SetSearchFlags)
const HIERARCHY_TABLE_FLAGS = bitsOf(HierarchyTableFlags)
const CONTENTS_TABLE_FLAGS = bitsOf(ContentsTableFlags)

/** PidTagFolderType of a search folder ([MS-OXCFOLD] 2.2.2.2.2.4). */
const SEARCH_FOLDER = 2

function partialCompletion({ partial }: OperationResult) {
  return { body: { partialCompletion: partial } }
}

/** A name that a client sent: as it is in Unicode, else in the session's code page. */
function nameOf(call: RopCall, name: string, isUnicode: boolean): string {
  return isUnicode ? name : fromString8(call.session, name)
}

/**
 * RopOpenFolder: [MS-OXCFOLD] 3.2.5.1. All bits of OpenModeFlags are ignored: soft-deleted folders do not open, as in Exchange
 * since 2013 (note 1).
 */
async function open(call: RopCall<typeof openFolder>): Promise<Outcome<typeof openFolder>> {
  call.input('logon', 'folder')
  const { store } = call.logon
  const { folderId } = call.request
  const folder = await store.openFolder(folderId)
  const servers = folder.isGhosted ? await store.getGhostedServers(folderId) : undefined
  const { hasRules } = folder
  return {
    object: { kind: 'folder', folder },
    body: servers === undefined ? { hasRules, isGhosted: false } : { hasRules, ...ghost(servers) },
  }
}

function ghost(servers: Parameters<typeof serverFields>[0]) {
  const { servers: names, cheapServersCount } = serverFields(servers)
  return { isGhosted: true, servers: names, cheapServerCount: cheapServersCount }
}

/** RopCreateFolder: [MS-OXCFOLD] 3.2.5.2. IsExistingFolder is never set, as in Exchange since 2010 (note 3). */
async function create(call: RopCall<typeof createFolder>): Promise<Outcome<typeof createFolder>> {
  const parent = call.input('folder').folder
  const { folderType, useUnicodeStrings, openExisting, displayName, comment } = call.request
  if (folderType !== FolderType.generic && folderType !== FolderType.search) {
    throw new MapiError(ErrorCode.InvalidParameter)
  }
  const { folder } = await parent.createFolder({
    displayName: nameOf(call, displayName, useUnicodeStrings),
    comment: nameOf(call, comment, useUnicodeStrings),
    type: folderType === FolderType.search ? 'search' : 'generic',
    openExisting,
  })
  return { object: { kind: 'folder', folder }, body: { folderId: folder.id, isExistingFolder: false } }
}

/** RopSetSearchCriteria: [MS-OXCFOLD] 3.2.5.4. */
async function setCriteria(
  call: RopCall<typeof setSearchCriteria>,
): Promise<Outcome<typeof setSearchCriteria>> {
  const { folder } = call.input('folder')
  const { restrictionData, folderIds, searchFlags } = call.request
  // Note 19: Exchange 2019 answers unknown bits with this code.
  call.requireFlags(searchFlags, SEARCH_FLAGS, ErrorCode.NotSupported)
  const has = (flag: number) => (searchFlags & flag) !== 0
  const contradicts = (a: number, b: number) => has(a) && has(b)
  if (
    contradicts(SetSearchFlags.STOP_SEARCH, SetSearchFlags.RESTART_SEARCH) ||
    contradicts(SetSearchFlags.RECURSIVE_SEARCH, SetSearchFlags.SHALLOW_SEARCH) ||
    contradicts(SetSearchFlags.CONTENT_INDEXED_SEARCH, SetSearchFlags.NON_CONTENT_INDEXED_SEARCH)
  ) {
    throw new MapiError(ErrorCode.InvalidParameter)
  }
  if (has(SetSearchFlags.STOP_SEARCH)) {
    await folder.setSearchCriteria('stop')
    return {}
  }
  if (
    searchFlags === SetSearchFlags.RESTART_SEARCH &&
    restrictionData === undefined &&
    folderIds.length === 0
  ) {
    await folder.setSearchCriteria('restart')
    return {}
  }
  const contentIndexed = has(SetSearchFlags.CONTENT_INDEXED_SEARCH)
  await folder.setSearchCriteria({
    ...(restrictionData === undefined ? {} : { restriction: restrictionData }),
    ...(folderIds.length === 0 ? {} : { folderIds }),
    recursive: has(SetSearchFlags.RECURSIVE_SEARCH),
    static: has(SetSearchFlags.STATIC_SEARCH),
    ...(contentIndexed || has(SetSearchFlags.NON_CONTENT_INDEXED_SEARCH) ? { contentIndexed } : {}),
  })
  return {}
}

/** RopGetSearchCriteria: [MS-OXCFOLD] 3.2.5.5. */
async function getCriteria(
  call: RopCall<typeof getSearchCriteria>,
): Promise<Outcome<typeof getSearchCriteria>> {
  const { folder } = call.input('folder')
  const { useUnicode, includeRestriction, includeFolders } = call.request
  const state = await folder.getSearchCriteria()
  const { restriction, folderIds = [] } = state
  const wanted = includeRestriction ? restriction : undefined
  return {
    body: {
      restrictionData: wanted === undefined || useUnicode ? wanted : restrictionIn8Bit(call.session, wanted),
      logonId: call.logonId,
      folderIds: includeFolders ? folderIds : [],
      searchFlags: searchFlagsOf(state),
    },
  }
}

/** [MS-OXCFOLD] 2.2.1.5.2. */
function searchFlagsOf(state: SearchState): number {
  const {
    SEARCH_RUNNING,
    SEARCH_REBUILD,
    SEARCH_RECURSIVE,
    SEARCH_COMPLETE,
    SEARCH_STATIC,
    CI_TOTALLY,
    TWIR_TOTALLY,
  } = GetSearchFlags
  return (
    (state.running ? SEARCH_RUNNING : 0) |
    (state.rebuilding ? SEARCH_REBUILD : 0) |
    (state.recursive ? SEARCH_RECURSIVE : 0) |
    (state.complete ? SEARCH_COMPLETE : 0) |
    (state.static ? SEARCH_STATIC : 0) |
    (state.contentIndexed === true ? CI_TOTALLY : TWIR_TOTALLY)
  )
}

/** RopGetHierarchyTable: [MS-OXCFOLD] 3.2.5.13. */
async function hierarchyTable(
  call: RopCall<typeof getHierarchyTable>,
): Promise<Outcome<typeof getHierarchyTable>> {
  const { folder } = call.input('folder')
  const { tableFlags } = call.request
  call.requireFlags(tableFlags, HIERARCHY_TABLE_FLAGS, ErrorCode.NotSupported)
  const { Depth, SoftDeletes, NoNotifications } = HierarchyTableFlags
  const table = await folder.hierarchyTable({
    recursive: (tableFlags & Depth) !== 0,
    softDeleted: (tableFlags & SoftDeletes) !== 0,
  })
  return openedTable(call, folder, 'hierarchy', table, (tableFlags & NoNotifications) === 0)
}

/** RopGetContentsTable: [MS-OXCFOLD] 3.2.5.14. */
async function contentsTable(
  call: RopCall<typeof getContentsTable>,
): Promise<Outcome<typeof getContentsTable>> {
  const { folder } = call.input('folder')
  const { tableFlags } = call.request
  call.requireFlags(tableFlags, CONTENTS_TABLE_FLAGS)
  const { Associated, SoftDeletes, ConversationMembers, NoNotifications } = ContentsTableFlags
  const table = await folder.contentsTable({
    associated: (tableFlags & Associated) !== 0,
    softDeleted: (tableFlags & SoftDeletes) !== 0,
    conversationMembers: (tableFlags & ConversationMembers) !== 0,
  })
  return openedTable(call, folder, 'contents', table, (tableFlags & NoNotifications) === 0)
}

/** The answer to a ROP that opened a table of messages or folders. */
async function openedTable(
  call: RopCall,
  folder: Folder,
  contents: TableContents,
  table: Table,
  isNotified: boolean,
) {
  try {
    const { rowCount } = await table.queryPosition()
    const isSearchFolder = async () => (await folder.get(PidTagFolderType)) === SEARCH_FOLDER
    const notifications = isNotified
      ? new TableNotifications(call.session, call.logonId, table, contents === 'contents', isSearchFolder)
      : undefined
    return {
      object: tableObject(contents, table, notifications),
      opened: (handle: number) => notifications?.attach(handle),
      body: { rowCount },
    }
  } catch (error) {
    await table[Symbol.asyncDispose]()
    throw error
  }
}

/** Folder ROPs ([MS-OXCFOLD] 3.2.5). Those that may be carried out asynchronously are carried out at once, which is allowed. */
export const folderHandlers = [
  handler(openFolder, open),
  handler(createFolder, create),
  // Unknown bits are ignored, as in Exchange since 2010 ([MS-OXCFOLD] 3.2.5.3, note 15).
  handler(deleteFolder, async (call) => {
    const { folder } = call.input('folder')
    const { folderId, deleteFolderFlags } = call.request
    const has = (flag: number) => (deleteFolderFlags & flag) !== 0
    return partialCompletion(
      await folder.deleteFolder(folderId, {
        messages: has(DeleteFolderFlags.DEL_MESSAGES),
        subfolders: has(DeleteFolderFlags.DEL_FOLDERS),
        hard: has(DeleteFolderFlags.DELETE_HARD_DELETE),
      }),
    )
  }),
  handler(setSearchCriteria, setCriteria),
  handler(getSearchCriteria, getCriteria),
  handler(moveCopyMessages, async (call) => {
    const source = call.input('folder').folder
    const destination = call.destination('folder').folder
    const { messageIds, wantCopy } = call.request
    return partialCompletion(await source.copyMessages(messageIds, destination, { move: !wantCopy }))
  }),
  handler(moveFolder, async (call) => {
    const source = call.input('folder').folder
    const destination = call.destination('folder').folder
    const { folderId, newFolderName, useUnicode } = call.request
    const name = nameOf(call, newFolderName, useUnicode)
    return partialCompletion(await source.moveFolder(folderId, destination, name))
  }),
  // PartialCompletion is never set, as in Exchange since 2010 ([MS-OXCFOLD] 2.2.1.8.2, note 6).
  handler(copyFolder, async (call) => {
    const source = call.input('folder').folder
    const destination = call.destination('folder').folder
    const { folderId, newFolderName, useUnicode, wantRecursive } = call.request
    const name = nameOf(call, newFolderName, useUnicode)
    await source.copyFolder(folderId, destination, name, { recursive: wantRecursive })
    return partialCompletion({ partial: false })
  }),
  handler(emptyFolder, async (call) => {
    const { folder } = call.input('folder')
    return partialCompletion(await folder.empty({ associated: call.request.wantDeleteAssociated }))
  }),
  handler(hardDeleteMessagesAndSubfolders, async (call) => {
    const { folder } = call.input('folder')
    return partialCompletion(
      await folder.empty({ associated: call.request.wantDeleteAssociated, hard: true }),
    )
  }),
  handler(deleteMessages, async (call) => {
    const { folder } = call.input('folder')
    const { messageIds, notifyNonRead } = call.request
    return partialCompletion(await folder.deleteMessages(messageIds, { notifyNonRead }))
  }),
  handler(hardDeleteMessages, async (call) => {
    const { folder } = call.input('folder')
    const { messageIds, notifyNonRead } = call.request
    return partialCompletion(await folder.deleteMessages(messageIds, { notifyNonRead, hard: true }))
  }),
  handler(getHierarchyTable, hierarchyTable),
  handler(getContentsTable, contentsTable),
] as const
