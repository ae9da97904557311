import { isWarning } from '@bourse/mapi'
import type { RopCount } from './protocol.ts'

/** Counts remote operations until somebody asks. */
export class RopCounts {
  #counts = new Map<string, { succeeded: number; failed: number; seconds: number }>()

  /** In the form in which a `RopSession` tells of its operations. */
  readonly observe = (rop: string, returnValue: number, seconds: number): void => {
    let count = this.#counts.get(rop)
    if (count === undefined) {
      count = { succeeded: 0, failed: 0, seconds: 0 }
      this.#counts.set(rop, count)
    }
    if (returnValue === 0 || isWarning(returnValue)) count.succeeded++
    else count.failed++
    count.seconds += seconds
  }

  /** What was counted since the last time. */
  take(): readonly RopCount[] {
    const counts = Array.from(this.#counts, ([rop, count]) => ({ rop, ...count }))
    this.#counts = new Map()
    return counts
  }
}
