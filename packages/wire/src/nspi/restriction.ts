import { type Restriction, restrictionCodecOf } from '@bourse/mapi'
import { type Codec, optional, u32 } from '@bourse/mapi/bytes'
import { addressBookTaggedValue } from './property-list.ts'

/**
 * A restriction as the address book endpoint carries it: [MS-OXCDATA] 2.12 with 32-bit counts, and with the values
 * to compare with laid out as AddressBookTaggedPropertyValue ([MS-OXCMAPIHTTP] 2.2.1.2), HasValue included. The
 * server need only know the kinds of [MS-OXNSPI] 2.2.5: and, or, not, content, property and exist.
 */
export const addressBookRestriction: Codec<Restriction> = restrictionCodecOf(
  'AddressBookRestriction',
  () => ({
    count: u32,
    value: addressBookTaggedValue,
  }),
)

/** HasFilter and Filter. */
export const optionalFilter = optional(addressBookRestriction)
