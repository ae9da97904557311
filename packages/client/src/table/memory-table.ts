import {
  type Bookmark,
  type Columns,
  ErrorCode,
  type FindRowOptions,
  type FindRowResult,
  MapiError,
  type NotificationSink,
  Order,
  type PropertyBag,
  type PropertyTag,
  type PropertyValue,
  type QueryRowsOptions,
  type QueryRowsResult,
  type Restriction,
  Row,
  type SeekResult,
  type SortOrderSet,
  type Subscription,
  type Table,
  type TableStatus,
  tagType,
} from '@bourse/mapi'
import { compareMaybe, matches } from './matches.ts'

export interface MemoryTableOptions {
  /** The columns at first, and those that rows can have; the properties of the rows if left out. */
  readonly columns?: Columns
  /** Calls back when the rows are others than before, until what it returns is called; without it the rows never change. */
  readonly onChange?: (listener: () => void) => () => void
}

/**
 * A table over rows in memory: columns, sort orders, restrictions, bookmarks and finding, but no categories. The rows are given, or asked for when
 * the table is first read, and again when it is sorted or restricted anew or told of a change.
 *
 * ```ts
 * const table = memoryTable([new PropertyBag([[PidTagDisplayName, 'Ann']])])
 * ```
 */
export function memoryTable(
  rows: readonly PropertyBag[] | (() => Promise<readonly PropertyBag[]> | readonly PropertyBag[]),
  options: MemoryTableOptions = {},
): Table {
  return new MemoryTable(typeof rows === 'function' ? rows : () => rows, options)
}

/** How many rows iterating reads at once. */
const CHUNK = 200

class MemoryTable<C extends Columns> implements Table<C> {
  readonly #source: () => Promise<readonly PropertyBag[]> | readonly PropertyBag[]
  readonly #options: MemoryTableOptions
  readonly #bookmarks = new Map<number, number>()
  readonly #ends = new Set<() => void>()
  #nextBookmark = 1
  #columns: C | undefined
  #order: SortOrderSet | undefined
  #restriction: Restriction | undefined
  #rows: Promise<readonly PropertyBag[]> | undefined
  #position = 0

  constructor(
    source: () => Promise<readonly PropertyBag[]> | readonly PropertyBag[],
    options: MemoryTableOptions,
  ) {
    this.#source = source
    this.#options = options
    this.#columns = options.columns as C | undefined
    const end = options.onChange?.(() => {
      this.#rows = undefined
    })
    if (end !== undefined) this.#ends.add(end)
  }

  get columns(): C {
    return this.#columns ?? ([] as unknown as C)
  }

  async setColumns<const N extends Columns>(columns: N): Promise<Table<N>> {
    if (columns.length === 0) throw new MapiError(ErrorCode.InvalidParameter)
    this.#columns = columns as unknown as C
    return this as unknown as Table<N>
  }

  async queryColumns(): Promise<PropertyTag[]> {
    if (this.#options.columns !== undefined) return [...this.#options.columns] as PropertyTag[]
    const tags = new Set<PropertyTag>()
    for (const row of await this.#current()) for (const tag of row.tags()) tags.add(tag)
    return [...tags]
  }

  async sort(order: SortOrderSet): Promise<void> {
    if (order.categorizedCount > 0) throw new MapiError(ErrorCode.NotSupported)
    this.#order = order
    this.#begin()
  }

  async restrict(restriction: Restriction | undefined): Promise<void> {
    this.#restriction = restriction
    this.#begin()
  }

  async queryRows(count: number, options: QueryRowsOptions = {}): Promise<QueryRowsResult<C>> {
    const all = await this.#current()
    const { backward = false, noAdvance = false } = options
    const start = backward ? Math.max(0, this.#position - count) : this.#position
    const end = backward ? this.#position : Math.min(all.length, this.#position + count)
    const rows = all.slice(start, end).map((row) => this.#row(row))
    if (!noAdvance) this.#position = backward ? start : end
    const isEnd = this.#position >= all.length
    const isBeginning = this.#position === 0
    const place = isEnd && !(backward && isBeginning) ? 'end' : isBeginning ? 'beginning' : 'current'
    return { rows, position: place }
  }

  async abort(): Promise<TableStatus> {
    // Nothing goes on once a method has returned.
    throw new MapiError(ErrorCode.AbortFailed)
  }

  async getStatus(): Promise<TableStatus> {
    return 'complete'
  }

  async queryPosition(): Promise<{ readonly position: number; readonly rowCount: number }> {
    const { length } = await this.#current()
    return { position: this.#position, rowCount: length }
  }

  async seek(from: Bookmark, rows: number): Promise<SeekResult> {
    const { length } = await this.#current()
    const start = this.#resolve(from, length)
    this.#position = Math.min(length, Math.max(0, start + rows))
    return { moved: this.#position - start, bookmarkMoved: false }
  }

  async seekFraction(numerator: number, denominator: number): Promise<void> {
    if (denominator === 0) throw new MapiError(ErrorCode.InvalidParameter)
    const { length } = await this.#current()
    this.#position = Math.min(length, Math.floor((length * numerator) / denominator))
  }

  async createBookmark(): Promise<Uint8Array> {
    await this.#current()
    const number = this.#nextBookmark++
    this.#bookmarks.set(number, this.#position)
    const bookmark = new Uint8Array(4)
    new DataView(bookmark.buffer).setUint32(0, number, true)
    return bookmark
  }

  async freeBookmark(bookmark: Uint8Array): Promise<void> {
    if (!this.#bookmarks.delete(numberOf(bookmark))) throw new MapiError(ErrorCode.InvalidBookmark)
  }

  async findRow(restriction: Restriction, options: FindRowOptions = {}): Promise<FindRowResult<C>> {
    const all = await this.#current()
    const start = this.#resolve(options.from ?? 'current', all.length)
    const found =
      options.backward === true
        ? all.findLastIndex((row, i) => i < start && matches(restriction, row))
        : all.findIndex((row, i) => i >= start && matches(restriction, row))
    if (found < 0) return { row: undefined, bookmarkMoved: false }
    this.#position = found
    return { row: this.#row(all[found]!), bookmarkMoved: false }
  }

  async reset(): Promise<void> {
    this.#columns = this.#options.columns as C | undefined
    this.#order = undefined
    this.#restriction = undefined
    this.#begin()
  }

  async expandRow(): Promise<never> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  async collapseRow(): Promise<never> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  async getCollapseState(): Promise<never> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  async setCollapseState(): Promise<never> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  async subscribe(sink: NotificationSink): Promise<Subscription> {
    const end = this.#options.onChange?.(() => sink([{ kind: 'tableChanged' }])) ?? (() => {})
    this.#ends.add(end)
    return {
      [Symbol.asyncDispose]: async () => {
        this.#ends.delete(end)
        end()
      },
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row<C>, void, undefined> {
    while (true) {
      const { rows, position } = await this.queryRows(CHUNK)
      yield* rows
      if (position === 'end' || rows.length === 0) return
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end()
    this.#ends.clear()
    this.#bookmarks.clear()
  }

  #begin(): void {
    this.#rows = undefined
    this.#position = 0
    this.#bookmarks.clear()
  }

  #current(): Promise<readonly PropertyBag[]> {
    this.#rows ??= this.#read().catch((error: unknown) => {
      this.#rows = undefined
      throw error
    })
    return this.#rows
  }

  async #read(): Promise<readonly PropertyBag[]> {
    const all = await this.#source()
    const restriction = this.#restriction
    const rows = restriction === undefined ? [...all] : all.filter((row) => matches(restriction, row))
    const keys = this.#order?.sortOrders ?? []
    if (keys.length > 0) rows.sort((a, b) => compareRows(a, b, keys))
    this.#columns ??= [...new Set(all.flatMap((row) => row.tags()))] as unknown as C
    return rows
  }

  #row(properties: PropertyBag): Row<C> {
    return new Row(
      this.columns,
      this.columns.map((tag) => properties.cell(tag)),
    )
  }

  #resolve(from: Bookmark, length: number): number {
    if (from === 'beginning') return 0
    if (from === 'current') return this.#position
    if (from === 'end') return length
    const place = this.#bookmarks.get(numberOf(from))
    if (place === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
    return Math.min(place, length)
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

function numberOf(bookmark: Uint8Array): number {
  if (bookmark.length !== 4) throw new MapiError(ErrorCode.InvalidBookmark)
  return new DataView(bookmark.buffer, bookmark.byteOffset).getUint32(0, true)
}
