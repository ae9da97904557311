import { createHmac, randomBytes } from 'node:crypto'
import type { Account } from './account.ts'

/** Credentials that were verified a short while ago. */
interface Verified {
  readonly accountId: string
  readonly credentialVersion: number
  readonly tokenId: string | undefined
  readonly expires: number
}

const MAX_ENTRIES = 50_000

/**
 * Remembers which Authorization headers have been verified, so that a password's slow hash is not computed for each
 * request. Holds no header, only its HMAC under a key that ends with the process.
 */
export class CredentialCache {
  readonly #key = randomBytes(32)
  readonly #lifetime: number
  readonly #now: () => number
  readonly #entries = new Map<string, Verified>()

  /**
   * @param lifetime milliseconds that an entry lasts
   * @param now the time in milliseconds since 1970; for tests
   */
  constructor(lifetime: number, now: () => number = Date.now) {
    this.#lifetime = lifetime
    this.#now = now
  }

  /** What stands for a header here. */
  digest(header: string): string {
    return createHmac('sha256', this.#key).update(header).digest('base64')
  }

  get(digest: string): Verified | undefined {
    const entry = this.#entries.get(digest)
    if (entry === undefined) return undefined
    if (entry.expires > this.#now()) return entry
    this.#entries.delete(digest)
    return undefined
  }

  /** @param limit when the credentials themselves expire, in milliseconds since 1970, and the ID of the token they are */
  add(
    digest: string,
    account: Account,
    limit: { readonly expires?: number; readonly tokenId?: string } = {},
  ): void {
    const expires = Math.min(this.#now() + this.#lifetime, limit.expires ?? Number.POSITIVE_INFINITY)
    const { id: accountId, credentialVersion } = account
    this.#entries.delete(digest)
    this.#entries.set(digest, { accountId, credentialVersion, tokenId: limit.tokenId, expires })
    if (this.#entries.size > MAX_ENTRIES) this.#entries.delete(this.#entries.keys().next().value!)
  }

  drop(digest: string): void {
    this.#entries.delete(digest)
  }
}
