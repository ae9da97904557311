/** The time, and waiting for it. Tests put another one in its place. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once after this many milliseconds; what it returns calls that off. */
  after(milliseconds: number, callback: () => void): () => void
}

/** The longest that timers wait, in milliseconds: what fits 31 bits. */
const LONGEST = 0x7fff_ffff

/** The computer's own clock. Waiting does not keep a program from ending. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer: unknown = setTimeout(callback, Math.min(milliseconds, LONGEST))
    // Node's timers are objects, a browser's are numbers.
    if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
    return () => clearTimeout(timer as number)
  },
}
