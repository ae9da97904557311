import {
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypErrorCode,
  PtypGuid,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypMultipleBinary,
  PtypMultipleCurrency,
  PtypMultipleFloating32,
  PtypMultipleFloating64,
  PtypMultipleFloatingTime,
  PtypMultipleGuid,
  PtypMultipleInteger16,
  PtypMultipleInteger32,
  PtypMultipleInteger64,
  PtypMultipleString,
  PtypMultipleString8,
  PtypMultipleTime,
  PtypObject,
  PtypString,
  PtypString8,
  PtypTime,
  propertyTag,
  propertyTypeName,
} from '@bourse/mapi'
import {
  ByteReader,
  ByteWriter,
  DecodeError,
  decodeWith,
  encodeWith,
  fromHex,
  toHex,
} from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import {
  addressBookPropertyValueList,
  addressBookRestriction,
  addressBookTaggedValue,
  addressBookValueCodec,
  largePropertyTagArray,
  MAX_COUNT,
} from '../../src/nspi/index.ts'
import './support.ts'

function encoded(type: number, value: PropertyValue): string {
  const writer = new ByteWriter()
  addressBookValueCodec(type)!.encode(writer, value)
  return toHex(writer.finish())
}

function decoded(type: number, hex: string): PropertyValue {
  const reader = new ByteReader(fromHex(hex))
  const value = addressBookValueCodec(type)!.decode(reader)
  reader.expectEnd()
  return value
}

/** Type, a value of it, its bytes without HasValue, and the requirement that says whether there is one. */
const WITH_HAS_VALUE: readonly (readonly [number, PropertyValue, string, string])[] = [
  [PtypString, 'A', '41000000', 'MS-OXCMAPIHTTP_R2001'],
  [PtypString8, 'A', '4100', 'MS-OXCMAPIHTTP_R2002'],
  [PtypBinary, fromHex('0102'), '02000000 0102', 'MS-OXCMAPIHTTP_R2003'],
  [PtypMultipleInteger16, [1, -1], '02000000 0100 ffff', 'MS-OXCMAPIHTTP_R2004 MS-OXCMAPIHTTP_R2250'],
  [PtypMultipleInteger32, [1], '01000000 01000000', 'MS-OXCMAPIHTTP_R2251'],
  [PtypMultipleFloating32, [1.5], '01000000 0000c03f', 'MS-OXCMAPIHTTP_R2252'],
  [PtypMultipleFloating64, [1.5], '01000000 000000000000f83f', 'MS-OXCMAPIHTTP_R2253'],
  [PtypMultipleCurrency, [1n], '01000000 0100000000000000', 'MS-OXCMAPIHTTP_R2254'],
  [PtypMultipleFloatingTime, [1.5], '01000000 000000000000f83f', 'MS-OXCMAPIHTTP_R2255'],
  [PtypMultipleInteger64, [-1n], '01000000 ffffffffffffffff', 'MS-OXCMAPIHTTP_R2256'],
  [PtypMultipleString, ['A', ''], '02000000 ff 41000000 ff 0000', 'MS-OXCMAPIHTTP_R2257'],
  [PtypMultipleString8, ['A', ''], '02000000 ff 4100 ff 00', 'MS-OXCMAPIHTTP_R2258'],
  [PtypMultipleTime, [1n], '01000000 0100000000000000', 'MS-OXCMAPIHTTP_R2259'],
  [
    PtypMultipleGuid,
    ['c840a7dc-42c0-1a10-b4b9-08002b2fe182'],
    '01000000 dca740c8c042101ab4b908002b2fe182',
    'MS-OXCMAPIHTTP_R2260',
  ],
  [
    PtypMultipleBinary,
    [fromHex('01'), fromHex('')],
    '02000000 ff 01000000 01 ff 00000000',
    'MS-OXCMAPIHTTP_R2261',
  ],
]

const WITHOUT_HAS_VALUE: readonly (readonly [number, PropertyValue, string])[] = [
  [PtypInteger16, -2, 'feff'],
  [PtypInteger32, -2, 'feffffff'],
  [PtypBoolean, true, '01'],
  [PtypErrorCode, 0x8004_010f, '0f010480'],
  [PtypInteger64, 1n, '0100000000000000'],
  [PtypTime, 1n, '0100000000000000'],
  [PtypGuid, 'c840a7dc-42c0-1a10-b4b9-08002b2fe182', 'dca740c8c042101ab4b908002b2fe182'],
  [PtypObject, new Uint8Array(0), '00000000'],
]

describe('AddressBookPropertyValue', () => {
  for (const [type, value, hex, id] of WITH_HAS_VALUE) {
    it(`${id} ${propertyTypeName(type)} comes after HasValue`, () => {
      expect(encoded(type, value)).toBe(toHex(fromHex(`ff${hex}`)))
      expect(decoded(type, `ff${hex}`)).toEqual(value)
    })
  }

  it('MS-OXCMAPIHTTP_R2005 MS-OXCMAPIHTTP_R2006 MS-OXCMAPIHTTP_R2007 HasValue is 0xFF before a value and 0x00 in its place', () => {
    for (const [type, value] of WITH_HAS_VALUE) {
      expect(encoded(type, value).slice(0, 2)).toBe('ff')
      expect(encoded(type, null)).toBe('00')
      expect(decoded(type, '00')).toBeNull()
    }
  })

  it('MS-OXCMAPIHTTP_R2009 MS-OXCMAPIHTTP_R2010 values of other types come without HasValue', () => {
    for (const [type, value, hex] of WITHOUT_HAS_VALUE) {
      expect(encoded(type, value)).toBe(hex)
      expect(decoded(type, hex)).toEqual(value)
    }
  })

  it('MS-OXNSPI_R214 MS-OXNSPI_R215 an embedded table is four reserved bytes', () => {
    expect(encoded(PtypObject, fromHex('0102'))).toBe('00000000')
  })

  it('reads an element without a value as an empty one', () => {
    expect(decoded(PtypMultipleString, 'ff 02000000 00 ff 41000000')).toEqual(['', 'A'])
    expect(decoded(PtypMultipleBinary, 'ff 01000000 00')).toEqual([new Uint8Array(0)])
  })

  it('has no codec for a type that does not exist', () => {
    expect(addressBookValueCodec(0x0099)).toBeUndefined()
  })
})

describe('AddressBookTaggedPropertyValue and AddressBookPropertyValueList', () => {
  it('MS-OXCMAPIHTTP_R2011 MS-OXCMAPIHTTP_R2012 MS-OXCMAPIHTTP_R2013 MS-OXCMAPIHTTP_R2014 is type, ID and value', () => {
    const tagged = { tag: propertyTag(0x3001, PtypString), value: 'A' }
    expect(toHex(encodeWith(addressBookTaggedValue, tagged))).toBe('1f000130ff41000000')
    expect(decodeWith(addressBookTaggedValue, fromHex('1f000130ff41000000'))).toEqual(tagged)
  })

  it('MS-OXCMAPIHTTP_R10 MS-OXCMAPIHTTP_R11 MS-OXCMAPIHTTP_R14 a list has a count of four bytes', () => {
    const list = [
      { tag: propertyTag(0x0ffe, PtypInteger32), value: 6 },
      { tag: propertyTag(0x3001, PtypString), value: 'A' },
    ]
    const hex = '02000000 0300fe0f 06000000 1f000130 ff 41000000'
    expect(toHex(encodeWith(addressBookPropertyValueList, list))).toBe(toHex(fromHex(hex)))
    expect(decodeWith(addressBookPropertyValueList, fromHex(hex))).toEqual(list)
  })

  it('round-trips, and holds for cut and for random bytes', () => {
    expectSoundCodec(addressBookTaggedValue)
    expectSoundCodec(addressBookPropertyValueList)
  })

  it('says which property does not decode, and where', () => {
    const bytes = fromHex('01000000 1f000130 ff 4100')
    expect(() => decodeWith(addressBookPropertyValueList, bytes)).toThrow(
      expect.objectContaining({ path: ['AddressBookTaggedPropertyValue', '0x3001001f'], offset: 9 }),
    )
    const unknown = fromHex('99000130')
    expect(() => decodeWith(addressBookTaggedValue, unknown)).toThrow(DecodeError)
  })
})

describe('LargePropertyTagArray', () => {
  it('MS-OXCMAPIHTTP_R23 MS-OXCMAPIHTTP_R24 MS-OXCMAPIHTTP_R26 is a count of four bytes and tags', () => {
    const tags = [0x3001_001f, 0x0ffe_0003] as PropertyTag[]
    expect(toHex(encodeWith(largePropertyTagArray, tags))).toBe('020000001f0001300300fe0f')
    expect(decodeWith(largePropertyTagArray, fromHex('020000001f0001300300fe0f'))).toEqual(tags)
  })

  it('MS-OXCMAPIHTTP_R25 holds 100,000 tags at most', () => {
    expect(MAX_COUNT).toBe(100_000)
    const writer = new ByteWriter()
    const tags = new Array<PropertyTag>(MAX_COUNT).fill(0x3001_001f as PropertyTag)
    largePropertyTagArray.encode(writer, tags)
    expect(decodeWith(largePropertyTagArray, writer.finish())).toHaveLength(MAX_COUNT)
    expect(() => encodeWith(largePropertyTagArray, [...tags, tags[0]!])).toThrow(RangeError)
    const tooMany = new Uint8Array(4 + 4 * (MAX_COUNT + 1))
    new DataView(tooMany.buffer).setUint32(0, MAX_COUNT + 1, true)
    expect(() => decodeWith(largePropertyTagArray, tooMany)).toThrow(DecodeError)
  })
})

describe('restrictions of the address book endpoint', () => {
  it('have counts of four bytes and values with HasValue, in front of the tag too', () => {
    const tag = propertyTag<string>(0x3001, PtypString)
    const hex =
      '00 02000000 03 02000100 1f000130 ff 1f000130 ff 41000000 04 04 1f000130 ff 1f000130 ff 42000000'
    const withoutFirst =
      '00 02000000 03 02000100 1f000130 1f000130 ff 41000000 04 04 1f000130 1f000130 ff 42000000'
    const filter = {
      kind: 'and' as const,
      restrictions: [
        { kind: 'content' as const, fuzzyLevelLow: 2, fuzzyLevelHigh: 1, tag, value: { tag, value: 'A' } },
        { kind: 'property' as const, relOp: 4, tag, value: { tag, value: 'B' } },
      ],
    }
    expect(decodeWith(addressBookRestriction, fromHex(hex))).toEqual(filter)
    expect(decodeWith(addressBookRestriction, fromHex(withoutFirst))).toEqual(filter)
    expect(toHex(encodeWith(addressBookRestriction, filter as never))).toBe(toHex(fromHex(hex)))
  })

  it('round-trip, and hold for cut and for random bytes', () => {
    expectSoundCodec(addressBookRestriction)
  })
})
