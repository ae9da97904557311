import type { Clock } from './clock.ts'

/** Work that goes on, so that its end can be waited for. */
export class Work {
  readonly #running = new Set<Promise<void>>()

  /** Begins something that does not reject. */
  begin(work: () => Promise<void>): void {
    const running = work().finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when nothing goes on, what has begun meanwhile included. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}

/** Something that is done when it is needed, and when its time comes: never twice at once, however often it is asked for. */
export class Rounds {
  readonly #work: Work
  readonly #clock: Clock
  readonly #round: () => number
  #isAsked = false
  #isStopped = true
  #cancelTimer: (() => void) | undefined

  /** @param round does it, and returns when it is to be done again at the latest */
  constructor(work: Work, clock: Clock, round: () => number) {
    this.#work = work
    this.#clock = clock
    this.#round = round
  }

  start(): void {
    this.#isStopped = false
    this.ask()
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelTimer?.()
  }

  ask(): void {
    if (this.#isAsked || this.#isStopped) return
    this.#isAsked = true
    this.#work.begin(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      this.#isAsked = false
      if (this.#isStopped) return
      this.#cancelTimer?.()
      this.#cancelTimer = undefined
      const next = this.#round()
      if (next !== Number.POSITIVE_INFINITY) this.#cancelTimer = this.#clock.at(next, () => this.ask())
    })
  }
}
