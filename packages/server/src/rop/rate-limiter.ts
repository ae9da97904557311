import type { RopRate } from './limits.ts'

/** Counts how often something is done against a rate: a bucket of tokens that fills again with time. */
export class RateLimiter {
  readonly #rate: RopRate
  readonly #now: () => number
  #tokens: number
  #filledAt: number

  /** @param now the time in milliseconds; for tests */
  constructor(rate: RopRate, now: () => number = () => performance.now()) {
    this.#rate = rate
    this.#now = now
    this.#tokens = rate.burst
    this.#filledAt = now()
  }

  /** Takes a token. Returns 0, or for how many milliseconds to hold back because there was none. */
  take(): number {
    const { perSecond, burst } = this.#rate
    if (perSecond === 0) return 0
    if (this.#tokens < 1) {
      const now = this.#now()
      this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * perSecond)
      this.#filledAt = now
      if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / perSecond) * 1000)
    }
    this.#tokens--
    return 0
  }
}
