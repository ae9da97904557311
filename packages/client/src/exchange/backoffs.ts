import type { Backoff } from '@bourse/wire/rop'

/** Until when ROPs are to be held back, as the server asked with RopBackoff ([MS-OXCROPS] 2.2.15.2). */
export class Backoffs {
  /** By logon, and by logon and RopId; in milliseconds of the clock. */
  readonly #logons = new Map<number, number>()
  readonly #rops = new Map<string, number>()

  note({ logonId, duration, backoffRops }: Omit<Backoff, 'additionalData'>): void {
    const now = Date.now()
    if (duration > 0) this.#logons.set(logonId, now + duration)
    for (const rop of backoffRops) this.#rops.set(`${logonId}:${rop.ropIdBackoff}`, now + rop.duration)
  }

  /** Milliseconds that a ROP of a logon is to wait; 0 if it may go. */
  remaining(logonId: number, ropId: number): number {
    const until = Math.max(this.#logons.get(logonId) ?? 0, this.#rops.get(`${logonId}:${ropId}`) ?? 0)
    return Math.max(0, until - Date.now())
  }

  clear(): void {
    this.#logons.clear()
    this.#rops.clear()
  }
}
