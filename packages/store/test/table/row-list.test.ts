import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RowIdentity, RowList } from '../../src/table/row-list.ts'

const row: fc.Arbitrary<RowIdentity> = fc.record({
  mid: fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom(2 ** 48 - 1, -(2 ** 48) + 1)),
  instance: fc.integer({ min: 0, max: 3 }),
})

const edit = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), row }),
  fc.record({ kind: fc.constant('insert' as const), row, at: fc.nat(200) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(200) }),
  fc.record({ kind: fc.constant('append' as const), rows: fc.array(row, { maxLength: 80 }) }),
)

function rowsOf(list: RowList): RowIdentity[] {
  return Array.from({ length: list.length }, (_, i) => list.at(i))
}

describe('RowList', () => {
  it.each([true, false])('does what an array does, with several rows for a message: %s', (instanced) => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 60 }), row, (edits, wanted) => {
        const list = new RowList(instanced)
        const model: RowIdentity[] = []
        const kept = ({ mid, instance }: RowIdentity): RowIdentity => ({
          mid,
          instance: instanced ? instance : 0,
        })
        // A list holds each row once.
        const isNew = ({ mid, instance }: RowIdentity): boolean =>
          !model.some((other) => other.mid === mid && other.instance === instance)
        for (const one of edits) {
          if (one.kind === 'append') {
            const mids = [...new Set(one.rows.map(({ mid }) => mid))].filter((mid) =>
              isNew({ mid, instance: 0 }),
            )
            list.append(mids)
            model.push(...mids.map((mid) => ({ mid, instance: 0 })))
          } else if (one.kind === 'push') {
            const { mid, instance } = kept(one.row)
            if (!isNew({ mid, instance })) continue
            list.push(mid, instance)
            model.push({ mid, instance })
          } else if (one.kind === 'insert') {
            const { mid, instance } = kept(one.row)
            if (!isNew({ mid, instance })) continue
            const at = one.at % (model.length + 1)
            list.insert(at, mid, instance)
            model.splice(at, 0, { mid, instance })
          } else if (model.length > 0) {
            const at = one.at % model.length
            list.remove(at)
            model.splice(at, 1)
          }
        }
        expect(rowsOf(list)).toEqual(model)
        const { mid, instance } = kept(wanted)
        expect(list.indexOf(mid, instance)).toBe(
          model.findIndex((other) => other.mid === mid && other.instance === instance),
        )
        const mids = new Set([wanted.mid, 1, 2, 3])
        expect(list.positionsOf(mids)).toEqual(model.flatMap((other, i) => (mids.has(other.mid) ? [i] : [])))
      }),
    )
  })

  it('finds all rows of a message that has several', () => {
    const list = new RowList(true)
    for (const [mid, instance] of [
      [5, 1],
      [6, 0],
      [5, 2],
    ] as const) {
      list.push(mid, instance)
    }
    expect(list.positionsOf(new Set([5]))).toEqual([0, 2])
  })
})
