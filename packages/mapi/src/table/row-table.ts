import { ErrorCode, MapiError } from '../error/index.ts'
import type {
  Bookmark,
  FindRowOptions,
  FindRowResult,
  NotificationSink,
  QueryRowsOptions,
  QueryRowsResult,
  SeekResult,
  Subscription,
  Table,
  TableStatus,
} from '../model/index.ts'
import { type Cell, type Columns, type PropertyTag, Row } from '../property/index.ts'
import type { Restriction } from '../restriction/index.ts'
import type { SortOrderSet } from '../sort/index.ts'

/** How many rows iterating reads at once, and finding looks at. */
const CHUNK = 200

/** How many bookmarks a table keeps. */
const MAX_BOOKMARKS = 10_000

/** Where a table's rows come from. Rows are named by numbers. */
export interface RowSource {
  /** The columns at first; may be empty until rows have been read. */
  readonly defaultColumns: Columns
  /** Differs from what it was if rows may have come, gone or changed. */
  version(): Promise<number>
  availableColumns(): readonly PropertyTag[] | Promise<readonly PropertyTag[]>
  /** The rows in an order, in the usual one if left out. Throws `TooComplex` for an order that they cannot be put into. */
  rows(order: SortOrderSet | undefined): Promise<readonly number[]>
  /** Those of the rows given, in their order, of which a restriction is true. */
  matching(rows: readonly number[], restriction: Restriction): Promise<readonly number[]>
  /** The index of the first of the rows given of which a restriction is true, if that can be said without looking at all of them. */
  firstMatch?(
    rows: readonly number[],
    order: SortOrderSet | undefined,
    restriction: Restriction,
  ): number | undefined
  /** Cells of the rows given, `undefined` for those that are gone. */
  cells(rows: readonly number[], columns: Columns): Promise<readonly (readonly Cell[] | undefined)[]>
  /** Calls back when the rows are others than before, until what it returns is called. */
  onChange(listener: () => void): () => void
  /** The table begins anew, with another order or restriction: the chance to read again what is kept of the rows. */
  begin?(): void
  /** The table is closed. */
  close?(): void
}

interface Place {
  /** The row that it stands at; `undefined` at the end. */
  readonly row: number | undefined
  readonly index: number
}

/**
 * A table over rows that are in order somewhere else. The position is kept at its row while others come and go; if the row itself
 * goes, at the one that took its place. There are no categories; what has to do with them throws `NotSupported`.
 */
export class RowTable<C extends Columns> implements Table<C> {
  readonly #source: RowSource
  readonly #bookmarks = new Map<number, Place>()
  readonly #subscriptions = new Set<() => void>()
  #nextBookmark = 1
  #columns: C | undefined
  #order: SortOrderSet | undefined
  #restriction: Restriction | undefined
  #rows: readonly number[] = []
  /** Version that {@link #rows} were read at. */
  #version: number | undefined
  #position = 0

  constructor(source: RowSource) {
    this.#source = source
  }

  get columns(): C {
    return this.#columns ?? (this.#source.defaultColumns as C)
  }

  async setColumns<const N extends Columns>(columns: N): Promise<Table<N>> {
    if (columns.length === 0) throw new MapiError(ErrorCode.InvalidParameter)
    const table = this as unknown as RowTable<N>
    table.#columns = columns
    return table
  }

  async queryColumns(): Promise<PropertyTag[]> {
    return [...(await this.#source.availableColumns())]
  }

  async sort(order: SortOrderSet): Promise<void> {
    if (order.categorizedCount > 0) throw new MapiError(ErrorCode.NotSupported)
    this.#source.begin?.()
    // Before anything is changed: the source may refuse.
    await this.#source.rows(order)
    this.#order = order
    this.#begin()
  }

  async restrict(restriction: Restriction | undefined): Promise<void> {
    this.#source.begin?.()
    if (restriction !== undefined) await this.#source.matching([], restriction)
    this.#restriction = restriction
    this.#begin()
  }

  async queryRows(count: number, options: QueryRowsOptions = {}): Promise<QueryRowsResult<C>> {
    const all = await this.#current()
    const { backward = false, noAdvance = false } = options
    const start = backward ? Math.max(0, this.#position - count) : this.#position
    const end = backward ? this.#position : Math.min(all.length, this.#position + count)
    const rows = await this.#read(all.slice(start, end))
    if (!noAdvance) this.#position = backward ? start : end
    return { rows, position: this.#origin(all.length, backward) }
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
    const { index, moved } = this.#resolve(from)
    this.#position = Math.min(length, Math.max(0, index + rows))
    return { moved: this.#position - index, bookmarkMoved: moved }
  }

  async seekFraction(numerator: number, denominator: number): Promise<void> {
    if (denominator === 0) throw new MapiError(ErrorCode.InvalidParameter)
    const { length } = await this.#current()
    this.#position = Math.min(length, Math.floor((length * numerator) / denominator))
  }

  async createBookmark(): Promise<Uint8Array> {
    await this.#current()
    if (this.#bookmarks.size >= MAX_BOOKMARKS) throw new MapiError(ErrorCode.OutOfResources)
    const number = this.#nextBookmark++
    this.#bookmarks.set(number, this.#placeOf(this.#position))
    const bookmark = new Uint8Array(4)
    new DataView(bookmark.buffer).setUint32(0, number, true)
    return bookmark
  }

  async freeBookmark(bookmark: Uint8Array): Promise<void> {
    if (!this.#bookmarks.delete(numberOf(bookmark))) throw new MapiError(ErrorCode.InvalidBookmark)
  }

  async findRow(restriction: Restriction, options: FindRowOptions = {}): Promise<FindRowResult<C>> {
    const all = await this.#current()
    const { backward = false, from = 'current' } = options
    const { index, moved } = this.#resolve(from)
    const found = backward
      ? await this.#findBackward(all, index, restriction)
      : await this.#findForward(all, index, restriction)
    if (found === undefined) return { row: undefined, bookmarkMoved: moved }
    this.#position = found
    const [row] = await this.#read([all[found]!])
    return { row, bookmarkMoved: moved }
  }

  async reset(): Promise<void> {
    this.#source.begin?.()
    this.#columns = undefined
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
    const end = this.#source.onChange(() => {
      queueMicrotask(() => {
        if (this.#subscriptions.has(end)) sink([{ kind: 'tableChanged' }])
      })
    })
    this.#subscriptions.add(end)
    return {
      [Symbol.asyncDispose]: async () => {
        this.#subscriptions.delete(end)
        end()
      },
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row<C>, void, undefined> {
    while (true) {
      const { rows, position } = await this.queryRows(CHUNK)
      yield* rows
      if (position === 'end') return
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#subscriptions) end()
    this.#subscriptions.clear()
    this.#bookmarks.clear()
    this.#source.close?.()
  }

  /** Goes to the beginning of rows that are to be read anew. */
  #begin(): void {
    this.#version = undefined
    this.#bookmarks.clear()
    this.#position = 0
  }

  /** The rows as they are now, with the position where it belongs among them. */
  async #current(): Promise<readonly number[]> {
    const version = await this.#source.version()
    if (version === this.#version) return this.#rows
    const all = await this.#source.rows(this.#order)
    const rows = this.#restriction === undefined ? all : await this.#source.matching(all, this.#restriction)
    if (this.#version !== undefined) this.#position = newIndex(this.#rows, this.#position, rows)
    this.#rows = rows
    this.#version = version
    return rows
  }

  async #read(ids: readonly number[]): Promise<readonly Row<C>[]> {
    const { columns } = this
    const cells = await this.#source.cells(ids, columns)
    return cells.filter((row) => row !== undefined).map((row) => new Row(columns, row))
  }

  #origin(length: number, backward: boolean): QueryRowsResult['position'] {
    const isEnd = this.#position >= length
    const isBeginning = this.#position === 0
    if (backward) return isBeginning ? 'beginning' : isEnd ? 'end' : 'current'
    return isEnd ? 'end' : isBeginning ? 'beginning' : 'current'
  }

  #placeOf(index: number): Place {
    return { row: this.#rows[index], index }
  }

  #resolve(bookmark: Bookmark): { readonly index: number; readonly moved: boolean } {
    if (bookmark === 'beginning') return { index: 0, moved: false }
    if (bookmark === 'current') return { index: this.#position, moved: false }
    if (bookmark === 'end') return { index: this.#rows.length, moved: false }
    const place = this.#bookmarks.get(numberOf(bookmark))
    if (place === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
    if (place.row === undefined) return { index: this.#rows.length, moved: false }
    if (this.#rows[place.index] === place.row) return { index: place.index, moved: false }
    const index = this.#rows.indexOf(place.row)
    return index < 0
      ? { index: Math.min(place.index, this.#rows.length), moved: true }
      : { index, moved: false }
  }

  async #findForward(
    all: readonly number[],
    start: number,
    restriction: Restriction,
  ): Promise<number | undefined> {
    const first = this.#source.firstMatch?.(all, this.#order, restriction)
    if (first !== undefined) {
      // The rows from the first one on match all.
      const index = Math.max(first, start)
      return index < all.length ? index : undefined
    }
    for (let from = start; from < all.length; from += CHUNK) {
      const [found] = await this.#source.matching(all.slice(from, from + CHUNK), restriction)
      if (found !== undefined) return all.indexOf(found, from)
    }
    return undefined
  }

  async #findBackward(
    all: readonly number[],
    start: number,
    restriction: Restriction,
  ): Promise<number | undefined> {
    for (let to = start; to > 0; to -= CHUNK) {
      const from = Math.max(0, to - CHUNK)
      const found = (await this.#source.matching(all.slice(from, to), restriction)).at(-1)
      if (found !== undefined) return all.indexOf(found, from)
    }
    return undefined
  }
}

/** Where a position stands among other rows: at the same row, or the nearest after it that is still there. */
function newIndex(before: readonly number[], position: number, now: readonly number[]): number {
  if (position === 0) return 0
  const places = new Map(now.map((row, index) => [row, index]))
  for (let i = position; i < before.length; i++) {
    const index = places.get(before[i]!)
    if (index !== undefined) return index
  }
  return now.length
}

function numberOf(bookmark: Uint8Array): number {
  if (bookmark.length !== 4) throw new MapiError(ErrorCode.InvalidBookmark)
  return new DataView(bookmark.buffer, bookmark.byteOffset).getUint32(0, true)
}
