import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { Globset, globset, MAX_GLOBCNT } from '../../src/id/index.ts'
import { globcnts, globsets } from './arbitraries.ts'
import { attempt, expectNoTruncation } from './truncation.ts'

const decode = (bytes: Uint8Array) => decodeWith(globset, bytes)
const encode = (set: Globset) => encodeWith(globset, set)
const read = (hex: string) => [...decode(fromHex(hex))].map(({ low, high }) => [low, high])

function written(...ranges: (readonly [number, number])[]): string {
  const set = Globset.from(ranges.map(([low, high]) => ({ low, high })))
  const bytes = encode(set)
  expect(decode(bytes).equals(set)).toBe(true)
  return toHex(bytes)
}

/** Bytes that are commands more often than chance would have it. */
const commands = fc
  .array(
    fc.oneof(
      fc.constantFrom([0x00], [0x50], [0x42, 1, 0xeb], [0x52]),
      fc
        .tuple(fc.integer({ min: 1, max: 6 }), fc.uint8Array({ maxLength: 6 }))
        .map(([n, data]) => [n, ...data]),
      fc.uint8Array({ maxLength: 3 }).map((data) => [...data]),
    ),
    { maxLength: 20 },
  )
  .map((parts) => Uint8Array.from(parts.flat()))

describe('GLOBSET read', () => {
  it('MS-OXCFXICS_R218, MS-OXCFXICS_R3077, MS-OXCFXICS_R2014: is complete at End', () => {
    expect(read('00')).toEqual([])
    expect(() => read('')).toThrow(DecodeError)
    expect(() => read('00 00')).toThrow(DecodeError)
  })

  it('MS-OXCFXICS_R199, MS-OXCFXICS_R3064, MS-OXCFXICS_R3065, MS-OXCFXICS_R201, MS-OXCFXICS_R202, MS-OXCFXICS_R3392, MS-OXCFXICS_R1994, MS-OXCFXICS_R1995: Push puts bytes on the stack, which the next commands complete', () => {
    expect(read('02 0000 02 0000 52 0001 0002 50 50 00')).toEqual([[1, 2]])
    expect(read('01 aa 01 bb 01 cc 01 dd 01 ee 01 ff 50 50 50 50 50 00')).toEqual([
      [0xaabbccddeeff, 0xaabbccddeeff],
    ])
  })

  it('MS-OXCFXICS_R1957, MS-OXCFXICS_R1958, MS-OXCFXICS_R1959, MS-OXCFXICS_R1960: the sixth byte makes a singleton and leaves the stack at once', () => {
    expect(read('06 000000000102 06 000000000201 00')).toEqual([
      [0x102, 0x102],
      [0x201, 0x201],
    ])
    expect(read('05 0000000001 01 02 01 04 50 00')).toEqual([
      [0x102, 0x102],
      [0x104, 0x104],
    ])
  })

  it('MS-OXCFXICS_R203, MS-OXCFXICS_R3068, MS-OXCFXICS_R1998, MS-OXCFXICS_R1999: Pop takes off what the last Push put on', () => {
    expect(read('04 00000000 01 01 01 02 50 52 0203 0204 50 00')).toEqual([
      [0x102, 0x102],
      [0x203, 0x204],
    ])
  })

  it('MS-OXCFXICS_R3379, MS-OXCFXICS_R3389, MS-OXCFXICS_R3390, MS-OXCFXICS_R3071, MS-OXCFXICS_R207, MS-OXCFXICS_R208, MS-OXCFXICS_R2005, MS-OXCFXICS_R2007: Bitmask 0xEB from 0x01 gives 01-03, 05 and 07-09', () => {
    expect(read('05 0000000000 42 01 eb 50 00')).toEqual([
      [1, 3],
      [5, 5],
      [7, 9],
    ])
  })

  it.each([
    ['MS-OXCFXICS_R3388', 0x01, [[1, 2]]],
    [
      'MS-OXCFXICS_R3387',
      0x02,
      [
        [1, 1],
        [3, 3],
      ],
    ],
    [
      'MS-OXCFXICS_R3386',
      0x04,
      [
        [1, 1],
        [4, 4],
      ],
    ],
    [
      'MS-OXCFXICS_R3385',
      0x08,
      [
        [1, 1],
        [5, 5],
      ],
    ],
    [
      'MS-OXCFXICS_R3384',
      0x10,
      [
        [1, 1],
        [6, 6],
      ],
    ],
    [
      'MS-OXCFXICS_R3383',
      0x20,
      [
        [1, 1],
        [7, 7],
      ],
    ],
    [
      'MS-OXCFXICS_R3382',
      0x40,
      [
        [1, 1],
        [8, 8],
      ],
    ],
    [
      'MS-OXCFXICS_R3381',
      0x80,
      [
        [1, 1],
        [9, 9],
      ],
    ],
  ])(
    '%s, MS-OXCFXICS_R1977: a bit stands for the value that many behind the one after the first',
    (_, mask, ranges) => {
      expect(read(`05 0000000000 42 01 ${mask.toString(16).padStart(2, '0')} 50 00`)).toEqual(ranges)
    },
  )

  it('reads Bitmasks up to the last value of a byte', () => {
    expect(read('05 0000000000 42 f7 ff 50 00')).toEqual([[0xf7, 0xff]])
    expect(read('05 0000000000 42 ff 00 50 00')).toEqual([[0xff, 0xff]])
    expect(() => read('05 0000000000 42 ff 01 50 00')).toThrow(DecodeError)
    expect(() => read('05 0000000000 42 f8 80 50 00')).toThrow(DecodeError)
  })

  it('MS-OXCFXICS_R209, MS-OXCFXICS_R210, MS-OXCFXICS_R3074, MS-OXCFXICS_R212, MS-OXCFXICS_R213, MS-OXCFXICS_R215, MS-OXCFXICS_R216, MS-OXCFXICS_R2008, MS-OXCFXICS_R2009, MS-OXCFXICS_R2012, MS-OXCFXICS_R2013: Range completes both of its values from the stack', () => {
    expect(read('52 000000000001 000000000003 00')).toEqual([[1, 3]])
    expect(read('03 000001 52 000002 010000 50 00')).toEqual([[0x1000002, 0x1010000]])
    expect(read('05 0000000001 52 02 03 50 00')).toEqual([[0x102, 0x103]])
  })

  it('MS-OXCFXICS_R214, MS-OXCFXICS_R217: refuses a Range from high to low', () => {
    expect(() => read('52 000000000003 000000000001 00')).toThrow(DecodeError)
    expect(() => read('05 0000000000 52 03 02 50 00')).toThrow(DecodeError)
  })

  it('MS-OXCFXICS_R2001: refuses a Bitmask with other than five bytes on the stack', () => {
    expect(() => read('42 01 eb 00')).toThrow(DecodeError)
    expect(() => read('04 00000000 42 01 eb 50 00')).toThrow(DecodeError)
  })

  it('MS-OXCFXICS_R1992, MS-OXCFXICS_R1966: refuses End with bytes on the stack and Pop with none', () => {
    expect(() => read('05 0000000000 00')).toThrow(DecodeError)
    expect(() => read('50 00')).toThrow(DecodeError)
    expect(() => read('06 000000000001 50 00')).toThrow(DecodeError)
  })

  it('refuses more than six bytes on the stack and unknown commands', () => {
    expect(() => read('04 00000000 03 000000 00')).toThrow(DecodeError)
    for (let command = 0x07; command <= 0xff; command++) {
      if (command === 0x42 || command === 0x50 || command === 0x52) continue
      expect(() => read(`${command.toString(16).padStart(2, '0')} 000000000000 000000000000 00`)).toThrow(
        'unknown command',
      )
    }
  })

  it('takes ranges in any order, overlapping too', () => {
    expect(read('06 000000000009 52 000000000001 000000000003 52 000000000002 000000000004 00')).toEqual([
      [1, 4],
      [9, 9],
    ])
  })

  it('names what went wrong and where', () => {
    expect(() => read('05 0000000000 42 01')).toThrow('GLOBSET: 1 bytes wanted, 0 left at offset 8')
  })

  it('does not expand a range of all GLOBCNTs', () => {
    const set = decode(fromHex('52 000000000000 ffffffffffff 00'))
    expect(set.rangeCount).toBe(1)
    expect(set.count()).toBe(2 ** 48)
  })

  it('reads a megabyte of commands in the worst order in about linear time', () => {
    const count = 150_000
    const bytes = new Uint8Array(7 * count + 1)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < count; i++) {
      bytes[7 * i] = 6
      view.setUint32(7 * i + 3, 2 * (i % 2 === 0 ? count - i : i))
    }
    const start = performance.now()
    expect(decode(bytes).rangeCount).toBe(count)
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('makes a set or a DecodeError of any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(commands, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        const set = attempt(decode, bytes)
        if (set) {
          expect(set.rangeCount).toBeLessThanOrEqual(2 * bytes.length)
          expect(decode(encode(set)).equals(set)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('GLOBSET written', () => {
  it('MS-OXCFXICS_R3668, MS-OXCFXICS_R1987: is a set of commands, End the last', () => {
    expect(written()).toBe('00')
  })

  it('MS-OXCFXICS_R3379, MS-OXCFXICS_R205, MS-OXCFXICS_R1968, MS-OXCFXICS_R1969, MS-OXCFXICS_R1970, MS-OXCFXICS_R1973, MS-OXCFXICS_R1974, MS-OXCFXICS_R1978: has ranges within nine values as a Bitmask with five bytes on the stack', () => {
    expect(written([1, 3], [5, 5], [7, 9])).toBe('0500000000004201eb5000')
  })

  it('MS-OXCFXICS_R1971: has five ranges in one Bitmask at most', () => {
    expect(written([1, 1], [3, 3], [5, 5], [7, 7], [9, 9])).toBe('0500000000004201aa5000')
    expect(written([1, 1], [3, 3], [5, 5], [7, 7], [9, 9], [11, 11])).toBe('0500000000004201aa010b5000')
  })

  it('MS-OXCFXICS_R1957: has a single value as a Push of six bytes', () => {
    expect(written([0x0102, 0x0102])).toBe('0600000000010200')
  })

  it('MS-OXCFXICS_R1980, MS-OXCFXICS_R1981, MS-OXCFXICS_R1982, MS-OXCFXICS_R1983, MS-OXCFXICS_R1984: has a range as Range, after a Push of what both ends share', () => {
    expect(written([1, 2])).toBe('0500000000005201025000')
    expect(written([1, 200])).toBe('050000000000' + '5201c8' + '50' + '00')
    expect(written([0x01ff, 0x0201])).toBe('0400000000' + '5201ff0201' + '50' + '00')
    expect(written([0, MAX_GLOBCNT])).toBe('52000000000000ffffffffffff00')
  })

  it('MS-OXCFXICS_R1956, MS-OXCFXICS_R1963, MS-OXCFXICS_R1964, MS-OXCFXICS_R1965, MS-OXCFXICS_R1989: has bytes that several values share once, and takes them off in the end', () => {
    expect(written([0x010101, 0x010101], [0x010201, 0x010201], [0x020000, 0x020005])).toBe(
      ['03000000', '0101', '020101', '020201', '50', '020200', '520005', '50', '50', '00'].join(''),
    )
  })

  it('has ranges across the values that others share in between', () => {
    expect(written([0x0101, 0x0101], [0x01ff, 0x0200], [0x0202, 0x0202], [0x0204, 0x0204])).toBe(
      ['0400000000', '020101', '5201ff0200', '0102', '420202', '50', '50', '00'].join(''),
    )
  })

  it('chooses among Bitmasks so as to take the fewest bytes', () => {
    // From the left, Bitmasks of 0-8 and 10-16 would take a byte more.
    expect(written([0, 0], [8, 8], [10, 10], [12, 12], [14, 14], [16, 16])).toBe(
      ['050000000000', '0100', '4208aa', '50', '00'].join(''),
    )
  })

  it('comes back as it was', () => {
    fc.assert(
      fc.property(globsets, (set) => {
        const bytes = encode(set)
        expect(decode(bytes).equals(set)).toBe(true)
        // A Push, the rest of a Range and a Pop for each range is the most it can take.
        expect(bytes.length).toBeLessThanOrEqual(16 * set.rangeCount + 1)
      }),
      { numRuns: 500 },
    )
  })

  it('comes back from dense sets, where Bitmasks abound', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 600 }), globcnts, (present, base) => {
        const first = Math.min(base, MAX_GLOBCNT - 600)
        const set = Globset.fromGlobcnts(present.flatMap((isThere, i) => (isThere ? [first + i] : [])))
        const bytes = encode(set)
        expect(decode(bytes).equals(set)).toBe(true)
        expect(bytes.length).toBeLessThanOrEqual(3 * Math.ceil(present.length / 9) + 60)
      }),
    )
  })

  it('is refused when cut off anywhere', () => {
    fc.assert(
      fc.property(globsets, (set) => {
        expectNoTruncation(decode, encode(set))
      }),
      { numRuns: 50 },
    )
  })

  it('takes a few bits per message of a folder with a million', () => {
    // Every message has a change number of its own; two in three belong to other folders.
    const set = new Globset()
    for (let i = 0; i < 1_000_000; i++) set.add(0x10_0000 + 3 * i)
    const start = performance.now()
    const bytes = encode(set)
    expect(decode(bytes).equals(set)).toBe(true)
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(bytes.length).toBeLessThan(1_100_000)
  })
})
