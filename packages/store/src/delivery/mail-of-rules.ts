import {
  AddressBookEntryType,
  addressBookEntryId,
  type BounceAction,
  BounceCode,
  type ForwardAction,
  globcntOf,
  type OofReplyAction,
  PidTagAddressType,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagDeleteAfterSubmit,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagHasDeferredActionMessages,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagMessageCcMe,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageRecipientMe,
  PidTagMessageToMe,
  PidTagNonReceiptNotificationRequested,
  PidTagNormalizedSubject,
  PidTagOriginalMessageClass,
  PidTagReadReceiptRequested,
  PidTagReceivedByAddressType,
  PidTagReceivedByEmailAddress,
  PidTagReceivedByEntryId,
  PidTagReceivedByName,
  PidTagReceivedBySearchKey,
  PidTagReceivedBySmtpAddress,
  PidTagReceivedRepresentingAddressType,
  PidTagReceivedRepresentingEmailAddress,
  PidTagReceivedRepresentingEntryId,
  PidTagReceivedRepresentingName,
  PidTagReceivedRepresentingSearchKey,
  PidTagReceivedRepresentingSmtpAddress,
  PidTagRecipientType,
  PidTagSearchKey,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSenderSearchKey,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSearchKey,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
  RecipientType,
  type ReplyAction,
  ReplyFlavor,
  tagType,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { Principal } from '../access/principal.ts'
import type { Submission } from '../mailbox/hooks.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { insertMessage, type MessageDraft } from '../message/insert.ts'
import { MessageFlag } from '../message/message-flags.ts'
import { getMessage, readMessageOf } from '../message/message-row.ts'
import { submitMessage } from '../message/submission.ts'
import { convertValue, unicodeTag } from '../object/property-types.ts'
import { checkValue } from '../object/value-check.ts'
import type { RecipientRecord, StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import type { ArrivingMessage } from './arriving-message.ts'

/** PidTagAutoResponseSuppress: no replies of rules, and no out-of-office ones ([MS-OXOMSG] 2.2.1.77). */
const SUPPRESS = { reply: 0x00000020, oofReply: 0x00000010 } as const
/** PidTagAutoResponseSuppress: no answers of any kind. */
const SUPPRESS_ALL = -1

/** The addresses of who has sent a message, or is said to have. */
const FROM = [
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingSmtpAddress,
  PidTagSenderEmailAddress,
  PidTagSenderSmtpAddress,
]

/** What says who sent a message, and how it got here: not true of the message that it is made into. */
const OF_THE_ORIGINAL: readonly PropertyTag<unknown>[] = [
  ...FROM,
  PidTagSenderName,
  PidTagSenderEntryId,
  PidTagSenderAddressType,
  PidTagSenderSearchKey,
  PidTagSentRepresentingName,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingSearchKey,
  PidTagReceivedByName,
  PidTagReceivedByEntryId,
  PidTagReceivedByAddressType,
  PidTagReceivedByEmailAddress,
  PidTagReceivedBySearchKey,
  PidTagReceivedBySmtpAddress,
  PidTagReceivedRepresentingName,
  PidTagReceivedRepresentingEntryId,
  PidTagReceivedRepresentingAddressType,
  PidTagReceivedRepresentingEmailAddress,
  PidTagReceivedRepresentingSearchKey,
  PidTagReceivedRepresentingSmtpAddress,
  PidTagMessageToMe,
  PidTagMessageCcMe,
  PidTagMessageRecipientMe,
  PidTagMessageDeliveryTime,
  PidTagClientSubmitTime,
  PidTagCreationTime,
  PidTagCreatorName,
  PidTagCreatorEntryId,
  PidTagSearchKey,
  PidTagInternetMessageId,
  PidTagReadReceiptRequested,
  PidTagNonReceiptNotificationRequested,
  PidTagHasDeferredActionMessages,
]

/**
 * What a message is forwarded as ([MS-OXORULE] 3.2.5.1). `undefined` if it is not: to its own sender, or since it is a report or was forwarded by a
 * rule itself, so that no message goes round for ever.
 */
export function forwardOf(
  { record }: ArrivingMessage,
  action: ForwardAction,
  codePage: number,
): MessageDraft | undefined {
  if (isReport(record.properties) || record.properties.get(PidTagAutoForwarded) === true) return undefined
  const from = new Set(FROM.map((tag) => addressIn(record.properties, tag)).filter((text) => text !== ''))
  const recipients = action.recipients
    .map((values) => {
      const properties = new Map<PropertyTag<unknown>, StoredValue>([[PidTagRecipientType, RecipientType.To]])
      for (const { tag, value } of values) {
        const held = unicodeTag(tag)
        const kept = held === tag ? value : convertValue(value, tagType(tag), tagType(held), codePage)
        if (checkValue(tagType(held), kept) === undefined) properties.set(held, kept)
      }
      return properties
    })
    .filter(
      (properties) =>
        !from.has(addressIn(properties, PidTagEmailAddress)) &&
        !from.has(addressIn(properties, PidTagSmtpAddress)),
    )
    .map((properties, rowId): RecipientRecord => ({ rowId, properties }))
  if (recipients.length === 0) return undefined
  const properties = new Map(record.properties)
  for (const tag of [...OF_THE_ORIGINAL, PidTagSubject]) properties.delete(tag)
  properties.set(PidTagSubjectPrefix, 'FW: ')
  properties.set(PidTagAutoForwarded, true)
  return { ...record, properties, recipients }
}

/** What a message is replied to with, or why it is not. */
export type Reply =
  | { readonly kind: 'reply'; readonly draft: MessageDraft }
  | { readonly kind: 'none' }
  | { readonly kind: 'noTemplate' }

/** The reply that a rule makes of its template ([MS-OXORULE] 3.2.5.1). It asks that nothing answers it by itself. */
export async function replyTo(
  tx: Transaction,
  { record }: ArrivingMessage,
  { kind, template, flavor }: ReplyAction | OofReplyAction,
): Promise<Reply> {
  if (template.kind !== 'ids') return { kind: 'noTemplate' }
  const row = await getMessage(tx, globcntOf(template.messageId))
  if (row === undefined || row.deleted_at !== null) return { kind: 'noTemplate' }
  // A template is no mail of the user: who may set rules may not have that sent to whom they like.
  if (row.associated !== 1 || row.fid !== globcntOf(template.folderId)) return { kind: 'noTemplate' }
  const suppress = record.properties.get(PidTagAutoResponseSuppress)
  if (typeof suppress === 'number' && (suppress & SUPPRESS[kind]) !== 0) return { kind: 'none' }
  const isAutomatic = kind === 'oofReply' && record.properties.get(PidTagAutoForwarded) === true
  if (isAutomatic || isReport(record.properties)) return { kind: 'none' }
  const { recipients: others, ...filled } = await readMessageOf(tx, row)
  const toOthers = (flavor & ReplyFlavor.DoNotSendToOriginator) !== 0
  const recipients = toOthers ? others : originatorOf(record.properties)
  if (recipients.length === 0) return { kind: 'none' }
  const properties = new Map(filled.properties)
  for (const tag of OF_THE_ORIGINAL) properties.delete(tag)
  properties.set(PidTagMessageClass, 'IPM.Note')
  const subject = properties.get(PidTagNormalizedSubject)
  if (subject === undefined || subject === '') {
    properties.delete(PidTagSubject)
    properties.set(PidTagSubjectPrefix, 'RE: ')
    properties.set(PidTagNormalizedSubject, record.properties.get(PidTagNormalizedSubject) ?? '')
  }
  const messageId = record.properties.get(PidTagInternetMessageId)
  if (messageId !== undefined) properties.set(PidTagInReplyToId, messageId)
  properties.set(PidTagAutoResponseSuppress, SUPPRESS_ALL)
  return { kind: 'reply', draft: { ...filled, properties, recipients } }
}

/** What the sender of a message is told that a rule rejects ([MS-OXORULE] 2.2.5.1.2.5); nothing if it has no sender, or is such a report itself. */
export function bounceOf(
  { record }: ArrivingMessage,
  { bounceCode }: BounceAction,
): MessageDraft | undefined {
  const recipients = originatorOf(record.properties)
  if (recipients.length === 0 || isReport(record.properties)) return undefined
  const messageClass = record.properties.get(PidTagMessageClass) ?? 'IPM.Note'
  const properties = new Map<PropertyTag<unknown>, StoredValue>([
    [PidTagMessageClass, `REPORT.${messageClass}.NDR`],
    [PidTagOriginalMessageClass, messageClass],
    [PidTagSubjectPrefix, 'Undeliverable: '],
    [PidTagNormalizedSubject, record.properties.get(PidTagNormalizedSubject) ?? ''],
    [PidTagBody, BOUNCE_REASONS.get(bounceCode) ?? NOT_ACCEPTED],
    [PidTagAutoResponseSuppress, SUPPRESS_ALL],
  ])
  return { properties, recipients }
}

const NOT_ACCEPTED = 'A rule of the recipient does not accept this message.'

const BOUNCE_REASONS: ReadonlyMap<number, string> = new Map([
  [BounceCode.MessageTooBig, 'The recipient does not accept messages of this size.'],
  [BounceCode.FormNotValid, 'The recipient cannot show messages of this kind.'],
  [BounceCode.NotAuthorized, NOT_ACCEPTED],
])

/** Puts messages into the Outbox, to be sent by the owner of the mailbox and not kept. They wait there until the transaction is on disk. */
export async function submitAll(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  drafts: readonly MessageDraft[],
): Promise<readonly Submission[]> {
  const principal = ownerOf(mailbox)
  const fid = mailbox.info.folders.outbox!
  const submissions: Submission[] = []
  for (const draft of drafts) {
    const properties = new Map(draft.properties)
    properties.set(PidTagMessageFlags, MessageFlag.Unsent)
    properties.set(PidTagDeleteAfterSubmit, true)
    const mid = await insertMessage(tx, mailbox, fid, { ...draft, properties }, { principal, isRead: true })
    await submitMessage(tx, mailbox, mid, { principal })
    submissions.push({ fid, mid, principal })
  }
  return submissions
}

function ownerOf({ info }: Mailbox): Principal {
  const entryId = { type: AddressBookEntryType.LocalMailUser, x500Dn: info.ownerDn }
  return {
    key: info.ownerDn.toLowerCase(),
    entryId: encodeWith(addressBookEntryId, entryId),
    displayName: info.displayName,
    groups: new Set(),
    role: 'user',
  }
}

/** Who a message is from, as the recipient of an answer; nobody if they have no address. */
function originatorOf(properties: StoredProperties): readonly RecipientRecord[] {
  const isRepresented = properties.has(PidTagSentRepresentingEmailAddress)
  const pairs = isRepresented
    ? ([
        [PidTagDisplayName, PidTagSentRepresentingName],
        [PidTagAddressType, PidTagSentRepresentingAddressType],
        [PidTagEmailAddress, PidTagSentRepresentingEmailAddress],
        [PidTagSmtpAddress, PidTagSentRepresentingSmtpAddress],
        [PidTagEntryId, PidTagSentRepresentingEntryId],
      ] as const)
    : ([
        [PidTagDisplayName, PidTagSenderName],
        [PidTagAddressType, PidTagSenderAddressType],
        [PidTagEmailAddress, PidTagSenderEmailAddress],
        [PidTagSmtpAddress, PidTagSenderSmtpAddress],
        [PidTagEntryId, PidTagSenderEntryId],
      ] as const)
  const recipient = new Map<PropertyTag<unknown>, StoredValue>([[PidTagRecipientType, RecipientType.To]])
  for (const [tag, from] of pairs) {
    const value = properties.get(from)
    if (value !== undefined) recipient.set(tag, value)
  }
  const hasAddress = [PidTagEmailAddress, PidTagSmtpAddress].some((tag) => addressIn(recipient, tag) !== '')
  return hasAddress ? [{ rowId: 0, properties: recipient }] : []
}

function isReport(properties: StoredProperties): boolean {
  const messageClass = properties.get(PidTagMessageClass)
  return typeof messageClass === 'string' && messageClass.toUpperCase().startsWith('REPORT.')
}

function addressIn(properties: StoredProperties, tag: PropertyTag<unknown>): string {
  const value = properties.get(tag)
  return typeof value === 'string' ? value.toLowerCase() : ''
}
