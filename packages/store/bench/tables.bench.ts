import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  and,
  atLeast,
  categorizeBy,
  contains,
  descending,
  type FileTime,
  fileTime,
  maximumCategory,
  PidTagBody,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagConversationId,
  PidTagConversationTopic,
  PidTagHasAttachments,
  PidTagImportance,
  PidTagInstID,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagMid,
  PidTagRowType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSubject,
  type PropertyTag,
  type Restriction,
  type SortOrderSet,
  sortBy,
  type Table,
} from '@bourse/mapi'
import { type Benchmark, type Comparison, compareAsync } from '../../../tools/bench/index.ts'
import { Logon } from '../src/access/logon.ts'
import type { Principal } from '../src/access/principal.ts'
import { StoreEngine } from '../src/engine.ts'
import { insertFolder } from '../src/folder/insert.ts'
import type { Mailbox } from '../src/mailbox/mailbox.ts'
import { insertMessage } from '../src/message/index.ts'
import { SearchEngine } from '../src/search/search-engine.ts'
import type { SqlValue } from '../src/storage/storage.ts'
import { sortKey } from '../src/table/fold.ts'
import { openContentsTable } from '../src/table/open-table.ts'
import { ViewRegistry } from '../src/table/view-registry.ts'

const LARGE = 100_000
const SMALL = 1_000
const ROWS = 50

/** Ours may take three times as long as the statement. */
const WITHIN_3_TIMES = 1 / 3
/** And twice as long on many messages as on few. */
const WITHIN_2_TIMES = 1 / 2

const SENDERS = 100
const RARE_WORD = 'zyzzogeton'
/** One message in so many holds the rare word. */
const RARE = 1_000

const FIRST_TIME = 133_000_000_000_000_000n
const MINUTE = 600_000_000n

const COLUMNS = [
  PidTagMid,
  PidTagSubject,
  PidTagSentRepresentingName,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagMessageFlags,
  PidTagImportance,
  PidTagHasAttachments,
] as const

const HEADING_COLUMNS = [
  PidTagInstID,
  PidTagConversationId,
  PidTagRowType,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagMessageDeliveryTime,
] as const

const NEWEST_FIRST = sortBy(descending(PidTagMessageDeliveryTime))
const BY_CONVERSATION = categorizeBy(
  [descending(PidTagConversationId)],
  [maximumCategory(PidTagMessageDeliveryTime), descending(PidTagMessageDeliveryTime)],
  { expandedCount: 0 },
)

/** The columns of the database from which the same rows can be made. */
const SQL_COLUMNS = `m.mid, m.subject_key, m.sender_key, CAST(m.delivery_time AS TEXT) AS delivery_time, m.size, m.flags, m.is_read,
  m.importance, m.has_attachments, m.props`

interface Fixture {
  readonly mailbox: Mailbox
  readonly logon: Logon
  readonly large: number
  readonly small: number
  dispose(): Promise<void>
}

const OWNER: Principal = {
  key: '/o=example/cn=owner',
  entryId: new Uint8Array(28),
  displayName: 'Owner',
  groups: new Set(),
  role: 'user',
}

async function open(): Promise<Fixture> {
  const directory = await mkdtemp(join(tmpdir(), 'bourse-bench-'))
  const engine = await StoreEngine.open(directory)
  const mailbox = await engine.createMailbox({ kind: 'private', ownerDn: OWNER.key, displayName: 'Owner' })
  const logon = new Logon(mailbox, OWNER, 1252)
  const inbox = mailbox.info.folders.inbox!
  const [large, small] = await mailbox.write(async (tx) => [
    await insertFolder(tx, mailbox, inbox, { name: 'large' }),
    await insertFolder(tx, mailbox, inbox, { name: 'small' }),
  ])
  await fill(mailbox, large!, LARGE)
  await fill(mailbox, small!, SMALL)
  await SearchEngine.of(mailbox).indexer.catchUp()
  return {
    mailbox,
    logon,
    large: large!,
    small: small!,
    dispose: async () => {
      await engine[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function fill(mailbox: Mailbox, fid: number, count: number): Promise<void> {
  const random = randomNumbers(count)
  const words = Array.from({ length: 4000 }, () => word(random))
  const text = (length: number): string => {
    const chosen = Array.from({ length }, () => words[Math.floor(random() ** 3 * words.length)])
    return chosen.join(' ')
  }
  for (let at = 0; at < count; at += 1000) {
    await mailbox.write(async (tx) => {
      for (let i = at; i < Math.min(at + 1000, count); i++) {
        const sender = Math.floor(random() * SENDERS)
        const topic = `${text(4)} ${Math.floor(i / 3)}`
        const properties = new Map<PropertyTag<unknown>, never>()
        const set = (tag: PropertyTag<unknown>, value: unknown): unknown =>
          properties.set(tag, value as never)
        set(PidTagSubject, `${i % 3 === 0 ? '' : 'RE: '}${topic}`)
        set(PidTagConversationTopic, `topic ${Math.floor(i / 3)}`)
        set(PidTagSentRepresentingName, `Sender Number ${sender}`)
        set(PidTagSentRepresentingEmailAddress, `sender${sender}@example.com`)
        set(PidTagBody, text(100) + (i % RARE === 7 ? ` ${RARE_WORD} ` : ''))
        set(PidTagMessageDeliveryTime, FIRST_TIME + BigInt((i * 7919) % count) * MINUTE)
        await insertMessage(tx, mailbox, fid, { properties }, { isRead: i % 5 !== 0 })
      }
    })
  }
}

function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 0x1_0000_0000
  }
}

function word(random: () => number): string {
  const syllables = [
    'ka',
    'to',
    'mi',
    'ren',
    'sol',
    'ba',
    'ter',
    'in',
    'al',
    'os',
    'ep',
    'li',
    'mar',
    'ven',
    'dro',
  ]
  return Array.from(
    { length: 1 + Math.floor(random() * 4) },
    () => syllables[Math.floor(random() * 15)],
  ).join('')
}

interface Query {
  readonly order: SortOrderSet
  readonly restriction?: Restriction
  readonly columns?: readonly PropertyTag<unknown>[]
  /** Which rows are read. */
  readonly from: number
}

/** Opens a table and reads some of its rows, as a client does. */
async function readRows(fixture: Fixture, fid: number, query: Query): Promise<unknown> {
  await using table: Table = await openContentsTable(fixture.logon, fid)
  await table.setColumns(query.columns ?? COLUMNS)
  await table.sort(query.order)
  if (query.restriction !== undefined) await table.restrict(query.restriction)
  if (query.from > 0) await table.seek('beginning', query.from)
  const { rows } = await table.queryRows(ROWS)
  if (rows.length === 0) throw new Error('no rows')
  return rows
}

function sql(
  fixture: Fixture,
  statement: string,
  ...parameters: readonly SqlValue[]
): () => Promise<unknown> {
  return () => fixture.mailbox.read((tx) => tx.all(statement, ...parameters))
}

const benchmark: Benchmark = {
  name: 'store/tables',
  unit: `opening a contents table of ${LARGE} messages and reading ${ROWS} rows`,
  async run() {
    const fixture = await open()
    try {
      return { comparisons: await compareAll(fixture), notes: NOTES }
    } finally {
      await fixture.dispose()
    }
  },
}

const NOTES = [
  '"cold": no table of the kind was open before; "warm": one was, and its order is in memory.',
  'Goals: 0.33 is within three times the statement, 0.5 within twice the time that 1,000 messages take.',
]

async function compareAll(fixture: Fixture): Promise<Comparison[]> {
  const { large, small, mailbox } = fixture
  const forget = async (): Promise<void> => ViewRegistry.of(mailbox).clear()
  const comparisons: Comparison[] = []

  const add = async (
    name: string,
    query: Query,
    statement: () => Promise<unknown>,
    options: { readonly cold?: boolean; readonly runs?: number; readonly small?: boolean } = {},
  ): Promise<void> => {
    const before = options.cold === true ? { before: forget } : {}
    const runs = options.runs ?? 20
    comparisons.push(
      await compareAsync(name, {
        ours: () => readRows(fixture, large, query),
        baseline: statement,
        baselineName: 'SQL',
        goal: WITHIN_3_TIMES,
        runs,
        ...before,
      }),
    )
    if (options.small === false) return
    comparisons.push(
      await compareAsync(`${name}, 100,000 beside 1,000`, {
        ours: () => readRows(fixture, large, query),
        baseline: () => readRows(fixture, small, { ...query, from: Math.min(query.from, SMALL / 2) }),
        baselineName: '1,000',
        goal: WITHIN_2_TIMES,
        runs,
        ...before,
      }),
    )
  }

  const set = 'm.fid = ? AND m.associated = 0 AND m.deleted_at IS NULL'
  const order = 'ORDER BY m.delivery_time DESC, m.mid DESC'
  const newest = sql(
    fixture,
    `SELECT ${SQL_COLUMNS} FROM message m WHERE ${set} ${order} LIMIT ${ROWS}`,
    large,
  )
  const middle = sql(
    fixture,
    `SELECT ${SQL_COLUMNS} FROM message m WHERE ${set} ${order} LIMIT ${ROWS} OFFSET ${LARGE / 2}`,
    large,
  )
  await add('first rows, cold', { order: NEWEST_FIRST, from: 0 }, newest, { cold: true })
  await add('first rows, warm', { order: NEWEST_FIRST, from: 0 }, newest)
  await add('rows in the middle, warm', { order: NEWEST_FIRST, from: LARGE / 2 }, middle)
  await add('rows in the middle, cold', { order: NEWEST_FIRST, from: LARGE / 2 }, middle, {
    cold: true,
    runs: 2,
    small: false,
  })

  const since = (fid: number): FileTime =>
    fileTime(FIRST_TIME + BigInt(fid === large ? LARGE / 10 : 0) * MINUTE)
  const restriction = and(
    contains(PidTagSentRepresentingName, 'sender number 42', { match: 'full' }),
    atLeast(PidTagMessageDeliveryTime, since(large)),
  )
  const bySender = (from: number): (() => Promise<unknown>) =>
    sql(
      fixture,
      `SELECT ${SQL_COLUMNS} FROM message m WHERE ${set} AND m.sender_key = ? AND m.delivery_time >= ? ${order}
       LIMIT ${ROWS} OFFSET ${from}`,
      large,
      sortKey('Sender Number 42'),
      since(large),
    )
  await add('sender and date, cold', { order: NEWEST_FIRST, restriction, from: 0 }, bySender(0), {
    cold: true,
    small: false,
  })
  await add('sender and date, warm', { order: NEWEST_FIRST, restriction, from: 0 }, bySender(0), {
    small: false,
  })
  await add('sender and date, middle, warm', { order: NEWEST_FIRST, restriction, from: 400 }, bySender(400), {
    small: false,
  })

  const groups = sql(
    fixture,
    `SELECT m.conversation, COUNT(*) AS n, SUM(1 - m.is_read) AS unread, CAST(MAX(m.delivery_time) AS TEXT) AS newest
     FROM message m WHERE ${set} GROUP BY m.conversation ORDER BY MAX(m.delivery_time) DESC LIMIT ${ROWS}`,
    large,
  )
  const categories: Query = { order: BY_CONVERSATION, columns: HEADING_COLUMNS, from: 0 }
  await add('conversations, cold', categories, groups, { cold: true, runs: 2, small: false })
  await add('conversations, warm', categories, groups, { runs: 5 })

  const found = sql(
    fixture,
    `SELECT ${SQL_COLUMNS} FROM message_text t CROSS JOIN message m ON m.mid = t.rowid
     WHERE message_text MATCH ? AND ${set} ${order} LIMIT ${ROWS}`,
    Array.from({ length: RARE_WORD.length - 2 }, (_, i) => `"${RARE_WORD.slice(i, i + 3)}"`).join(' AND '),
    large,
  )
  const word: Query = { order: NEWEST_FIRST, restriction: contains(PidTagBody, RARE_WORD), from: 0 }
  await add('word in 0.1 % of bodies, cold', word, found, { cold: true, small: false })
  await add('word in 0.1 % of bodies, warm', word, found, { small: false })
  return comparisons
}

export default benchmark
