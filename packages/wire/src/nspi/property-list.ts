import { formatTag, type PropertyTag, type TaggedValue, tagType } from '@bourse/mapi'
import { type Codec, counted, custom, optional, rethrowWithin, u32 } from '@bourse/mapi/bytes'
import { decodeAddressBookValue, encodeAddressBookValue } from './property-value.ts'

/**
 * AddressBookTaggedPropertyValue ([MS-OXCMAPIHTTP] 2.2.1.2): type, ID and value. A value that is not there
 * (HasValue is FALSE) is `null`.
 */
export const addressBookTaggedValue: Codec<TaggedValue> = custom(
  'AddressBookTaggedPropertyValue',
  4,
  (reader) => {
    const tag = reader.u32() as PropertyTag
    try {
      return { tag, value: decodeAddressBookValue(reader, tagType(tag)) }
    } catch (error) {
      return rethrowWithin(error, 'AddressBookTaggedPropertyValue', formatTag(tag))
    }
  },
  (writer, { tag, value }) => {
    writer.u32(tag)
    encodeAddressBookValue(writer, tagType(tag), value)
  },
)

/** AddressBookPropertyValueList ([MS-OXCMAPIHTTP] 2.2.1.3): properties with their tags, after their 32-bit count. */
export const addressBookPropertyValueList: Codec<readonly TaggedValue[]> = counted(
  u32,
  addressBookTaggedValue,
)

/** A Boolean, then an AddressBookPropertyValueList if it is true. */
export const optionalProperties: Codec<readonly TaggedValue[] | undefined> = optional(
  addressBookPropertyValueList,
)
