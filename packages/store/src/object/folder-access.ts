import { ErrorCode, MapiError } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { type FolderRow, getFolder } from '../folder/folder-row.ts'
import type { FolderRole } from '../mailbox/folder-roles.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { Transaction } from '../storage/storage.ts'

/** Folders that neither clients nor the engine can do without: they can be renamed, but neither moved nor deleted. */
const PROTECTED_ROLES: readonly FolderRole[] = [
  'root',
  'deferredAction',
  'spoolerQueue',
  'ipmSubtree',
  'inbox',
  'outbox',
  'sentItems',
  'deletedItems',
  'commonViews',
  'schedule',
  'search',
  'views',
  'shortcuts',
  'calendar',
  'contacts',
  'drafts',
  'journal',
  'junkEmail',
  'notes',
  'tasks',
  'nonIpmSubtree',
  'eformsRegistry',
]

/** Whether a folder must stay where it is. */
export function isProtected(mailbox: Mailbox, fid: number): boolean {
  return PROTECTED_ROLES.some((role) => mailbox.info.folders[role] === fid)
}

/** Whether somebody with these rights may see that the folder is there. */
export function isVisible(logon: Logon, fid: number, rights: number): boolean {
  if ((rights & (Rights.FolderVisible | Rights.ReadAny | Rights.FolderOwner)) !== 0) return true
  // Delegates find the special folders through properties of the root folder ([MS-OXOSFLD] 2.2.3).
  return fid === logon.mailbox.info.folders.root && logon.principal.key !== ''
}

/**
 * The folder with this ID. Throws `NotFound` if there is none, if it is soft-deleted and `softDeleted` is not set, or if the user
 * may not see it ([MS-OXCFOLD] 3.2.5.1).
 */
export async function requireFolder(
  tx: Transaction,
  logon: Logon,
  id: bigint,
  options: { readonly softDeleted?: boolean } = {},
): Promise<FolderRow> {
  const fid = logon.mailbox.counterOf(id)
  const row = fid === undefined ? undefined : await getFolder(tx, fid)
  if (row === undefined || (row.deleted_at !== null && options.softDeleted !== true)) {
    throw new MapiError(ErrorCode.NotFound)
  }
  if (!isVisible(logon, row.fid, await logon.rightsOn(tx, row.fid))) throw new MapiError(ErrorCode.NotFound)
  return row
}

/** The folder as it is now, for an object that is open on it. Throws `NotFound` if it was deleted meanwhile. */
export async function requireLive(tx: Transaction, fid: number): Promise<FolderRow> {
  const row = await getFolder(tx, fid)
  if (row === undefined || row.deleted_at !== null) throw new MapiError(ErrorCode.NotFound)
  return row
}
