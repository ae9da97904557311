import {
  type Cell,
  PropertyError,
  type PropertyTag,
  PtypInteger32,
  PtypNull,
  PtypString,
  PtypUnspecified,
  propertyTag,
} from '@bourse/mapi'
import { ByteReader, ByteWriter, DecodeError, decodeWith, fromHex, toHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import { addressBookRowCodec, columnsAndRows } from '../../src/nspi/index.ts'
import { arbitraryColumnsAndRows } from './support.ts'

const NAME = propertyTag(0x3001, PtypString)
const TYPE = propertyTag(0x0ffe, PtypInteger32)
const ANY = propertyTag(0x3001, PtypUnspecified)
const NOT_FOUND = 0x8004_010f

function expectRow(columns: readonly PropertyTag[], cells: readonly Cell[], hex: string): void {
  const codec = addressBookRowCodec(columns)
  const writer = new ByteWriter()
  codec.encode(writer, cells)
  expect(toHex(writer.finish())).toBe(toHex(fromHex(hex)))
  const reader = new ByteReader(fromHex(hex))
  expect(codec.decode(reader)).toEqual(cells)
  reader.expectEnd()
}

describe('AddressBookPropertyRow', () => {
  it('MS-OXCMAPIHTTP_R15 MS-OXCMAPIHTTP_R17 MS-OXCMAPIHTTP_R450 has flag 0x0 and values when all are there', () => {
    expectRow([NAME, TYPE], ['A', 6], '00 ff 41000000 06000000')
  })

  it('MS-OXCMAPIHTTP_R1298 MS-OXCMAPIHTTP_R2015 MS-OXCMAPIHTTP_R2016 MS-OXCMAPIHTTP_R2017 has typed values in columns without a type', () => {
    expectRow([ANY], [{ type: PtypString, value: 'A' }], '00 1f00 ff 41000000')
  })

  it('MS-OXCMAPIHTTP_R453 MS-OXCMAPIHTTP_R2018 MS-OXCMAPIHTTP_R2019 MS-OXCMAPIHTTP_R2022 MS-OXCMAPIHTTP_R2023 MS-OXCMAPIHTTP_R2024 has flag 0x1 and flagged values otherwise', () => {
    expectRow(
      [NAME, NAME, TYPE, TYPE],
      ['A', undefined, new PropertyError(NOT_FOUND), 6],
      '01 00 ff 41000000 01 0a 0f010480 00 06000000',
    )
  })

  it('MS-OXCMAPIHTTP_R1299 MS-OXCMAPIHTTP_R2028 MS-OXCMAPIHTTP_R2029 MS-OXCMAPIHTTP_R2030 MS-OXCMAPIHTTP_R2033 has flagged values with their types in columns without a type', () => {
    expectRow([ANY, ANY], [{ type: PtypString, value: 'A' }, undefined], '01 1f00 00 ff 41000000 0000 01')
  })

  it('MS-OXCMAPIHTTP_R18 MS-OXCMAPIHTTP_R2021 MS-OXCMAPIHTTP_R2031 knows no other flags', () => {
    const decode = (columns: readonly PropertyTag[], hex: string) =>
      addressBookRowCodec(columns).decode(new ByteReader(fromHex(hex)))
    expect(() => decode([TYPE], '02 06000000')).toThrow(DecodeError)
    expect(() => decode([TYPE], '01 02 06000000')).toThrow(DecodeError)
    expect(() => decode([ANY], '01 0300 02 06000000')).toThrow(DecodeError)
    expect(() => decode([ANY], '01 0000 00 06000000')).toThrow(DecodeError)
  })

  it('reads a value without HasValue as none', () => {
    const reader = new ByteReader(fromHex('00 00 06000000'))
    expect(addressBookRowCodec([NAME, TYPE]).decode(reader)).toEqual([undefined, 6])
  })

  it('names the column that does not decode', () => {
    const reader = new ByteReader(fromHex('00 ff 41000000 0600'))
    expect(() => addressBookRowCodec([NAME, TYPE]).decode(reader)).toThrow(
      expect.objectContaining({ path: ['AddressBookPropertyRow', '0x0ffe0003'], offset: 6 }),
    )
  })
})

describe('Columns, RowCount and RowData', () => {
  it('MS-OXCMAPIHTTP_R16 MS-OXCMAPIHTTP_R2035 MS-OXCMAPIHTTP_R2036 rows are laid out by the columns before them', () => {
    const hex = '02000000 1f000130 0300fe0f 02000000 00 ff 41000000 06000000 01 01 00 07000000'
    expect(decodeWith(columnsAndRows, fromHex(hex))).toEqual({
      columns: [NAME, TYPE],
      rows: [
        ['A', 6],
        [undefined, 7],
      ],
    })
  })

  it('round-trip, and hold for cut and for random bytes', () => {
    expectSoundCodec(columnsAndRows, { arbitrary: arbitraryColumnsAndRows })
  })

  it('do not grow beyond their bytes when columns take none', () => {
    const columns = 20_000
    const writer = new ByteWriter()
    writer.u32(columns)
    for (let i = 0; i < columns; i++) writer.u32(propertyTag(i, PtypNull))
    writer.u32(50_000)
    writer.zeros(50_000)
    expect(() => decodeWith(columnsAndRows, writer.finish())).toThrow(DecodeError)
  })

  it('may have columns of unknown types as long as there are no rows', () => {
    expect(decodeWith(columnsAndRows, fromHex('01000000 99000130 00000000')).rows).toEqual([])
    expect(() => decodeWith(columnsAndRows, fromHex('01000000 99000130 01000000 00'))).toThrow(DecodeError)
  })
})
