import type { Output } from '../surroundings.ts'
import { formatSize } from './size.ts'

/** How far a long work is. */
export interface Progress {
  /** @param done as much of `total` as is done by now */
  update(done: number, note?: string): void
  /** Takes the bar away. */
  finish(): void
}

export interface ProgressOptions {
  /** How much there is to do; `undefined` if nobody knows. */
  readonly total: number | undefined
  readonly unit: 'items' | 'bytes'
}

const BAR_WIDTH = 30
/** Milliseconds between two drawings, so that drawing costs nothing. */
const INTERVAL = 100
const CLEAR_LINE = '\r\u001b[K'

/** A bar on a terminal; nothing where nobody is looking. */
export function showProgress(output: Output, { total, unit }: ProgressOptions): Progress {
  if (!output.isTerminal) return { update() {}, finish() {} }
  let drawn = Number.NEGATIVE_INFINITY
  const text = unit === 'bytes' ? formatSize : String
  return {
    update(done, note = '') {
      const now = performance.now()
      if (now - drawn < INTERVAL && done !== total) return
      drawn = now
      if (total === undefined || total === 0) {
        output.write(`${CLEAR_LINE}${text(done)} ${note}`)
        return
      }
      const filled = Math.min(BAR_WIDTH, Math.round((done / total) * BAR_WIDTH))
      const bar = '█'.repeat(filled).padEnd(BAR_WIDTH, '·')
      output.write(`${CLEAR_LINE}${bar} ${text(done)} of ${text(total)} ${note}`)
    },
    finish() {
      output.write(CLEAR_LINE)
    },
  }
}
