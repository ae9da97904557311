import { PidTagRead, type PropertyValue } from '@bourse/mapi'
import type { Change } from '../change/change.ts'
import type { SqlValue, Transaction } from '../storage/storage.ts'
import { Category, categoryCounter, compareCategories, counterOf, placeAmong } from './category.ts'
import { compareSortValues, type SortValue, sortValueOf } from './collation.ts'
import type { ContentsQuery } from './contents-query.ts'
import { columnCell, columnSortValue, selectColumn } from './message-columns.ts'
import type { MessageReader, MessageSubject } from './message-reader.ts'
import {
  categoryValue,
  compareRows,
  fieldValue,
  instancesOf,
  orderBy,
  type RowKey,
  type SortField,
  type SortPlan,
  sortValues,
} from './sort-plan.ts'

/** How many changed messages are taken up one by one; beyond that the rows are found anew. */
const MAX_TOUCHED = 1000

/** How many messages are read and looked at together. */
const BATCH = 128

/** How many categories are found, where the first ones are enough, at least and at most. */
const MIN_FIRST = 64
const MAX_FIRST = 512

/** Who follows the categories of a view. */
export interface CategoriesListener {
  /** Whether it wants to be told soon of what changes. */
  isUrgent(): boolean
  /** A heading row, with all that is below it, or a single row is about to be removed. */
  removing(category: Category, row: number | undefined): void
  /** The same was inserted. */
  inserted(category: Category, row: number | undefined): void
  /** Only the heading row has changed. */
  changed(category: Category): void
  /** All is about to be dropped, to be found anew. */
  dropped(): void
  /** Changes that belong together have been made, or with `true` all was dropped. */
  settled(tx: Transaction, wasDropped: boolean): Promise<void>
}

/** What says which category a row is in, and where that is. */
interface Placing {
  readonly path: readonly SortValue[]
  /** What the categories show, where it does not follow from the path. */
  readonly cells: readonly (PropertyValue | undefined)[]
  readonly extreme: SortValue
  readonly extremeCell: PropertyValue | undefined
}

/** All that the view must know of a row. */
interface Entry extends RowKey, Placing {
  readonly isUnread: boolean
}

/** The rows of a contents table in their categories, whoever has which of them open. */
export class CategoryView {
  readonly query: ContentsQuery
  readonly plan: SortPlan
  /** The outermost categories, in order, as far as they are known. */
  readonly roots: Category[] = []
  readonly #reader: MessageReader
  /** Whether the columns of `message` say all that the view must know. */
  readonly #isSelectable: boolean
  readonly #listeners = new Set<CategoriesListener>()
  readonly #rootsByValue = new Map<SortValue, Category>()
  readonly #byCounter = new Map<number, Category>()
  #touched = new Set<number>()
  #isStale = false
  #isStarted = false
  #isComplete = false
  #candidates: number[] = []
  #nextCandidate = 0
  #entries: Entry[] = []
  #rowCount = 0

  constructor(query: ContentsQuery, plan: SortPlan, reader: MessageReader) {
    this.query = query
    this.plan = plan
    this.#reader = reader
    const { categories, extreme, fields, instanceTag } = plan
    const above = extreme === undefined ? categories : [...categories, extreme]
    this.#isSelectable =
      query.predicate === undefined &&
      instanceTag === undefined &&
      reader.mailbox.info.kind === 'private' &&
      above.every(({ column }) => column !== undefined && column.kind !== 'key') &&
      fields.every(({ column }) => column !== undefined)
  }

  /** Whether all categories are known; if not, those that are known are the first ones, with all that is in them. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  get isUrgent(): boolean {
    return [...this.#listeners].some((listener) => listener.isUrgent())
  }

  get weight(): number {
    return this.#rowCount * 2 + this.#byCounter.size * 24 + this.#entries.length * 8
  }

  categoryOfId(id: bigint): Category | undefined {
    const counter = counterOf(id)
    return counter === undefined ? undefined : this.#byCounter.get(counter)
  }

  categoryOfSerial(serial: number): Category | undefined {
    return this.#byCounter.get(-serial)
  }

  /** What the rows of a category have in common, as it is shown. */
  cellOf({ depth, value, cell }: Category): PropertyValue | undefined {
    return this.#isSelectable ? columnCell(this.plan.categories[depth]!.column!, value) : cell
  }

  /** What an innermost category is sorted by, as it is shown. */
  extremeCellOf({ extreme, extremeCell }: Category): PropertyValue | undefined {
    const field = this.plan.extreme
    if (field === undefined) return undefined
    return this.#isSelectable ? columnCell(field.column!, extreme) : extremeCell
  }

  /** The innermost categories. */
  *leaves(): Generator<Category> {
    for (const category of this.#byCounter.values()) if (this.#isInnermost(category.depth)) yield category
  }

  listen(listener: CategoriesListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  note(changes: readonly Change[]): boolean {
    if (!this.#isStarted || this.#isStale) return this.#isStale
    for (const change of changes) {
      if (this.query.set.note(change, (mid) => this.#touched.add(mid))) this.#isStale = true
    }
    if (this.#touched.size > MAX_TOUCHED) this.#isStale = true
    return this.#isStale || this.#touched.size > 0
  }

  /** Has the rows found anew. */
  invalidate(): void {
    this.#isStale = true
  }

  async refresh(tx: Transaction): Promise<void> {
    if (this.#isStale) {
      await this.#drop(tx)
      return
    }
    if (this.#touched.size === 0) return
    if (!this.#isComplete) {
      // The first categories are found anew at once. Rows that are found in no order are brought up to date when all have been found.
      if (this.roots.length > 0) await this.#drop(tx)
      return
    }
    const touched = this.#touched
    this.#touched = new Set()
    const affected = new Set<Category>()
    for (const category of this.leaves()) {
      for (const row of category.indexesOf(touched)) this.#removeRow(category, row, affected)
    }
    const removedFrom = new Set(affected)
    for (const entry of await this.#entriesOf(tx, [...touched])) {
      if (!(await this.#insertEntry(tx, entry, affected))) {
        await this.#drop(tx)
        return
      }
    }
    await this.#settleCategories(tx, affected, removedFrom)
    for (const listener of [...this.#listeners]) await listener.settled(tx, false)
  }

  /** Finds more rows: until that many categories are known, or all, or the time is up. */
  async extend(tx: Transaction, until: number, deadline: number): Promise<void> {
    if (!this.#isStarted) {
      this.#isStarted = true
      this.#touched.clear()
      if (!this.#isSelectable) {
        const { from, where, parameters } = this.query
        this.#candidates = await tx.column(`SELECT m.mid FROM ${from} WHERE ${where}`, ...parameters)
      }
    }
    if (this.#isComplete || this.#isStale) return
    if (this.#isSelectable) {
      if (this.plan.categories.length > 1 || until > MAX_FIRST) await this.#selectAll(tx)
      else if (this.roots.length < until) await this.#selectFirst(tx, Math.max(until, MIN_FIRST))
      return
    }
    while (!this.#isComplete && !this.#isStale) {
      if (this.#nextCandidate < this.#candidates.length) {
        const batch = this.#candidates.slice(this.#nextCandidate, this.#nextCandidate + BATCH)
        this.#nextCandidate += batch.length
        await this.#look(tx, batch, this.#entries)
      } else {
        for (const entry of this.#entries.sort((a, b) => compareRows(this.plan, a, b))) {
          const category = this.#innermost(entry)
          category.insertRow(category.rowCount, entry.mid, entry.instance, entry.isUnread)
          this.#count(category, 1, entry.isUnread ? 1 : 0)
          this.#raiseExtreme(category, entry)
        }
        await this.#finish(tx)
      }
      if (performance.now() > deadline) return
    }
  }

  /** Finds all categories and their rows at once. */
  async #selectAll(tx: Transaction): Promise<void> {
    const { categories, extreme } = this.plan
    const { from, where, parameters } = this.query
    const names = categories.map(({ column }) => `m.${column!.name}`)
    const columns = [
      ...categories.map(({ column }) => selectColumn(column!)),
      ...(extreme === undefined ? [] : [selectColumn(extreme.column!, selectExtreme(extreme))]),
      this.#selectRows,
    ]
    const groups = await tx.tuples(
      `SELECT ${columns.join(', ')} FROM ${from} WHERE ${where} GROUP BY ${names.join(', ')}`,
      ...parameters,
    )
    for (const group of groups) this.#takeGroup(group)
    await this.#finish(tx)
  }

  /** Finds the first categories, where there is one level of them, and their rows. */
  async #selectFirst(tx: Transaction, count: number): Promise<void> {
    const { from, where, parameters } = this.query
    const { extreme } = this.plan
    const { column, descending } = this.plan.categories[0]!
    const direction = descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'
    const order = `${extreme === undefined ? '' : `e ${direction}, `}c ${direction}`
    const groups = await tx.tuples(
      `WITH g AS MATERIALIZED (
         SELECT m.${column!.name} AS c${extreme === undefined ? '' : `, ${selectExtreme(extreme)} AS e`}
         FROM ${from} WHERE ${where} GROUP BY m.${column!.name} ORDER BY ${order} LIMIT ?
       )
       SELECT ${selectColumn(column!, 'g.c')}${extreme === undefined ? '' : `, ${selectColumn(extreme.column!, 'g.e')}`},
         (SELECT ${this.#selectRows} FROM ${from} WHERE ${where} AND m.${column!.name} IS NOT DISTINCT FROM g.c)
       FROM g ORDER BY ${order}`,
      ...parameters,
      count,
      ...parameters,
    )
    for (const group of groups) this.#takeGroup(group)
    if (groups.length < count) await this.#finish(tx)
  }

  /** Selects the rows of a category as {@link Category.takeRows} takes them. */
  get #selectRows(): string {
    return `string_agg(m.mid * 2 + (m.is_read = 0), ',' ORDER BY ${orderBy(this.plan)})`
  }

  /** Makes a category with all its rows, unless it is known already. */
  #takeGroup(group: readonly SqlValue[]): void {
    const { categories, extreme } = this.plan
    let isNew = false
    const category = this.#innermost(
      {
        path: categories.map(({ column }, i) => columnSortValue(column!, group[i]!)),
        cells: [],
        extreme: extreme === undefined ? null : columnSortValue(extreme.column!, group[categories.length]!),
        extremeCell: undefined,
      },
      () => {
        isNew = true
      },
    )
    if (!isNew) return
    const { count, unread } = category.takeRows(group.at(-1) as string)
    this.#count(category, count, unread)
  }

  async #look(tx: Transaction, mids: readonly number[], entries: Entry[]): Promise<void> {
    const { predicate, needs } = this.query
    for (const subject of await this.#reader.read(tx, mids, needs)) {
      if (predicate?.(subject) !== false) entries.push(...this.#entriesOfSubject(subject))
    }
  }

  #entriesOfSubject(subject: MessageSubject): Entry[] {
    const { categories, extreme, fields, instanceTag } = this.plan
    const isSeveral = instanceTag !== undefined && subject.value(instanceTag) !== undefined
    const isUnread = subject.value(PidTagRead) !== true
    return Array.from({ length: instancesOf(this.plan, subject) }, (_, i) => {
      const instance = isSeveral ? i + 1 : 0
      const extremeCell = extreme && fieldValue(extreme, subject, instance)
      return {
        mid: subject.row.mid,
        instance,
        isUnread,
        path: categories.map((field) => categoryValue(field, subject, instance)),
        cells: categories.map((field) => fieldValue(field, subject, instance)),
        extreme: extreme === undefined ? null : sortValueOf(extremeCell, extreme.type),
        extremeCell,
        values: sortValues(fields, subject, instance),
      }
    })
  }

  /** Puts all categories in order. */
  async #finish(tx: Transaction): Promise<void> {
    this.roots.sort((a, b) => compareCategories(this.plan, a, b))
    for (const { children } of this.#byCounter.values()) {
      if (children.length > 1) children.sort((a, b) => compareCategories(this.plan, a, b))
    }
    this.#entries = []
    this.#candidates = []
    this.#nextCandidate = 0
    this.#isComplete = true
    await this.refresh(tx)
  }

  async #drop(tx: Transaction): Promise<void> {
    for (const listener of this.#listeners) listener.dropped()
    this.roots.length = 0
    this.#rootsByValue.clear()
    this.#byCounter.clear()
    this.#touched.clear()
    this.#isStale = false
    this.#isStarted = false
    this.#isComplete = false
    this.#candidates = []
    this.#nextCandidate = 0
    this.#entries = []
    this.#rowCount = 0
    for (const listener of [...this.#listeners]) await listener.settled(tx, true)
  }

  #isInnermost(depth: number): boolean {
    return depth === this.plan.categories.length - 1
  }

  /** The innermost category that a row belongs to; made, at the end of its siblings, if it is not there. */
  #innermost(placing: Placing, made: (category: Category) => void = () => {}): Category {
    let parent: Category | undefined
    for (let depth = 0; depth < placing.path.length; depth++) {
      const siblings: Map<SortValue, Category> = parent === undefined ? this.#rootsByValue : parent.byValue
      const value = placing.path[depth]!
      let category = siblings.get(value)
      if (category === undefined) {
        let counter = categoryCounter(parent, value)
        // Two that have the same hash must still be told apart.
        while (this.#byCounter.has(counter)) counter++
        const isInnermost = this.#isInnermost(depth)
        category = new Category(counter, parent, value, placing.cells[depth], isInnermost)
        siblings.set(value, category)
        this.#byCounter.set(counter, category)
        const list = parent === undefined ? this.roots : parent.children
        list.push(category)
        if (isInnermost) {
          category.extreme = placing.extreme
          category.extremeCell = placing.extremeCell
        }
        made(category)
      }
      parent = category
    }
    return parent!
  }

  #count(category: Category, rows: number, unread: number): void {
    this.#rowCount += rows
    for (let above: Category | undefined = category; above !== undefined; above = above.parent) {
      above.count += rows
      above.unread += unread
    }
  }

  #raiseExtreme(category: Category, entry: Entry): void {
    const { extreme } = this.plan
    if (extreme === undefined) return
    const order = compareSortValues(entry.extreme, category.extreme)
    if (extreme.isLargest ? order <= 0 : order >= 0) return
    category.extreme = entry.extreme
    category.extremeCell = entry.extremeCell
  }

  #removeRow(category: Category, row: number, affected: Set<Category>): void {
    const isUnread = category.isUnreadAt(row)
    for (const listener of this.#listeners) listener.removing(category, row)
    category.removeRow(row)
    this.#count(category, -1, isUnread ? -1 : 0)
    for (let above: Category | undefined = category; above !== undefined; above = above.parent) {
      affected.add(above)
    }
  }

  /** Returns `false` if the row's place can't be told because a message went away unnoticed. */
  async #insertEntry(tx: Transaction, entry: Entry, affected: Set<Category>): Promise<boolean> {
    const made: Category[] = []
    const category = this.#innermost(entry, (one) => made.push(one))
    for (const one of made) {
      const siblings = one.parent === undefined ? this.roots : one.parent.children
      siblings.pop()
      siblings.splice(placeAmong(this.plan, siblings, one), 0, one)
      for (const listener of this.#listeners) listener.inserted(one, undefined)
    }
    const row = await this.#placeOf(tx, category, entry)
    if (row === undefined) return false
    category.insertRow(row, entry.mid, entry.instance, entry.isUnread)
    this.#count(category, 1, entry.isUnread ? 1 : 0)
    for (const listener of this.#listeners) listener.inserted(category, row)
    for (let above: Category | undefined = category; above !== undefined; above = above.parent) {
      affected.add(above)
    }
    return true
  }

  /** Removes categories that are empty, moves those whose place has changed and tells of the others. */
  async #settleCategories(
    tx: Transaction,
    affected: ReadonlySet<Category>,
    removedFrom: ReadonlySet<Category>,
  ): Promise<void> {
    // The innermost first, so that what is above them is settled last.
    for (const category of [...affected].sort((a, b) => b.depth - a.depth)) {
      const siblings = category.parent === undefined ? this.roots : category.parent.children
      if (category.count === 0) {
        for (const listener of this.#listeners) listener.removing(category, undefined)
        siblings.splice(siblings.indexOf(category), 1)
        const byValue = category.parent === undefined ? this.#rootsByValue : category.parent.byValue
        byValue.delete(category.value)
        this.#byCounter.delete(category.counter)
        continue
      }
      const isInnermost = category.depth === this.plan.categories.length - 1
      if (this.plan.extreme !== undefined && isInnermost) {
        const extreme = await this.#extremeOf(tx, category, this.plan.extreme, removedFrom.has(category))
        if (compareSortValues(extreme.value, category.extreme) !== 0) {
          const from = siblings.indexOf(category)
          const others = [...siblings.slice(0, from), ...siblings.slice(from + 1)]
          const before = category.extreme
          category.extreme = extreme.value
          const to = placeAmong(this.plan, others, category)
          if (to !== from) {
            category.extreme = before
            for (const listener of this.#listeners) listener.removing(category, undefined)
            siblings.splice(from, 1)
            category.extreme = extreme.value
            category.extremeCell = extreme.cell
            siblings.splice(to, 0, category)
            for (const listener of this.#listeners) listener.inserted(category, undefined)
            continue
          }
          category.extremeCell = extreme.cell
        }
      }
      for (const listener of this.#listeners) listener.changed(category)
    }
  }

  /** The largest or smallest value among the rows of a category. */
  async #extremeOf(
    tx: Transaction,
    category: Category,
    field: SortField & { readonly isLargest: boolean },
    isShrunk: boolean,
  ): Promise<{ readonly value: SortValue; readonly cell: PropertyValue | undefined }> {
    let value = isShrunk ? null : category.extreme
    let cell = isShrunk ? undefined : category.extremeCell
    let isFirst = isShrunk
    const [first] = this.plan.fields
    // Rows that are sorted by the same property have it at one of their ends.
    const isSorted = first?.tag === field.tag && first.isInstance === field.isInstance
    const count = category.rowCount
    const ends = isSorted ? [0, count - 1] : Array.from({ length: count }, (_, i) => i)
    for (let at = 0; at < ends.length; at += BATCH) {
      const rows = ends.slice(at, at + BATCH).map((i) => category.rowAt(i))
      const subjects = new Map(
        (
          await this.#reader.read(
            tx,
            rows.map(({ mid }) => mid),
            this.query.needs,
          )
        ).map((subject) => [subject.row.mid, subject]),
      )
      for (const { mid, instance } of rows) {
        const subject = subjects.get(mid)
        if (subject === undefined) continue
        const found = fieldValue(field, subject, instance)
        const order = compareSortValues(sortValueOf(found, field.type), value)
        if (!isFirst && (field.isLargest ? order <= 0 : order >= 0)) continue
        isFirst = false
        value = sortValueOf(found, field.type)
        cell = found
      }
    }
    return { value, cell }
  }

  async #entriesOf(tx: Transaction, mids: readonly number[]): Promise<Entry[]> {
    const { checkFrom, checkWhere, checkParameters } = this.query
    const entries: Entry[] = []
    for (let at = 0; at < mids.length; at += BATCH) {
      const batch = mids.slice(at, at + BATCH)
      const found = await tx.column(
        `SELECT m.mid FROM ${checkFrom} WHERE ${checkWhere} AND m.mid IN (${batch.map(() => '?').join(', ')})`,
        ...checkParameters,
        ...batch,
      )
      await this.#look(tx, found, entries)
    }
    return entries.sort((a, b) => compareRows(this.plan, a, b))
  }

  async #placeOf(tx: Transaction, category: Category, entry: Entry): Promise<number | undefined> {
    let low = 0
    let high = category.rowCount
    while (low < high) {
      const middle = (low + high) >>> 1
      const { mid, instance } = category.rowAt(middle)
      const [subject] = await this.#reader.read(tx, [mid], this.query.needs)
      if (subject === undefined) return undefined
      const other: RowKey = { mid, instance, values: sortValues(this.plan.fields, subject, instance) }
      if (compareRows(this.plan, other, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The largest or smallest value in a category; a missing one is the smallest. */
function selectExtreme({ column, isLargest }: SortField & { readonly isLargest: boolean }): string {
  const name = `m.${column!.name}`
  if (isLargest) return `MAX(${name})`
  return column!.nullable ? `CASE WHEN COUNT(*) = COUNT(${name}) THEN MIN(${name}) END` : `MIN(${name})`
}
