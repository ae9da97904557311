import { type Comparison, median, sink, summarize } from '../../../tools/bench/index.ts'

/** Work to time that is only done when its promise resolves. */
export type TimedAsync = () => Promise<unknown>

export interface CompareAsyncOptions {
  readonly ours: TimedAsync
  readonly baseline?: TimedAsync
  readonly baselineName?: string
  /** How many times as fast as the baseline ours is meant to be. */
  readonly goal?: number
  /** Done before each run of both, and not timed. */
  readonly before?: TimedAsync
  /** Rounds that count; 15 unless said otherwise. */
  readonly rounds?: number
  /** Runs in each round; 10 unless said otherwise. */
  readonly runs?: number
}

/** As `compare` of `tools/bench`, for work that is asynchronous: both take turns, round by round, after a warm-up. */
export async function compareAsync(name: string, options: CompareAsyncOptions): Promise<Comparison> {
  const { ours, baseline, baselineName, goal, before = async () => {}, rounds = 15, runs = 10 } = options
  const functions = baseline === undefined ? [ours] : [ours, baseline]
  const times: number[][] = functions.map(() => [])
  for (let round = -2; round < rounds; round++) {
    for (let turn = 0; turn < functions.length; turn++) {
      const i = Math.abs(round + turn) % functions.length
      let elapsed = 0n
      for (let run = 0; run < runs; run++) {
        await before()
        const start = process.hrtime.bigint()
        sink.last = await functions[i]!()
        elapsed += process.hrtime.bigint() - start
      }
      // The first rounds only warm up.
      if (round >= 0) times[i]!.push(Number(elapsed) / runs)
    }
  }
  const common = { name, ours: summarize(times[0]!), ...(goal === undefined ? {} : { goal }) }
  if (baseline === undefined) return common
  const ratio = median(times[1]!.map((time, i) => time / times[0]![i]!))
  return {
    ...common,
    baselineName: baselineName ?? 'baseline',
    baseline: summarize(times[1]!),
    ratio,
    ...(goal === undefined ? {} : { reached: ratio >= goal }),
  }
}
