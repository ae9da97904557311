import {
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
  const recipient = new Map<PropertyTag<unknown>, StoredValue>([[PidTagRecipientType, RecipientType.To]])
  for (const [tag, from] of pairAddressTags(RecipientAddress, group)) {
    const value = properties.get(from)
    // The search key follows from the address.
    if (value !== undefined && tag !== RecipientAddress.searchKey) recipient.set(tag, value)
  }
  return recipientAddresses(recipient).length > 0 ? [{ rowId: 0, properties: recipient }] : []
}
