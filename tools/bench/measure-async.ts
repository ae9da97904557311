import type { Comparison } from './contract.ts'
import { type CompareOptions, median, sink, summarize } from './measure.ts'

/** A function to time that is done when its promise resolves. */
export type AsyncTimed = () => Promise<unknown>

export interface AsyncCompareOptions extends Omit<CompareOptions, 'ours' | 'baseline'> {
  readonly ours: AsyncTimed
  readonly baseline: AsyncTimed
}

/** `compare` for functions that do their work asynchronously; one run begins when the one before is done. */
export async function compareAsync(name: string, options: AsyncCompareOptions): Promise<Comparison> {
  const { baselineName, goal, bytes, rounds = 15, roundMs = 60, warmUpMs = 200 } = options
  const functions = [options.ours, options.baseline]
  const runs: number[] = []
  for (const run of functions) runs.push(await runsPerRound(run, warmUpMs, roundMs))
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < 2; turn++) {
      const i = ((round + turn) % 2) as 0 | 1
      times[i].push(await timeRuns(functions[i]!, runs[i]!))
    }
  }
  const [ours, baseline] = times
  const ratio = median(baseline.map((time, i) => time / ours[i]!))
  return {
    name,
    ours: summarize(ours),
    baselineName: baselineName ?? 'baseline',
    baseline: summarize(baseline),
    ratio,
    ...(bytes !== undefined && { bytes }),
    ...(goal !== undefined && { goal, reached: ratio >= goal }),
  }
}

async function runsPerRound(run: AsyncTimed, warmUpMs: number, roundMs: number): Promise<number> {
  const start = performance.now()
  let count = 0
  let elapsed = 0
  do {
    sink.last = await run()
    count++
    elapsed = performance.now() - start
  } while (elapsed < warmUpMs)
  return Math.max(1, Math.round((roundMs * count) / elapsed))
}

async function timeRuns(run: AsyncTimed, count: number): Promise<number> {
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) sink.last = await run()
  return Number(process.hrtime.bigint() - start) / count
}
