import type { AddressBookOrder } from '@bourse/mapi'
import type { ObjectSummary } from '../model/directory-object.ts'
import { type CompareText, comparerFor } from '../text/collation.ts'
import { languageTag } from '../text/locale.ts'

/** Above this part of all entries, sorting anew is quicker than putting each in its place. */
const RESORT_PART = 1 / 16

/** How many orders are kept; those not used for longest go. */
const MAX_ORDERS = 16

type Summaries = ReadonlyMap<number, ObjectSummary>

interface Sorted {
  readonly order: AddressBookOrder
  readonly compareText: CompareText
  ids: number[]
  /** Ids of objects that may not be in their place. */
  readonly stale: Set<number>
}

/** What an entry is sorted by in an order; without a phonetic name it is the display name. */
export function orderText(summary: ObjectSummary, order: AddressBookOrder): string {
  if (order === 'displayName') return summary.displayName
  return summary.phoneticDisplayName === '' ? summary.displayName : summary.phoneticDisplayName
}

/**
 * Compares entries by display name or phonetic display name in a language ([MS-OXNSPI] 2.2.1.10), and where these are the same
 * by id, so that every entry has its place.
 */
export function entryComparer(
  order: AddressBookOrder,
  lcid: number,
): (a: ObjectSummary, b: ObjectSummary) => number {
  const compareText = comparerFor(lcid)
  return (a, b) => compareText(orderText(a, order), orderText(b, order)) || a.id - b.id
}

/** All objects in the orders that they were asked for in. */
export class OrderIndex {
  readonly #summaries: Summaries
  readonly #orders = new Map<string, Sorted>()

  constructor(summaries: Summaries) {
    this.#summaries = summaries
  }

  /** The ids of all objects in an order. The array must not be changed, and holds until the directory changes. */
  ids(order: AddressBookOrder, lcid: number): readonly number[] {
    const key = `${order} ${languageTag(lcid)}`
    let sorted = this.#orders.get(key)
    if (sorted === undefined) {
      sorted = { order, compareText: comparerFor(lcid), ids: [], stale: new Set(this.#summaries.keys()) }
      if (this.#orders.size >= MAX_ORDERS) this.#orders.delete(this.#orders.keys().next().value!)
    }
    // Last in the map is what was used last.
    this.#orders.delete(key)
    this.#orders.set(key, sorted)
    if (sorted.stale.size > 0) this.#update(sorted)
    return sorted.ids
  }

  /** Says that objects have come, gone, or may have other names. */
  invalidate(ids: Iterable<number>): void {
    const changed = [...ids]
    for (const { stale } of this.#orders.values()) for (const id of changed) stale.add(id)
  }

  #update(sorted: Sorted): void {
    const { order, compareText, stale } = sorted
    const compare = (a: number, b: number): number => {
      const first = this.#summaries.get(a)!
      const second = this.#summaries.get(b)!
      return compareText(orderText(first, order), orderText(second, order)) || a - b
    }
    const kept = sorted.ids.filter((id) => !stale.has(id))
    const coming = [...stale].filter((id) => this.#summaries.has(id))
    stale.clear()
    if (coming.length > this.#summaries.size * RESORT_PART) {
      sorted.ids = [...kept, ...coming].sort(compare)
      return
    }
    coming.sort(compare)
    const merged: number[] = []
    let from = 0
    for (const id of coming) {
      const at = lowerBound(kept.length, (i) => compare(kept[i]!, id) < 0, from)
      for (; from < at; from++) merged.push(kept[from]!)
      merged.push(id)
    }
    for (; from < kept.length; from++) merged.push(kept[from]!)
    sorted.ids = merged
  }
}

/** The first index from `from` on at which `isBefore` is not true; `length` if it always is. `isBefore` must not become true again. */
export function lowerBound(length: number, isBefore: (index: number) => boolean, from = 0): number {
  let low = from
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
