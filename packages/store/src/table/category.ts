import { globcntOf, makeId, type PropertyValue, replidOf } from '@bourse/mapi'
import { compareSortValues, type SortValue } from './collation.ts'
import type { RowIdentity } from './row-list.ts'
import type { SortPlan } from './sort-plan.ts'

/** A category of a table: its heading row, and the categories or rows below it. */
export class Category {
  /** A hash of its value and the categories that it is within; positive. */
  readonly counter: number
  readonly parent: Category | undefined
  /** How many categories it is within. */
  readonly depth: number
  /** What its rows have in common: as it compares, and as it is shown, where that does not follow from it. */
  readonly value: SortValue
  readonly cell: PropertyValue | undefined

  /** The categories within it, in order; none in an innermost one. */
  readonly children: Category[]
  readonly byValue: Map<SortValue, Category>

  /** How many rows there are below it, and how many of their messages are unread. */
  count = 0
  unread = 0
  /** The largest or smallest value of the column that categories are sorted by. */
  extreme: SortValue = null
  extremeCell: PropertyValue | undefined = undefined

  /** The rows of an innermost category, as `takeRows` says. */
  #rows: number[] = NO_ROWS
  /** The same as they were taken, until somebody asks for them. */
  #text: string | undefined
  #instances: number[] | undefined

  constructor(
    counter: number,
    parent: Category | undefined,
    value: SortValue,
    cell: PropertyValue | undefined,
    isInnermost: boolean,
  ) {
    this.counter = counter
    this.parent = parent
    this.depth = parent === undefined ? 0 : parent.depth + 1
    this.value = value
    this.cell = cell
    this.children = isInnermost ? NO_CATEGORIES : []
    this.byValue = isInnermost ? NO_VALUES : new Map()
  }

  /** PidTagInstID of the heading row: the same for the same category of any table with the same categories. REPLID 0, as no message has. */
  get id(): bigint {
    return makeId(0, this.counter)
  }

  /** Stands for the heading row where a row is named by a message counter; negative. */
  get serial(): number {
    return -this.counter
  }

  /** How many rows there are right below it. */
  get rowCount(): number {
    return this.children === NO_CATEGORIES ? this.count : 0
  }

  /**
   * Takes all rows at once: in order, separated by commas, twice the message counter each, and one more if the message is unread.
   * Returns how many there are, and how many of them unread.
   */
  takeRows(text: string): { readonly count: number; readonly unread: number } {
    this.#text = text
    let count = 1
    let unread = 0
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) !== COMMA) continue
      count++
      unread += text.charCodeAt(i - 1) & 1
    }
    unread += text.charCodeAt(text.length - 1) & 1
    return { count, unread }
  }

  rowAt(index: number): RowIdentity {
    return { mid: Math.floor(this.#all()[index]! / 2), instance: this.#instances?.[index] ?? 0 }
  }

  isUnreadAt(index: number): boolean {
    return this.#all()[index]! % 2 === 1
  }

  indexOf(mid: number, instance: number): number {
    const rows = this.#all()
    for (const row of [mid * 2, mid * 2 + 1]) {
      for (let at = rows.indexOf(row); at !== -1; at = rows.indexOf(row, at + 1)) {
        if ((this.#instances?.[at] ?? 0) === instance) return at
      }
    }
    return -1
  }

  /** Where the rows of messages are, the last first. */
  indexesOf(mids: ReadonlySet<number>): number[] {
    const rows = this.#all()
    const found: number[] = []
    for (let i = rows.length - 1; i >= 0; i--) if (mids.has(Math.floor(rows[i]! / 2))) found.push(i)
    return found
  }

  insertRow(index: number, mid: number, instance: number, isUnread: boolean): void {
    const rows = this.#all()
    const row = mid * 2 + (isUnread ? 1 : 0)
    if (index === rows.length) rows.push(row)
    else rows.splice(index, 0, row)
    // Rows of messages that have only one are numbered 0, which need not be kept.
    if (instance === 0 && this.#instances === undefined) return
    this.#instances ??= Array(rows.length - 1).fill(0)
    this.#instances.splice(index, 0, instance)
  }

  removeRow(index: number): void {
    this.#all().splice(index, 1)
    this.#instances?.splice(index, 1)
  }

  #all(): number[] {
    if (this.#text !== undefined) {
      this.#rows = this.#text.split(',').map(Number)
      this.#text = undefined
    } else if (this.#rows === NO_ROWS) {
      this.#rows = []
    }
    return this.#rows
  }
}

const COMMA = 0x2c

/** What innermost categories have in common that they do not use. */
const NO_CATEGORIES: Category[] = []
const NO_VALUES = new Map<SortValue, Category>()
const NO_ROWS: number[] = []

/** The counter in the ID of a category, `undefined` for IDs of anything else. */
export function counterOf(id: bigint): number | undefined {
  return replidOf(id) === 0 ? globcntOf(id) : undefined
}

/** The counter of a category within another one. */
export function categoryCounter(parent: Category | undefined, value: SortValue): number {
  return hash48(`${parent?.counter ?? ''}/${typeof value}/${value}`) || 1
}

/** 48 bits that look like chance but follow from a text; not safe against who wants two texts to have the same. */
function hash48(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return (b & 0xffff) * 0x1_0000_0000 + (a >>> 0)
}

/** Orders categories that are within the same one. */
export function compareCategories(plan: SortPlan, a: Category, b: Category): number {
  const field = plan.categories[a.depth]!
  const sign = field.descending ? -1 : 1
  if (plan.extreme !== undefined && a.depth === plan.categories.length - 1) {
    const order = compareSortValues(a.extreme, b.extreme)
    if (order !== 0) return order * sign
  }
  return sign * compareSortValues(a.value, b.value)
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
