import {
  Globset,
  type HierarchyExportOptions,
  PidTagFolderId,
  PidTagParentFolderId,
  PidTagParentSourceKey,
  PidTagSourceKey,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  type SyncEvent,
  type SyncExporter,
  type SyncState,
  tagId,
  tagType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { FolderKind, type FolderRow, getFolder } from '../folder/folder-row.ts'
import { folderContext, folderSource } from '../folder/folder-source.ts'
import { getSubtree } from '../folder/tree.ts'
import { isVisible, requireLive } from '../object/folder-access.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type { Transaction } from '../storage/storage.ts'
import { allBelow, nextCounter } from './change-numbers.ts'
import { exporterOf } from './exporter.ts'
import { isNontransmittable } from './import-header.ts'
import {
  decodeState,
  encodeState,
  partOf,
  type ReplicaState,
  replidBytes,
  withPart,
} from './replica-state.ts'
import { ownSourceKey } from './source-key.ts'

/** The folders that are synchronized, and what a replica has seen when it has seen all of them. */
export interface HierarchyScope {
  /** All below the root at any depth that the user may see, parents before children. */
  readonly folders: readonly FolderRow[]
  /** The change numbers of all changes but of those to folders that are not among them. */
  readonly seen: Globset
}

/** What a synchronization of the folders below one is about: search folders are not. */
export async function hierarchyScope(
  tx: Transaction,
  logon: Logon,
  rootFid: number,
): Promise<HierarchyScope> {
  const folders: FolderRow[] = []
  for (const row of await getSubtree(tx, rootFid)) {
    if (row.kind === FolderKind.Search) continue
    if (isVisible(logon, row.fid, await logon.rightsOn(tx, row.fid))) folders.push(row)
  }
  // A folder that comes into scope by moving one that it is in, or by a right that is given, does not change by that.
  const seen = allBelow(await nextCounter(tx))
  const inScope = new Set(folders.map(({ fid }) => fid))
  for (const { fid, cn } of await tx.all<{ fid: number; cn: number }>('SELECT fid, cn FROM folder')) {
    if (!inScope.has(fid)) seen.remove(cn)
  }
  return { folders, seen }
}

/**
 * What changed among the folders below one since a replica was in a state ([MS-OXCFXICS] 3.2.5.3). Throws `CorruptData` for a state
 * that is none.
 */
export async function exportHierarchy(
  logon: Logon,
  fid: number,
  state: SyncState,
  options: HierarchyExportOptions = {},
): Promise<SyncExporter> {
  const { mailbox } = logon
  const before = decodeState(state)
  const replica = mailbox.info.replicaGuid
  const { scope, changes } = await mailbox.read(async (tx) => {
    await requireLive(tx, fid)
    const scope = await hierarchyScope(tx, logon, fid)
    const seen = partOf(before.seen, replica)
    const changes: { readonly cn: number; readonly fid: number; readonly properties: PropertyBag }[] = []
    for (const row of scope.folders) {
      if (seen.has(row.cn)) continue
      changes.push({
        cn: row.cn,
        fid: row.fid,
        properties: await folderProperties(tx, logon, fid, row, options),
      })
    }
    return { scope, changes }
  })
  const given = partOf(before.given, replica)
  const there = Globset.fromGlobcnts(scope.folders.map((row) => row.fid))
  const deleted = given.difference(there)

  async function* events(): AsyncGenerator<SyncEvent> {
    for (const { properties } of changes) yield { kind: 'folderChange', properties }
    const tellsDeletions = options.deletions !== 'none'
    if (tellsDeletions && !deleted.isEmpty) yield { kind: 'deletions', deleted: replidBytes(deleted) }
    const after = given.union(Globset.fromGlobcnts(changes.map((change) => change.fid)))
    if (tellsDeletions) after.removeAll(deleted)
    const state: ReplicaState = {
      ...before,
      given: withPart(before.given, replica, after),
      seen: withPart(before.seen, replica, scope.seen.union(partOf(before.seen, replica))),
    }
    yield { kind: 'state', state: encodeState(state) }
  }
  return exporterOf(changes.length, events, options)
}

/** Properties that a folder change always has ([MS-OXCFXICS] 2.2.4.3.5), though others in their range are left out. */
const ALWAYS: ReadonlySet<PropertyTag<unknown>> = new Set<PropertyTag<unknown>>([
  PidTagFolderId,
  PidTagParentFolderId,
])

/** What identifies a folder and its version; no filter leaves it out. */
const REQUIRED: ReadonlySet<number> = new Set([
  0x65e0, // PidTagSourceKey
  0x65e1, // PidTagParentSourceKey
  0x3008, // PidTagLastModificationTime
  0x65e2, // PidTagChangeKey
  0x65e3, // PidTagPredecessorChangeList
  0x3001, // PidTagDisplayName
  0x6748, // PidTagFolderId
  0x6749, // PidTagParentFolderId
])

async function folderProperties(
  tx: Transaction,
  logon: Logon,
  rootFid: number,
  row: FolderRow,
  options: HierarchyExportOptions,
): Promise<PropertyBag> {
  const { mailbox } = logon
  const source = folderSource(mailbox, row, await folderContext(tx, logon, row))
  const properties = new PropertyBag()
  for (const tag of source.tags()) {
    if ((isNontransmittable(tag) && !ALWAYS.has(tag)) || !isWanted(tag, options)) continue
    const cell = source.cell(tag)
    if (cell === undefined || cell instanceof PropertyError) continue
    properties.setCell(
      tag,
      cell instanceof BlobRef ? valueFromBytes(await mailbox.blobs.readAll(tx, cell), tagType(tag)) : cell,
    )
  }
  const keyOf = (folder: FolderRow): Uint8Array =>
    (options.foreignIdentifiers === true ? folder.source_key : null) ??
    ownSourceKey(mailbox.info.replicaGuid, folder.fid)
  const parent = row.parent_fid === rootFid ? undefined : await getFolder(tx, row.parent_fid)
  properties.set(PidTagSourceKey, keyOf(row))
  // The folder that is synchronized has no key among those below it ([MS-OXCFXICS] 2.2.4.3.9).
  properties.set(PidTagParentSourceKey, parent === undefined ? new Uint8Array(0) : keyOf(parent))
  return properties
}

function isWanted(tag: PropertyTag<unknown>, { properties }: HierarchyExportOptions): boolean {
  if (properties === undefined || REQUIRED.has(tagId(tag))) return true
  const isListed = properties.tags.some((listed) => tagId(listed) === tagId(tag))
  // Only what is left out holds for folders too ([MS-OXCFXICS] 3.2.5.9.1.1).
  return properties.mode === 'exclude' ? !isListed : true
}
