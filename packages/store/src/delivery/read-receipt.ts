import {
  createConversationIndex,
  type FileTime,
  fileTimeToDate,
  type Guid,
  joinSubject,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagConversationIndex,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagNormalizedSubject,
  PidTagOriginalDeliveryTime,
  PidTagOriginalSubject,
  PidTagReceivedByEntryId,
  PidTagReportDisposition,
  PidTagReportDispositionMode,
  PidTagReportText,
  PidTagReportTime,
  PidTagSmtpAddress,
  PidTagSubjectPrefix,
  type PropertyTag,
  ReadReceiptAddress,
  SenderAddress,
} from '@bourse/mapi'
import type { ReceiptDue } from '../mailbox/hooks.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import type { MessageDraft } from '../message/insert.ts'
import { DEFAULT_MESSAGE_CLASS } from '../message/settle.ts'
import type { RecipientRecord, StoredProperties } from '../record/message-record.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import { ABOUT_ORIGINAL, nameOfMessage } from './about-original.ts'
import { SUPPRESS_ALL, submitAll } from './mail-of-rules.ts'
import { recipientFrom } from './originator.ts'
import { isFromProgram } from './out-of-office-sender.ts'

/** What differs between the receipts ([MS-OXOMSG] 2.2.2). */
const RECEIPTS = {
  read: {
    suffix: 'IPNRN',
    prefix: 'Read: ',
    verb: 'was read',
    disposition: 'displayed',
    mode: 'manual-action/MDN-sent-automatically',
    // Bits of PidTagAutoResponseSuppress ([MS-OXOMSG] 2.2.1.77).
    suppress: 0x00000004,
  },
  nonRead: {
    suffix: 'IPNNRN',
    prefix: 'Not read: ',
    verb: 'was deleted without being read',
    disposition: 'deleted',
    mode: 'manual-action/MDN-sent-automatically',
    suppress: 0x00000008,
  },
} as const

/** What a receipt takes over from the message that it is about, beside what all reports do ([MS-OXOMSG] 2.2.2). */
const COPIED: typeof ABOUT_ORIGINAL = [
  ...ABOUT_ORIGINAL,
  [PidTagMessageDeliveryTime, PidTagOriginalDeliveryTime],
  [PidTagNormalizedSubject, PidTagNormalizedSubject],
]

/** Who gets a receipt, the first who has an address: who is named for that, else who has sent the message. */
const RECEIVERS = [ReadReceiptAddress, SenderAddress]

/**
 * Puts a receipt into the Outbox, to be sent by the owner of the mailbox and not kept ([MS-OXOMSG] 3.2.5.3), in the transaction that made it due. Resolves to
 * whether there is one to be sent, once the transaction is on disk: none for mail that did not come from elsewhere, that nobody has written, or that is junk.
 */
export async function submitReceipt(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  due: ReceiptDue,
): Promise<boolean> {
  const draft = receiptOf(mailbox, due, tx.now)
  if (draft === undefined) return false
  await submitAll(tx, mailbox, [draft])
  return true
}

function receiptOf(mailbox: Mailbox, { kind, message }: ReceiptDue, now: FileTime): MessageDraft | undefined {
  const { folders } = mailbox.info
  const properties: StoredProperties = new Map(new PackedProperties(message.props))
  const { suffix, prefix, verb, disposition, mode, suppress } = RECEIPTS[kind]
  if (folders.outbox === undefined || message.fid === folders.junkEmail) return undefined
  if (!properties.has(PidTagReceivedByEntryId) || isFromProgram(mailbox, properties, {})) return undefined
  const suppressed = properties.get(PidTagAutoResponseSuppress)
  if (typeof suppressed === 'number' && (suppressed & suppress) !== 0) return undefined
  const recipients = receiverOf(properties)
  if (recipients.length === 0) return undefined

  const receipt = new Map<PropertyTag<unknown>, StoredValue>()
  for (const [from, to] of COPIED) {
    const value = properties.get(from)
    if (value !== undefined) receipt.set(to, value)
  }
  const subject = joinSubject(
    textIn(properties, PidTagSubjectPrefix),
    textIn(properties, PidTagNormalizedSubject),
  )
  const messageClass = textIn(properties, PidTagMessageClass) || DEFAULT_MESSAGE_CLASS
  const index = properties.get(PidTagConversationIndex)
  const parent = index instanceof Uint8Array ? index : undefined
  const text = `${nameOfMessage(subject)} to ${mailbox.info.displayName} ${verb} on ${formatTime(now)}.\r\n`
  receipt.set(PidTagOriginalSubject, subject)
  receipt.set(PidTagMessageClass, `REPORT.${messageClass}.${suffix}`)
  receipt.set(PidTagSubjectPrefix, prefix)
  receipt.set(PidTagConversationIndex, createConversationIndex(parent, now, crypto.randomUUID() as Guid))
  receipt.set(PidTagBody, text)
  receipt.set(PidTagReportText, text)
  receipt.set(PidTagReportTime, now)
  receipt.set(PidTagReportDisposition, disposition)
  receipt.set(PidTagReportDispositionMode, mode)
  receipt.set(PidTagAutoResponseSuppress, SUPPRESS_ALL)
  return { properties: receipt, recipients }
}

function receiverOf(properties: StoredProperties): readonly RecipientRecord[] {
  for (const group of RECEIVERS) {
    const recipient = recipientFrom(properties, group)
    const hasAddress = [PidTagEmailAddress, PidTagSmtpAddress, PidTagEntryId].some((tag) =>
      recipient.has(tag),
    )
    if (hasAddress) return [{ rowId: 0, properties: recipient }]
  }
  return []
}

function textIn(properties: StoredProperties, tag: PropertyTag<string>): string {
  const value = properties.get(tag)
  return typeof value === 'string' ? value : ''
}

/** `2026-11-24 15:35 UTC` */
function formatTime(time: FileTime): string {
  return `${fileTimeToDate(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
