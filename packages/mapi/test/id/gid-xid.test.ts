import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  guidBytes,
} from '../../src/bytes/index.ts'
import {
  compareGuids,
  compareXids,
  decodeGid,
  decodeXid,
  encodeGid,
  encodeXid,
  gidToId,
  gidToXid,
  idToGid,
  idToLongTermId,
  longTermId,
  longTermIdToId,
  makeId,
  sizedXid,
  type Xid,
  xidToGid,
} from '../../src/id/index.ts'
import { bytes, gids, guids, ids, xids } from './arbitraries.ts'
import { attempt, expectNoTruncation } from './truncation.ts'

const REPLGUID = '33221100-5544-7766-8899-aabbccddeeff'
const GUID_BYTES = '00112233 44556677 8899aabb ccddeeff'

describe('GID', () => {
  it('MS-OXCDATA_R2186, MS-OXCDATA_R2187, MS-OXCFXICS_R3061: is a GUID and a GLOBCNT', () => {
    const id = makeId(5, 0x010203040506)
    const value = idToGid(id, REPLGUID)
    expect(encodeGid(value)).toEqual(fromHex(`${GUID_BYTES} 010203040506`))
    expect(decodeGid(fromHex(`${GUID_BYTES} 010203040506`))).toEqual(value)
    expect(gidToId(value, 5)).toBe(id)
  })

  it('comes back from its bytes, and not from fewer or more', () => {
    fc.assert(
      fc.property(gids, (value) => {
        expect(decodeGid(encodeGid(value))).toEqual(value)
      }),
    )
    expectNoTruncation(decodeGid, encodeGid(idToGid(1n, REPLGUID)))
    expect(() => decodeGid(new Uint8Array(23))).toThrow(DecodeError)
  })
})

describe('LongTermID', () => {
  it('MS-OXCDATA_R2188, MS-OXCDATA_R2189: is a GID and two bytes of zero, 24 bytes in all', () => {
    const value = idToLongTermId(makeId(5, 0x010203040506), REPLGUID)
    const encoded = encodeWith(longTermId, value)
    expect(encoded).toEqual(fromHex(`${GUID_BYTES} 010203040506 0000`))
    expect(encoded.length).toBe(24)
    expectNoTruncation((cut) => decodeWith(longTermId, cut), encoded)
  })

  it('maps to a REPLID followed by the global counter, whatever the padding', () => {
    const value = decodeWith(longTermId, fromHex(`${GUID_BYTES} 010203040506 abcd`))
    expect(value).toEqual({ databaseGuid: REPLGUID, globalCounter: 0x010203040506 })
    expect(longTermIdToId(value, 5)).toBe(makeId(5, 0x010203040506))
    fc.assert(
      fc.property(ids, guids, (id, replguid) => {
        expect(longTermIdToId(idToLongTermId(id, replguid), Number(id & 0xffffn))).toBe(id)
      }),
    )
  })
})

describe('XID', () => {
  it('MS-OXCFXICS_R153, MS-OXCFXICS_R155, MS-OXCFXICS_R157: is a GUID and one to eight bytes', () => {
    fc.assert(
      fc.property(xids, (value) => {
        expect(decodeXid(encodeXid(value))).toEqual(value)
      }),
    )
    expectNoTruncation(
      decodeXid,
      encodeXid({ namespaceGuid: REPLGUID, localId: new Uint8Array(8) }),
      [17, 18, 19, 20, 21, 22, 23],
    )
    expect(() => decodeXid(new Uint8Array(25))).toThrow(DecodeError)
    expect(() => encodeXid({ namespaceGuid: REPLGUID, localId: new Uint8Array(9) })).toThrow(EncodeError)
    expect(() => encodeXid({ namespaceGuid: REPLGUID, localId: new Uint8Array(0) })).toThrow(EncodeError)
  })

  it('MS-OXCFXICS_R159, MS-OXCFXICS_R160: is a GID with a local ID of six bytes', () => {
    fc.assert(
      fc.property(gids, (value) => {
        const xid = gidToXid(value)
        expect(encodeXid(xid)).toEqual(encodeGid(value))
        expect(xidToGid(xid)).toEqual(value)
      }),
    )
  })

  it('is a foreign identifier with a local ID of another length', () => {
    for (const length of [1, 2, 3, 4, 5, 7, 8]) {
      expect(xidToGid({ namespaceGuid: REPLGUID, localId: new Uint8Array(length) })).toBeUndefined()
    }
  })

  it('MS-OXCFXICS_R170, MS-OXCFXICS_R171, MS-OXCFXICS_R172, MS-OXCFXICS_R173: has its size before it as a SizedXid', () => {
    const value: Xid = { namespaceGuid: REPLGUID, localId: fromHex('0102') }
    const encoded = fromHex(`12 ${GUID_BYTES} 0102`)
    expect(encodeWith(sizedXid, value)).toEqual(encoded)
    expect(decodeWith(sizedXid, encoded)).toEqual(value)
    expectNoTruncation((cut) => decodeWith(sizedXid, cut), encoded)
    for (const size of [0, 16, 25, 255]) {
      const wrong = new Uint8Array(300).fill(1)
      wrong[0] = size
      expect(() => decodeWith(sizedXid, wrong)).toThrow(DecodeError)
    }
  })

  it('makes a value or a DecodeError of any bytes', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const value = attempt(decodeXid, random)
        if (value) expect(encodeXid(value)).toEqual(random)
        const sized = attempt((b) => decodeWith(sizedXid, b), random)
        if (sized) expect(encodeWith(sizedXid, sized)).toEqual(random)
      }),
    )
  })
})

describe('order of GUIDs and XIDs', () => {
  it('compares GUIDs by their bytes', () => {
    fc.assert(
      fc.property(guids, guids, (a, b) => {
        const x = guidBytes(a)
        const y = guidBytes(b)
        const at = x.findIndex((byte, i) => byte !== y[i])
        expect(Math.sign(compareGuids(a, b))).toBe(at < 0 ? 0 : Math.sign(x[at]! - y[at]!))
      }),
    )
    // In text the other one comes first.
    expect(
      compareGuids('01000000-0000-0000-0000-000000000000', '00000001-0000-0000-0000-000000000000'),
    ).toBeLessThan(0)
  })

  it('compares XIDs by namespace, length and bytes', () => {
    const a: Xid = { namespaceGuid: REPLGUID, localId: fromHex('ff') }
    const b: Xid = { namespaceGuid: REPLGUID, localId: fromHex('0100') }
    const c: Xid = { namespaceGuid: REPLGUID, localId: fromHex('0101') }
    expect([c, b, a].sort(compareXids)).toEqual([a, b, c])
  })
})
