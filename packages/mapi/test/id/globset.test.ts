import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GlobcntRange, Globset, MAX_GLOBCNT } from '../../src/id/index.ts'
import { globcnts } from './arbitraries.ts'

/** Numbers of the small universe in which sets are compared with plain ones. */
const SIZE = 3000

/** The ranges that a plain set consists of. */
function rangesOf(plain: ReadonlySet<number>): GlobcntRange[] {
  const ranges: { low: number; high: number }[] = []
  for (const value of [...plain].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last.high + 1 === value) last.high = value
    else ranges.push({ low: value, high: value })
  }
  return ranges
}

function expectSame(set: Globset, plain: ReadonlySet<number>): void {
  const ranges = rangesOf(plain)
  expect([...set]).toEqual(ranges)
  expect(set.rangeCount).toBe(ranges.length)
  expect(set.count()).toBe(plain.size)
  expect(set.isEmpty).toBe(plain.size === 0)
  expect(set.lowest).toBe(ranges[0]?.low)
  expect(set.highest).toBe(ranges.at(-1)?.high)
}

/** Every `step`th number, or none: sets of many ranges, so that they take several chunks. */
const steps = fc.constantFrom(0, 2, 3, 7)

function every(step: number): number[] {
  return step === 0 ? [] : Array.from({ length: Math.floor(SIZE / step) }, (_, i) => i * step)
}

const smallRanges = fc
  .tuple(
    fc.integer({ min: 0, max: SIZE - 1 }),
    fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: SIZE })),
  )
  .map(([low, length]) => ({ low, high: Math.min(low + length, SIZE - 1) }))

const edits = fc.array(fc.tuple(fc.constantFrom('add', 'remove'), smallRanges), { maxLength: 30 })

/** A set and the plain one that it should equal, after the same edits. */
const pairs = fc.tuple(steps, edits).map(([step, list]) => {
  const set = Globset.fromGlobcnts(every(step))
  const plain = new Set(every(step))
  for (const [edit, { low, high }] of list) {
    const before = plain.size
    for (let value = low; value <= high; value++) {
      if (edit === 'add') plain.add(value)
      else plain.delete(value)
    }
    const hasChanged = edit === 'add' ? set.addRange(low, high) : set.removeRange(low, high)
    expect(hasChanged).toBe(plain.size !== before)
  }
  return { set, plain }
})

describe('Globset', () => {
  it('MS-OXCFXICS_R192, MS-OXCFXICS_R193: is a set of GLOBCNTs reduced to ranges of lowest and highest', () => {
    expect([...Globset.of(1, 2, 3, 5, 7, 8, 9)]).toEqual([
      { low: 1, high: 3 },
      { low: 5, high: 5 },
      { low: 7, high: 9 },
    ])
  })

  it('MS-OXCFXICS_R1936, MS-OXCFXICS_R1937, MS-OXCFXICS_R1938: sorts, drops duplicates, groups into ranges, single ones too', () => {
    expect([...Globset.of(9, 5, 7, 1, 8, 3, 2, 5, 9)]).toEqual([
      { low: 1, high: 3 },
      { low: 5, high: 5 },
      { low: 7, high: 9 },
    ])
  })

  it('MS-OXCFXICS_R3395: collapses ranges when what lies between them is added', () => {
    const set = Globset.from([
      { low: 10, high: 20 },
      { low: 30, high: 40 },
    ])
    set.addRange(21, 29)
    expect([...set]).toEqual([{ low: 10, high: 40 }])
  })

  it('holds what a plain set holds after the same edits', () => {
    fc.assert(
      fc.property(pairs, ({ set, plain }) => {
        expectSame(set, plain)
        for (let value = 0; value < SIZE; value++) expect(set.has(value)).toBe(plain.has(value))
      }),
    )
  })

  it('adds and removes single ones as a plain set does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40 }))), (list) => {
        const set = new Globset()
        const plain = new Set<number>()
        for (const [isAdd, value] of list) {
          if (isAdd) {
            expect(set.add(value)).toBe(!plain.has(value))
            plain.add(value)
          } else {
            expect(set.remove(value)).toBe(plain.delete(value))
          }
          expectSame(set, plain)
        }
      }),
    )
  })

  it('unites, subtracts, intersects and compares as plain sets do', () => {
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        expectSame(a.set.union(b.set), a.plain.union(b.plain))
        expectSame(a.set.difference(b.set), a.plain.difference(b.plain))
        expectSame(a.set.intersection(b.set), a.plain.intersection(b.plain))
        expect(a.set.isSupersetOf(b.set)).toBe(a.plain.isSupersetOf(b.plain))
        expect(a.set.union(b.set).isSupersetOf(a.set)).toBe(true)
        expect(a.set.equals(b.set)).toBe(a.plain.symmetricDifference(b.plain).size === 0)
        expect(a.set.equals(Globset.from(a.set))).toBe(true)

        const sum = a.set.clone()
        sum.addAll(b.set)
        expectSame(sum, a.plain.union(b.plain))
        const rest = a.set.clone()
        rest.removeAll(b.set)
        expectSame(rest, a.plain.difference(b.plain))
        expectSame(a.set, a.plain)
      }),
    )
  })

  it('adds and removes few ranges from many', () => {
    const set = Globset.fromGlobcnts(every(2))
    set.addAll(Globset.of(1, 1501))
    expect(set.rangeCount).toBe(SIZE / 2 - 2)
    set.removeAll(Globset.from([{ low: 0, high: SIZE - 10 }]))
    expect([...set].map(({ low }) => low)).toEqual([2992, 2994, 2996, 2998])
    set.removeAll(set)
    expect(set.isEmpty).toBe(true)
  })

  it('tells whether a whole range is there', () => {
    fc.assert(
      fc.property(pairs, smallRanges, ({ set, plain }, { low, high }) => {
        let all = true
        for (let value = low; value <= high; value++) all &&= plain.has(value)
        expect(set.hasRange(low, high)).toBe(all)
      }),
    )
  })

  it('leaves a copy alone', () => {
    const set = Globset.of(1, 2, 3)
    const copy = set.clone()
    set.add(4)
    copy.remove(1)
    expect([...set]).toEqual([{ low: 1, high: 4 }])
    expect([...copy]).toEqual([{ low: 2, high: 3 }])
  })

  it('gives the same ranges whether iterated or visited', () => {
    fc.assert(
      fc.property(fc.array(globcnts), (values) => {
        const set = Globset.fromGlobcnts(values)
        const visited: GlobcntRange[] = []
        set.forEachRange((low, high) => visited.push({ low, high }))
        expect(visited).toEqual([...set.ranges()])
        expect(visited).toEqual(rangesOf(new Set(values)))
      }),
    )
  })

  it('takes all 2^48 GLOBCNTs as one range', () => {
    const set = new Globset()
    set.addRange(0, MAX_GLOBCNT)
    expect(set.count()).toBe(2 ** 48)
    expect(set.rangeCount).toBe(1)
    set.remove(0x8000_0000_0000)
    expect([...set]).toEqual([
      { low: 0, high: 0x7fff_ffff_ffff },
      { low: 0x8000_0000_0001, high: MAX_GLOBCNT },
    ])
    set.add(0x8000_0000_0000)
    expect(set.rangeCount).toBe(1)
    set.removeRange(0, MAX_GLOBCNT)
    expect(set.isEmpty).toBe(true)
  })

  it('refuses what is no range of GLOBCNTs', () => {
    const set = Globset.of(1)
    for (const [low, high] of [
      [2, 1],
      [-1, 1],
      [0, MAX_GLOBCNT + 1],
      [0.5, 1],
      [Number.NaN, Number.NaN],
    ] as const) {
      expect(() => set.addRange(low, high)).toThrow(RangeError)
      expect(() => set.removeRange(low, high)).toThrow(RangeError)
    }
    expect(set.has(Number.NaN)).toBe(false)
    expect([...set]).toEqual([{ low: 1, high: 1 }])
  })

  it('takes hundreds of thousands of ranges in any order without slowing down', () => {
    const count = 300_000
    const step = 179_424_673 // a prime, so that the multiples visit every second number in a wild order
    const start = performance.now()
    const set = new Globset()
    for (let i = 0; i < count; i++) set.add(((i * step) % count) * 2)
    expect(set.rangeCount).toBe(count)
    for (let i = 0; i < count; i += 2) set.remove(((i * step) % count) * 2)
    expect(set.rangeCount).toBe(count / 2)
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})
