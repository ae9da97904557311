import { folderEntryId, type Gid, privateFolderEntryId, publicFolderEntryId } from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { Mailbox } from '../mailbox/mailbox.ts'

/** The GID of a counter of the mailbox's own replica. */
export function gidOf(mailbox: Mailbox, globcnt: number): Gid {
  return { databaseGuid: mailbox.info.replicaGuid, globalCounter: globcnt }
}

/** PidTagEntryId of a folder ([MS-OXCDATA] 2.2.4.1). */
export function folderEntryIdOf(mailbox: Mailbox, fid: number): Uint8Array {
  const gid = gidOf(mailbox, fid)
  return encodeWith(
    folderEntryId,
    mailbox.info.kind === 'public' ? publicFolderEntryId(gid) : privateFolderEntryId(mailbox.info.guid, gid),
  )
}
