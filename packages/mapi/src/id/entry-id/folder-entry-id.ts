import { type CodecValue, constant, guid, reserved, struct, u16, u32 } from '../../bytes/codec.ts'
import type { Guid } from '../../bytes/guid.ts'
import type { Gid } from '../gid.ts'
import { globcnt } from '../globcnt.ts'
import { PROVIDER_PUBLIC_FOLDERS } from '../provider-uid.ts'
import { MessagingObjectType } from './messaging-object-type.ts'

/** Bytes that a folder's entry ID takes. */
export const FOLDER_ENTRY_ID_SIZE = 46

/** Folder EntryID ([MS-OXCDATA] 2.2.4.1): names a folder for all clients and sessions. */
export const folderEntryId = struct('Folder EntryID', {
  flags: constant(u32, 0),
  /** In a mailbox its MailboxGuid, in public folders {@link PROVIDER_PUBLIC_FOLDERS}. */
  providerUid: guid,
  /** A folder's {@link MessagingObjectType}. */
  folderType: u16,
  /** The GUID that the REPLID of the Folder ID stands for. */
  databaseGuid: guid,
  /** The GlobalCounter of the Folder ID. */
  globalCounter: globcnt,
  pad: reserved(u16),
})
export type FolderEntryId = CodecValue<typeof folderEntryId>

/** The entry ID of a folder in the mailbox with this MailboxGuid. */
export function privateFolderEntryId(mailboxGuid: Guid, folder: Gid): FolderEntryId {
  return { providerUid: mailboxGuid, folderType: MessagingObjectType.PrivateFolder, ...folder }
}

/** The entry ID of a public folder. */
export function publicFolderEntryId(folder: Gid): FolderEntryId {
  return { providerUid: PROVIDER_PUBLIC_FOLDERS, folderType: MessagingObjectType.PublicFolder, ...folder }
}
