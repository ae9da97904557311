import {
  and,
  ascending,
  atLeast,
  categorizeBy,
  contains,
  descending,
  equals,
  exists,
  type FileTime,
  fileTime,
  globcntOf,
  lessThan,
  MULTIVALUE_INSTANCE_FLAG,
  maximumCategory,
  not,
  notEquals,
  or,
  PidTagBody,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagImportance,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagMessageDeliveryTime,
  PidTagNormalizedSubject,
  PidTagRead,
  PidTagRowType,
  PidTagSentRepresentingName,
  type PropertyTag,
  type PropertyValue,
  PtypMultipleString,
  propertyTag,
  type Restriction,
  type Row,
  type RowId,
  replidOf,
  type SortOrderSet,
  sortBy,
  startsWith,
  type Table,
  type TableNotification,
  tagType,
  withType,
} from '@bourse/mapi'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertFolder } from '../../src/folder/insert.ts'
import {
  deleteMessages,
  insertMessage,
  moveMessages,
  setReadState,
  updateMessage,
} from '../../src/message/index.ts'
import type { StoredValue } from '../../src/record/packed-properties.ts'
import { SearchEngine } from '../../src/search/search-engine.ts'
import { openContentsTable } from '../../src/table/open-table.ts'
import { ViewRegistry } from '../../src/table/view-registry.ts'
import { type EngineFixture, openEngineFixture, principalOf } from '../support/fixture.ts'
import { type ModelMessage, type ModelRow, modelRows, pathKey } from './model.ts'
import type { Entries } from './subjects.ts'

const Keywords = propertyTag<readonly string[]>(0x6800, PtypMultipleString)
const EachKeyword = withType(Keywords, tagType(Keywords) | MULTIVALUE_INSTANCE_FLAG)

const COLUMNS = [
  PidTagInstID,
  PidTagInstanceNum,
  PidTagRowType,
  PidTagContentCount,
  PidTagContentUnreadCount,
] as const

const ORDERS: readonly SortOrderSet[] = [
  sortBy(),
  sortBy(descending(PidTagMessageDeliveryTime)),
  sortBy(ascending(PidTagMessageDeliveryTime)),
  sortBy(ascending(PidTagNormalizedSubject), descending(PidTagMessageDeliveryTime)),
  sortBy(descending(PidTagSentRepresentingName)),
  sortBy(descending(PidTagImportance), ascending(PidTagNormalizedSubject)),
  sortBy(ascending(EachKeyword)),
  categorizeBy([ascending(PidTagNormalizedSubject)], [descending(PidTagMessageDeliveryTime)]),
  categorizeBy(
    [descending(PidTagSentRepresentingName)],
    [maximumCategory(PidTagMessageDeliveryTime), descending(PidTagMessageDeliveryTime)],
    { expandedCount: 0 },
  ),
  categorizeBy([ascending(PidTagImportance), descending(EachKeyword)], [ascending(PidTagNormalizedSubject)], {
    expandedCount: 1,
  }),
]

const RESTRICTIONS: readonly (Restriction | undefined)[] = [
  undefined,
  atLeast(PidTagMessageDeliveryTime, fileTime(4n)),
  lessThan(PidTagMessageDeliveryTime, fileTime(4n)),
  contains(PidTagNormalizedSubject, 'a'),
  contains(PidTagNormalizedSubject, 'Äb', { match: 'full', ignoreCase: false }),
  startsWith(PidTagSentRepresentingName, 'AN'),
  equals(PidTagSentRepresentingName, 'bob'),
  and(equals(PidTagRead, false), atLeast(PidTagMessageDeliveryTime, fileTime(2n))),
  not(or(exists(PidTagMessageDeliveryTime), equals(PidTagRead, true))),
  notEquals(PidTagImportance, 1),
  contains(PidTagBody, 'needle'),
  and(contains(PidTagBody, 'eedl'), not(contains(PidTagNormalizedSubject, 'b'))),
  equals(Keywords, 'red'),
]

const messageArbitrary: fc.Arbitrary<Entries> = fc
  .record(
    {
      subject: fc.constantFrom('', 'a', 'A', 'äb', 'Äb', 'ab', 'b', 'zz'),
      time: fc.bigInt({ min: 1n, max: 6n }),
      importance: fc.integer({ min: 0, max: 2 }),
      sender: fc.constantFrom('Ann', 'ann', 'Bob', 'Ångström'),
      body: fc.constantFrom('hay', 'a needle in hay', 'NEEDLES', 'need le'),
      keywords: fc.array(fc.constantFrom('red', 'green', 'blue'), { maxLength: 3 }),
    },
    { requiredKeys: ['body'] },
  )
  .map(({ subject, time, importance, sender, body, keywords }) => {
    const entries: [PropertyTag<unknown>, PropertyValue][] = [[PidTagBody, body]]
    if (subject !== undefined) entries.push([PidTagNormalizedSubject, subject])
    if (time !== undefined) entries.push([PidTagMessageDeliveryTime, time])
    if (importance !== undefined) entries.push([PidTagImportance, importance])
    if (sender !== undefined) entries.push([PidTagSentRepresentingName, sender])
    if (keywords !== undefined && keywords.length > 0) entries.push([Keywords, keywords])
    return entries
  })

interface Model {
  readonly messages: Map<number, ModelMessage>
  order: SortOrderSet
  restriction: Restriction | undefined
  readonly toggled: Set<string>
}

interface Real {
  readonly fixture: EngineFixture
  readonly fid: number
  readonly otherFid: number
  readonly table: Table<typeof COLUMNS>
  /** The rows as somebody knows them who only reads notifications. */
  replica: string[]
  notifications: TableNotification[]
}

type Command = fc.AsyncCommand<Model, Real, boolean>

/** What tells rows apart, and what is shown of them. */
function describeRow(row: Row<typeof COLUMNS>): string {
  const [id, instance, type, count, unread] = row.values()
  return replidOf(id!) === 0
    ? `heading type ${type}, ${count}, ${unread} unread`
    : `${globcntOf(id!)}.${instance}`
}

function describeModel(row: ModelRow): string {
  return 'heading' in row
    ? `heading type ${row.open ? 3 : 4}, ${row.count}, ${row.unread} unread`
    : `${row.mid}.${row.instance}`
}

async function readAll(table: Table<typeof COLUMNS>): Promise<Row<typeof COLUMNS>[]> {
  await table.seek('beginning', 0)
  const rows: Row<typeof COLUMNS>[] = []
  for await (const row of table) rows.push(row)
  return rows
}

function expected(model: Readonly<Model>): string[] {
  return modelRows(model.messages.values(), model.restriction, model.order, model.toggled).map(describeModel)
}

const idOf = ({ messageId, instance }: RowId): string => `${messageId}.${instance ?? 0}`
const idOfRow = (row: Row<typeof COLUMNS>): string => `${row.get(PidTagInstID)}.${row.get(PidTagInstanceNum)}`

/** Lets everything that was committed be told of. */
async function settle({ fixture }: Real): Promise<void> {
  for (let i = 0; i < 3; i++) await fixture.mailbox.read(async () => {})
}

/** Checks rows, position and notifications after something has happened. */
async function check(model: Readonly<Model>, real: Real, position: number): Promise<void> {
  await settle(real)
  const { table } = real
  const wanted = expected(model)
  expect(await table.queryPosition()).toEqual({ position, rowCount: wanted.length })
  const rows = await readAll(table)
  expect(rows.map(describeRow)).toEqual(wanted)
  for (const notification of real.notifications.splice(0)) {
    if (notification.kind === 'tableChanged') real.replica = rows.map(idOfRow)
    else if (notification.kind === 'rowDeleted') {
      real.replica = real.replica.filter((id) => id !== idOf(notification.id))
    } else if (notification.kind === 'rowAdded' || notification.kind === 'rowModified') {
      const id = idOf(notification.id)
      expect(real.replica.includes(id)).toBe(notification.kind === 'rowModified')
      const others = real.replica.filter((one) => one !== id)
      const after = notification.after === undefined ? 0 : others.indexOf(idOf(notification.after)) + 1
      expect(notification.after === undefined || after > 0).toBe(true)
      real.replica = [...others.slice(0, after), id, ...others.slice(after)]
      expect(idOfRow(notification.row as Row<typeof COLUMNS>)).toBe(id)
    }
  }
  expect(real.replica).toEqual(rows.map(idOfRow))
  await table.seek('beginning', position)
}

/** Runs a change, and checks that the current position is still between the same rows, as far as they have not changed. */
async function change(
  model: Model,
  real: Real,
  touched: readonly number[],
  work: () => Promise<void>,
): Promise<void> {
  const before = (await withoutMoving(real)).map(idOfRow)
  const { position } = await real.table.queryPosition()
  const isTouched = (id: string): boolean =>
    touched.some((mid) => id.startsWith(`${real.fixture.mailbox.id(mid)}.`)) ||
    replidOf(BigInt(id.split('.')[0]!)) === 0
  await work()
  await settle(real)
  const after = (await withoutMoving(real)).map(idOfRow)
  const now = (await real.table.queryPosition()).position
  const previous = before.slice(0, position).findLast((id) => !isTouched(id) && after.includes(id))
  const next = before.slice(position).find((id) => !isTouched(id) && after.includes(id))
  const hasCategories = model.order.categorizedCount > 0
  // Whole categories may change their places.
  if (!hasCategories && previous !== undefined) expect(now).toBeGreaterThan(after.indexOf(previous))
  if (!hasCategories && next !== undefined) expect(now).toBeLessThanOrEqual(after.indexOf(next))
  await check(model, real, now)
}

async function withoutMoving(real: Real): Promise<Row<typeof COLUMNS>[]> {
  const { position } = await real.table.queryPosition()
  const rows = await readAll(real.table)
  await real.table.seek('beginning', position)
  return rows
}

class Insert implements Command {
  readonly entries: Entries
  readonly isRead: boolean
  constructor(entries: Entries, isRead: boolean) {
    this.entries = entries
    this.isRead = isRead
  }
  check = (): boolean => true
  toString = (): string => `insert(${this.isRead}, ${fc.stringify(this.entries)})`
  async run(model: Model, real: Real): Promise<void> {
    await change(model, real, [], async () => {
      const { mailbox } = real.fixture
      const mid = await mailbox.write((tx) =>
        insertMessage(
          tx,
          mailbox,
          real.fid,
          { properties: new Map(this.entries as [PropertyTag<unknown>, StoredValue][]) },
          { isRead: this.isRead },
        ),
      )
      model.messages.set(mid, { mid, isRead: this.isRead, entries: this.entries })
    })
  }
}

class InsertMany implements Command {
  readonly all: readonly Entries[]
  constructor(all: readonly Entries[]) {
    this.all = all
  }
  check = (): boolean => true
  toString = (): string => `insertMany(${fc.stringify(this.all)})`
  async run(model: Model, real: Real): Promise<void> {
    await change(model, real, [], async () => {
      const { mailbox } = real.fixture
      await mailbox.write(async (tx) => {
        for (const entries of this.all) {
          const mid = await insertMessage(tx, mailbox, real.fid, {
            properties: new Map(entries as [PropertyTag<unknown>, StoredValue][]),
          })
          model.messages.set(mid, { mid, isRead: false, entries })
        }
      })
    })
  }
}

abstract class OnOne implements Command {
  readonly which: number
  constructor(which: number) {
    this.which = which
  }
  check = (model: Readonly<Model>): boolean => model.messages.size > 0
  abstract apply(model: Model, real: Real, message: ModelMessage): Promise<void>
  async run(model: Model, real: Real): Promise<void> {
    const message = [...model.messages.values()][this.which % model.messages.size]!
    await change(model, real, [message.mid], () => this.apply(model, real, message))
  }
}

class Update extends OnOne {
  readonly entries: Entries
  constructor(which: number, entries: Entries) {
    super(which)
    this.entries = entries
  }
  override toString = (): string => `update(${this.which}, ${fc.stringify(this.entries)})`
  async apply(model: Model, { fixture: { mailbox } }: Real, message: ModelMessage): Promise<void> {
    await mailbox.write((tx) =>
      updateMessage(tx, mailbox, message.mid, {
        properties: new Map(this.entries as [PropertyTag<unknown>, StoredValue][]),
      }),
    )
    model.messages.set(message.mid, { ...message, entries: this.entries })
  }
}

class MarkRead extends OnOne {
  readonly isRead: boolean
  constructor(which: number, isRead: boolean) {
    super(which)
    this.isRead = isRead
  }
  override toString = (): string => `markRead(${this.which}, ${this.isRead})`
  async apply(model: Model, { fixture: { mailbox } }: Real, message: ModelMessage): Promise<void> {
    await mailbox.write((tx) => setReadState(tx, mailbox, message.mid, this.isRead, principalOf('owner')))
    model.messages.set(message.mid, { ...message, isRead: this.isRead })
  }
}

class Delete extends OnOne {
  readonly hard: boolean
  constructor(which: number, hard: boolean) {
    super(which)
    this.hard = hard
  }
  override toString = (): string => `delete(${this.which}, ${this.hard})`
  async apply(model: Model, real: Real, { mid }: ModelMessage): Promise<void> {
    const { mailbox } = real.fixture
    await mailbox.write((tx) => deleteMessages(tx, mailbox, real.fid, [mid], { hard: this.hard }))
    model.messages.delete(mid)
  }
}

class MoveAway extends OnOne {
  override toString = (): string => `moveAway(${this.which})`
  async apply(model: Model, real: Real, { mid }: ModelMessage): Promise<void> {
    const { mailbox } = real.fixture
    await mailbox.write((tx) => moveMessages(tx, mailbox, [mid], real.fid, real.otherFid))
    model.messages.delete(mid)
  }
}

class DeleteMany implements Command {
  check = (model: Readonly<Model>): boolean => model.messages.size > 2
  toString = (): string => 'deleteMany()'
  async run(model: Model, real: Real): Promise<void> {
    const mids = [...model.messages.keys()].filter((_, i) => i % 2 === 0)
    await change(model, real, mids, async () => {
      const { mailbox } = real.fixture
      await mailbox.write((tx) => deleteMessages(tx, mailbox, real.fid, mids, { hard: true }))
      for (const mid of mids) model.messages.delete(mid)
    })
  }
}

class Arrange implements Command {
  readonly order: number
  readonly restriction: number
  readonly forgets: boolean
  constructor(order: number, restriction: number, forgets: boolean) {
    this.order = order
    this.restriction = restriction
    this.forgets = forgets
  }
  check = (): boolean => true
  toString = (): string => `arrange(${this.order}, ${this.restriction}, ${this.forgets})`
  async run(model: Model, real: Real): Promise<void> {
    await settle(real)
    model.order = ORDERS[this.order]!
    model.restriction = RESTRICTIONS[this.restriction]
    model.toggled.clear()
    await real.table.sort(model.order)
    await real.table.restrict(model.restriction)
    if (this.forgets) ViewRegistry.of(real.fixture.mailbox).clear()
    real.notifications.length = 0
    real.replica = (await readAll(real.table)).map(idOfRow)
    await real.table.seek('beginning', 0)
    await check(model, real, 0)
  }
}

class Seek implements Command {
  readonly from: 'beginning' | 'current' | 'end'
  readonly rows: number
  constructor(from: 'beginning' | 'current' | 'end', rows: number) {
    this.from = from
    this.rows = rows
  }
  check = (): boolean => true
  toString = (): string => `seek(${this.from}, ${this.rows})`
  async run(model: Model, real: Real): Promise<void> {
    const { position, rowCount } = await real.table.queryPosition()
    const start = this.from === 'beginning' ? 0 : this.from === 'end' ? rowCount : position
    const to = Math.min(Math.max(start + this.rows, 0), rowCount)
    expect(await real.table.seek(this.from, this.rows)).toEqual({ moved: to - start, bookmarkMoved: false })
    await check(model, real, to)
  }
}

class Query implements Command {
  readonly count: number
  readonly backward: boolean
  constructor(count: number, backward: boolean) {
    this.count = count
    this.backward = backward
  }
  check = (): boolean => true
  toString = (): string => `query(${this.count}, ${this.backward})`
  async run(model: Model, real: Real): Promise<void> {
    const wanted = expected(model)
    const { position } = await real.table.queryPosition()
    const { rows, position: where } = await real.table.queryRows(this.count, { backward: this.backward })
    const [from, to] = this.backward
      ? [Math.max(position - this.count, 0), position]
      : [position, Math.min(position + this.count, wanted.length)]
    expect(rows.map(describeRow)).toEqual(wanted.slice(from, to))
    expect(where).toBe(rows.length < this.count ? 'end' : 'current')
    await check(model, real, this.backward ? from : to)
  }
}

class Find implements Command {
  readonly restriction: number
  readonly backward: boolean
  constructor(restriction: number, backward: boolean) {
    this.restriction = restriction
    this.backward = backward
  }
  check = (model: Readonly<Model>): boolean =>
    RESTRICTIONS[this.restriction] !== undefined && model.order.categorizedCount === 0
  toString = (): string => `find(${this.restriction}, ${this.backward})`
  async run(model: Model, real: Real): Promise<void> {
    const restriction = RESTRICTIONS[this.restriction]!
    const rows = modelRows(model.messages.values(), model.restriction, model.order)
    const matching = new Set(
      modelRows(model.messages.values(), restriction, sortBy()).map((row) => ('mid' in row ? row.mid : 0)),
    )
    const { position } = await real.table.queryPosition()
    const isMatch = (row: ModelRow): boolean => 'mid' in row && matching.has(row.mid)
    const at = this.backward
      ? rows.slice(0, position).findLastIndex(isMatch)
      : rows.findIndex((row, i) => i >= position && isMatch(row))
    const { row } = await real.table.findRow(restriction, { backward: this.backward })
    expect(row && describeRow(row)).toEqual(at === -1 ? undefined : describeModel(rows[at]!))
    await check(model, real, at === -1 ? position : at)
  }
}

class Toggle implements Command {
  readonly which: number
  constructor(which: number) {
    this.which = which
  }
  check = (model: Readonly<Model>): boolean => model.order.categorizedCount > 0 && expected(model).length > 0
  toString = (): string => `toggle(${this.which})`
  async run(model: Model, real: Real): Promise<void> {
    const rows = modelRows(model.messages.values(), model.restriction, model.order, model.toggled)
    const headings = rows.flatMap((row, i) => ('heading' in row ? [{ row, i }] : []))
    const { row, i } = headings[this.which % headings.length]!
    const shown = (await withoutMoving(real))[i]!
    const id = shown.get(PidTagInstID)!
    const key = pathKey(row.heading)
    if (!model.toggled.delete(key)) model.toggled.add(key)
    const after = expected(model)
    const { position } = await real.table.queryPosition()
    const difference = after.length - rows.length
    if (row.open) expect(await real.table.collapseRow(id)).toBe(-difference)
    else expect((await real.table.expandRow(id, 0)).expandedRowCount).toBe(difference)
    const stays = row.open ? Math.max(i + 1, position + difference) : position + difference
    real.replica = (await withoutMoving(real)).map(idOfRow)
    await check(
      model,
      real,
      position <= i + 1 ? position : row.open && position <= i + 1 - difference ? i + 1 : stays,
    )
  }
}

const which = fc.nat({ max: 50 })
const commands = fc.commands<Model, Real, boolean>(
  [
    fc.tuple(messageArbitrary, fc.boolean()).map(([entries, isRead]) => new Insert(entries, isRead)),
    fc.array(messageArbitrary, { minLength: 2, maxLength: 12 }).map((all) => new InsertMany(all)),
    fc.tuple(which, messageArbitrary).map(([one, entries]) => new Update(one, entries)),
    fc.tuple(which, fc.boolean()).map(([one, isRead]) => new MarkRead(one, isRead)),
    fc.tuple(which, fc.boolean()).map(([one, hard]) => new Delete(one, hard)),
    which.map((one) => new MoveAway(one)),
    fc.constant(new DeleteMany()),
    fc
      .tuple(fc.nat({ max: ORDERS.length - 1 }), fc.nat({ max: RESTRICTIONS.length - 1 }), fc.boolean())
      .map(([order, restriction, forgets]) => new Arrange(order, restriction, forgets)),
    fc
      .tuple(
        fc.constantFrom('beginning' as const, 'current' as const, 'end' as const),
        fc.integer({ min: -9, max: 9 }),
      )
      .map(([from, rows]) => new Seek(from, rows)),
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.boolean())
      .map(([count, backward]) => new Query(count, backward)),
    fc
      .tuple(fc.nat({ max: RESTRICTIONS.length - 1 }), fc.boolean())
      .map(([restriction, backward]) => new Find(restriction, backward)),
    which.map((one) => new Toggle(one)),
  ],
  { size: 'medium' },
)

describe('contents tables against a naive model', () => {
  let fixture: EngineFixture
  beforeAll(async () => {
    fixture = await openEngineFixture()
  })
  afterAll(() => fixture.dispose())

  it('show the same rows, positions and notifications whatever happens', { timeout: 300_000 }, async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const { mailbox } = fixture
        const inbox = mailbox.info.folders.inbox!
        const [fid, otherFid] = await mailbox.write(async (tx) => [
          await insertFolder(tx, mailbox, inbox, { name: `run ${++runs}` }),
          await insertFolder(tx, mailbox, inbox, { name: `other ${runs}` }),
        ])
        // Half of the runs find words by the index, the others before there is one.
        if (runs % 2 === 0) await SearchEngine.of(mailbox).indexer.catchUp()
        const table = await (await openContentsTable(fixture.logon(), fid!)).setColumns(COLUMNS)
        const real: Real = { fixture, fid: fid!, otherFid: otherFid!, table, replica: [], notifications: [] }
        await table.subscribe((told) => real.notifications.push(...(told as TableNotification[])))
        await table.queryRows(1)
        const model: Model = {
          messages: new Map(),
          order: sortBy(),
          restriction: undefined,
          toggled: new Set(),
        }
        try {
          await fc.asyncModelRun(() => ({ model, real }), list)
        } finally {
          await table[Symbol.asyncDispose]()
        }
      }),
      { numRuns: 50 },
    )
  })
})

export type { FileTime }
