import { ErrorCode, MapiError, type SearchCriteria, type SearchState } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { FolderKind, getFolder } from '../folder/folder-row.ts'
import type { Transaction } from '../storage/storage.ts'
import { checkRestriction } from '../table/check-restriction.ts'
import { decodeCriteria, encodeCriteria, SearchProgress, type StoredCriteria } from './criteria.ts'
import { SearchEngine } from './search-engine.ts'
import { textQueryOf } from './text-query.ts'

interface SearchRow {
  readonly [column: string]: number | Uint8Array
  readonly criteria: Uint8Array
  readonly state: number
}

function getRow(tx: Transaction, fid: number): Promise<SearchRow | undefined> {
  return tx.get<SearchRow>('SELECT criteria, state FROM search_folder WHERE fid = ?', fid)
}

/**
 * Says what a search folder looks for, or ends or begins its search (RopSetSearchCriteria, [MS-OXCFOLD] 3.2.5.4). The messages are found in the
 * background. The user must have been let change the folder.
 *
 * Throws `NotSearchFolder`; `NotInitialized` if it was never said where to look, or for what; `SearchFolderScopeViolation` for a
 * folder that is to look in itself; `NotFound` for folders that are not there; `TooComplex` for restrictions that cannot be
 * evaluated.
 */
export async function setSearchCriteria(
  logon: Logon,
  fid: number,
  criteria: SearchCriteria | 'stop' | 'restart',
): Promise<void> {
  const { mailbox } = logon
  const engine = SearchEngine.of(mailbox)
  if (criteria === 'stop') {
    await mailbox.read((tx) => requireSearchFolder(tx, fid))
    await engine.stop(fid)
    return
  }
  if (criteria !== 'restart' && criteria.restriction !== undefined) {
    checkRestriction(criteria.restriction, { subObjects: true, membership: false })
  }
  await mailbox.write(async (tx) => {
    await requireSearchFolder(tx, fid)
    const row = await getRow(tx, fid)
    const known = row && decodeCriteria(row.criteria)
    if (criteria !== 'restart') {
      const restriction = criteria.restriction ?? known?.restriction
      const scope = await scopeOf(tx, logon, fid, criteria)
      if (restriction === undefined || scope.length === 0) throw new MapiError(ErrorCode.NotInitialized)
      // Public folders are searched one by one ([MS-OXCFOLD] 3.2.5.4).
      if (mailbox.info.kind === 'public' && criteria.recursive) throw new MapiError(ErrorCode.NotSupported)
      const stored: StoredCriteria = { ...criteria, restriction, static: criteria.static === true }
      await tx.run(
        `INSERT INTO search_folder (fid, criteria, state) VALUES (?, ?, ?)
         ON CONFLICT (fid) DO UPDATE SET criteria = excluded.criteria, state = excluded.state`,
        fid,
        encodeCriteria(stored),
        SearchProgress.Running,
      )
      await tx.run('DELETE FROM search_scope WHERE fid = ?', fid)
      for (const scopeFid of scope) {
        await tx.run('INSERT INTO search_scope (fid, scope_fid) VALUES (?, ?)', fid, scopeFid)
      }
    } else if (known === undefined) {
      throw new MapiError(ErrorCode.NotInitialized)
    }
    await engine.begin(tx, fid)
  })
  engine.populate(fid)
}

/** What a search folder looks for, and how far it is (RopGetSearchCriteria, [MS-OXCFOLD] 3.2.5.5). Throws `NotSearchFolder`, `NotInitialized`. */
export async function getSearchCriteria(logon: Logon, fid: number): Promise<SearchState> {
  return logon.mailbox.read(async (tx) => {
    await requireSearchFolder(tx, fid)
    const row = await getRow(tx, fid)
    if (row === undefined) throw new MapiError(ErrorCode.NotInitialized)
    const criteria = decodeCriteria(row.criteria)
    const scope = await tx.column('SELECT scope_fid FROM search_scope WHERE fid = ? ORDER BY scope_fid', fid)
    const running = row.state === SearchProgress.Running
    return {
      ...criteria,
      contentIndexed: criteria.contentIndexed ?? textQueryOf(criteria.restriction) !== undefined,
      folderIds: scope.map((scopeFid) => logon.mailbox.id(scopeFid)),
      running,
      rebuilding: running,
      complete: row.state === SearchProgress.Complete,
    }
  })
}

async function requireSearchFolder(tx: Transaction, fid: number): Promise<void> {
  const folder = await getFolder(tx, fid)
  if (folder === undefined) throw new MapiError(ErrorCode.NotFound)
  if (folder.kind !== FolderKind.Search) throw new MapiError(ErrorCode.NotSearchFolder)
}

/** The folders to look in: those given, or else those of the last time. */
async function scopeOf(
  tx: Transaction,
  logon: Logon,
  fid: number,
  { folderIds }: SearchCriteria,
): Promise<readonly number[]> {
  if (folderIds === undefined || folderIds.length === 0) {
    return tx.column('SELECT scope_fid FROM search_scope WHERE fid = ?', fid)
  }
  const scope = new Set<number>()
  for (const id of folderIds) {
    const scopeFid = logon.mailbox.counterOf(id)
    if (scopeFid === fid) throw new MapiError(ErrorCode.SearchFolderScopeViolation)
    const folder = scopeFid === undefined ? undefined : await getFolder(tx, scopeFid)
    if (folder === undefined || folder.deleted_at !== null) throw new MapiError(ErrorCode.NotFound)
    scope.add(folder.fid)
  }
  return [...scope]
}
