import {
  comparePcls,
  decodePcl,
  ErrorCode,
  fileTime,
  type ImportResult,
  MapiError,
  PidTagCreatorEntryId,
  PidTagMessageFlags,
  PidTagResolveMethod,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { getFolder } from '../folder/folder-row.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { insertMessage } from '../message/insert.ts'
import { Access, accessToMessage, isCreatedBy } from '../message/message-access.ts'
import { DERIVED_MESSAGE_FLAGS, MessageFlag, MessageStatus } from '../message/message-flags.ts'
import { getMessage, type MessageRow, readAttachments } from '../message/message-row.ts'
import { setReadFlags } from '../message/read-state.ts'
import { updateMessage } from '../message/update.ts'
import type { ImportedMessage } from '../object/message-object.ts'
import type { AttachmentRecord, MessageRecord } from '../record/message-record.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { conflictMessage, importedWins, mergedPcl, type VersionKeys } from './conflict.ts'
import { isNontransmittable } from './import-header.ts'
import type { SourceKey } from './source-key.ts'

/** A version of a message that comes from another replica. */
export interface MessageVersion extends VersionKeys {
  readonly sourceKey: SourceKey
  readonly associated: boolean
  /** Refuse it if it is in conflict with what is there (FailOnConflict). */
  readonly failOnConflict: boolean
}

/** What is there of the message that a source key names. */
export type KnownMessage =
  | { readonly kind: 'stored'; readonly row: MessageRow }
  | { readonly kind: 'deleted' }
  /** It can be made; with this counter if the key says so. */
  | { readonly kind: 'unknown'; readonly mid?: number }

/** Finds a message of a folder by its source key. */
export async function findMessage(tx: Transaction, fid: number, sourceKey: SourceKey): Promise<KnownMessage> {
  if (sourceKey.kind === 'foreign') {
    const found = await tx.get<{ mid: number }>('SELECT mid FROM message WHERE source_key = ?', sourceKey.key)
    const row = found && (await getMessage(tx, found.mid))
    return row === undefined ? { kind: 'unknown' } : knownAs(row, fid)
  }
  const mid = sourceKey.counter
  const row = await getMessage(tx, mid)
  if (row !== undefined && row.fid === fid) return knownAs(row, fid)
  if (await wasDeleted(tx, fid, mid)) return { kind: 'deleted' }
  return row === undefined ? { kind: 'unknown', mid } : knownAs(row, fid)
}

/** Throws `InvalidParameter` for a message that is in another folder. */
function knownAs(row: MessageRow, fid: number): KnownMessage {
  if (row.fid !== fid) throw new MapiError(ErrorCode.InvalidParameter)
  return row.deleted_at === null ? { kind: 'stored', row } : { kind: 'deleted' }
}

async function wasDeleted(tx: Transaction, fid: number, mid: number): Promise<boolean> {
  const row = await tx.get(
    `SELECT 1 AS one FROM tombstone WHERE fid = ? AND is_folder = 0 AND id = ?
     UNION ALL SELECT 1 FROM deleted_range WHERE fid = ? AND low <= ? AND high >= ?`,
    fid,
    mid,
    fid,
    mid,
    mid,
  )
  return row !== undefined
}

/** How an imported version stands to what is there ([MS-OXCFXICS] 3.1.5.6.1). */
export function compareVersions(imported: VersionKeys, stored: { readonly pcl: Uint8Array }): ImportResult {
  switch (comparePcls(decodePcl(imported.pcl), decodePcl(stored.pcl))) {
    case 'newer':
      return 'applied'
    case 'equal':
    case 'older':
      return 'ignored'
    case 'conflict':
      return 'conflict'
  }
}

/**
 * Decides what will become of an imported version, and checks that the user may do that. Throws `ObjectDeleted`, `SyncConflict`,
 * `AccessDenied`, `InvalidParameter` ([MS-OXCFXICS] 2.2.3.2.4.2.2, 3.3.4.3.3).
 */
export async function judgeMessage(
  tx: Transaction,
  logon: Logon,
  fid: number,
  version: MessageVersion,
): Promise<{ readonly result: ImportResult; readonly known: KnownMessage }> {
  const known = await findMessage(tx, fid, version.sourceKey)
  const rights = await logon.rightsOn(tx, fid)
  switch (known.kind) {
    case 'deleted':
      throw new MapiError(ErrorCode.ObjectDeleted)
    case 'unknown':
      if ((rights & (version.associated ? Rights.FolderOwner : Rights.Create)) === 0) {
        throw new MapiError(ErrorCode.AccessDenied)
      }
      return { result: 'applied', known }
    case 'stored': {
      const result = compareVersions(version, known.row)
      if (result === 'ignored') return { result, known }
      requireAccess(logon, known.row, rights, Access.Modify)
      if (result === 'conflict' && version.failOnConflict) throw new MapiError(ErrorCode.SyncConflict)
      return { result, known }
    }
  }
}

/** Throws `AccessDenied` unless the user may do something to a message. */
export function requireAccess(logon: Logon, row: MessageRow, rights: number, access: number): void {
  const creator = new PackedProperties(row.props).get(PidTagCreatorEntryId)
  if ((accessToMessage(rights, isCreatedBy(creator, logon.principal)) & access) !== access) {
    throw new MapiError(ErrorCode.AccessDenied)
  }
}

/** What storing a version came to. */
export interface StoredVersion {
  readonly mid: number
  readonly cn: number
  /** The change number of its read state, if that is what the replica says. */
  readonly readCn: number | undefined
  readonly result: ImportResult
}

/**
 * Stores a version of a message ([MS-OXCFXICS] 3.1.5.3, 3.1.5.6.2). Judged anew, since others may have been faster; throws what {@link judgeMessage} throws, and
 * `IgnoreFailure` if it is known by now.
 */
export async function storeMessage(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  version: MessageVersion,
  message: ImportedMessage,
): Promise<StoredVersion> {
  const { result, known } = await judgeMessage(tx, logon, fid, version)
  if (result === 'ignored') throw new MapiError(ErrorCode.IgnoreFailure)
  const record = transmittable(message.record)
  let mid: number
  if (known.kind !== 'stored') {
    mid = await insertVersion(tx, logon, fid, version, known, { ...message, record })
  } else {
    mid = known.row.mid
    if (result === 'applied') await replace(tx, logon, known.row, version, { ...message, record })
    else await resolve(tx, logon, known.row, version, { ...message, record })
  }
  const row = await tx.get<{ cn: number; read_cn: number }>(
    'SELECT cn, read_cn FROM message WHERE mid = ?',
    mid,
  )
  // A read state that has changed here meanwhile is yet to be told to the replica.
  const keepsReadState = known.kind === 'stored' && row!.read_cn === known.row.read_cn
  return { mid, cn: row!.cn, readCn: keepsReadState ? undefined : row!.read_cn, result }
}

function insertVersion(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  version: MessageVersion,
  known: KnownMessage,
  message: ImportedMessage,
): Promise<number> {
  const mid = known.kind === 'unknown' ? known.mid : undefined
  // IDs that clients give are those that they have reserved ([MS-OXCFXICS] 3.3.5.2.1).
  if (mid !== undefined && !tx.wasAllocated(mid)) throw new MapiError(ErrorCode.InvalidParameter)
  const { sourceKey, changeKey, pcl, modified } = version
  const properties = new Map(message.record.properties)
  properties.set(PidTagMessageFlags, message.flags)
  return insertMessage(
    tx,
    logon.mailbox,
    fid,
    { ...message.record, properties },
    {
      principal: logon.principal,
      checkQuota: true,
      associated: message.associated,
      isRead: message.isRead,
      changeKey,
      pcl,
      modified,
      ...(mid !== undefined && { mid }),
      ...(sourceKey.kind === 'foreign' && { sourceKey: sourceKey.key }),
    },
  )
}

async function replace(
  tx: MailboxTransaction,
  logon: Logon,
  row: MessageRow,
  { changeKey, pcl, modified }: VersionKeys,
  message: ImportedMessage,
): Promise<void> {
  await updateMessage(
    tx,
    logon.mailbox,
    row.mid,
    {
      properties: message.record.properties,
      recipients: message.record.recipients,
      attachments: await attachmentsAfter(tx, row, message.record.attachments),
    },
    {
      principal: logon.principal,
      checkQuota: true,
      changeKey,
      pcl,
      modified,
      status: row.status & ~MessageStatus.InConflict,
      ...flagsTo(message.flags),
    },
  )
  // Among public folders everybody has a read state of their own.
  const isPrivate = logon.mailbox.info.kind === 'private'
  if (isPrivate && row.associated === 0 && message.isRead !== (row.is_read === 1)) {
    await setReadFlags(
      tx,
      logon.mailbox,
      row.mid,
      { read: message.isRead, suppressReceipt: true },
      logon.principal,
    )
  }
}

/** Resolves a conflict ([MS-OXCFXICS] 3.1.5.6.2). What comes of it is a change that both replicas have still to see. */
async function resolve(
  tx: MailboxTransaction,
  logon: Logon,
  row: MessageRow,
  imported: VersionKeys,
  message: ImportedMessage,
): Promise<void> {
  const { mailbox } = logon
  const folder = (await getFolder(tx, row.fid))!
  const method = new PackedProperties(folder.props).get(PidTagResolveMethod)
  const stored: VersionKeys = {
    changeKey: row.change_key,
    pcl: row.pcl,
    modified: fileTime(BigInt(row.modified)),
  }
  const pcl = mergedPcl(imported.pcl, stored.pcl)
  // Folder-associated messages have no conflict resolve messages.
  if (row.associated === 1 || method === ResolveMethod.LastWriterWins) {
    if (importedWins(imported, stored, 'message')) {
      await replace(tx, logon, row, { ...imported, pcl }, message)
    } else {
      const properties = new Map(new PackedProperties(row.props))
      await updateMessage(tx, mailbox, row.mid, { properties }, { ...stored, pcl })
    }
    return
  }
  const flags = message.flags | (message.isRead ? MessageFlag.Read : 0)
  const conflict = await conflictMessage(tx, row, imported, message.record, flags)
  const { record, winner } = conflict
  await updateMessage(
    tx,
    mailbox,
    row.mid,
    {
      properties: record.properties,
      recipients: record.recipients,
      attachments: await attachmentsAfter(tx, row, record.attachments),
    },
    {
      changeKey: winner.changeKey,
      pcl,
      modified: winner.modified,
      status: row.status | MessageStatus.InConflict,
      ...flagsTo(conflict.flags),
    },
  )
}

/** Values of PidTagResolveMethod ([MS-OXCFXICS] 2.2.1.4.1). */
export const ResolveMethod = {
  Default: 0,
  LastWriterWins: 1,
  NoConflictNotification: 2,
} as const

/** Those of the attachments that are there, to be removed, and those that are to be there instead. */
async function attachmentsAfter(
  tx: Transaction,
  row: MessageRow,
  attachments: readonly AttachmentRecord[],
): Promise<ReadonlyMap<number, AttachmentRecord | undefined>> {
  const after = new Map<number, AttachmentRecord | undefined>()
  if (row.has_attachments === 1) {
    for (const { number } of await readAttachments(tx, row.mid)) after.set(number, undefined)
  }
  for (const attachment of attachments) after.set(attachment.number, attachment)
  return after
}

/** What sets the flags of a message that do not follow from something else, but for mfSubmitted, which only submitting it sets. */
function flagsTo(flags: number): { readonly setFlags: number; readonly clearFlags: number } {
  const settable = ~(DERIVED_MESSAGE_FLAGS | MessageFlag.Submitted) & 0x7fffffff
  return { setFlags: flags & settable, clearFlags: ~flags & settable }
}

function transmittable(record: MessageRecord): MessageRecord {
  return {
    ...record,
    properties: new Map([...record.properties].filter(([tag]) => !isNontransmittable(tag))),
  }
}
