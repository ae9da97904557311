import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import {
  StringType,
  type TypedString,
  typedString,
  typedStringCodec,
  typedStringText,
} from '../../src/rop/index.ts'
import '../support/arbitrary-rop.ts'

function expectBytes(value: TypedString, hex: string): void {
  expect(toHex(encodeWith(typedStringCodec, value))).toBe(toHex(fromHex(hex)))
  expect(decodeWith(typedStringCodec, fromHex(hex))).toEqual(value)
}

describe('TypedString', () => {
  it('MS-OXCDATA_R489 MS-OXCDATA_R490 has five types', () => {
    expectBytes({ type: StringType.none, text: '' }, '00')
    expectBytes({ type: StringType.empty, text: '' }, '01')
    expectBytes({ type: StringType.string8, text: 'Hi' }, '02 486900')
    expectBytes({ type: StringType.reducedUnicode, text: 'H\u00e4' }, '03 48e400')
    expectBytes({ type: StringType.unicode, text: 'H\u20ac' }, '04 4800 ac20 0000')
    expect(() => decodeWith(typedStringCodec, fromHex('05'))).toThrow(DecodeError)
  })

  it('MS-OXCDATA_R499 has text with the types 0x02, 0x03 and 0x04 only', () => {
    for (const type of [StringType.none, StringType.empty]) {
      expect(encodeWith(typedStringCodec, { type, text: '' }).length).toBe(1)
    }
  })

  it('is read as it was written', () => {
    expectSoundCodec(typedStringCodec)
  })

  it('is made of text in the fewest bytes', () => {
    expect(typedString(undefined)).toEqual({ type: StringType.none, text: '' })
    expect(typedString('')).toEqual({ type: StringType.empty, text: '' })
    expect(typedString('R\u00e4')).toEqual({ type: StringType.reducedUnicode, text: 'R\u00e4' })
    expect(typedString('\u20ac')).toEqual({ type: StringType.unicode, text: '\u20ac' })
    for (const text of [undefined, '', 'a', '\u20ac']) expect(typedStringText(typedString(text))).toBe(text)
  })

  it('does not hold characters that its type has no room for', () => {
    expect(() => encodeWith(typedStringCodec, { type: StringType.reducedUnicode, text: '\u20ac' })).toThrow(
      EncodeError,
    )
  })
})
