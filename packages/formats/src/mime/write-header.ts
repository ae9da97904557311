import {
  type AddressGroup,
  addressTags,
  type FileTime,
  flatEntryListCodec,
  isNamedTag,
  joinSubject,
  type Message,
  MessageFlags,
  nowAsFileTime,
  PidLidFlagRequest,
  PidNameKeywords,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDeferredSendTime,
  PidTagEntryId,
  PidTagExpiryTime,
  PidTagImportance,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagInternetReferences,
  PidTagListHelp,
  PidTagListSubscribe,
  PidTagListUnsubscribe,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagNormalizedSubject,
  PidTagOriginatorDeliveryReportRequested,
  PidTagReadReceiptRequested,
  PidTagReplyRecipientEntries,
  PidTagReplyTime,
  PidTagSensitivity,
  PidTagSubject,
  PidTagSubjectPrefix,
  PropertyBag,
  type PropertyName,
  type PropertyTag,
  PS_INTERNET_HEADERS,
  PtypMultipleString,
  PtypString,
  propertyNameKey,
  propertyTag,
  ReadReceiptAddress,
  ReceivedByAddress,
  RecipientType,
  recipientKind,
  SenderAddress,
  SentRepresentingAddress,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import { formatMailbox, type Mailbox } from './addresses.ts'
import { contentClassOf } from './content-class.ts'
import { formatDate } from './date.ts'
import { encodeHeaderText } from './encoded-words.ts'
import { formatField } from './fold.ts'
import { formatSuppression, IMPORTANCE, SENSITIVITY } from './priority.ts'
import { parseReportClass } from './report-class.ts'
import { groupProperties, mailboxOf } from './write-addresses.ts'
import type { WriteContext } from './write-options.ts'

const GROUP_TAGS = [SenderAddress, SentRepresentingAddress, ReadReceiptAddress, ReceivedByAddress].flatMap(
  addressTags,
)

/** The properties that a header is made of. */
export const HEADER_TAGS: readonly PropertyTag<unknown>[] = [
  ...GROUP_TAGS,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDeferredSendTime,
  PidTagExpiryTime,
  PidTagImportance,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagInternetReferences,
  PidTagListHelp,
  PidTagListSubscribe,
  PidTagListUnsubscribe,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagNormalizedSubject,
  PidTagOriginatorDeliveryReportRequested,
  PidTagReadReceiptRequested,
  PidTagReplyRecipientEntries,
  PidTagReplyTime,
  PidTagSensitivity,
  PidTagSubject,
  PidTagSubjectPrefix,
]

/** The fields of a message's header but those of its body, as lines ([MS-OXCMAIL] 2.1.3.1, 2.1.3.2). */
export async function headerFields(
  message: Message,
  properties: PropertyBag,
  context: WriteContext,
): Promise<string[]> {
  const fields: string[] = context.depth === 0 ? [...(context.options.extraFields ?? [])] : []
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value.trim() !== '') fields.push(formatField(name, value))
  }
  const addTime = (name: string, time: FileTime | undefined): void =>
    add(name, time === undefined ? undefined : formatDate(time))

  const time = properties.get(PidTagClientSubmitTime) ?? properties.get(PidTagMessageDeliveryTime)
  addTime('Date', time ?? nowAsFileTime())
  await addPeople(add, message, properties, context)
  const subject =
    properties.get(PidTagSubject) ??
    joinSubject(properties.get(PidTagSubjectPrefix), properties.get(PidTagNormalizedSubject))
  add('Subject', encodeHeaderText(subject))
  const topic = properties.get(PidTagConversationTopic)
  if (topic !== undefined && topic !== subject) add('Thread-Topic', encodeHeaderText(topic))
  add('Thread-Index', properties.get(PidTagConversationIndex)?.toBase64())
  for (const [name, tag] of [
    ['Message-ID', PidTagInternetMessageId],
    ['In-Reply-To', PidTagInReplyToId],
    ['References', PidTagInternetReferences],
    ['List-Help', PidTagListHelp],
    ['List-Subscribe', PidTagListSubscribe],
    ['List-Unsubscribe', PidTagListUnsubscribe],
  ] as const) {
    const value = properties.get(tag)
    add(name, value === undefined ? undefined : encodeHeaderText(value))
  }
  const importance = properties.get(PidTagImportance)
  if (importance !== undefined && importance !== 1) {
    add('Importance', IMPORTANCE[importance])
    add('X-Priority', importance === 2 ? '1' : '5')
  }
  const sensitivity = properties.get(PidTagSensitivity)
  if (sensitivity !== undefined && sensitivity !== 0) add('Sensitivity', SENSITIVITY[sensitivity])
  const suppress = properties.get(PidTagAutoResponseSuppress)
  if (suppress !== undefined && suppress !== 0) add('X-Auto-Response-Suppress', formatSuppression(suppress))
  // RFC 2156 5.3.6.1: what goes on by itself and comes back does not go on once more.
  if (properties.get(PidTagAutoForwarded)) add('Autoforwarded', 'TRUE')
  addTime('Expires', properties.get(PidTagExpiryTime))
  addTime('Reply-By', properties.get(PidTagReplyTime))
  if (sentByOf(context) === undefined) addTime('Deferred-Delivery', properties.get(PidTagDeferredSendTime))
  add('Content-Class', contentClassOf(properties.get(PidTagMessageClass) ?? ''))
  const isUnsent = ((properties.get(PidTagMessageFlags) ?? 0) & MessageFlags.Unsent) !== 0
  if (isUnsent && context.options.unsent) add('X-Unsent', '1')
  await addNamed(add, message)
  add('MIME-Version', '1.0')
  return fields
}

/** Who sends the outermost message; those that are attached to it are as they were. */
function sentByOf({ options, depth }: WriteContext): WriteContext['options']['sentBy'] {
  return depth === 0 ? options.sentBy : undefined
}

type Add = (name: string, value: string | undefined) => void

async function addPeople(
  add: Add,
  message: Message,
  properties: PropertyBag,
  context: WriteContext,
): Promise<void> {
  const group = async (tags: AddressGroup): Promise<Mailbox | undefined> => {
    const person = groupProperties(properties, tags)
    return person === undefined ? undefined : mailboxOf(person, context)
  }
  const sentBy = sentByOf(context)
  const sender = sentBy === undefined ? await group(SenderAddress) : sentBy.sender
  const from = sentBy?.from ?? (await group(SentRepresentingAddress)) ?? sender
  if (from !== undefined) add('From', formatMailbox(from))
  // Only where somebody else sent it ([MS-OXCMAIL] 2.1.3.1.4).
  if (sender !== undefined && sender.address.toLowerCase() !== from?.address.toLowerCase()) {
    add('Sender', formatMailbox(sender))
  }
  // The recipients of a delivery report are those that it tells of; it goes to who sent the original.
  const isDeliveryReport = parseReportClass(properties.get(PidTagMessageClass) ?? '')?.kind === 'delivery'
  const receiver = isDeliveryReport ? await group(ReceivedByAddress) : undefined
  if (receiver !== undefined) add('To', formatMailbox(receiver))
  const given = context.depth === 0 ? context.options.recipients : undefined
  const recipients = receiver === undefined ? (given ?? (await message.getRecipients())) : []
  for (const [name, kind] of [
    ['To', RecipientType.To],
    ['Cc', RecipientType.Cc],
    ['Bcc', RecipientType.Bcc],
  ] as const) {
    if (kind === RecipientType.Bcc && !context.options.bcc) continue
    const list: string[] = []
    for (const recipient of recipients) {
      if (recipientKind(recipient.type) !== kind) continue
      list.push(formatMailbox(await mailboxOf(recipient.properties, context)))
    }
    add(name, list.join(', '))
  }
  const replyTo: string[] = []
  for (const entryId of entryIds(properties.get(PidTagReplyRecipientEntries))) {
    const mailbox = await mailboxOf(new PropertyBag([[PidTagEntryId, entryId]]), context)
    if (mailbox.address !== '') replyTo.push(formatMailbox(mailbox))
  }
  add('Reply-To', replyTo.join(', '))
  if (properties.get(PidTagReadReceiptRequested)) {
    const receipt = (await group(ReadReceiptAddress)) ?? from
    if (receipt !== undefined) add('Disposition-Notification-To', formatMailbox(receipt))
  }
  if (properties.get(PidTagOriginatorDeliveryReportRequested) && from !== undefined) {
    add('Return-Receipt-To', formatMailbox(from))
  }
}

function entryIds(list: Uint8Array | undefined): readonly Uint8Array[] {
  if (list === undefined) return []
  try {
    return decodeWith(flatEntryListCodec, list)
  } catch (error) {
    if (error instanceof DecodeError) return []
    throw error
  }
}

/** [MS-OXCMAIL] 2.1.3.2.29: named properties that are header fields, the keywords and the flag's text. */
async function addNamed(add: Add, message: Message): Promise<void> {
  const named = await message.queryNamedProperties()
  const keywords = propertyNameKey(PidNameKeywords)
  const flag = propertyNameKey(PidLidFlagRequest)
  const wanted: { readonly tag: PropertyTag; readonly name: PropertyName }[] = []
  for (const { id, name } of named) {
    const key = propertyNameKey(name)
    if (key === keywords) wanted.push({ tag: propertyTag(id, PtypMultipleString), name })
    else if (key === flag || (name.kind === 'name' && name.set === PS_INTERNET_HEADERS)) {
      wanted.push({ tag: propertyTag(id, PtypString), name })
    }
  }
  if (wanted.length === 0) return
  const values = await message.getProperties(wanted.map(({ tag }) => tag).filter(isNamedTag))
  for (const { tag, name } of wanted) {
    const value = values.get(tag)
    if (Array.isArray(value)) add('Keywords', encodeHeaderText(value.join(', ')))
    else if (typeof value !== 'string') continue
    else if (propertyNameKey(name) === flag) add('X-Message-Flag', encodeHeaderText(value))
    else if (name.kind === 'name' && /^[!-9;-~]+$/.test(name.name) && !isStructural(name.name)) {
      add(titleCase(name.name), encodeHeaderText(value))
    }
  }
}

/** Fields that the writer makes itself. */
function isStructural(name: string): boolean {
  return /^(?:content-|mime-version$|from$|sender$|to$|cc$|bcc$|reply-to$|subject$|date$|message-id$|received$|return-path$)/i.test(
    name,
  )
}

/** `x-my-header` is `X-My-Header` to people. */
function titleCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
}
