import {
  ascending,
  categorizeBy,
  descending,
  globcntOf,
  maximumCategory,
  PidTagImportance,
  PidTagMessageSize,
  replidOf,
} from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Category,
  categoryCounter,
  compareCategories,
  counterOf,
  placeAmong,
} from '../../src/table/category.ts'
import { planSort } from '../../src/table/sort-plan.ts'

function innermost(value = 1): Category {
  return new Category(categoryCounter(undefined, value), undefined, value, value, true)
}

interface ModelRow {
  readonly mid: number
  readonly instance: number
  readonly isUnread: boolean
}

function rowsOf(category: Category): ModelRow[] {
  return Array.from({ length: category.rowCount }, (_, i) => ({
    ...category.rowAt(i),
    isUnread: category.isUnreadAt(i),
  }))
}

describe('rows of a category', () => {
  it('are taken as a database gives them', () => {
    const category = innermost()
    expect(category.takeRows('20,13,562949953421310')).toEqual({ count: 3, unread: 1 })
    category.count = 3
    expect(rowsOf(category)).toEqual([
      { mid: 10, instance: 0, isUnread: false },
      { mid: 6, instance: 0, isUnread: true },
      { mid: 2 ** 48 - 1, instance: 0, isUnread: false },
    ])
    expect(category.indexOf(6, 0)).toBe(1)
    expect(category.indexOf(7, 0)).toBe(-1)
    expect(category.indexesOf(new Set([10, 6, 8]))).toEqual([1, 0])
  })

  it('come and go as in an array', () => {
    const row = fc.record({
      mid: fc.integer({ min: 1, max: 30 }),
      instance: fc.nat(2),
      isUnread: fc.boolean(),
    })
    const edit = fc.record({ row: fc.option(row, { nil: undefined }), at: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        const category = innermost()
        const model: ModelRow[] = []
        for (const { row: inserted, at } of edits) {
          if (inserted !== undefined) {
            const position = at % (model.length + 1)
            category.insertRow(position, inserted.mid, inserted.instance, inserted.isUnread)
            model.splice(position, 0, inserted)
            category.count++
          } else if (model.length > 0) {
            category.removeRow(at % model.length)
            model.splice(at % model.length, 1)
            category.count--
          }
          expect(rowsOf(category)).toEqual(model)
        }
        for (const { mid, instance } of model) {
          const index = category.indexOf(mid, instance)
          expect(model[index]).toMatchObject({ mid, instance })
        }
        expect(category.indexesOf(new Set([3, 7]))).toEqual(
          model.flatMap(({ mid }, i) => (mid === 3 || mid === 7 ? [i] : [])).reverse(),
        )
      }),
    )
  })
})

describe('the ID of a category', () => {
  it('is none of a message, and the same whenever the category is made', () => {
    const { id } = innermost(42)
    expect(replidOf(id)).toBe(0)
    expect(globcntOf(id)).toBeGreaterThan(0)
    expect(innermost(42).id).toBe(id)
    expect(counterOf(id)).toBe(globcntOf(id))
    expect(counterOf(1n)).toBeUndefined()
  })

  it('is another one for each value and for each category above', () => {
    const counters = new Set<number>()
    const values: (number | bigint | string | null)[] = [
      null,
      '',
      'null',
      0,
      0n,
      '0',
      1,
      'a',
      'A',
      'ab',
      'ba',
    ]
    for (const outer of [undefined, innermost(1), innermost(2)]) {
      for (const value of values) counters.add(categoryCounter(outer, value))
    }
    expect(counters.size).toBe(values.length * 3)
    for (const counter of counters) expect(counter).toBeLessThan(2 ** 48)
    for (let i = 0; i < 20_000; i++) counters.add(categoryCounter(undefined, `topic ${i}`))
    expect(counters.size).toBe(values.length * 3 + 20_000)
  })
})

describe('the order of categories', () => {
  const plan = planSort(
    categorizeBy(
      [descending(PidTagImportance)],
      [maximumCategory(PidTagMessageSize), ascending(PidTagMessageSize)],
    ),
    false,
  )

  function category(value: number, extreme: number): Category {
    const one = innermost(value)
    one.extreme = extreme
    return one
  }

  it('goes by what they are sorted by first, then by their values', () => {
    expect(compareCategories(plan, category(1, 5), category(2, 3))).toBeLessThan(0)
    expect(compareCategories(plan, category(1, 5), category(2, 5))).toBeGreaterThan(0)
    // The one zero or the other.
    expect(Math.abs(compareCategories(plan, category(1, 5), category(1, 5)))).toBe(0)
  })

  it('says where another one belongs', () => {
    const siblings = [category(1, 9), category(2, 7), category(3, 1)]
    expect(placeAmong(plan, siblings, category(4, 10))).toBe(0)
    expect(placeAmong(plan, siblings, category(4, 8))).toBe(1)
    expect(placeAmong(plan, siblings, category(4, 0))).toBe(3)
  })
})
