import {
  addressTags,
  PidTagClientSubmitTime,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagDelegatedByRule,
  PidTagEmailAddress,
  PidTagHasDeferredActionMessages,
  PidTagInternetMessageId,
  PidTagMessageCcMe,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageRecipientMe,
  PidTagMessageToMe,
  PidTagNonReceiptNotificationRequested,
  PidTagOriginatorDeliveryReportRequested,
  PidTagReadReceiptRequested,
  PidTagSearchKey,
  PidTagSmtpAddress,
  type PropertyTag,
  ReceivedByAddress,
  ReceivedRepresentingAddress,
  SenderAddress,
  SentRepresentingAddress,
} from '@bourse/mapi'
import type { StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'

/** The addresses of who has sent a message, or is said to have. */
const FROM: readonly PropertyTag<string>[] = [SentRepresentingAddress, SenderAddress].flatMap(
  ({ emailAddress, smtpAddress }) => [emailAddress, smtpAddress],
)

/** How a message came into the mailbox, and what is to be told of it: not true of what is made of it and goes elsewhere. */
export const OF_THE_DELIVERY: readonly PropertyTag<unknown>[] = [
  ...addressTags(ReceivedByAddress),
  ...addressTags(ReceivedRepresentingAddress),
  PidTagDelegatedByRule,
  PidTagMessageToMe,
  PidTagMessageCcMe,
  PidTagMessageRecipientMe,
  PidTagMessageDeliveryTime,
  PidTagCreationTime,
  PidTagCreatorName,
  PidTagCreatorEntryId,
  PidTagSearchKey,
  PidTagReadReceiptRequested,
  PidTagNonReceiptNotificationRequested,
  PidTagOriginatorDeliveryReportRequested,
  PidTagHasDeferredActionMessages,
]

/** Who sent a message, and when, beside {@link OF_THE_DELIVERY}: not true of a new message that is made of it. */
export const OF_THE_ORIGINAL: readonly PropertyTag<unknown>[] = [
  ...OF_THE_DELIVERY,
  ...addressTags(SentRepresentingAddress),
  ...addressTags(SenderAddress),
  PidTagClientSubmitTime,
  PidTagInternetMessageId,
]

/** Properties without some of them, to be changed. */
export function without(
  properties: StoredProperties,
  tags: readonly PropertyTag<unknown>[],
): Map<PropertyTag<unknown>, StoredValue> {
  const rest = new Map(properties)
  for (const tag of tags) rest.delete(tag)
  return rest
}

/** The addresses of who has sent a message, or is said to have, in lower case. */
export function senderAddresses(properties: StoredProperties): ReadonlySet<string> {
  return new Set(FROM.map((tag) => addressIn(properties, tag)).filter((text) => text !== ''))
}

/** The addresses that a recipient has, in lower case. */
export function recipientAddresses(properties: StoredProperties): readonly string[] {
  return [PidTagEmailAddress, PidTagSmtpAddress]
    .map((tag) => addressIn(properties, tag))
    .filter((text) => text !== '')
}

/** Whether a message is a report of what became of another one. */
export function isReport(properties: StoredProperties): boolean {
  const messageClass = properties.get(PidTagMessageClass)
  return typeof messageClass === 'string' && messageClass.toUpperCase().startsWith('REPORT.')
}

function addressIn(properties: StoredProperties, tag: PropertyTag<unknown>): string {
  const value = properties.get(tag)
  return typeof value === 'string' ? value.toLowerCase() : ''
}
