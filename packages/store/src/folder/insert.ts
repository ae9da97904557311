import type { PropertyTag } from '@bourse/mapi'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { keysAfter } from '../message/message-keys.ts'
import { blobsIn, externalize } from '../record/large-value.ts'
import { packProperties, type StoredValue } from '../record/packed-properties.ts'
import { foldCase } from '../table/fold.ts'
import { FolderKind } from './folder-row.ts'
import { noteSubfolderChange } from './hierarchy.ts'

/** A folder to be made. */
export interface FolderDraft {
  readonly name: string
  /** See `FolderKind`; generic if left out. */
  readonly kind?: number
  /** Further properties, none of those that have columns of their own. */
  readonly properties?: Iterable<readonly [PropertyTag<unknown>, StoredValue]>
}

export interface InsertFolderOptions {
  /** The counter to give it; a new one if left out. */
  readonly fid?: number
  /** PidTagSourceKey, for a folder that comes from another replica under a key of its own. */
  readonly sourceKey?: Uint8Array
  /** Change key and predecessor change list that it comes with from another replica ([MS-OXCFXICS] 3.1.5.3). */
  readonly changeKey?: Uint8Array
  readonly pcl?: Uint8Array
  /** Whether it gets the permissions of its parent. `true` if left out. */
  readonly inheritPermissions?: boolean
  /** Told as a copy of this folder, which is below this parent. */
  readonly copyOf?: { readonly fid: number; readonly parentFid: number }
}

/** Makes a folder below another one, which must not have a folder of that name; returns its counter. */
export async function insertFolder(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  parentFid: number,
  draft: FolderDraft,
  options: InsertFolderOptions = {},
): Promise<number> {
  const fid = options.fid ?? tx.allocate()
  await insertFolderRow(tx, mailbox, fid, parentFid, draft, options)
  if (options.inheritPermissions !== false) {
    await tx.run(
      `INSERT INTO permission (fid, member_id, member_key, entry_id, name, rights)
       SELECT CAST(? AS INTEGER), member_id, member_key, entry_id, name, rights FROM permission WHERE fid = ?`,
      fid,
      parentFid,
    )
  }
  await noteSubfolderChange(tx, parentFid, { children: 1 })
  tx.changed(
    options.copyOf === undefined
      ? { object: 'folder', kind: 'created', fid, parentFid }
      : {
          object: 'folder',
          kind: 'copied',
          fid,
          parentFid,
          oldFid: options.copyOf.fid,
          oldParentFid: options.copyOf.parentFid,
        },
  )
  return fid
}

/** Only the row, without what it means for its parent. */
export async function insertFolderRow(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  parentFid: number,
  draft: FolderDraft,
  options: Pick<InsertFolderOptions, 'sourceKey' | 'changeKey' | 'pcl'> = {},
): Promise<void> {
  const properties = await externalize(tx, mailbox.blobs, new Map(draft.properties))
  await mailbox.blobs.addReferences(tx, fid, blobsIn(properties))
  const cn = tx.allocate()
  const keys = keysAfter(mailbox, cn, undefined, options)
  await tx.run(
    `INSERT INTO folder (fid, parent_fid, kind, name, name_key, cn, created, modified, local_commit, local_commit_max,
     contents_cn, source_key, change_key, pcl, props) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    fid,
    parentFid,
    draft.kind ?? FolderKind.Generic,
    draft.name,
    foldCase(draft.name),
    cn,
    tx.now,
    tx.now,
    tx.now,
    tx.now,
    cn,
    options.sourceKey ?? null,
    keys.changeKey,
    keys.pcl,
    packProperties(properties),
  )
}
