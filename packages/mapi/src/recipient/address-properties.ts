import { encodeWith } from '../bytes/codec-io.ts'
import { addressBookEntryId } from '../id/entry-id/address-book-entry-id.ts'
import { OneOffFlags, oneOffEntryId } from '../id/entry-id/one-off-entry-id.ts'
import { addressSearchKey } from '../id/keys.ts'
import type { PropertyBag } from '../property/bag.ts'
import {
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagSearchKey,
  PidTagSendRichInfo,
} from '../tags/index.ts'
import { AddressType } from './address-type.ts'

/**
 * Sets PidTagEntryId and PidTagSearchKey where they are missing, from PidTagAddressType and PidTagEmailAddress: the
 * entry ID of the address book entry ([MS-OXCDATA] 2.2.5.2) for distinguished names, a one-off entry ID
 * ([MS-OXCDATA] 2.2.5.1) for all other addresses. Does nothing without an address.
 */
export function addAddressProperties(properties: PropertyBag): void {
  const addressType = properties.get(PidTagAddressType)
  const emailAddress = properties.get(PidTagEmailAddress)
  // A null ends a string in an entry ID; no address has one.
  if (!addressType || !emailAddress || `${addressType}${emailAddress}`.includes('\0')) return
  if (!properties.has(PidTagSearchKey)) {
    properties.set(PidTagSearchKey, addressSearchKey(addressType, emailAddress))
  }
  if (properties.has(PidTagEntryId)) return
  if (addressType === AddressType.Exchange) {
    if (!isLatin1(emailAddress)) return
    const type = properties.get(PidTagDisplayType) ?? 0
    properties.set(PidTagEntryId, encodeWith(addressBookEntryId, { type: type >>> 0, x500Dn: emailAddress }))
    return
  }
  const displayName = properties.get(PidTagDisplayName) ?? emailAddress
  if (displayName.includes('\0')) return
  const format = properties.get(PidTagSendRichInfo) === false ? OneOffFlags.Mime : 0
  const flags = OneOffFlags.Unicode | OneOffFlags.DoNotLookUp | format
  properties.set(PidTagEntryId, encodeWith(oneOffEntryId, { flags, displayName, addressType, emailAddress }))
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false
  return true
}
