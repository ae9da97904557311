import { comparePcls, decodePcl, ErrorCode, type ImportedMove, MapiError } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { moveMessages } from '../message/copy.ts'
import { Access } from '../message/message-access.ts'
import type { MessageRow } from '../message/message-row.ts'
import type { Transaction } from '../storage/storage.ts'
import { mergedPcl } from './conflict.ts'
import { findFolder } from './import-folder.ts'
import { readChange } from './import-header.ts'
import { findMessage, requireAccess } from './import-message.ts'
import { readSourceKey, type SourceKey } from './source-key.ts'

export interface MovedVersion {
  readonly mid: number
  readonly cn: number
  readonly associated: boolean
  /** How the version that was moved stands to the one that is here. */
  readonly order: 'newer' | 'equal' | 'other'
}

/**
 * Moves a message into a folder as a replica has done ([MS-OXCFXICS] 2.2.3.2.4.4, 3.2.5.9.4.4). Throws `NotFound` for a folder or message that is not there,
 * `ObjectDeleted` for one that was deleted or moved before, `AccessDenied`, `InvalidParameter`.
 */
export async function moveImported(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  move: ImportedMove,
): Promise<MovedVersion> {
  const { mailbox } = logon
  const source = await findFolder(tx, readSourceKey(mailbox, move.sourceFolderKey))
  if (source.kind !== 'stored') throw new MapiError(ErrorCode.NotFound)
  const fromFid = source.row.fid
  const row = await requireMessage(tx, fromFid, readSourceKey(mailbox, move.sourceMessageKey))
  requireAccess(logon, row, await logon.rightsOn(tx, fromFid), Access.Delete)
  await logon.require(tx, fid, row.associated === 1 ? Rights.FolderOwner : Rights.Create)

  const destination = readSourceKey(mailbox, move.destinationMessageKey)
  const { changeKey, pcl } = readChange(move.predecessorChangeList, move.changeNumber)
  const order = comparePcls(decodePcl(move.predecessorChangeList), decodePcl(row.pcl))
  const [moved] = await moveMessages(tx, mailbox, [row.mid], fromFid, fid, {
    ...(await placeFor(tx, fid, destination)),
    ...keysFor(order, row, changeKey, pcl),
  })
  const { cn } = (await tx.get<{ cn: number }>('SELECT cn FROM message WHERE mid = ?', moved!.mid))!
  await renumberReadState(tx, fid, moved!.mid)
  return {
    mid: moved!.mid,
    cn,
    associated: row.associated === 1,
    order: order === 'newer' || order === 'equal' ? order : 'other',
  }
}

/** The replica has the message, but its read state may have changed here: so that one is told by itself ([MS-OXCFXICS] 3.2.5.6). */
async function renumberReadState(tx: MailboxTransaction, fid: number, mid: number): Promise<void> {
  const readCn = tx.allocate()
  await tx.run('UPDATE message SET read_cn = ? WHERE mid = ?', readCn, mid)
  await tx.run('UPDATE user_read SET read_cn = ? WHERE fid = ? AND mid = ?', readCn, fid, mid)
}

async function requireMessage(tx: Transaction, fid: number, key: SourceKey): Promise<MessageRow> {
  const known = await findMessage(tx, fid, key)
  if (known.kind === 'stored') return known.row
  throw new MapiError(known.kind === 'deleted' ? ErrorCode.ObjectDeleted : ErrorCode.NotFound)
}

/** The counter and key of the message where it is to be. Throws `InvalidParameter` if there is something already. */
async function placeFor(
  tx: MailboxTransaction,
  fid: number,
  key: SourceKey,
): Promise<{ readonly mid?: number; readonly sourceKey?: Uint8Array }> {
  const known = await findMessage(tx, fid, key)
  if (known.kind !== 'unknown') throw new MapiError(ErrorCode.InvalidParameter)
  if (key.kind === 'foreign') return { sourceKey: key.key }
  if (!tx.wasAllocated(key.counter)) throw new MapiError(ErrorCode.InvalidParameter)
  return { mid: key.counter }
}

/** What the version that is here is called once it was moved. */
function keysFor(
  order: 'newer' | 'equal' | 'older' | 'conflict',
  row: MessageRow,
  changeKey: Uint8Array,
  pcl: Uint8Array,
): { readonly changeKey?: Uint8Array; readonly pcl: Uint8Array } {
  switch (order) {
    // The newer version is yet to come: it must not be in conflict with the move.
    case 'newer':
      return { changeKey: row.change_key, pcl: row.pcl }
    case 'equal':
      return { changeKey, pcl }
    // The replica has not seen this version: it is a change to it that follows its move.
    default:
      return { pcl: mergedPcl(row.pcl, pcl) }
  }
}
