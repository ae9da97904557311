import {
  baseType,
  cellType,
  isKnownType,
  isMultiple,
  MULTIPLE_FLAG,
  type PropertyType,
  type PropertyValue,
  PtypBinary,
  PtypObject,
  PtypString,
  PtypString8,
  PtypUnspecified,
  propertyTypeName,
  valueCodec,
} from '@bourse/mapi'
import type { ByteReader, ByteWriter } from '@bourse/mapi/bytes'

/** HasValue: the two values that it is written with; any other than FALSE is read as TRUE. */
const TRUE = 0xff
const FALSE = 0x00

/** How the values of one property type are laid out in the bodies of the address book endpoint. */
export interface AddressBookValueCodec {
  /** The fewest bytes that a value takes. */
  readonly minSize: number
  /** `null` if HasValue is FALSE. */
  decode(reader: ByteReader): PropertyValue
  encode(writer: ByteWriter, value: PropertyValue): void
}

const codecs = new Map<PropertyType, AddressBookValueCodec>()

/**
 * AddressBookPropertyValue ([MS-OXCMAPIHTTP] 2.2.1.1): a PropertyValue with 32-bit counts, after the byte
 * HasValue if the type is PtypString, PtypString8, PtypBinary or a multiple-valued one. Where HasValue is FALSE
 * the value is `null`.
 *
 * The strings and binary values within a multiple value have a HasValue each, which the specification does
 * not say, but Exchange and Outlook do. An element without a value is read as an empty one.
 *
 * A value of type PtypObject, an embedded table, is four reserved bytes ([MS-OXNSPI] 2.2.2.11, lReserved); it is
 * read as no bytes. A multivalue instance type means one value. `undefined` for a type that does not exist.
 */
export function addressBookValueCodec(type: PropertyType): AddressBookValueCodec | undefined {
  const cell = cellType(type)
  const known = codecs.get(cell)
  if (known !== undefined || !isKnownType(cell)) return known
  const codec = makeCodec(cell)
  codecs.set(cell, codec)
  return codec
}

/** Reads a value whose type stands elsewhere. An unknown type does not decode. */
export function decodeAddressBookValue(reader: ByteReader, type: PropertyType): PropertyValue {
  const codec = addressBookValueCodec(type)
  if (codec === undefined) return reader.fail(`unknown property type ${propertyTypeName(type)}`)
  return codec.decode(reader)
}

/** Writes a value whose type stands elsewhere. Throws a `TypeError` for a type that does not exist. */
export function encodeAddressBookValue(writer: ByteWriter, type: PropertyType, value: PropertyValue): void {
  const codec = addressBookValueCodec(type)
  if (codec === undefined) throw new TypeError(`no values of type ${propertyTypeName(type)}`)
  codec.encode(writer, value)
}

function makeCodec(type: PropertyType): AddressBookValueCodec {
  if (type === PtypUnspecified) return typedValue
  if (type === PtypObject) return embeddedTable
  if (isMultiple(type))
    return withHasValue(isSizedType(baseType(type)) ? multiple(type) : valueCodec(type, 4))
  return isSizedType(type) ? withHasValue(valueCodec(type, 4)) : valueCodec(type, 4)
}

/** The single types whose values follow a HasValue. */
function isSizedType(type: PropertyType): boolean {
  return type === PtypString || type === PtypString8 || type === PtypBinary
}

function withHasValue(codec: AddressBookValueCodec): AddressBookValueCodec {
  return {
    minSize: 1,
    decode: (reader) => (reader.u8() === FALSE ? null : codec.decode(reader)),
    encode(writer, value) {
      writer.u8(value === null ? FALSE : TRUE)
      if (value !== null) codec.encode(writer, value)
    },
  }
}

function multiple(type: PropertyType): AddressBookValueCodec {
  const single = type & ~MULTIPLE_FLAG
  const item = withHasValue(valueCodec(single, 4))
  const absent: PropertyValue = single === PtypBinary ? new Uint8Array(0) : ''
  return {
    minSize: 4,
    decode(reader) {
      const count = reader.checkCount(reader.u32(), item.minSize)
      const values: PropertyValue[] = []
      for (let i = 0; i < count; i++) values.push(item.decode(reader) ?? absent)
      return values as PropertyValue
    },
    encode(writer, value) {
      const values = value as readonly PropertyValue[]
      writer.u32(values.length)
      for (const element of values) item.encode(writer, element)
    },
  }
}

/** AddressBookTypedPropertyValue ([MS-OXCMAPIHTTP] 2.2.1.4): the type, then the value. */
const typedValue: AddressBookValueCodec = {
  minSize: 2,
  decode(reader) {
    const at = reader.offset
    const type = reader.u16()
    // A typed value of an unspecified type would be a chain of any length, and means nothing.
    if (type === PtypUnspecified) reader.fail('a typed value of type PtypUnspecified', at)
    return { type, value: decodeAddressBookValue(reader, type) }
  },
  encode(writer, typed) {
    const { type, value } = typed as { readonly type: PropertyType; readonly value: PropertyValue }
    writer.u16(type)
    encodeAddressBookValue(writer, type, value)
  },
}

const embeddedTable: AddressBookValueCodec = {
  minSize: 4,
  decode(reader) {
    reader.take(4)
    return new Uint8Array(0)
  },
  encode: (writer) => writer.zeros(4),
}
