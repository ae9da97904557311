import { type CodecValue, constant, guid, reserved, struct, u16, u32 } from '../../bytes/codec.ts'
import type { Guid } from '../../bytes/guid.ts'
import type { Gid } from '../gid.ts'
import { globcnt } from '../globcnt.ts'
import { PROVIDER_PUBLIC_FOLDERS } from '../provider-uid.ts'
import { MessagingObjectType } from './messaging-object-type.ts'

/** Bytes that a message's entry ID takes. */
export const MESSAGE_ENTRY_ID_SIZE = 70

/** Message EntryID ([MS-OXCDATA] 2.2.4.2): names a message for all clients and sessions. */
export const messageEntryId = struct('Message EntryID', {
  flags: constant(u32, 0),
  /** In a mailbox its MailboxGuid, in public folders {@link PROVIDER_PUBLIC_FOLDERS}. */
  providerUid: guid,
  /** A message's {@link MessagingObjectType}. */
  messageType: u16,
  /** The GUID that the REPLID of the folder's ID stands for. */
  folderDatabaseGuid: guid,
  /** The GlobalCounter of the folder's ID. */
  folderGlobalCounter: globcnt,
  folderPad: reserved(u16),
  /** The GUID that the REPLID of the Message ID stands for. */
  messageDatabaseGuid: guid,
  /** The GlobalCounter of the Message ID. */
  messageGlobalCounter: globcnt,
  messagePad: reserved(u16),
})
export type MessageEntryId = CodecValue<typeof messageEntryId>

/** The entry ID of a message in the mailbox with this MailboxGuid. */
export function privateMessageEntryId(mailboxGuid: Guid, folder: Gid, message: Gid): MessageEntryId {
  return entryId(mailboxGuid, MessagingObjectType.PrivateMessage, folder, message)
}

/** The entry ID of a message in a public folder. */
export function publicMessageEntryId(folder: Gid, message: Gid): MessageEntryId {
  return entryId(PROVIDER_PUBLIC_FOLDERS, MessagingObjectType.PublicMessage, folder, message)
}

function entryId(providerUid: Guid, messageType: number, folder: Gid, message: Gid): MessageEntryId {
  return {
    providerUid,
    messageType,
    folderDatabaseGuid: folder.databaseGuid,
    folderGlobalCounter: folder.globalCounter,
    messageDatabaseGuid: message.databaseGuid,
    messageGlobalCounter: message.globalCounter,
  }
}
