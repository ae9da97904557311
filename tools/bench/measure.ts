import type { Comparison, Measurement } from './contract.ts'

/** A function to time. What it returns is kept, so that no compiler can leave the work out. */
export type Timed = () => unknown

export interface MeasureOptions {
  /** Rounds that count; 15 unless said otherwise. */
  readonly rounds?: number
  /** How long a round of one function lasts, milliseconds; 60 unless said otherwise. */
  readonly roundMs?: number
  /** How long each function runs before anything counts, milliseconds; 200 unless said otherwise. */
  readonly warmUpMs?: number
}

export interface CompareOptions extends MeasureOptions {
  readonly ours: Timed
  readonly baseline?: Timed
  readonly baselineName?: string
  /** How many times as fast as the baseline ours is meant to be. */
  readonly goal?: number
  /** Bytes worked on in one run of ours. */
  readonly bytes?: number
}

/**
 * Times `ours` and `baseline` in the same run of the process: warm-up of both, then rounds in which the two
 * take turns (and take turns in who begins), so that a slow spell of the machine meets both.
 */
export async function compare(name: string, options: CompareOptions): Promise<Comparison> {
  const { ours, baseline, baselineName, goal, bytes } = options
  const functions = baseline === undefined ? [ours] : [ours, baseline]
  const times = timeRounds(functions, options)
  const ourTimes = times[0]!
  const baselineTimes = times[1]
  const common = {
    name,
    ours: summarize(ourTimes),
    ...(bytes === undefined ? {} : { bytes }),
    ...(goal === undefined ? {} : { goal }),
  }
  if (baselineTimes === undefined) return common
  const ratio = median(baselineTimes.map((time, i) => time / ourTimes[i]!))
  return {
    ...common,
    baselineName: baselineName ?? 'baseline',
    baseline: summarize(baselineTimes),
    ratio,
    ...(goal === undefined ? {} : { reached: ratio >= goal }),
  }
}

/** Times one function on its own. */
export function measure(run: Timed, options: MeasureOptions = {}): Measurement {
  return summarize(timeRounds([run], options)[0]!)
}

/** The median, the spread and the number of rounds of times in nanoseconds. */
export function summarize(times: readonly number[]): Measurement {
  const middle = median(times)
  return {
    median: middle,
    spread: middle === 0 ? 0 : (quantile(times, 0.75) - quantile(times, 0.25)) / 2 / middle,
    rounds: times.length,
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which a part of the values lies, by linear interpolation. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new RangeError('no values')
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * part
  const low = sorted[Math.floor(position)]!
  const high = sorted[Math.ceil(position)]!
  return low + (high - low) * (position - Math.floor(position))
}

/** Holds the last result of every timed function; read by nobody. */
export const sink: { last: unknown } = { last: undefined }

/** For each function the time of one run, in nanoseconds, round by round. */
function timeRounds(functions: readonly Timed[], options: MeasureOptions): readonly (readonly number[])[] {
  const { rounds = 15, roundMs = 60, warmUpMs = 200 } = options
  const runs = functions.map((run) => runsPerRound(run, warmUpMs, roundMs))
  const times: number[][] = functions.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < functions.length; turn++) {
      const i = (round + turn) % functions.length
      times[i]!.push(timeRuns(functions[i]!, runs[i]!))
    }
  }
  return times
}

/** Runs a function until it is warm, and says how many runs fill a round. */
function runsPerRound(run: Timed, warmUpMs: number, roundMs: number): number {
  const start = performance.now()
  let count = 0
  let elapsed = 0
  do {
    sink.last = run()
    count++
    elapsed = performance.now() - start
  } while (elapsed < warmUpMs)
  return Math.max(1, Math.round((roundMs * count) / elapsed))
}

function timeRuns(run: Timed, count: number): number {
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) sink.last = run()
  return Number(process.hrtime.bigint() - start) / count
}
