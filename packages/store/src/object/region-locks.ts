import { ErrorCode, type LockKind, MapiError } from '@bourse/mapi'

/** After so many milliseconds without any operation of its owner a lock can be taken by somebody else ([MS-OXCPRPT] 3.2.5.21). */
export const LOCK_EXPIRY_MILLISECONDS = 30_000

/** How many regions of one value may be locked at a time. */
export const MAX_LOCKS = 1024

interface Lock {
  readonly owner: object
  readonly offset: number
  readonly end: number
  readonly kind: LockKind
  isExpired: boolean
}

/** The locked regions of one value ([MS-OXCPRPT] 2.2.24, 3.2.5.21, 3.2.5.22). Owners are the streams over it. */
export class RegionLocks {
  #locks: Lock[] = []
  readonly #lastActivity = new WeakMap<object, number>()

  /** Notes that an owner has done something, at this time in milliseconds. */
  touch(owner: object, now: number): void {
    this.#lastActivity.set(owner, now)
  }

  /**
   * Locks a region. Throws `AccessDenied` while another one has a lock there, `TooManyLocks` beyond {@link MAX_LOCKS}.
   */
  lock(owner: object, offset: number, length: number, kind: LockKind, now: number): void {
    const end = offset + length
    for (const lock of this.#overlapping(offset, end)) {
      if (lock.owner === owner || lock.isExpired) continue
      const idle = now - (this.#lastActivity.get(lock.owner) ?? 0)
      if (idle <= LOCK_EXPIRY_MILLISECONDS) throw new MapiError(ErrorCode.AccessDenied)
      lock.isExpired = true
    }
    if (this.#locks.length >= MAX_LOCKS) throw new MapiError(ErrorCode.TooManyLocks)
    this.#locks.push({ owner, offset, end, kind, isExpired: false })
  }

  /** Takes the locks of an owner off a region; those of others stay. */
  unlock(owner: object, offset: number, length: number): void {
    const end = offset + length
    this.#locks = this.#locks.filter(
      (lock) => lock.owner !== owner || !(lock.offset < end && lock.end > offset),
    )
  }

  unlockAll(owner: object): void {
    this.#locks = this.#locks.filter((lock) => lock.owner !== owner)
  }

  /**
   * Throws `StorageLockViolation` if somebody else keeps the owner from a region, `NetworkError` if a lock that the owner had there has
   * been taken by somebody else meanwhile.
   */
  require(owner: object, offset: number, length: number, access: 'read' | 'write'): void {
    for (const lock of this.#overlapping(offset, offset + length)) {
      if (lock.owner === owner) {
        if (lock.isExpired) throw new MapiError(ErrorCode.NetworkError)
      } else if (!lock.isExpired && (access === 'write' || lock.kind !== 'write')) {
        throw new MapiError(ErrorCode.StorageLockViolation)
      }
    }
  }

  #overlapping(offset: number, end: number): Lock[] {
    return this.#locks.filter((lock) => lock.offset < end && lock.end > offset)
  }
}
