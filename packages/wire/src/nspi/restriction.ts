import { type Restriction, restrictionCodecOf, type TaggedValue } from '@bourse/mapi'
import { type Codec, custom, optional, u32 } from '@bourse/mapi/bytes'
import { addressBookTaggedValue } from './property-list.ts'

/** HasValue, in front of the value that a restriction compares with. No type of a property begins with this byte. */
const HAS_VALUE = 0xff

/**
 * TaggedValue of a restriction: a byte that says that there is one, which the specification leaves out and Exchange and its
 * clients write, then an AddressBookTaggedPropertyValue ([MS-OXCMAPIHTTP] 2.2.1.2). It is read without the byte as well.
 */
const comparedValue: Codec<TaggedValue> = custom(
  'TaggedValue',
  addressBookTaggedValue.minSize,
  (reader) => {
    const at = reader.offset
    if (reader.u8() !== HAS_VALUE) reader.offset = at
    return addressBookTaggedValue.decode(reader)
  },
  (writer, value) => {
    writer.u8(HAS_VALUE)
    addressBookTaggedValue.encode(writer, value)
  },
)

/**
 * A restriction as the address book endpoint carries it: [MS-OXCDATA] 2.12 with 32-bit counts, and with the values
 * to compare with laid out as AddressBookTaggedPropertyValue ([MS-OXCMAPIHTTP] 2.2.1.2), HasValue included. The
 * server need only know the kinds of [MS-OXNSPI] 2.2.5: and, or, not, content, property and exist.
 */
export const addressBookRestriction: Codec<Restriction> = restrictionCodecOf(
  'AddressBookRestriction',
  () => ({
    count: u32,
    value: comparedValue,
  }),
)

/** HasFilter and Filter. */
export const optionalFilter = optional(addressBookRestriction)
