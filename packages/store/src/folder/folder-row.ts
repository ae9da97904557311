import type { SqlRow, Transaction } from '../storage/storage.ts'

/** What a folder is: the values of PidTagFolderType ([MS-OXCFOLD] 2.2.2.2.2). */
export const FolderKind = {
  Root: 0,
  Generic: 1,
  Search: 2,
} as const

/** A folder as the database has it, but for the times, which do not fit a `number`. */
export interface FolderRow extends SqlRow {
  readonly fid: number
  /** The root folder is its own parent. 0 while what a hard-deleted folder held is being removed. */
  readonly parent_fid: number
  readonly kind: number
  readonly name: string
  readonly cn: number
  /** FILETIME ticks as text, since they exceed 2^53. */
  readonly created: string
  readonly modified: string
  /** When it was last changed itself. */
  readonly local_commit: string
  /** When the last of its messages and direct subfolders was changed. */
  readonly local_commit_max: string
  /** When a direct subfolder last came, went or changed; 0 if none ever did. */
  readonly hierarchy_changed: string
  /** When it was soft-deleted. */
  readonly deleted_at: string | null
  /** The folder whose deletion took this one along, perhaps itself. */
  readonly deleted_with: number | null
  readonly message_count: number
  readonly unread_count: number
  readonly associated_count: number
  readonly message_size: number
  readonly associated_size: number
  readonly deleted_message_count: number
  readonly deleted_associated_count: number
  readonly deleted_size: number
  readonly deleted_count_total: number
  readonly child_count: number
  readonly deleted_child_count: number
  readonly contents_cn: number
  /** How many times a direct subfolder came or went: PidTagHierarchyChangeNumber. */
  readonly hierarchy_count: number
  /** PidTagSourceKey of a folder that came from another replica under a key of its own; that which follows from `fid` if null. */
  readonly source_key: Uint8Array | null
  readonly change_key: Uint8Array
  readonly pcl: Uint8Array
  readonly props: Uint8Array
}

/** The columns of {@link FolderRow}; times become text. */
export const FOLDER_COLUMNS = `fid, parent_fid, kind, name, cn, CAST(created AS TEXT) AS created, CAST(modified AS TEXT) AS modified,
  CAST(local_commit AS TEXT) AS local_commit, CAST(hierarchy_changed AS TEXT) AS hierarchy_changed,
  CAST(local_commit_max AS TEXT) AS local_commit_max, CAST(deleted_at AS TEXT) AS deleted_at, deleted_with,
  message_count, unread_count, associated_count, message_size, associated_size, deleted_message_count,
  deleted_associated_count, deleted_size, deleted_count_total, child_count, deleted_child_count, contents_cn,
  hierarchy_count, source_key, change_key, pcl, props`

/** A folder, soft-deleted ones included (`deleted_at`). */
export function getFolder(tx: Transaction, fid: number): Promise<FolderRow | undefined> {
  return tx.get<FolderRow>(`SELECT ${FOLDER_COLUMNS} FROM folder WHERE fid = ? AND parent_fid <> 0`, fid)
}

/** The folders directly below one, in no order. */
export function getSubfolders(
  tx: Transaction,
  parentFid: number,
  options: { readonly deleted?: boolean } = {},
): Promise<readonly FolderRow[]> {
  return tx.all<FolderRow>(
    `SELECT ${FOLDER_COLUMNS} FROM folder WHERE parent_fid = ? AND fid <> parent_fid
     AND deleted_at IS ${options.deleted === true ? 'NOT NULL' : 'NULL'}`,
    parentFid,
  )
}
