import { DecodeError, fromHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rtfCompress, rtfDecompress } from '../../src/body/compressed-rtf.ts'
import { rtfChecksum } from '../../src/body/rtf-checksum.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

// [MS-OXRTFCP] 4.1.1, 4.1.2, as compressed there.
const EXAMPLES: readonly (readonly [name: string, rtf: string, compressed: string])[] = [
  [
    'simple compressed RTF',
    '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
    '2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0',
  ],
  [
    'a reference that crosses the write position',
    '{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}',
    '1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0',
  ],
]

describe('compressed RTF', () => {
  for (const [name, rtf, hex] of EXAMPLES) {
    const compressed = fromHex(hex.replaceAll(' ', ''))
    it(`decompresses the example: ${name}`, () => {
      expect(rtfDecompress(compressed)).toEqual(ascii(rtf))
    })
    it(`compresses the example to the same bytes: ${name}`, () => {
      expect(rtfCompress(ascii(rtf))).toEqual(compressed)
    })
    it(`rejects every truncation of the example: ${name}`, () => {
      for (let length = 0; length < compressed.length; length++) {
        expect(() => rtfDecompress(compressed.subarray(0, length))).toThrow(DecodeError)
      }
    })
  }

  it('begins its checksum with 0 and does not invert it', () => {
    expect(rtfChecksum(ascii('123456789'))).toBe(0x2dfd2d88)
    expect(rtfChecksum(new Uint8Array(0))).toBe(0)
  })

  it('reads RTF that is stored', () => {
    const rtf = '{\\rtf1 stored}'
    const header = new Uint8Array(16)
    const view = new DataView(header.buffer)
    view.setUint32(0, rtf.length + 12, true)
    view.setUint32(4, rtf.length, true)
    view.setUint32(8, 0x414c454d, true)
    expect(rtfDecompress(new Uint8Array([...header, ...ascii(rtf)]))).toEqual(ascii(rtf))
  })

  it('gives back what was compressed', () => {
    const pieces = fc.array(fc.constantFrom('\\par ', '{\\b ', '}', 'hello ', 'a', '\r\n', '\\f0\\fs20'), {
      maxLength: 3000,
    })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 20_000 }),
          pieces.map((p) => ascii(p.join(''))),
        ),
        (rtf) => {
          expect(rtfDecompress(rtfCompress(rtf))).toEqual(rtf)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads what lacks its end, if all that was announced is there', () => {
    const compressed = rtfCompress(ascii('{\\rtf1 abc}'))
    const cut = compressed.slice(0, -2)
    const view = new DataView(cut.buffer)
    view.setUint32(0, cut.length - 4, true)
    view.setUint32(12, rtfChecksum(cut.subarray(16)), true)
    expect(rtfDecompress(cut)).toEqual(ascii('{\\rtf1 abc}'))
    view.setUint32(4, 12, true)
    expect(() => rtfDecompress(cut)).toThrow(DecodeError)
  })

  it('gives up beyond the limit', () => {
    const compressed = rtfCompress(new Uint8Array(10_000).fill(65))
    expect(rtfDecompress(compressed, 10_000)).toHaveLength(10_000)
    expect(() => rtfDecompress(compressed, 9_999)).toThrow(DecodeError)
    // The announced size is small, the contents are not.
    new DataView(compressed.buffer).setUint32(4, 5, true)
    expect(() => rtfDecompress(compressed, 9_999)).toThrow(DecodeError)
  })

  it('throws nothing but DecodeError on bytes of any kind', () => {
    const wrap = (contents: Uint8Array, rawSize: number, type: number): Uint8Array => {
      const bytes = new Uint8Array(16 + contents.length)
      const view = new DataView(bytes.buffer)
      view.setUint32(0, contents.length + 12, true)
      view.setUint32(4, rawSize, true)
      view.setUint32(8, type, true)
      view.setUint32(12, rtfChecksum(contents), true)
      bytes.set(contents, 16)
      return bytes
    }
    const type = fc.constantFrom(0x75465a4c, 0x414c454d, 0)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(0xffffffff), type, (contents, rawSize, kind) => {
        for (const bytes of [contents, wrap(contents, rawSize, kind)]) {
          try {
            expect(rtfDecompress(bytes).length).toBeLessThanOrEqual(bytes.length * 9)
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        }
      }),
    )
  })

  it('takes time in proportion to its input, whatever that is', () => {
    for (const unit of ['a', 'ab', 'aab', 'abcdefgh']) {
      const rtf = ascii(unit.repeat(1_000_000 / unit.length))
      const start = performance.now()
      expect(rtfDecompress(rtfCompress(rtf))).toHaveLength(rtf.length)
      expect(performance.now() - start).toBeLessThan(5_000)
    }
  })
})
