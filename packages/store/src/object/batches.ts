import { ErrorCode, MapiError, type OperationOptions } from '@bourse/mapi'

/** How many messages are worked on in one transaction, so that others get their turn in between. */
export const BATCH = 100

/** How far a long operation is, for who asked for it: counts, tells and ends early. */
export class Work {
  readonly #options: OperationOptions
  #completed = 0
  #total: number

  constructor(options: OperationOptions, total: number) {
    this.#options = options
    this.#total = total
  }

  /** More to do has come to light. */
  more(count: number): void {
    this.#total += count
  }

  done(count: number): void {
    this.#completed += count
    this.#total = Math.max(this.#total, this.#completed)
    this.#options.onProgress?.({ completed: this.#completed, total: this.#total })
  }

  /** Throws `UserCanceled` if the operation was ended; what was done stays done. */
  checkAborted(): void {
    if (this.#options.signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
  }
}

/** Parts of a list, each of {@link BATCH} items at most. */
export function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH)
}
