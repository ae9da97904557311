import {
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagRecipientType,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  type PropertyTag,
  RecipientType,
} from '@bourse/mapi'
import type { RecipientRecord, StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { recipientAddresses } from './original-message.ts'

/** Who a message is from, as the recipient of an answer; nobody if they have no address. */
export function originatorOf(properties: StoredProperties): readonly RecipientRecord[] {
  const isRepresented = properties.has(PidTagSentRepresentingEmailAddress)
  const pairs = isRepresented
    ? ([
        [PidTagDisplayName, PidTagSentRepresentingName],
        [PidTagAddressType, PidTagSentRepresentingAddressType],
        [PidTagEmailAddress, PidTagSentRepresentingEmailAddress],
        [PidTagSmtpAddress, PidTagSentRepresentingSmtpAddress],
        [PidTagEntryId, PidTagSentRepresentingEntryId],
      ] as const)
    : ([
        [PidTagDisplayName, PidTagSenderName],
        [PidTagAddressType, PidTagSenderAddressType],
        [PidTagEmailAddress, PidTagSenderEmailAddress],
        [PidTagSmtpAddress, PidTagSenderSmtpAddress],
        [PidTagEntryId, PidTagSenderEntryId],
      ] as const)
  const recipient = new Map<PropertyTag<unknown>, StoredValue>([[PidTagRecipientType, RecipientType.To]])
  for (const [tag, from] of pairs) {
    const value = properties.get(from)
    if (value !== undefined) recipient.set(tag, value)
  }
  return recipientAddresses(recipient).length > 0 ? [{ rowId: 0, properties: recipient }] : []
}
