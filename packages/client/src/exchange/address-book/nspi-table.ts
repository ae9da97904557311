import {
  type AddressBookOrder,
  type Bookmark,
  type Columns,
  ErrorCode,
  type FindRowOptions,
  type FindRowResult,
  MapiError,
  Order,
  PidTagAddressBookPhoneticDisplayName,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PropertyBag,
  type PropertyTag,
  type QueryRowsOptions,
  type QueryRowsResult,
  RelOp,
  type Restriction,
  type Row,
  type SeekResult,
  type SortOrderSet,
  type Subscription,
  type Table,
  type TableStatus,
  tagsOf,
} from '@bourse/mapi'
import { PositioningMinimalId, SortType, type Stat } from '@bourse/wire/nspi'
import { matches } from '../../table/index.ts'
import type { NspiOperation, NspiSession } from './nspi-session.ts'
import { asUnicode, explicitRows, PAGE_ROWS, rowsFor } from './rows.ts'

/** The columns of a table until others are chosen. */
const DEFAULT_COLUMNS = [
  PidTagEntryId,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagAddressType,
  PidTagObjectType,
  PidTagDisplayType,
]

/** Rows of a search that a server is to give at most. */
const MAX_MATCHES = 50_000

export interface NspiTableOptions {
  readonly session: NspiSession
  readonly order: AddressBookOrder
  /** The container's number; that of the global address list if left out. */
  readonly containerId?: number
  /** The entries, where they are no container's. */
  readonly listed?: (operation: NspiOperation) => Promise<readonly number[]>
}

/**
 * The entries of a container on an address book server. Its rows are addressed by their number: positions are counted by the client, and
 * asked for with NspiUpdateStat. With a restriction the rows are those that NspiGetMatches found when it was set.
 */
export class NspiTable<C extends Columns = Columns> implements Table<C> {
  readonly #session: NspiSession
  readonly #options: NspiTableOptions
  readonly #bookmarks = new Map<number, number>()
  readonly #order: AddressBookOrder
  #sorted: AddressBookOrder
  #nextBookmark = 1
  #columns: Columns = DEFAULT_COLUMNS
  #restriction: Restriction | undefined
  /** The rows, where they are not all of a container's, with the server for which their numbers hold. */
  #listed: { readonly serverGuid: string; readonly ids: readonly number[] } | undefined
  #position = 0

  constructor(options: NspiTableOptions) {
    this.#session = options.session
    this.#options = options
    this.#order = options.order
    this.#sorted = options.order
  }

  get columns(): C {
    return this.#columns as C
  }

  async setColumns<const N extends Columns>(columns: N): Promise<Table<N>> {
    if (columns.length === 0) throw new MapiError(ErrorCode.InvalidParameter)
    this.#columns = columns
    return this as unknown as Table<N>
  }

  /** NspiQueryColumns, [MS-OXNSPI] 3.1.4.1.5. */
  async queryColumns(): Promise<PropertyTag[]> {
    const { columns = [] } = await this.#session.read(({ call }) =>
      call('queryColumns', { mapiFlags: UNICODE_TYPES }),
    )
    return columns.map(asUnicode)
  }

  /** By display name or phonetic display name, ascending: servers know no other order. Others are `TooComplex`. */
  async sort(order: SortOrderSet): Promise<void> {
    const [key, ...more] = order.sortOrders
    const isKnown =
      key === undefined || key.tag === PidTagDisplayName || key.tag === PidTagAddressBookPhoneticDisplayName
    if (
      !isKnown ||
      more.length > 0 ||
      (key?.order ?? Order.Ascending) !== Order.Ascending ||
      order.categorizedCount > 0
    )
      throw new MapiError(ErrorCode.TooComplex)
    this.#sorted =
      key === undefined ? this.#order : key.tag === PidTagDisplayName ? 'displayName' : 'phoneticDisplayName'
    this.#begin()
  }

  async restrict(restriction: Restriction | undefined): Promise<void> {
    this.#restriction = restriction
    this.#begin()
    // What the server cannot answer is refused here.
    if (restriction !== undefined) await this.#session.read((operation) => this.#ids(operation))
  }

  async queryRows(count: number, options: QueryRowsOptions = {}): Promise<QueryRowsResult<C>> {
    const { backward = false, noAdvance = false } = options
    const result = await this.#session.read(async (operation) => {
      const start = backward ? Math.max(0, this.#position - count) : this.#position
      const wanted = backward ? this.#position - start : count
      const { rows, rowCount } = await this.#rowsAt(operation, start, wanted, this.#columns)
      const after = backward ? start : start + rows.length
      return { rows: rows as readonly Row<C>[], after, rowCount }
    })
    if (!noAdvance) this.#position = result.after
    const place = this.#position
    const position =
      place >= result.rowCount && !(backward && place === 0) ? 'end' : place === 0 ? 'beginning' : 'current'
    return { rows: result.rows, position }
  }

  async abort(): Promise<TableStatus> {
    throw new MapiError(ErrorCode.AbortFailed)
  }

  async getStatus(): Promise<TableStatus> {
    return 'complete'
  }

  async queryPosition(): Promise<{ readonly position: number; readonly rowCount: number }> {
    const rowCount = await this.#session.read((operation) => this.#rowCount(operation))
    return { position: Math.min(this.#position, rowCount), rowCount }
  }

  async seek(from: Bookmark, rows: number): Promise<SeekResult> {
    const start = await this.#resolve(from)
    // Towards the beginning the number of rows does not matter.
    const rowCount = rows > 0 ? await this.#session.read((operation) => this.#rowCount(operation)) : start
    this.#position = Math.min(Math.max(start + rows, 0), Math.max(rowCount, start))
    return { moved: this.#position - start, bookmarkMoved: false }
  }

  async seekFraction(numerator: number, denominator: number): Promise<void> {
    if (denominator === 0) throw new MapiError(ErrorCode.InvalidParameter)
    const rowCount = await this.#session.read((operation) => this.#rowCount(operation))
    this.#position = Math.min(rowCount, Math.floor((rowCount * numerator) / denominator))
  }

  async createBookmark(): Promise<Uint8Array> {
    const number = this.#nextBookmark++
    this.#bookmarks.set(number, this.#position)
    const bookmark = new Uint8Array(4)
    new DataView(bookmark.buffer).setUint32(0, number, true)
    return bookmark
  }

  async freeBookmark(bookmark: Uint8Array): Promise<void> {
    if (!this.#bookmarks.delete(numberOf(bookmark))) throw new MapiError(ErrorCode.InvalidBookmark)
  }

  /**
   * The first entry whose name is not less than a text is found by the server (NspiSeekEntries, [MS-OXNSPI] 3.1.4.1.9); for anything else, the rows are
   * read one after the other.
   */
  async findRow(restriction: Restriction, options: FindRowOptions = {}): Promise<FindRowResult<C>> {
    const from = await this.#resolve(options.from ?? 'current')
    const found =
      options.backward === true ||
      this.#restriction !== undefined ||
      this.#options.listed !== undefined ||
      !this.#isAtLeast(restriction)
        ? await this.#scan(restriction, from, options.backward === true)
        : await this.#seekEntries(restriction.value.value as string, from)
    if (found === undefined) return { row: undefined, bookmarkMoved: false }
    this.#position = found
    const { rows } = await this.#session.read((operation) => this.#rowsAt(operation, found, 1, this.#columns))
    return { row: rows[0] as Row<C> | undefined, bookmarkMoved: false }
  }

  async reset(): Promise<void> {
    this.#columns = DEFAULT_COLUMNS
    this.#restriction = undefined
    this.#sorted = this.#order
    this.#begin()
  }

  expandRow(): Promise<never> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  collapseRow(): Promise<never> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  getCollapseState(): Promise<never> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  setCollapseState(): Promise<never> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  /** Address book servers tell nobody of changes. */
  subscribe(): Promise<Subscription> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Row<C>> {
    for (;;) {
      const { rows, position } = await this.queryRows(PAGE_ROWS)
      yield* rows
      if (rows.length === 0 || position === 'end') return
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bookmarks.clear()
  }

  #begin(): void {
    this.#position = 0
    this.#listed = undefined
    this.#bookmarks.clear()
  }

  async #resolve(from: Bookmark): Promise<number> {
    if (from === 'beginning') return 0
    if (from === 'current') return this.#position
    if (from === 'end') return this.#session.read((operation) => this.#rowCount(operation))
    const place = this.#bookmarks.get(numberOf(from))
    if (place === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
    return place
  }

  #stat(fields: Partial<Stat> = {}): Stat {
    return this.#session.stat({
      sortType: sortTypeOf(this.#sorted),
      containerId: this.#options.containerId ?? 0,
      ...fields,
    })
  }

  /** The STAT of a row by its number. NspiUpdateStat, [MS-OXNSPI] 3.1.4.1.4. */
  async #statAt(operation: NspiOperation, position: number): Promise<Stat> {
    const state = this.#stat({
      currentRec: PositioningMinimalId.MID_BEGINNING_OF_TABLE,
      delta: position,
    })
    return (await operation.call('updateStat', { state, deltaRequested: false })).state ?? state
  }

  async #rowCount(operation: NspiOperation): Promise<number> {
    const ids = await this.#ids(operation)
    if (ids !== undefined) return ids.length
    return (await this.#statAt(operation, 0)).totalRecs
  }

  async #rowsAt(
    operation: NspiOperation,
    start: number,
    count: number,
    columns: Columns,
  ): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number }> {
    const ids = await this.#ids(operation)
    if (ids !== undefined) {
      const rows = await explicitRows(this.#session, operation, ids.slice(start, start + count), columns)
      return { rows, rowCount: ids.length }
    }
    const rows: Row[] = []
    let state = await this.#statAt(operation, start)
    const rowCount = state.totalRecs
    while (rows.length < count && start + rows.length < rowCount) {
      const answer = await operation.call('queryRows', {
        flags: 0,
        state,
        explicitTable: [],
        rowCount: Math.min(count - rows.length, PAGE_ROWS),
        columns: columns as readonly PropertyTag[],
      })
      const page = rowsFor(answer.columnsAndRows, columns)
      rows.push(...page)
      if (page.length === 0 || answer.state?.currentRec === PositioningMinimalId.MID_END_OF_TABLE) break
      state = answer.state ?? state
    }
    return { rows, rowCount: Math.max(rowCount, start + rows.length) }
  }

  /** The rows where they are not simply those of a container. */
  async #ids(operation: NspiOperation): Promise<readonly number[] | undefined> {
    const { listed } = this.#options
    if (this.#restriction === undefined && listed === undefined) return undefined
    if (this.#listed?.serverGuid === operation.serverGuid) return this.#listed.ids
    const ids =
      listed === undefined
        ? await this.#matchingIds(operation, this.#restriction!)
        : await this.#filtered(operation, await listed(operation))
    this.#listed = { serverGuid: operation.serverGuid, ids }
    return ids
  }

  /** NspiGetMatches, [MS-OXNSPI] 3.1.4.1.10. */
  async #matchingIds(operation: NspiOperation, restriction: Restriction): Promise<readonly number[]> {
    const { minimalIds = [] } = await operation.call('getMatches', {
      state: this.#stat(),
      filter: restriction,
      rowCount: MAX_MATCHES,
    })
    return minimalIds
  }

  async #filtered(operation: NspiOperation, ids: readonly number[]): Promise<readonly number[]> {
    const restriction = this.#restriction
    if (restriction === undefined) return ids
    const columns = tagsOf(restriction)
    const rows = await explicitRows(this.#session, operation, ids, columns)
    return ids.filter((_, i) => rows[i] !== undefined && isMatch(restriction, columns, rows[i]))
  }

  #isAtLeast(restriction: Restriction): restriction is Restriction & { readonly kind: 'property' } {
    if (restriction.kind !== 'property' || restriction.relOp !== RelOp.RELOP_GE) return false
    return restriction.tag === sortTagOf(this.#sorted) && typeof restriction.value.value === 'string'
  }

  async #seekEntries(text: string, from: number): Promise<number | undefined> {
    try {
      const { state } = await this.#session.read(async (operation) =>
        operation.call('seekEntries', {
          state: this.#stat(),
          target: { tag: sortTagOf(this.#sorted) as PropertyTag, value: text },
        }),
      )
      return Math.max(state?.numPos ?? 0, from)
    } catch (error) {
      if (error instanceof MapiError && error.code === ErrorCode.NotFound) return undefined
      throw error
    }
  }

  async #scan(restriction: Restriction, from: number, isBackward: boolean): Promise<number | undefined> {
    const columns = tagsOf(restriction)
    const meets = (row: Row): boolean => isMatch(restriction, columns, row)
    for (let at = from; ; ) {
      const start = isBackward ? Math.max(0, at - PAGE_ROWS) : at
      const count = isBackward ? at - start : PAGE_ROWS
      if (count === 0) return undefined
      const { rows } = await this.#session.read((operation) => this.#rowsAt(operation, start, count, columns))
      const found = isBackward ? rows.findLastIndex(meets) : rows.findIndex(meets)
      if (found >= 0) return start + found
      if (rows.length === 0) return undefined
      at = isBackward ? start : start + rows.length
    }
  }
}

function isMatch(restriction: Restriction, columns: Columns, row: Row): boolean {
  return matches(restriction, new PropertyBag(columns.map((tag, i) => [tag, row.cells[i]] as const)))
}

/** NspiUnicodeProptypes of QueryColumns ([MS-OXNSPI] 2.2.1.13). */
export const UNICODE_TYPES = 0x8000_0000

/** SortType of an order ([MS-OXNSPI] 2.2.1.10). */
export function sortTypeOf(order: AddressBookOrder): number {
  return order === 'displayName' ? SortType.SortTypeDisplayName : SortType.SortTypePhoneticDisplayName
}

function sortTagOf(order: AddressBookOrder): PropertyTag<string> {
  return order === 'displayName' ? PidTagDisplayName : PidTagAddressBookPhoneticDisplayName
}

function numberOf(bookmark: Uint8Array): number {
  if (bookmark.length !== 4) throw new MapiError(ErrorCode.InvalidBookmark)
  return new DataView(bookmark.buffer, bookmark.byteOffset, 4).getUint32(0, true)
}
