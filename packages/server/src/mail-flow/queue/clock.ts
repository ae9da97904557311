/** Time as the queue knows it. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
  /** Calls once when a time has come, and not within this call. Returns what takes that back. */
  at(time: number, callback: () => void): () => void
}

/** The longest time that a timer can be set to, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

/** The clock of this machine. What comes early, as far away times do, has to look at the time again. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(time, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, time - Date.now()), LONGEST_TIMER))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
