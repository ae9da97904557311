import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ByteReader,
  ByteWriter,
  type Codec,
  custom,
  DecodeError,
  EncodeError,
  encodeWith,
  fromHex,
  toHex,
} from '../../src/bytes/index.ts'
import {
  decodeValue,
  encodeValue,
  MULTIVALUE_INSTANCE_FLAG,
  type PropertyType,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypGuid,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypMultipleBinary,
  PtypMultipleInteger32,
  PtypMultipleString,
  PtypNull,
  PtypObject,
  PtypRestriction,
  PtypRuleAction,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
  PtypUnspecified,
  propertyTypeName,
  typedPropertyValue,
  valueCodec,
} from '../../src/property/index.ts'
import { PidTagSubject } from '../../src/tags/index.ts'
import {
  arbitraryValue,
  expectRandomBytesSafe,
  expectRoundTrip,
  expectSoundCodec,
  expectTruncationFails,
  VALUE_TYPES,
} from '../support/arbitrary.ts'

/** A type, a value, its bytes with counts of two bytes, and of four where they differ. */
type Example = readonly [type: PropertyType, value: PropertyValue, hex: string, hex32?: string]

function codecOf(type: PropertyType, width: 2 | 4): Codec<PropertyValue> {
  const codec = valueCodec(type, width)
  return custom(propertyTypeName(type), codec.minSize, codec.decode, codec.encode)
}

function bytesOf(type: PropertyType, value: PropertyValue, width: 2 | 4 = 2): string {
  const writer = new ByteWriter()
  encodeValue(writer, type, value, width)
  return toHex(writer.finish())
}

function readValue(type: PropertyType, hex: string, width: 2 | 4 = 2): PropertyValue {
  const reader = new ByteReader(fromHex(hex))
  const value = decodeValue(reader, type, width)
  reader.expectEnd()
  return value
}

describe.each([2, 4] as const)('property values with %i-byte counts', (width) => {
  it.each(VALUE_TYPES.map((type) => [propertyTypeName(type), type] as const))('%s is sound', (_, type) => {
    const codec = codecOf(type, width)
    const arbitrary = arbitraryValue(type, { width })
    expectRoundTrip(codec, { arbitrary, numRuns: 40 })
    // A PtypNull has no bytes that could be missing.
    expectTruncationFails(codec, { arbitrary, numRuns: 20 })
    expectRandomBytesSafe(codec, { arbitrary, numRuns: 60 })
  })

  it('a value of PtypUnspecified says its own type', () => {
    const codec = codecOf(PtypUnspecified, width)
    expectSoundCodec(codec, { arbitrary: arbitraryValue(PtypUnspecified, { width }) })
  })
})

describe('the layout of property values', () => {
  const cases: readonly Example[] = [
    [PtypInteger16, -2, 'feff'],
    [PtypInteger32, -2, 'feffffff'],
    [PtypFloating32, 1.5, '0000c03f'],
    [PtypFloating64, 1.5, '000000000000f83f'],
    [PtypCurrency, 123_4500n, '44d6120000000000'],
    [PtypFloatingTime, 2.25, '0000000000000240'],
    [PtypErrorCode, 0x8004010f, '0f010480'],
    [PtypBoolean, true, '01'],
    [PtypInteger64, -2n, 'feffffffffffffff'],
    [PtypString, 'aé', '6100e9000000'],
    [PtypString8, 'aé', '61e900'],
    [PtypTime, 0x01c92cf6cfa80c6dn, '6d0ca8cff62cc901'],
    [PtypGuid, '00062008-0000-0000-c000-000000000046', '0820060000000000c000000000000046'],
    [PtypNull, null, ''],
    [PtypBinary, Uint8Array.of(1, 2), '02000102', '020000000102'],
    [PtypObject, Uint8Array.of(1, 2), '02000102', '020000000102'],
    [PtypMultipleInteger32, [1, -1], '0200000001000000ffffffff'],
    [PtypMultipleString, ['a', ''], '02000000610000000000'],
    [PtypMultipleBinary, [Uint8Array.of(7)], '01000000010007', '010000000100000007'],
    [PtypUnspecified, { type: PtypInteger16, value: 1 }, '02000100'],
    [PtypRestriction, { kind: 'exist', tag: PidTagSubject }, '081f003700'],
    [
      PtypRuleAction,
      [{ kind: 'delete', flavor: 0, flags: 1 }],
      '010009000a0000000001000000',
      '01000000090000000a0000000001000000',
    ],
  ]
  it.each(cases.map((example) => [propertyTypeName(example[0]), example] as const))('%s', (_, example) => {
    const [type, value, hex, hex32 = hex] = example
    expect(bytesOf(type, value, 2)).toBe(hex)
    expect(readValue(type, hex, 2)).toEqual(value)
    expect(bytesOf(type, value, 4)).toBe(hex32)
    expect(readValue(type, hex32, 4)).toEqual(value)
  })

  it('a PtypServerId has a 16-bit size in both widths', () => {
    const value = { ours: true, folderId: 0x0100n, messageId: 0x0200n, instance: 0 } as const
    const hex = `1500 01 0001000000000000 0002000000000000 00000000`.replaceAll(' ', '')
    expect(bytesOf(PtypServerId, value, 2)).toBe(hex)
    expect(bytesOf(PtypServerId, value, 4)).toBe(hex)
    expect(readValue(PtypServerId, hex, 4)).toEqual(value)
    expect(readValue(PtypServerId, '0300 00 0102'.replaceAll(' ', ''))).toEqual({
      ours: false,
      data: Uint8Array.of(1, 2),
    })
  })

  it('any byte but zero is a true Boolean', () => {
    expect(readValue(PtypBoolean, '00')).toBe(false)
    expect(readValue(PtypBoolean, '7f')).toBe(true)
  })

  it('no string loses a code unit, lone surrogates included', () => {
    for (const text of ['', '\ud83d\ude00', '\udc00 \ud800', 'x'.repeat(10_000)]) {
      expect(readValue(PtypString, bytesOf(PtypString, text))).toBe(text)
    }
  })

  it('a multivalue instance type means one value', () => {
    expect(bytesOf(PtypMultipleInteger32 | MULTIVALUE_INSTANCE_FLAG, 5)).toBe('05000000')
    expect(readValue(PtypMultipleInteger32 | MULTIVALUE_INSTANCE_FLAG, '05000000')).toBe(5)
  })
})

describe('property values that are not', () => {
  it('an unknown type does not decode, and is a mistake of whoever encodes it', () => {
    expect(() => readValue(0x0099, '00')).toThrow(DecodeError)
    expect(() => bytesOf(0x0099, 1)).toThrow(TypeError)
  })

  it('a typed value of no type does not decode', () => {
    expect(() => readValue(PtypUnspecified, '0000 0000'.replace(' ', ''))).toThrow(DecodeError)
  })

  it('a count beyond the bytes that follow fails before anything is allocated', () => {
    for (const hex of ['ffffffff', 'ffffff7f00000000', '0000000100']) {
      expect(() => readValue(PtypMultipleInteger32, hex)).toThrow(DecodeError)
      expect(() => readValue(PtypMultipleBinary, hex, 4)).toThrow(DecodeError)
      expect(() => readValue(PtypMultipleString, hex)).toThrow(DecodeError)
    }
  })

  it('a size that does not fit its field is an EncodeError', () => {
    expect(() => bytesOf(PtypBinary, new Uint8Array(0x10000), 2)).toThrow(EncodeError)
    expect(bytesOf(PtypBinary, new Uint8Array(0x10000), 4)).toHaveLength(2 * 0x10004)
    expect(() => bytesOf(PtypString, 'a\0b')).toThrow(EncodeError)
    expect(() => bytesOf(PtypString8, '€')).toThrow(EncodeError)
    expect(() => bytesOf(PtypInteger16, 0x8000)).toThrow(EncodeError)
  })
})

describe('TypedPropertyValue', () => {
  it('MS-OXCDATA 2.11.3: the type stands before the value', () => {
    expect(toHex(encodeWith(typedPropertyValue, { type: PtypBoolean, value: true }))).toBe('0b0001')
    expectSoundCodec(typedPropertyValue)
  })

  it('nested typed values do not decode', () => {
    fc.assert(
      fc.property(fc.nat(50_000), (depth) => {
        expect(() => readValue(PtypUnspecified, '0000'.repeat(depth))).toThrow(DecodeError)
      }),
      { numRuns: 10 },
    )
  })
})
