import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter, DecodeError, EncodeError, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  type Cell,
  type Columns,
  PropertyError,
  PtypErrorCode,
  PtypInteger32,
  PtypString,
  PtypUnspecified,
  propertyTag,
  rowCodec,
  withType,
} from '../../src/property/index.ts'
import {
  PidTagMessageSize,
  PidTagRuleId,
  PidTagRuleName,
  PidTagRuleProviderData,
  PidTagSubject,
} from '../../src/tags/index.ts'
import {
  arbitraryColumns,
  arbitraryRow,
  arbitraryTag,
  arbitraryU16,
  expectRandomBytesSafe,
  expectRoundTrip,
  expectTruncationFails,
} from '../support/arbitrary.ts'

const columns = [PidTagSubject, PidTagMessageSize]

function bytesOf(tags: Columns, cells: readonly Cell[]): string {
  const writer = new ByteWriter()
  rowCodec(tags).encode(writer, cells)
  return toHex(writer.finish())
}

function cellsOf(tags: Columns, hex: string): Cell[] {
  const reader = new ByteReader(fromHex(hex))
  const cells = rowCodec(tags).decode(reader)
  reader.expectEnd()
  return cells
}

describe('PropertyRow', () => {
  it.each([2, 4] as const)('is sound for any columns, with %i-byte counts', (width) => {
    fc.assert(
      fc.property(arbitraryColumns, (tags) => {
        const codec = rowCodec(tags, width)
        const arbitrary = arbitraryRow(tags, { width, depth: 1 })
        expectRoundTrip(codec, { arbitrary, numRuns: 4 })
        expectTruncationFails(codec, { arbitrary, numRuns: 2 })
        expectRandomBytesSafe(codec, { arbitrary, numRuns: 4 })
      }),
      { numRuns: 40 },
    )
  })

  it('MS-OXCDATA_R72 MS-OXCDATA_R73 a row with all values begins with 0x00', () => {
    expect(bytesOf(columns, ['a', 5])).toBe('006100000005000000')
    expect(cellsOf(columns, '006100000005000000')).toEqual(['a', 5])
  })

  it('MS-OXCDATA_R76 MS-OXCDATA_R77 MS-OXCDATA_R80 a row with errors or gaps begins with 0x01 and has a flag per value', () => {
    const cells = [new PropertyError(0x8004010f), 5]
    expect(bytesOf(columns, cells)).toBe('010a0f0104800005000000')
    expect(cellsOf(columns, '010a0f0104800005000000')).toEqual(cells)
    expect(bytesOf(columns, ['a', undefined])).toBe('01006100000001')
    expect(cellsOf(columns, '01006100000001')).toEqual(['a', undefined])
  })

  it('MS-OXCDATA_R75 MS-OXCDATA_R81 a column without a type has the type of each value before it', () => {
    const untyped = columns.map((tag) => withType(tag, PtypUnspecified))
    const cells = [
      { type: PtypString, value: 'a' },
      { type: PtypInteger32, value: 5 },
    ]
    expect(bytesOf(untyped, cells)).toBe('001f0061000000030005000000')
    expect(cellsOf(untyped, '001f0061000000030005000000')).toEqual(cells)
    const flagged = [new PropertyError(0x8004010f), { type: PtypInteger32, value: 5 }]
    expect(bytesOf(untyped, flagged)).toBe('010a000a0f01048003000005000000')
    expect(cellsOf(untyped, '010a000a0f01048003000005000000')).toEqual(flagged)
    expect(PtypErrorCode).toBe(0x000a)
  })

  it('reads the row of a rules table in [MS-OXORULE] 4.2.2', () => {
    const tags = [PidTagRuleId, PidTagRuleProviderData, PidTagRuleName]
    const hex = toHex(
      fromHex(`
        00 01 00 00 00 01 3f f8 56 10 00 01 00 00 00 01 00 00 00 55 55 55 55 d1 44 e3 40
        50 00 72 00 6f 00 6a 00 65 00 63 00 74 00 20 00 58 00 00 00`),
    )
    const cells = cellsOf(tags, hex)
    expect(cells).toEqual([0x56f83f0100000001n, fromHex('0100000001000000 55555555d144e340'), 'Project X'])
    expect(bytesOf(tags, cells)).toBe(hex)
  })

  it('unknown flags do not decode, and the error says where', () => {
    expect(() => cellsOf(columns, '02')).toThrow('PropertyRow.flag: unknown row flag 0x2 at offset 0')
    expect(() => cellsOf(columns, '0102')).toThrow(
      'PropertyRow.0x0037001f: unknown property flag 0x2 at offset 1',
    )
    expect(() => cellsOf(columns, '00610000000500')).toThrow('PropertyRow.0x0e080003: 4 bytes wanted, 2 left')
  })

  it('a column of a type that does not exist is an error only where a row has its value', () => {
    const strange = [propertyTag(0x6800, 0x0099)]
    expect(cellsOf(strange, '01010a'.slice(0, 4))).toEqual([undefined])
    expect(cellsOf(strange, '010a02010480')).toEqual([new PropertyError(0x80040102)])
    expect(() => cellsOf(strange, '0000')).toThrow(DecodeError)
    expect(() => bytesOf(strange, [1])).toThrow(EncodeError)
    fc.assert(
      fc.property(
        fc.array(
          arbitraryU16.chain((type) => arbitraryTag(type)),
          { maxLength: 5 },
        ),
        (tags) => {
          const absent = tags.map(() => undefined)
          expect(cellsOf(tags, bytesOf(tags, absent))).toEqual(absent)
        },
      ),
    )
  })

  it('a row must have a cell per column', () => {
    expect(() => bytesOf(columns, ['a'])).toThrow(EncodeError)
    expect(() => bytesOf(columns, ['a', 1, 2])).toThrow(EncodeError)
  })
})
