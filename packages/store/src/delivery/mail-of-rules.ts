import {
  type OofReplyAction,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagDeleteAfterSubmit,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagNormalizedSubject,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
  type ReplyAction,
  ReplyFlavor,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import type { Submission } from '../mailbox/hooks.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { ownerEntryId } from '../mailbox/owner.ts'
import { insertMessage, type MessageDraft } from '../message/insert.ts'
import { MessageFlag } from '../message/message-flags.ts'
import { readMessageOf } from '../message/message-row.ts'
import { DEFAULT_MESSAGE_CLASS } from '../message/settle.ts'
import { submitMessage } from '../message/submission.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { findReplyTemplate } from '../rule/reply-template.ts'
import type { Transaction } from '../storage/storage.ts'
import type { ArrivingMessage } from './arriving-message.ts'
import { isReport, OF_THE_ORIGINAL, without } from './original-message.ts'
import { originatorOf } from './originator.ts'
import type { RuleMail } from './rule-run.ts'

/** PidTagAutoResponseSuppress: no replies of rules, and no out-of-office ones ([MS-OXOMSG] 2.2.1.77). */
const SUPPRESS = { reply: 0x00000020, oofReply: 0x00000010 } as const
/** PidTagAutoResponseSuppress: no answers of any kind. */
export const SUPPRESS_ALL = -1

/** What a reply says that is not to have the text of its template. */
const STOCK_REPLY = 'Your message has arrived.'

/** What a message is replied to with, or why it is not. */
export type Reply =
  | { readonly kind: 'reply'; readonly draft: MessageDraft }
  | { readonly kind: 'none' }
  | { readonly kind: 'noTemplate' }

/** The reply that a rule makes of its template ([MS-OXORULE] 3.2.5.1). It asks that nothing answers it by itself. */
export async function replyTo(
  tx: Transaction,
  mailbox: Mailbox,
  { record }: ArrivingMessage,
  action: ReplyAction | OofReplyAction,
): Promise<Reply> {
  const { kind, flavor } = action
  const template = await findReplyTemplate(tx, mailbox, action)
  if (template === undefined) return { kind: 'noTemplate' }
  const suppress = record.properties.get(PidTagAutoResponseSuppress)
  if (typeof suppress === 'number' && (suppress & SUPPRESS[kind]) !== 0) return { kind: 'none' }
  const isAutomatic = kind === 'oofReply' && record.properties.get(PidTagAutoForwarded) === true
  if (isAutomatic || isReport(record.properties)) return { kind: 'none' }
  const filled = await readMessageOf(tx, template)
  const toOthers = (flavor & ReplyFlavor.DoNotSendToOriginator) !== 0
  const recipients = toOthers ? filled.recipients : originatorOf(record.properties)
  if (recipients.length === 0) return { kind: 'none' }
  const isStock = (flavor & ReplyFlavor.StockReplyTemplate) !== 0
  const properties = isStock
    ? new Map<PropertyTag<unknown>, StoredValue>([[PidTagBody, STOCK_REPLY]])
    : without(filled.properties, OF_THE_ORIGINAL)
  properties.set(PidTagMessageClass, DEFAULT_MESSAGE_CLASS)
  const subject = properties.get(PidTagNormalizedSubject)
  if (subject === undefined || subject === '') {
    properties.delete(PidTagSubject)
    properties.set(PidTagSubjectPrefix, 'RE: ')
    properties.set(PidTagNormalizedSubject, record.properties.get(PidTagNormalizedSubject) ?? '')
  }
  const messageId = record.properties.get(PidTagInternetMessageId)
  if (messageId !== undefined) properties.set(PidTagInReplyToId, messageId)
  properties.set(PidTagAutoResponseSuppress, SUPPRESS_ALL)
  return {
    kind: 'reply',
    draft: { properties, recipients, ...(isStock ? {} : { attachments: filled.attachments }) },
  }
}

/** Puts messages into the Outbox, to be sent by the owner of the mailbox and not kept. They wait there until the transaction is on disk. */
export async function submitAll(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  mail: readonly RuleMail[],
): Promise<readonly Submission[]> {
  const principal = ownerOf(mailbox)
  const submissions: Submission[] = []
  for (const { isResent = false, ...draft } of mail) {
    const fid = mailbox.info.folders.outbox!
    const properties = new Map(draft.properties)
    properties.set(PidTagMessageFlags, MessageFlag.Unsent | (isResent ? MessageFlag.Resend : 0))
    properties.set(PidTagDeleteAfterSubmit, true)
    const mid = await insertMessage(tx, mailbox, fid, { ...draft, properties }, { principal, isRead: true })
    await submitMessage(tx, mailbox, mid, { principal, isResent })
    submissions.push({ fid, mid, principal })
  }
  return submissions
}

function ownerOf({ info }: Mailbox): Principal {
  return {
    key: info.ownerDn.toLowerCase(),
    entryId: ownerEntryId(info),
    displayName: info.displayName,
    groups: new Set(),
    role: 'user',
  }
}
