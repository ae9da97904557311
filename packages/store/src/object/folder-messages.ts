import {
  type DeleteMessagesOptions,
  ErrorCode,
  MapiError,
  type OperationOptions,
  type OperationResult,
  PidTagCreatorEntryId,
  type ReadFlags,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { FolderKind, getFolder } from '../folder/folder-row.ts'
import { copyMessages, moveMessages } from '../message/copy.ts'
import { deleteMessages } from '../message/delete.ts'
import { Access, accessToMessage, isCreatedBy } from '../message/message-access.ts'
import { getMessages, type MessageRow } from '../message/message-row.ts'
import { setReadFlags } from '../message/read-state.ts'
import { requireRoomForCopies } from '../message/room.ts'
import { setMessageStatus } from '../message/status.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { BATCH, batchesOf, Work } from './batches.ts'

/** What the user may do with a message: bits of `Access`. */
async function accessTo(
  tx: Transaction,
  logon: Logon,
  row: MessageRow,
  rightsByFolder: Map<number, number>,
): Promise<number> {
  let rights = rightsByFolder.get(row.fid)
  if (rights === undefined) {
    rights = await logon.rightsOn(tx, row.fid)
    rightsByFolder.set(row.fid, rights)
  }
  const isOwn = isCreatedBy(new PackedProperties(row.props).get(PidTagCreatorEntryId), logon.principal)
  return accessToMessage(rights, isOwn)
}

/** Those of some messages that the user may do something with, by the folder that they are in. */
async function permitted(
  tx: Transaction,
  logon: Logon,
  rows: readonly MessageRow[],
  access: number,
): Promise<Map<number, number[]>> {
  const rights = new Map<number, number>()
  const byFolder = new Map<number, number[]>()
  for (const row of rows) {
    if (((await accessTo(tx, logon, row, rights)) & access) !== access) continue
    const mids = byFolder.get(row.fid)
    if (mids === undefined) byFolder.set(row.fid, [row.mid])
    else mids.push(row.mid)
  }
  return byFolder
}

/** Those of some messages that are in a folder or, if it is a search folder, in what it has found. */
async function messagesIn(
  tx: Transaction,
  logon: Logon,
  fid: number,
  ids: readonly bigint[],
): Promise<MessageRow[]> {
  const mids = ids.flatMap((id) => logon.mailbox.counterOf(id) ?? [])
  const rows = await getMessages(tx, mids)
  const folder = await getFolder(tx, fid)
  if (folder?.kind !== FolderKind.Search) return rows.filter((row) => row.fid === fid)
  const found: MessageRow[] = []
  for (const row of rows) {
    const link = await tx.get('SELECT 1 AS one FROM search_result WHERE fid = ? AND mid = ?', fid, row.mid)
    if (link !== undefined) found.push(row)
  }
  return found
}

/**
 * Moves or copies messages into another folder of the mailbox ([MS-OXCFOLD] 3.2.5.6). Those that are not there, or that the user
 * has no right to, make the result partial.
 */
export async function transferMessages(
  logon: Logon,
  fid: number,
  ids: readonly bigint[],
  toFid: number,
  options: OperationOptions & { readonly move?: boolean },
): Promise<OperationResult> {
  const { mailbox } = logon
  const work = new Work(options, ids.length)
  const needed = options.move === true ? Access.Read | Access.Delete : Access.Read
  let transferred = 0
  for (const batch of batchesOf(ids)) {
    work.checkAborted()
    transferred += await mailbox.write(async (tx) => {
      const destination = await getFolder(tx, toFid)
      if (destination === undefined || destination.deleted_at !== null)
        throw new MapiError(ErrorCode.NotFound)
      if (destination.kind === FolderKind.Search) throw new MapiError(ErrorCode.SearchFolder)
      if (((await logon.rightsOn(tx, toFid)) & Rights.Create) === 0) return 0
      let count = 0
      const rows = await messagesIn(tx, logon, fid, batch)
      for (const [fromFid, mids] of await permitted(tx, logon, rows, needed)) {
        if (options.move !== true) await requireRoomForCopies(tx, mailbox, mids)
        const done =
          options.move === true
            ? await moveMessages(tx, mailbox, mids, fromFid, toFid)
            : await copyMessages(tx, mailbox, mids, fromFid, toFid)
        count += done.length
      }
      return count
    })
    work.done(batch.length)
  }
  return { partial: transferred < ids.length }
}

/** Deletes messages ([MS-OXCFOLD] 3.2.5.11, 3.2.5.12); partial if some are not there or are not for the user to delete. */
export async function removeMessages(
  logon: Logon,
  fid: number,
  ids: readonly bigint[],
  options: DeleteMessagesOptions,
): Promise<OperationResult> {
  const { mailbox, principal } = logon
  const work = new Work(options, ids.length)
  let removed = 0
  for (const batch of batchesOf(ids)) {
    work.checkAborted()
    removed += await mailbox.write(async (tx) => {
      let count = 0
      const rows = await messagesIn(tx, logon, fid, batch)
      for (const [folder, mids] of await permitted(tx, logon, rows, Access.Delete)) {
        count += await deleteMessages(tx, mailbox, folder, mids, {
          hard: options.hard === true,
          ...(options.notifyNonRead === true && { notifyNonRead: principal }),
        })
      }
      return count
    })
    work.done(batch.length)
  }
  return { partial: removed < ids.length }
}

/** Marks messages, all of the folder if none is named ([MS-OXCMSG] 3.2.5.10); partial if some are not there or not for the user to mark. */
export async function markMessages(
  logon: Logon,
  fid: number,
  ids: readonly bigint[],
  flags: ReadFlags,
  options: OperationOptions,
): Promise<OperationResult> {
  const { mailbox, principal } = logon
  // Among public folders everybody has a read state of their own; in a mailbox it is part of the message.
  const needed = mailbox.info.kind === 'public' ? Access.Read : Access.Modify
  const targets = ids.length > 0 ? ids : await allMessages(logon, fid)
  const work = new Work(options, targets.length)
  let marked = 0
  for (const batch of batchesOf(targets)) {
    work.checkAborted()
    marked += await mailbox.write(async (tx) => {
      let count = 0
      const rows = await messagesIn(tx, logon, fid, batch)
      for (const mids of (await permitted(tx, logon, rows, needed)).values()) {
        for (const mid of mids) {
          await setReadFlags(tx, mailbox, mid, flags, principal)
          count++
        }
      }
      return count
    })
    work.done(batch.length)
  }
  return { partial: marked < targets.length }
}

/** PidTagMessageStatus ([MS-OXCMSG] 3.2.5.9). Throws `NotFound`. */
export async function readStatus(logon: Logon, fid: number, id: bigint): Promise<number> {
  return logon.mailbox.read(async (tx) => {
    const [row] = await messagesIn(tx, logon, fid, [id])
    if (row === undefined || !(await permitted(tx, logon, [row], Access.Read)).has(row.fid)) {
      throw new MapiError(ErrorCode.NotFound)
    }
    return row.status
  })
}

/** Sets bits of PidTagMessageStatus and returns what it was ([MS-OXCMSG] 3.2.5.8). Throws `NotFound`. */
export async function changeStatus(
  logon: Logon,
  fid: number,
  id: bigint,
  status: number,
  mask: number,
): Promise<number> {
  return logon.mailbox.write(async (tx) => {
    const [row] = await messagesIn(tx, logon, fid, [id])
    if (row === undefined) throw new MapiError(ErrorCode.NotFound)
    if (!(await permitted(tx, logon, [row], Access.Modify)).has(row.fid)) {
      throw new MapiError(ErrorCode.AccessDenied)
    }
    return (await setMessageStatus(tx, row.mid, status, mask))!
  })
}

/** Deletes all messages of a folder that the user may delete; returns whether all are gone. */
export async function clearMessages(
  logon: Logon,
  fid: number,
  options: OperationOptions & { readonly hard?: boolean; readonly associated?: boolean },
  work: Work,
): Promise<boolean> {
  const { mailbox } = logon
  const kinds = options.associated === true ? '' : 'AND associated = 0'
  let complete = true
  for (let after = 0; ; ) {
    work.checkAborted()
    const { last, count } = await mailbox.write(async (tx) => {
      const mids = await tx.column(
        `SELECT mid FROM message WHERE fid = ? AND mid > ? AND deleted_at IS NULL ${kinds} ORDER BY mid LIMIT ?`,
        fid,
        after,
        BATCH,
      )
      const allowed = (await permitted(tx, logon, await getMessages(tx, mids), Access.Delete)).get(fid) ?? []
      if (allowed.length < mids.length) complete = false
      await deleteMessages(tx, mailbox, fid, allowed, { hard: options.hard === true })
      return { last: mids.at(-1), count: mids.length }
    })
    work.done(count)
    if (last === undefined || count < BATCH) return complete
    after = last
  }
}

async function allMessages(logon: Logon, fid: number): Promise<bigint[]> {
  const { mailbox } = logon
  const mids = await mailbox.read(async (tx) => {
    const folder = await getFolder(tx, fid)
    return folder?.kind === FolderKind.Search
      ? tx.column('SELECT mid FROM search_result WHERE fid = ?', fid)
      : tx.column('SELECT mid FROM message WHERE fid = ? AND associated = 0 AND deleted_at IS NULL', fid)
  })
  return mids.map((mid) => mailbox.id(mid))
}
