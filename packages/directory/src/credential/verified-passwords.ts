import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** How many users' passwords are remembered. */
const MAX_USERS = 10_000

interface Verified {
  readonly credentialVersion: number
  readonly mac: Buffer
}

/**
 * Remembers which passwords were right, for clients that send theirs with every request: hashing each time would take longer than
 * the requests. Keeps no password, only a keyed digest whose key is this process's own, and forgets at each change of the
 * credentials.
 */
export class VerifiedPasswords {
  readonly #key = randomBytes(32)
  readonly #verified = new Map<number, Verified>()

  /** Whether this password of the user was verified before, and nothing has changed since. */
  has(userId: number, credentialVersion: number, password: string): boolean {
    const known = this.#verified.get(userId)
    if (known?.credentialVersion !== credentialVersion) return false
    return timingSafeEqual(known.mac, this.#mac(userId, password))
  }

  add(userId: number, credentialVersion: number, password: string): void {
    this.#verified.delete(userId)
    if (this.#verified.size >= MAX_USERS) this.#verified.delete(this.#verified.keys().next().value!)
    this.#verified.set(userId, { credentialVersion, mac: this.#mac(userId, password) })
  }

  #mac(userId: number, password: string): Buffer {
    return createHmac('sha256', this.#key).update(`${userId}:`).update(password.normalize('NFC')).digest()
  }
}
