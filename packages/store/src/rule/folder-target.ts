import { type FolderTarget, folderEntryId, folderIdOf, PROVIDER_PUBLIC_FOLDERS } from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import { FolderKind, getFolder } from '../folder/folder-row.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { Transaction } from '../storage/storage.ts'

/** Where a move or copy goes: to a folder of the mailbox, by its counter, to one that is not there or takes no messages, or to another store. */
export type Destination =
  | { readonly kind: 'folder'; readonly fid: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'elsewhere' }

/** Finds the folder that a move or copy goes to, however it is named ([MS-OXORULE] 2.2.5.1.2.1). */
export async function findDestination(
  tx: Transaction,
  mailbox: Mailbox,
  target: FolderTarget,
): Promise<Destination> {
  if (target.folderInThisStore === true) {
    const folderId = folderIdOf(target)
    const fid = folderId === undefined ? undefined : mailbox.counterOf(folderId)
    return fid === undefined ? { kind: 'missing' } : holding(tx, fid)
  }
  const fid = counterOfEntryId(mailbox, target.folderEntryId)
  if (fid !== undefined) return holding(tx, fid)
  // The folder of an extended rule is in the mailbox, or nowhere.
  return { kind: target.folderInThisStore === false ? 'elsewhere' : 'missing' }
}

/** The counter of a folder of the mailbox by its entry ID ([MS-OXCDATA] 2.2.4.1); `undefined` for any other. */
export function counterOfEntryId({ info }: Mailbox, entryId: Uint8Array): number | undefined {
  try {
    const { providerUid, databaseGuid, globalCounter } = decodeWith(folderEntryId, entryId)
    const provider = info.kind === 'public' ? PROVIDER_PUBLIC_FOLDERS : info.guid
    return providerUid === provider && databaseGuid === info.replicaGuid ? globalCounter : undefined
  } catch {
    // Of another provider, or no entry ID at all.
    return undefined
  }
}

async function holding(tx: Transaction, fid: number): Promise<Destination> {
  const folder = await getFolder(tx, fid)
  const isThere = folder !== undefined && folder.deleted_at === null && folder.kind !== FolderKind.Search
  return isThere ? { kind: 'folder', fid } : { kind: 'missing' }
}
