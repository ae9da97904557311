import {
  ErrorCode,
  MapiError,
  type OperationOptions,
  type OperationResult,
  PidTagCreatorEntryId,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { grantOwnership } from '../access/permission-list.ts'
import { Rights } from '../access/rights.ts'
import { FolderKind, type FolderRow, getSubfolders } from '../folder/folder-row.ts'
import { insertFolder } from '../folder/insert.ts'
import { findSubfolder } from '../folder/names.ts'
import { deleteMessages } from '../message/delete.ts'
import { Access, accessToMessage, isCreatedBy } from '../message/message-access.ts'
import { getMessages } from '../message/message-row.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import { Work } from './batches.ts'
import { copyMessageAcross } from './copy-across.ts'
import { requireFolder, requireLive } from './folder-access.ts'
import { deleteSubfolder } from './folder-operations.ts'
import { transferProperties } from './transfer.ts'

/** A folder of another mailbox, as the user who is logged on there may use it. */
export interface Elsewhere {
  readonly logon: Logon
  readonly fid: number
}

/** Copies or moves messages into a folder of another mailbox, one by one. Partial where one could not be. */
export async function transferMessagesAcross(
  logon: Logon,
  fid: number,
  ids: readonly bigint[],
  to: Elsewhere,
  options: OperationOptions & { readonly move?: boolean },
): Promise<OperationResult> {
  const { mailbox, principal } = logon
  const destination = await to.logon.mailbox.read((tx) => requireLive(tx, to.fid))
  if (destination.kind === FolderKind.Search) throw new MapiError(ErrorCode.SearchFolder)
  const mayCreate = await to.logon.mailbox.read(
    async (tx) => ((await to.logon.rightsOn(tx, to.fid)) & Rights.Create) !== 0,
  )
  const needed = options.move === true ? Access.Read | Access.Delete : Access.Read
  const work = new Work(options, ids.length)
  let transferred = 0
  for (const id of mayCreate ? ids : []) {
    work.checkAborted()
    const mid = mailbox.counterOf(id)
    const isAllowed = await mailbox.read(async (tx) => {
      const [row] = mid === undefined ? [] : await getMessages(tx, [mid])
      if (row === undefined || row.fid !== fid) return false
      const isOwn = isCreatedBy(new PackedProperties(row.props).get(PidTagCreatorEntryId), principal)
      return (accessToMessage(await logon.rightsOn(tx, fid), isOwn) & needed) === needed
    })
    if (isAllowed) {
      const copy = await copyMessageAcross(mailbox, fid, mid!, to.logon.mailbox, to.fid, principal)
      if (copy !== undefined) {
        transferred++
        if (options.move === true) {
          await mailbox.write((tx) => deleteMessages(tx, mailbox, fid, [mid!], { hard: true }))
        }
      }
    }
    work.done(1)
  }
  return { partial: transferred < ids.length }
}

/** Copies a folder into a folder of another mailbox. Search folders stay behind: what they search is not there. */
export async function copyFolderAcross(
  logon: Logon,
  id: bigint,
  to: Elsewhere,
  newName: string | undefined,
  options: OperationOptions & { readonly recursive?: boolean },
): Promise<OperationResult> {
  const { mailbox } = logon
  const row = await mailbox.read(async (tx) => {
    const found = await requireFolder(tx, logon, id)
    await logon.require(tx, found.fid, Rights.ReadAny)
    return found
  })
  if (row.fid === mailbox.info.folders.root || row.kind === FolderKind.Search) {
    throw new MapiError(ErrorCode.NotSupported)
  }
  const name = newName || row.name
  const fid = await insertAcross(logon, row, to, name)
  const mids = await mailbox.read((tx) =>
    tx.column('SELECT mid FROM message WHERE fid = ? AND deleted_at IS NULL', row.fid),
  )
  const target = { ...to, fid }
  const messages = await transferMessagesAcross(
    logon,
    row.fid,
    mids.map((mid) => mailbox.id(mid)),
    target,
    options,
  )
  let partial = messages.partial
  if (options.recursive === true) {
    for (const child of await mailbox.read((tx) => getSubfolders(tx, row.fid))) {
      try {
        const result = await copyFolderAcross(logon, mailbox.id(child.fid), target, undefined, options)
        if (result.partial) partial = true
      } catch (error) {
        if (!(error instanceof MapiError) || error.code === ErrorCode.UserCanceled) throw error
        partial = true
      }
    }
  }
  return { partial }
}

/** Moves a folder into a folder of another mailbox: copies it and, if all of it could be copied, deletes it. */
export async function moveFolderAcross(
  logon: Logon,
  id: bigint,
  to: Elsewhere,
  newName: string | undefined,
  options: OperationOptions,
): Promise<OperationResult> {
  const copied = await copyFolderAcross(logon, id, to, newName, { ...options, recursive: true })
  if (copied.partial) return copied
  return deleteSubfolder(logon, id, { ...options, messages: true, subfolders: true })
}

async function insertAcross(logon: Logon, row: FolderRow, to: Elsewhere, name: string): Promise<number> {
  const target = to.logon.mailbox
  const properties = new Map(new PackedProperties(row.props))
  const transferred = await transferProperties(logon.mailbox, target, properties)
  try {
    return await target.write(async (tx) => {
      const parent = await requireLive(tx, to.fid)
      if (parent.kind === FolderKind.Search) throw new MapiError(ErrorCode.NotSupported)
      if ((await findSubfolder(tx, to.fid, name)) !== undefined) throw new MapiError(ErrorCode.CollidingNames)
      await to.logon.require(tx, to.fid, Rights.CreateSubFolder)
      const fid = await insertFolder(tx, target, to.fid, { name, properties: transferred.properties })
      if (!to.logon.hasFullAccess) await grantOwnership(tx, fid, to.logon.principal)
      return fid
    })
  } finally {
    await transferred[Symbol.asyncDispose]()
  }
}
