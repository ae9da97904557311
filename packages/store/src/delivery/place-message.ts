import { PidTagMessageFlags } from '@bourse/mapi'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { copyMessages } from '../message/copy.ts'
import { type InsertMessageOptions, insertMessage } from '../message/insert.ts'
import type { ArrivingMessage } from './arriving-message.ts'
import type { DeliveredMessage } from './deferred-messages.ts'
import type { Placement } from './rule-run.ts'

/** How a message arrives: what its flags are at first, and how it is stored. */
export interface ArrivalOptions {
  /** PidTagMessageFlags, but for those that follow from something else. */
  readonly flags: number
  readonly insert: InsertMessageOptions
}

/** Mail that is delivered: neither a draft nor read. */
export const NEW_MAIL: ArrivalOptions = { flags: 0, insert: { newMail: true, checkQuota: true } }

/** Stores a message in all its places; resolves to the first one, `undefined` if there is none. Equal ones are copies of each other. */
export async function placeAll(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  placements: readonly Placement[],
  { flags, insert }: ArrivalOptions,
): Promise<DeliveredMessage | undefined> {
  const stored = new Map<ArrivingMessage, DeliveredMessage>()
  for (const { fid, message } of placements) {
    const equal = stored.get(message)
    if (equal !== undefined) {
      await copyMessages(tx, mailbox, [equal.mid], equal.fid, fid)
      continue
    }
    const properties = new Map([...message.record.properties, [PidTagMessageFlags, flags] as const])
    const draft = { ...message.record, properties }
    const options = { ...insert, isRead: message.isRead }
    stored.set(message, { fid, mid: await insertMessage(tx, mailbox, fid, draft, options) })
  }
  return stored.values().next().value
}
