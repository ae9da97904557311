import { PidTagRead, type PropertyValue } from '@bourse/mapi'
import type { Change } from '../change/change.ts'
import type { SqlValue, Transaction } from '../storage/storage.ts'
import { Category, categoryId, compareCategories, placeAmong } from './category.ts'
import { compareSortValues, type SortValue, sortValueOf } from './collation.ts'
import type { ContentsQuery } from './contents-query.ts'
import { columnSortValue, selectColumn } from './message-columns.ts'
import type { MessageReader, MessageSubject } from './message-reader.ts'
import {
  categoryValue,
  compareRows,
  fieldValue,
  instancesOf,
  type RowKey,
  type SortField,
  type SortPlan,
  sortValues,
} from './sort-plan.ts'

/** How many changed messages are taken up one by one; beyond that the rows are found anew. */
const MAX_TOUCHED = 1000

/** How many messages are read and looked at together. */
const BATCH = 128

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

/** All that the view must know of a row. */
interface Entry extends RowKey {
  readonly path: readonly SortValue[]
  readonly cells: readonly (PropertyValue | undefined)[]
  readonly extreme: SortValue
  readonly extremeCell: PropertyValue | undefined
  readonly isUnread: boolean
}

/** The rows of a contents table in their categories, whoever has which of them open. */
export class CategoryView {
  readonly query: ContentsQuery
  readonly plan: SortPlan
  /** The outermost categories, in order. */
  readonly roots: Category[] = []
  readonly #reader: MessageReader
  readonly #listeners = new Set<CategoriesListener>()
  readonly #rootsByValue = new Map<SortValue, Category>()
  readonly #byId = new Map<bigint, Category>()
  readonly #bySerial = new Map<number, Category>()
  readonly #unread = new Set<number>()
  #nextSerial = -1
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
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  get isUrgent(): boolean {
    return [...this.#listeners].some((listener) => listener.isUrgent())
  }

  get weight(): number {
    return this.#rowCount * 2 + this.#byId.size * 24 + this.#entries.length * 8
  }

  categoryOfId(id: bigint): Category | undefined {
    return this.#byId.get(id)
  }

  categoryOfSerial(serial: number): Category | undefined {
    return this.#bySerial.get(serial)
  }

  /** The innermost categories. */
  *leaves(): Generator<Category> {
    for (const category of this.#byId.values()) {
      if (category.depth === this.plan.categories.length - 1) yield category
    }
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
    if (this.#touched.size === 0 || !this.#isComplete) return
    const touched = this.#touched
    this.#touched = new Set()
    const affected = new Set<Category>()
    for (const category of this.leaves()) {
      for (let row = category.mids.length - 1; row >= 0; row--) {
        if (touched.has(category.mids[row]!)) this.#removeRow(category, row, affected)
      }
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

  async extend(tx: Transaction, deadline: number): Promise<void> {
    if (!this.#isStarted) {
      this.#isStarted = true
      this.#touched.clear()
      if (this.#canSelect) {
        await this.#selectAll(tx)
        await this.#finish(tx)
        return
      }
      const { from, where, parameters } = this.query
      this.#candidates = await tx.column(`SELECT m.mid FROM ${from} WHERE ${where}`, ...parameters)
    }
    while (!this.#isComplete && !this.#isStale) {
      if (this.#nextCandidate < this.#candidates.length) {
        const batch = this.#candidates.slice(this.#nextCandidate, this.#nextCandidate + BATCH)
        this.#nextCandidate += batch.length
        await this.#look(tx, batch, this.#entries)
      } else {
        await this.#finish(tx)
      }
      if (performance.now() > deadline) return
    }
  }

  /** Whether the columns of `message` say all that the view must know. */
  get #canSelect(): boolean {
    const { categories, extreme, fields, instanceTag } = this.plan
    return (
      this.query.predicate === undefined &&
      instanceTag === undefined &&
      this.#reader.mailbox.info.kind === 'private' &&
      categories.every(({ column }) => column !== undefined && column.kind !== 'key') &&
      (extreme === undefined || (extreme.column !== undefined && extreme.column.kind !== 'key')) &&
      fields.every(({ column }) => column !== undefined)
    )
  }

  async #selectAll(tx: Transaction): Promise<void> {
    const { categories, extreme, fields } = this.plan
    const { from, where, parameters } = this.query
    const all = [...categories, ...(extreme === undefined ? [] : [extreme]), ...fields]
    const rows = await tx.tuples(
      `SELECT m.mid, m.is_read, ${all.map(({ column }) => selectColumn(column!)).join(', ') || '0'}
       FROM ${from} WHERE ${where}`,
      ...parameters,
    )
    const valueAt = (row: readonly SqlValue[], i: number): SortValue =>
      columnSortValue(all[i]!.column!, row[i + 2]!)
    for (const row of rows) {
      const extremeIndex = categories.length
      const first = extremeIndex + (extreme === undefined ? 0 : 1)
      this.#entries.push({
        mid: row[0] as number,
        instance: 0,
        isUnread: row[1] === 0,
        path: categories.map((_, i) => valueAt(row, i)),
        cells: categories.map((field, i) => cellOfColumn(field, row[i + 2]!)),
        extreme: extreme === undefined ? null : valueAt(row, extremeIndex),
        extremeCell: extreme === undefined ? undefined : cellOfColumn(extreme, row[extremeIndex + 2]!),
        values: fields.map((_, i) => valueAt(row, first + i)),
      })
    }
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

  /** Puts all rows that were found into their categories. */
  async #finish(tx: Transaction): Promise<void> {
    this.#entries.sort((a, b) => compareRows(this.plan, a, b))
    for (const entry of this.#entries) {
      const category = this.#innermost(entry)
      category.insertRow(category.mids.length, entry.mid, entry.instance)
      this.#count(category, entry, 1)
      this.#raiseExtreme(category, entry)
    }
    for (const siblings of [this.roots, ...[...this.#byId.values()].map(({ children }) => children)]) {
      siblings.sort((a, b) => compareCategories(this.plan, a, b))
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
    this.#byId.clear()
    this.#bySerial.clear()
    this.#unread.clear()
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

  /** The innermost category that a row belongs to; made, at the end of its siblings, if it is not there. */
  #innermost(entry: Entry, made: (category: Category) => void = () => {}): Category {
    let parent: Category | undefined
    for (let depth = 0; depth < entry.path.length; depth++) {
      const siblings: Map<SortValue, Category> = parent === undefined ? this.#rootsByValue : parent.byValue
      const value = entry.path[depth]!
      let category = siblings.get(value)
      if (category === undefined) {
        let id = categoryId(parent, value)
        // Two that have the same hash must still be told apart.
        while (this.#byId.has(id)) id = BigInt.asIntN(64, id + 0x10000n)
        category = new Category(id, this.#nextSerial--, parent, value, entry.cells[depth])
        siblings.set(value, category)
        this.#byId.set(id, category)
        this.#bySerial.set(category.serial, category)
        const list = parent === undefined ? this.roots : parent.children
        list.push(category)
        if (depth === entry.path.length - 1) {
          category.extreme = entry.extreme
          category.extremeCell = entry.extremeCell
        }
        made(category)
      }
      parent = category
    }
    return parent!
  }

  #count(
    category: Category,
    entry: { readonly mid: number; readonly isUnread: boolean },
    sign: 1 | -1,
  ): void {
    this.#rowCount += sign
    if (sign === 1) {
      if (entry.isUnread) this.#unread.add(entry.mid)
      else this.#unread.delete(entry.mid)
    }
    for (let above: Category | undefined = category; above !== undefined; above = above.parent) {
      above.count += sign
      if (entry.isUnread) above.unread += sign
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
    const mid = category.mids[row]!
    for (const listener of this.#listeners) listener.removing(category, row)
    category.removeRow(row)
    this.#count(category, { mid, isUnread: this.#unread.has(mid) }, -1)
    for (let above: Category | undefined = category; above !== undefined; above = above.parent)
      affected.add(above)
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
    category.insertRow(row, entry.mid, entry.instance)
    this.#count(category, entry, 1)
    for (const listener of this.#listeners) listener.inserted(category, row)
    for (let above: Category | undefined = category; above !== undefined; above = above.parent)
      affected.add(above)
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
        this.#byId.delete(category.id)
        this.#bySerial.delete(category.serial)
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
    const ends = isSorted ? [0, category.mids.length - 1] : category.mids.map((_, i) => i)
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
    let high = category.mids.length
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

/** What a selected value of a column is shown as. */
function cellOfColumn({ column }: SortField, value: SqlValue): PropertyValue | undefined {
  if (value === null) return undefined
  if (column!.kind === 'time') return BigInt(value as string)
  return column!.kind === 'flag' ? value === 1 : (value as PropertyValue)
}
