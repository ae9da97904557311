import { ErrorCode, MapiError } from '@bourse/mapi'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'

/** By how much the counts and sizes of a folder change. Sizes in bytes. */
export interface ContentsDelta {
  readonly messages?: number
  readonly unread?: number
  readonly associated?: number
  readonly size?: number
  readonly associatedSize?: number
  readonly deletedMessages?: number
  readonly deletedAssociated?: number
  readonly deletedSize?: number
  /** PidTagDeletedCountTotal: how many messages were deleted in the life of the folder. */
  readonly deletedTotal?: number
}

/** What of a message counts for its folder. */
export interface Countable {
  readonly associated: number
  readonly is_read: number
  readonly size: number
  readonly deleted_at: unknown
}

/** What a message adds to the counts of its folder, or takes from them (`sign` -1). */
export function contentsOf(message: Countable, sign: 1 | -1 = 1): ContentsDelta {
  const { associated, is_read, size } = message
  if (message.deleted_at !== null) {
    return {
      ...(associated === 1 ? { deletedAssociated: sign } : { deletedMessages: sign }),
      deletedSize: sign * size,
    }
  }
  if (associated === 1) return { associated: sign, associatedSize: sign * size }
  return { messages: sign, unread: is_read === 0 ? sign : 0, size: sign * size }
}

/** The sum of changes. */
export function addDeltas(deltas: Iterable<ContentsDelta>): ContentsDelta {
  const sum: { -readonly [K in keyof ContentsDelta]: ContentsDelta[K] } = {}
  for (const delta of deltas) {
    for (const key of Object.keys(delta) as (keyof ContentsDelta)[]) sum[key] = (sum[key] ?? 0) + delta[key]!
  }
  return sum
}

interface CountsAfter {
  readonly [column: string]: number
  readonly parent_fid: number
  readonly message_count: number
  readonly unread_count: number
}

const UPDATE = `UPDATE folder SET message_count = message_count + ?, unread_count = unread_count + ?,
  associated_count = associated_count + ?, message_size = message_size + ?, associated_size = associated_size + ?,
  deleted_message_count = deleted_message_count + ?, deleted_associated_count = deleted_associated_count + ?,
  deleted_size = deleted_size + ?, deleted_count_total = deleted_count_total + ?, contents_cn = ?, local_commit_max = ?
  WHERE fid = ?`

const RETURNING = ' RETURNING parent_fid, message_count, unread_count'
const UPDATE_ANY = UPDATE + RETURNING
const UPDATE_LIVE = `${UPDATE} AND deleted_at IS NULL${RETURNING}`

/**
 * Brings a folder up to date after its contents changed, and tells of it. `cn` is the change number of the change.
 *
 * @param live The folder must exist and not be deleted; throws `NotFound` if not.
 */
export async function noteContentsChange(
  tx: MailboxTransaction,
  fid: number,
  cn: number,
  delta: ContentsDelta,
  live = false,
): Promise<void> {
  const after = await tx.get<CountsAfter>(
    live ? UPDATE_LIVE : UPDATE_ANY,
    delta.messages ?? 0,
    delta.unread ?? 0,
    delta.associated ?? 0,
    delta.size ?? 0,
    delta.associatedSize ?? 0,
    delta.deletedMessages ?? 0,
    delta.deletedAssociated ?? 0,
    delta.deletedSize ?? 0,
    delta.deletedTotal ?? 0,
    cn,
    tx.now,
    fid,
  )
  if (after === undefined) {
    if (live) throw new MapiError(ErrorCode.NotFound)
    return
  }
  const { messages = 0, unread = 0 } = delta
  if (messages === 0 && unread === 0) return
  tx.changed({
    object: 'folder',
    kind: 'modified',
    fid,
    parentFid: after.parent_fid,
    ...(messages !== 0 && { messageCount: after.message_count }),
    ...(unread !== 0 && { unreadCount: after.unread_count }),
  })
}
