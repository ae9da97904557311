import { type GlobcntRange, Globset, type Guid, Idset, MapiError } from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allBelow, selectByChangeNumber, unseen } from '../../src/sync/change-numbers.ts'
import { decodeState, encodeState, partOf, withPart } from '../../src/sync/replica-state.ts'

const counters = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 300 })
const replica: Guid = '11111111-2222-3333-4444-555555555555'
const other: Guid = '99999999-2222-3333-4444-555555555555'

describe('change numbers', () => {
  it('are seen or not', () => {
    fc.assert(
      fc.property(counters, fc.integer({ min: 1, max: 450 }), (seen, end) => {
        const set = Globset.fromGlobcnts(seen)
        const missing = unseen(set, end)
        for (let cn = 0; cn < 460; cn++) expect(missing.has(cn)).toBe(cn > 0 && cn < end && !set.has(cn))
        expect(missing.union(set).isSupersetOf(allBelow(end))).toBe(true)
      }),
    )
  })

  it('select what has one of them, each once, in few queries', async () => {
    await fc.assert(
      fc.asyncProperty(counters, counters, async (wanted, rows) => {
        const set = Globset.fromGlobcnts(wanted)
        const sorted = [...new Set(rows)].sort((a, b) => a - b)
        const asked: GlobcntRange[] = []
        const found = await selectByChangeNumber(
          set,
          async (low, high) => {
            asked.push({ low, high })
            return sorted.filter((cn) => cn >= low && cn <= high)
          },
          (cn) => cn,
        )
        expect(found).toEqual(sorted.filter((cn) => set.has(cn)))
        expect(asked.length).toBeLessThanOrEqual(64)
      }),
    )
  })
})

describe('states of replicas', () => {
  const set = fc.tuple(counters, counters).map(([ours, theirs]) => {
    const idset = new Idset<Guid>()
    for (const id of ours) idset.add(replica, id)
    for (const id of theirs) idset.add(other, id)
    return idset
  })

  it('come back from their bytes', () => {
    fc.assert(
      fc.property(set, set, set, set, (given, seen, seenFai, read) => {
        const state = decodeState(encodeState({ given, seen, seenFai, read }))
        for (const [a, b] of [
          [state.given, given],
          [state.seen, seen],
          [state.seenFai, seenFai],
          [state.read, read],
        ] as const) {
          expect(a.equals(b)).toBe(true)
        }
      }),
    )
  })

  it('change for one replica only', () => {
    fc.assert(
      fc.property(set, counters, (idset, part) => {
        const changed = withPart(idset, replica, Globset.fromGlobcnts(part))
        expect(partOf(changed, replica).equals(Globset.fromGlobcnts(part))).toBe(true)
        expect(partOf(changed, other).equals(partOf(idset, other))).toBe(true)
      }),
    )
  })

  it('are refused with a MapiError if they are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeState({ idsetGiven: bytes, cnsetSeen: bytes, cnsetSeenFai: bytes, cnsetRead: bytes })
        } catch (error) {
          expect(error).toBeInstanceOf(MapiError)
        }
      }),
    )
  })
})
