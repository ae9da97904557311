import {
  fileTimeFromDate,
  PidTagClientSubmitTime,
  PidTagDeliverTime,
  PidTagInternetMessageId,
  PidTagNonDeliveryReportDiagCode,
  PidTagNonDeliveryReportReasonCode,
  PidTagNonDeliveryReportStatusCode,
  PidTagOriginalMessageClass,
  PidTagOriginalMessageId,
  PidTagOriginalSenderAddressType,
  PidTagOriginalSenderEmailAddress,
  PidTagOriginalSenderName,
  PidTagOriginalSubject,
  PidTagOriginalSubmitTime,
  PidTagParentKey,
  PidTagRemoteMessageTransferAgent,
  PidTagReportDisposition,
  PidTagReportDispositionMode,
  PidTagReportingMessageTransferAgent,
  PidTagReportText,
  PidTagReportTime,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSubject,
  PidTagSupplementaryInfo,
  type PropertyBag,
  ReceivedByAddress,
  type Recipient,
  RecipientType,
} from '@bourse/mapi'
import { addressProperties, setGroup } from './address-properties.ts'
import { parseAddressList } from './addresses.ts'
import { decodeBase64 } from './base64.ts'
import { bytesToBinary } from './charset.ts'
import { parseDate } from './date.ts'
import { type Header, parseHeader, rawField, textField } from './header-block.ts'
import type { Reading } from './read-context.ts'
import { deliveryReportClass, readReportClass, severity } from './report-class.ts'
import { nonDeliveryCodes } from './status-codes.ts'

/** The longest part of fields that is read, in bytes; a longer one is kept as a file. */
export const MAX_REPORT_BYTES = 1024 * 1024

/** What a report says, as far as it has been read. */
export interface ReportReading {
  /** The severity of the recipients listed; see {@link severity}. */
  level: number | undefined
  readonly recipients: PropertyBag[]
}

/**
 * Reads a message/delivery-status part ([MS-OXCMAIL] 2.2.3.7.1, RFC 3464). Returns false if it says nothing.
 */
export async function readDeliveryStatus(
  reading: Reading,
  report: ReportReading,
  bytes: Uint8Array,
): Promise<boolean> {
  const groups = fieldGroups(bytes)
  let isReport = false
  for (const group of groups) {
    const mta = afterType(textField(group, 'reporting-mta'))
    if (mta) reading.properties.set(PidTagReportingMessageTransferAgent, mta)
    const level = severity(textField(group, 'action') ?? '')
    if (level === undefined) continue
    isReport = true
    // Only those that it went worst for are listed.
    if (report.level !== undefined && level > report.level) continue
    if (report.level === undefined || level < report.level) report.recipients.length = 0
    report.level = level
    const recipient = await reportedRecipient(reading, group)
    if (recipient !== undefined) report.recipients.push(recipient)
  }
  if (report.level !== undefined) reading.messageClass = deliveryReportClass(report.level)
  return isReport
}

async function reportedRecipient(reading: Reading, group: Header): Promise<PropertyBag | undefined> {
  const address = afterType(textField(group, 'original-recipient') ?? textField(group, 'final-recipient'))
  if (address === undefined || address === '') return undefined
  const mailbox = parseAddressList(address)[0] ?? { name: address, address: '' }
  const name = textField(group, 'x-display-name') ?? mailbox.name
  const properties = await addressProperties({ ...mailbox, name }, reading.context)
  const remote = afterType(textField(group, 'remote-mta'))
  if (remote) properties.set(PidTagRemoteMessageTransferAgent, remote)
  const status = /\d\.\d{1,3}\.\d{1,3}/.exec(textField(group, 'status') ?? '')?.[0]
  const diagnostic = textField(group, 'diagnostic-code')
  const supplementary =
    textField(group, 'x-supplementary-info') ??
    `<${[remote, status === undefined ? undefined : `#${status}`, diagnostic].filter(Boolean).join(' ')}>`
  if (supplementary !== '<>') properties.set(PidTagSupplementaryInfo, supplementary)
  if (status !== undefined) {
    const codes = nonDeliveryCodes(status)
    properties.set(PidTagNonDeliveryReportReasonCode, codes.reason)
    properties.set(PidTagNonDeliveryReportDiagCode, codes.diagnosis)
    properties.set(PidTagNonDeliveryReportStatusCode, codes.status)
  }
  const time = parseDate(rawField(group, 'last-attempt-date') ?? '')
  if (time !== undefined) properties.set(PidTagReportTime, time).set(PidTagDeliverTime, time)
  return properties
}

/** Reads a message/disposition-notification part ([MS-OXCMAIL] 2.2.3.7.2, RFC 8098). Returns false if it says nothing. */
export function readDisposition(reading: Reading, bytes: Uint8Array): boolean {
  const { properties } = reading
  const fields = { fields: fieldGroups(bytes).flatMap((group) => group.fields) }
  const disposition = textField(fields, 'disposition')
  if (disposition === undefined) return false
  const [mode = '', type = ''] = disposition.split(';').map((part) => part.trim())
  const name = type.split('/')[0]!.trim().toLowerCase()
  reading.messageClass = readReportClass(name === 'displayed')
  properties.set(PidTagReportDisposition, name).set(PidTagReportDispositionMode, mode)
  const id = textField(fields, 'original-message-id')
  if (id !== undefined) properties.set(PidTagOriginalMessageId, id)
  const key = rawField(fields, 'x-msexch-correlation-key')
  if (key !== undefined) properties.set(PidTagParentKey, decodeBase64(key))
  return true
}

/** Takes over from the message that a report is about, or what is left of its header. */
export function readReported(reading: Reading, original: PropertyBag): void {
  const { properties } = reading
  for (const [to, from] of [
    [PidTagOriginalSubject, PidTagSubject],
    [PidTagOriginalMessageId, PidTagInternetMessageId],
    [PidTagOriginalSubmitTime, PidTagClientSubmitTime],
    [PidTagOriginalSenderName, PidTagSentRepresentingName],
    [PidTagOriginalSenderAddressType, PidTagSentRepresentingAddressType],
    [PidTagOriginalSenderEmailAddress, PidTagSentRepresentingEmailAddress],
  ] as const) {
    const value = original.get<unknown>(from)
    if (value !== undefined && !properties.has(to)) properties.setCell(to, value as string)
  }
}

/** When all has been read: the recipients of a delivery report are those it tells of ([MS-OXCMAIL] 2.2.3.7.1). */
export async function finishReport(reading: Reading, report: ReportReading): Promise<void> {
  const { properties, message, header, context } = reading
  if (reading.messageClass === undefined || !/^REPORT\./.test(reading.messageClass)) {
    context.problems.add('report')
    return
  }
  properties.set(PidTagOriginalMessageClass, 'IPM.Note')
  properties.set(PidTagReportTime, properties.get(PidTagClientSubmitTime) ?? fileTimeFromDate(new Date()))
  if (reading.plain !== undefined) properties.set(PidTagReportText, reading.plain)
  if (report.recipients.length === 0) return
  const to = parseAddressList(rawField(header, 'to') ?? '', header.charset)[0]
  if (to !== undefined) setGroup(properties, ReceivedByAddress, await addressProperties(to, context))
  await message.removeAllRecipients()
  await message.modifyRecipients(
    report.recipients.map((recipient, rowId) => ({
      rowId,
      recipient: { rowId, type: RecipientType.To, properties: recipient } satisfies Recipient,
    })),
  )
}

/** The fields of a part that holds several groups of them, with empty lines between. */
function fieldGroups(bytes: Uint8Array): readonly Header[] {
  return bytesToBinary(bytes)
    .replace(/\r\n?/g, '\n')
    .split(/\n(?:[ \t]*\n)+/)
    .map((block) => parseHeader(block))
    .filter(({ fields }) => fields.length > 0)
}

/** What follows the type in `rfc822; user@example.org` and `dns; host.example.org` (RFC 3464 2.1.2). */
function afterType(value: string | undefined): string | undefined {
  return value?.replace(/^[^;]*;/, '').trim()
}
