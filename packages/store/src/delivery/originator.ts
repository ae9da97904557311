import {
  type AddressGroup,
  PidTagRecipientType,
  type PropertyTag,
  pairAddressTags,
  RecipientAddress,
  RecipientType,
  SenderAddress,
  SentRepresentingAddress,
} from '@bourse/mapi'
import type { RecipientRecord, StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { recipientAddresses } from './original-message.ts'

/** Who a message is from, as the recipient of an answer; nobody if they have no address. */
export function originatorOf(properties: StoredProperties): readonly RecipientRecord[] {
  const isRepresented = properties.has(SentRepresentingAddress.emailAddress)
  const group = isRepresented ? SentRepresentingAddress : SenderAddress
  const recipient = recipientFrom(properties, group)
  return recipientAddresses(recipient).length > 0 ? [{ rowId: 0, properties: recipient }] : []
}

/** One of the people of a message as a recipient of an answer to it. */
export function recipientFrom(
  properties: StoredProperties,
  group: AddressGroup,
): Map<PropertyTag<unknown>, StoredValue> {
  const recipient = new Map<PropertyTag<unknown>, StoredValue>([[PidTagRecipientType, RecipientType.To]])
  for (const [tag, from] of pairAddressTags(RecipientAddress, group)) {
    const value = properties.get(from)
    // The search key follows from the address.
    if (value !== undefined && tag !== RecipientAddress.searchKey) recipient.set(tag, value)
  }
  return recipient
}
