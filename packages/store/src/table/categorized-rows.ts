import {
  type Cell,
  type Columns,
  ErrorCode,
  MapiError,
  makeId,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDepth,
  PidTagInstanceKey,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagRowType,
  type PropertyTag,
  type PropertyValue,
  PtypString8,
  PtypUnspecified,
  type Restriction,
  type RowId,
  tableInstanceKey,
  tagId,
  tagType,
} from '@bourse/mapi'
import { convertValue, unicodeTag } from '../object/property-types.ts'
import type { Transaction } from '../storage/storage.ts'
import type { Category } from './category.ts'
import type { CategoriesListener, CategoryView } from './category-view.ts'
import { shorten } from './cells.ts'
import { type MessageRows, RowType } from './contents-rows.ts'
import { compileRestriction } from './evaluate.ts'
import type { RowIdentity } from './row-list.ts'
import { type RowEdit, type RowsListener, rowKey } from './rows-view.ts'
import type { Subject } from './subject.ts'
import type { RowCategories, RowFinder, TableRows } from './table-rows.ts'
import { ViewRegistry } from './view-registry.ts'

/** The categories that can be seen, in order, with the positions of their heading rows. */
interface Outline {
  readonly categories: readonly Category[]
  readonly positions: Int32Array
  readonly length: number
  /** How many of the outermost categories were known. */
  readonly roots: number
}

/** The rows of one table with categories: the headings and, of open categories, what is below them. */
export class CategorizedRows implements TableRows, RowCategories {
  readonly #view: CategoryView
  readonly #messages: MessageRows
  readonly #registry: ViewRegistry
  readonly #listeners = new Set<RowsListener>()
  readonly #stopListening: () => void
  /** How many levels of categories are open at first. */
  readonly #expandedCount: number
  #toggled = new Set<bigint>()
  /** Made when it is needed. */
  #outline: Outline | undefined
  #inserted = new Map<string, RowIdentity>()
  #removed = new Map<string, RowIdentity>()

  constructor(view: CategoryView, messages: MessageRows, expandedCount: number) {
    this.#view = view
    this.#expandedCount = expandedCount
    this.#messages = messages
    this.#registry = ViewRegistry.of(messages.reader.mailbox)
    const listener: CategoriesListener = {
      isUrgent: () => [...this.#listeners].some((one) => one.isUrgent()),
      removing: (category, row) => this.#removing(category, row),
      inserted: (category, row) => this.#insertedAt(category, row),
      changed: (category) => this.#changed(category),
      dropped: () => {
        for (const one of this.#listeners) one.dropped()
        this.#outline = undefined
      },
      settled: (tx, wasDropped) => this.#settled(tx, wasDropped),
    }
    this.#stopListening = view.listen(listener)
  }

  get categories(): RowCategories {
    return this
  }

  get length(): number {
    return this.#visible().length
  }

  get isComplete(): boolean {
    return this.#view.isComplete
  }

  get toggled(): ReadonlySet<bigint> {
    return this.#toggled
  }

  refresh(tx: Transaction): Promise<void> {
    return this.#view.refresh(tx)
  }

  extend(tx: Transaction, until: number, deadline: number): Promise<void> {
    // As many categories as rows are wanted are more than enough.
    return this.#view.extend(tx, until, deadline)
  }

  async total(): Promise<number | undefined> {
    return this.isComplete ? this.length : undefined
  }

  at(position: number): RowIdentity {
    const { categories, positions } = this.#visible()
    let low = 0
    let high = categories.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (positions[middle]! <= position) low = middle + 1
      else high = middle
    }
    const category = categories[low - 1]!
    const row = position - positions[low - 1]! - 1
    return row === -1 ? headingOf(category) : category.rowAt(row)
  }

  positionOf(mid: number, instance: number): number {
    const { categories, positions } = this.#visible()
    if (mid < 0) {
      const index = categories.findIndex(({ counter }) => counter === -mid)
      return index === -1 ? -1 : positions[index]!
    }
    for (const [i, category] of categories.entries()) {
      if (!this.#isExpanded(category)) continue
      const row = category.indexOf(mid, instance)
      if (row !== -1) return positions[i]! + 1 + row
    }
    return -1
  }

  listen(listener: RowsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  expand(categoryId: bigint): number {
    const category = this.#view.categoryOfId(categoryId)
    if (category === undefined) throw new MapiError(ErrorCode.NotFound)
    if (this.#isExpanded(category)) throw new MapiError(ErrorCode.NotCollapsed)
    this.#toggle(categoryId)
    const position = this.#positionOfHeading(category)
    const rows = this.#rowsOf(category).slice(1)
    if (position !== undefined) {
      for (const [i, row] of rows.entries())
        this.#tell({ kind: 'insert', position: position + 1 + i, ...row })
    }
    this.#settleQuietly()
    return rows.length
  }

  collapse(categoryId: bigint): number {
    const category = this.#view.categoryOfId(categoryId)
    if (category === undefined) throw new MapiError(ErrorCode.NotFound)
    if (!this.#isExpanded(category)) throw new MapiError(ErrorCode.NotExpanded)
    const position = this.#positionOfHeading(category)
    const rows = this.#rowsOf(category).slice(1)
    this.#toggle(categoryId)
    if (position !== undefined) {
      for (let i = rows.length - 1; i >= 0; i--) {
        this.#tell({ kind: 'remove', position: position + 1 + i, ...rows[i]! })
      }
    }
    this.#settleQuietly()
    return rows.length
  }

  setToggled(toggled: ReadonlySet<bigint>): void {
    for (const listener of this.#listeners) listener.dropped()
    this.#toggled = new Set(toggled)
    this.#outline = undefined
  }

  async cells(
    tx: Transaction,
    rows: readonly RowIdentity[],
    columns: Columns,
  ): Promise<readonly (Cell[] | undefined)[]> {
    const messages = await this.#messages.cells(
      tx,
      rows.filter(({ mid }) => mid > 0),
      columns,
    )
    let next = 0
    return rows.map(({ mid }) => {
      if (mid > 0) return messages[next++]
      const category = this.#view.categoryOfSerial(mid)
      return category && columns.map((tag) => shorten(this.#headingCell(category, tag)))
    })
  }

  async rowIds(tx: Transaction, rows: readonly RowIdentity[]): Promise<readonly RowId[]> {
    const messages = await this.#messages.rowIds(
      tx,
      rows.filter(({ mid }) => mid > 0),
    )
    let next = 0
    return rows.map(({ mid }) => {
      if (mid > 0) return messages[next++]!
      return { folderId: 0n, messageId: makeId(0, -mid), instance: 0 }
    })
  }

  identityOf(rowId: bigint, instance: number): RowIdentity | undefined {
    const category = this.#view.categoryOfId(rowId)
    return category === undefined ? this.#messages.identityOf(rowId, instance) : headingOf(category)
  }

  async finder(tx: Transaction, restriction: Restriction): Promise<RowFinder> {
    const messages = await this.#messages.finder(tx, restriction)
    const heading = compileRestriction(restriction)
    return {
      // Headings can match too.
      candidates: undefined,
      test: async (within, rows) => {
        const leaves = rows.filter(({ mid }) => mid > 0 && messages.candidates?.has(mid) !== false)
        const results = await messages.test(within, leaves)
        const matches = new Map(leaves.map(({ mid, instance }, i) => [rowKey(mid, instance), results[i]!]))
        return rows.map(({ mid, instance }) => {
          if (mid > 0) return matches.get(rowKey(mid, instance)) ?? false
          const category = this.#view.categoryOfSerial(mid)
          return category !== undefined && heading(this.#headingSubject(category))
        })
      },
    }
  }

  invalidate(): void {
    this.#view.invalidate()
  }

  release(): void {
    this.#stopListening()
    this.#registry.release(this.#view)
  }

  #isExpanded(category: Category): boolean {
    const isOpenAtFirst = category.depth < this.#expandedCount
    return this.#toggled.size > 0 && this.#toggled.has(category.id) ? !isOpenAtFirst : isOpenAtFirst
  }

  #toggle(categoryId: bigint): void {
    if (!this.#toggled.delete(categoryId)) this.#toggled.add(categoryId)
    this.#outline = undefined
  }

  /** How many rows of a category can be seen, its heading among them, where the heading can be seen. */
  #sizeOf(category: Category): number {
    if (!this.#isExpanded(category)) return 1
    let size = 1 + category.rowCount
    for (const child of category.children) size += this.#sizeOf(child)
    return size
  }

  /** Where the heading row of a category is; `undefined` if it is out of sight. */
  #positionOfHeading(category: Category): number | undefined {
    let position = 0
    for (let one: Category | undefined = category; one !== undefined; one = one.parent) {
      if (one.parent !== undefined) {
        if (!this.#isExpanded(one.parent)) return undefined
        position++
      }
      const siblings: readonly Category[] = one.parent === undefined ? this.#view.roots : one.parent.children
      for (const sibling of siblings) {
        if (sibling === one) break
        position += this.#sizeOf(sibling)
      }
    }
    return position
  }

  /** The rows of a category that can be seen, its heading first. */
  #rowsOf(category: Category): RowIdentity[] {
    const rows = [headingOf(category)]
    if (!this.#isExpanded(category)) return rows
    for (let i = 0; i < category.rowCount; i++) rows.push(category.rowAt(i))
    for (const child of category.children) rows.push(...this.#rowsOf(child))
    return rows
  }

  #visible(): Outline {
    if (this.#outline?.roots === this.#view.roots.length) return this.#outline
    const categories: Category[] = []
    const positions: number[] = []
    let length = 0
    const add = (category: Category): void => {
      categories.push(category)
      positions.push(length)
      length++
      if (!this.#isExpanded(category)) return
      length += category.rowCount
      category.children.forEach(add)
    }
    this.#view.roots.forEach(add)
    this.#outline = {
      categories,
      positions: Int32Array.from(positions),
      length,
      roots: this.#view.roots.length,
    }
    return this.#outline
  }

  #removing(category: Category, row: number | undefined): void {
    const position = this.#positionOfHeading(category)
    this.#outline = undefined
    if (position === undefined) return
    if (row !== undefined) {
      if (!this.#isExpanded(category)) return
      this.#noteRemoved(position + 1 + row, category.rowAt(row))
      return
    }
    const rows = this.#rowsOf(category)
    for (let i = rows.length - 1; i >= 0; i--) this.#noteRemoved(position + i, rows[i]!)
  }

  #insertedAt(category: Category, row: number | undefined): void {
    this.#outline = undefined
    const position = this.#positionOfHeading(category)
    if (position === undefined) return
    if (row !== undefined) {
      if (this.#isExpanded(category)) this.#noteInserted(position + 1 + row, category.rowAt(row))
      return
    }
    for (const [i, one] of this.#rowsOf(category).entries()) this.#noteInserted(position + i, one)
  }

  #changed(category: Category): void {
    const position = this.#positionOfHeading(category)
    if (position === undefined) return
    this.#noteRemoved(position, headingOf(category))
    this.#noteInserted(position, headingOf(category))
  }

  #noteRemoved(position: number, row: RowIdentity): void {
    const id = rowKey(row.mid, row.instance)
    // What came and went within the same changes was never seen.
    if (!this.#inserted.delete(id)) this.#removed.set(id, row)
    this.#tell({ kind: 'remove', position, ...row })
  }

  #noteInserted(position: number, row: RowIdentity): void {
    this.#inserted.set(rowKey(row.mid, row.instance), row)
    this.#tell({ kind: 'insert', position, ...row })
  }

  #tell(edit: RowEdit): void {
    for (const listener of this.#listeners) listener.edited(edit)
  }

  async #settled(tx: Transaction, wasDropped: boolean): Promise<void> {
    const inserted = [...this.#inserted.values()]
    const changed = new Set<string>()
    for (const id of this.#inserted.keys()) if (this.#removed.delete(id)) changed.add(id)
    const removed = [...this.#removed.values()]
    this.#inserted = new Map()
    this.#removed = new Map()
    const batch = wasDropped ? undefined : { removed, inserted, changed }
    for (const listener of [...this.#listeners]) await listener.settled(tx, batch)
  }

  /** What a user opens and closes in a table is no news to the same user. */
  #settleQuietly(): void {
    for (const listener of this.#listeners) listener.opened?.()
  }

  #headingCell(category: Category, tag: PropertyTag<unknown>): Cell {
    switch (tag) {
      case PidTagInstID:
        return category.id
      case PidTagInstanceNum:
        return 0
      case PidTagRowType:
        return this.#isExpanded(category) ? RowType.ExpandedCategory : RowType.CollapsedCategory
      case PidTagDepth:
        return category.depth
      case PidTagContentCount:
        return category.count
      case PidTagContentUnreadCount:
        return category.unread
      case PidTagInstanceKey:
        return tableInstanceKey(0n, category.id, 0)
      default:
        return this.#headingValue(category, tag)
    }
  }

  /** What the rows of a category have in common, and what it is sorted by. */
  #headingValue(category: Category, tag: PropertyTag<unknown>): PropertyValue | undefined {
    const { categories, extreme } = this.#view.plan
    for (let one: Category | undefined = category; one !== undefined; one = one.parent) {
      const field = categories[one.depth]!
      if (tagId(field.tag) !== tagId(tag)) continue
      const cell = this.#view.cellOf(one)
      return cell === undefined ? undefined : inType(cell, field.type, tag, this.#messages.reader.codePage)
    }
    const isInnermost = category.depth === categories.length - 1
    return isInnermost && extreme !== undefined && extreme.tag === unicodeTag(tag)
      ? this.#view.extremeCellOf(category)
      : undefined
  }

  #headingSubject(category: Category): Subject {
    return {
      value: (tag) => this.#headingCell(category, tag) as PropertyValue | undefined,
    }
  }
}

function headingOf(category: Category): RowIdentity {
  return { mid: category.serial, instance: 0 }
}

/** One value of a category in the type that a column asks for. */
function inType(
  value: PropertyValue,
  type: number,
  tag: PropertyTag<unknown>,
  codePage: number,
): PropertyValue | undefined {
  const asked = tagType(tag) & ~0x3000
  if (asked === PtypUnspecified || asked === type) return value
  return asked === PtypString8 && typeof value === 'string'
    ? convertValue(value, type, asked, codePage)
    : undefined
}
