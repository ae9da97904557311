import { PidTagMessageDeliveryTime } from '@bourse/mapi'
import type { Change } from '../change/change.ts'
import type { SqlValue, Transaction } from '../storage/storage.ts'
import type { ContentsQuery } from './contents-query.ts'
import type { MessageReader, MessageSubject } from './message-reader.ts'
import { type RowIdentity, RowList } from './row-list.ts'
import { type RowEdit, type RowsListener, type RowsView, rowKey } from './rows-view.ts'
import {
  compareRows,
  instancesOf,
  isSqlOrder,
  keyOfColumns,
  orderBy,
  type RowKey,
  type SortPlan,
  selectKey,
  sortValues,
} from './sort-plan.ts'

/** How many changed messages are taken up one by one; beyond that the rows are found anew. */
const MAX_TOUCHED = 1000

/** How many messages are read and looked at together at most. */
const BATCH = 128

/** How many rows are taken from an index at a time when all are wanted. */
const BULK = 20_000

/** The fewest rows that are taken from an index at a time. */
const MIN_ROWS = 16

/** The parts of the index on delivery time: messages that have none, and those that have one. */
type IndexPart = 'missing' | 'present'

/** Up to where all rows are known: this key, or nowhere, or everywhere. */
type Boundary = RowKey | 'nothing' | 'everything'

/**
 * The rows of a contents table without categories: found along an index where one gives their order, so that the first ones cost nothing
 * for the others, else all together.
 */
export class FlatView implements RowsView {
  readonly query: ContentsQuery
  readonly plan: SortPlan
  readonly #reader: MessageReader
  readonly #listeners = new Set<RowsListener>()
  /** Messages that changed since the rows were last brought up to date. */
  #touched = new Set<number>()
  #isStale = false

  #rows: RowList
  #isStarted = false
  #isComplete = false
  #boundary: Boundary = 'nothing'
  /** Parts of the index that are still to be followed. */
  #parts: IndexPart[] = []
  /** Messages that may be rows and were not looked at yet: in the order of the rows, or in none. */
  #candidates: number[] = []
  #nextCandidate = 0
  #batch = MIN_ROWS
  /** Rows found so far, where they come in no order. */
  #found: RowKey[] = []

  constructor(query: ContentsQuery, plan: SortPlan, reader: MessageReader) {
    this.query = query
    this.plan = plan
    this.#reader = reader
    this.#rows = new RowList(plan.instanceTag !== undefined)
  }

  get length(): number {
    return this.#rows.length
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  get isUrgent(): boolean {
    return [...this.#listeners].some((listener) => listener.isUrgent())
  }

  /** How many numbers it keeps, for whoever bounds memory. */
  get weight(): number {
    return this.#rows.length + this.#candidates.length + this.#found.length * 4
  }

  at(position: number): RowIdentity {
    return this.#rows.at(position)
  }

  positionOf(mid: number, instance: number): number {
    return this.#rows.indexOf(mid, instance)
  }

  listen(listener: RowsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes note of what was committed; returns whether it concerns the view. */
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

  async total(tx: Transaction): Promise<number | undefined> {
    const known = this.#isComplete ? this.#rows.length : undefined
    if (!this.query.isWholeSet || this.plan.instanceTag !== undefined) return known
    return (await this.query.set.count(tx)) ?? known
  }

  async refresh(tx: Transaction): Promise<void> {
    if (this.#isStale) {
      await this.#drop(tx)
      return
    }
    // Rows that are found in no order are brought up to date when all have been found.
    if (this.#touched.size === 0 || (this.#isStarted && !this.#isComplete && !this.#isInOrder)) return
    const touched = this.#touched
    this.#touched = new Set()
    const before = new Map<string, RowIdentity>()
    for (const position of this.#rows.positionsOf(touched).reverse()) {
      const row = this.#rows.at(position)
      before.set(rowKey(row.mid, row.instance), row)
      this.#rows.remove(position)
      this.#tell({ kind: 'remove', position, ...row })
    }
    this.#forgetCandidates(touched)

    const inserted: RowIdentity[] = []
    const keys = new Map<string, RowKey>()
    for (const key of await this.#keysOf(tx, [...touched])) {
      if (!this.#isKnown(key)) {
        await this.#addCandidate(tx, key, keys)
        continue
      }
      const position = await this.#placeOf(tx, key, keys)
      if (position === undefined) {
        await this.#drop(tx)
        return
      }
      this.#rows.insert(position, key.mid, key.instance)
      keys.set(rowKey(key.mid, key.instance), key)
      inserted.push(key)
      this.#tell({ kind: 'insert', position, mid: key.mid, instance: key.instance })
    }

    const changed = new Set<string>()
    for (const { mid, instance } of inserted) {
      const id = rowKey(mid, instance)
      if (before.delete(id)) changed.add(id)
    }
    const removed = [...before.values()]
    if (removed.length === 0 && inserted.length === 0) return
    for (const listener of [...this.#listeners]) await listener.settled(tx, { removed, inserted, changed })
  }

  async extend(tx: Transaction, until: number, deadline: number): Promise<void> {
    if (!this.#isStarted) await this.#start(tx)
    while (!this.#isComplete && !this.#isStale && this.#rows.length < until) {
      if (this.#parts.length > 0) await this.#followIndex(tx, until - this.#rows.length)
      else if (this.#nextCandidate < this.#candidates.length) {
        await this.#lookAtCandidates(tx, until - this.#rows.length)
      } else await this.#finish(tx)
      if (performance.now() > deadline) return
    }
  }

  /** Whether rows are found in their order, so that those that are known are the first ones. */
  get #isInOrder(): boolean {
    return isSqlOrder(this.plan)
  }

  /** Whether the index on delivery time gives the rows in their order. */
  get #hasIndex(): boolean {
    const [field, ...more] = this.plan.fields
    return (
      this.#isInOrder &&
      this.query.set.isOrdered &&
      !this.query.isTextSearch &&
      more.length === 0 &&
      field?.tag === PidTagMessageDeliveryTime
    )
  }

  async #start(tx: Transaction): Promise<void> {
    this.#isStarted = true
    this.#touched.clear()
    if (this.#hasIndex) {
      // What is missing comes first, or last the other way round.
      this.#parts = this.plan.fields[0]!.descending ? ['present', 'missing'] : ['missing', 'present']
      return
    }
    const { from, where, parameters, predicate } = this.query
    const order = this.#isInOrder ? ` ORDER BY ${orderBy(this.plan)}` : ''
    const mids = await tx.column(`SELECT m.mid FROM ${from} WHERE ${where}${order}`, ...parameters)
    if (this.#isInOrder && predicate === undefined) {
      this.#rows.append(mids)
      this.#complete()
    } else {
      this.#candidates = mids
    }
  }

  /** Takes further rows from the index on delivery time. */
  async #followIndex(tx: Transaction, wanted: number): Promise<void> {
    const part = this.#parts[0]!
    const { predicate, from, where, parameters, needs } = this.query
    const conditions = [where, `m.delivery_time IS ${part === 'missing' ? 'NULL' : 'NOT NULL'}`]
    const values: SqlValue[] = [...parameters]
    if (typeof this.#boundary === 'object') {
      const {
        values: [time],
        mid,
      } = this.#boundary
      const after = this.plan.newestFirst ? '<' : '>'
      if (part === 'missing' && time === null) {
        conditions.push(`m.mid ${after} ?`)
        values.push(mid)
      } else if (part === 'present' && typeof time === 'bigint') {
        const later = this.plan.fields[0]!.descending ? '<' : '>'
        conditions.push(`m.delivery_time ${later}= ? AND (m.delivery_time ${later} ? OR m.mid ${after} ?)`)
        values.push(time, time, mid)
      }
    }
    const limit =
      predicate === undefined ? Math.min(Math.max(wanted, MIN_ROWS), BULK) : this.#nextBatch(wanted)
    const rest = `FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy(this.plan)} LIMIT ?`
    let mids: number[]
    let last: RowKey | undefined
    if (limit <= BATCH) {
      const rows = await tx.tuples(`SELECT ${selectKey(this.plan)} ${rest}`, ...values, limit)
      mids = rows.map(([mid]) => mid as number)
      last = rows.length === limit ? keyOfColumns(this.plan, rows.at(-1)!) : undefined
    } else {
      mids = await tx.column(`SELECT m.mid ${rest}`, ...values, limit)
    }
    if (predicate === undefined) this.#rows.append(mids)
    else {
      for (const subject of await this.#reader.read(tx, mids, needs)) {
        if (predicate(subject)) this.#rows.push(subject.row.mid)
      }
    }
    if (last !== undefined) this.#boundary = last
    else if (mids.length === limit) await this.#knowUpTo(tx, mids.at(-1)!)
    else {
      this.#parts.shift()
      if (this.#parts.length === 0) this.#complete()
      else this.#boundary = part === 'missing' ? AFTER_MISSING : AFTER_PRESENT
    }
  }

  /** Looks at the next messages that may be rows. */
  async #lookAtCandidates(tx: Transaction, wanted: number): Promise<void> {
    const { predicate, needs } = this.query
    const count = this.#isInOrder ? this.#nextBatch(wanted) : BATCH
    const mids = this.#candidates.slice(this.#nextCandidate, this.#nextCandidate + count)
    this.#nextCandidate += mids.length
    for (const subject of await this.#reader.read(tx, mids, needs)) {
      if (predicate?.(subject) === false) continue
      if (this.#isInOrder) this.#rows.push(subject.row.mid)
      else this.#found.push(...this.#rowKeys(subject))
    }
    if (this.#isInOrder && this.#nextCandidate < this.#candidates.length) {
      await this.#knowUpTo(tx, mids.at(-1)!)
    }
  }

  /** How many messages to look at next: as many as rows are wanted, then more as they turn out to be none. */
  #nextBatch(wanted: number): number {
    const batch = Math.min(Math.max(wanted, this.#batch), BATCH)
    this.#batch = Math.min(batch * 2, BATCH)
    return batch
  }

  async #finish(tx: Transaction): Promise<void> {
    if (!this.#isInOrder) {
      this.#found.sort((a, b) => compareRows(this.plan, a, b))
      for (const { mid, instance } of this.#found) this.#rows.push(mid, instance)
    }
    this.#complete()
    await this.refresh(tx)
  }

  #complete(): void {
    this.#found = []
    this.#candidates = []
    this.#nextCandidate = 0
    this.#boundary = 'everything'
    this.#isComplete = true
  }

  /** All rows up to that of a message are known now. */
  async #knowUpTo(tx: Transaction, mid: number): Promise<void> {
    const key = await this.#keyOf(tx, mid, 0)
    // It may have gone without anybody being told, if it had been deleted before.
    if (key === undefined) this.#isStale = true
    else this.#boundary = key
  }

  #isKnown(key: RowKey): boolean {
    if (typeof this.#boundary === 'object') return compareRows(this.plan, key, this.#boundary) <= 0
    return this.#boundary === 'everything'
  }

  /** Forgets all rows, to find them anew when they are asked for. */
  async #drop(tx: Transaction): Promise<void> {
    for (const listener of this.#listeners) listener.dropped()
    this.#rows = new RowList(this.plan.instanceTag !== undefined)
    this.#touched.clear()
    this.#isStale = false
    this.#isStarted = false
    this.#isComplete = false
    this.#boundary = 'nothing'
    this.#parts = []
    this.#candidates = []
    this.#nextCandidate = 0
    this.#found = []
    for (const listener of [...this.#listeners]) await listener.settled(tx, undefined)
  }

  #tell(edit: RowEdit): void {
    for (const listener of this.#listeners) listener.edited(edit)
  }

  #forgetCandidates(mids: ReadonlySet<number>): void {
    if (this.#nextCandidate >= this.#candidates.length) return
    this.#candidates = this.#candidates.slice(this.#nextCandidate).filter((mid) => !mids.has(mid))
    this.#nextCandidate = 0
  }

  /** Puts a message among those that are still to be looked at, where it will be found in its turn. */
  async #addCandidate(tx: Transaction, key: RowKey, keys: Map<string, RowKey>): Promise<void> {
    if (this.#parts.length > 0) return
    let low = this.#nextCandidate
    let high = this.#candidates.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = await this.#cachedKey(tx, this.#candidates[middle]!, 0, keys)
      if (other !== undefined && compareRows(this.plan, other, key) < 0) low = middle + 1
      else high = middle
    }
    this.#candidates.splice(low, 0, key.mid)
  }

  /** Where a row belongs; `undefined` if that can't be told because a message went away unnoticed. */
  async #placeOf(tx: Transaction, key: RowKey, keys: Map<string, RowKey>): Promise<number | undefined> {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = await this.#cachedKey(tx, this.#rows.midAt(middle), this.#rows.instanceAt(middle), keys)
      if (other === undefined) return undefined
      if (compareRows(this.plan, other, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  async #cachedKey(
    tx: Transaction,
    mid: number,
    instance: number,
    keys: Map<string, RowKey>,
  ): Promise<RowKey | undefined> {
    const id = rowKey(mid, instance)
    let key = keys.get(id)
    if (key === undefined) {
      key = await this.#keyOf(tx, mid, instance)
      if (key !== undefined) keys.set(id, key)
    }
    return key
  }

  /** The key of a row that is there already. */
  async #keyOf(tx: Transaction, mid: number, instance: number): Promise<RowKey | undefined> {
    if (this.#isInOrder) {
      const [row] = await tx.tuples(`SELECT ${selectKey(this.plan)} FROM message m WHERE m.mid = ?`, mid)
      return row && keyOfColumns(this.plan, row)
    }
    const [subject] = await this.#reader.read(tx, [mid], this.query.needs)
    return subject && { values: sortValues(this.plan.fields, subject, instance), mid, instance }
  }

  /** The keys, in order, of the rows that messages have as they are now. */
  async #keysOf(tx: Transaction, mids: readonly number[]): Promise<RowKey[]> {
    const { checkFrom, checkWhere, checkParameters, predicate, needs } = this.query
    const isReadable = predicate === undefined && this.#isInOrder
    const keys: RowKey[] = []
    for (let at = 0; at < mids.length; at += BATCH) {
      const batch = mids.slice(at, at + BATCH)
      const rows = await tx.tuples(
        `SELECT ${isReadable ? selectKey(this.plan) : 'm.mid'} FROM ${checkFrom}
         WHERE ${checkWhere} AND m.mid IN (${batch.map(() => '?').join(', ')})`,
        ...checkParameters,
        ...batch,
      )
      if (isReadable) {
        for (const row of rows) keys.push(keyOfColumns(this.plan, row))
        continue
      }
      const found = rows.map(([mid]) => mid as number)
      for (const subject of await this.#reader.read(tx, found, needs)) {
        if (predicate?.(subject) !== false) keys.push(...this.#rowKeys(subject))
      }
    }
    return keys.sort((a, b) => compareRows(this.plan, a, b))
  }

  #rowKeys(subject: MessageSubject): RowKey[] {
    const count = instancesOf(this.plan, subject)
    const isSeveral =
      this.plan.instanceTag !== undefined && subject.value(this.plan.instanceTag) !== undefined
    return Array.from({ length: count }, (_, i) => {
      const instance = isSeveral ? i + 1 : 0
      return { values: sortValues(this.plan.fields, subject, instance), mid: subject.row.mid, instance }
    })
  }
}

/** Keys after those of all rows of the first part of the index on delivery time, and before those of the other part. */
const AFTER_MISSING: RowKey = { values: [null], mid: Number.POSITIVE_INFINITY, instance: 0 }
const AFTER_PRESENT: RowKey = {
  values: [Number.NEGATIVE_INFINITY],
  mid: Number.NEGATIVE_INFINITY,
  instance: 0,
}
