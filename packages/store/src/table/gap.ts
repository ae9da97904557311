import { type RowEdit, rowKey } from './rows-view.ts'

/**
 * A place between two rows of a table, which stays there while rows come and go: new rows come after it, a row that was before it and
 * only changed stays before it.
 */
export class Gap {
  /** How many rows are before it. */
  position: number
  /** Rows that went away from just before it, and may come back there. */
  readonly #behind = new Set<string>()

  constructor(position: number) {
    this.position = position
  }

  edited({ kind, position, mid, instance }: RowEdit): void {
    if (kind === 'remove') {
      if (position >= this.position) return
      if (position === this.position - 1) this.#behind.add(rowKey(mid, instance))
      this.position--
    } else if (position < this.position) {
      this.position++
    } else if (
      position === this.position &&
      this.#behind.size > 0 &&
      this.#behind.has(rowKey(mid, instance))
    ) {
      this.position++
    }
  }

  /** Edits that belong together have been made. */
  settle(): void {
    this.#behind.clear()
  }
}
