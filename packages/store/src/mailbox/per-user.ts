import {
  decodeReplguidIdset,
  ErrorCode,
  encodeReplguidIdset,
  GUID_NULL,
  type Guid,
  Idset,
  type LongTermId,
  MapiError,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import type { Principal } from '../access/principal.ts'
import { setReadState } from '../message/read-state.ts'
import type { Transaction } from '../storage/storage.ts'
import type { Mailbox, MailboxTransaction } from './mailbox.ts'

/** Both the default and the greatest number of bytes in one part of per-user information ([MS-OXCSTOR] 3.2.5.12.1). */
export const MAX_PER_USER_PART = 4096

const NO_DATA = new Uint8Array(0)

/** The public folders for which a user's read state is kept in this mailbox, as they were in one public-folder store. */
export async function listPerUser(
  tx: Transaction,
  principal: Principal,
  replica: Guid,
): Promise<readonly LongTermId[]> {
  const keys = await tx.column<string>(
    'SELECT folder_key FROM per_user WHERE user_key = ? AND replica = ? ORDER BY folder_key',
    principal.key,
    replica,
  )
  return keys.map((key) => {
    const [databaseGuid, globalCounter] = key.split(':')
    return { databaseGuid: databaseGuid!, globalCounter: Number(globalCounter) }
  })
}

/** The public-folder store that a folder's read state was last kept for. Throws `NotFound`. */
export async function perUserReplica(
  tx: Transaction,
  principal: Principal,
  folder: LongTermId,
): Promise<Guid> {
  const row = await tx.get<{ replica: string }>(
    'SELECT replica FROM per_user WHERE user_key = ? AND folder_key = ?',
    principal.key,
    keyOf(folder),
  )
  if (row === undefined) throw new MapiError(ErrorCode.NotFound)
  return row.replica
}

/**
 * What a user has read in a public folder: change numbers of messages, as an IDSET with GUIDs; empty if nothing is known. In a
 * mailbox what was kept there, among the public folders themselves what is true now ([MS-OXCSTOR] 3.2.5.12).
 */
export async function readPerUser(
  tx: Transaction,
  mailbox: Mailbox,
  principal: Principal,
  folder: LongTermId,
): Promise<Uint8Array> {
  if (mailbox.info.kind === 'private') {
    const row = await tx.get<{ data: Uint8Array }>(
      'SELECT data FROM per_user WHERE user_key = ? AND folder_key = ?',
      principal.key,
      keyOf(folder),
    )
    return row?.data ?? NO_DATA
  }
  if (folder.databaseGuid !== mailbox.info.replicaGuid) return NO_DATA
  const changes = await tx.column(
    `SELECT m.cn FROM user_read u JOIN message m ON m.mid = u.mid AND m.fid = u.fid
     WHERE u.fid = ? AND u.user_key = ? AND u.is_read = 1 AND m.deleted_at IS NULL`,
    folder.globalCounter,
    principal.key,
  )
  const read = new Idset<Guid>()
  for (const cn of changes) read.add(mailbox.info.replicaGuid, cn)
  return encodeReplguidIdset(read)
}

/** Puts a whole set in the place of what is known ([MS-OXCSTOR] 3.2.5.13). Throws `CorruptData` if it is none. */
export async function writePerUser(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  principal: Principal,
  folder: LongTermId,
  data: Uint8Array,
  replica: Guid = GUID_NULL,
): Promise<void> {
  const read = decodeSet(data)
  if (mailbox.info.kind === 'private') {
    await tx.run(
      `INSERT INTO per_user (folder_key, user_key, replica, modified, data) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (folder_key, user_key) DO UPDATE SET replica = excluded.replica, modified = excluded.modified,
       data = excluded.data`,
      keyOf(folder),
      principal.key,
      replica,
      tx.now,
      data,
    )
    return
  }
  if (folder.databaseGuid !== mailbox.info.replicaGuid) return
  const messages = await tx.all<{ mid: number; cn: number }>(
    'SELECT mid, cn FROM message WHERE fid = ? AND deleted_at IS NULL',
    folder.globalCounter,
  )
  for (const { mid, cn } of messages) {
    await setReadState(tx, mailbox, mid, read.has(mailbox.info.replicaGuid, cn), principal)
  }
}

function decodeSet(data: Uint8Array): Idset<Guid> {
  try {
    return decodeReplguidIdset(data)
  } catch (error) {
    if (error instanceof DecodeError) throw new MapiError(ErrorCode.CorruptData, { cause: error })
    throw error
  }
}

function keyOf(folder: LongTermId): string {
  return `${folder.databaseGuid}:${folder.globalCounter}`
}
