import type { PropertyTag } from '@bourse/mapi'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { type ForeignChange, keysAfter } from '../message/message-keys.ts'
import { blobsIn, externalize } from '../record/large-value.ts'
import { packProperties, type StoredValue } from '../record/packed-properties.ts'
import { foldCase } from '../table/fold.ts'

/** Gives a folder a new change number, as every change that is to be synchronized must; returns it. */
export async function bumpFolder(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  foreign: ForeignChange = {},
): Promise<number> {
  const cn = tx.allocate()
  const row = await tx.get<{ parent_fid: number; pcl: Uint8Array }>(
    'SELECT parent_fid, pcl FROM folder WHERE fid = ?',
    fid,
  )
  const keys = keysAfter(mailbox, cn, row!.pcl, foreign)
  await tx.run(
    'UPDATE folder SET cn = ?, change_key = ?, pcl = ?, modified = ?, local_commit = ? WHERE fid = ?',
    cn,
    keys.changeKey,
    keys.pcl,
    tx.now,
    tx.now,
    fid,
  )
  await tx.run('UPDATE folder SET local_commit_max = ? WHERE fid = ?', tx.now, row!.parent_fid)
  return cn
}

/** Changes of a folder's own properties. */
export interface FolderUpdate extends ForeignChange {
  readonly name?: string
  /** All that it has beside those with columns of their own, in the place of what it had. */
  readonly properties?: Iterable<readonly [PropertyTag<unknown>, StoredValue]>
  /** Which ones changed, for who listens. */
  readonly tags?: readonly PropertyTag[]
  /** `false`: not to be synchronized. */
  readonly replicate?: boolean
}

/** Changes a folder's properties. A new name must be free in its parent. */
export async function updateFolder(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  update: FolderUpdate,
): Promise<void> {
  if (update.name !== undefined) {
    await tx.run(
      'UPDATE folder SET name = ?, name_key = ? WHERE fid = ?',
      update.name,
      foldCase(update.name),
      fid,
    )
  }
  if (update.properties !== undefined) {
    const properties = await externalize(tx, mailbox.blobs, new Map(update.properties))
    await mailbox.blobs.setReferences(tx, fid, [...blobsIn(properties)])
    await tx.run('UPDATE folder SET props = ? WHERE fid = ?', packProperties(properties), fid)
  }
  if (update.replicate === false) {
    await tx.run('UPDATE folder SET modified = ?, local_commit = ? WHERE fid = ?', tx.now, tx.now, fid)
  } else await bumpFolder(tx, mailbox, fid, update)
  const row = await tx.get<{ parent_fid: number }>('SELECT parent_fid FROM folder WHERE fid = ?', fid)
  tx.changed({
    object: 'folder',
    kind: 'modified',
    fid,
    parentFid: row!.parent_fid,
    ...(update.tags !== undefined && { tags: update.tags }),
  })
}
