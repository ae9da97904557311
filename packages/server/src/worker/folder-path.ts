import { contains, type Folder, PidTagDisplayName, PidTagFolderId } from '@bourse/mapi'

/** The names of the folders on a path, `/Projects/Alpha`; none for that of the root. */
export function namesIn(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '')
}

/** The ID of a folder by the names of those above it and its own, which differ by more than their letter case. `undefined` if it is not there. */
export async function findFolder(root: Folder, names: readonly string[]): Promise<bigint | undefined> {
  const [name, ...below] = names
  if (name === undefined) return root.id
  const id = await findSubfolder(root, name)
  if (id === undefined || below.length === 0) return id
  await using folder = await root.openFolder(id)
  return await findFolder(folder, below)
}

async function findSubfolder(parent: Folder, name: string): Promise<bigint | undefined> {
  await using table = await parent.hierarchyTable()
  const typed = await table.setColumns([PidTagFolderId])
  await typed.restrict(contains(PidTagDisplayName, name, { match: 'full', ignoreCase: true }))
  const { rows } = await typed.queryRows(1)
  return rows[0]?.get(PidTagFolderId)
}
