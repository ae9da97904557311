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

const UPDATE = `UPDATE folder SET message_count = message_count + ?, unread_count = unread_count + ?,
  associated_count = associated_count + ?, message_size = message_size + ?, associated_size = associated_size + ?,
  deleted_message_count = deleted_message_count + ?, deleted_associated_count = deleted_associated_count + ?,
  deleted_size = deleted_size + ?, deleted_count_total = deleted_count_total + ?, contents_cn = ?, local_commit_max = ?
  WHERE fid = ?`

const UPDATE_LIVE = `${UPDATE} AND deleted_at IS NULL`

/** Asked afterwards: for RETURNING, SQLite would set up a table and keep a copy of the page, each time. */
const COUNTS = 'SELECT parent_fid, message_count, unread_count FROM folder WHERE fid = ?'

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
  const { changes } = await tx.run(
    live ? UPDATE_LIVE : UPDATE,
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
  if (changes === 0) {
    if (live) throw new MapiError(ErrorCode.NotFound)
    return
  }
  const { messages = 0, unread = 0 } = delta
  if (messages === 0 && unread === 0) return
  const [counts] = await tx.tuples(COUNTS, fid)
  const [parentFid, messageCount, unreadCount] = counts as readonly [number, number, number]
  tx.changed({
    object: 'folder',
    kind: 'modified',
    fid,
    parentFid,
    ...(messages !== 0 && { messageCount }),
    ...(unread !== 0 && { unreadCount }),
  })
}
