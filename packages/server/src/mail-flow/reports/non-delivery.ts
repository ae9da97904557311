import {
  type Message,
  nowAsFileTime,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagDisplayName,
  PidTagMessageClass,
  PidTagNonDeliveryReportDiagCode,
  PidTagNonDeliveryReportReasonCode,
  PidTagNonDeliveryReportStatusCode,
  PidTagOriginalMessageClass,
  PidTagOriginalSubject,
  PidTagOriginalSubmitTime,
  PidTagReportText,
  PidTagReportTime,
  PidTagSenderName,
  PidTagSentRepresentingName,
  PidTagSmtpAddress,
  PidTagSubject,
  PidTagSupplementaryInfo,
  PropertyBag,
  type PropertyEntries,
  RecipientType,
} from '@bourse/mapi'
import type { RoutingFailure } from '../routing/route.ts'

/** Who reports come from. */
const SYSTEM = 'Mail delivery'

/** PidTagNonDeliveryReportReasonCode: transfer failed ([MS-OXOMSG] 2.2.2.31). */
const TRANSFER_FAILED = 0
/** PidTagNonDeliveryReportDiagCode: the recipient is not known ([MS-OXOMSG] 2.2.2.32). */
const UNKNOWN_RECIPIENT = 1

/** The number that a status code of RFC 3463 is, e.g. 511 for 5.1.1 ([MS-OXOMSG] 2.2.2.33). */
function statusNumber(status: string): number {
  return Number(status.replaceAll('.', '').slice(0, 9))
}

/** Fills a report that says who did not get a message, and why, in words that a person can read ([MS-OXOMSG] 2.2.2). */
export async function fillNonDeliveryReport(
  report: Message,
  original: Message,
  failures: readonly RoutingFailure[],
): Promise<void> {
  const subject = (await original.get(PidTagSubject)) ?? ''
  const messageClass = (await original.get(PidTagMessageClass)) ?? 'IPM.Note'
  const submitted = await original.get(PidTagClientSubmitTime)
  const now = nowAsFileTime()
  const text = reportText(subject, failures)
  const entries: PropertyEntries = [
    [PidTagMessageClass, `REPORT.${messageClass}.NDR`],
    [PidTagSubject, `Undeliverable: ${subject}`],
    [PidTagBody, text],
    [PidTagReportText, text],
    [PidTagReportTime, now],
    [PidTagClientSubmitTime, now],
    [PidTagSenderName, SYSTEM],
    [PidTagSentRepresentingName, SYSTEM],
    [PidTagOriginalSubject, subject],
    [PidTagOriginalMessageClass, messageClass],
    ...(submitted === undefined ? [] : [[PidTagOriginalSubmitTime, submitted] as const]),
  ]
  await report.setProperties(entries)
  await report.modifyRecipients(
    failures.map(({ displayName, address, status, reason }, rowId) => ({
      rowId,
      recipient: {
        rowId,
        type: RecipientType.To,
        properties: new PropertyBag([
          [PidTagDisplayName, displayName],
          [PidTagSmtpAddress, address],
          [PidTagNonDeliveryReportReasonCode, TRANSFER_FAILED],
          [PidTagNonDeliveryReportDiagCode, UNKNOWN_RECIPIENT],
          [PidTagNonDeliveryReportStatusCode, statusNumber(status)],
          [PidTagSupplementaryInfo, `${status} ${reason}`],
        ]),
      },
    })),
  )
}

function reportText(subject: string, failures: readonly RoutingFailure[]): string {
  const lines = failures.map(({ displayName, address, status, reason }) => {
    const who = address === '' || address === displayName ? displayName : `${displayName} <${address}>`
    return `${who}\r\n    ${reason} (${status})`
  })
  const what = subject === '' ? 'Your message' : `Your message "${subject}"`
  return `${what} did not reach everybody:\r\n\r\n${lines.join('\r\n\r\n')}\r\n`
}
