import './arbitrary-conversation.ts'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { flatEntryListCodec } from '../../src/conversation/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'

const entryIds = [fromHex('AABBCCDDEE'), fromHex('11223344'), fromHex('01')]

describe('FlatEntryList [MS-OXCDATA] 2.3.3', () => {
  const bytes = fromHex('03000000 1C000000 05000000 AABBCCDDEE 000000 04000000 11223344 01000000 01 000000')

  it('has a count, a size, and entries padded to four bytes with zeros', () => {
    expect(toHex(encodeWith(flatEntryListCodec, entryIds))).toBe(toHex(bytes))
    expect(decodeWith(flatEntryListCodec, bytes)).toEqual(entryIds)
  })

  it('need not have padding after the last entry, whatever the padding is', () => {
    const unpadded = fromHex('03000000 19000000 05000000 AABBCCDDEE 1F3521 04000000 11223344 01000000 01')
    expect(decodeWith(flatEntryListCodec, unpadded)).toEqual(entryIds)
  })

  it('may be empty', () => {
    expect(toHex(encodeWith(flatEntryListCodec, []))).toBe('0000000000000000')
    expect(decodeWith(flatEntryListCodec, new Uint8Array(8))).toEqual([])
  })

  it('has exactly as many entries as its size has room for', () => {
    expect(() =>
      decodeWith(flatEntryListCodec, fromHex('01000000 0C000000 04000000 11223344 00000000')),
    ).toThrow(DecodeError)
    expect(() => decodeWith(flatEntryListCodec, fromHex('FFFFFFFF 04000000 00000000'))).toThrow(DecodeError)
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(flatEntryListCodec)
  })
})
