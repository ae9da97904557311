import type { Clock } from '../../../../src/mail-flow/queue/clock.ts'

interface Timer {
  readonly time: number
  readonly callback: () => void
}

/** A clock that goes on when it is told to. */
export class FakeClock implements Clock {
  #now: number
  readonly #timers = new Set<Timer>()

  constructor(now = Date.UTC(2026, 10, 24, 12)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  at(time: number, callback: () => void): () => void {
    const timer = { time, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Goes on by so many milliseconds, from timer to timer; `settle` is waited for after each. */
  async advance(milliseconds: number, settle: () => Promise<void>): Promise<void> {
    const end = this.#now + milliseconds
    await settle()
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.time - b.time)[0]
      if (next === undefined || next.time > end) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.time)
      next.callback()
      await settle()
    }
    this.#now = end
    await settle()
  }
}
