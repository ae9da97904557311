import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryComparer, lowerBound, OrderIndex } from '../../src/index/order-index.ts'
import type { ObjectSummary } from '../../src/model/directory-object.ts'

function summary(id: number, displayName: string, phoneticDisplayName: string): ObjectSummary {
  return {
    id,
    kind: 'user',
    guid: '',
    name: `n${id}`,
    legacyDn: '',
    displayName,
    phoneticDisplayName,
    isHidden: false,
    isDepartment: false,
    version: 1,
  }
}

const names = fc.constantFrom(
  'Adam',
  'adam',
  'Ädam',
  'Bea',
  'Zoë',
  'zoe',
  'Öberg',
  '田中',
  'たなか',
  'co-op',
  'coop',
)
const steps = fc.array(
  fc.record({
    id: fc.nat(60),
    name: names,
    phonetic: fc.oneof(fc.constant(''), names),
    remove: fc.boolean(),
  }),
  { maxLength: 25 },
)

describe('orders', () => {
  it('MS-OXNSPI_R535 are kept as objects come, go and change', () => {
    fc.assert(
      fc.property(
        fc.array(steps, { maxLength: 8 }),
        fc.constantFrom(0x0409, 0x041d, 0x0411),
        (rounds, lcid) => {
          const summaries = new Map<number, ObjectSummary>()
          for (let id = 0; id < 40; id++) summaries.set(id, summary(id, `Person ${id % 7}`, ''))
          const index = new OrderIndex(summaries)
          for (const round of rounds) {
            for (const { id, name, phonetic, remove } of round) {
              if (remove) summaries.delete(id)
              else summaries.set(id, summary(id, name, phonetic))
            }
            index.invalidate(round.map(({ id }) => id))
            for (const order of ['displayName', 'phoneticDisplayName'] as const) {
              const sorted = [...summaries.values()].sort(entryComparer(order, lcid)).map(({ id }) => id)
              expect(index.ids(order, lcid)).toEqual(sorted)
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('lowerBound', () => {
  it('finds where a value belongs', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(20), (values, sought) => {
        values.sort((a, b) => a - b)
        const found = lowerBound(values.length, (i) => values[i]! < sought)
        expect(found).toBe(values.filter((value) => value < sought).length)
      }),
    )
  })
})
