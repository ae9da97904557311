import {
  ErrorCode,
  folderEntryId,
  globcntOf,
  MapiError,
  type MessageEntryId,
  messageEntryId,
  PidTagDeleteAfterSubmit,
  PidTagSentMailEntryId,
  PidTagSentMailSvrEID,
  PidTagSubmitFlags,
  PidTagTargetEntryId,
  type PropertyTag,
  type ServerId,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import type { Principal } from '../access/principal.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { countRecipients } from '../record/pack-message.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import { moveMessages } from './copy.ts'
import { deleteMessages } from './delete.ts'
import { MessageFlag } from './message-flags.ts'
import { getMessage, type MessageRow } from './message-row.ts'
import { setSubmittedProperties } from './submitted-properties.ts'
import { updateMessage } from './update.ts'

/** Bits of PidTagSubmitFlags: what is going on with a message that is to be sent. */
export const SubmitFlag = {
  /** A client's spooler works on it. */
  Locked: 0x01,
  /** The server is to work on it before it goes. */
  Preprocess: 0x02,
  /** It goes on as it came, in the name of who has sent it: a rule has it so. The server's own; what a client says is put over. */
  Resent: 0x80,
  /** A client's spooler sends it, and the server does not. The server's own, too. */
  Spooler: 0x40,
} as const

export interface SubmitMessageOptions {
  readonly principal: Principal
  readonly preprocess?: boolean
  /** It goes on as it came, in the name of who has sent it. For the server only, which vouches for that. */
  readonly isResent?: boolean
  /** A client's spooler sends it: it appears in the spooler queue. */
  readonly needsSpooler?: boolean
}

/**
 * Hands a stored message over to be sent ([MS-OXOMSG] 2.2.3.1, 3.2.5.1): it is marked as submitted and no draft any more, and says who sends it and when. It stays where it is until
 * {@link finishSubmission}. Returns the message's change number. Throws `NoRecipients`, or `AlreadySent` if it is submitted.
 */
export async function submitMessage(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mid: number,
  options: SubmitMessageOptions,
): Promise<number> {
  const row = await requireMessage(tx, mid)
  if ((row.flags & MessageFlag.Submitted) !== 0) throw new MapiError(ErrorCode.AlreadySent)
  if (countRecipients(row.recipients) === 0) throw new MapiError(ErrorCode.NoRecipients)
  const properties = propertiesOf(row)
  if (options.isResent !== true) {
    setSubmittedProperties(properties, {
      principal: options.principal,
      now: tx.now,
      hostName: mailbox.services.hostName ?? 'localhost',
      isSenderGiven: options.needsSpooler === true,
    })
  }
  properties.set(
    PidTagSubmitFlags,
    (options.preprocess === true ? SubmitFlag.Preprocess : 0) |
      (options.isResent === true ? SubmitFlag.Resent : 0) |
      (options.needsSpooler === true ? SubmitFlag.Spooler : 0),
  )
  const { cn } = await updateMessage(
    tx,
    mailbox,
    mid,
    { properties },
    { principal: options.principal, setFlags: MessageFlag.Submitted, clearFlags: MessageFlag.Unsent },
  )
  if (options.needsSpooler === true) await linkToQueue(tx, mailbox, row)
  return cn
}

/**
 * Calls a message back that was handed over and makes it a draft again ([MS-OXOMSG] 2.2.3.2). Throws `NotInQueue` if it is not submitted,
 * `AbortFailed` if a spooler works on it.
 */
export async function abortSubmission(tx: MailboxTransaction, mailbox: Mailbox, mid: number): Promise<void> {
  const row = await requireSubmitted(tx, mid)
  const properties = propertiesOf(row)
  if (isLocked(properties)) throw new MapiError(ErrorCode.AbortFailed)
  properties.delete(PidTagSubmitFlags)
  await updateMessage(
    tx,
    mailbox,
    mid,
    { properties },
    { clearFlags: MessageFlag.Submitted, setFlags: MessageFlag.Unsent },
  )
  await unlinkFromQueue(tx, mailbox, row)
}

/**
 * A client's spooler takes a message to send it, or gives it back ([MS-OXOMSG] 2.2.3.5). Throws `NotInQueue` if it is not
 * submitted, `AccessDenied` if another one works on it.
 */
export async function lockForSpooler(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mid: number,
  locked: boolean,
): Promise<void> {
  const row = await requireSubmitted(tx, mid)
  const properties = propertiesOf(row)
  if (locked && isLocked(properties)) throw new MapiError(ErrorCode.AccessDenied)
  const flags = submitFlagsOf(properties)
  properties.set(PidTagSubmitFlags, locked ? flags | SubmitFlag.Locked : flags & ~SubmitFlag.Locked)
  await updateMessage(tx, mailbox, mid, { properties }, { tags: [PidTagSubmitFlags] })
}

/**
 * A message was sent: it is deleted (PidTagDeleteAfterSubmit), or goes where the user keeps what they have sent (PidTagSentMailSvrEID, PidTagSentMailEntryId), or stays
 * where it is.
 */
export async function finishSubmission(tx: MailboxTransaction, mailbox: Mailbox, mid: number): Promise<void> {
  const row = await requireSubmitted(tx, mid)
  const properties = propertiesOf(row)
  await unlinkFromQueue(tx, mailbox, row)
  if (properties.get(PidTagDeleteAfterSubmit) === true) {
    await deleteMessages(tx, mailbox, row.fid, [mid], { hard: true })
    return
  }
  const sentFid = sentFolderOf(properties)
  const given = properties.get(PidTagTargetEntryId)
  properties.delete(PidTagSubmitFlags)
  properties.delete(PidTagTargetEntryId)
  await updateMessage(tx, mailbox, mid, { properties }, { clearFlags: MessageFlag.Submitted })
  if (sentFid === undefined || sentFid === row.fid) return
  const exists = await tx.get('SELECT 1 AS one FROM folder WHERE fid = ? AND deleted_at IS NULL', sentFid)
  if (exists === undefined) return
  const target = await targetOf(tx, mailbox, given, sentFid)
  await moveMessages(tx, mailbox, [mid], row.fid, sentFid, target === undefined ? {} : { mid: target })
}

/**
 * The ID that the message is to have where it is kept (PidTagTargetEntryId, [MS-OXOMSG] 3.2.4.4): the client has a copy there under this ID already, which it
 * need not get again. `undefined` if it is none that was set aside for clients and is free.
 */
async function targetOf(
  tx: MailboxTransaction,
  { info }: Mailbox,
  entryId: StoredValue | undefined,
  fid: number,
): Promise<number | undefined> {
  if (!(entryId instanceof Uint8Array)) return undefined
  const target = decodeEntryId(entryId)
  if (target?.folderGlobalCounter !== fid || target.messageDatabaseGuid !== info.replicaGuid) return undefined
  const { messageGlobalCounter: mid } = target
  if (!tx.wasAllocated(mid) || (await getMessage(tx, mid)) !== undefined) return undefined
  return (await tx.get('SELECT 1 AS one FROM folder WHERE fid = ?', mid)) === undefined ? mid : undefined
}

function decodeEntryId(entryId: Uint8Array): MessageEntryId | undefined {
  try {
    return decodeWith(messageEntryId, entryId)
  } catch {
    return undefined
  }
}

async function requireMessage(tx: MailboxTransaction, mid: number): Promise<MessageRow> {
  const row = await getMessage(tx, mid)
  if (row === undefined || row.deleted_at !== null) throw new MapiError(ErrorCode.NotFound)
  return row
}

async function requireSubmitted(tx: MailboxTransaction, mid: number): Promise<MessageRow> {
  const row = await requireMessage(tx, mid)
  if ((row.flags & MessageFlag.Submitted) === 0) throw new MapiError(ErrorCode.NotInQueue)
  return row
}

function propertiesOf(row: MessageRow): Map<PropertyTag<unknown>, StoredValue> {
  return new Map(new PackedProperties(row.props))
}

function submitFlagsOf(properties: ReadonlyMap<PropertyTag<unknown>, StoredValue>): number {
  const flags = properties.get(PidTagSubmitFlags)
  return typeof flags === 'number' ? flags : 0
}

/** Whether a message goes on as it came, from who has sent it, and not from whose mailbox it is in. */
export function isResent(properties: ReadonlyMap<PropertyTag<unknown>, StoredValue>): boolean {
  return (submitFlagsOf(properties) & SubmitFlag.Resent) !== 0
}

/** Whether a client's spooler sends a message. */
export function isForSpooler(properties: ReadonlyMap<PropertyTag<unknown>, StoredValue>): boolean {
  return (submitFlagsOf(properties) & SubmitFlag.Spooler) !== 0
}

/** Whether a client's spooler works on a message. */
export function isLocked(properties: ReadonlyMap<PropertyTag<unknown>, StoredValue>): boolean {
  return (submitFlagsOf(properties) & SubmitFlag.Locked) !== 0
}

/** The folder that a message is to be in when it has been sent, if it is one of this mailbox. */
function sentFolderOf(properties: ReadonlyMap<PropertyTag<unknown>, StoredValue>): number | undefined {
  const serverId = properties.get(PidTagSentMailSvrEID) as ServerId | undefined
  if (serverId?.ours === true) return globcntOf(serverId.folderId)
  const entryId = properties.get(PidTagSentMailEntryId)
  if (!(entryId instanceof Uint8Array)) return undefined
  try {
    return decodeWith(folderEntryId, entryId).globalCounter
  } catch {
    // Of another provider, or no entry ID at all: the message stays where it is.
    return undefined
  }
}

/** The spooler queue is a search folder whose contents are put there by hand. */
async function linkToQueue(tx: MailboxTransaction, mailbox: Mailbox, row: MessageRow): Promise<void> {
  const queue = mailbox.info.folders.spoolerQueue
  if (queue === undefined) return
  await tx.run(
    'INSERT INTO search_result (fid, mid) VALUES (?, ?) ON CONFLICT (fid, mid) DO NOTHING',
    queue,
    row.mid,
  )
  tx.changed({ object: 'search', kind: 'linked', searchFid: queue, fid: row.fid, mid: row.mid })
}

async function unlinkFromQueue(tx: MailboxTransaction, mailbox: Mailbox, row: MessageRow): Promise<void> {
  const queue = mailbox.info.folders.spoolerQueue
  if (queue === undefined) return
  const { changes } = await tx.run('DELETE FROM search_result WHERE fid = ? AND mid = ?', queue, row.mid)
  if (changes > 0)
    tx.changed({ object: 'search', kind: 'unlinked', searchFid: queue, fid: row.fid, mid: row.mid })
}
