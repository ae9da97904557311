import {
  type Bookmark,
  baseType,
  type Columns,
  ErrorCode,
  type FindRowOptions,
  type FindRowResult,
  isKnownType,
  isMultivalueInstance,
  MapiError,
  MULTIPLE_FLAG,
  type NotificationSink,
  type OperationOptions,
  type PropertyTag,
  PtypErrorCode,
  PtypUnspecified,
  type QueryRowsOptions,
  type QueryRowsResult,
  type Restriction,
  Row,
  restrictionCodec,
  type SeekResult,
  type SortOrderSet,
  type Subscription,
  type Table,
  type TableNotification,
  type TableStatus,
  tagType,
} from '@bourse/mapi'
import { encodeWith, toHex } from '@bourse/mapi/bytes'
import type { Transaction } from '../storage/storage.ts'
import { checkRestriction } from './check-restriction.ts'
import { decodeCollapseState, encodeCollapseState, viewHash } from './collapse-state.ts'
import { limitOf } from './contents-query.ts'
import { Gap } from './gap.ts'
import type { RowIdentity } from './row-list.ts'
import type { RowEdit, RowsBatch } from './rows-view.ts'
import type { TableKind } from './table-kind.ts'
import type { RowCategories, RowFinder, TableRows } from './table-rows.ts'

/** How long one piece of work on a mailbox may last, milliseconds, before others get their turn. */
const SLICE_MS = 15

/** How many rows are looked at together when one is looked for. */
const FIND_BATCH = 128

/** How many rows iterating reads at a time. */
const ITERATE_BATCH = 50

/** How many rows a single batch of notifications tells of; beyond that it only says that the table has changed. */
const MAX_ROW_NOTIFICATIONS = 128

const MAX_BOOKMARKS = 10_000
const BOOKMARK_BYTES = 4

/** How often rows are read anew because some of them went away unnoticed. */
const MAX_RETRIES = 4

/** What a table is of. */
export interface TableSource {
  readonly kind: TableKind
  /** Does a piece of work on the mailbox. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** The rows in an order, all or those that meet a restriction; what is asked for is known to make sense but for the order. */
  open(view: RowsRequest): TableRows
  /** Throws unless a restriction can be used. */
  checkRestriction?(tx: Transaction, restriction: Restriction): Promise<void>
  /** The tags of all columns. */
  columns(tx: Transaction): Promise<PropertyTag[]>
}

export interface RowsRequest {
  readonly order: SortOrderSet | undefined
  readonly restriction: Restriction | undefined
  /** A column that gives a row for each of several values. */
  readonly instanceTag: PropertyTag<unknown> | undefined
}

/** A place that was marked: a row, which is followed wherever it goes, or the end of the table. */
interface Mark {
  readonly row: RowIdentity | undefined
  /** Where it is, or where it was when it went away. */
  readonly gap: Gap
  isGone: boolean
}

/** One table, opened by one user: columns, order, restriction, current position and bookmarks over shared rows. */
export class TableObject<C extends Columns = Columns> implements Table<C> {
  readonly #source: TableSource
  #columns: Columns | undefined
  /** Whether columns were ever set since the table was opened or reset. */
  #hadColumns = false
  #order: SortOrderSet | undefined
  #restriction: Restriction | undefined
  #limit = Number.POSITIVE_INFINITY
  #instanceTag: PropertyTag<unknown> | undefined
  /** Why there are no rows until an order, or a restriction, is set that makes sense. */
  #orderFailure: unknown
  #restrictionFailure: unknown
  #rows: TableRows | undefined
  #stopListening: (() => void) | undefined
  /** Whether any of the rows may have been read: what they were before is no news. */
  #wereRead = false
  #cursor = new Gap(0)
  /** Other places that must stay where they are while rows come and go. */
  readonly #gaps = new Set<Gap>()
  readonly #marks = new Map<number, Mark>()
  #nextMark = 1
  /** The row before the current position, while rows are found anew. */
  #anchor: RowIdentity | undefined
  #isAdrift = false
  #wasReset = false
  #isClosed = false
  readonly #sinks = new Map<object, NotificationSink>()
  /** Whether rows were asked for, so that changes are to be told ([MS-OXCNOTIF] 3.1.4.3). */
  #isViewed = false
  #isCompleting = false

  constructor(source: TableSource) {
    this.#source = source
  }

  get columns(): C {
    return (this.#columns ?? []) as unknown as C
  }

  async setColumns<const N extends Columns>(columns: N): Promise<Table<N>> {
    this.#requireOpen()
    let instanceTag: PropertyTag<unknown> | undefined
    try {
      instanceTag = checkColumns(columns, this.#source.kind.sorts)
    } catch (error) {
      this.#columns = undefined
      throw error
    }
    this.#columns = [...columns]
    this.#hadColumns = true
    if (instanceTag !== this.#instanceTag) {
      this.#instanceTag = instanceTag
      this.#replaceRows()
    }
    return this as unknown as Table<N>
  }

  async queryColumns(): Promise<PropertyTag[]> {
    this.#requireOpen()
    const canOpen = this.#orderFailure === undefined && this.#restrictionFailure === undefined
    const columns = await this.#source.run(async (tx) => {
      if (canOpen) {
        await this.#open().refresh(tx)
        this.#wereRead = true
      }
      return this.#source.columns(tx)
    })
    // From now on somebody who wants to be told of changes is told of them ([MS-OXCNOTIF] 3.1.4.3).
    this.#isViewed = true
    this.#completeSoon()
    return columns
  }

  async sort(order: SortOrderSet, _options?: OperationOptions): Promise<void> {
    this.#require(this.#source.kind.sorts)
    this.#replaceRows()
    this.#order = order
    this.#orderFailure = undefined
    try {
      this.#open()
    } catch (error) {
      this.#orderFailure = error
      throw error
    }
  }

  async restrict(restriction: Restriction | undefined, _options?: OperationOptions): Promise<void> {
    const { kind } = this.#source
    this.#require(kind.restricts)
    this.#replaceRows()
    try {
      if (restriction !== undefined) await this.#check(restriction)
    } catch (error) {
      // The table has no rows until it is restricted to something that makes sense ([MS-OXCTABL] 3.2.5.4).
      this.#restrictionFailure = error
      throw error
    }
    const { limit, restriction: inner } = limitOf(restriction)
    this.#limit = limit
    this.#restriction = inner
    this.#restrictionFailure = undefined
    // Rows that a call made since have opened know nothing of this restriction.
    this.#replaceRows()
  }

  async queryRows(count: number, options: QueryRowsOptions = {}): Promise<QueryRowsResult<C>> {
    this.#requireOpen()
    if (this.#columns === undefined) throw new MapiError(ErrorCode.NullObject)
    if (!(count > 0)) throw new MapiError(ErrorCode.InvalidParameter)
    const { backward = false, noAdvance = false } = options
    const columns = this.#columns
    return this.#work(
      () => (backward ? this.#cursor.position : this.#cursor.position + count),
      async (tx, rows) => {
        const at = this.#cursor.position
        const length = this.#visibleLength(rows)
        const from = backward ? Math.max(at - count, 0) : at
        const to = backward ? Math.min(at, length) : Math.min(at + count, length)
        const found = await this.#read(tx, rows, from, to, columns)
        if (!noAdvance) this.#cursor.position = backward ? from : Math.max(to, from)
        const ranOut = found.length < count
        const here = this.#cursor.position
        const isAtEnd = rows.isComplete && here >= length
        return {
          rows: found,
          position: noAdvance
            ? here === 0
              ? ('beginning' as const)
              : isAtEnd
                ? ('end' as const)
                : ('current' as const)
            : ranOut
              ? ('end' as const)
              : ('current' as const),
        }
      },
      options,
    )
  }

  async abort(): Promise<TableStatus> {
    this.#require(this.#source.kind.lives)
    // Nothing ever goes on while the client does something else.
    throw new MapiError(ErrorCode.AbortFailed)
  }

  async getStatus(): Promise<TableStatus> {
    this.#requireOpen()
    return 'complete'
  }

  async queryPosition(): Promise<{ readonly position: number; readonly rowCount: number }> {
    this.#requireOpen()
    let known: number | undefined
    return this.#work(
      () => (known === undefined ? Number.POSITIVE_INFINITY : this.#cursor.position),
      async (_tx, rows) => {
        const rowCount = Math.min(known ?? rows.length, this.#limit)
        return { position: Math.min(this.#cursor.position, rowCount), rowCount }
      },
      {},
      async (tx, rows) => {
        known = await rows.total(tx)
      },
    )
  }

  async seek(from: Bookmark, rows: number): Promise<SeekResult> {
    this.#requireOpen()
    const mark = this.#resolve(from)
    return this.#work(
      () => this.#rowsUpTo(from, mark, rows),
      async (_tx, view) => {
        const length = this.#visibleLength(view)
        const start = Math.min(this.#positionOf(from, mark, view), length)
        const to = Math.min(Math.max(start + rows, 0), length)
        this.#cursor.position = to
        return { moved: to - start, bookmarkMoved: mark?.isGone === true && mark.row !== undefined }
      },
    )
  }

  async seekFraction(numerator: number, denominator: number): Promise<void> {
    this.#requireOpen()
    if (!(denominator > 0) || !(numerator >= 0)) throw new MapiError(ErrorCode.InvalidParameter)
    await this.#work(
      () => Number.POSITIVE_INFINITY,
      async (_tx, rows) => {
        const length = this.#visibleLength(rows)
        this.#cursor.position =
          numerator >= denominator ? length : Math.floor((length * numerator) / denominator)
      },
    )
  }

  async createBookmark(): Promise<Uint8Array> {
    this.#require(this.#source.kind.lives)
    if (this.#marks.size >= MAX_BOOKMARKS) throw new MapiError(ErrorCode.NotEnoughMemory)
    return this.#work(
      () => this.#cursor.position + 1,
      async (_tx, rows) => {
        const at = this.#cursor.position
        return this.#mark(at < this.#visibleLength(rows) ? rows.at(at) : undefined, at)
      },
    )
  }

  async freeBookmark(bookmark: Uint8Array): Promise<void> {
    this.#require(this.#source.kind.lives)
    this.#requireBookmarks()
    const id = markId(bookmark)
    if (id === undefined || !this.#marks.delete(id)) {
      throw new MapiError(this.#wasReset ? ErrorCode.NullObject : ErrorCode.InvalidBookmark)
    }
  }

  async findRow(restriction: Restriction, options: FindRowOptions = {}): Promise<FindRowResult<C>> {
    this.#require(this.#source.kind.restricts)
    if (!this.#hadColumns || this.#columns === undefined) throw new MapiError(ErrorCode.NullObject)
    const { backward = false, from = 'current' } = options
    const mark = this.#resolve(from)
    await this.#check(restriction)
    const columns = this.#columns
    const inner = limitOf(restriction).restriction!
    let at: Gap | undefined
    let finder: RowFinder | undefined
    try {
      for (;;) {
        const result: { readonly row: Row<C> | undefined } | undefined = await this.#work(
          () => {
            if (at === undefined) return this.#rowsUpTo(from, mark, backward ? 0 : 1)
            return backward ? at.position : at.position + FIND_BATCH
          },
          async (tx, rows) => {
            const length = this.#visibleLength(rows)
            if (at === undefined) {
              at = new Gap(Math.min(this.#positionOf(from, mark, rows), length))
              this.#gaps.add(at)
            }
            if (finder === undefined || finder.candidates !== undefined) finder = await rows.finder(tx, inner)
            const deadline = performance.now() + SLICE_MS
            for (;;) {
              const start = backward ? Math.max(at.position - FIND_BATCH, 0) : at.position
              const end = backward ? at.position : Math.min(at.position + FIND_BATCH, length)
              if (start >= end)
                return rows.isComplete || backward || length >= this.#limit ? { row: undefined } : undefined
              const found = await this.#firstMatch(tx, rows, finder, start, end, backward)
              if (found !== undefined) {
                this.#cursor.position = found
                const [row] = await this.#read(tx, rows, found, found + 1, columns)
                return { row }
              }
              at.position = backward ? start : end
              if (performance.now() > deadline) return undefined
            }
          },
        )
        if (result !== undefined) {
          return { row: result.row, bookmarkMoved: mark?.isGone === true && mark.row !== undefined }
        }
      }
    } finally {
      if (at !== undefined) this.#gaps.delete(at)
    }
  }

  async reset(): Promise<void> {
    this.#require(this.#source.kind.sorts)
    this.#columns = undefined
    this.#hadColumns = false
    this.#order = undefined
    this.#restriction = undefined
    this.#limit = Number.POSITIVE_INFINITY
    this.#instanceTag = undefined
    this.#orderFailure = undefined
    this.#restrictionFailure = undefined
    this.#isViewed = false
    this.#replaceRows()
    // As in a table that was just opened: programs go on with a bookmark of before where they have made one anew.
    this.#nextMark = 1
    this.#wasReset = true
  }

  async expandRow(
    categoryId: bigint,
    maxRows: number,
  ): Promise<{ readonly expandedRowCount: number; readonly rows: readonly Row<C>[] }> {
    this.#require(this.#source.kind.sorts)
    // Exchange 2013 and later do not return the rows here; they are to be read like any others ([MS-OXCTABL] appendix A, 2.2.2.17.1).
    if (maxRows > 0) throw new MapiError(ErrorCode.NotSupported)
    const expandedRowCount = await this.#withCategories((categories) => categories.expand(categoryId))
    return { expandedRowCount, rows: [] }
  }

  async collapseRow(categoryId: bigint): Promise<number> {
    this.#require(this.#source.kind.sorts)
    return this.#withCategories((categories) => categories.collapse(categoryId))
  }

  async getCollapseState(rowId: bigint, rowInstanceNumber: number): Promise<Uint8Array> {
    this.#require(this.#source.kind.sorts)
    this.#requireColumns()
    return this.#work(
      () => Number.POSITIVE_INFINITY,
      async (_tx, rows) =>
        encodeCollapseState({
          view: this.#viewHash(),
          rowId,
          instance: rowInstanceNumber,
          toggled: [...(rows.categories?.toggled ?? [])],
        }),
    )
  }

  async setCollapseState(bytes: Uint8Array): Promise<Uint8Array> {
    this.#require(this.#source.kind.sorts)
    this.#requireColumns()
    const state = decodeCollapseState(bytes)
    if (state.view !== this.#viewHash()) throw new MapiError(ErrorCode.InvalidParameter)
    await this.#work(
      () => Number.POSITIVE_INFINITY,
      async (_tx, rows) => rows.categories?.setToggled(new Set(state.toggled)),
    )
    return this.#work(
      () => Number.POSITIVE_INFINITY,
      async (_tx, rows) => {
        const row = rows.identityOf(state.rowId, state.instance)
        const position = row === undefined ? -1 : rows.positionOf(row.mid, row.instance)
        this.#cursor.position = Math.max(position, 0)
        const isThere = position !== -1
        const mark = this.#mark(isThere ? row : (row ?? { mid: 0, instance: 0 }), this.#cursor.position)
        if (!isThere) this.#marks.get(markId(mark)!)!.isGone = true
        return mark
      },
    )
  }

  async subscribe(sink: NotificationSink): Promise<Subscription> {
    this.#requireOpen()
    const key = {}
    this.#sinks.set(key, sink)
    this.#completeSoon()
    return {
      [Symbol.asyncDispose]: async () => {
        this.#sinks.delete(key)
      },
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Row<C>> {
    for (;;) {
      const { rows } = await this.queryRows(ITERATE_BATCH)
      yield* rows
      if (rows.length < ITERATE_BATCH) return
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#sinks.clear()
    this.#dropRows()
  }

  // -------------------------------------------------------------------------------------------------
  // What may be done

  #requireOpen(): void {
    if (this.#isClosed) throw new MapiError(ErrorCode.NullObject)
  }

  #require(isSupported: boolean): void {
    this.#requireOpen()
    if (!isSupported) throw new MapiError(ErrorCode.NotSupported)
  }

  #requireColumns(): void {
    if (!this.#hadColumns) throw new MapiError(ErrorCode.NullObject)
  }

  /** Bookmarks are of no use before there are columns; but what a reset has made of them may be asked. */
  #requireBookmarks(): void {
    if (!this.#hadColumns && !this.#wasReset) throw new MapiError(ErrorCode.NullObject)
  }

  async #check(restriction: Restriction): Promise<void> {
    const { kind } = this.#source
    checkRestriction(restriction, { subObjects: kind.subObjects, membership: false })
    const check = this.#source.checkRestriction?.bind(this.#source)
    if (check !== undefined) await this.#source.run((tx) => check(tx, restriction))
  }

  // -------------------------------------------------------------------------------------------------
  // Rows

  /** Work on the rows once enough of them are known. */
  async #work<T>(
    wanted: () => number,
    work: (tx: Transaction, rows: TableRows) => Promise<T>,
    { signal }: OperationOptions = {},
    prepare?: (tx: Transaction, rows: TableRows) => Promise<void>,
  ): Promise<T> {
    const failure = this.#orderFailure ?? this.#restrictionFailure
    if (failure !== undefined) throw failure
    this.#isViewed = true
    let result: { readonly value: T } | undefined
    while (result === undefined) {
      if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
      result = await this.#source.run(async (tx) => {
        this.#requireOpen()
        const rows = this.#open()
        await rows.refresh(tx)
        this.#wereRead = true
        await prepare?.(tx, rows)
        const until = (): number =>
          this.#isAdrift ? Number.POSITIVE_INFINITY : Math.min(wanted(), this.#limit)
        const isEnough = (): boolean => rows.isComplete || rows.length >= until()
        if (!isEnough()) await rows.extend(tx, until(), performance.now() + SLICE_MS)
        if (!isEnough()) return undefined
        if (this.#isAdrift) this.#anchorAgain(rows)
        return { value: await work(tx, rows) }
      })
    }
    this.#completeSoon()
    return result.value
  }

  #open(): TableRows {
    if (this.#rows !== undefined) return this.#rows
    const rows = this.#source.open({
      order: this.#order,
      restriction: this.#restriction,
      instanceTag: this.#instanceTag,
    })
    this.#rows = rows
    this.#wereRead = false
    this.#stopListening = rows.listen({
      isUrgent: () => this.#sinks.size > 0 && this.#isViewed && this.#wereRead,
      edited: (edit) => this.#edited(edit),
      opened: () => this.#settleGaps(),
      dropped: () => this.#dropped(rows),
      settled: (tx, batch) => this.#settled(tx, rows, batch),
    })
    return rows
  }

  /** Another order or restriction, or another set of rows: everything begins anew. */
  #replaceRows(): void {
    this.#dropRows()
    this.#cursor = new Gap(0)
    this.#marks.clear()
    this.#isAdrift = false
    this.#anchor = undefined
  }

  #dropRows(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
    this.#rows?.release()
    this.#rows = undefined
  }

  #visibleLength(rows: TableRows): number {
    return Math.min(rows.length, this.#limit)
  }

  /** The rows of a range of positions. */
  async #read(
    tx: Transaction,
    rows: TableRows,
    from: number,
    to: number,
    columns: Columns,
  ): Promise<Row<C>[]> {
    for (let retry = 0; ; retry++) {
      const end = Math.min(to, this.#visibleLength(rows))
      const identities = Array.from({ length: Math.max(end - from, 0) }, (_, i) => rows.at(from + i))
      const cells = await rows.cells(tx, identities, columns)
      if (cells.every((row) => row !== undefined) || retry >= MAX_RETRIES) {
        return cells.flatMap((row) => (row === undefined ? [] : [new Row(columns as C, row)]))
      }
      // Some rows went away without anybody being told.
      rows.invalidate()
      await rows.refresh(tx)
      await rows.extend(tx, to, Number.POSITIVE_INFINITY)
      if (this.#isAdrift && rows.isComplete) this.#anchorAgain(rows)
    }
  }

  async #firstMatch(
    tx: Transaction,
    rows: TableRows,
    finder: RowFinder,
    start: number,
    end: number,
    backward: boolean,
  ): Promise<number | undefined> {
    const positions: number[] = []
    for (let position = start; position < end; position++) {
      if (finder.candidates === undefined || finder.candidates.has(rows.at(position).mid))
        positions.push(position)
    }
    if (positions.length === 0) return undefined
    const matches = await finder.test(
      tx,
      positions.map((position) => rows.at(position)),
    )
    const first = backward ? matches.lastIndexOf(true) : matches.indexOf(true)
    return first === -1 ? undefined : positions[first]
  }

  #withCategories(work: (categories: RowCategories) => number): Promise<number> {
    this.#requireColumns()
    return this.#work(
      () => Number.POSITIVE_INFINITY,
      async (_tx, rows) => {
        if (rows.categories === undefined) throw new MapiError(ErrorCode.NotFound)
        return work(rows.categories)
      },
    )
  }

  #viewHash(): number {
    const order =
      this.#order?.sortOrders.map(({ tag, order: direction }) => `${tag}:${direction}`).join() ?? ''
    const restriction =
      this.#restriction === undefined ? '' : toHex(encodeWith(restrictionCodec(4), this.#restriction))
    return viewHash(`${order}/${this.#order?.categorizedCount}/${this.#order?.expandedCount}/${restriction}`)
  }

  // -------------------------------------------------------------------------------------------------
  // Places

  #mark(row: RowIdentity | undefined, position: number): Uint8Array {
    const id = this.#nextMark++
    this.#marks.set(id, { row, gap: new Gap(position), isGone: row === undefined })
    const bytes = new Uint8Array(BOOKMARK_BYTES)
    new DataView(bytes.buffer).setUint32(0, id, true)
    return bytes
  }

  /** The mark that a bookmark stands for; `undefined` for a place that every table has. */
  #resolve(bookmark: Bookmark): Mark | undefined {
    if (typeof bookmark === 'string') return undefined
    this.#require(this.#source.kind.lives)
    this.#requireBookmarks()
    const id = markId(bookmark)
    const mark = id === undefined ? undefined : this.#marks.get(id)
    if (mark === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
    return mark
  }

  /** How many rows must be known to go by `rows` from a place. */
  #rowsUpTo(from: Bookmark, mark: Mark | undefined, rows: number): number {
    if (from === 'beginning') return Math.max(rows, 0)
    if (from === 'current') return this.#cursor.position + Math.max(rows, 0)
    return mark === undefined || !mark.isGone
      ? Number.POSITIVE_INFINITY
      : mark.gap.position + Math.max(rows, 0)
  }

  #positionOf(from: Bookmark, mark: Mark | undefined, rows: TableRows): number {
    if (from === 'beginning') return 0
    if (from === 'current') return this.#cursor.position
    if (mark === undefined) return this.#visibleLength(rows)
    if (mark.row !== undefined && !mark.isGone) {
      const position = rows.positionOf(mark.row.mid, mark.row.instance)
      if (position !== -1) return position
      mark.isGone = true
    }
    return mark.gap.position
  }

  #edited(edit: RowEdit): void {
    this.#cursor.edited(edit)
    for (const gap of this.#gaps) gap.edited(edit)
    for (const mark of this.#marks.values()) {
      const isIt = mark.row !== undefined && mark.row.mid === edit.mid && mark.row.instance === edit.instance
      if (!isIt) {
        if (mark.isGone) mark.gap.edited(edit)
      } else if (edit.kind === 'insert') {
        mark.isGone = false
      } else {
        mark.isGone = true
        mark.gap.position = edit.position
      }
    }
  }

  #settleGaps(): void {
    this.#cursor.settle()
    for (const gap of this.#gaps) gap.settle()
    for (const { gap } of this.#marks.values()) gap.settle()
  }

  /** All positions are about to mean nothing: remembers which row the current one is after. */
  #dropped(rows: TableRows): void {
    if (this.#isAdrift) return
    const at = this.#cursor.position
    if (at === 0 && this.#marks.size === 0 && this.#gaps.size === 0) return
    this.#anchor = at > 0 && at <= rows.length ? rows.at(at - 1) : undefined
    this.#isAdrift = true
  }

  #anchorAgain(rows: TableRows): void {
    this.#isAdrift = false
    const length = this.#visibleLength(rows)
    const after = this.#anchor === undefined ? -1 : rows.positionOf(this.#anchor.mid, this.#anchor.instance)
    this.#cursor.position = after === -1 ? Math.min(this.#cursor.position, length) : after + 1
    this.#anchor = undefined
    for (const gap of this.#gaps) gap.position = Math.min(gap.position, length)
    for (const mark of this.#marks.values()) {
      if (mark.row !== undefined) mark.isGone = rows.positionOf(mark.row.mid, mark.row.instance) === -1
      mark.gap.position = Math.min(mark.gap.position, length)
    }
  }

  // -------------------------------------------------------------------------------------------------
  // Notifications

  async #settled(tx: Transaction, rows: TableRows, batch: RowsBatch | undefined): Promise<void> {
    this.#settleGaps()
    if (this.#sinks.size === 0 || !this.#isViewed || !this.#wereRead || rows !== this.#rows) return
    if (batch === undefined) this.#completeSoon()
    this.#notify(await this.#notificationsOf(tx, rows, batch))
  }

  async #notificationsOf(
    tx: Transaction,
    rows: TableRows,
    batch: RowsBatch | undefined,
  ): Promise<readonly TableNotification[]> {
    const columns = this.#columns
    const isTooMuch =
      batch === undefined ||
      columns === undefined ||
      this.#limit !== Number.POSITIVE_INFINITY ||
      batch.removed.length + batch.inserted.length > MAX_ROW_NOTIFICATIONS
    if (isTooMuch) return [{ kind: 'tableChanged' }]
    const notifications: TableNotification[] = (await rows.rowIds(tx, batch.removed)).map((id) => ({
      kind: 'rowDeleted',
      id,
    }))
    const inserted = batch.inserted
      .map((row) => ({ row, position: rows.positionOf(row.mid, row.instance) }))
      .filter(({ position }) => position !== -1)
      // Each row comes after one that is there already, or has just been told of.
      .sort((a, b) => a.position - b.position)
    const identities = inserted.map(({ row }) => row)
    const cells = await rows.cells(tx, identities, columns)
    const ids = await rows.rowIds(tx, identities)
    const before = await rows.rowIds(
      tx,
      inserted.flatMap(({ position }) => (position === 0 ? [] : [rows.at(position - 1)])),
    )
    let next = 0
    for (const [i, { row, position }] of inserted.entries()) {
      const after = position === 0 ? undefined : before[next++]
      const found = cells[i]
      if (found === undefined) continue
      const key = row.instance === 0 ? String(row.mid) : `${row.mid}.${row.instance}`
      notifications.push({
        kind: batch.changed.has(key) ? 'rowModified' : 'rowAdded',
        row: new Row(columns, found),
        id: ids[i]!,
        after,
      })
    }
    return notifications
  }

  #notify(notifications: readonly TableNotification[]): void {
    if (notifications.length === 0) return
    for (const [key, sink] of this.#sinks) {
      // Not within whatever led here.
      queueMicrotask(() => {
        if (this.#sinks.has(key)) sink(notifications)
      })
    }
  }

  /** Finds all rows in the background where somebody is to be told what changes among them. */
  #completeSoon(): void {
    if (this.#isCompleting || this.#sinks.size === 0 || !this.#isViewed || this.#rows?.isComplete !== false)
      return
    this.#isCompleting = true
    const step = async (): Promise<boolean> =>
      this.#source.run(async (tx) => {
        const rows = this.#rows
        if (rows === undefined || this.#sinks.size === 0) return true
        await rows.refresh(tx)
        await rows.extend(tx, Number.POSITIVE_INFINITY, performance.now() + SLICE_MS)
        return rows.isComplete
      })
    const finish = async (): Promise<void> => {
      while (!(await step())) {
        // Others get their turn in between.
      }
    }
    finish()
      .catch(() => {
        // Whoever asks for rows will hear of it.
      })
      .finally(() => {
        this.#isCompleting = false
      })
  }
}

function markId(bookmark: Uint8Array): number | undefined {
  if (bookmark.length !== BOOKMARK_BYTES) return undefined
  return new DataView(bookmark.buffer, bookmark.byteOffset, bookmark.length).getUint32(0, true)
}

/**
 * The column that gives a row for each of several values, if there is one. Throws `InvalidParameter` for columns of types that no column
 * has ([MS-OXCTABL] 3.2.5.2), `TooComplex` for more than one property with rows for its values.
 */
function checkColumns(columns: Columns, allowsInstances: boolean): PropertyTag<unknown> | undefined {
  if (columns.length === 0) throw new MapiError(ErrorCode.InvalidParameter)
  const instanceTags = new Set<PropertyTag<unknown>>()
  for (const tag of columns) {
    const type = tagType(tag)
    const isInstance = isMultivalueInstance(type)
    const isValid =
      type !== PtypUnspecified &&
      type !== PtypErrorCode &&
      isKnownType(isInstance ? baseType(type) | MULTIPLE_FLAG : type) &&
      (!isInstance || (type & MULTIPLE_FLAG) !== 0)
    if (!isValid) throw new MapiError(ErrorCode.InvalidParameter)
    if (isInstance) instanceTags.add(tag)
  }
  if (instanceTags.size > 1 || (instanceTags.size > 0 && !allowsInstances)) {
    throw new MapiError(ErrorCode.TooComplex)
  }
  return [...instanceTags][0]
}
