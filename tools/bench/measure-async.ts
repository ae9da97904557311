import type { Comparison } from './contract.ts'
import { type CompareOptions, median, sink, summarize } from './measure.ts'

/** A function to time that is done when its promise resolves, if it returns one. `run` is the number of the run, from 0, those of the warm-up included. */
export type AsyncTimed = (run: number) => unknown

export interface AsyncCompareOptions extends Omit<CompareOptions, 'ours' | 'baseline'> {
  readonly ours: AsyncTimed
  readonly baseline?: AsyncTimed
  /** Done before each run of both, and not timed. */
  readonly before?: () => Promise<unknown>
  /** Runs in each round, instead of as many as fill it: for what takes long or differs from run to run. The warm-up is a round then. */
  readonly runs?: number
}

/** `compare` for functions that do their work asynchronously; one run begins when the one before is done. */
export async function compareAsync(name: string, options: AsyncCompareOptions): Promise<Comparison> {
  const { ours, baseline, baselineName, goal, bytes, rounds = 15, before } = options
  const subjects: Subject[] = []
  for (const run of baseline === undefined ? [ours] : [ours, baseline]) {
    subjects.push({ run, before, ...(await warmUp(run, options)), times: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++)
      await timeRound(subjects[(round + turn) % subjects.length]!)
  }
  const [ourTimes, baselineTimes] = subjects.map(({ times }) => times)
  const common = {
    name,
    ours: summarize(ourTimes!),
    ...(bytes !== undefined && { bytes }),
    ...(goal !== undefined && { goal }),
  }
  if (baselineTimes === undefined) return common
  const ratio = median(baselineTimes.map((time, i) => time / ourTimes![i]!))
  return {
    ...common,
    baselineName: baselineName ?? 'baseline',
    baseline: summarize(baselineTimes),
    ratio,
    ...(goal !== undefined && { reached: ratio >= goal }),
  }
}

/** A function, and what is known of it so far. */
interface Subject {
  readonly run: AsyncTimed
  readonly before: (() => Promise<unknown>) | undefined
  /** In each round. */
  readonly runs: number
  done: number
  /** Nanoseconds per run, round by round. */
  readonly times: number[]
}

/** Runs a function until it is warm, and says how many runs that were, and how many make a round. */
async function warmUp(
  run: AsyncTimed,
  { runs, before, roundMs = 60, warmUpMs = 200 }: AsyncCompareOptions,
): Promise<{ readonly runs: number; readonly done: number }> {
  let done = 0
  let elapsed = 0
  do {
    await before?.()
    const start = performance.now()
    sink.last = await run(done)
    elapsed += performance.now() - start
    done++
  } while (runs === undefined ? elapsed < warmUpMs : done < runs)
  return { runs: runs ?? Math.max(1, Math.round((roundMs * done) / elapsed)), done }
}

async function timeRound(subject: Subject): Promise<void> {
  const { run, before, runs, times } = subject
  let elapsed = 0n
  for (let i = 0; i < runs; i++) {
    if (before !== undefined) await before()
    const start = process.hrtime.bigint()
    sink.last = await run(subject.done)
    elapsed += process.hrtime.bigint() - start
    subject.done++
  }
  times.push(Number(elapsed) / runs)
}
