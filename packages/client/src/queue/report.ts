import {
  AttachMethod,
  type FileTime,
  fileTimeFromDate,
  type Message,
  MessageFlags,
  type MessageStore,
  PidTagAttachMethod,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDeliverTime,
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagNonDeliveryReportDiagCode,
  PidTagNonDeliveryReportReasonCode,
  PidTagOriginalDisplayBcc,
  PidTagOriginalDisplayCc,
  PidTagOriginalDisplayTo,
  PidTagOriginalSubject,
  PidTagOriginalSubmitTime,
  PidTagReportTag,
  PidTagReportText,
  PidTagReportTime,
  PidTagSearchKey,
  PidTagSenderName,
  PidTagSubject,
  PidTagSupplementaryInfo,
  PropertyBag,
  type PropertyTag,
  type Recipient,
} from '@bourse/mapi'
import type { QueuedRecipient } from './entry.ts'

/** What a report says: that a message reached its recipients (DR), or that it did not (NDR). */
export type ReportKind = 'delivery' | 'nonDelivery'

export interface ReportRequest {
  readonly kind: ReportKind
  /** The message that it is about. */
  readonly message: Message
  /** The recipients that it is about, with what became of them. */
  readonly recipients: readonly QueuedRecipient[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** PidTagNonDeliveryReportReasonCode: the message could not be handed on (MAPI_REASON_TRANSFER_FAILED). */
const TRANSFER_FAILED = 0

/** PidTagNonDeliveryReportDiagCode. */
const Diagnostic = { unrecognized: 0, expired: 5, none: -1 } as const

/** Enhanced status codes (RFC 3463) that say that nobody has such an address, and that time ran out. */
const UNRECOGNIZED = /^5\.1\.[0-3]$/
const EXPIRED = '4.4.7'

/** Copied from the message into the report, under the names that reports have for them. */
const COPIED: readonly (readonly [PropertyTag<unknown>, PropertyTag<unknown>])[] = [
  [PidTagSubject, PidTagOriginalSubject],
  [PidTagDisplayTo, PidTagOriginalDisplayTo],
  [PidTagDisplayCc, PidTagOriginalDisplayCc],
  [PidTagDisplayBcc, PidTagOriginalDisplayBcc],
  [PidTagClientSubmitTime, PidTagOriginalSubmitTime],
  [PidTagConversationIndex, PidTagConversationIndex],
  [PidTagConversationTopic, PidTagConversationTopic],
  [PidTagReportTag, PidTagReportTag],
]

/** What reports are called, and who they say they are from. */
const SUBJECTS: Readonly<Record<ReportKind, string>> = {
  delivery: 'Delivered: ',
  nonDelivery: 'Undeliverable: ',
}
const SENDER = 'Outgoing queue'

/**
 * Puts a report about a message into a folder ([MS-OXOMSG] 2.2.2): in plain words, with the properties that programs look for, and one of
 * non-delivery with the message itself attached, so that it can be sent again. Resolves when it is stored.
 */
export async function createReport(
  store: MessageStore,
  folderId: bigint,
  request: ReportRequest,
): Promise<void> {
  const { kind, message, recipients } = request
  const original = await message.getProperties([
    ...COPIED.map(([tag]) => tag),
    PidTagMessageClass,
    PidTagSearchKey,
    PidTagInternetMessageId,
  ])
  const now = fileTimeFromDate(new Date(request.now))
  const subject = original.get(PidTagSubject) ?? ''
  const text = kind === 'delivery' ? deliveryText(subject, recipients) : nonDeliveryText(subject, recipients)
  const suffix = kind === 'delivery' ? 'DR' : 'NDR'
  await using report = await store.createMessage(folderId)
  await report.setProperties([
    [PidTagMessageClass, `REPORT.${original.get(PidTagMessageClass) ?? 'IPM.Note'}.${suffix}`],
    [PidTagSubject, SUBJECTS[kind] + subject],
    [PidTagBody, text],
    [PidTagReportText, text],
    [PidTagReportTime, now],
    [PidTagMessageDeliveryTime, now],
    [PidTagClientSubmitTime, now],
    [PidTagSenderName, SENDER],
    // Delivered, not a draft.
    [PidTagMessageFlags, MessageFlags.Unmodified],
    ...COPIED.flatMap(([from, to]) => {
      const value = original.cell(from)
      return original.has(from) ? [[to, value] as const] : []
    }),
  ])
  const byRow = new Map((await message.getRecipients()).map((recipient) => [recipient.rowId, recipient]))
  await report.modifyRecipients(
    recipients.map((queued, rowId) => ({
      rowId,
      recipient: reported(queued, byRow.get(queued.rowId), rowId, now),
    })),
  )
  if (kind === 'nonDelivery') await attach(report, message)
  await report.save()
}

function reported(
  queued: QueuedRecipient,
  original: Recipient | undefined,
  rowId: number,
  now: FileTime,
): Recipient {
  const properties = new PropertyBag(original?.properties ?? [[PidTagDisplayName, queued.displayName]])
  const { progress } = queued
  if (progress.state === 'sent') properties.set(PidTagDeliverTime, now)
  if (progress.state === 'failed') {
    properties
      .set(PidTagSupplementaryInfo, progress.reason)
      .set(PidTagNonDeliveryReportReasonCode, TRANSFER_FAILED)
      .set(PidTagNonDeliveryReportDiagCode, diagnosticOf(progress.status))
  }
  return { rowId, type: original?.type ?? 1, properties }
}

function diagnosticOf(status: string | undefined): number {
  if (status === EXPIRED) return Diagnostic.expired
  return status !== undefined && UNRECOGNIZED.test(status) ? Diagnostic.unrecognized : Diagnostic.none
}

async function attach(report: Message, message: Message): Promise<void> {
  await using attachment = await report.createAttachment()
  await attachment.setProperties([[PidTagAttachMethod, AttachMethod.embeddedMessage]])
  await using embedded = await attachment.openEmbeddedMessage('create')
  await message.copyTo(embedded)
  await embedded.save()
  await attachment.save()
}

function nonDeliveryText(subject: string, recipients: readonly QueuedRecipient[]): string {
  const lines = recipients.map((recipient) => {
    const { progress } = recipient
    const reason = progress.state === 'failed' ? progress.reason : ''
    const status = progress.state === 'failed' && progress.status !== undefined ? ` (${progress.status})` : ''
    return `  ${addressOf(recipient)}\r\n    ${reason}${status}`
  })
  return [
    `Your message ${quoted(subject)} could not be delivered to ${countOf(recipients)}:`,
    lines.join('\r\n'),
    'It will not be tried again. The message is attached; you can correct the address and send it once more.',
  ].join('\r\n\r\n')
}

function deliveryText(subject: string, recipients: readonly QueuedRecipient[]): string {
  return [
    `Your message ${quoted(subject)} was handed on for ${countOf(recipients)}:`,
    recipients.map((recipient) => `  ${addressOf(recipient)}`).join('\r\n'),
  ].join('\r\n\r\n')
}

function quoted(subject: string): string {
  return subject === '' ? 'without a subject' : `"${subject}"`
}

function countOf(recipients: readonly unknown[]): string {
  return recipients.length === 1 ? 'one recipient' : `${recipients.length} recipients`
}

function addressOf({ displayName, addressType, emailAddress }: QueuedRecipient): string {
  const address = addressType === 'SMTP' ? emailAddress : `${addressType}:${emailAddress}`
  return displayName === '' || displayName === emailAddress ? address : `${displayName} <${address}>`
}
