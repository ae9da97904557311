import { describe, expect, it } from 'vitest'
import {
  compare,
  compareAsync,
  comparisonTable,
  formatRate,
  formatTime,
  measure,
  median,
  quantile,
  summarize,
} from '../bench/index.ts'

const QUICK = { rounds: 5, roundMs: 2, warmUpMs: 2 }

function spin(times: number): number {
  let sum = 0
  for (let i = 0; i < times; i++) sum += Math.sqrt(i)
  return sum
}

describe('statistics', () => {
  it('take the middle', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(quantile([0, 10], 0.25)).toBe(2.5)
    expect(() => median([])).toThrow(RangeError)
  })

  it('give the spread as a part of the median', () => {
    expect(summarize([90, 100, 110])).toEqual({ median: 100, spread: 0.05, rounds: 3 })
  })
})

describe('measure', () => {
  it('gives nanoseconds per run', () => {
    const { median, rounds } = measure(() => spin(1000), QUICK)
    expect(rounds).toBe(5)
    expect(median).toBeGreaterThan(100)
    expect(median).toBeLessThan(1e8)
  })
})

describe('compare', () => {
  it('says how many times as fast as the baseline ours is', async () => {
    const comparison = await compare('spin', {
      ...QUICK,
      ours: () => spin(100),
      baseline: () => spin(100_000),
      baselineName: 'slow',
      goal: 2,
    })
    expect(comparison.ratio).toBeGreaterThan(10)
    expect(comparison).toMatchObject({ name: 'spin', baselineName: 'slow', goal: 2, reached: true })
  })

  it('says when a goal is missed', async () => {
    const comparison = await compare('spin', {
      ...QUICK,
      ours: () => spin(100_000),
      baseline: () => spin(100),
      goal: 2,
    })
    expect(comparison).toMatchObject({ baselineName: 'baseline', reached: false })
  })

  it('works without a baseline', async () => {
    const comparison = await compare('spin', { ...QUICK, ours: () => spin(100) })
    expect(comparison.ratio).toBeUndefined()
    expect(comparison.reached).toBeUndefined()
  })
})

describe('comparisonTable', () => {
  it('aligns ours, baseline, ratio, goal and whether it is reached', () => {
    const ours = { median: 1500, spread: 0.02, rounds: 15 }
    const baseline = { median: 4_500_000, spread: 0.1, rounds: 15 }
    const table = comparisonTable([
      {
        name: 'decode',
        ours,
        baseline,
        baselineName: 'bson',
        ratio: 3000,
        goal: 2,
        reached: true,
        bytes: 3000,
      },
      { name: 'encode alone', ours },
    ])
    expect(table.split('\n')).toEqual([
      '                                 ours            baseline     ratio  goal  reached',
      'decode        1.50 µs ±2 %, 2000 MB/s  bson 4.50 ms ±10 %  3000.00×    2×      yes',
      'encode alone             1.50 µs ±2 %                   –         –     –        –',
    ])
  })

  it('formats times and rates', () => {
    expect([12.34, 1234, 1234567, 1.5e9].map(formatTime)).toEqual(['12.3 ns', '1.23 µs', '1.23 ms', '1.50 s'])
    expect(formatRate(1000, 1000)).toBe('1000 MB/s')
  })
})

describe('compareAsync', () => {
  it('runs both as often as it is told, prepares each run, and counts the runs', async () => {
    const runs: string[] = []
    let prepared = 0
    const comparison = await compareAsync('both', {
      ours: async (run) => runs.push(`ours ${run}`),
      baseline: (run) => runs.push(`baseline ${run}`),
      baselineName: 'another',
      before: async () => prepared++,
      rounds: 3,
      runs: 2,
      goal: 0,
    })
    // A round of each warms up.
    expect(runs).toHaveLength(2 * 4 * 2)
    expect(new Set(runs)).toEqual(
      new Set(
        ['ours', 'baseline'].flatMap((name) => Array.from({ length: 8 }, (_, run) => `${name} ${run}`)),
      ),
    )
    expect(prepared).toBe(runs.length)
    expect(comparison).toMatchObject({ baselineName: 'another', ours: { rounds: 3 }, goal: 0, reached: true })
  })

  it('times one function on its own', async () => {
    const comparison = await compareAsync('alone', { ours: async () => spin(100), ...QUICK })
    expect(comparison.ours.rounds).toBe(5)
    expect(comparison.baseline).toBeUndefined()
    expect(comparison.ratio).toBeUndefined()
  })
})
