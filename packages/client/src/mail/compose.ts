import {
  createConversationIndex,
  ErrorCode,
  flatEntryListCodec,
  MapiError,
  nowAsFileTime,
  PidTagAddressType,
  PidTagConversationIndex,
  PidTagConversationIndexTracking,
  PidTagDeleteAfterSubmit,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagImportance,
  PidTagMessageClass,
  PidTagOriginatorDeliveryReportRequested,
  PidTagPriority,
  PidTagReadReceiptRequested,
  PidTagReplyRecipientEntries,
  PidTagReplyRecipientNames,
  PidTagSearchKey,
  PidTagSensitivity,
  PidTagSentMailSvrEID,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSearchKey,
  type PropertyBag,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { NewAttachment } from './attachments.ts'
import { htmlProperties, textProperties } from './body.ts'
import type { MailMessage } from './message.ts'
import { type Entry, setAll } from './problems.ts'
import {
  type Addressee,
  type Addressees,
  addressProperties,
  type RecipientKind,
  setFirstRecipients,
} from './recipients.ts'
import type { MailStore } from './store.ts'
import { subjectProperties } from './subject.ts'

/** What a new message is to be. All of it can be changed on the draft. */
export interface NewMessage {
  readonly to?: Addressees
  readonly cc?: Addressees
  readonly bcc?: Addressees
  readonly subject?: string
  /** The body as plain text. Give it or `html`. */
  readonly text?: string
  /** The body as HTML. */
  readonly html?: string
  readonly attachments?: readonly (NewAttachment | MailMessage)[]
  readonly importance?: 'low' | 'normal' | 'high'
  readonly sensitivity?: 'normal' | 'personal' | 'private' | 'confidential'
  /** On whose behalf it is sent; the user's own if left out. */
  readonly from?: Addressee
  /** Who answers are to go to; who sends it if left out. */
  readonly replyTo?: Addressees
  /** What is to be reported to the sender. */
  readonly receipts?: readonly ('delivery' | 'read')[]
}

/** Values of PidTagImportance and PidTagPriority ([MS-OXCMSG] 2.2.1.11, 2.2.1.12). */
const IMPORTANCE = { low: 0, normal: 1, high: 2 } as const
const PRIORITY = { low: -1, normal: 0, high: 1 } as const
/** Values of PidTagSensitivity ([MS-OXCMSG] 2.2.1.13). */
const SENSITIVITY = { normal: 0, personal: 1, private: 2, confidential: 3 } as const

/** A new message among the drafts, filled but not saved. */
export async function composeMessage(store: MailStore, content: NewMessage): Promise<MailMessage> {
  return makeDraft(store, content, [
    ...subjectProperties(content.subject ?? ''),
    [PidTagConversationIndex, createConversationIndex(undefined, nowAsFileTime(), crypto.randomUUID())],
    [PidTagConversationIndexTracking, true],
    ...(content.html === undefined ? textProperties(content.text ?? '') : htmlProperties(content.html)),
  ])
}

/**
 * A message among the drafts with the properties given and what `content` says beyond subject and body, not saved yet. It goes to Sent Items
 * when it is sent ([MS-OXOMSG] 2.2.3.10).
 */
export async function makeDraft(
  store: MailStore,
  content: NewMessage,
  properties: readonly Entry[],
  recipients: readonly (readonly [RecipientKind, Addressees])[] = [],
): Promise<MailMessage> {
  const { addressBook } = store.session
  const folderId = (await store.specialFolderId('drafts')) ?? (await store.specialFolderId('outbox'))
  if (folderId === undefined) throw new MapiError(ErrorCode.NotFound, { message: 'the store has no drafts' })
  const more = await contentProperties(store, content)
  const draft = await store.createMessage(folderId)
  try {
    await setAll(draft.raw, [...properties, ...more])
    const kinds = (['to', 'cc', 'bcc'] as const).flatMap((kind) => {
      const addressees = content[kind]
      return addressees === undefined ? [] : [[kind, addressees] as const]
    })
    await setFirstRecipients(draft.raw, [...recipients, ...kinds], addressBook)
    for (const attachment of content.attachments ?? []) await draft.attach(attachment)
    return draft
  } catch (error) {
    await draft[Symbol.asyncDispose]()
    throw error
  }
}

/** What a new message has beside subject, conversation, body, recipients and attachments. */
async function contentProperties(store: MailStore, content: NewMessage): Promise<Entry[]> {
  const { importance = 'normal', sensitivity = 'normal', receipts = [], from, replyTo } = content
  const { addressBook } = store.session
  const sentItems = await store.specialFolderId('sentItems')
  return [
    [PidTagMessageClass, 'IPM.Note'],
    [PidTagDeleteAfterSubmit, false],
    ...(sentItems === undefined
      ? []
      : [[PidTagSentMailSvrEID, { ours: true, folderId: sentItems, messageId: 0n, instance: 0 }] as const]),
    [PidTagImportance, IMPORTANCE[importance]],
    [PidTagPriority, PRIORITY[importance]],
    [PidTagSensitivity, SENSITIVITY[sensitivity]],
    [PidTagReadReceiptRequested, receipts.includes('read')],
    [PidTagOriginatorDeliveryReportRequested, receipts.includes('delivery')],
    ...(from === undefined ? [] : fromProperties(await addressProperties(from, addressBook))),
    ...(replyTo === undefined ? [] : replyToProperties(await addressProperties(replyTo, addressBook))),
  ]
}

/** [MS-OXOMSG] 2.2.1.50 to 2.2.1.54: on whose behalf the message is sent. */
function fromProperties([from]: readonly PropertyBag[]): Entry[] {
  const values: Entry[] = [
    [PidTagSentRepresentingName, from?.get(PidTagDisplayName)],
    [PidTagSentRepresentingAddressType, from?.get(PidTagAddressType)],
    [PidTagSentRepresentingEmailAddress, from?.get(PidTagEmailAddress)],
    [PidTagSentRepresentingEntryId, from?.get(PidTagEntryId)],
    [PidTagSentRepresentingSearchKey, from?.get(PidTagSearchKey)],
  ]
  return values.filter(([, value]) => value !== undefined)
}

/** [MS-OXOMSG] 2.2.1.43, 2.2.1.44: names and entry IDs of those who answers go to. */
function replyToProperties(all: readonly PropertyBag[]): Entry[] {
  const entryIds = all.flatMap((properties) => properties.get(PidTagEntryId) ?? [])
  return [
    [PidTagReplyRecipientEntries, encodeWith(flatEntryListCodec, entryIds)],
    [PidTagReplyRecipientNames, all.map((properties) => properties.get(PidTagDisplayName) ?? '').join(';')],
  ]
}
