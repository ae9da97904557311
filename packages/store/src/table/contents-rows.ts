import {
  type Cell,
  type Columns,
  globcntOf,
  isMultivalueInstance,
  PidTagBody,
  PidTagDepth,
  PidTagInstanceKey,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagRowType,
  type PropertyTag,
  type PropertyValue,
  type Restriction,
  type RowId,
  replidOf,
  tableInstanceKey,
  tagType,
} from '@bourse/mapi'
import { OWN_REPLID } from '../mailbox/mailbox.ts'
import { plainTextOf } from '../search/plain-text.ts'
import { fts5TextIndex } from '../search/text-index.ts'
import type { Transaction } from '../storage/storage.ts'
import { readCells } from './cells.ts'
import { type ContentsFilter, contentsQuery } from './contents-query.ts'
import type { FlatView } from './flat-view.ts'
import { type MessageReader, type MessageSubject, type Needs, NO_NEEDS, needsKeys } from './message-reader.ts'
import type { MessageSet } from './message-set.ts'
import type { RowIdentity } from './row-list.ts'
import type { RowsListener } from './rows-view.ts'
import type { SortPlan } from './sort-plan.ts'
import type { Subject } from './subject.ts'
import type { RowFinder, TableRows } from './table-rows.ts'
import { ViewRegistry } from './view-registry.ts'

/** Values of PidTagRowType ([MS-OXCTABL] 2.2.1.3). */
export const RowType = {
  Leaf: 0x00000001,
  EmptyCategory: 0x00000002,
  ExpandedCategory: 0x00000003,
  CollapsedCategory: 0x00000004,
} as const

/** How messages are shown in a contents table, whatever order they are in. */
export class MessageRows {
  readonly reader: MessageReader
  readonly #set: MessageSet
  readonly #filter: ContentsFilter
  readonly #folderId: bigint
  /** How many categories the rows are within. */
  readonly #depth: number

  constructor(
    reader: MessageReader,
    set: MessageSet,
    filter: ContentsFilter,
    folderId: bigint,
    depth: number,
  ) {
    this.reader = reader
    this.#set = set
    this.#filter = filter
    this.#folderId = folderId
    this.#depth = depth
  }

  async cells(
    tx: Transaction,
    rows: readonly RowIdentity[],
    columns: Columns,
  ): Promise<(Cell[] | undefined)[]> {
    const subjects = await this.subjects(tx, rows, { ...NO_NEEDS, keys: needsKeys(columns) })
    const { mailbox } = this.reader
    const options = { codePage: this.reader.codePage }
    const bodies = columns.flatMap((tag, i) => (tag >>> 16 === PidTagBody >>> 16 ? [i] : []))
    const all: (Cell[] | undefined)[] = []
    for (const { mid, instance } of rows) {
      const subject = subjects.get(mid)
      if (subject === undefined) {
        all.push(undefined)
        continue
      }
      const { source, row } = subject
      const tableCell = (tag: PropertyTag<unknown>): Cell => {
        switch (tag) {
          case PidTagInstanceNum:
            return instance
          case PidTagRowType:
            return RowType.Leaf
          case PidTagDepth:
            return this.#depth
          case PidTagInstanceKey:
            return instance === 0
              ? undefined
              : tableInstanceKey(mailbox.id(row.fid), mailbox.id(row.mid), instance)
          default:
            return undefined
        }
      }
      if (bodies.length > 0 && source.cell(PidTagBody) === undefined) {
        const text = await plainTextOf(tx, mailbox, source)
        const withBody = {
          cell: (tag: PropertyTag<unknown>) => (tag === PidTagBody ? text : source.cell(tag)),
          tagOf: (id: number) => source.tagOf(id),
          tags: () => source.tags(),
        }
        all.push(await readCells(tx, mailbox.blobs, withBody, columns, instance, tableCell, options))
      } else {
        all.push(await readCells(tx, mailbox.blobs, source, columns, instance, tableCell, options))
      }
    }
    return all
  }

  async rowIds(tx: Transaction, rows: readonly RowIdentity[]): Promise<RowId[]> {
    const { mailbox } = this.reader
    const folders = new Map<number, number>()
    for (const { mid } of rows) {
      const row = await tx.get<{ fid: number }>('SELECT fid FROM message WHERE mid = ?', mid)
      if (row !== undefined) folders.set(mid, row.fid)
    }
    return rows.map(({ mid, instance }) => {
      const fid = folders.get(mid)
      return {
        folderId: fid === undefined ? this.#folderId : mailbox.id(fid),
        messageId: mailbox.id(mid),
        instance,
      }
    })
  }

  identityOf(rowId: bigint, instance: number): RowIdentity | undefined {
    return replidOf(rowId) === OWN_REPLID ? { mid: globcntOf(rowId), instance } : undefined
  }

  async finder(tx: Transaction, restriction: Restriction): Promise<RowFinder> {
    const query = contentsQuery(
      this.#set,
      { ...this.#filter, restriction, sortTags: [] },
      this.reader,
      fts5TextIndex,
    )
    const isNarrowed = !query.isWholeSet && (query.predicate === undefined || query.where !== this.#set.where)
    const candidates =
      isNarrowed || query.isTextSearch
        ? new Set(
            await tx.column(`SELECT m.mid FROM ${query.from} WHERE ${query.where}`, ...query.parameters),
          )
        : undefined
    return {
      candidates,
      test: async (tx, rows) => {
        const { predicate } = query
        if (predicate === undefined) return rows.map(({ mid }) => candidates?.has(mid) !== false)
        const subjects = new Map(
          (await this.reader.read(tx, uniqueMids(rows), query.needs)).map((subject) => [
            subject.row.mid,
            subject,
          ]),
        )
        return rows.map(({ mid, instance }) => {
          const subject = subjects.get(mid)
          return subject !== undefined && predicate(atInstance(subject, instance))
        })
      },
    }
  }

  async subjects(
    tx: Transaction,
    rows: readonly RowIdentity[],
    needs: Needs,
  ): Promise<ReadonlyMap<number, MessageSubject>> {
    const subjects = new Map<number, MessageSubject>()
    for (const subject of await this.reader.read(tx, uniqueMids(rows), needs)) {
      subjects.set(subject.row.mid, subject)
    }
    return subjects
  }
}

/** A message as one of its rows shows it: with one of the values of a multiple-valued property. */
function atInstance(subject: MessageSubject, instance: number): Subject {
  if (instance === 0) return subject
  return {
    ...subject,
    value(tag) {
      const value = subject.value(tag)
      return isMultivalueInstance(tagType(tag)) && Array.isArray(value)
        ? (value[instance - 1] as PropertyValue | undefined)
        : value
    },
  }
}

function uniqueMids(rows: readonly RowIdentity[]): number[] {
  const mids = rows.map(({ mid }) => mid)
  return mids.length < 2 || new Set(mids).size === mids.length ? mids : [...new Set(mids)]
}

/** The rows of a contents table without categories. */
export class FlatRows implements TableRows {
  readonly categories = undefined
  readonly #view: FlatView
  readonly #messages: MessageRows
  readonly #registry: ViewRegistry

  constructor(view: FlatView, messages: MessageRows) {
    this.#view = view
    this.#messages = messages
    this.#registry = ViewRegistry.of(messages.reader.mailbox)
  }

  get plan(): SortPlan {
    return this.#view.plan
  }

  get length(): number {
    return this.#view.length
  }

  get isComplete(): boolean {
    return this.#view.isComplete
  }

  refresh(tx: Transaction): Promise<void> {
    return this.#view.refresh(tx)
  }

  extend(tx: Transaction, until: number, deadline: number): Promise<void> {
    return this.#view.extend(tx, until, deadline)
  }

  total(tx: Transaction): Promise<number | undefined> {
    return this.#view.total(tx)
  }

  at(position: number): RowIdentity {
    return this.#view.at(position)
  }

  positionOf(mid: number, instance: number): number {
    return this.#view.positionOf(mid, instance)
  }

  listen(listener: RowsListener): () => void {
    return this.#view.listen(listener)
  }

  cells(tx: Transaction, rows: readonly RowIdentity[], columns: Columns): Promise<(Cell[] | undefined)[]> {
    return this.#messages.cells(tx, rows, columns)
  }

  rowIds(tx: Transaction, rows: readonly RowIdentity[]): Promise<RowId[]> {
    return this.#messages.rowIds(tx, rows)
  }

  identityOf(rowId: bigint, instance: number): RowIdentity | undefined {
    return this.#messages.identityOf(rowId, instance)
  }

  finder(tx: Transaction, restriction: Restriction): Promise<RowFinder> {
    return this.#messages.finder(tx, restriction)
  }

  invalidate(): void {
    this.#view.invalidate()
  }

  release(): void {
    this.#registry.release(this.#view)
  }
}

/** What only the table knows of its rows. */
export const TABLE_COLUMNS: readonly PropertyTag<unknown>[] = [
  PidTagInstID,
  PidTagInstanceNum,
  PidTagRowType,
  PidTagDepth,
]
