/** How many failures one key may have before it has to wait. */
export interface FailureLimit {
  readonly failures: number
  /** Milliseconds for which a failure counts. */
  readonly window: number
}

/** Keys that are remembered; the oldest are forgotten first. */
const MAX_KEYS = 100_000

/** Counts failures by key. Each failure is forgotten after a while, one by one. */
export class FailureLimiter {
  readonly #limit: FailureLimit
  readonly #now: () => number
  /** Failures that count, and when that was so. In the order of the last failure. */
  readonly #counts = new Map<string, { readonly failures: number; readonly at: number }>()

  /** @param now the time in milliseconds; for tests */
  constructor(limit: FailureLimit, now: () => number = () => performance.now()) {
    this.#limit = limit
    this.#now = now
  }

  /** 0, or for how many milliseconds this key has to wait. */
  waitFor(key: string): number {
    const excess = this.#current(key) - (this.#limit.failures - 1)
    return excess <= 0 ? 0 : Math.ceil(excess * this.#forgetEvery)
  }

  fail(key: string): void {
    const failures = this.#current(key) + 1
    this.#counts.delete(key)
    this.#counts.set(key, { failures, at: this.#now() })
    if (this.#counts.size > MAX_KEYS) this.#counts.delete(this.#counts.keys().next().value!)
  }

  /** Forgets the failures of a key that has succeeded. */
  succeed(key: string): void {
    this.#counts.delete(key)
  }

  get #forgetEvery(): number {
    return this.#limit.window / this.#limit.failures
  }

  #current(key: string): number {
    const count = this.#counts.get(key)
    if (count === undefined) return 0
    return Math.max(0, count.failures - (this.#now() - count.at) / this.#forgetEvery)
  }
}
