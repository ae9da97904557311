import { getHeapStatistics } from 'node:v8'
import { DecodeError } from '@bourse/mapi/bytes'
import type { CaseRecord } from './case-record.ts'
import type { FuzzTarget } from './contract.ts'
import { MAX_CASE_BYTES, mutate } from './mutate.ts'
import { seededRandom } from './random.ts'

/** When a run of a target ends and what counts as a failure. */
export interface FuzzLimits {
  /** The run's random numbers; the same seed gives the same cases. */
  readonly seed: string
  /** Milliseconds to go on for. */
  readonly milliseconds?: number
  /** Cases to go on for; the first limit that is reached counts. */
  readonly cases?: number
  /** Milliseconds that a case may take. */
  readonly caseMilliseconds: number
  /** Bytes that a case may allocate, whatever its size. */
  readonly allocationBase: number
  /** Bytes that a case may allocate beyond that, for each byte of input. */
  readonly allocationPerByte: number
}

export const DEFAULT_LIMITS = {
  caseMilliseconds: 1000,
  allocationBase: 4 << 20,
  allocationPerByte: 256,
} as const

/** A case that went wrong. */
export interface FuzzFailure {
  readonly target: string
  readonly reason: string
  readonly bytes: Uint8Array
}

export interface FuzzReport {
  readonly target: string
  readonly cases: number
  /** How many cases decoded. */
  readonly accepted: number
  readonly milliseconds: number
  /** The first case of each kind of failure. */
  readonly failures: readonly FuzzFailure[]
}

/** Failures of different kinds after which a target is given up. */
const MAX_FAILURES = 10
/** Buffers that further cases are made from. */
const MAX_POOL = 256
/** A seed up to this length is also tried cut off at every length. */
const MAX_TRUNCATED = 2048

type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'failed'; readonly reason: string }

/** Runs a target on its seeds, on their truncations, and on mutations of them until a limit is reached. */
export function fuzzTarget(target: FuzzTarget, limits: FuzzLimits, record?: CaseRecord): FuzzReport {
  const random = seededRandom(`${limits.seed}/${target.name}`)
  const start = performance.now()
  const end = start + (limits.milliseconds ?? Number.POSITIVE_INFINITY)
  const maxCases = limits.cases ?? Number.POSITIVE_INFINITY
  const failures = new Map<string, FuzzFailure>()
  let cases = 0
  let accepted = 0

  function tryCase(bytes: Uint8Array): Outcome {
    cases++
    record?.begin(bytes)
    const outcome = runCase(target, bytes, limits)
    record?.end()
    if (outcome.kind === 'accepted') accepted++
    if (outcome.kind === 'failed') addFailure(outcome.reason, bytes)
    return outcome
  }

  function addFailure(reason: string, bytes: Uint8Array): void {
    const kind = reason.replaceAll(/0x[0-9a-f]+|\d+/gi, 'N')
    if (!failures.has(kind)) failures.set(kind, { target: target.name, reason, bytes: bytes.slice() })
  }

  const goesOn = (): boolean => cases < maxCases && failures.size < MAX_FAILURES && performance.now() < end

  const pool: Uint8Array[] = target.seeds().map((seed) => seed.slice(0, MAX_CASE_BYTES))
  if (pool.length === 0) addFailure('the target has no seeds', new Uint8Array())
  for (const seed of pool) {
    if (tryCase(seed).kind === 'rejected') addFailure('a seed does not decode', seed)
  }
  for (const seed of [...pool]) {
    if (seed.length > MAX_TRUNCATED) continue
    for (let length = 0; length < seed.length && goesOn(); length++) tryCase(seed.slice(0, length))
  }
  if (pool.length === 0) pool.push(new Uint8Array())
  while (goesOn()) {
    const bytes = mutate(random, pool)
    if (tryCase(bytes).kind !== 'accepted') continue
    if (pool.length < MAX_POOL) pool.push(bytes)
    else pool[random.below(MAX_POOL)] = bytes
  }
  const milliseconds = performance.now() - start
  return { target: target.name, cases, accepted, milliseconds, failures: [...failures.values()] }
}

/**
 * Runs one case. What takes too long or allocates too much is run again, and only fails when it does so
 * again: the machine may have been busy, or the engine compiling.
 */
export function runCase(target: FuzzTarget, bytes: Uint8Array, limits: FuzzLimits): Outcome {
  const first = measureCase(target, bytes, limits)
  if (first.kind === 'failed' && first.cost) return measureCase(target, bytes, limits)
  return first
}

function measureCase(
  target: FuzzTarget,
  bytes: Uint8Array,
  limits: FuzzLimits,
): Outcome & { readonly cost?: boolean } {
  const allocatedBefore = allocatedBytes()
  const start = performance.now()
  let outcome: Outcome = { kind: 'accepted' }
  try {
    target.run(bytes)
  } catch (error) {
    outcome =
      error instanceof DecodeError ? { kind: 'rejected' } : { kind: 'failed', reason: describe(error) }
  }
  const milliseconds = performance.now() - start
  if (milliseconds > limits.caseMilliseconds) {
    return { kind: 'failed', reason: `took ${milliseconds.toFixed(0)} ms`, cost: true }
  }
  const allocated = allocatedBytes() - allocatedBefore
  if (allocated > limits.allocationBase + limits.allocationPerByte * bytes.length) {
    return { kind: 'failed', reason: `allocated ${allocated} bytes for ${bytes.length} of input`, cost: true }
  }
  return outcome
}

/** Bytes ever allocated on the heap, and bytes held by buffers. */
function allocatedBytes(): number {
  const statistics: { external_memory: number; total_allocated_bytes?: number } = getHeapStatistics()
  return statistics.external_memory + (statistics.total_allocated_bytes ?? 0)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place.trim()})`}`
}
