import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeWith, EncodeError, encodeWith, fromHex, i64, toHex } from '../../src/bytes/index.ts'
import {
  compareIds,
  formatId,
  globcnt,
  globcntOf,
  isGlobcnt,
  MAX_GLOBCNT,
  makeId,
  parseId,
  replidOf,
} from '../../src/id/index.ts'
import { globcnts, ids } from './arbitraries.ts'

describe('Folder ID, Message ID, change number', () => {
  it('MS-OXCDATA_R2175, MS-OXCDATA_R2176, MS-OXCDATA_R2177: reads the Folder ID of [MS-OXCFOLD] 4.5.1', () => {
    const bytes = fromHex('01 00 00 00 0E 8E DF 36')
    const id = decodeWith(i64, bytes)
    expect(replidOf(id)).toBe(1)
    expect(globcntOf(id)).toBe(0x0e8edf36)
    expect(formatId(id)).toBe('0001-00000e8edf36')
    expect(parseId('0001-00000E8EDF36')).toBe(id)
    expect(encodeWith(i64, makeId(1, 0x0e8edf36))).toEqual(bytes)
  })

  it('MS-OXCDATA_R2180, MS-OXCDATA_R2181, MS-OXCDATA_R2182, MS-OXCFXICS_R3052, MS-OXCFXICS_R3053, MS-OXCFXICS_R3054: Message IDs and change numbers have the same form', () => {
    expect(toHex(encodeWith(i64, makeId(0x1234, 0x56789abcdef0)))).toBe('341256789abcdef0')
    expect(makeId(0, 1)).toBe(0x01n << 56n)
  })

  it('MS-OXCFXICS_R3060, MS-OXCFXICS_R3778, MS-OXCFXICS_R3060001: a REPLID and a GLOBCNT form an ID', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), globcnts, (replid, counter) => {
        const id = makeId(replid, counter)
        expect(id).toBe(BigInt.asIntN(64, id))
        expect(replidOf(id)).toBe(replid)
        expect(globcntOf(id)).toBe(counter)
        expect(parseId(formatId(id))).toBe(id)
      }),
    )
  })

  it('takes any 64 bits apart and together again', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
        expect(makeId(replidOf(id), globcntOf(id))).toBe(id)
      }),
    )
  })

  it('orders by REPLID, then by GlobalCounter', () => {
    expect([makeId(2, 1), makeId(1, 0x100), makeId(1, 0xff)].sort(compareIds)).toEqual([
      makeId(1, 0xff),
      makeId(1, 0x100),
      makeId(2, 1),
    ])
    fc.assert(fc.property(ids, (id) => compareIds(id, id) === 0))
  })

  it('refuses parts that do not fit and texts that are none', () => {
    expect(() => makeId(0x1_0000, 1)).toThrow(RangeError)
    expect(() => makeId(-1, 1)).toThrow(RangeError)
    expect(() => makeId(1, MAX_GLOBCNT + 1)).toThrow(RangeError)
    expect(() => makeId(1, 1.5)).toThrow(RangeError)
    for (const text of ['', '1', '1-', '12345-1', '1-1234567890abc', '1-g', ' 1-1']) {
      expect(() => parseId(text)).toThrow(TypeError)
    }
  })
})

describe('GLOBCNT', () => {
  it('MS-OXCFXICS_R3059: is six bytes, the highest first', () => {
    expect(toHex(encodeWith(globcnt, 0x0102030405f6))).toBe('0102030405f6')
    expect(decodeWith(globcnt, fromHex('ffffffffffff'))).toBe(MAX_GLOBCNT)
    fc.assert(
      fc.property(globcnts, (value) => {
        expect(decodeWith(globcnt, encodeWith(globcnt, value))).toBe(value)
      }),
    )
  })

  it('refuses what is none', () => {
    for (const value of [-1, 0.5, MAX_GLOBCNT + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isGlobcnt(value)).toBe(false)
      expect(() => encodeWith(globcnt, value)).toThrow(EncodeError)
    }
  })
})
