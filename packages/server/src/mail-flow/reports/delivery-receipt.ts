import {
  addressSearchKey,
  type Message,
  nowAsFileTime,
  PidTagAddressType,
  PidTagBody,
  PidTagDeliverTime,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagReportText,
  PidTagReportTime,
  PidTagSearchKey,
  PidTagSmtpAddress,
  PropertyBag,
  RecipientType,
} from '@bourse/mapi'
import type { Person } from '../routing/route.ts'
import { aboutOriginal, nameOfOriginal } from './about-original.ts'

/** The address type of users of the organization. */
const EXCHANGE = 'EX'

/** Fills a report that says who has got a message of which the sender wants to know that (PidTagOriginatorDeliveryReportRequested, [MS-OXOMSG] 2.2.2). */
export async function fillDeliveryReceipt(
  report: Message,
  original: Message,
  receivers: readonly Person[],
): Promise<void> {
  const now = nowAsFileTime()
  const names = receivers.map(({ displayName }) => `    ${displayName}`).join('\r\n')
  const text = `${await nameOfOriginal(original)} was delivered to:\r\n\r\n${names}\r\n`
  await report.setProperties([
    ...(await aboutOriginal(original, { prefix: 'Delivered: ', suffix: 'DR' })),
    [PidTagBody, text],
    [PidTagReportText, text],
  ])
  await report.modifyRecipients(
    receivers.map(({ displayName, address, legacyDn, entryId }, rowId) => ({
      rowId,
      recipient: {
        rowId,
        type: RecipientType.To,
        properties: new PropertyBag([
          [PidTagDisplayName, displayName],
          [PidTagEntryId, entryId],
          [PidTagAddressType, EXCHANGE],
          [PidTagEmailAddress, legacyDn],
          [PidTagSearchKey, addressSearchKey(EXCHANGE, legacyDn)],
          [PidTagDeliverTime, now],
          [PidTagReportTime, now],
          ...(address === '' ? [] : [[PidTagSmtpAddress, address] as const]),
        ]),
      },
    })),
  )
}
