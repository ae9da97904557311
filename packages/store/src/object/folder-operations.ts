import {
  type CreateFolderOptions,
  type DeleteFolderOptions,
  type EmptyFolderOptions,
  ErrorCode,
  MapiError,
  type OperationOptions,
  type OperationResult,
  PidTagComment,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { grantOwnership } from '../access/permission-list.ts'
import { Rights } from '../access/rights.ts'
import { copyFolderRow } from '../folder/copy.ts'
import { deleteFolder } from '../folder/delete.ts'
import { FolderKind, type FolderRow, getFolder, getSubfolders } from '../folder/folder-row.ts'
import { insertFolder } from '../folder/insert.ts'
import { moveFolder } from '../folder/move.ts'
import { findSubfolder } from '../folder/names.ts'
import { purgeDeletedFolders } from '../folder/purge.ts'
import { getSubtree, isWithin } from '../folder/tree.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { copyMessages } from '../message/copy.ts'
import { requireRoomForCopies } from '../message/room.ts'
import type { Transaction } from '../storage/storage.ts'
import { BATCH, Work } from './batches.ts'
import { isProtected, isVisible, requireFolder, requireLive } from './folder-access.ts'
import { clearMessages } from './folder-messages.ts'

const PARTIAL: OperationResult = { partial: true }
const COMPLETE: OperationResult = { partial: false }

/** Makes a subfolder, or finds the one of that name, and returns its counter ([MS-OXCFOLD] 3.2.5.2). */
export async function createSubfolder(
  logon: Logon,
  parentFid: number,
  options: CreateFolderOptions,
): Promise<{ readonly fid: number; readonly existed: boolean }> {
  const { mailbox } = logon
  const kind = options.type === 'search' ? FolderKind.Search : FolderKind.Generic
  const name = options.displayName
  if (name === '') throw new MapiError(ErrorCode.InvalidParameter)
  if (kind === FolderKind.Search && mailbox.info.kind === 'public')
    throw new MapiError(ErrorCode.NotSupported)
  return mailbox.write(async (tx) => {
    const parent = await requireLive(tx, parentFid)
    const existing = await findSubfolder(tx, parentFid, name)
    if (existing !== undefined) {
      if (options.openExisting !== true) throw new MapiError(ErrorCode.CollidingNames)
      if (!isVisible(logon, existing, await logon.rightsOn(tx, existing))) {
        throw new MapiError(ErrorCode.NotFound)
      }
      return { fid: existing, existed: true }
    }
    if (parent.kind === FolderKind.Search) throw new MapiError(ErrorCode.NotSupported)
    await logon.require(tx, parentFid, Rights.CreateSubFolder)
    const fid =
      options.longTermId === undefined ? tx.allocate() : await reservedFid(tx, logon, options.longTermId)
    await insertFolder(
      tx,
      mailbox,
      parentFid,
      {
        name,
        kind,
        ...(options.comment !== undefined && { properties: [[PidTagComment, options.comment]] }),
      },
      { fid },
    )
    if (!logon.hasFullAccess) await grantOwnership(tx, fid, logon.principal)
    return { fid, existed: false }
  })
}

/** The counter in an ID that was reserved for a new folder. Throws `InvalidParameter` if it was not, or is in use. */
async function reservedFid(
  tx: MailboxTransaction,
  logon: Logon,
  id: NonNullable<CreateFolderOptions['longTermId']>,
): Promise<number> {
  const { mailbox } = logon
  const { databaseGuid, globalCounter: fid } = id
  const isOurs = databaseGuid === mailbox.info.replicaGuid && tx.wasAllocated(fid)
  const taken = await tx.get(
    'SELECT 1 AS one FROM folder WHERE fid = ? UNION SELECT 1 FROM message WHERE mid = ?',
    fid,
    fid,
  )
  if (!isOurs || taken !== undefined) throw new MapiError(ErrorCode.InvalidParameter)
  return fid
}

/** Deletes a folder ([MS-OXCFOLD] 3.2.5.3). What the user may not delete makes the result partial, and the folder stays. */
export async function deleteSubfolder(
  logon: Logon,
  id: bigint,
  options: DeleteFolderOptions,
): Promise<OperationResult> {
  const { mailbox } = logon
  const hard = options.hard === true
  const work = new Work(options, 0)
  work.checkAborted()
  const result = await mailbox.write(async (tx) => {
    const row = await requireFolder(tx, logon, id, { softDeleted: hard })
    if (row.fid === mailbox.info.folders.root) throw new MapiError(ErrorCode.NotSupported)
    if (isProtected(mailbox, row.fid)) throw new MapiError(ErrorCode.AccessDenied)
    const hasMessages = row.kind !== FolderKind.Search && row.message_count + row.associated_count > 0
    if ((hasMessages && options.messages !== true) || (row.child_count > 0 && options.subfolders !== true)) {
      return PARTIAL
    }
    return deleteTree(tx, logon, row, hard)
  })
  if (hard) await purge(logon, options, work)
  return result
}

/** Deletes as much of a folder and the folders below it as the user may: whole branches only. */
async function deleteTree(
  tx: MailboxTransaction,
  logon: Logon,
  row: FolderRow,
  hard: boolean,
): Promise<OperationResult> {
  const subtree = [row, ...(await getSubtree(tx, row.fid))]
  const kept = new Set<number>()
  // From the deepest folder up: what holds one that stays must stay as well.
  for (const { fid, parent_fid } of [...subtree].reverse()) {
    const mayDelete =
      ((await logon.rightsOn(tx, fid)) & Rights.FolderOwner) !== 0 && !isProtected(logon.mailbox, fid)
    if (!mayDelete) kept.add(fid)
    if (kept.has(fid)) kept.add(parent_fid)
  }
  for (const { fid, parent_fid } of subtree) {
    const isTop = fid === row.fid || kept.has(parent_fid)
    if (isTop && !kept.has(fid)) await deleteFolder(tx, fid, { hard })
  }
  return kept.has(row.fid) ? PARTIAL : COMPLETE
}

async function purge(logon: Logon, options: OperationOptions, work: Work): Promise<void> {
  await purgeDeletedFolders(logon.mailbox, {
    onPurged: (count) => work.done(count),
    ...(options.signal !== undefined && { signal: options.signal }),
  })
}

/**
 * Moves a folder with all that is in it ([MS-OXCFOLD] 3.2.5.7), or recovers it if it was soft-deleted. Partial, and nothing
 * moved, if the user has not the right to move it.
 */
export async function moveSubfolder(
  logon: Logon,
  id: bigint,
  toParentFid: number,
  newName: string | undefined,
): Promise<OperationResult> {
  const { mailbox } = logon
  return mailbox.write(async (tx) => {
    const row = await requireFolder(tx, logon, id, { softDeleted: true })
    if (row.fid === mailbox.info.folders.root) throw new MapiError(ErrorCode.NotSupported)
    if (isProtected(mailbox, row.fid)) throw new MapiError(ErrorCode.AccessDenied)
    const name = newName || row.name
    await requireDestination(tx, logon, row, toParentFid, name, { mayStay: true })
    if (((await logon.rightsOn(tx, row.fid)) & Rights.FolderOwner) === 0) return PARTIAL
    await moveFolder(tx, mailbox, row, toParentFid, name)
    return COMPLETE
  })
}

/** Throws unless a folder can be put below another one: `NotFound`, `NotSupported`, `FolderCycle`, `CollidingNames`, `AccessDenied`. */
async function requireDestination(
  tx: Transaction,
  logon: Logon,
  row: FolderRow,
  toParentFid: number,
  name: string,
  options: { readonly mayStay?: boolean } = {},
): Promise<void> {
  const destination = await requireLive(tx, toParentFid)
  if (destination.kind === FolderKind.Search) throw new MapiError(ErrorCode.NotSupported)
  if (await isWithin(tx, toParentFid, row.fid)) throw new MapiError(ErrorCode.FolderCycle)
  const existing = await findSubfolder(tx, toParentFid, name)
  if (existing !== undefined && !(options.mayStay === true && existing === row.fid)) {
    throw new MapiError(ErrorCode.CollidingNames)
  }
  await logon.require(tx, toParentFid, Rights.CreateSubFolder)
}

/** Copies a folder with its messages and, if asked for, the folders below it ([MS-OXCFOLD] 3.2.5.8). */
export async function copySubfolder(
  logon: Logon,
  id: bigint,
  toParentFid: number,
  newName: string | undefined,
  options: OperationOptions & { readonly recursive?: boolean },
): Promise<OperationResult> {
  const { mailbox } = logon
  const plan = await mailbox.read(async (tx) => {
    const row = await requireFolder(tx, logon, id, { softDeleted: true })
    if (row.fid === mailbox.info.folders.root) throw new MapiError(ErrorCode.NotSupported)
    await logon.require(tx, row.fid, Rights.ReadAny)
    const name = newName || row.name
    await requireDestination(tx, logon, row, toParentFid, name)
    const filter = row.deleted_at === null ? 'live' : 'all'
    const below = options.recursive === true ? await getSubtree(tx, row.fid, filter) : []
    return { row, name, below }
  })
  const work = new Work(
    options,
    [plan.row, ...plan.below].reduce((sum, row) => sum + 1 + row.message_count + row.associated_count, 0),
  )
  /** The copies, by what they are copies of. */
  const copies = new Map<number, number>()
  let partial = false
  for (const row of [plan.row, ...plan.below]) {
    work.checkAborted()
    const isTop = row.fid === plan.row.fid
    const parent = isTop ? toParentFid : copies.get(row.parent_fid)
    // The folder above it could not be copied.
    if (parent === undefined) continue
    const copy = await mailbox.write(async (tx) => {
      if (isTop) await requireDestination(tx, logon, row, toParentFid, plan.name)
      else if (((await logon.rightsOn(tx, row.fid)) & Rights.ReadAny) === 0) return undefined
      const fid = await copyFolderRow(tx, mailbox, row, parent, isTop ? plan.name : row.name)
      if (!logon.hasFullAccess) await grantOwnership(tx, fid, logon.principal)
      return fid
    })
    if (copy === undefined) partial = true
    else {
      copies.set(row.fid, copy)
      work.done(1)
      if (row.kind !== FolderKind.Search) await copyContents(logon, row.fid, copy, work)
    }
  }
  return { partial }
}

/** Which messages {@link copyContents} copies. */
export interface CopyContentsOptions {
  readonly normal?: boolean
  readonly associated?: boolean
}

/** Copies the messages of a folder, all if nothing else is said, into another one. */
export async function copyContents(
  logon: Logon,
  fromFid: number,
  toFid: number,
  work: Work,
  { normal = true, associated = true }: CopyContentsOptions = {},
): Promise<void> {
  const { mailbox } = logon
  const kinds = normal && associated ? '' : `AND associated = ${associated ? 1 : 0}`
  if (!normal && !associated) return
  for (let after = 0; ; ) {
    work.checkAborted()
    const mids = await mailbox.write(async (tx) => {
      const batch = await tx.column(
        `SELECT mid FROM message WHERE fid = ? AND mid > ? AND deleted_at IS NULL ${kinds} ORDER BY mid LIMIT ?`,
        fromFid,
        after,
        BATCH,
      )
      await requireRoomForCopies(tx, mailbox, batch)
      await copyMessages(tx, mailbox, batch, fromFid, toFid)
      return batch
    })
    work.done(mids.length)
    const last = mids.at(-1)
    if (last === undefined || mids.length < BATCH) return
    after = last
  }
}

/** Copies the folders below one, with all that is in them, into another one; partial where some could not be copied. */
export async function copySubfolders(
  logon: Logon,
  fromFid: number,
  toFid: number,
  options: OperationOptions,
): Promise<OperationResult> {
  const { mailbox } = logon
  const children = await mailbox.read((tx) => getSubfolders(tx, fromFid))
  let partial = false
  for (const { fid } of children) {
    try {
      const result = await copySubfolder(logon, mailbox.id(fid), toFid, undefined, {
        ...options,
        recursive: true,
      })
      if (result.partial) partial = true
    } catch (error) {
      if (!(error instanceof MapiError) || error.code === ErrorCode.UserCanceled) throw error
      partial = true
    }
  }
  return { partial }
}

/** Deletes all messages and subfolders of a folder ([MS-OXCFOLD] 3.2.5.9, 3.2.5.10), as far as the user may. */
export async function emptyFolder(
  logon: Logon,
  fid: number,
  options: EmptyFolderOptions,
): Promise<OperationResult> {
  const { mailbox } = logon
  const row = await mailbox.read((tx) => requireLive(tx, fid))
  if (row.kind === FolderKind.Search || fid === mailbox.info.folders.root) {
    throw new MapiError(ErrorCode.NotSupported)
  }
  // All public folders at once are not emptied. Exchange since 2013 empties none of them ([MS-OXCFOLD] notes 7 and 8).
  if (mailbox.info.kind === 'public' && isProtected(mailbox, fid)) {
    throw new MapiError(ErrorCode.NotSupported)
  }
  const associated = options.associated === true ? row.associated_count : 0
  const work = new Work(options, row.message_count + associated + row.child_count)
  let partial = !(await clearMessages(logon, fid, options, work))
  const children = await mailbox.read((tx) => getSubfolders(tx, fid))
  for (const child of children) {
    work.checkAborted()
    const result = await mailbox.write(async (tx) => {
      const current = await getFolder(tx, child.fid)
      if (current === undefined || current.deleted_at !== null) return COMPLETE
      return deleteTree(tx, logon, current, options.hard === true)
    })
    if (result.partial) partial = true
    work.done(1)
  }
  if (options.hard === true) await purge(logon, options, work)
  return { partial }
}
