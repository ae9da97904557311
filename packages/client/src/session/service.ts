import { ErrorCode, MapiError, type ServiceStatus } from '@bourse/mapi'
import type { ProfileService } from '../profile/index.ts'
import type { Clock } from './clock.ts'

/** A service that failed is tried again when it is needed, but not before this many milliseconds. */
export const SERVICE_RETRY_PAUSE = 30_000

/**
 * One message service of a session: opened when it is first needed, and once for all who need it. If that fails, the session goes on
 * without it and tries again later.
 */
export class Service<T extends AsyncDisposable> {
  readonly definition: ProfileService
  readonly #open: () => Promise<T>
  readonly #clock: Clock
  #opening: Promise<T> | undefined
  #isOpen = false
  #isClosed = false
  #failure: { readonly error: unknown; readonly at: number } | undefined

  constructor(definition: ProfileService, open: () => Promise<T>, clock: Clock) {
    this.definition = definition
    this.#open = open
    this.#clock = clock
  }

  get name(): string {
    return this.definition.name
  }

  /** Whether it failed a moment ago, so that who can do without it does not try now. */
  get isResting(): boolean {
    return this.#failure !== undefined && this.#clock.now() - this.#failure.at < SERVICE_RETRY_PAUSE
  }

  /** Why it could not be opened last time. */
  get error(): unknown {
    return this.#failure?.error
  }

  get status(): ServiceStatus {
    const { name, kind } = this.definition
    if (this.#failure !== undefined)
      return { name, kind, state: 'failed', error: sentenceOf(this.#failure.error) }
    return { name, kind, state: this.#isOpen ? 'open' : 'closed' }
  }

  /** Opens it unless it is open. Rejects as its provider does, and with `EndOfSession` when it was closed. */
  open(): Promise<T> {
    if (this.#isClosed) return Promise.reject(new MapiError(ErrorCode.EndOfSession))
    this.#opening ??= this.#begin()
    return this.#opening
  }

  async #begin(): Promise<T> {
    try {
      const opened = await this.#open()
      this.#isOpen = !this.#isClosed
      this.#failure = undefined
      return opened
    } catch (error) {
      this.#failure = { error, at: this.#clock.now() }
      this.#opening = undefined
      throw error
    }
  }

  /** Closes it if it is open, or as soon as it is. */
  async close(): Promise<void> {
    this.#isClosed = true
    const opened = await this.#opening?.catch(() => undefined)
    this.#opening = undefined
    this.#isOpen = false
    await opened?.[Symbol.asyncDispose]()
  }
}

/** What went wrong, as one sentence. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /[.!?]$/.test(message) ? message : `${message}.`
}
