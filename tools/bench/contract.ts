/**
 * What a benchmark file has as its `default` export: one benchmark or a list.
 *
 * ```ts
 * // packages/wire/bench/rows.bench.ts
 * import { type Benchmark, compare } from '../../../tools/bench/index.ts'
 *
 * const decode: Benchmark = {
 *   name: 'wire/query-rows/decode',
 *   run: async () => ({ comparisons: [await compare('decode', { ours, baseline, goal: 2 })] }),
 * }
 * export default decode
 * ```
 */
export interface Benchmark {
  /** By which `npm run bench -- NAME` finds it, from the package down: `wire/query-rows`. */
  readonly name: string
  /** What one run of the measured functions is, as in "per response of 50 rows". */
  readonly unit?: string
  run(): Promise<BenchmarkResult> | BenchmarkResult
}

/** What a benchmark found out. */
export interface BenchmarkResult {
  readonly comparisons: readonly Comparison[]
  /** What the reader of the numbers must know: sizes, what the baseline can't do. */
  readonly notes?: readonly string[]
}

/** How long one run of a function took, over all rounds. */
export interface Measurement {
  /** Median of the rounds, nanoseconds per run. */
  readonly median: number
  /** Half the distance between the quartiles of the rounds, as a part of the median: 0.02 is ±2 %. */
  readonly spread: number
  readonly rounds: number
}

/** A function measured beside what it is held against. */
export interface Comparison {
  readonly name: string
  readonly ours: Measurement
  /** What the baseline is called, `bson` say. */
  readonly baselineName?: string
  readonly baseline?: Measurement
  /** How many times as fast as the baseline: the median over the rounds of baseline time ÷ our time. */
  readonly ratio?: number
  /** The ratio to reach. */
  readonly goal?: number
  /** Whether the ratio reaches the goal; absent without a goal. */
  readonly reached?: boolean
  /** Bytes worked on in one run of ours, for a throughput in the table. */
  readonly bytes?: number
}
