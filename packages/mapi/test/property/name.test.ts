import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { MAX_NAME_BYTES, type PropertyName, propertyName, propertyNameKey } from '../../src/property/index.ts'
import {
  arbitraryPropertyName,
  expectRandomBytesSafe,
  expectRoundTrip,
  expectTruncationFails,
} from '../support/arbitrary.ts'

const set = '00062002-0000-0000-c000-000000000046'
const setHex = '0220060000000000c000000000000046'

describe('PropertyName', () => {
  it('is sound', () => {
    expectRoundTrip(propertyName)
    expectTruncationFails(propertyName)
    // A name of 255 bytes, or one with a null in it, decodes but fits no name that may be written.
    expectRandomBytesSafe(propertyName, { reencode: false })
  })

  it('has a kind, a property set, and a number or a string ([MS-OXCDATA] 2.6.1)', () => {
    const lid: PropertyName = { kind: 'lid', set, lid: 0x820d }
    expect(toHex(encodeWith(propertyName, lid))).toBe(`00${setHex}0d820000`)
    expect(decodeWith(propertyName, fromHex(`00${setHex}0d820000`))).toEqual(lid)
    const name: PropertyName = { kind: 'name', set, name: 'ab' }
    expect(toHex(encodeWith(propertyName, name))).toBe(`01${setHex}06610062000000`)
    expect(decodeWith(propertyName, fromHex(`01${setHex}06610062000000`))).toEqual(name)
  })

  it('a name without its terminator is understood', () => {
    expect(decodeWith(propertyName, fromHex(`01${setHex}0461006200`))).toEqual({
      kind: 'name',
      set,
      name: 'ab',
    })
  })

  it('kind 0xff is no name', () => {
    expect(toHex(encodeWith(propertyName, undefined))).toBe(`ff${'00'.repeat(16)}`)
    expect(decodeWith(propertyName, fromHex(`ff${'00'.repeat(16)}`))).toBeUndefined()
  })

  it('other kinds do not decode', () => {
    expect(() => decodeWith(propertyName, fromHex(`02${setHex}00000000`))).toThrow(DecodeError)
  })

  it('a name longer than its size can say does not encode', () => {
    const longest = 'x'.repeat(MAX_NAME_BYTES / 2 - 1)
    expect(decodeWith(propertyName, encodeWith(propertyName, { kind: 'name', set, name: longest }))).toEqual({
      kind: 'name',
      set,
      name: longest,
    })
    expect(() => encodeWith(propertyName, { kind: 'name', set, name: `${longest}x` })).toThrow(EncodeError)
  })

  it('makes keys that tell names apart', () => {
    const names: readonly PropertyName[] = [
      { kind: 'lid', set, lid: 1 },
      { kind: 'name', set, name: '1' },
      { kind: 'name', set, name: 'a' },
      { kind: 'name', set, name: 'A' },
    ]
    expect(new Set(names.map(propertyNameKey)).size).toBe(names.length)
    expect(arbitraryPropertyName).toBeDefined()
  })
})
