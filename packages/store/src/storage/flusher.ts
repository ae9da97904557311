import { closeSync, fdatasync, openSync } from 'node:fs'

/** Called when something is on disk, or with why that cannot be known. */
export type Settle = (failure: NodeJS.ErrnoException | undefined) => void

interface Waiting {
  /** How much has to be flushed. */
  readonly mark: number
  readonly settle: Settle
}

/**
 * Brings what others write to a file to the disk, without keeping the thread from its work meanwhile: one flush at a time, which serves all who
 * have written before it began. A flush that fails is the last one, since nobody knows then what is on the disk.
 */
export class Flusher {
  readonly #path: string
  #file: number | undefined
  /** How often something was written, and how much of that is on disk. */
  #written = 0
  #flushed = 0
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #failure: NodeJS.ErrnoException | undefined

  /** The file need not be there before something is written. */
  constructor(path: string) {
    this.#path = path
  }

  /** Why nothing can be flushed any more. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure
  }

  /** Something was written. */
  noteWrite(): void {
    this.#written++
  }

  /** Calls back when all that was written so far is on disk: at once, if it is. */
  whenFlushed(settle: Settle): void {
    if (this.#failure !== undefined || this.#flushed === this.#written) {
      settle(this.#failure)
      return
    }
    this.#waiting.push({ mark: this.#written, settle })
    this.#running ??= this.#run()
  }

  /** Resolves when all that was waited for is flushed, or cannot be; closes the file. */
  async close(): Promise<void> {
    await this.#running
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  async #run(): Promise<void> {
    // Lets those join who write in the same turn.
    await undefined
    while (this.#waiting.length > 0) {
      const mark = this.#written
      try {
        await this.#flush()
        this.#flushed = mark
      } catch (error) {
        this.#failure = error as NodeJS.ErrnoException
      }
      const due = this.#waiting.filter((one) => this.#failure !== undefined || one.mark <= mark)
      this.#waiting = this.#failure === undefined ? this.#waiting.filter((one) => one.mark > mark) : []
      for (const { settle } of due) settle(this.#failure)
    }
    this.#running = undefined
  }

  #flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#file ??= openSync(this.#path, 'r+')
      fdatasync(this.#file, (error) => (error === null ? resolve() : reject(error)))
    })
  }
}
