import {
  and,
  ascending,
  atLeast,
  categorizeBy,
  contains,
  descending,
  equals,
  fileTime,
  globcntOf,
  maximumCategory,
  PidTagBody,
  PidTagConversationId,
  PidTagConversationTopic,
  PidTagInstID,
  PidTagMessageDeliveryTime,
  PidTagNormalizedSubject,
  PidTagRowType,
  PidTagSentRepresentingName,
  type Restriction,
  replidOf,
  type SortOrderSet,
  sortBy,
  type Table,
} from '@bourse/mapi'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteMessages, updateMessage } from '../../src/message/index.ts'
import { SearchEngine } from '../../src/search/search-engine.ts'
import { openContentsTable } from '../../src/table/open-table.ts'
import { ViewRegistry } from '../../src/table/view-registry.ts'
import { insertAll, type MessageEntries, newFolder, propertiesOf } from '../support/engine-messages.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

const MESSAGES = 400
const COLUMNS = [PidTagInstID, PidTagRowType] as const

function message(seed: number): MessageEntries {
  return [
    [PidTagNormalizedSubject, `subject ${(seed * 7) % 50}`],
    [PidTagSentRepresentingName, `Sender ${seed % 5}`],
    [PidTagConversationTopic, `topic ${seed % 120}`],
    [PidTagBody, seed % 3 === 0 ? 'a needle in hay' : 'only hay'],
    ...(seed % 11 === 0
      ? []
      : [[PidTagMessageDeliveryTime, fileTime(BigInt((seed * 7919) % 1000))] as const]),
  ]
}

interface Case {
  readonly name: string
  readonly order: SortOrderSet
  readonly restriction?: Restriction
}

const CASES: readonly Case[] = [
  { name: 'along the index, unsorted', order: sortBy() },
  { name: 'along the index, the newest first', order: sortBy(descending(PidTagMessageDeliveryTime)) },
  { name: 'along the index, the oldest first', order: sortBy(ascending(PidTagMessageDeliveryTime)) },
  {
    name: 'along the index of senders',
    order: sortBy(descending(PidTagMessageDeliveryTime)),
    restriction: and(
      contains(PidTagSentRepresentingName, 'sender 3', { match: 'full' }),
      atLeast(PidTagMessageDeliveryTime, fileTime(100n)),
    ),
  },
  {
    name: 'along the index, one by one',
    order: sortBy(ascending(PidTagMessageDeliveryTime)),
    restriction: contains(PidTagNormalizedSubject, '7'),
  },
  {
    name: 'in the order of the database',
    order: sortBy(ascending(PidTagNormalizedSubject), descending(PidTagMessageDeliveryTime)),
  },
  {
    name: 'in the order of the database, one by one',
    order: sortBy(ascending(PidTagNormalizedSubject), descending(PidTagMessageDeliveryTime)),
    restriction: equals(PidTagSentRepresentingName, 'sender 2'),
  },
  {
    name: 'by the text index',
    order: sortBy(descending(PidTagMessageDeliveryTime)),
    restriction: contains(PidTagBody, 'needle'),
  },
  {
    name: 'in an order of their own',
    order: sortBy(ascending(PidTagConversationTopic)),
  },
  {
    name: 'as categories',
    order: categorizeBy(
      [descending(PidTagConversationId)],
      [maximumCategory(PidTagMessageDeliveryTime), descending(PidTagMessageDeliveryTime)],
      { expandedCount: 0 },
    ),
  },
  {
    name: 'as categories that are open',
    order: categorizeBy([ascending(PidTagConversationId)], [ascending(PidTagMessageDeliveryTime)]),
  },
]

type Step =
  | { readonly kind: 'read'; readonly count: number }
  | { readonly kind: 'insert' | 'delete' | 'update'; readonly seed: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('read' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      kind: fc.constantFrom('insert' as const, 'delete' as const, 'update' as const),
      seed: fc.nat(10_000),
    }),
  ),
  { minLength: 1, maxLength: 12 },
)

let fixture: EngineFixture
beforeAll(async () => {
  fixture = await openEngineFixture()
})
afterAll(() => fixture.dispose())

async function open(fid: number, { order, restriction }: Case): Promise<Table<typeof COLUMNS>> {
  const table = await (await openContentsTable(fixture.logon(), fid)).setColumns(COLUMNS)
  await table.sort(order)
  await table.restrict(restriction)
  return table
}

/** What stands in the first rows: messages by their counters, headings by their IDs. */
async function firstRows(table: Table<typeof COLUMNS>, count: number): Promise<string[]> {
  await table.seek('beginning', 0)
  const { rows } = await table.queryRows(count)
  return rows.map((row) => {
    const [id, type] = row.values()
    return replidOf(id!) === 0 ? `category ${id} ${type}` : String(globcntOf(id!))
  })
}

describe('rows that are found as far as they are read', () => {
  it.each(CASES.map((one) => [one.name, one] as const))(
    'are those of a table that is read at once: %s',
    async (_name, one) => {
      await fc.assert(
        fc.asyncProperty(steps, async (plan) => {
          const { mailbox } = fixture
          const fid = await newFolder(fixture)
          const mids = await insertAll(
            fixture,
            fid,
            Array.from({ length: MESSAGES }, (_, i) => message(i)),
          )
          await SearchEngine.of(mailbox).indexer.catchUp()
          ViewRegistry.of(mailbox).clear()
          await using table = await open(fid, one)
          for (const step of plan) {
            if (step.kind === 'read') {
              const found = await firstRows(table, step.count)
              expect(found).toEqual((await allRows(fid, one)).slice(0, step.count))
            } else if (step.kind === 'insert') {
              mids.push(...(await insertAll(fixture, fid, [message(step.seed)])))
            } else {
              const mid = mids[step.seed % mids.length]!
              await mailbox.write(async (tx) => {
                if (step.kind === 'delete') await deleteMessages(tx, mailbox, fid, [mid], { hard: true })
                else await updateMessage(tx, mailbox, mid, { properties: propertiesOf(message(step.seed)) })
              })
              if (step.kind === 'delete') mids.splice(mids.indexOf(mid), 1)
            }
          }
        }),
        { numRuns: 6 },
      )
    },
    60_000,
  )

  /** All rows, of a table that finds them some other way, and for the first time. */
  async function allRows(fid: number, one: Case): Promise<string[]> {
    const always = atLeast(PidTagSentRepresentingName, '')
    const restriction = one.restriction === undefined ? always : and(one.restriction, always)
    const table = await open(fid, { ...one, restriction })
    await table.queryPosition()
    const rows = await firstRows(table, 10_000)
    await table[Symbol.asyncDispose]()
    ViewRegistry.of(fixture.mailbox).clear()
    return rows
  }
})
