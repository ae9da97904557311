import { DecodeError, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compressDirect2, DIRECT2_MAX_MATCH, decompressDirect2, direct2Bound } from '../../src/rpc/index.ts'

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Both directions: `text` compresses to exactly these bytes, and they decompress to it. */
function expectCoding(text: string, hex: string): void {
  expect(toHex(compressDirect2(ascii(text)))).toBe(toHex(fromHex(hex)))
  expect(decompressDirect2(fromHex(hex), text.length)).toEqual(ascii(text))
}

function expectDecodeError(bytes: Uint8Array, expectedSize: number, message: RegExp): void {
  expect(() => decompressDirect2(bytes, expectedSize)).toThrow(message)
  try {
    decompressDirect2(bytes, expectedSize)
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
  }
}

/** Data as it compresses in practice: pieces that come back, noise, and runs. */
const compressible = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(ascii('the quick brown fox '), ascii('abc'), new Uint8Array(40), ascii('\0a\0b\0c')),
      fc.tuple(fc.nat(255), fc.nat(700)).map(([byte, n]) => new Uint8Array(n).fill(byte)),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => {
    const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
    let at = 0
    for (const piece of pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes
  })

describe('the examples of the specifications', () => {
  it('[MS-XCA] 3.1: the alphabet, which has no matches', () => {
    expectCoding(
      'abcdefghijklmnopqrstuvwxyz',
      '3f000000 6162636465666768696a6b6c6d6e6f707172737475767778797a',
    )
  })

  it('[MS-XCA] 3.1: "abc" a hundred times', () => {
    expectCoding('abc'.repeat(100), 'ffffff1f 616263 1700 0f ff 2601')
  })

  it('MS-OXCRPC_R1773 MS-OXCRPC_R876 "AABCBBABC": only the match of three bytes is worth its metadata', () => {
    expectCoding('AABCBBABC', 'ffffff03 414142434242 2000')
  })

  it('MS-OXCRPC_R1873 MS-OXCRPC_R1874 MS-OXCRPC_R1876 "ABCABCDEF" ends with a 1 after the last element', () => {
    expectCoding('ABCABCDEF', 'ffffff11 414243 1000 444546')
  })

  it('MS-OXCRPC_R1877 MS-OXCRPC_R891 the end bit takes another bitmask when the last one is used up', () => {
    const text = 'abcdefghijklmnopqrstuvwxyz012345'
    expect(text.length).toBe(32)
    expectCoding(text, `00000000 ${toHex(ascii(text))} ffffffff`)
  })

  it('MS-OXCRPC_R889 MS-OXCRPC_R890 MS-OXCRPC_R887 MS-OXCRPC_R888 a bitmask of 0x01000000: 7 bytes, metadata, 24 bytes', () => {
    const tail = 'ghijklmnopqrstuvwxyz0123'
    const bytes = fromHex(`00000001 ${toHex(ascii('ABCDEFX'))} 3000 ${toHex(ascii(tail))} ffffffff`)
    expect(decompressDirect2(bytes, 34)).toEqual(ascii(`ABCDEFXABC${tail}`))
  })

  it('MS-OXCRPC_R904 MS-OXCRPC_R905 MS-OXCRPC_R901 metadata 0x0018 is three bytes from four back', () => {
    expect(decompressDirect2(fromHex('ffffff0f 41424344 1800'), 7)).toEqual(ascii('ABCDABC'))
  })
})

describe('match lengths ([MS-OXCRPC] 3.1.4.1.1.2.2.4)', () => {
  const cases = [
    ['MS-OXCRPC_R907 MS-OXCRPC_R909', 3, '1000'],
    ['MS-OXCRPC_R908 MS-OXCRPC_R909', 9, '1600'],
    ['MS-OXCRPC_R912 MS-OXCRPC_R913', 10, '1700 00'],
    ['MS-OXCRPC_R922 MS-OXCRPC_R924 MS-OXCRPC_R937', 24, '1700 0e'],
    ['MS-OXCRPC_R921 MS-OXCRPC_R925 MS-OXCRPC_R926 MS-OXCRPC_R938', 25, '1700 0f 00'],
    ['MS-OXCRPC_R939', 26, '1700 0f 01'],
    ['MS-OXCRPC_R929 MS-OXCRPC_R940', 279, '1700 0f fe'],
    ['MS-OXCRPC_R930 MS-OXCRPC_R932 MS-OXCRPC_R941 MS-OXCRPC_R942 MS-OXCRPC_R943', 280, '1700 0f ff 1501'],
    ['MS-OXCRPC_R933 MS-OXCRPC_R944 MS-OXCRPC_R945 MS-OXCRPC_R946', 281, '1700 0f ff 1601'],
    ['MS-OXCRPC_R934 MS-OXCRPC_R947', 65_538, '1700 0f ff ffff'],
  ] as const
  it.each(cases)('%s a match of %i bytes', (_, length, metadata) => {
    const text = 'abc'.repeat(Math.ceil((length + 3) / 3)).slice(0, length + 3)
    expectCoding(text, `ffffff1f 616263 ${metadata}`)
  })

  it('MS-OXCRPC_R914 MS-OXCRPC_R915 MS-OXCRPC_R916 MS-OXCRPC_R917 MS-OXCRPC_R919 MS-OXCRPC_R920 two long matches share a byte, the third begins another', () => {
    expectCoding(
      'abcdabcdabcdabcdXabcdabcdabcdabYYYYYYYYYYYY',
      'ffffff0a 61626364 1f00 42 58 8700 59 0700 01',
    )
  })

  it('matches of more than 65,538 bytes are written as several', () => {
    const bytes = new Uint8Array(200_000).fill(7)
    const compressed = compressDirect2(bytes)
    expect(toHex(compressed)).toBe(
      toHex(fromHex('ffffff7f 07 0700 ff ff ffff 0700 ff ffff 0700 ff ff ffff 0700 ff 360d')),
    )
    expect(compressed.length).toBeLessThan(32)
    expect(decompressDirect2(compressed, bytes.length)).toEqual(bytes)
    expect(DIRECT2_MAX_MATCH).toBe(65_538)
  })

  it('[MS-XCA] 2.4.4: two zero bytes of length go on in four', () => {
    const bytes = fromHex('ffffff7f 41 0700 0f ff 0000 fdff0100')
    expect(decompressDirect2(bytes, 0x20001)).toEqual(new Uint8Array(0x20001).fill(0x41))
  })
})

describe('compressDirect2', () => {
  it('round trips', () => {
    fc.assert(
      fc.property(compressible, (bytes) => {
        const compressed = compressDirect2(bytes)
        expect(compressed.length).toBeLessThanOrEqual(direct2Bound(bytes.length))
        expect(decompressDirect2(compressed, bytes.length)).toEqual(bytes)
      }),
      { numRuns: 300 },
    )
  })

  it('gives no bytes back for no bytes', () => {
    expectCoding('', 'ffffffff')
  })

  it('grows by no more than its bound where nothing repeats, and stays exact', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3000, maxLength: 3000 }), (bytes) => {
        const compressed = compressDirect2(bytes)
        expect(compressed.length).toBeLessThanOrEqual(direct2Bound(bytes.length))
        expect(decompressDirect2(compressed, bytes.length)).toEqual(bytes)
      }),
      { numRuns: 20 },
    )
  })

  it('finds a match 8,192 bytes back and none farther', () => {
    const marker = Uint8Array.from({ length: 64 }, (_, i) => 0xff - i)
    for (const [distance, isFound] of [
      [8192, true],
      [8193, false],
    ] as const) {
      const bytes = new Uint8Array(distance + marker.length)
      // Filler in which no three bytes come twice.
      for (let i = 0; i < distance; i += 2) bytes.set([0x80 + (i >> 8), (i >> 1) & 0x7f], i)
      bytes.set(marker, 0)
      bytes.set(marker, distance)
      const compressed = compressDirect2(bytes)
      expect(compressed.length < direct2Bound(bytes.length) - 32).toBe(isFound)
      expect(decompressDirect2(compressed, bytes.length)).toEqual(bytes)
    }
  })

  it('does not depend on what was compressed before', () => {
    fc.assert(
      fc.property(compressible, compressible, (first, second) => {
        const alone = compressDirect2(first)
        compressDirect2(second)
        expect(compressDirect2(first)).toEqual(alone)
      }),
    )
  })

  it('works on a part of a larger buffer', () => {
    const whole = ascii('xxxabcabcabcabcyyy')
    expect(compressDirect2(whole.subarray(3, 15))).toEqual(compressDirect2(ascii('abcabcabcabc')))
  })
})

describe('decompressDirect2 with bytes that are wrong', () => {
  it('does not reach back beyond the start', () => {
    expectDecodeError(fromHex('ffffffff 0000'), 3, /DIRECT2\.offset: a match 1 bytes back, of 0 at offset 4/)
    expectDecodeError(fromHex('ffffff1f 616263 1800'), 6, /4 bytes back, of 3 at offset 7/)
  })

  it('does not write beyond the expected size', () => {
    expectDecodeError(fromHex('ffffff1f 616263 1700 0f ff 2601'), 299, /a match of 297 bytes, room for 296/)
    expectDecodeError(fromHex('ffffff1f 616263 1700 0f ff 0000 ffffffff'), 300, /match of 4294967298 bytes/)
    expectDecodeError(fromHex('3f000000 616263'), 2, /more than 2 bytes/)
  })

  it('does not take less than the expected size', () => {
    expectDecodeError(fromHex('ffffff1f 616263 1700 0f ff 2601'), 301, /301 bytes expected, 300 found/)
    expectDecodeError(fromHex(''), 1, /DIRECT2\.bitmask: 4 bytes wanted, 0 left at offset 0/)
  })

  it('does not take a short length in the long form', () => {
    expectDecodeError(fromHex('ffffff1f 616263 1700 0f ff 1500'), 27, /a length of 21 in its longest form/)
    expect(decompressDirect2(fromHex('ffffff1f 616263 1700 0f ff 1600'), 28).length).toBe(28)
  })

  it('takes a stream that lacks nothing but its end bit', () => {
    expect(decompressDirect2(fromHex('00000000 616263'), 3)).toEqual(ascii('abc'))
    const text = 'abcdefghijklmnopqrstuvwxyz012345'
    expect(decompressDirect2(fromHex(`00000000 ${toHex(ascii(text))}`), 32)).toEqual(ascii(text))
  })

  it('throws a DecodeError for a stream cut short, unless only the end is missing', () => {
    fc.assert(
      fc.property(compressible, (bytes) => {
        const compressed = compressDirect2(bytes)
        const shortest = compressed.length - 4
        for (let length = 0; length < shortest; length += 1 + (length >> 5)) {
          expect(() => decompressDirect2(compressed.subarray(0, length), bytes.length)).toThrow(DecodeError)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('throws a DecodeError or gives the expected size for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(2000), (bytes, expectedSize) => {
        try {
          expect(decompressDirect2(bytes, expectedSize).length).toBe(expectedSize)
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error
          expect(error.offset).toBeLessThanOrEqual(bytes.length)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('throws a DecodeError or gives the expected size for a stream with changes', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255))
    fc.assert(
      fc.property(compressible, fc.array(change, { minLength: 1, maxLength: 4 }), (bytes, changes) => {
        const compressed = compressDirect2(bytes)
        for (const [at, byte] of changes) compressed[at % compressed.length] = byte
        try {
          expect(decompressDirect2(compressed, bytes.length).length).toBe(bytes.length)
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })
})
