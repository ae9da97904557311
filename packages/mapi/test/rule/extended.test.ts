import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { PtypString, propertyTag } from '../../src/property/index.ts'
import { exists } from '../../src/restriction/index.ts'
import {
  deleteMessage,
  extendedRuleActions,
  extendedRuleCondition,
  type NamedPropertyMapping,
  namedPropertyInformation,
} from '../../src/rule/index.ts'
import { PidTagSubject } from '../../src/tags/index.ts'
import {
  expectRandomBytesSafe,
  expectRoundTrip,
  expectSoundCodec,
  expectTruncationFails,
} from '../support/arbitrary.ts'

const set = '00020329-0000-0000-c000-000000000046'
const setHex = '2903020000000000c000000000000046'
const mappings: readonly NamedPropertyMapping[] = [
  { propertyId: 0x8001, name: { kind: 'lid', set, lid: 0x8503 } },
  { propertyId: 0x8002, name: { kind: 'name', set, name: 'a' } },
]
const mappingsHex = `0200 0180 0280 2b000000  00 ${setHex} 03850000  01 ${setHex} 04 61000000`.replaceAll(
  ' ',
  '',
)

describe('NamedPropertyInformation', () => {
  it('is sound', () => {
    expectRoundTrip(namedPropertyInformation)
    expectTruncationFails(namedPropertyInformation)
    // Names of odd length, or with a null, decode but may not be written.
    expectRandomBytesSafe(namedPropertyInformation, { reencode: false })
  })

  it('MS-OXORULE_R220 MS-OXORULE_R221 MS-OXORULE_R225 MS-OXORULE_R226 MS-OXORULE_R940 MS-OXORULE_R942 has IDs, the size of the names, and the names', () => {
    expect(toHex(encodeWith(namedPropertyInformation, mappings))).toBe(mappingsHex)
    expect(decodeWith(namedPropertyInformation, fromHex(mappingsHex))).toEqual(mappings)
  })

  it('MS-OXORULE_R697 MS-OXORULE_R936 is two zero bytes without names', () => {
    expect(toHex(encodeWith(namedPropertyInformation, []))).toBe('0000')
    expect(decodeWith(namedPropertyInformation, fromHex('0000'))).toEqual([])
  })

  it('does not decode with a wrong size, a wrong count or a missing name', () => {
    expect(() =>
      decodeWith(namedPropertyInformation, fromHex(mappingsHex.replace('2b000000', '2c000000'))),
    ).toThrow(DecodeError)
    expect(() =>
      decodeWith(namedPropertyInformation, fromHex(`${mappingsHex.replace('2b00', '2c00')}00`)),
    ).toThrow(DecodeError)
    expect(() => decodeWith(namedPropertyInformation, fromHex('ffff0180'))).toThrow(DecodeError)
    expect(() =>
      decodeWith(namedPropertyInformation, fromHex(`0100018011000000ff${'00'.repeat(16)}`)),
    ).toThrow('a property without a name')
  })
})

describe('PidTagExtendedRuleMessageCondition', () => {
  it('is sound', () => {
    expectSoundCodec(extendedRuleCondition, { reencode: false })
  })

  it('MS-OXORULE_R200 MS-OXORULE_R213 MS-OXORULE_R214 MS-OXORULE_R215 has names, then a restriction with 32-bit counts', () => {
    const named = propertyTag<string>(0x8002, PtypString)
    const value = {
      namedProperties: mappings,
      restriction: { kind: 'or', restrictions: [exists(PidTagSubject), exists(named)] },
    } as const
    const hex = `${mappingsHex}01 02000000 08 1f003700 08 1f000280`.replaceAll(' ', '')
    expect(toHex(encodeWith(extendedRuleCondition, value))).toBe(hex)
    expect(decodeWith(extendedRuleCondition, fromHex(hex))).toEqual(value)
  })
})

describe('PidTagExtendedRuleMessageActions', () => {
  it('is sound', () => {
    expectSoundCodec(extendedRuleActions, { reencode: false })
  })

  it('MS-OXORULE_R194 MS-OXORULE_R206 MS-OXORULE_R207 MS-OXORULE_R208 MS-OXORULE_R209 has names, version 1, then actions', () => {
    const value = { namedProperties: [], actions: [deleteMessage()] }
    const hex = '0000 01000000 01000000 09000000 0a 00000000 00000000'.replaceAll(' ', '')
    expect(toHex(encodeWith(extendedRuleActions, value))).toBe(hex)
    expect(decodeWith(extendedRuleActions, fromHex(hex))).toEqual(value)
  })

  it('of another version does not decode', () => {
    expect(() => decodeWith(extendedRuleActions, fromHex('00000200000000000000'))).toThrow(DecodeError)
  })
})
