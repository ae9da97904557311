import { insertFolder, insertFolderRow } from '../folder/insert.ts'
import { folderNames } from '../mailbox/folder-names.ts'
import type { FolderRole } from '../mailbox/folder-roles.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { PRIVATE_FOLDERS, PUBLIC_FOLDERS } from '../mailbox/special-folders.ts'
import { foldCase } from '../table/fold.ts'
import type { CheckReport } from './check.ts'

/** Verifies that the special folders are there and that every folder can be reached from the root folder, under a name of its own. */
export async function checkTree(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  report: CheckReport,
): Promise<void> {
  await checkSpecialFolders(tx, mailbox, report)
  await checkReachable(tx, mailbox, report)
  await checkNames(tx, report)
}

async function checkSpecialFolders(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  report: CheckReport,
): Promise<void> {
  const { info } = mailbox
  const names: Readonly<Record<string, string>> = folderNames(info.localeId)
  const definitions = info.kind === 'public' ? PUBLIC_FOLDERS : PRIVATE_FOLDERS
  const required: readonly FolderRole[] = definitions
    .slice(0, info.kind === 'public' ? 4 : 13)
    .map(({ role }) => role)
  for (const definition of definitions) {
    const fid = info.folders[definition.role]!
    const row = await tx.get('SELECT deleted_at FROM folder WHERE fid = ? AND parent_fid <> 0', fid)
    if (row !== undefined || !required.includes(definition.role)) continue
    const parentFid = definition.parent === undefined ? fid : info.folders[definition.parent]!
    const draft = {
      name: definition.name ?? names[definition.role] ?? '',
      ...(definition.kind !== undefined && { kind: definition.kind }),
    }
    await report.found('special folder', `The folder "${definition.role}" (${fid}) is missing.`, async () => {
      await tx.run('DELETE FROM folder WHERE fid = ?', fid)
      if (parentFid === fid) await insertFolderRow(tx, mailbox, fid, fid, draft)
      else {
        const kept = await tx.get('SELECT 1 AS one FROM permission WHERE fid = ? LIMIT 1', fid)
        await insertFolder(tx, mailbox, parentFid, draft, { fid, inheritPermissions: kept === undefined })
      }
    })
  }
}

async function checkReachable(tx: MailboxTransaction, mailbox: Mailbox, report: CheckReport): Promise<void> {
  const top = mailbox.info.folders.ipmSubtree!
  const lost = await tx.all<{ fid: number; parent_fid: number; name: string }>(
    `WITH RECURSIVE tree (fid) AS (
       SELECT CAST(? AS INTEGER)
       UNION
       SELECT f.fid FROM folder f JOIN tree ON f.parent_fid = tree.fid
     )
     SELECT fid, parent_fid, name FROM folder WHERE parent_fid <> 0 AND fid NOT IN (SELECT fid FROM tree) ORDER BY fid`,
    mailbox.info.folders.root!,
  )
  const left = new Map(lost.map((folder) => [folder.fid, folder]))
  while (left.size > 0) {
    // One that is below nothing, or any one of a ring. What is below it is reached through it.
    const folders = [...left.values()]
    const { fid, parent_fid, name } = folders.find((folder) => !left.has(folder.parent_fid)) ?? folders[0]!
    const below = withAllBelow(fid, folders)
    for (const reached of below) left.delete(reached)
    await report.found(
      'folder tree',
      `Folder ${fid} is below ${parent_fid}, and so ${below.size} folders cannot be reached.`,
      async () => {
        const unique = `${name} (${fid})`
        await tx.run(
          'UPDATE folder SET parent_fid = ?, name = ?, name_key = ? WHERE fid = ?',
          top,
          unique,
          foldCase(unique),
          fid,
        )
      },
    )
  }
}

/** A folder and all that are below it at any depth, among these. */
function withAllBelow(
  fid: number,
  folders: readonly { readonly fid: number; readonly parent_fid: number }[],
): Set<number> {
  const found = new Set([fid])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const folder of folders) if (found.has(folder.parent_fid)) found.add(folder.fid)
  }
  return found
}

async function checkNames(tx: MailboxTransaction, report: CheckReport): Promise<void> {
  const folders = await tx.all<{
    fid: number
    parent_fid: number
    name: string
    name_key: string
    deleted: number
  }>('SELECT fid, parent_fid, name, name_key, deleted_at IS NOT NULL AS deleted FROM folder ORDER BY fid')
  const taken = new Set<string>()
  for (const { fid, parent_fid, name, name_key, deleted } of folders) {
    const key = foldCase(name)
    if (key !== name_key) {
      await report.found('folder tree', `Folder ${fid}: its name is not indexed rightly.`, async () => {
        await tx.run('UPDATE folder SET name_key = ? WHERE fid = ?', key, fid)
      })
    }
    if (deleted === 1 || parent_fid === 0) continue
    const place = `${parent_fid}:${key}`
    if (!taken.has(place)) taken.add(place)
    else {
      await report.found('folder tree', `Folder ${fid}: another one beside it has its name.`, async () => {
        const unique = `${name} (${fid})`
        await tx.run('UPDATE folder SET name = ?, name_key = ? WHERE fid = ?', unique, foldCase(unique), fid)
      })
    }
  }
}
