import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter, DecodeError, fromHex, toHex } from '../../src/bytes/index.ts'
import { arbitraryString, arbitraryString8 } from '../support/arbitrary.ts'

function read<T>(hex: string, take: (reader: ByteReader) => T): T {
  return take(new ByteReader(fromHex(hex)))
}

const cases: readonly [string, (reader: ByteReader) => unknown, string, unknown][] = [
  ['u8', (reader) => reader.u8(), 'fe', 0xfe],
  ['u16', (reader) => reader.u16(), 'dcfe', 0xfedc],
  ['u32', (reader) => reader.u32(), '98badcfe', 0xfedcba98],
  ['u64', (reader) => reader.u64(), '1032547698badcfe', 0xfedcba9876543210n],
  ['i16', (reader) => reader.i16(), 'feff', -2],
  ['i32', (reader) => reader.i32(), 'feffffff', -2],
  ['i64', (reader) => reader.i64(), 'feffffffffffffff', -2n],
  ['f32', (reader) => reader.f32(), '0000c03f', 1.5],
  ['f64', (reader) => reader.f64(), '000000000000f8bf', -1.5],
  [
    'guid',
    (reader) => reader.guid(),
    '33221100554477668899aabbccddeeff',
    '00112233-4455-6677-8899-aabbccddeeff',
  ],
  ['subarray', (reader) => reader.subarray(3), '010203', fromHex('010203')],
  ['copyBytes', (reader) => reader.copyBytes(3), '010203', fromHex('010203')],
  ['utf16', (reader) => reader.utf16(6), '6100e90000d8', 'aé\ud800'],
  ['utf16z', (reader) => reader.utf16z(), '6100e9000000', 'aé'],
  ['latin1', (reader) => reader.latin1(2), '61e9', 'aé'],
  ['latin1z', (reader) => reader.latin1z(), '61e900', 'aé'],
]

describe('ByteReader', () => {
  it.each(cases)('%s is little-endian', (_, take, hex, value) => {
    const reader = new ByteReader(fromHex(`ff ${hex} ff`), 1)
    expect(take(reader)).toEqual(value)
    expect(reader.offset).toBe(1 + fromHex(hex).length)
    expect(reader.remaining).toBe(1)
  })

  it.each(cases)('%s is not read beyond the end', (_, take, hex) => {
    const bytes = fromHex(`${hex} 0000`)
    for (let end = 0; end < bytes.length - 2; end++) {
      expect(() => take(new ByteReader(bytes, 0, end))).toThrow(DecodeError)
    }
  })

  it.each(cases)('%s is found in a view of a larger buffer', (_, take, hex, value) => {
    const bytes = fromHex(`ffff ${hex} ff`).subarray(2)
    expect(take(new ByteReader(bytes))).toEqual(value)
  })

  it('says where it stopped', () => {
    const reader = new ByteReader(fromHex('010203'), 1)
    expect(() => reader.u32()).toThrow('4 bytes wanted, 2 left at offset 1')
    expect(() => reader.utf16(1)).toThrow('Unicode string of an odd number of bytes (1) at offset 1')
    expect(() => reader.expectEnd()).toThrow('2 bytes left over at offset 1')
    expect(() => reader.checkCount(3, 1)).toThrow('3 items of at least 1 bytes announced, 2 bytes left')
    expect(() => reader.checkCount(3, 0)).toThrow(DecodeError)
    expect(reader.checkCount(2, 1)).toBe(2)
  })

  it('reads parts', () => {
    const reader = new ByteReader(fromHex('0102030405'), 1)
    const part = reader.sub(2)
    expect(part.u8()).toBe(2)
    expect(() => part.u16()).toThrow(expect.objectContaining({ offset: 2 }))
    expect(reader.u8()).toBe(4)
    expect(() => reader.sub(2)).toThrow(DecodeError)
  })

  it('strings end at their null, whatever their length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        arbitraryString,
        arbitraryString8,
        (times, wide, narrow) => {
          const writer = new ByteWriter()
          writer.utf16z(wide.repeat(times))
          writer.latin1z(narrow.repeat(times))
          writer.u8(7)
          const reader = new ByteReader(writer.finish())
          expect(reader.utf16z()).toBe(wide.repeat(times))
          expect(reader.latin1z()).toBe(narrow.repeat(times))
          expect(reader.u8()).toBe(7)
        },
      ),
    )
  })

  it('takes no null across two characters for an end', () => {
    expect(read('0001 0001 0000', (reader) => reader.utf16z())).toBe('\u0100\u0100')
    expect(() => read('0100 0001 00', (reader) => reader.utf16z())).toThrow(DecodeError)
  })
})

describe('copies', () => {
  it('do not change with the buffer', () => {
    const bytes = fromHex('0102030405')
    const reader = new ByteReader(bytes)
    const copy = reader.copyBytes(2)
    const view = reader.subarray(2)
    bytes.fill(9)
    expect(toHex(copy)).toBe('0102')
    expect(toHex(view)).toBe('0909')
  })

  it('do not change with a Buffer', () => {
    const bytes = Buffer.from([1, 2, 3])
    const copy = new ByteReader(bytes).copyBytes(3)
    const large = new ByteReader(Buffer.alloc(5000, 1)).copyBytes(5000)
    bytes.fill(9)
    expect(toHex(copy)).toBe('010203')
    expect(large).toBeInstanceOf(Uint8Array)
    expect(large).not.toBeInstanceOf(Buffer)
  })

  it('are right in any order and of any size', () => {
    const bytes = Uint8Array.from({ length: 40_000 }, (_, i) => (i * 7) ^ (i >> 8))
    const steps = fc.array(fc.tuple(fc.nat(39_000), fc.oneof(fc.nat(40), fc.nat(2000))), { maxLength: 40 })
    fc.assert(
      fc.property(steps, fc.boolean(), (list, isForward) => {
        const reader = new ByteReader(bytes)
        for (const [at, length] of list) {
          if (!isForward) reader.offset = at
          const start = reader.offset
          if (start + length > bytes.length) break
          expect(toHex(reader.copyBytes(length))).toBe(toHex(bytes.subarray(start, start + length)))
          expect(reader.offset).toBe(start + length)
        }
      }),
    )
  })

  it('keep no more than a few kilobytes from being freed', () => {
    const reader = new ByteReader(new Uint8Array(1_000_000))
    expect(reader.copyBytes(10).buffer.byteLength).toBeLessThanOrEqual(8192)
    expect(reader.copyBytes(2000).buffer.byteLength).toBe(2000)
  })
})
