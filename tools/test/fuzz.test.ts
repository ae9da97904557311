import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FuzzTarget } from '../fuzz/contract.ts'
import { DEFAULT_LIMITS, fuzzTarget } from '../fuzz/fuzz-target.ts'
import { loadTargets } from '../fuzz/load-targets.ts'
import { MAX_CASE_BYTES, mutate } from '../fuzz/mutate.ts'
import { seededRandom } from '../fuzz/random.ts'
import { runTargets } from '../fuzz/run-targets.ts'

const FIXTURES = [join(import.meta.dirname, 'fixtures/targets.fuzz.ts')]
const targets = new Map((await loadTargets(FIXTURES)).map((target) => [target.name, target]))
const LIMITS = { ...DEFAULT_LIMITS, seed: '1', cases: 300 }

function target(name: string): FuzzTarget {
  return targets.get(name)!
}

describe('seededRandom', () => {
  it('gives the same numbers for the same seed', () => {
    expect(seededRandom('a').bytes(64)).toEqual(seededRandom('a').bytes(64))
    expect(seededRandom('a').bytes(64)).not.toEqual(seededRandom('b').bytes(64))
  })

  it('reaches every number below the limit', () => {
    const random = seededRandom('a')
    const seen = new Set(Array.from({ length: 500 }, () => random.below(10)))
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('mutate', () => {
  it('leaves the pool as it was and changes what it takes from it', () => {
    const seed = Uint8Array.from({ length: 40 }, (_, i) => i)
    const pool = [seed]
    const random = seededRandom('a')
    const cases = Array.from({ length: 500 }, () => mutate(random, pool))
    expect(pool).toEqual([Uint8Array.from({ length: 40 }, (_, i) => i)])
    expect(new Set(cases.map(String)).size).toBeGreaterThan(450)
    expect(cases.some(({ length }) => length < 40)).toBe(true)
    expect(cases.some(({ length }) => length > 40)).toBe(true)
  })

  it('works on empty buffers and keeps within bounds', () => {
    const random = seededRandom('a')
    const pool = [new Uint8Array(), new Uint8Array(MAX_CASE_BYTES)]
    for (let i = 0; i < 100; i++) expect(mutate(random, pool).length).toBeLessThanOrEqual(MAX_CASE_BYTES)
  })
})

describe('fuzzTarget', () => {
  it('finds nothing in a good decoder', () => {
    const report = fuzzTarget(target('good'), LIMITS)
    expect(report).toMatchObject({ target: 'good', cases: 300, failures: [] })
    expect(report.accepted).toBeGreaterThan(0)
    expect(report.accepted).toBeLessThan(300)
  })

  it('runs the same cases for the same seed', () => {
    const seen: string[][] = [[], []]
    for (const cases of seen) {
      const run = (bytes: Uint8Array) => void cases.push(String(bytes))
      fuzzTarget({ ...target('good'), run }, LIMITS)
    }
    expect(seen[0]).toEqual(seen[1])
  })

  it('ends in time', () => {
    const { cases: _, ...limits } = LIMITS
    const report = fuzzTarget(target('good'), { ...limits, milliseconds: 50 })
    expect(report.cases).toBeGreaterThan(10)
    expect(report.milliseconds).toBeLessThan(5000)
  })

  it('takes any error but DecodeError for a failure, each kind once', () => {
    const { failures } = fuzzTarget(target('wrong-error'), LIMITS)
    expect(failures).toHaveLength(1)
    expect(failures[0]!.reason).toContain('RangeError: too long: ')
    expect(failures[0]!.bytes.length).toBeGreaterThan(3)
  })

  it('takes a case that allocates too much for a failure', () => {
    const { failures } = fuzzTarget(target('greedy'), LIMITS)
    expect(failures).toHaveLength(1)
    expect(failures[0]!.reason).toContain('for 1 of input')
  })

  it('takes a slow case for a failure', () => {
    const run = (bytes: Uint8Array) => {
      const end = performance.now() + (bytes.length === 0 ? 20 : 0)
      while (performance.now() < end) {}
    }
    const { failures } = fuzzTarget({ ...target('good'), run }, { ...LIMITS, caseMilliseconds: 10 })
    expect(failures[0]!.reason).toMatch(/^took \d+ ms$/)
    expect(failures[0]!.bytes).toEqual(new Uint8Array())
  })

  it('wants seeds that decode', () => {
    expect(fuzzTarget(target('bad-seed'), LIMITS).failures[0]!.reason).toBe('a seed does not decode')
    expect(fuzzTarget({ ...target('good'), seeds: () => [] }, LIMITS).failures[0]!.reason).toBe(
      'the target has no seeds',
    )
  })
})

describe('loadTargets', () => {
  it('wants names to be unique', async () => {
    await expect(loadTargets([...FIXTURES, ...FIXTURES])).rejects.toThrow('two fuzz targets are called good')
  })

  it('wants a default export', async () => {
    const file = join(import.meta.dirname, '../fuzz/random.ts')
    await expect(loadTargets([file])).rejects.toThrow('has no default export')
  })
})

describe('runTargets', () => {
  it('reports a decoder that hangs or dies, and goes on with the others', async () => {
    const reports = await runTargets({
      files: FIXTURES,
      targets: ['hanging', 'good', 'eating', 'wrong-error'],
      limits: LIMITS,
      hangMilliseconds: 500,
      heapMegabytes: 64,
      jobs: 1,
      onReport: () => {},
    })
    const [hanging, good, eating, wrongError] = reports
    expect(hanging!.failures[0]).toMatchObject({ reason: 'hangs: no end after 500 ms' })
    expect(hanging!.failures[0]!.bytes).toHaveLength(2)
    expect(good).toMatchObject({ target: 'good', cases: 300, failures: [] })
    expect(eating!.failures[0]!.reason).toMatch(/^(hangs|ended its worker)/)
    expect(eating!.failures[0]!.bytes).toHaveLength(2)
    expect(wrongError!.failures).toHaveLength(1)
  })
})
