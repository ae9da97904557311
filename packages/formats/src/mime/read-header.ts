import {
  type FileTime,
  flatEntryListCodec,
  PidLidFlagRequest,
  PidNameKeywords,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDeferredSendTime,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagExpiryTime,
  PidTagImportance,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagInternetReferences,
  PidTagListHelp,
  PidTagListSubscribe,
  PidTagListUnsubscribe,
  PidTagMessageDeliveryTime,
  PidTagNormalizedSubject,
  PidTagOriginatorDeliveryReportRequested,
  PidTagPriority,
  PidTagReadReceiptRequested,
  PidTagReplyRecipientEntries,
  PidTagReplyRecipientNames,
  PidTagReplyTime,
  PidTagSensitivity,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
  ReadReceiptAddress,
  type RecipientChange,
  RecipientType,
  SenderAddress,
  SentRepresentingAddress,
  splitMimeSubject,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { tagsOfNames } from '../property-names.ts'
import { addressProperties, setGroup } from './address-properties.ts'
import { MAX_ADDRESSES, type Mailbox, parseAddressList } from './addresses.ts'
import { decodeBase64 } from './base64.ts'
import { classOfContentClass } from './content-class.ts'
import { parseDate } from './date.ts'
import { rawField, rawFields, textField } from './header-block.ts'
import { setNamedHeaders } from './named-headers.ts'
import { readImportance, readSensitivity, readSuppression } from './priority.ts'
import type { Reading } from './read-context.ts'

/** The longest header that PidTagTransportMessageHeaders holds, in characters; longer ones are cut. */
export const MAX_TRANSPORT_HEADERS = 1024 * 1024

/** Fields whose values are carried over as text. */
const TEXT_FIELDS: readonly (readonly [key: string, tag: PropertyTag<string>])[] = [
  ['message-id', PidTagInternetMessageId],
  ['in-reply-to', PidTagInReplyToId],
  ['references', PidTagInternetReferences],
  ['list-help', PidTagListHelp],
  ['list-subscribe', PidTagListSubscribe],
  ['list-unsubscribe', PidTagListUnsubscribe],
]

/** Fields that hold a time; the first of a property's fields that says one counts. */
const TIME_FIELDS: readonly (readonly [key: string, tag: PropertyTag<FileTime>])[] = [
  ['date', PidTagClientSubmitTime],
  ['expires', PidTagExpiryTime],
  ['expiry-date', PidTagExpiryTime],
  ['reply-by', PidTagReplyTime],
  ['deferred-delivery', PidTagDeferredSendTime],
]

/**
 * The properties and recipients that follow from a message's header ([MS-OXCMAIL] 2.2.3.1, 2.2.3.2). The properties are put into
 * the reading's bag; the recipients are set.
 */
export async function readHeader(reading: Reading): Promise<void> {
  const { header, properties, context } = reading
  const text = (key: string): string | undefined => textField(header, key)?.replaceAll('\0', '')

  readSubject(reading)
  for (const [key, tag] of TEXT_FIELDS) {
    const value = text(key)
    if (value !== undefined) properties.set(tag, value)
  }
  for (const [key, tag] of TIME_FIELDS) readTime(reading, key, tag)
  const delivered =
    context.options.deliveryTime ?? receivedTime(reading) ?? properties.get(PidTagClientSubmitTime)
  if (delivered !== undefined) properties.set(PidTagMessageDeliveryTime, delivered)

  const importance = readImportance(text)
  if (importance !== undefined) {
    properties.set(PidTagImportance, importance).set(PidTagPriority, importance - 1)
  }
  const sensitivity = readSensitivity(text('sensitivity'))
  if (sensitivity !== undefined) properties.set(PidTagSensitivity, sensitivity)
  const suppress = text('x-auto-response-suppress')
  if (suppress !== undefined) properties.setCell(PidTagAutoResponseSuppress, readSuppression(suppress))
  if (/^true$/i.test(text('autoforwarded')?.trim() ?? '')) properties.set(PidTagAutoForwarded, true)
  const contentClass = text('content-class')
  if (contentClass !== undefined) reading.messageClass = classOfContentClass(contentClass)

  await readPeople(reading)
  await readNames(reading)
}

/** [MS-OXCMAIL] 2.2.3.2.6: prefix and rest, and the conversation that they belong to. */
function readSubject({ header, properties }: Reading): void {
  const subject = textField(header, 'subject')?.replaceAll('\0', '')
  if (subject !== undefined) {
    const { prefix, normalizedSubject } = splitMimeSubject(subject)
    // As it is written, not as the parts would be put together.
    properties.set(PidTagSubject, subject)
    if (subject === `${prefix}${normalizedSubject}`) {
      properties.set(PidTagSubjectPrefix, prefix).set(PidTagNormalizedSubject, normalizedSubject)
    }
    properties.set(PidTagConversationTopic, normalizedSubject)
  }
  const topic = textField(header, 'thread-topic')?.replaceAll('\0', '')
  if (topic !== undefined) properties.set(PidTagConversationTopic, topic)
  const index = rawField(header, 'thread-index')
  if (index !== undefined) {
    const bytes = decodeBase64(index)
    if (bytes.length > 0) properties.set(PidTagConversationIndex, bytes)
  }
}

function readTime({ header, properties, context }: Reading, key: string, tag: PropertyTag<FileTime>): void {
  const value = rawField(header, key)
  if (value === undefined || properties.has(tag)) return
  const time = parseDate(value)
  if (time !== undefined) properties.set(tag, time)
  else if (key === 'date') context.problems.add('date')
}

/** The time of the topmost Received field that says one. */
function receivedTime({ header }: Reading): FileTime | undefined {
  for (const value of rawFields(header, 'received')) {
    const time = parseDate(value.slice(value.lastIndexOf(';') + 1))
    if (time !== undefined) return time
  }
  return undefined
}

const RECIPIENT_FIELDS: readonly (readonly [key: string, type: RecipientType])[] = [
  ['to', RecipientType.To],
  ['cc', RecipientType.Cc],
  ['bcc', RecipientType.Bcc],
]

/** [MS-OXCMAIL] 2.2.3.1: recipients, From, Sender, Reply-To and who wants receipts. */
async function readPeople(reading: Reading): Promise<void> {
  const { header, message, properties, context } = reading
  const list = (key: string): Mailbox[] => {
    const mailboxes = rawFields(header, key).flatMap((value) => parseAddressList(value, header.charset))
    if (mailboxes.some(({ address }) => !address.includes('@'))) context.problems.add('address')
    return mailboxes.slice(0, MAX_ADDRESSES)
  }

  const from = list('from')[0]
  const sender = list('sender')[0] ?? from ?? list('return-path')[0]
  if (sender !== undefined) setGroup(properties, SenderAddress, await addressProperties(sender, context))
  const representing = from ?? sender
  if (representing !== undefined) {
    setGroup(properties, SentRepresentingAddress, await addressProperties(representing, context))
  }

  const changes: RecipientChange[] = []
  for (const [key, type] of RECIPIENT_FIELDS) {
    for (const mailbox of list(key)) {
      const rowId = changes.length
      changes.push({
        rowId,
        recipient: { rowId, type, properties: await addressProperties(mailbox, context) },
      })
    }
  }
  if (changes.length > 0) await message.modifyRecipients(changes)

  const replyTo: { readonly entryId: Uint8Array; readonly name: string }[] = []
  for (const mailbox of list('reply-to')) {
    const recipient = await addressProperties(mailbox, context)
    const entryId = recipient.get(PidTagEntryId)
    if (entryId !== undefined) replyTo.push({ entryId, name: recipient.get(PidTagDisplayName) ?? '' })
  }
  if (replyTo.length > 0) {
    properties.set(
      PidTagReplyRecipientEntries,
      encodeWith(
        flatEntryListCodec,
        replyTo.map(({ entryId }) => entryId),
      ),
    )
    properties.set(PidTagReplyRecipientNames, replyTo.map(({ name }) => name).join('; '))
  }

  const receipt = list('disposition-notification-to')[0]
  if (receipt !== undefined) {
    properties.set(PidTagReadReceiptRequested, true)
    setGroup(properties, ReadReceiptAddress, await addressProperties(receipt, context))
  }
  if (rawField(header, 'return-receipt-to') !== undefined) {
    properties.set(PidTagOriginatorDeliveryReportRequested, true)
  }
}

/** Properties with names: keywords, the flag's text, and all fields that have no other property. */
async function readNames(reading: Reading): Promise<void> {
  const { header, properties, context } = reading
  const { names } = context.options
  if (names === undefined) return
  const keywords = rawFields(header, 'keywords').length > 0 ? textField(header, 'keywords') : undefined
  const flag = textField(header, 'x-message-flag')
  if (keywords !== undefined || flag !== undefined) {
    const [keywordsTag, flagTag] = await tagsOfNames(names, [PidNameKeywords, PidLidFlagRequest], true)
    const words = (keywords ?? '').split(/\s*,\s*/).filter((word) => word !== '')
    if (words.length > 0 && keywordsTag >>> 16 !== 0) properties.set(keywordsTag, words)
    if (flag !== undefined && flagTag >>> 16 !== 0) properties.set(flagTag, flag)
  }
  if (!(await setNamedHeaders(header, names, properties))) context.problems.add('name')
}
