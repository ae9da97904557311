import { type Codec, custom, EncodeError, type Guid } from '../bytes/index.ts'
import type { PropertyType } from './type.ts'
import type { PropertyValue } from './value.ts'

/** A property's name by a number within a property set ([MS-OXCDATA] 2.6.1, Kind 0x00). */
export interface NumericName {
  readonly kind: 'lid'
  readonly set: Guid
  /** The property long ID (LID), unsigned 32-bit. */
  readonly lid: number
}

/** A property's name by a string within a property set ([MS-OXCDATA] 2.6.1, Kind 0x01). */
export interface StringName {
  readonly kind: 'name'
  readonly set: Guid
  readonly name: string
}

/** How a property with an ID of 0x8000 and above is called outside its mailbox ([MS-OXCDATA] 2.6). */
export type PropertyName = NumericName | StringName

/**
 * A name with the type that its property has: what the constants `PidLid…` and `PidName…` are. The compiler tells them
 * apart by their number or string (`K`).
 */
export type NamedProperty<V = PropertyValue, K extends number | string = number | string> = PropertyName & {
  readonly type: PropertyType
  /** For the compiler only; never set. */
  readonly valueType?: V
  /** For the compiler only; never set. */
  readonly key?: K
}

/** The longest name in bytes of UTF-16, its terminator included: its size field is one byte. */
export const MAX_NAME_BYTES = 254

/** Kinds of [MS-OXCDATA] 2.6.1. */
const KIND_LID = 0x00
const KIND_NAME = 0x01
const KIND_NONE = 0xff

/**
 * PropertyName structure ([MS-OXCDATA] 2.6.1). Kind 0xFF, "no name", is `undefined`: what a server
 * answers for an ID that no name is mapped to.
 */
export const propertyName: Codec<PropertyName | undefined> = custom(
  'PropertyName',
  17,
  (reader): PropertyName | undefined => {
    const at = reader.offset
    const kind = reader.u8()
    const set = reader.guid()
    if (kind === KIND_LID) return { kind: 'lid', set, lid: reader.u32() }
    if (kind === KIND_NAME) {
      const size = reader.u8()
      const text = reader.utf16(size)
      // The size counts a terminator; clients that leave it out are understood all the same.
      const end = text.indexOf('\0')
      if (end < 0 && size === MAX_NAME_BYTES)
        reader.fail('property name without room for a terminating null', at)
      return { kind: 'name', set, name: end < 0 ? text : text.slice(0, end) }
    }
    if (kind === KIND_NONE) return undefined
    return reader.fail(`unknown PropertyName kind 0x${kind.toString(16)}`, at)
  },
  (writer, value) => {
    if (value === undefined) {
      writer.u8(KIND_NONE)
      writer.zeros(16)
      return
    }
    writer.u8(value.kind === 'lid' ? KIND_LID : KIND_NAME)
    writer.guid(value.set)
    if (value.kind === 'lid') {
      writer.u32(value.lid)
      return
    }
    const size = (value.name.length + 1) * 2
    if (size > MAX_NAME_BYTES)
      throw new EncodeError(`property name of ${size} bytes, at most ${MAX_NAME_BYTES} fit`)
    writer.u8(size)
    writer.utf16z(value.name)
  },
)

/**
 * A string that is the same for names that are the same property, for use as a key: property set and LID, or
 * property set and the name as written. Names compare by letter case ([MS-OXCDATA] 2.6.1).
 */
export function propertyNameKey(name: PropertyName): string {
  return name.kind === 'lid' ? `${name.set}:${name.lid}` : `${name.set}/${name.name}`
}
