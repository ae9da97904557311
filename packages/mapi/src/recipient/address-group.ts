import { addressSearchKey } from '../id/keys.ts'
import type { PropertyEntries } from '../model/object.ts'
import type { PropertyTag } from '../property/index.ts'
import {
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagReadReceiptAddressType,
  PidTagReadReceiptEmailAddress,
  PidTagReadReceiptEntryId,
  PidTagReadReceiptName,
  PidTagReadReceiptSearchKey,
  PidTagReadReceiptSmtpAddress,
  PidTagReceivedByAddressType,
  PidTagReceivedByEmailAddress,
  PidTagReceivedByEntryId,
  PidTagReceivedByName,
  PidTagReceivedBySearchKey,
  PidTagReceivedBySmtpAddress,
  PidTagReceivedRepresentingAddressType,
  PidTagReceivedRepresentingEmailAddress,
  PidTagReceivedRepresentingEntryId,
  PidTagReceivedRepresentingName,
  PidTagReceivedRepresentingSearchKey,
  PidTagReceivedRepresentingSmtpAddress,
  PidTagSearchKey,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSenderSearchKey,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSearchKey,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
} from '../tags/index.ts'
import { AddressType } from './address-type.ts'

/** The properties that say one of the people of a message: a recipient property group ([MS-OXCMAIL] 2.2.1). */
export interface AddressGroup {
  readonly name: PropertyTag<string>
  readonly addressType: PropertyTag<string>
  readonly emailAddress: PropertyTag<string>
  readonly entryId: PropertyTag<Uint8Array>
  readonly searchKey: PropertyTag<Uint8Array>
  readonly smtpAddress: PropertyTag<string>
}

/** A recipient, or whoever else has an object of their own. */
export const RecipientAddress: AddressGroup = {
  name: PidTagDisplayName,
  addressType: PidTagAddressType,
  emailAddress: PidTagEmailAddress,
  entryId: PidTagEntryId,
  searchKey: PidTagSearchKey,
  smtpAddress: PidTagSmtpAddress,
}

/** Who has sent a message ([MS-OXOMSG] 2.2.1.48 to 2.2.1.52). */
export const SenderAddress: AddressGroup = {
  name: PidTagSenderName,
  addressType: PidTagSenderAddressType,
  emailAddress: PidTagSenderEmailAddress,
  entryId: PidTagSenderEntryId,
  searchKey: PidTagSenderSearchKey,
  smtpAddress: PidTagSenderSmtpAddress,
}

/** For whom it was sent, who it is from ([MS-OXOMSG] 2.2.1.53 to 2.2.1.58). */
export const SentRepresentingAddress: AddressGroup = {
  name: PidTagSentRepresentingName,
  addressType: PidTagSentRepresentingAddressType,
  emailAddress: PidTagSentRepresentingEmailAddress,
  entryId: PidTagSentRepresentingEntryId,
  searchKey: PidTagSentRepresentingSearchKey,
  smtpAddress: PidTagSentRepresentingSmtpAddress,
}

/** Who has got it. */
export const ReceivedByAddress: AddressGroup = {
  name: PidTagReceivedByName,
  addressType: PidTagReceivedByAddressType,
  emailAddress: PidTagReceivedByEmailAddress,
  entryId: PidTagReceivedByEntryId,
  searchKey: PidTagReceivedBySearchKey,
  smtpAddress: PidTagReceivedBySmtpAddress,
}

/** For whom it was got ([MS-OXOMSG] 2.2.1.23 to 2.2.1.27). */
export const ReceivedRepresentingAddress: AddressGroup = {
  name: PidTagReceivedRepresentingName,
  addressType: PidTagReceivedRepresentingAddressType,
  emailAddress: PidTagReceivedRepresentingEmailAddress,
  entryId: PidTagReceivedRepresentingEntryId,
  searchKey: PidTagReceivedRepresentingSearchKey,
  smtpAddress: PidTagReceivedRepresentingSmtpAddress,
}

/** Who is to get read receipts. */
export const ReadReceiptAddress: AddressGroup = {
  name: PidTagReadReceiptName,
  addressType: PidTagReadReceiptAddressType,
  emailAddress: PidTagReadReceiptEmailAddress,
  entryId: PidTagReadReceiptEntryId,
  searchKey: PidTagReadReceiptSearchKey,
  smtpAddress: PidTagReadReceiptSmtpAddress,
}

const KEYS = ['name', 'addressType', 'emailAddress', 'entryId', 'searchKey', 'smtpAddress'] as const

/** All tags of a group. */
export function addressTags(group: AddressGroup): readonly PropertyTag<string | Uint8Array>[] {
  return KEYS.map((key) => group[key] as PropertyTag<string | Uint8Array>)
}

/** Each tag of one group with that of another which says the same. */
export function pairAddressTags(
  one: AddressGroup,
  other: AddressGroup,
): readonly (readonly [PropertyTag<string | Uint8Array>, PropertyTag<string | Uint8Array>])[] {
  const others = addressTags(other)
  return addressTags(one).map((tag, i) => [tag, others[i]!])
}

/** Somebody of the address book. */
export interface AddressBookPerson {
  readonly displayName: string
  readonly legacyDn: string
  readonly entryId: Uint8Array
  /** Left out, or empty: there is none. */
  readonly address?: string
}

/** The values by which a group says somebody of the address book. */
export function addressEntries(
  group: AddressGroup,
  { displayName, legacyDn, entryId, address = '' }: AddressBookPerson,
): PropertyEntries {
  return [
    [group.name, displayName],
    [group.entryId, entryId],
    [group.addressType, AddressType.Exchange],
    [group.emailAddress, legacyDn],
    [group.searchKey, addressSearchKey(AddressType.Exchange, legacyDn)],
    ...(address === '' ? [] : [[group.smtpAddress, address] as const]),
  ]
}
