import type { Submission } from '../mailbox/hooks.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { MessageFlag } from '../message/message-flags.ts'
import { finishSubmission, isForSpooler, isLocked, isResent, submitMessage } from '../message/submission.ts'
import { PackedProperties } from '../record/packed-properties.ts'

/** A message that was handed over to be sent, and waits. */
export interface WaitingMessage {
  readonly fid: number
  readonly mid: number
  /** Its change number, which tells one submission of it from the next. */
  readonly cn: number
  /** It goes on as it came, from who has sent it and not from the owner of the mailbox: a rule has it so. */
  readonly isResent: boolean
}

/** Finds out whether any message waits to be sent, by its index. */
export const WAITING = `SELECT 1 FROM message WHERE (flags & ${MessageFlag.Submitted}) <> 0 LIMIT 1`

/** The messages that the server is to send: those that a client's spooler sends are left out. In the order of their submission. */
export function waitingMessages(mailbox: Mailbox): Promise<readonly WaitingMessage[]> {
  return mailbox.read(async (tx) => {
    const rows = await tx.all<{ fid: number; mid: number; cn: number; props: Uint8Array }>(
      `SELECT fid, mid, cn, props FROM message WHERE (flags & ${MessageFlag.Submitted}) <> 0 AND deleted_at IS NULL
         AND mid NOT IN (SELECT mid FROM search_result WHERE fid = ?) ORDER BY cn`,
      mailbox.info.folders.spoolerQueue ?? -1,
    )
    return rows
      .map(({ fid, mid, cn, props }) => ({ fid, mid, cn, properties: new Map(new PackedProperties(props)) }))
      .filter(({ properties }) => !isLocked(properties) && !isForSpooler(properties))
      .map(({ fid, mid, cn, properties }) => ({ fid, mid, cn, isResent: isResent(properties) }))
  })
}

/** Whether a message still waits as it did: it was neither called back nor deleted. */
export async function isStillWaiting(mailbox: Mailbox, { mid, cn }: WaitingMessage): Promise<boolean> {
  const row = await mailbox.read((tx) =>
    tx.get(
      'SELECT 1 AS one FROM message WHERE mid = ? AND cn = ? AND (flags & ?) <> 0 AND deleted_at IS NULL',
      mid,
      cn,
      MessageFlag.Submitted,
    ),
  )
  return row !== undefined
}

/** A message was sent: it goes to Sent Items, or where else it is to go ([MS-OXOMSG] 3.2.5.1). Does nothing if it was called back meanwhile. */
export function messageSent(mailbox: Mailbox, mid: number): Promise<void> {
  return mailbox.write(async (tx) => {
    const row = await tx.get(
      'SELECT 1 AS one FROM message WHERE mid = ? AND (flags & ?) <> 0',
      mid,
      MessageFlag.Submitted,
    )
    if (row !== undefined) await finishSubmission(tx, mailbox, mid)
  })
}

/** Hands over a stored message that a client wants sent at once (RopTransportSend). Throws as `submitMessage` does. */
export async function submitNow(mailbox: Mailbox, { mid, principal }: Submission): Promise<void> {
  await mailbox.write((tx) => submitMessage(tx, mailbox, mid, { principal }))
}
