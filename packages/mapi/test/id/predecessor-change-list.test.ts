import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, fromHex, type Guid } from '../../src/bytes/index.ts'
import {
  addToPcl,
  comparePcls,
  compareXids,
  decodePcl,
  EMPTY_PCL,
  encodePcl,
  makePcl,
  mergePcls,
  pclIncludes,
  pclIncludesChange,
  type Xid,
} from '../../src/id/index.ts'
import { bytes, changes, pcls } from './arbitraries.ts'
import { attempt, expectNoTruncation } from './truncation.ts'

const A: Guid = '00000001-0000-0000-0000-000000000000' // bytes 01 00 00 00 …
const B: Guid = '01000000-0000-0000-0000-000000000000' // bytes 00 00 00 01 …
const A_BYTES = '01000000 0000 0000 0000000000000000'
const B_BYTES = '00000001 0000 0000 0000000000000000'

const change = (namespaceGuid: Guid, ...localId: number[]): Xid => ({
  namespaceGuid,
  localId: Uint8Array.from(localId),
})

describe('PredecessorChangeList', () => {
  it('MS-OXCFXICS_R165, MS-OXCFXICS_R169: is written as SizedXids sorted by the bytes of the namespace, without padding', () => {
    const pcl = makePcl([change(A, 1, 2), change(B, 3)])
    const encoded = fromHex(`11 ${B_BYTES} 03  12 ${A_BYTES} 0102`)
    expect(encodePcl(pcl)).toEqual(encoded)
    expect(decodePcl(encoded)).toEqual(pcl)
    expectNoTruncation(decodePcl, encoded, [0, 18])
  })

  it('MS-OXCFXICS_R166: means the same in any order', () => {
    const sorted = decodePcl(fromHex(`11 ${B_BYTES} 03  12 ${A_BYTES} 0102`))
    const unsorted = decodePcl(fromHex(`12 ${A_BYTES} 0102  11 ${B_BYTES} 03`))
    expect(unsorted).toEqual(sorted)
    expect(comparePcls(unsorted, sorted)).toBe('equal')
  })

  it('keeps the latest of several changes of a namespace', () => {
    expect(decodePcl(fromHex(`11 ${A_BYTES} 03  11 ${A_BYTES} 05  11 ${A_BYTES} 04`))).toEqual([change(A, 5)])
    expect(makePcl([change(A, 3), change(A, 5), change(A, 4)])).toEqual([change(A, 5)])
  })

  it('MS-OXCFXICS_R2737, MS-OXCFXICS_R161: refuses local IDs of different lengths in one namespace', () => {
    expect(() => decodePcl(fromHex(`11 ${A_BYTES} 03  12 ${A_BYTES} 0102`))).toThrow(DecodeError)
  })

  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(pcls, (pcl) => {
        expect(decodePcl(encodePcl(pcl))).toEqual(pcl)
      }),
    )
    expect(decodePcl(new Uint8Array())).toEqual(EMPTY_PCL)
  })

  it('makes a sorted PCL or a DecodeError of any bytes', () => {
    const almost = fc
      .array(fc.tuple(fc.integer({ min: 15, max: 26 }), bytes))
      .map((parts) => Uint8Array.from(parts.flatMap(([size, data]) => [size, ...data.slice(0, size)])))
    fc.assert(
      fc.property(fc.oneof(bytes, almost), (random) => {
        const pcl = attempt(decodePcl, random)
        if (pcl) expect([...pcl].sort(compareXids)).toEqual(pcl)
      }),
    )
  })

  it('reads many XIDs in about linear time', () => {
    const entry = fromHex(`11 ${A_BYTES} 03`)
    const many = new Uint8Array(entry.length * 50_000)
    const view = new DataView(many.buffer)
    for (let i = 0; i < 50_000; i++) {
      many.set(entry, i * entry.length)
      view.setUint32(i * entry.length + 1, 50_000 - i)
    }
    const start = performance.now()
    const pcl = decodePcl(many)
    expect(pcl.length).toBe(50_000)
    expect(comparePcls(pcl, mergePcls(pcl, pcl))).toBe('equal')
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})

describe('conflict detection', () => {
  it('MS-OXCFXICS_R1798, MS-OXCFXICS_R1799, MS-OXCFXICS_R1793: two versions that each have a change the other has not seen conflict', () => {
    const server = makePcl([change(A, 2), change(B, 1)])
    const client = makePcl([change(A, 1), change(B, 2)])
    expect(comparePcls(server, client)).toBe('conflict')
    expect(comparePcls(client, server)).toBe('conflict')
  })

  it('otherwise the one that includes the other is newer', () => {
    const older = makePcl([change(A, 1)])
    const newer = addToPcl(older, change(B, 1))
    const newest = addToPcl(newer, change(A, 2))
    expect(comparePcls(newer, older)).toBe('newer')
    expect(comparePcls(newest, older)).toBe('newer')
    expect(comparePcls(older, newest)).toBe('older')
    expect(comparePcls(newest, newest)).toBe('equal')
    expect(comparePcls(older, EMPTY_PCL)).toBe('newer')
  })

  it('MS-OXCFXICS_R1788, MS-OXCFXICS_R1789: one includes another if it has as great a local ID for every namespace', () => {
    fc.assert(
      fc.property(pcls, pcls, (a, b) => {
        const expected = b.every((theirs) =>
          a.some((ours) => ours.namespaceGuid === theirs.namespaceGuid && compareXids(ours, theirs) >= 0),
        )
        expect(pclIncludes(a, b)).toBe(expected)
      }),
    )
  })

  it('is a partial order', () => {
    const reverse = { equal: 'equal', newer: 'older', older: 'newer', conflict: 'conflict' } as const
    fc.assert(
      fc.property(pcls, pcls, pcls, (a, b, c) => {
        expect(comparePcls(a, a)).toBe('equal')
        expect(comparePcls(b, a)).toBe(reverse[comparePcls(a, b)])
        if (comparePcls(a, b) === 'equal') expect(a).toEqual(b)
        if (pclIncludes(a, b) && pclIncludes(b, c)) expect(pclIncludes(a, c)).toBe(true)
      }),
    )
  })
})

describe('merge', () => {
  it('MS-OXCFXICS_R1808, MS-OXCFXICS_R1809, MS-OXCFXICS_R1810: takes XIDs from both and includes both', () => {
    fc.assert(
      fc.property(pcls, pcls, (a, b) => {
        const merged = mergePcls(a, b)
        for (const xid of merged) expect([...a, ...b]).toContainEqual(xid)
        expect(pclIncludes(merged, a)).toBe(true)
        expect(pclIncludes(merged, b)).toBe(true)
        expect(makePcl(merged)).toEqual(merged)
      }),
    )
  })

  it('MS-OXCFXICS_R1804, MS-OXCFXICS_R1805, MS-OXCFXICS_R1806, MS-OXCFXICS_R1807: makes a successor of conflicting versions, in conflict with neither', () => {
    fc.assert(
      fc.property(pcls, pcls, (a, b) => {
        fc.pre(comparePcls(a, b) === 'conflict')
        expect(comparePcls(mergePcls(a, b), a)).toBe('newer')
        expect(comparePcls(mergePcls(a, b), b)).toBe('newer')
      }),
    )
  })

  it('is the least upper bound: commutative, associative, idempotent, empty neutral', () => {
    fc.assert(
      fc.property(pcls, pcls, pcls, (a, b, c) => {
        expect(mergePcls(a, b)).toEqual(mergePcls(b, a))
        expect(mergePcls(mergePcls(a, b), c)).toEqual(mergePcls(a, mergePcls(b, c)))
        expect(mergePcls(a, a)).toEqual(a)
        expect(mergePcls(a, EMPTY_PCL)).toEqual(a)
        expect(pclIncludes(c, a) && pclIncludes(c, b)).toBe(pclIncludes(c, mergePcls(a, b)))
      }),
    )
  })

  it('adds a change, which is included from then on', () => {
    fc.assert(
      fc.property(pcls, changes, (pcl, xid) => {
        const added = addToPcl(pcl, xid)
        expect(added).toEqual(makePcl([...pcl, xid]))
        expect(pclIncludesChange(added, xid)).toBe(true)
        expect(pclIncludesChange(pcl, xid)).toBe(
          added.length === pcl.length && comparePcls(added, pcl) === 'equal',
        )
      }),
    )
  })
})
