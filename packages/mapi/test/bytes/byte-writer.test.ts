import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter, EncodeError, fromHex, type Guid, toHex } from '../../src/bytes/index.ts'

const GUID = '00112233-4455-6677-8899-aabbccddeeff'
const GUID_HEX = '33221100554477668899aabbccddeeff'

/** What a writer has after `write`. */
function written(write: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter()
  write(writer)
  return toHex(writer.finish())
}

describe('ByteWriter', () => {
  it.each<[string, (writer: ByteWriter) => void, string]>([
    ['u8', (writer) => writer.u8(0xfe), 'fe'],
    ['u16', (writer) => writer.u16(0xfedc), 'dcfe'],
    ['u32', (writer) => writer.u32(0xfedcba98), '98badcfe'],
    ['u64', (writer) => writer.u64(0xfedcba9876543210n), '1032547698badcfe'],
    ['i16', (writer) => writer.i16(-2), 'feff'],
    ['i32', (writer) => writer.i32(-2), 'feffffff'],
    ['i64', (writer) => writer.i64(-2n), 'feffffffffffffff'],
    ['f32', (writer) => writer.f32(1.5), '0000c03f'],
    ['f64', (writer) => writer.f64(-1.5), '000000000000f8bf'],
    ['guid', (writer) => writer.guid(GUID), GUID_HEX],
    ['guid in capitals', (writer) => writer.guid(GUID.toUpperCase()), GUID_HEX],
    ['bytes', (writer) => writer.bytes(fromHex('010203')), '010203'],
    ['zeros', (writer) => writer.zeros(3), '000000'],
    ['utf16', (writer) => writer.utf16('aé\ud800'), '6100e90000d8'],
    ['utf16z', (writer) => writer.utf16z('a'), '61000000'],
    ['latin1', (writer) => writer.latin1('aé'), '61e9'],
    ['latin1z', (writer) => writer.latin1z('a'), '6100'],
  ])('%s is little-endian', (_, write, hex) => {
    expect(written(write)).toBe(hex)
  })

  it.each<[string, (writer: ByteWriter) => void]>([
    ['u8', (writer) => writer.u8(256)],
    ['u8 with a fraction', (writer) => writer.u8(0.5)],
    ['u16', (writer) => writer.u16(-1)],
    ['u32', (writer) => writer.u32(2 ** 32)],
    ['u32 that is no number', (writer) => writer.u32(Number.NaN)],
    ['i16', (writer) => writer.i16(0x8000)],
    ['i32', (writer) => writer.i32(-0x80000001)],
    ['i64', (writer) => writer.i64(2n ** 63n)],
    ['u64', (writer) => writer.u64(-1n)],
    ['latin1', (writer) => writer.latin1('a\u0100')],
    ['latin1z', (writer) => writer.latin1z('a\0')],
    ['utf16z', (writer) => writer.utf16z('a\0')],
    ['patchU16', (writer) => writer.patchU16(0, 0x10000)],
    ['patchU32', (writer) => writer.patchU32(0, -1)],
  ])('%s refuses what does not fit, and writes nothing', (_, write) => {
    const writer = new ByteWriter()
    writer.u32(1)
    expect(() => write(writer)).toThrow(EncodeError)
    expect(toHex(writer.finish())).toBe('01000000')
  })

  it.each(['', '0011', `${GUID}0`, GUID.replace('f', 'g'), GUID.replace('f', 'ſ')])(
    'refuses %j for a GUID, and writes nothing',
    (text: Guid) => {
      const writer = new ByteWriter()
      expect(() => writer.guid(text)).toThrow(TypeError)
      expect(writer.length).toBe(0)
    },
  )

  it('grows', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 12 })
    fc.assert(
      fc.property(fc.nat(300), pieces, (capacity, list) => {
        const writer = new ByteWriter(capacity)
        for (const piece of list) writer.bytes(piece)
        expect(toHex(writer.finish())).toBe(list.map(toHex).join(''))
      }),
    )
  })

  it('overwrites what was written', () => {
    expect(
      written((writer) => {
        writer.zeros(8)
        writer.patchU16(1, 0x1234)
        writer.patchU32(4, 0x12345678)
      }),
    ).toBe('0034120078563412')
  })

  it('forgets the end, and the beginning', () => {
    const writer = new ByteWriter()
    writer.bytes(fromHex('0102030405'))
    writer.truncate(4)
    writer.discard(1)
    expect(toHex(writer.subarray())).toBe('020304')
    expect(toHex(writer.subarray(1, 2))).toBe('03')
    expect(() => writer.truncate(4)).toThrow(EncodeError)
    expect(() => writer.discard(4)).toThrow(EncodeError)
    writer.u8(9)
    expect(toHex(writer.finish())).toBe('02030409')
  })

  it('goes on after it has finished, without a change to what it gave', () => {
    for (const change of [
      (writer: ByteWriter) => writer.u8(3),
      (writer: ByteWriter) => writer.patchU16(0, 0x0909),
      (writer: ByteWriter) => writer.patchU32(0, 0x09090909),
      (writer: ByteWriter) => writer.discard(1),
    ]) {
      const writer = new ByteWriter()
      writer.u32(0x04030201)
      const first = writer.finish()
      expect(writer.finish()).toEqual(first)
      change(writer)
      expect(toHex(first)).toBe('01020304')
      expect(toHex(writer.finish())).not.toBe('01020304')
    }
  })

  it('shares no memory with a writer that is not done', () => {
    const finished = new ByteWriter()
    finished.utf16('x'.repeat(1000))
    const bytes = finished.finish()
    const a = new ByteWriter()
    const b = new ByteWriter()
    a.utf16('a'.repeat(1000))
    b.utf16('b'.repeat(1000))
    finished.u8(1)
    expect(toHex(a.finish())).toBe('6100'.repeat(1000))
    expect(toHex(b.finish())).toBe('6200'.repeat(1000))
    expect(toHex(bytes)).toBe('7800'.repeat(1000))
    expect(toHex(finished.finish())).toBe(`${'7800'.repeat(1000)}01`)
  })

  it('gives arrays that have a buffer of their own', () => {
    const writer = new ByteWriter()
    writer.u8(1)
    expect(writer.finish().buffer.byteLength).toBe(1)
  })
})
