import { describe, expect, it } from 'vitest'
import { decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { propertyProblem, taggedPropertyValue, taggedPropertyValue32 } from '../../src/property/index.ts'
import { PidTagMessageClass, PidTagSubject } from '../../src/tags/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'

describe('TaggedPropertyValue', () => {
  it('is sound in both widths', () => {
    expectSoundCodec(taggedPropertyValue)
    expectSoundCodec(taggedPropertyValue32)
  })

  it('puts the type of the tag first ([MS-OXCDATA] 2.9)', () => {
    const value = { tag: PidTagSubject, value: 'a' } as const
    expect(toHex(encodeWith(taggedPropertyValue, value))).toBe('1f00370061000000')
    expect(decodeWith(taggedPropertyValue, fromHex('1f00 3700 6100 0000'))).toEqual(value)
  })

  it('says in an error which property could not be read', () => {
    expect(() => decodeWith(taggedPropertyValue, fromHex('1f001a0061'))).toThrow(
      'TaggedPropertyValue.0x001a001f: Unicode string without a terminating null at offset 4',
    )
    expect(PidTagMessageClass).toBe(0x001a001f)
  })
})

describe('PropertyProblem', () => {
  it('is sound', () => {
    expectSoundCodec(propertyProblem)
  })

  it('holds index, tag and error code ([MS-OXCDATA] 2.7)', () => {
    expect(decodeWith(propertyProblem, fromHex('0200 1f003700 05000780'))).toEqual({
      index: 2,
      tag: PidTagSubject,
      errorCode: 0x80070005,
    })
  })
})
