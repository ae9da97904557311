import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeLatin1,
  decodeShortUtf16z,
  decodeUtf16,
  encodeUtf16,
  toHex,
  writeUtf16,
} from '../../src/bytes/index.ts'

/** All lengths at which another way of converting begins or ends. */
const lengths = fc.oneof(fc.nat(140), fc.constantFrom(4095, 4096, 4097, 8192, 9000))

/** ASCII with, now and then, another unit: lone surrogates and U+FFFD included. */
const wide = fc
  .tuple(
    lengths,
    fc.array(fc.tuple(fc.nat(), fc.oneof(fc.integer({ min: 0xd7f0, max: 0xe010 }), fc.nat(0xffff)))),
    fc.boolean(),
  )
  .map(([length, changes, isChanged]) => {
    const units = Array.from({ length }, (_, i) => 0x20 + (i % 0x5f))
    if (isChanged && length > 0) for (const [at, unit] of changes) units[at % length] = unit
    return units
  })

const narrow = fc
  .tuple(lengths, fc.nat(255))
  .map(([length, first]) => Array.from({ length }, (_, i) => (first + i * 3) & 0xff))

function textOf(units: readonly number[]): string {
  return units.map((unit) => String.fromCharCode(unit)).join('')
}

function bytesOf(units: readonly number[]): Uint8Array {
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]))
}

describe('UTF-16', () => {
  it('is written without a loss', () => {
    fc.assert(
      fc.property(wide, fc.nat(3), (units, at) => {
        expect(toHex(encodeUtf16(textOf(units)))).toBe(toHex(bytesOf(units)))
        const bytes = new Uint8Array(units.length * 2 + 8).fill(0xee)
        writeUtf16(textOf(units), bytes, at)
        const hex = 'ee'.repeat(at) + toHex(bytesOf(units)) + 'ee'.repeat(8 - at)
        expect(toHex(bytes)).toBe(hex)
      }),
      { numRuns: 200 },
    )
  })

  it('is read without a loss, from any offset', () => {
    fc.assert(
      fc.property(wide, fc.nat(3), fc.nat(1), (units, at, odd) => {
        const bytes = new Uint8Array(units.length * 2 + 8).fill(0xee)
        bytes.set(bytesOf(units), at)
        expect(decodeUtf16(bytes, at, at + units.length * 2 + odd)).toBe(textOf(units))
      }),
      { numRuns: 200 },
    )
  })

  it('keeps what looks like a byte order mark', () => {
    for (const length of [1, 100]) {
      const text = '\ufeff'.repeat(length)
      expect(decodeUtf16(encodeUtf16(text), 0, length * 2)).toBe(text)
    }
  })

  it('ends at the first null, if that is near', () => {
    fc.assert(
      fc.property(fc.nat(70), fc.nat(4), fc.nat(3), (length, more, at) => {
        const text = textOf(Array.from({ length }, (_, i) => 0x100 + i))
        const bytes = new Uint8Array(at + length * 2 + 2 + more)
        writeUtf16(text, bytes, at)
        expect(decodeShortUtf16z(bytes, at, bytes.length)).toBe(length < 64 ? text : undefined)
        expect(decodeShortUtf16z(bytes, at, at + length * 2 + 1)).toBeUndefined()
      }),
    )
  })
})

describe('8-bit strings', () => {
  it('are read with a character for each byte', () => {
    fc.assert(
      fc.property(narrow, fc.nat(3), (units, at) => {
        const bytes = new Uint8Array(units.length + 8).fill(0xee)
        bytes.set(units, at)
        expect(decodeLatin1(bytes, at, at + units.length)).toBe(textOf(units))
      }),
      { numRuns: 200 },
    )
  })
})
