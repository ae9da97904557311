import { type Codec, custom, mapped, rethrowWithin, struct, u16, u32 } from '../bytes/index.ts'
import { formatTag, type PropertyTag, tagType } from './tag.ts'
import type { PropertyValue } from './value.ts'
import { type CountWidth, decodeValue, encodeValue } from './value-codec.ts'

/** A property: its tag and its value. */
export interface TaggedValue<V = PropertyValue> {
  readonly tag: PropertyTag<V>
  readonly value: V
}

/** PropertyTag ([MS-OXCDATA] 2.9): type, then ID, which is the tag as one little-endian number. */
export const propertyTagCodec: Codec<PropertyTag> = mapped(
  u32,
  (tag) => tag as PropertyTag,
  (tag) => tag as number,
)

function taggedValueCodec(width: CountWidth): Codec<TaggedValue> {
  return custom(
    width === 2 ? 'TaggedPropertyValue' : 'TaggedPropertyValue32',
    4,
    (reader) => {
      const tag = reader.u32() as PropertyTag
      try {
        return { tag, value: decodeValue(reader, tagType(tag), width) }
      } catch (error) {
        return rethrowWithin(error, 'TaggedPropertyValue', formatTag(tag))
      }
    },
    (writer, { tag, value }) => {
      writer.u32(tag)
      encodeValue(writer, tagType(tag), value, width)
    },
  )
}

/** TaggedPropertyValue ([MS-OXCDATA] 2.11.4) as in ROP buffers. */
export const taggedPropertyValue: Codec<TaggedValue> = taggedValueCodec(2)
/** TaggedPropertyValue with 32-bit counts, as in extended rules and MAPI/HTTP bodies. */
export const taggedPropertyValue32: Codec<TaggedValue> = taggedValueCodec(4)

/** Why one property of several could not be worked on ([MS-OXCDATA] 2.7 PropertyProblem). */
export const propertyProblem = struct('PropertyProblem', {
  /** Position of the property in the request's list of tags or values. */
  index: u16,
  tag: propertyTagCodec,
  /** An error code of [MS-OXCDATA] 2.4. */
  errorCode: u32,
})

export interface PropertyProblem {
  /** Position of the property in the list that was passed. */
  readonly index: number
  readonly tag: PropertyTag
  /** An error code of [MS-OXCDATA] 2.4, unsigned. */
  readonly errorCode: number
}
