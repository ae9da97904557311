import { createHash } from 'node:crypto'
import { makeId, type PropertyValue } from '@bourse/mapi'
import { compareCodePoints, compareSortValues, type SortValue } from './collation.ts'
import type { RowIdentity } from './row-list.ts'
import type { SortPlan } from './sort-plan.ts'

/** A category of a table: its heading row, and the categories or rows below it. */
export class Category {
  /** PidTagInstID of the heading row: the same for the same category of any table with the same categories. */
  readonly id: bigint
  /** Stands for the heading row where a row is named by a message counter; negative. */
  readonly serial: number
  readonly parent: Category | undefined
  /** How many categories it is within. */
  readonly depth: number
  /** What its rows have in common: as it compares, and as it is shown. */
  readonly value: SortValue
  readonly cell: PropertyValue | undefined

  /** The categories within it, in order; none in an innermost one. */
  readonly children: Category[] = []
  readonly byValue = new Map<SortValue, Category>()
  /** The rows of an innermost category, in order. */
  readonly mids: number[] = []
  readonly instances: number[] = []

  /** How many rows there are below it, and how many of their messages are unread. */
  count = 0
  unread = 0
  /** The largest or smallest value of the column that categories are sorted by. */
  extreme: SortValue = null
  extremeCell: PropertyValue | undefined = undefined

  constructor(
    id: bigint,
    serial: number,
    parent: Category | undefined,
    value: SortValue,
    cell: PropertyValue | undefined,
  ) {
    this.id = id
    this.serial = serial
    this.parent = parent
    this.depth = parent === undefined ? 0 : parent.depth + 1
    this.value = value
    this.cell = cell
  }

  rowAt(index: number): RowIdentity {
    return { mid: this.mids[index]!, instance: this.instances[index] ?? 0 }
  }

  indexOf(mid: number, instance: number): number {
    for (let at = this.mids.indexOf(mid); at !== -1; at = this.mids.indexOf(mid, at + 1)) {
      if ((this.instances[at] ?? 0) === instance) return at
    }
    return -1
  }

  insertRow(index: number, mid: number, instance: number): void {
    if (index === this.mids.length) this.mids.push(mid)
    else this.mids.splice(index, 0, mid)
    // Rows of messages that have only one are numbered 0, which need not be kept.
    if (instance !== 0 || this.instances.length > 0) {
      while (this.instances.length < index) this.instances.push(0)
      this.instances.splice(index, 0, instance)
    }
  }

  removeRow(index: number): void {
    this.mids.splice(index, 1)
    if (index < this.instances.length) this.instances.splice(index, 1)
  }
}

const GLOBCNT_BYTES = 6

/**
 * PidTagInstID of a category: a hash of the categories that it is within and of its own value. REPLID 0, which is that of no
 * message.
 */
export function categoryId(parent: Category | undefined, value: SortValue): bigint {
  const hash = createHash('sha1')
    .update(`${parent?.id ?? ''}/${typeof value}/${value}`)
    .digest()
  return makeId(0, hash.readUIntBE(0, GLOBCNT_BYTES))
}

/** Orders categories that are within the same one. */
export function compareCategories(plan: SortPlan, a: Category, b: Category): number {
  const field = plan.categories[a.depth]!
  const sign = field.descending ? -1 : 1
  if (plan.extreme !== undefined && a.depth === plan.categories.length - 1) {
    const order = compareSortValues(a.extreme, b.extreme)
    if (order !== 0) return order * sign
  }
  return sign * compareSortValues(a.value, b.value) || compareCodePoints(String(a.id), String(b.id))
}

/** Where a category belongs among others that are in order. */
export function placeAmong(plan: SortPlan, siblings: readonly Category[], category: Category): number {
  let low = 0
  let high = siblings.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareCategories(plan, siblings[middle]!, category) < 0) low = middle + 1
    else high = middle
  }
  return low
}
