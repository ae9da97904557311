import {
  type Cell,
  type Columns,
  Order,
  type PropertyBag,
  type PropertyTag,
  type PropertyValue,
  type Restriction,
  type RowSource,
  RowTable,
  type SortOrderSet,
  type Table,
  tagType,
} from '@bourse/mapi'
import { compareMaybe, matches } from './matches.ts'

export interface MemoryTableOptions {
  /** The columns at first, and those that rows can have; the properties of the rows if left out. */
  readonly columns?: Columns
  /** Calls back when the rows are others than before, until what it returns is called; without it the rows never change. */
  readonly onChange?: (listener: () => void) => () => void
}

/** Gives the rows, now or later. */
type Rows = () => Promise<readonly PropertyBag[]> | readonly PropertyBag[]

/**
 * A table over rows in memory: columns, sort orders, restrictions, bookmarks and finding, but no categories. The rows are given, or asked for when
 * the table is first read, and again when it is sorted or restricted anew or told of a change.
 *
 * ```ts
 * const table = memoryTable([new PropertyBag([[PidTagDisplayName, 'Ann']])])
 * ```
 */
export function memoryTable(rows: readonly PropertyBag[] | Rows, options: MemoryTableOptions = {}): Table {
  return new RowTable(new MemoryRows(typeof rows === 'function' ? rows : () => rows, options))
}

/** Rows in memory. They are named by their places in the order that they are in. */
class MemoryRows implements RowSource {
  readonly #read: Rows
  readonly #options: MemoryTableOptions
  readonly #endOfChanges: (() => void) | undefined
  /** As they were given; `undefined` until they are needed, and when they may be others. */
  #given: Promise<readonly PropertyBag[]> | undefined
  /** As they are sorted. */
  #sorted: readonly PropertyBag[] = []
  #tags: Columns = []
  #version = 0

  constructor(read: Rows, options: MemoryTableOptions) {
    this.#read = read
    this.#options = options
    this.#endOfChanges = options.onChange?.(() => this.begin())
  }

  get defaultColumns(): Columns {
    return this.#options.columns ?? this.#tags
  }

  async version(): Promise<number> {
    return this.#version
  }

  async availableColumns(): Promise<readonly PropertyTag[]> {
    if (this.#options.columns === undefined) await this.#all()
    return this.defaultColumns as readonly PropertyTag[]
  }

  async rows(order: SortOrderSet | undefined): Promise<readonly number[]> {
    const all = await this.#all()
    const keys = order?.sortOrders ?? []
    this.#sorted = keys.length === 0 ? all : all.toSorted((a, b) => compareRows(a, b, keys))
    return all.map((_, place) => place)
  }

  async matching(rows: readonly number[], restriction: Restriction): Promise<readonly number[]> {
    return rows.filter((place) => matches(restriction, this.#sorted[place]!))
  }

  async cells(rows: readonly number[], columns: Columns): Promise<readonly (readonly Cell[])[]> {
    return rows.map((place) => columns.map((tag) => this.#sorted[place]!.cell(tag)))
  }

  onChange(listener: () => void): () => void {
    return this.#options.onChange?.(listener) ?? (() => {})
  }

  begin(): void {
    this.#given = undefined
    this.#version++
  }

  close(): void {
    this.#endOfChanges?.()
  }

  async #all(): Promise<readonly PropertyBag[]> {
    this.#given ??= (async () => this.#read())()
    const reading = this.#given
    try {
      const rows = await reading
      this.#tags = [...new Set(rows.flatMap((row) => row.tags()))]
      return rows
    } catch (error) {
      // The next who asks may be luckier.
      if (this.#given === reading) this.#given = undefined
      throw error
    }
  }
}

function compareRows(a: PropertyBag, b: PropertyBag, keys: SortOrderSet['sortOrders']): number {
  for (const { tag, order } of keys) {
    const left = a.get(tag) as PropertyValue | undefined
    const right = b.get(tag) as PropertyValue | undefined
    const result = compareMaybe(left, right, tagType(tag))
    if (result !== 0) return order === Order.Descending ? -result : result
  }
  return 0
}
