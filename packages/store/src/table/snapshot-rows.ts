import {
  type Cell,
  type Columns,
  type PropertyBag,
  PropertyError,
  type Restriction,
  type RowId,
} from '@bourse/mapi'
import { decodeString8 } from '../object/code-pages.ts'
import { readCell } from '../object/property-types.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { Transaction } from '../storage/storage.ts'
import { shorten } from './cells.ts'
import { compileRestriction, type Predicate } from './evaluate.ts'
import { propertyValueOf } from './message-reader.ts'
import type { RowIdentity } from './row-list.ts'
import type { RowFinder, TableRows } from './table-rows.ts'

/** Rows that are what they were when they were first asked for, in the order in which they came. */
export class SnapshotRows implements TableRows {
  readonly categories = undefined
  readonly #load: () => Promise<readonly PropertyBag[]>
  readonly #codePage: number
  readonly #predicate: Predicate | undefined
  #sources: readonly PropertySource[] | undefined

  constructor(
    load: () => Promise<readonly PropertyBag[]>,
    codePage: number,
    restriction: Restriction | undefined,
  ) {
    this.#load = load
    this.#codePage = codePage
    this.#predicate = restriction && this.#compile(restriction)
  }

  get length(): number {
    return this.#sources?.length ?? 0
  }

  get isComplete(): boolean {
    return this.#sources !== undefined
  }

  async refresh(): Promise<void> {
    if (this.#sources !== undefined) return
    const sources = (await this.#load()).map(bagSource)
    const predicate = this.#predicate
    this.#sources =
      predicate === undefined ? sources : sources.filter((source) => predicate(this.#subject(source)))
  }

  async extend(): Promise<void> {}

  async total(): Promise<number | undefined> {
    return this.#sources?.length
  }

  /** Rows are named by their positions. */
  at(position: number): RowIdentity {
    return { mid: position + 1, instance: 0 }
  }

  positionOf(mid: number): number {
    return mid <= this.length ? mid - 1 : -1
  }

  listen(): () => void {
    return () => {}
  }

  async cells(
    _tx: Transaction,
    rows: readonly RowIdentity[],
    columns: Columns,
  ): Promise<readonly (Cell[] | undefined)[]> {
    const options = { codePage: this.#codePage }
    return rows.map(({ mid }) => {
      const source = this.#sources![mid - 1]
      return source && columns.map((tag) => shorten(readCell(source, tag, options) as Cell))
    })
  }

  async rowIds(): Promise<readonly RowId[]> {
    return []
  }

  identityOf(): RowIdentity | undefined {
    return undefined
  }

  async finder(_tx: Transaction, restriction: Restriction): Promise<RowFinder> {
    const predicate = this.#compile(restriction)
    return {
      candidates: undefined,
      test: async (_within, rows) =>
        rows.map(({ mid }) => {
          const source = this.#sources![mid - 1]
          return source !== undefined && predicate(this.#subject(source))
        }),
    }
  }

  invalidate(): void {
    this.#sources = undefined
  }

  release(): void {}

  #compile(restriction: Restriction): Predicate {
    return compileRestriction(restriction, { decodeString8: (text) => decodeString8(text, this.#codePage) })
  }

  #subject(source: PropertySource) {
    return {
      value: (tag: Parameters<PropertySource['cell']>[0]) => propertyValueOf(source, tag, this.#codePage),
    }
  }
}

function bagSource(bag: PropertyBag): PropertySource {
  return {
    cell: (tag) => bag.cell(tag),
    tagOf: (id) => bag.tagOf(id),
    tags: () => bag.tags().filter((tag) => !(bag.cell(tag) instanceof PropertyError)),
  }
}
