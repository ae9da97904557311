import {
  type Message,
  PidTagDisplayName,
  PidTagOriginalMessageId,
  PidTagOriginalSubject,
  PidTagParentKey,
  PidTagRemoteMessageTransferAgent,
  PidTagReportDisposition,
  PidTagReportDispositionMode,
  PidTagReportingMessageTransferAgent,
  PidTagReportTime,
  PidTagSupplementaryInfo,
  type PropertyBag,
  type PropertyTag,
  SenderAddress,
  SentRepresentingAddress,
} from '@bourse/mapi'
import { streamOf } from './bytes.ts'
import { formatDate } from './date.ts'
import { encodeHeaderText } from './encoded-words.ts'
import type { Entity } from './entity.ts'
import { formatField } from './fold.ts'
import type { parseReportClass } from './report-class.ts'
import { groupProperties, mailboxOf } from './write-addresses.ts'
import type { WriteContext } from './write-options.ts'

const utf8 = new TextEncoder()

/** The properties that a report's fields are made of, in addition to those of headers. */
export const REPORT_TAGS: readonly PropertyTag<unknown>[] = [
  PidTagOriginalMessageId,
  PidTagOriginalSubject,
  PidTagParentKey,
  PidTagReportDisposition,
  PidTagReportDispositionMode,
  PidTagReportTime,
  PidTagReportingMessageTransferAgent,
]

/** The status (RFC 3463) of a recipient of whom none is known, by the action. */
const STATUS: Readonly<Record<string, string>> = { failed: '5.0.0', delayed: '4.0.0' }
const STATUS_OTHERWISE = '2.0.0'
const UNKNOWN_MTA = 'localhost'

type ReportClass = NonNullable<ReturnType<typeof parseReportClass>>

/** The part of a report that programs read ([MS-OXCMAIL] 2.1.3.6). */
export async function reportEntity(
  message: Message,
  properties: PropertyBag,
  report: ReportClass,
  context: WriteContext,
): Promise<Entity> {
  return report.kind === 'delivery'
    ? fieldsEntity(
        'message/delivery-status',
        await deliveryFields(message, properties, report.action, context),
      )
    : fieldsEntity(
        'message/disposition-notification',
        await dispositionFields(properties, report.isRead, context),
      )
}

function fieldsEntity(type: string, text: string): Entity {
  return { kind: 'leaf', fields: [formatField('Content-Type', type)], body: streamOf(utf8.encode(text)) }
}

/** [MS-OXCMAIL] 2.1.3.6.1. */
async function deliveryFields(
  message: Message,
  properties: PropertyBag,
  action: string,
  context: WriteContext,
): Promise<string> {
  const mta = properties.get(PidTagReportingMessageTransferAgent) || UNKNOWN_MTA
  let text = formatField('Reporting-MTA', `dns; ${encodeHeaderText(mta)}`)
  for (const { properties: recipient } of await message.getRecipients()) {
    const { address, name } = await mailboxOf(recipient, context)
    const supplementary = recipient.get(PidTagSupplementaryInfo)
    const status = /#(\d\.\d{1,3}\.\d{1,3})/.exec(supplementary ?? '')?.[1]
    const diagnostic = /#\S+\s+([A-Za-z][\w-]*\s*;.*?)>?$/s.exec(supplementary ?? '')?.[1]
    text += '\r\n'
    text += formatField('Final-Recipient', `rfc822; ${address || encodeHeaderText(name)}`)
    text += formatField('Action', action)
    text += formatField('Status', status ?? STATUS[action] ?? STATUS_OTHERWISE)
    if (diagnostic) text += formatField('Diagnostic-Code', encodeHeaderText(diagnostic))
    const remote = recipient.get(PidTagRemoteMessageTransferAgent)
    if (remote) text += formatField('Remote-MTA', `dns; ${encodeHeaderText(remote)}`)
    const time = recipient.get(PidTagReportTime)
    if (time !== undefined) text += formatField('Last-Attempt-Date', formatDate(time))
    if (supplementary) text += formatField('X-Supplementary-Info', encodeHeaderText(supplementary))
    const displayName = recipient.get(PidTagDisplayName)
    if (displayName) text += formatField('X-Display-Name', encodeHeaderText(displayName))
  }
  return text
}

/** [MS-OXCMAIL] 2.1.3.6.2. */
async function dispositionFields(
  properties: PropertyBag,
  isRead: boolean,
  context: WriteContext,
): Promise<string> {
  const person =
    groupProperties(properties, SenderAddress) ?? groupProperties(properties, SentRepresentingAddress)
  const { sentBy } = context.depth === 0 ? context.options : {}
  const mailbox = sentBy?.from ?? (person === undefined ? undefined : await mailboxOf(person, context))
  let text = formatField('Final-Recipient', `rfc822; ${mailbox?.address ?? ''}`)
  const mode = properties.get(PidTagReportDispositionMode) || 'automatic-action/MDN-sent-automatically'
  const disposition = properties.get(PidTagReportDisposition) || (isRead ? 'displayed' : 'deleted')
  text += formatField('Disposition', encodeHeaderText(`${mode}; ${disposition}`))
  const key = properties.get(PidTagParentKey)
  if (key !== undefined) text += formatField('X-MSExch-Correlation-Key', key.toBase64())
  const id = properties.get(PidTagOriginalMessageId)
  if (id) text += formatField('Original-Message-ID', encodeHeaderText(id))
  if (mailbox?.name) text += formatField('X-Display-Name', encodeHeaderText(mailbox.name))
  return text
}

/** What is known of the message that a report is about, where it is not attached itself. */
export function reportedHeaderEntity(properties: PropertyBag): Entity | undefined {
  const subject = properties.get(PidTagOriginalSubject)
  const id = properties.get(PidTagOriginalMessageId)
  if (!subject && !id) return undefined
  let text = ''
  if (subject) text += formatField('Subject', encodeHeaderText(subject))
  if (id) text += formatField('Message-ID', encodeHeaderText(id))
  return fieldsEntity('text/rfc822-headers', text)
}
