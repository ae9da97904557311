import {
  ErrorCode,
  fileTime,
  type ImportResult,
  MapiError,
  PidTagDisplayName,
  PidTagFolderType,
  PidTagParentSourceKey,
  PidTagSourceKey,
  type PropertyBag,
  PropertyError,
  type PropertyTag,
  tagId,
  tagType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { grantOwnership } from '../access/permission-list.ts'
import { Rights } from '../access/rights.ts'
import { FolderKind, type FolderRow, getFolder } from '../folder/folder-row.ts'
import { isComputedFolderProperty } from '../folder/folder-source.ts'
import { insertFolder } from '../folder/insert.ts'
import { bumpFolder, updateFolder } from '../folder/modify.ts'
import { moveFolder } from '../folder/move.ts'
import { findSubfolder } from '../folder/names.ts'
import { isWithin } from '../folder/tree.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { isProtected } from '../object/folder-access.ts'
import { convertValue, unicodeTag } from '../object/property-types.ts'
import { checkValue } from '../object/value-check.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { importedWins, mergedPcl, type VersionKeys } from './conflict.ts'
import { isNontransmittable, readVersionKeys, required } from './import-header.ts'
import { compareVersions } from './import-message.ts'
import { readSourceKey, type SourceKey } from './source-key.ts'

/** A version of a folder that comes from another replica. */
export interface FolderVersion extends VersionKeys {
  readonly sourceKey: SourceKey
  /** `undefined` for the folder that is synchronized. */
  readonly parentKey: SourceKey | undefined
  readonly name: string
  readonly properties: ReadonlyMap<PropertyTag<unknown>, StoredValue>
}

/** What is there of the folder that a source key names. */
export type KnownFolder =
  | { readonly kind: 'stored'; readonly row: FolderRow }
  | { readonly kind: 'deleted'; readonly row: FolderRow }
  | { readonly kind: 'unknown' }

/** Finds a folder by its source key. */
export async function findFolder(tx: Transaction, sourceKey: SourceKey): Promise<KnownFolder> {
  let fid: number | undefined
  if (sourceKey.kind === 'own') fid = sourceKey.counter
  else {
    fid = (await tx.get<{ fid: number }>('SELECT fid FROM folder WHERE source_key = ?', sourceKey.key))?.fid
  }
  const row = fid === undefined ? undefined : await getFolder(tx, fid)
  if (row === undefined) return { kind: 'unknown' }
  return { kind: row.deleted_at === null ? 'stored' : 'deleted', row }
}

/** Takes an imported version of a folder apart ([MS-OXCFXICS] 2.2.3.2.4.3.1). Throws `InvalidParameter`. */
export function readFolderVersion(
  logon: Logon,
  hierarchy: PropertyBag,
  properties: PropertyBag,
): FolderVersion {
  const parentKey = required(hierarchy, PidTagParentSourceKey)
  const name = required(hierarchy, PidTagDisplayName)
  if (name === '') throw new MapiError(ErrorCode.InvalidParameter)
  const kind = properties.get(PidTagFolderType) ?? FolderKind.Generic
  if (kind !== FolderKind.Generic) throw new MapiError(ErrorCode.NotSupported)
  return {
    ...readVersionKeys(hierarchy),
    sourceKey: readSourceKey(logon.mailbox, required(hierarchy, PidTagSourceKey)),
    parentKey: parentKey.length === 0 ? undefined : readSourceKey(logon.mailbox, parentKey),
    name,
    properties: settable(logon, hierarchy, properties),
  }
}

/** The properties that a folder can have from somebody else ([MS-OXCFXICS] 3.2.5.9.4.3, 3.2.5.11). */
function settable(
  logon: Logon,
  hierarchy: PropertyBag,
  properties: PropertyBag,
): Map<PropertyTag<unknown>, StoredValue> {
  const result = new Map<PropertyTag<unknown>, StoredValue>()
  for (const [given, cell] of properties) {
    if (cell instanceof PropertyError || hierarchy.tagOf(tagId(given)) !== undefined) continue
    const tag = unicodeTag(given)
    if (isNontransmittable(tag) || isComputedFolderProperty(tag) || tagId(tag) === tagId(PidTagDisplayName))
      continue
    if (checkValue(tagType(given), cell) !== undefined) throw new MapiError(ErrorCode.InvalidParameter)
    result.set(tag, convertValue(cell, tagType(given), tagType(tag), logon.codePage))
  }
  return result
}

/** What storing a version of a folder came to. */
export interface StoredFolder {
  readonly fid: number
  /** Its change number now. */
  readonly cn: number
  readonly result: ImportResult
}

/**
 * Stores a version of a folder below the one that is synchronized, or of that itself; the last writer wins ([MS-OXCFXICS] 3.2.5.9.4.3). Throws `NoParentFolder`, `ObjectDeleted`,
 * `CollidingNames`, `FolderCycle`, `AccessDenied`, `InvalidParameter`.
 */
export async function storeFolder(
  tx: MailboxTransaction,
  logon: Logon,
  rootFid: number,
  version: FolderVersion,
): Promise<StoredFolder> {
  const known = await findFolder(tx, version.sourceKey)
  if (known.kind === 'deleted') throw new MapiError(ErrorCode.ObjectDeleted)
  if (known.kind === 'unknown') {
    const parent = await requireParent(tx, rootFid, version)
    return { ...(await createFolder(tx, logon, rootFid, parent, version)), result: 'applied' }
  }
  const { row } = known
  const result = compareVersions(version, row)
  if (result === 'ignored') return { fid: row.fid, cn: row.cn, result }
  await logon.require(tx, row.fid, Rights.FolderOwner)
  const stored: VersionKeys = {
    changeKey: row.change_key,
    pcl: row.pcl,
    modified: fileTime(BigInt(row.modified)),
  }
  const pcl = mergedPcl(version.pcl, row.pcl)
  if (result === 'conflict' && !importedWins(version, stored, 'folder')) {
    const cn = await bumpFolder(tx, logon.mailbox, row.fid)
    await setKeys(tx, row.fid, { ...stored, pcl })
    tx.changed({ object: 'folder', kind: 'modified', fid: row.fid, parentFid: row.parent_fid })
    return { fid: row.fid, cn, result }
  }
  await replaceFolder(tx, logon, rootFid, row, version)
  await setKeys(tx, row.fid, { ...version, pcl })
  return { fid: row.fid, cn: (await getFolder(tx, row.fid))!.cn, result }
}

/** The folder that a version says is its parent. Throws `NoParentFolder`. */
async function requireParent(
  tx: Transaction,
  rootFid: number,
  { parentKey }: FolderVersion,
): Promise<FolderRow> {
  const known = parentKey === undefined ? undefined : await findFolder(tx, parentKey)
  const row =
    known === undefined ? await getFolder(tx, rootFid) : known.kind === 'stored' ? known.row : undefined
  if (row === undefined || row.deleted_at !== null || row.kind === FolderKind.Search) {
    throw new MapiError(ErrorCode.NoParentFolder)
  }
  return row
}

async function createFolder(
  tx: MailboxTransaction,
  logon: Logon,
  rootFid: number,
  parent: FolderRow,
  version: FolderVersion,
): Promise<{ readonly fid: number; readonly cn: number }> {
  const { mailbox } = logon
  const { sourceKey, name, properties } = version
  const counter = sourceKey.kind === 'own' ? sourceKey.counter : undefined
  if (counter !== undefined) {
    for (const fid of new Set([parent.fid, rootFid])) {
      if (await wasDeleted(tx, fid, counter)) throw new MapiError(ErrorCode.ObjectDeleted)
    }
    const taken = await tx.get('SELECT 1 AS one FROM folder WHERE fid = ?', counter)
    if (taken !== undefined) throw new MapiError(ErrorCode.ObjectDeleted)
    if (!tx.wasAllocated(counter)) throw new MapiError(ErrorCode.InvalidParameter)
  }
  await logon.require(tx, parent.fid, Rights.CreateSubFolder)
  if ((await findSubfolder(tx, parent.fid, name)) !== undefined) throw new MapiError(ErrorCode.CollidingNames)
  const fid = counter ?? tx.allocate()
  await insertFolder(
    tx,
    mailbox,
    parent.fid,
    { name, properties },
    { fid, ...(sourceKey.kind === 'foreign' && { sourceKey: sourceKey.key }) },
  )
  if (!logon.hasFullAccess) await grantOwnership(tx, fid, logon.principal)
  await setKeys(tx, fid, version)
  return { fid, cn: (await getFolder(tx, fid))!.cn }
}

async function wasDeleted(tx: Transaction, parentFid: number, fid: number): Promise<boolean> {
  const row = await tx.get(
    'SELECT 1 AS one FROM tombstone WHERE fid = ? AND is_folder = 1 AND id = ?',
    parentFid,
    fid,
  )
  return row !== undefined
}

/** Gives a folder the place, name and properties that a version has. */
async function replaceFolder(
  tx: MailboxTransaction,
  logon: Logon,
  rootFid: number,
  row: FolderRow,
  version: FolderVersion,
): Promise<void> {
  const { mailbox } = logon
  const { name } = version
  // [MS-OXCFXICS] 3.3.4.3.3.1.1: without a parent's key the version is of the folder that is synchronized itself.
  const isRoot = row.fid === rootFid && version.parentKey === undefined
  const parent = isRoot ? (await getFolder(tx, row.parent_fid))! : await requireParent(tx, rootFid, version)
  if (parent.fid !== row.parent_fid || name !== row.name) {
    const existing = await findSubfolder(tx, parent.fid, name)
    if (existing !== undefined && existing !== row.fid) throw new MapiError(ErrorCode.CollidingNames)
  }
  if (parent.fid !== row.parent_fid) {
    if (isProtected(mailbox, row.fid)) throw new MapiError(ErrorCode.AccessDenied)
    if (await isWithin(tx, parent.fid, row.fid)) throw new MapiError(ErrorCode.FolderCycle)
    await logon.require(tx, parent.fid, Rights.CreateSubFolder)
    await moveFolder(tx, mailbox, row, parent.fid, name)
  }
  await updateFolder(tx, mailbox, row.fid, {
    ...(row.fid !== mailbox.info.folders.root && { name }),
    properties: merged(row, version),
    tags: [
      PidTagDisplayName as PropertyTag<unknown> as PropertyTag,
      ...([...version.properties.keys()] as PropertyTag[]),
    ],
  })
}

/** The folder's properties with those of the version in their place. */
function merged(row: FolderRow, version: FolderVersion): Map<PropertyTag<unknown>, StoredValue> {
  const properties = new Map<PropertyTag<unknown>, StoredValue>(new PackedProperties(row.props))
  const ids = new Set([...version.properties.keys()].map(tagId))
  for (const tag of properties.keys()) if (ids.has(tagId(tag))) properties.delete(tag)
  for (const [tag, value] of version.properties) properties.set(tag, value)
  return properties
}

/** The version that is there now is the one with these keys, whatever brought it about ([MS-OXCFXICS] 3.1.5.3). */
async function setKeys(
  tx: Transaction,
  fid: number,
  { changeKey, pcl, modified }: VersionKeys,
): Promise<void> {
  await tx.run(
    'UPDATE folder SET change_key = ?, pcl = ?, modified = ? WHERE fid = ?',
    changeKey,
    pcl,
    modified,
    fid,
  )
}
