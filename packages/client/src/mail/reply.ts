import {
  AddressType,
  addAddressProperties,
  addressBookEntryId,
  addressTags,
  createConversationIndex,
  type FileTime,
  fileTimeToInstant,
  flatEntryListCodec,
  joinSubject,
  type Message,
  nowAsFileTime,
  oneOffEntryId,
  PidTagAddressType,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationIndexTracking,
  PidTagConversationTopic,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagHtml,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagInternetReferences,
  PidTagMailboxOwnerEntryId,
  PidTagMessageDeliveryTime,
  PidTagNativeBody,
  PidTagNormalizedSubject,
  PidTagParentKey,
  PidTagReceivedByEmailAddress,
  PidTagReceivedBySmtpAddress,
  PidTagReplyRecipientEntries,
  PidTagSearchKey,
  PidTagUserEntryId,
  PropertyBag,
  pairAddressTags,
  RecipientAddress,
  SentRepresentingAddress,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import { copyAttachments } from './attachments.ts'
import { htmlProperties, textProperties } from './body.ts'
import { makeDraft, type NewMessage } from './compose.ts'
import type { MailMessage } from './message.ts'
import type { Entry } from './problems.ts'
import { type QuotedHeader, quoteHtml, quoteText, textAsInnerHtml } from './quote.ts'
import { type MailRecipient, smtpAddressOf, toMailRecipient } from './recipients.ts'
import { subjectProperties } from './subject.ts'

/** What an answer is to be. Recipients that are given come on top of those that the answer has anyway. */
export interface AnswerContent extends Omit<NewMessage, 'subject'> {
  /** Whether the message follows below; `'below'` if left out. */
  readonly quote?: 'below' | 'none'
  /** What the subject begins with; `RE: `, or `FW: ` when it is passed on, if left out. */
  readonly prefix?: string
  /** Language of the date above what is quoted, e.g. `de-DE`; `en-US` if left out. */
  readonly locale?: string
  /** Time zone of that date; the computer's if left out. */
  readonly timeZone?: string
}

export interface ForwardContent extends AnswerContent {
  /** How the message goes along: below the text, or as an attachment. `'inline'` if left out. */
  readonly as?: 'inline' | 'attachment'
}

/** Which message was answered, and how. */
export interface Answered {
  readonly verb: 'reply' | 'replyAll' | 'forward'
  readonly folderId: bigint
  readonly id: bigint
}

/** PidTagNativeBody of HTML ([MS-OXCMSG] 2.2.1.58.2). */
const NATIVE_HTML = 3

/** A draft that answers a message or passes it on ([MS-OXOMSG] 3.2.4.2, 3.2.4.4), filled but not saved. */
export async function answer(
  original: MailMessage,
  verb: Answered['verb'],
  content: ForwardContent,
): Promise<MailMessage> {
  const isInline = content.as !== 'attachment'
  const [thread, body, recipients] = await Promise.all([
    threadProperties(original, verb, content),
    answerBody(original, isInline ? content : { ...content, quote: 'none' }),
    verb === 'forward' ? [] : answerRecipients(original, verb),
  ])
  const draft = await makeDraft(
    original.store.session.store,
    content,
    [...thread, ...body],
    recipients.map((recipient) => [recipient.kind === 'cc' ? 'cc' : 'to', recipient] as const),
  )
  try {
    await carryAttachments(draft, original, verb, isInline)
    return draft
  } catch (error) {
    await draft[Symbol.asyncDispose]()
    throw error
  }
}

/** Subject, conversation and the Internet's references ([MS-OXOMSG] 2.2.1.2 to 2.2.1.5, [MS-OXCMAIL] 2.2.3.2.14). */
async function threadProperties(
  original: MailMessage,
  verb: Answered['verb'],
  { prefix = verb === 'forward' ? 'FW: ' : 'RE: ' }: AnswerContent,
): Promise<Entry[]> {
  const read = await original.read([
    PidTagNormalizedSubject,
    PidTagConversationTopic,
    PidTagConversationIndex,
    PidTagConversationIndexTracking,
    PidTagInternetMessageId,
    PidTagInternetReferences,
    PidTagSearchKey,
  ])
  const subject = read.get(PidTagNormalizedSubject) ?? ''
  const index = read.get(PidTagConversationIndex)
  const messageId = read.get(PidTagInternetMessageId)
  const searchKey = read.get(PidTagSearchKey)
  const references = [read.get(PidTagInternetReferences), messageId].filter(Boolean).join(' ')
  return [
    ...subjectProperties(joinSubject(prefix, subject), prefix).filter(
      ([tag]) => tag !== PidTagConversationTopic,
    ),
    [PidTagConversationTopic, read.get(PidTagConversationTopic) ?? subject],
    [PidTagConversationIndex, createConversationIndex(index, nowAsFileTime(), crypto.randomUUID())],
    // A conversation that others have begun without saying that its index can be relied on goes on like that.
    [
      PidTagConversationIndexTracking,
      index === undefined || read.get(PidTagConversationIndexTracking) === true,
    ],
    ...(messageId === undefined ? [] : [[PidTagInternetReferences, references] as const]),
    ...(messageId === undefined || verb === 'forward' ? [] : [[PidTagInReplyToId, messageId] as const]),
    ...(searchKey === undefined ? [] : [[PidTagParentKey, searchKey] as const]),
  ]
}

/** To whom an answer goes, without the user. */
async function answerRecipients(
  original: MailMessage,
  verb: 'reply' | 'replyAll',
): Promise<readonly MailRecipient[]> {
  const isSelf = await selfTest(original)
  const others = (await original.recipients()).filter(({ kind }) => kind === 'to' || kind === 'cc')
  let to = (await replyRecipients(original.raw)).map(asRecipient)
  // Who answers what they sent themselves goes on writing to the same people.
  if (to.length === 1 && isSelf(to[0]!.raw.properties)) to = others.filter(({ kind }) => kind === 'to')
  const all = verb === 'reply' ? to : [...to, ...others.filter(({ raw }) => !isSelf(raw.properties))]
  return uniqueRecipients(all)
}

function uniqueRecipients(recipients: readonly MailRecipient[]): MailRecipient[] {
  const seen = new Set<string>()
  return recipients.filter(({ raw: { properties } }) => {
    const key = keyOf(properties)
    return key === undefined || (!seen.has(key) && seen.add(key))
  })
}

/** Who answers are asked to go to (PidTagReplyRecipientEntries), or else the sender. */
async function replyRecipients(original: Message): Promise<PropertyBag[]> {
  const entries = await original.get(PidTagReplyRecipientEntries)
  if (entries !== undefined) {
    const wanted = decodeWith(flatEntryListCodec, entries).flatMap((entryId) => fromEntryId(entryId) ?? [])
    if (wanted.length > 0) return wanted
  }
  const read = await original.getProperties(addressTags(SentRepresentingAddress))
  const sender = new PropertyBag()
  for (const [tag, source] of pairAddressTags(RecipientAddress, SentRepresentingAddress)) {
    const value = read.get(source)
    if (value !== undefined) sender.setCell(tag, value)
  }
  addAddressProperties(sender)
  return sender.has(PidTagEmailAddress) ? [sender] : []
}

/** Addresses of the entry IDs that can be read without an address book; `undefined` for others. */
function fromEntryId(entryId: Uint8Array): PropertyBag | undefined {
  const properties = new PropertyBag([[PidTagEntryId, entryId]])
  try {
    const { displayName, addressType, emailAddress } = decodeWith(oneOffEntryId, entryId)
    properties.set(PidTagDisplayName, displayName)
    properties.set(PidTagAddressType, addressType)
    properties.set(PidTagEmailAddress, emailAddress)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const dn = dnOf(entryId)
    if (dn === undefined) return undefined
    properties.set(PidTagAddressType, AddressType.Exchange)
    properties.set(PidTagEmailAddress, dn)
  }
  addAddressProperties(properties)
  return properties
}

function asRecipient(properties: PropertyBag): MailRecipient {
  return toMailRecipient({ rowId: 0, type: 1, properties })
}

/** Tells whether an address is that of the mailbox's owner. */
async function selfTest(original: MailMessage): Promise<(properties: PropertyBag) => boolean> {
  const { raw } = original.store.session.store
  const [store, message] = await Promise.all([
    raw.getProperties([PidTagMailboxOwnerEntryId, PidTagUserEntryId]),
    original.read([PidTagReceivedByEmailAddress, PidTagReceivedBySmtpAddress]),
  ])
  const own = [
    dnOf(store.get(PidTagMailboxOwnerEntryId)),
    dnOf(store.get(PidTagUserEntryId)),
    message.get(PidTagReceivedByEmailAddress),
    message.get(PidTagReceivedBySmtpAddress),
  ].flatMap((address) => address?.toLowerCase() ?? [])
  return (properties) =>
    [properties.get(PidTagEmailAddress), smtpAddressOf(properties)].some(
      (address) => address !== undefined && own.includes(address.toLowerCase()),
    )
}

function keyOf(properties: PropertyBag): string | undefined {
  return (smtpAddressOf(properties) ?? properties.get(PidTagEmailAddress))?.toLowerCase()
}

function dnOf(entryId: Uint8Array | undefined): string | undefined {
  if (entryId === undefined) return undefined
  try {
    return decodeWith(addressBookEntryId, entryId).x500Dn
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

async function answerBody(original: MailMessage, content: ForwardContent): Promise<Entry[]> {
  const { html, text = '', quote = 'below' } = content
  if (quote === 'none') return html === undefined ? textProperties(text) : htmlProperties(html)
  const header = await quotedHeader(original, content)
  if (html === undefined && !(await isWrittenInHtml(original.raw))) {
    return textProperties(quoteText(text, header, await original.text()))
  }
  return htmlProperties(quoteHtml(html ?? textAsInnerHtml(text), header, await original.html()))
}

async function isWrittenInHtml(message: Message): Promise<boolean> {
  const native = await message.get(PidTagNativeBody)
  if (native !== undefined && native !== 0) return native === NATIVE_HTML
  return (await message.get(PidTagHtml)) !== undefined
}

async function quotedHeader(original: MailMessage, options: AnswerContent): Promise<QuotedHeader> {
  const [from, recipients, subject, time] = await Promise.all([
    original.from(),
    original.recipients(),
    original.subject(),
    sentTime(original),
  ])
  const named = (kind: MailRecipient['kind']) =>
    recipients
      .filter((recipient) => recipient.kind === kind)
      .map(({ name }) => name)
      .join('; ')
  return {
    from:
      from.address === undefined || from.address === from.name ? from.name : `${from.name} <${from.address}>`,
    sent: time === undefined ? '' : formatTime(time, options),
    to: named('to'),
    cc: named('cc'),
    subject,
  }
}

async function sentTime(original: MailMessage): Promise<FileTime | undefined> {
  const times = await original.read([PidTagClientSubmitTime, PidTagMessageDeliveryTime])
  return times.get(PidTagClientSubmitTime) ?? times.get(PidTagMessageDeliveryTime)
}

function formatTime(time: FileTime, { locale = 'en-US', timeZone }: AnswerContent): string {
  return fileTimeToInstant(time).toLocaleString(locale, {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: timeZone ?? Temporal.Now.timeZoneId(),
  })
}

/** What is passed on takes its attachments along; an answer only the pictures that what it quotes shows. */
async function carryAttachments(
  draft: MailMessage,
  original: MailMessage,
  verb: Answered['verb'],
  isInline: boolean,
): Promise<void> {
  if (!isInline) {
    await draft.attach(original)
    return
  }
  const attachments = await original.attachments()
  const carried = attachments.filter(
    ({ kind, contentId, isHidden }) =>
      verb === 'forward' || (kind === 'file' && contentId !== undefined && isHidden),
  )
  await copyAttachments(carried, draft)
}
