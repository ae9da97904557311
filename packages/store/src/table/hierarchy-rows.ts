import {
  type Cell,
  type Columns,
  globcntOf,
  PidTagDepth,
  PidTagInstanceNum,
  PidTagInstID,
  type PropertyTag,
  type Restriction,
  type RowId,
  replidOf,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { Change } from '../change/change.ts'
import { type FolderRow, getFolder, getSubfolders } from '../folder/folder-row.ts'
import { folderContext, folderSource } from '../folder/folder-source.ts'
import { getSubtree } from '../folder/tree.ts'
import { OWN_REPLID } from '../mailbox/mailbox.ts'
import { decodeString8 } from '../object/code-pages.ts'
import { isVisible } from '../object/folder-access.ts'
import type { Transaction } from '../storage/storage.ts'
import { readCells } from './cells.ts'
import { compareText } from './collation.ts'
import { compileRestriction, type Predicate } from './evaluate.ts'
import { propertyValueOf } from './message-reader.ts'
import type { RowIdentity } from './row-list.ts'
import { type RowsListener, rowKey } from './rows-view.ts'
import type { Subject } from './subject.ts'
import type { RowFinder, TableRows } from './table-rows.ts'

export interface HierarchyView {
  /** The folder whose subfolders are shown. */
  readonly fid: number
  readonly recursive: boolean
  readonly softDeleted: boolean
  readonly restriction: Restriction | undefined
}

/** The subfolders of a folder that a user may see, each before those in it, by name. */
export class HierarchyRows implements TableRows {
  readonly categories = undefined
  readonly #logon: Logon
  readonly #view: HierarchyView
  readonly #predicate: Predicate | undefined
  readonly #listeners = new Set<RowsListener>()
  readonly #stopListening: () => void
  #fids: number[] = []
  /** PidTagDepth by folder. */
  #depths = new Map<number, number>()
  #touched = new Set<number>()
  #isLoaded = false
  #isStale = false
  #isScheduled = false

  constructor(logon: Logon, view: HierarchyView) {
    this.#logon = logon
    this.#view = view
    this.#predicate = view.restriction && this.#compile(view.restriction)
    this.#stopListening = logon.mailbox.onChange((changes) => this.#note(changes))
  }

  get length(): number {
    return this.#fids.length
  }

  get isComplete(): boolean {
    return this.#isLoaded
  }

  async refresh(tx: Transaction): Promise<void> {
    if (!this.#isLoaded) {
      await this.#load(tx)
      return
    }
    if (!this.#isStale) return
    const touched = this.#touched
    const before = this.#fids
    await this.#load(tx)
    const after = this.#fids
    const removed = before.filter((fid) => !this.#depths.has(fid))
    const isThere = new Set(before)
    const changed = new Set<string>()
    const inserted: RowIdentity[] = []
    // Positions are told as those of a list that is changed step by step.
    const list = [...before]
    this.#fids = list
    const remove = (position: number): void => {
      const [mid] = list.splice(position, 1)
      for (const listener of this.#listeners)
        listener.edited({ kind: 'remove', position, mid: mid!, instance: 0 })
    }
    for (let position = list.length - 1; position >= 0; position--) {
      const fid = list[position]!
      if (!this.#depths.has(fid) || touched.has(fid)) remove(position)
    }
    for (const [position, fid] of after.entries()) {
      if (list[position] === fid) continue
      const from = list.indexOf(fid, position)
      if (from !== -1) remove(from)
      list.splice(position, 0, fid)
      for (const listener of this.#listeners)
        listener.edited({ kind: 'insert', position, mid: fid, instance: 0 })
      inserted.push({ mid: fid, instance: 0 })
      if (isThere.has(fid)) changed.add(rowKey(fid, 0))
    }
    this.#fids = after
    if (removed.length === 0 && inserted.length === 0) return
    const batch = { removed: removed.map((mid) => ({ mid, instance: 0 })), inserted, changed }
    for (const listener of [...this.#listeners]) await listener.settled(tx, batch)
  }

  async extend(tx: Transaction): Promise<void> {
    await this.refresh(tx)
  }

  async total(): Promise<number | undefined> {
    return this.#isLoaded ? this.#fids.length : undefined
  }

  at(position: number): RowIdentity {
    return { mid: this.#fids[position]!, instance: 0 }
  }

  positionOf(mid: number): number {
    return this.#fids.indexOf(mid)
  }

  listen(listener: RowsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async cells(
    tx: Transaction,
    rows: readonly RowIdentity[],
    columns: Columns,
  ): Promise<readonly (Cell[] | undefined)[]> {
    const { mailbox, codePage } = this.#logon
    const all: (Cell[] | undefined)[] = []
    for (const { mid: fid } of rows) {
      const row = await getFolder(tx, fid)
      if (row === undefined) {
        all.push(undefined)
        continue
      }
      const source = folderSource(mailbox, row, await folderContext(tx, this.#logon, row))
      const own = (tag: PropertyTag<unknown>): Cell => this.#ownCell(tag, fid)
      all.push(await readCells(tx, mailbox.blobs, source, columns, 0, own, { codePage }))
    }
    return all
  }

  async rowIds(_tx: Transaction, rows: readonly RowIdentity[]): Promise<readonly RowId[]> {
    return rows.map(({ mid }) => ({ folderId: this.#logon.mailbox.id(mid) }))
  }

  identityOf(rowId: bigint): RowIdentity | undefined {
    return replidOf(rowId) === OWN_REPLID ? { mid: globcntOf(rowId), instance: 0 } : undefined
  }

  async finder(_tx: Transaction, restriction: Restriction): Promise<RowFinder> {
    const predicate = this.#compile(restriction)
    return {
      candidates: undefined,
      test: async (tx, rows) => {
        const matches: boolean[] = []
        for (const { mid } of rows) {
          const row = await getFolder(tx, mid)
          matches.push(row !== undefined && predicate(await this.#subject(tx, row)))
        }
        return matches
      },
    }
  }

  invalidate(): void {
    this.#isStale = true
  }

  release(): void {
    this.#stopListening()
  }

  #compile(restriction: Restriction): Predicate {
    return compileRestriction(restriction, {
      decodeString8: (text) => decodeString8(text, this.#logon.codePage),
    })
  }

  async #load(tx: Transaction): Promise<void> {
    const { fid, recursive, softDeleted } = this.#view
    this.#touched = new Set()
    this.#isStale = false
    this.#isLoaded = true
    this.#depths = new Map()
    const rows = recursive
      ? await getSubtree(tx, fid, softDeleted ? 'deleted' : 'live')
      : await getSubfolders(tx, fid, { deleted: softDeleted })
    const byParent = Map.groupBy(rows, (row) => row.parent_fid)
    const ordered: FolderRow[] = []
    const add = (parent: number, depth: number): void => {
      const children = (byParent.get(parent) ?? []).toSorted(
        (a, b) => compareText(a.name, b.name) || a.fid - b.fid,
      )
      for (const child of children) {
        ordered.push(child)
        this.#depths.set(child.fid, depth)
        if (recursive) add(child.fid, depth + 1)
      }
    }
    add(fid, 1)
    const fids: number[] = []
    for (const row of ordered) {
      const isShown =
        isVisible(this.#logon, row.fid, await this.#logon.rightsOn(tx, row.fid)) &&
        this.#predicate?.(await this.#subject(tx, row)) !== false
      if (isShown) fids.push(row.fid)
      else this.#depths.delete(row.fid)
    }
    this.#fids = fids
  }

  async #subject(tx: Transaction, row: FolderRow): Promise<Subject> {
    const source = folderSource(this.#logon.mailbox, row, await folderContext(tx, this.#logon, row))
    return {
      value: (tag) =>
        (this.#ownCell(tag, row.fid) as number | bigint | undefined) ??
        propertyValueOf(source, tag, this.#logon.codePage),
    }
  }

  #ownCell(tag: PropertyTag<unknown>, fid: number): Cell {
    switch (tag) {
      case PidTagDepth:
        return this.#depths.get(fid)
      case PidTagInstID:
        return this.#logon.mailbox.id(fid)
      case PidTagInstanceNum:
        return 0
      default:
        return undefined
    }
  }

  #note(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.object !== 'folder') continue
      this.#isStale = true
      this.#touched.add(change.fid)
      // Whether a folder has subfolders is shown in its row.
      this.#touched.add(change.parentFid)
      if (change.oldParentFid !== undefined) this.#touched.add(change.oldParentFid)
    }
    const isUrgent = this.#isStale && [...this.#listeners].some((listener) => listener.isUrgent())
    if (!isUrgent || this.#isScheduled) return
    this.#isScheduled = true
    this.#logon.mailbox
      .read((tx) => {
        this.#isScheduled = false
        return this.refresh(tx)
      })
      .catch(() => {
        // The mailbox was closed, or fails again for whoever reads the table.
        this.#isScheduled = false
      })
  }
}
