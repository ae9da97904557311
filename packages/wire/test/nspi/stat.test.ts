import { decodeWith, encodeWith, fromHex, toHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import { NSPI_DEFAULT_LOCALE, type Stat, stat } from '../../src/nspi/index.ts'

/** Field, offset, value. */
const FIELDS: readonly (readonly [keyof Stat, number, number, string])[] = [
  ['sortType', 0, 0x0000_03e8, 'MS-OXNSPI_R311'],
  ['containerId', 4, 0x8000_0001, 'MS-OXNSPI_R315'],
  ['currentRec', 8, 0x0000_0002, 'MS-OXNSPI_R319'],
  ['delta', 12, -5, 'MS-OXNSPI_R322'],
  ['numPos', 16, 0xffff_fffe, 'MS-OXNSPI_R325'],
  ['totalRecs', 20, 0x0001_0000, 'MS-OXNSPI_R330'],
  ['codePage', 24, 0x0000_04e4, 'MS-OXNSPI_R334'],
  ['templateLocale', 28, 0x0000_0409, 'MS-OXNSPI_R338'],
  ['sortLocale', 32, 0x0000_0407, 'MS-OXNSPI_R341'],
]

describe('STAT', () => {
  it('MS-OXNSPI_R1587 is nine fields of four bytes', () => {
    const value = Object.fromEntries(FIELDS.map(([name, , field]) => [name, field])) as Stat
    const bytes = encodeWith(stat, value)
    expect(bytes).toHaveLength(36)
    expect(decodeWith(stat, bytes)).toEqual(value)
  })

  for (const [name, offset, value, id] of FIELDS) {
    it(`${id} ${name} is at ${offset}`, () => {
      const zeros = decodeWith(stat, new Uint8Array(36))
      const bytes = encodeWith(stat, { ...zeros, [name]: value })
      expect(new DataView(bytes.buffer).getInt32(offset, true)).toBe(value | 0)
      bytes.fill(0, offset, offset + 4)
      expect(toHex(bytes)).toBe('00'.repeat(36))
    })
  }

  it('is as in the example of [MS-OXNSPI] 4: what a client binds with', () => {
    const hex = `${'00000000'.repeat(6)} e4040000 09040000 09040000`
    const value = decodeWith(stat, fromHex(hex))
    expect(value).toEqual({
      sortType: 0,
      containerId: 0,
      currentRec: 0,
      delta: 0,
      numPos: 0,
      totalRecs: 0,
      codePage: 0x4e4,
      templateLocale: NSPI_DEFAULT_LOCALE,
      sortLocale: NSPI_DEFAULT_LOCALE,
    })
    expect(toHex(encodeWith(stat, value))).toBe(toHex(fromHex(hex)))
  })

  it('round-trips, and holds for cut and for random bytes', () => {
    expectSoundCodec(stat)
  })
})
