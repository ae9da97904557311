import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gap } from '../../src/table/gap.ts'

const insert = (position: number, mid: number) => ({ kind: 'insert', position, mid, instance: 0 }) as const
const remove = (position: number, mid: number) => ({ kind: 'remove', position, mid, instance: 0 }) as const

describe('Gap', () => {
  it('moves with the rows before it', () => {
    const gap = new Gap(2)
    gap.edited(insert(0, 9))
    expect(gap.position).toBe(3)
    gap.edited(remove(1, 1))
    expect(gap.position).toBe(2)
    gap.edited(insert(5, 8))
    gap.edited(remove(2, 3))
    expect(gap.position).toBe(2)
  })

  it('stays before rows that come to it', () => {
    const gap = new Gap(2)
    gap.edited(insert(2, 9))
    expect(gap.position).toBe(2)
  })

  it('stays after a row that only changed', () => {
    const gap = new Gap(2)
    gap.edited(remove(1, 7))
    gap.edited(insert(1, 7))
    expect(gap.position).toBe(2)
  })

  it('does not follow a row that comes back later', () => {
    const gap = new Gap(2)
    gap.edited(remove(1, 7))
    gap.settle()
    gap.edited(insert(1, 7))
    expect(gap.position).toBe(1)
  })

  it('keeps the rows that stay on their side', () => {
    const step = fc.record({ isInsert: fc.boolean(), at: fc.nat(30) })
    fc.assert(
      fc.property(fc.nat(10), fc.array(step, { maxLength: 40 }), (start, steps) => {
        const rows = Array.from({ length: 10 }, (_, i) => i)
        const gap = new Gap(start)
        const before = new Set(rows.slice(0, start))
        let next = 100
        for (const { isInsert, at } of steps) {
          if (isInsert) {
            const position = at % (rows.length + 1)
            rows.splice(position, 0, next)
            gap.edited(insert(position, next++))
          } else if (rows.length > 0) {
            const position = at % rows.length
            const [mid] = rows.splice(position, 1)
            gap.edited(remove(position, mid!))
          }
          gap.settle()
          for (const [i, mid] of rows.entries()) {
            if (mid < 10) expect(i < gap.position).toBe(before.has(mid))
          }
        }
      }),
    )
  })
})
