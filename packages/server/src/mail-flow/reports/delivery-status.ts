import { formatDate } from '@bourse/formats/mime'
import { fileTimeFromDate } from '@bourse/mapi'
import type { ReportedRecipient } from '../queue/queue-store.ts'
import { isReply } from '../queue/verdict.ts'
import type { DeliveryReport } from './delivery-report.ts'
import { oneLine } from './one-line.ts'

/** The part of a report that programs read, in lines that end with CR LF (RFC 3464 2.1). */
export function deliveryStatus(report: DeliveryReport): string {
  const { hostName, message } = report
  const about = [
    ['Original-Envelope-Id', message.envelopeId && decodeXtext(message.envelopeId)],
    ['Reporting-MTA', `dns; ${hostName}`],
    ['Arrival-Date', dateOf(message.queuedAt)],
  ] as const
  const groups = [about, ...report.recipients.map((recipient) => recipientFields(report, recipient))]
  return groups
    .map((fields) =>
      fields.flatMap(([name, value]) => (value ? [`${name}: ${oneLine(value)}\r\n`] : [])).join(''),
    )
    .join('\r\n')
}

type Fields = readonly (readonly [name: string, value: string | undefined])[]

function recipientFields(
  { kind, retryUntil }: DeliveryReport,
  { address, originalRecipient, status, diagnostic, remoteHost, lastAttempt }: ReportedRecipient,
): Fields {
  return [
    ['Original-Recipient', originalRecipient && decodeOriginalRecipient(originalRecipient)],
    ['Final-Recipient', `rfc822; ${address}`],
    ['Action', kind],
    ['Status', status],
    ['Remote-MTA', remoteHost && `dns; ${remoteHost}`],
    ['Diagnostic-Code', `${isReply(diagnostic) ? 'smtp' : 'x-bourse'}; ${diagnostic}`],
    ['Last-Attempt-Date', lastAttempt === undefined ? undefined : dateOf(lastAttempt)],
    ['Will-Retry-Until', kind === 'delayed' ? dateOf(retryUntil) : undefined],
  ]
}

function dateOf(milliseconds: number): string {
  return formatDate(fileTimeFromDate(new Date(milliseconds)))
}

/** `rfc822;user@example.com`, of which what follows the type is xtext (RFC 3461 4.2); without a type it is none. */
function decodeOriginalRecipient(value: string): string | undefined {
  const [, type, address] = /^([^;]+);(.*)$/s.exec(value) ?? []
  return type && address && `${type.trim()}; ${decodeXtext(address.trim())}`
}

/** RFC 3461 4. */
function decodeXtext(text: string): string {
  return text.replace(/\+([\dA-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}
