import {
  AdditionalRenEntryIdIndex,
  equals,
  folderEntryId,
  isMapiError,
  type MapiObject,
  type MessageStore,
  PidTagAdditionalRenEntryIds,
  PidTagContainerClass,
  PidTagIpmAppointmentEntryId,
  PidTagIpmContactEntryId,
  PidTagIpmDraftsEntryId,
  PidTagIpmJournalEntryId,
  PidTagIpmNoteEntryId,
  PidTagIpmTaskEntryId,
  type PropertyTag,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import { findFolder } from './folder.ts'

/** A folder that every mailbox has, by what it is for. */
export type SpecialFolderName =
  | 'root'
  | 'inbox'
  | 'drafts'
  | 'outbox'
  | 'sentItems'
  | 'deletedItems'
  | 'junkEmail'
  | 'calendar'
  | 'contacts'
  | 'tasks'
  | 'notes'
  | 'journal'

/** The properties of the Inbox that say where the other folders are ([MS-OXOSFLD] 2.2.3), and what these hold. */
const IDENTIFIED: Readonly<
  Partial<Record<SpecialFolderName, readonly [PropertyTag<Uint8Array>, containerClass?: string]>>
> = {
  drafts: [PidTagIpmDraftsEntryId],
  calendar: [PidTagIpmAppointmentEntryId, 'IPF.Appointment'],
  contacts: [PidTagIpmContactEntryId, 'IPF.Contact'],
  tasks: [PidTagIpmTaskEntryId, 'IPF.Task'],
  notes: [PidTagIpmNoteEntryId, 'IPF.StickyNote'],
  journal: [PidTagIpmJournalEntryId, 'IPF.Journal'],
}

/** The ID of a special folder of a store, or `undefined` if it has none. */
export async function specialFolderId(
  store: MessageStore,
  name: SpecialFolderName,
): Promise<bigint | undefined> {
  const { folders } = store.logon
  switch (name) {
    case 'root':
      return folders.ipmSubtree
    case 'inbox':
    case 'outbox':
    case 'sentItems':
    case 'deletedItems':
      return folders[name]
    case 'junkEmail':
      return idOf(
        store,
        await fromIdentification(store, async (object) => {
          const entryIds = await object.get(PidTagAdditionalRenEntryIds)
          return entryIds?.[AdditionalRenEntryIdIndex.junkEmail]
        }),
      )
    default: {
      const [tag, containerClass] = IDENTIFIED[name]!
      const id = await idOf(store, await fromIdentification(store, (object) => object.get(tag)))
      if (id !== undefined || containerClass === undefined || folders.ipmSubtree === undefined) return id
      // Stores without such properties, as PST files of other programs, still say what a folder holds.
      await using root = await store.openFolder(folders.ipmSubtree)
      return findFolder(root, equals(PidTagContainerClass, containerClass))
    }
  }
}

/** Owners look on the Inbox, delegates, who may not open it, on the root folder ([MS-OXOSFLD] 2.2.3). */
async function fromIdentification<T>(
  store: MessageStore,
  read: (object: MapiObject) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const id of [store.logon.folders.inbox, store.logon.folders.root]) {
    if (id === undefined) continue
    try {
      await using folder = await store.openFolder(id)
      const value = await read(folder)
      if (value !== undefined) return value
    } catch (error) {
      if (!isMapiError(error)) throw error
    }
  }
  return undefined
}

async function idOf(store: MessageStore, entryId: Uint8Array | undefined): Promise<bigint | undefined> {
  if (entryId === undefined || entryId.length === 0) return undefined
  try {
    const { databaseGuid, globalCounter } = decodeWith(folderEntryId, entryId)
    return await store.idFromLongTermId({ databaseGuid, globalCounter })
  } catch (error) {
    if (error instanceof DecodeError || isMapiError(error)) return undefined
    throw error
  }
}
