import {
  ErrorCode,
  equals,
  MapiError,
  type MessageStore,
  PidTagDisplayName,
  PidTagFolderId,
} from '@bourse/mapi'

/** The ID of a public folder by its path, `/Projects/Alpha`. Rejects with `NotFound`. */
export async function findPublicFolder(store: MessageStore, path: string): Promise<bigint> {
  let id = store.logon.folders.ipmSubtree!
  for (const name of path.split('/').filter((each) => each !== '')) {
    await using folder = await store.openFolder(id)
    await using table = await folder.hierarchyTable()
    const typed = await table.setColumns([PidTagFolderId])
    await typed.restrict(equals(PidTagDisplayName, name))
    const { rows } = await typed.queryRows(1)
    const found = rows[0]?.get(PidTagFolderId)
    if (found === undefined) throw new MapiError(ErrorCode.NotFound)
    id = found
  }
  return id
}
