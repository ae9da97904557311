import { type AutodiscoverOptions, autodiscover } from './autodiscover.ts'
import type { MailboxSettings } from './pox.ts'

/** How long settings hold, in milliseconds: a mailbox does not move often, and whoever finds it gone invalidates what is kept. */
const DEFAULT_LIFETIME = 12 * 60 * 60_000

export interface AutodiscoverCacheOptions {
  /** Milliseconds; 12 hours if left out. */
  readonly lifetime?: number
  /** The time in milliseconds; for tests. */
  readonly now?: () => number
}

/** Keeps what Autodiscover told, address by address. Failures are not kept; who asks for an address that is being looked for waits for that. */
export class AutodiscoverCache {
  readonly #lifetime: number
  readonly #now: () => number
  readonly #entries = new Map<
    string,
    { readonly settings: Promise<MailboxSettings>; readonly until: number }
  >()

  constructor(options: AutodiscoverCacheOptions = {}) {
    this.#lifetime = options.lifetime ?? DEFAULT_LIFETIME
    this.#now = options.now ?? Date.now
  }

  /** As {@link autodiscover}, or what that told before. */
  find(address: string, options: AutodiscoverOptions): Promise<MailboxSettings> {
    const key = `${address.toLowerCase()} ${options.network ?? 'external'}`
    const kept = this.#entries.get(key)
    if (kept !== undefined && kept.until > this.#now()) return kept.settings
    const settings = autodiscover(address, options)
    const entry = { settings, until: this.#now() + this.#lifetime }
    this.#entries.set(key, entry)
    settings.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    })
    return settings
  }

  /** Forgets an address: its mailbox was not where it was said to be. */
  invalidate(address: string): void {
    for (const network of ['external', 'internal'])
      this.#entries.delete(`${address.toLowerCase()} ${network}`)
  }
}
