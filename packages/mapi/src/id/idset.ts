import type { Guid } from '../bytes/guid.ts'
import { Globset } from './globset.ts'
import { globcntOf, replidOf } from './object-id.ts'

/**
 * A set of Folder IDs, Message IDs or change numbers, then also called CNSET ([MS-OXCFXICS] 2.2.2.4): a
 * {@link Globset} for every replica. Replicas are named by REPLID within a mailbox
 * ({@link ReplidIdset}) and by GUID in what outlives the session ({@link ReplguidIdset}). Mutable.
 */
export class Idset<R extends number | Guid> implements Iterable<readonly [R, Globset]> {
  readonly #sets = new Map<R, Globset>()

  /** The set of what these sets hold, which are copied. */
  static from<R extends number | Guid>(sets: Iterable<readonly [R, Globset]>): Idset<R> {
    const result = new Idset<R>()
    for (const [replica, set] of sets) result.addGlobset(replica, set)
    return result
  }

  /** Whether there is nothing in the set. */
  get isEmpty(): boolean {
    for (const set of this.#sets.values()) if (!set.isEmpty) return false
    return true
  }

  /** How many ranges the set consists of. */
  get rangeCount(): number {
    let count = 0
    for (const set of this.#sets.values()) count += set.rangeCount
    return count
  }

  /** How many IDs are in the set. Adds up all ranges. */
  count(): number {
    let count = 0
    for (const set of this.#sets.values()) count += set.count()
    return count
  }

  /** The replicas that IDs in the set belong to, in no particular order. */
  replicas(): R[] {
    return [...this.#sets].filter(([, set]) => !set.isEmpty).map(([replica]) => replica)
  }

  /** The set of one replica, which changes along with this one; undefined if nothing is there. */
  get(replica: R): Globset | undefined {
    const set = this.#sets.get(replica)
    return set === undefined || set.isEmpty ? undefined : set
  }

  /** Whether an ID is in the set. */
  has(replica: R, globcnt: number): boolean {
    return this.#sets.get(replica)?.has(globcnt) ?? false
  }

  /** Adds an ID. Returns whether it was missing. */
  add(replica: R, globcnt: number): boolean {
    return this.#forcedGet(replica).add(globcnt)
  }

  /** Adds a range of IDs. Returns whether any was missing. */
  addRange(replica: R, low: number, high: number): boolean {
    return this.#forcedGet(replica).addRange(low, high)
  }

  /** Adds all of a Globset, which is left alone. */
  addGlobset(replica: R, globcnts: Globset): void {
    const set = this.#sets.get(replica)
    if (set === undefined) this.#sets.set(replica, globcnts.clone())
    else set.addAll(globcnts)
  }

  /** Removes an ID. Returns whether it was there. */
  remove(replica: R, globcnt: number): boolean {
    return this.#sets.get(replica)?.remove(globcnt) ?? false
  }

  /** Removes a range of IDs. Returns whether any was there. */
  removeRange(replica: R, low: number, high: number): boolean {
    return this.#sets.get(replica)?.removeRange(low, high) ?? false
  }

  /** Adds all that is in another set. */
  addAll(other: Idset<R>): void {
    for (const [replica, set] of other) this.addGlobset(replica, set)
  }

  /** Removes all that is in another set. */
  removeAll(other: Idset<R>): void {
    for (const [replica, set] of other) this.#sets.get(replica)?.removeAll(set)
  }

  /** A new set of what is in either. */
  union(other: Idset<R>): Idset<R> {
    const result = this.clone()
    result.addAll(other)
    return result
  }

  /** A new set of what is in this one and not in the other. */
  difference(other: Idset<R>): Idset<R> {
    const result = this.clone()
    result.removeAll(other)
    return result
  }

  /** A new set of what is in both. */
  intersection(other: Idset<R>): Idset<R> {
    const result = new Idset<R>()
    for (const [replica, set] of this) {
      const theirs = other.get(replica)
      if (theirs !== undefined) result.#sets.set(replica, set.intersection(theirs))
    }
    return result
  }

  /** Whether everything in the other set is in this one. */
  isSupersetOf(other: Idset<R>): boolean {
    for (const [replica, set] of other) {
      if (!this.#sets.get(replica)?.isSupersetOf(set)) return false
    }
    return true
  }

  /** Whether both sets hold the same. */
  equals(other: Idset<R>): boolean {
    if (this.replicas().length !== other.replicas().length) return false
    for (const [replica, set] of this) {
      const theirs = other.get(replica)
      if (theirs === undefined || !set.equals(theirs)) return false
    }
    return true
  }

  /** A copy that later changes leave alone. */
  clone(): Idset<R> {
    return Idset.from(this)
  }

  /**
   * The same IDs with their replicas named otherwise: from REPLIDs to GUIDs or back, by the mapping that
   * a mailbox keeps ([MS-OXCSTOR] 3.2.5.8, 3.2.5.9). What `rename` throws is passed on.
   */
  mapReplicas<S extends number | Guid>(rename: (replica: R) => S): Idset<S> {
    const result = new Idset<S>()
    for (const [replica, set] of this) result.addGlobset(rename(replica), set)
    return result
  }

  /** The replicas and their sets, none of them empty, in no particular order. */
  *[Symbol.iterator](): IterableIterator<readonly [R, Globset]> {
    for (const entry of this.#sets) if (!entry[1].isEmpty) yield entry
  }

  #forcedGet(replica: R): Globset {
    let set = this.#sets.get(replica)
    if (set === undefined) {
      set = new Globset()
      this.#sets.set(replica, set)
    }
    return set
  }
}

/** IDs whose replicas are REPLIDs, as the numbers that {@link makeId} gives are. */
export type ReplidIdset = Idset<number>
/** IDs whose replicas are GUIDs, as those of GIDs are. */
export type ReplguidIdset = Idset<Guid>

/** The set of these Folder IDs, Message IDs or change numbers. */
export function idsetOf(ids: Iterable<bigint>): ReplidIdset {
  const set: ReplidIdset = new Idset()
  for (const id of ids) addId(set, id)
  return set
}

/** Whether a Folder ID, Message ID or change number is in the set. */
export function hasId(set: ReplidIdset, id: bigint): boolean {
  return set.has(replidOf(id), globcntOf(id))
}

/** Adds a Folder ID, Message ID or change number. Returns whether it was missing. */
export function addId(set: ReplidIdset, id: bigint): boolean {
  return set.add(replidOf(id), globcntOf(id))
}

/** Removes a Folder ID, Message ID or change number. Returns whether it was there. */
export function removeId(set: ReplidIdset, id: bigint): boolean {
  return set.remove(replidOf(id), globcntOf(id))
}
