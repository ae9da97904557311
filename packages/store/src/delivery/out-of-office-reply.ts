import { encodeHtml, htmlToText } from '@bourse/formats/body'
import {
  isMapiError,
  oneOffEntryId,
  PidTagAddressType,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagHtml,
  PidTagInReplyToId,
  PidTagInternetCodepage,
  PidTagInternetMessageId,
  PidTagInternetReferences,
  PidTagMessageClass,
  PidTagNormalizedSubject,
  PidTagRecipientType,
  PidTagSmtpAddress,
  PidTagSubjectPrefix,
  type PropertyName,
  type PropertyTag,
  PS_INTERNET_HEADERS,
  PtypString,
  propertyTag,
  RecipientType,
  smtpOneOffEntryId,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { Submission } from '../mailbox/hooks.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { type Answers, answersNow } from '../mailbox/out-of-office.ts'
import type { MessageDraft } from '../message/insert.ts'
import { settleProperties } from '../message/settle.ts'
import type { MessageRecord, RecipientRecord, StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { SUPPRESS_ALL, submitAll } from './mail-of-rules.ts'
import { originatorOf } from './originator.ts'
import { MAILBOX_ITSELF, noteAnswered, wasAnswered } from './out-of-office-history.ts'
import { type MailOrigin, mayBeAnswered, senderKey } from './out-of-office-sender.ts'

/** PidTagMessageClass of the replies of the mailbox itself, as Exchange has it. */
const MAILBOX_REPLY_CLASS = 'IPM.Note.Rules.OofTemplate.Microsoft'

const UTF8 = 65001

const AUTO_SUBMITTED: PropertyName = { kind: 'name', set: PS_INTERNET_HEADERS, name: 'auto-submitted' }

/** What is known of the sender of a message that is arriving. */
export interface KnownSender {
  readonly origin: MailOrigin
  /** Whether a sender from outside is in the contacts or in the address book. */
  readonly isKnown: boolean
}

/** What the mailbox has answered by itself, to be sent when the transaction is on disk. */
export interface AutomaticAnswer {
  readonly submissions: readonly Submission[]
  /** Names that got property IDs. */
  readonly names: ReadonlyMap<number, PropertyName>
}

/** Answers a message while the owner of the mailbox is away ([MS-OXWOOF]), once to each sender. `undefined`: it is not answered. */
export async function answerWhileAway(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  given: MessageRecord,
  sender: KnownSender,
): Promise<AutomaticAnswer | undefined> {
  const answers = await answersNow(tx, mailbox, tx.now)
  if (answers === undefined || mailbox.info.folders.outbox === undefined) return undefined
  const properties = settleProperties(given.properties, undefined, tx.now, undefined)
  const draft = await mailboxReply(tx, mailbox, answers, properties, sender)
  const names = new Map<number, PropertyName>()
  const reply = draft && (await asAutomaticReply(tx, mailbox, draft, names))
  return reply && { submissions: await submitAll(tx, mailbox, [reply]), names }
}

/** The reply to a message; that its sender was answered is noted. */
async function mailboxReply(
  tx: Transaction,
  mailbox: Mailbox,
  answers: Answers,
  properties: StoredProperties,
  { origin, isKnown }: KnownSender,
): Promise<MessageDraft | undefined> {
  const text = origin.isInternal === true ? answers.internalReply : externalText(answers, isKnown)
  if (isBlank(text) || !mayBeAnswered(mailbox, properties, origin)) return undefined
  const { reversePath } = origin
  const recipients = reversePath === undefined ? originatorOf(properties) : returnTo(reversePath, properties)
  const sender = (reversePath ?? senderKey(properties)).toLowerCase()
  if (recipients.length === 0 || (await wasAnswered(tx, MAILBOX_ITSELF, sender))) return undefined
  await noteAnswered(tx, MAILBOX_ITSELF, sender)
  const messageId = textOf(properties, PidTagInternetMessageId)
  const references = [textOf(properties, PidTagInternetReferences), messageId].filter((one) => one !== '')
  const draft = new Map<PropertyTag<unknown>, StoredValue>([
    [PidTagMessageClass, MAILBOX_REPLY_CLASS],
    [PidTagSubjectPrefix, 'Automatic reply: '],
    [PidTagNormalizedSubject, textOf(properties, PidTagNormalizedSubject)],
    [PidTagInternetCodepage, UTF8],
    ...(isHtml(text) ? [[PidTagHtml, encodeHtml(text, UTF8)] as const] : [[PidTagBody, text] as const]),
  ])
  if (messageId !== '') draft.set(PidTagInReplyToId, messageId)
  if (references.length > 0) draft.set(PidTagInternetReferences, references.join(' '))
  return { properties: draft, recipients }
}

/**
 * A reply, marked as one that a program has made (RFC 3834 5, [MS-OXCMAIL] 2.2.3.2.14): Auto-Submitted says so to the world, PidTagAutoResponseSuppress
 * to Exchange. `undefined` if the mailbox has no room for the name of the field: such a reply must not go out.
 *
 * @param names gets the names that this gives property IDs, for `NamedProperties.committed`
 */
export async function asAutomaticReply(
  tx: Transaction,
  { named }: Mailbox,
  draft: MessageDraft,
  names: Map<number, PropertyName>,
): Promise<MessageDraft | undefined> {
  let id = named.idOf(AUTO_SUBMITTED)
  if (id === 0) {
    try {
      const added = await named.map(tx, [AUTO_SUBMITTED])
      for (const [newId, name] of added) names.set(newId, name)
      id = [...added.keys()][0]!
    } catch (error) {
      if (isMapiError(error)) return undefined
      throw error
    }
  }
  const properties = new Map(draft.properties)
  properties.set(propertyTag(id, PtypString), 'auto-replied')
  properties.set(PidTagAutoResponseSuppress, SUPPRESS_ALL)
  return { ...draft, properties }
}

function externalText({ externalAudience, externalReply }: Answers, isKnown: boolean): string {
  return externalAudience === 'all' || (externalAudience === 'known' && isKnown) ? externalReply : ''
}

/** Where a message came from, with the name that its sender goes by, if it is the sender's address. */
function returnTo(reversePath: string, properties: StoredProperties): readonly RecipientRecord[] {
  const [originator] = originatorOf(properties)
  const address = originator && textOf(originator.properties, PidTagSmtpAddress)
  if (originator !== undefined && address?.toLowerCase() === reversePath.toLowerCase()) return [originator]
  return [
    {
      rowId: 0,
      properties: new Map<PropertyTag<unknown>, StoredValue>([
        [PidTagRecipientType, RecipientType.To],
        [PidTagDisplayName, reversePath],
        [PidTagAddressType, 'SMTP'],
        [PidTagEmailAddress, reversePath],
        [PidTagSmtpAddress, reversePath],
        [PidTagEntryId, encodeWith(oneOffEntryId, smtpOneOffEntryId(reversePath, reversePath))],
      ]),
    },
  ]
}

/** Whether a text is HTML, as Outlook has it; others may set plain text. */
function isHtml(text: string): boolean {
  return /<[a-z!][^>]*>/i.test(text)
}

/** Whether there is nothing to be read in a text. */
function isBlank(text: string): boolean {
  if (text.trim() === '') return true
  return isHtml(text) && !/<img\b/i.test(text) && htmlToText(text).trim() === ''
}

function textOf(properties: StoredProperties, tag: PropertyTag<unknown>): string {
  const value = properties.get(tag)
  return typeof value === 'string' ? value : ''
}
