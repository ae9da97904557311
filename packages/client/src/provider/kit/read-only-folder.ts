import {
  AccessFlags,
  ErrorCode,
  type Folder,
  guidBytes,
  MapiError,
  MessageFlags,
  type OperationOptions,
  type OperationResult,
  PidTagAccess,
  PidTagContainerClass,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDepth,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagFolderId,
  PidTagFolderType,
  PidTagMessageFlags,
  PidTagObjectType,
  PidTagParentEntryId,
  PidTagParentFolderId,
  PidTagStoreRecordKey,
  PidTagSubfolders,
  PropertyBag,
} from '@bourse/mapi'
import { memoryTable } from '../../table/index.ts'
import { copyMessage } from './copy-message.ts'
import { openReadOnlyMessage, placeProperties } from './read-only-message.ts'
import { readOnlyObject, refuse, unsupported } from './read-only-object.ts'
import { idOf, type PlacedFolder, type StoreContext, walk } from './store-context.ts'
import type { FolderSource } from './store-source.ts'

/** PidTagObjectType and PidTagFolderType of folders ([MS-OXCFOLD] 2.2.2.2.2). */
const MAPI_FOLDER = 3
const ROOT = 0
const GENERIC = 1

/** A folder of a source, for reading. */
export function readOnlyFolder(context: StoreContext, placed: PlacedFolder): Folder {
  const { folder } = placed
  return {
    ...readOnlyObject({ properties: () => folderProperties(context, placed) }),
    id: idOf(folder),
    hasRules: false,
    isGhosted: false,
    createFolder: refuse,
    openFolder: async (id) => readOnlyFolder(context, await context.find(id)),
    deleteFolder: refuse,
    moveFolder: refuse,
    copyFolder: unsupported,
    empty: refuse,
    async hierarchyTable(options = {}) {
      if (options.softDeleted === true) return memoryTable([])
      return memoryTable(async () => {
        const rows: PropertyBag[] = []
        for await (const below of walk({ ...placed, depth: 0 })) {
          const isShown = options.recursive === true ? below.depth > 0 : below.depth === 1
          if (isShown) rows.push((await folderProperties(context, below)).set(PidTagDepth, below.depth - 1))
        }
        return rows
      })
    },
    async contentsTable(options = {}) {
      if (options.associated === true || options.softDeleted === true) return memoryTable([])
      return memoryTable(async () =>
        (await folder.messages()).map(
          (message) => new PropertyBag([...message.summary, ...placeProperties(context, folder, message)]),
        ),
      )
    },
    setSearchCriteria: refuse,
    getSearchCriteria: async () => {
      throw new MapiError(ErrorCode.NotSearchFolder)
    },
    createMessage: refuse,
    copyMessages: (ids, destination, options = {}) =>
      copyMessages(context, folder, ids, destination, options),
    deleteMessages: refuse,
    setReadFlags: refuse,
    getMessageStatus: async () => 0,
    setMessageStatus: refuse,
    rules: unsupported,
    permissions: unsupported,
    updateDeferredActionMessages: refuse,
    exportContents: unsupported,
    exportHierarchy: unsupported,
    importChanges: refuse,
    getSyncState: unsupported,
    setLocalIdsDeleted: refuse,
  }
}

async function folderProperties(
  context: StoreContext,
  { folder, parent }: PlacedFolder,
): Promise<PropertyBag> {
  const [messages, folders] = await Promise.all([folder.messages(), folder.folders()])
  const unread = messages.filter(
    ({ summary }) => ((summary.get(PidTagMessageFlags) ?? 0) & MessageFlags.Read) === 0,
  )
  return new PropertyBag()
    .set(PidTagFolderId, idOf(folder))
    .set(PidTagDisplayName, folder.displayName)
    .set(PidTagEntryId, context.folderEntryId(folder))
    .set(PidTagParentEntryId, context.folderEntryId(parent))
    .set(PidTagParentFolderId, idOf(parent))
    .set(PidTagStoreRecordKey, guidBytes(context.source.mailboxGuid))
    .set(PidTagContainerClass, folder.containerClass ?? 'IPF.Note')
    .set(PidTagContentCount, messages.length)
    .set(PidTagContentUnreadCount, unread.length)
    .set(PidTagSubfolders, folders.length > 0)
    .set(PidTagFolderType, folder === parent ? ROOT : GENERIC)
    .set(PidTagObjectType, MAPI_FOLDER)
    .set(PidTagAccess, AccessFlags.Read)
}

async function copyMessages(
  context: StoreContext,
  folder: FolderSource,
  ids: readonly bigint[],
  destination: Folder,
  { move, signal, onProgress }: OperationOptions & { readonly move?: boolean },
): Promise<OperationResult> {
  if (move === true) return refuse()
  let completed = 0
  for (const id of ids) {
    if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
    await using source = await openReadOnlyMessage(context, folder, await context.message(folder, id))
    await using copy = await destination.createMessage()
    await copyMessage(source, copy)
    await copy.save()
    onProgress?.({ completed: ++completed, total: ids.length })
  }
  return { partial: false }
}
