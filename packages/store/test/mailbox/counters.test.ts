import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

describe('counters of a mailbox', () => {
  let fixture: EngineFixture
  beforeAll(async () => {
    fixture = await openEngineFixture()
  })
  afterAll(() => fixture.dispose())

  it('are each handed out once, those of a folder in runs', async () => {
    const { mailbox } = fixture
    const byFolder = new Map<number, number[]>([
      [1, []],
      [2, []],
    ])
    const all = new Set<number>()
    await mailbox.write(async (tx) => {
      for (let i = 0; i < 2000; i++) {
        const fid = 1 + (i % 2)
        const counter = tx.allocateIn(fid)
        byFolder.get(fid)!.push(counter)
        for (const taken of [counter, tx.allocate()]) {
          expect(all.has(taken)).toBe(false)
          all.add(taken)
        }
      }
    })
    for (const counters of byFolder.values()) {
      const gaps = counters.filter((counter, i) => i > 0 && counter !== counters[i - 1]! + 1)
      expect(gaps.length).toBeLessThan(10)
      expect([...counters].sort((a, b) => a - b)).toEqual(counters)
    }
  })

  it('are known to have been handed out, but for those that are set aside', async () => {
    const { mailbox } = fixture
    await mailbox.write(async (tx) => {
      const reserved = tx.allocate(10)
      expect(tx.wasAllocated(reserved)).toBe(true)
      expect(tx.wasAllocated(reserved + 9)).toBe(true)
      expect(tx.wasAllocated(reserved + 10)).toBe(false)
      const first = tx.allocateIn(3)
      expect(tx.wasAllocated(first)).toBe(true)
      expect(tx.wasAllocated(first + 1)).toBe(false)
      const after = tx.allocate()
      expect(after).toBeGreaterThan(first + 1)
      expect(tx.allocateIn(3)).toBe(first + 1)
      expect(tx.wasAllocated(first + 1)).toBe(true)
      expect([0, -1, Number.MAX_SAFE_INTEGER].map((counter) => tx.wasAllocated(counter))).toEqual([
        false,
        false,
        false,
      ])
    })
  })

  it('are not handed out again after a transaction failed', async () => {
    const { mailbox } = fixture
    let lost = 0
    await expect(
      mailbox.write(async (tx) => {
        lost = tx.allocate()
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await mailbox.write(async (tx) => tx.allocate())).toBeGreaterThan(lost)
  })
})
