import { copyMessage } from '@bourse/client/provider'
import { nonDeliveryCodes } from '@bourse/formats/mime'
import {
  AttachMethod,
  type Message,
  type MessageStore,
  PidTagAttachMethod,
  PidTagBody,
  PidTagDisplayName,
  PidTagMessageSize,
  PidTagNonDeliveryReportDiagCode,
  PidTagNonDeliveryReportReasonCode,
  PidTagNonDeliveryReportStatusCode,
  PidTagReportingMessageTransferAgent,
  PidTagReportText,
  PidTagSmtpAddress,
  PidTagSubject,
  PidTagSupplementaryInfo,
  PropertyBag,
  type Recipient,
  RecipientType,
} from '@bourse/mapi'
import type { RoutingFailure } from '../routing/route.ts'
import { aboutOriginal, nameOfOriginal } from './about-original.ts'

/** A message that has been sent, in its store. */
export interface SentMessage {
  readonly message: Message
  readonly store: MessageStore
  /** This server, as other mail servers know it. */
  readonly hostName: string
}

/** The largest message that is attached to a report, in bytes. */
const MAX_ATTACHED = 10 * 1024 * 1024

/**
 * Fills a report that says who did not get a message, and why, in words that a person can read ([MS-OXOMSG] 2.2.2). The message itself is attached, so that it can
 * be sent again ([MS-OXOMSG] 3.2.4.5), unless it is large.
 *
 * @param report is to be in a store of the same thread: `to`
 */
export async function fillNonDeliveryReport(
  report: Message,
  to: MessageStore,
  original: SentMessage,
  failures: readonly RoutingFailure[],
): Promise<void> {
  const { message, hostName } = original
  const text = `${await nameOfOriginal(message)} did not reach everybody:\r\n\r\n${linesOf(failures)}\r\n`
  await report.setProperties([
    ...(await aboutOriginal(message, { prefix: 'Undeliverable: ', suffix: 'NDR' })),
    [PidTagBody, text],
    [PidTagReportText, text],
    [PidTagReportingMessageTransferAgent, hostName],
  ])
  const recipients = new Map((await message.getRecipients()).map((one) => [one.rowId, one]))
  await report.modifyRecipients(
    failures.map((failure, rowId) => ({
      rowId,
      recipient: failedRecipient(failure, recipients.get(failure.rowId), rowId, hostName),
    })),
  )
  if (((await message.get(PidTagMessageSize)) ?? 0) <= MAX_ATTACHED) await attach(report, to, original)
}

/** A recipient of a report, with what the message knows of them, if it is them by name and not a group that they are in. */
function failedRecipient(
  { displayName, address, status, reason }: RoutingFailure,
  original: Recipient | undefined,
  rowId: number,
  hostName: string,
): Recipient {
  const codes = nonDeliveryCodes(status)
  const isSame = original?.properties.get(PidTagDisplayName) === displayName
  const properties = new PropertyBag(isSame ? original.properties : [[PidTagDisplayName, displayName]])
  if (address.includes('@')) properties.set(PidTagSmtpAddress, address)
  properties
    .set(PidTagNonDeliveryReportReasonCode, codes.reason)
    .set(PidTagNonDeliveryReportDiagCode, codes.diagnosis)
    .set(PidTagNonDeliveryReportStatusCode, codes.status)
    .set(PidTagSupplementaryInfo, `<${hostName} #${status} ${reason}>`)
  return { rowId, type: RecipientType.To, properties }
}

async function attach(report: Message, to: MessageStore, { message, store }: SentMessage): Promise<void> {
  await using attachment = await report.createAttachment()
  await attachment.setProperties([
    [PidTagAttachMethod, AttachMethod.embeddedMessage],
    [PidTagDisplayName, (await message.get(PidTagSubject)) ?? ''],
  ])
  await using embedded = await attachment.openEmbeddedMessage('create')
  await copyMessage(message, embedded, { from: store, to, attached: true })
  await embedded.save()
  await attachment.save()
}

function linesOf(failures: readonly RoutingFailure[]): string {
  return failures
    .map(({ displayName, address, status, reason }) => {
      const who = address === '' || address === displayName ? displayName : `${displayName} <${address}>`
      return `${who}\r\n    ${reason} (${status})`
    })
    .join('\r\n\r\n')
}
