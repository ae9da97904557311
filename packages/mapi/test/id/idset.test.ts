import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, fromHex, type Guid, i64, toHex } from '../../src/bytes/index.ts'
import {
  addId,
  decodeReplguidIdset,
  decodeReplidIdset,
  encodeReplguidIdset,
  encodeReplidIdset,
  Globset,
  hasId,
  Idset,
  idsetOf,
  makeId,
  type ReplidIdset,
  removeId,
} from '../../src/id/index.ts'
import { globcnts, guids } from './arbitraries.ts'
import { attempt, expectNoTruncation } from './truncation.ts'

const A: Guid = '00000001-0000-0000-0000-000000000000' // bytes 01 00 00 00 …
const B: Guid = '01000000-0000-0000-0000-000000000000' // bytes 00 00 00 01 …
const A_BYTES = '01000000 0000 0000 0000000000000000'
const B_BYTES = '00000001 0000 0000 0000000000000000'

const small = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 30 })), {
  maxLength: 30,
})
const replids = fc.integer({ min: 0, max: 0xffff })

function idsetFrom(list: readonly (readonly [number, number])[]): ReplidIdset {
  return idsetOf(list.map(([replid, globcnt]) => makeId(replid, globcnt)))
}

/** A set as plain text, to compare it with plain sets. */
function plainOf(set: ReplidIdset): Set<string> {
  const plain = new Set<string>()
  for (const [replid, globcntSet] of set) {
    for (const { low, high } of globcntSet) for (let i = low; i <= high; i++) plain.add(`${replid}:${i}`)
  }
  return plain
}

const plainFrom = (list: readonly (readonly [number, number])[]) => new Set(list.map(([r, g]) => `${r}:${g}`))

describe('Idset', () => {
  it('MS-OXCFXICS_R174, MS-OXCFXICS_R175: holds Folder IDs, Message IDs or change numbers', () => {
    const id = makeId(1, 0x0e8edf36)
    const set = idsetOf([id])
    expect(hasId(set, id)).toBe(true)
    expect(hasId(set, makeId(2, 0x0e8edf36))).toBe(false)
    expect(addId(set, id)).toBe(false)
    expect(addId(set, makeId(2, 7))).toBe(true)
    expect(set.replicas().sort()).toEqual([1, 2])
    expect(removeId(set, id)).toBe(true)
    expect(removeId(set, id)).toBe(false)
    expect(removeId(set, makeId(3, 1))).toBe(false)
    expect(set.replicas()).toEqual([2])
    expect(set.get(1)).toBeUndefined()
    expect(set.get(2)?.has(7)).toBe(true)
  })

  it('MS-OXCFXICS_R1934, MS-OXCFXICS_R1935: arranges IDs by replica, each with a GLOBSET', () => {
    const set = idsetOf([makeId(2, 5), makeId(1, 5), makeId(2, 6)])
    expect([...set].map(([replid, globset]) => [replid, ...globset])).toEqual([
      [2, { low: 5, high: 6 }],
      [1, { low: 5, high: 5 }],
    ])
    expect(set.count()).toBe(3)
    expect(set.rangeCount).toBe(2)
  })

  it('unites, subtracts, intersects and compares as plain sets do', () => {
    fc.assert(
      fc.property(small, small, (x, y) => {
        const a = idsetFrom(x)
        const b = idsetFrom(y)
        const plainA = plainFrom(x)
        const plainB = plainFrom(y)
        expect(plainOf(a.union(b))).toEqual(plainA.union(plainB))
        expect(plainOf(a.difference(b))).toEqual(plainA.difference(plainB))
        expect(plainOf(a.intersection(b))).toEqual(plainA.intersection(plainB))
        expect(a.isSupersetOf(b)).toBe(plainA.isSupersetOf(plainB))
        expect(a.equals(b)).toBe(plainA.symmetricDifference(plainB).size === 0)
        expect(a.difference(a).isEmpty).toBe(true)
        expect(a.difference(a).equals(new Idset())).toBe(true)
        expect(plainOf(a)).toEqual(plainA)
      }),
    )
  })

  it('adds and removes ranges', () => {
    const set = new Idset<number>()
    expect(set.addRange(1, 10, 20)).toBe(true)
    expect(set.removeRange(1, 15, 15)).toBe(true)
    expect(set.removeRange(2, 15, 15)).toBe(false)
    expect(set.rangeCount).toBe(2)
    expect(set.has(1, 14)).toBe(true)
    expect(set.has(1, 15)).toBe(false)
  })

  it('keeps no hold of the sets that it was made from', () => {
    const globset = Globset.of(1)
    const set = Idset.from([[A, globset]])
    globset.add(2)
    expect(set.has(A, 2)).toBe(false)
    const copy = set.clone()
    copy.add(A, 3)
    expect(set.has(A, 3)).toBe(false)
  })

  it('MS-OXCFXICS_R190, MS-OXCFXICS_R1948: goes from one form to the other by a mapping of replicas', () => {
    const set = idsetOf([makeId(1, 5), makeId(2, 6)])
    const named = set.mapReplicas((replid): Guid => (replid === 1 ? A : B))
    expect(named.has(A, 5) && named.has(B, 6)).toBe(true)
    expect(named.mapReplicas((guid): number => (guid === A ? 1 : 2)).equals(set)).toBe(true)
    expect([...set.mapReplicas((): Guid => A)].map(([, globset]) => [...globset])).toEqual([
      [{ low: 5, high: 6 }],
    ])
    expect(() =>
      set.mapReplicas((): Guid => {
        throw new Error('not mapped')
      }),
    ).toThrow('not mapped')
  })
})

describe('IDSET with REPLIDs', () => {
  it('MS-OXCFXICS_R181, MS-OXCFXICS_R182, MS-OXCFXICS_R183: is pairs of REPLID and GLOBSET from the lowest REPLID on', () => {
    const set = idsetOf([makeId(0x0100, 7), makeId(2, 5), makeId(2, 6), makeId(2, 8)])
    const encoded = fromHex('0200 050000000000 420505 50 00  0001 06000000000007 00')
    expect(encodeReplidIdset(set)).toEqual(encoded)
    expect(decodeReplidIdset(encoded).equals(set)).toBe(true)
    expectNoTruncation(decodeReplidIdset, encoded, [0, 13])
  })

  it('holds the Message IDs of the example [MS-OXCFXICS] 4.4', () => {
    const ids = ['01 00 00 00 00 00 00 05', '01 00 00 00 00 00 00 06', '01 00 00 00 00 00 00 10']
      .concat('02 00 00 00 00 00 00 09')
      .map((hex) => decodeWith(i64, fromHex(hex)))
    const set = idsetOf(ids)
    expect([...set].map(([replid, globset]) => [replid, ...globset])).toEqual([
      [1, { low: 5, high: 6 }, { low: 0x10, high: 0x10 }],
      [2, { low: 9, high: 9 }],
    ])
    // There is no single right way to write it, the text says; any of them must be read.
    const ninth = '0200 06000000000009 00'
    for (const encoded of [
      encodeReplidIdset(set),
      fromHex(`0100 050000000000 520506 521010 50 00 ${ninth}`),
      fromHex(`0100 050000000000 420501 521010 50 00 ${ninth}`),
      fromHex(`0100 06000000000005 06000000000006 06000000000010 00 ${ninth}`),
    ]) {
      expect(decodeReplidIdset(encoded).equals(set)).toBe(true)
    }
  })

  it('is nothing when empty, and has no empty GLOBSETs', () => {
    expect(encodeReplidIdset(new Idset())).toEqual(new Uint8Array())
    expect(decodeReplidIdset(new Uint8Array()).isEmpty).toBe(true)
    const set = idsetOf([makeId(1, 5)])
    removeId(set, makeId(1, 5))
    expect(encodeReplidIdset(set)).toEqual(new Uint8Array())
    expect(decodeReplidIdset(fromHex('0100 00')).replicas()).toEqual([])
  })

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(replids, globcnts)), (list) => {
        const set = idsetFrom(list)
        expect(decodeReplidIdset(encodeReplidIdset(set)).equals(set)).toBe(true)
      }),
    )
  })

  it('takes replicas in any order, and more than once', () => {
    const set = decodeReplidIdset(
      fromHex('0200 060000000000 01 00  0100 060000000000 01 00  0200 060000000000 02 00'),
    )
    expect(set.equals(idsetOf([makeId(1, 1), makeId(2, 1), makeId(2, 2)]))).toBe(true)
  })
})

describe('IDSET with GUIDs', () => {
  it('MS-OXCFXICS_R184, MS-OXCFXICS_R186, MS-OXCFXICS_R187, MS-OXCFXICS_R189, MS-OXCFXICS_R191: is pairs of GUID and GLOBSET, sorted by the bytes of the GUID', () => {
    const set = Idset.from<Guid>([
      [A, Globset.of(1)],
      [B, Globset.of(0x10203)],
    ])
    const encoded = fromHex(`${B_BYTES} 06000000010203 00  ${A_BYTES} 06000000000001 00`)
    expect(encodeReplguidIdset(set)).toEqual(encoded)
    expect(decodeReplguidIdset(encoded).equals(set)).toBe(true)
    expectNoTruncation(decodeReplguidIdset, encoded, [0, 24])
  })

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(guids, fc.array(globcnts))), (list) => {
        const set = Idset.from(list.map(([guid, values]) => [guid, Globset.fromGlobcnts(values)] as const))
        expect(decodeReplguidIdset(encodeReplguidIdset(set)).equals(set)).toBe(true)
      }),
    )
  })

  it('makes a set or a DecodeError of any bytes, in either form', () => {
    const almost = fc
      .array(
        fc.tuple(
          fc.uint8Array({ minLength: 2, maxLength: 2 }),
          fc.constantFrom('00', '06000000000001 00', '52'),
        ),
      )
      .map((parts) => fromHex(parts.map(([replid, globset]) => `${toHex(replid)} ${globset}`).join(' ')))
    fc.assert(
      fc.property(fc.oneof(almost, fc.uint8Array({ maxLength: 60 })), (random) => {
        const a = attempt(decodeReplidIdset, random)
        if (a) expect(decodeReplidIdset(encodeReplidIdset(a)).equals(a)).toBe(true)
        const b = attempt(decodeReplguidIdset, random)
        if (b) expect(decodeReplguidIdset(encodeReplguidIdset(b)).equals(b)).toBe(true)
      }),
    )
  })

  it('names what went wrong and where', () => {
    expect(() => decodeReplguidIdset(fromHex(`${A_BYTES} 07`))).toThrow(
      'REPLGUID IDSET.GLOBSET: unknown command 0x7 at offset 16',
    )
    expect(() => decodeReplidIdset(fromHex('01'))).toThrow(DecodeError)
  })

  it('reads many pairs of one replica in about linear time', () => {
    const pair = (low: number) => {
      const bytes = fromHex(`${A_BYTES} 06 000000000000 00`)
      new DataView(bytes.buffer).setUint32(19, low)
      return bytes
    }
    const count = 50_000
    const many = new Uint8Array(24 * count)
    for (let i = 0; i < count; i++) many.set(pair(2 * (count - i)), 24 * i)
    const start = performance.now()
    expect(decodeReplguidIdset(many).rangeCount).toBe(count)
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})
