import {
  and,
  anyBitSet,
  comment,
  compare,
  contains,
  exists,
  type FileTime,
  fileTime,
  limit,
  MessageFlags,
  noBitSet,
  not,
  or,
  PidTagBody,
  PidTagConversationId,
  PidTagConversationTopic,
  PidTagHasAttachments,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagMessageStatus,
  PidTagNormalizedSubject,
  PidTagRead,
  PidTagSentRepresentingName,
  PidTagSubject,
  PidTagSubjectPrefix,
  type Restriction,
} from '@bourse/mapi'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setMessageStatus, setReadState } from '../../src/message/index.ts'
import { SearchEngine } from '../../src/search/search-engine.ts'
import { fts5TextIndex } from '../../src/search/text-index.ts'
import { contentsQuery } from '../../src/table/contents-query.ts'
import { compileRestriction } from '../../src/table/evaluate.ts'
import { MessageReader, needsOf } from '../../src/table/message-reader.ts'
import { folderSet } from '../../src/table/message-set.ts'
import { narrow } from '../../src/table/narrow.ts'
import { insertAll, type MessageEntries, newFolder } from '../support/engine-messages.ts'
import { type EngineFixture, openEngineFixture, principalOf } from '../support/fixture.ts'

/** Texts that are alike in one respect or another, too long for a sort key, or awkward for a database. */
const TEXTS = [
  '',
  'a',
  'A',
  'ä',
  'Äb',
  'ab',
  'a\u0308b',
  'straße',
  'STRASSE',
  'ab%c_d\\e',
  'ab"c\'d',
  'Ⅷ',
  '😀 smile',
  '\ud7ff edge',
  '\uffff',
  `${'x'.repeat(254)}yz needle`,
  `${'x'.repeat(254)}YW`,
  `${'😀'.repeat(130)} needle`,
  'a\0b',
  `long ${'é'.repeat(5000)} needle`,
] as const

const CLASSES = ['IPM.Note', 'ipm.note', 'IPM.Note.Ä', 'IPM', 'REPORT.IPM.Note.NDR'] as const

function messages(): MessageEntries[] {
  const all: MessageEntries[] = []
  for (const [i, text] of TEXTS.entries()) {
    all.push([
      [PidTagSubject, text],
      [PidTagSentRepresentingName, TEXTS[(i * 7 + 3) % TEXTS.length]!],
      [PidTagBody, TEXTS[(i * 3 + 1) % TEXTS.length]!],
      [PidTagMessageClass, CLASSES[i % CLASSES.length]!],
      [PidTagImportance, i % 3],
      ...(i % 4 === 0 ? [] : [[PidTagMessageDeliveryTime, fileTime(BigInt(i % 5) * 10n)] as const]),
    ])
  }
  all.push([], [[PidTagConversationTopic, 'topic']], [[PidTagSubjectPrefix, 'RE: ']])
  return all
}

const textTag = fc.constantFrom(
  PidTagSubject,
  PidTagNormalizedSubject,
  PidTagSentRepresentingName,
  PidTagBody,
  PidTagMessageClass,
)
const text = fc.oneof(
  fc.constantFrom(...TEXTS, ...CLASSES, 'needle', 'xyz', 'ss', 'b', 'note'),
  fc.string({ unit: fc.constantFrom('a', 'ä', 'b', 'x', '%', '_', '😀', 'n', 'e'), maxLength: 4 }),
)
const relOp = fc.constantFrom(0, 1, 2, 3, 4, 5)

const leaf: fc.Arbitrary<Restriction> = fc.oneof(
  fc
    .record({
      tag: textTag,
      value: text,
      match: fc.constantFrom('full' as const, 'substring' as const, 'prefix' as const),
      ignoreCase: fc.boolean(),
      ignoreNonSpace: fc.boolean(),
      loose: fc.boolean(),
    })
    .map(({ tag, value, ...options }) => contains(tag, value, options)),
  fc
    .record({ tag: textTag, value: text, relOp })
    .map(({ tag, value, relOp: operator }) => compare(tag, operator, value)),
  fc
    .record({ value: fc.bigInt({ min: 0n, max: 50n }), relOp })
    .map(({ value, relOp: operator }) => compare(PidTagMessageDeliveryTime, operator, value as FileTime)),
  fc
    .record({ value: fc.integer({ min: -1, max: 3 }), relOp })
    .map(({ value, relOp: operator }) => compare(PidTagImportance, operator, value)),
  fc
    .record({ value: fc.constantFrom(0, 700, 30_000), relOp })
    .map(({ value, relOp: operator }) => compare(PidTagMessageSize, operator, value)),
  fc
    .record({ value: fc.boolean(), relOp, tag: fc.constantFrom(PidTagRead, PidTagHasAttachments) })
    .map(({ value, relOp: operator, tag }) => compare(tag, operator, value)),
  fc
    .record({ byte: fc.integer({ min: 0, max: 255 }), relOp })
    .map(({ byte, relOp: operator }) =>
      compare(PidTagConversationId, operator, new Uint8Array(16).fill(byte)),
    ),
  fc
    .record({
      tag: fc.constantFrom(PidTagMessageFlags, PidTagMessageStatus),
      mask: fc.constantFrom(MessageFlags.Read, MessageFlags.HasAttachments, 0x3, 0x10, -0x8000_0000),
      wanted: fc.boolean(),
    })
    .map(({ tag, mask, wanted }) => (wanted ? anyBitSet(tag, mask) : noBitSet(tag, mask))),
  fc
    .constantFrom(
      PidTagMessageDeliveryTime,
      PidTagSubject,
      PidTagNormalizedSubject,
      PidTagConversationId,
      PidTagRead,
      PidTagMessageClass,
    )
    .map((tag) => exists(tag)),
)

const restriction: fc.Arbitrary<Restriction> = fc.letrec<{ node: Restriction }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }).map((parts) => and(...parts)),
    fc.array(tie('node'), { maxLength: 3 }).map((parts) => or(...parts)),
    tie('node').map((part) => not(part)),
    tie('node').map((part) => comment([], part)),
  ),
})).node

describe('what SQL says of a restriction', () => {
  let fixture: EngineFixture
  let fid: number
  let all: readonly number[]
  let reader: MessageReader
  beforeAll(async () => {
    fixture = await openEngineFixture()
    const { mailbox } = fixture
    fid = await newFolder(fixture)
    all = await insertAll(fixture, fid, messages())
    await mailbox.write(async (tx) => {
      for (const [i, mid] of all.entries()) {
        await setReadState(tx, mailbox, mid, i % 2 === 0, principalOf('owner'))
        await setMessageStatus(tx, mid, i % 3 === 0 ? 0x10 : i % 3 === 1 ? -0x8000_0000 : 0, -1)
      }
    })
    reader = new MessageReader(mailbox, principalOf('owner'), 1252)
  })
  afterAll(() => fixture.dispose())

  async function matching(condition: Restriction): Promise<readonly number[]> {
    const holds = compileRestriction(condition)
    const subjects = await fixture.mailbox.read((tx) => reader.read(tx, all, needsOf(condition)))
    return subjects.filter(holds).map(({ row }) => row.mid)
  }

  it('holds for all messages that meet it, and if it is exact for no others', async () => {
    await fc.assert(
      fc.asyncProperty(restriction, async (condition) => {
        const narrowed = narrow(condition, false)
        if (narrowed === undefined) return
        const expected = await matching(condition)
        const found = await fixture.mailbox.read((tx) =>
          tx.column(
            `SELECT m.mid FROM message m WHERE m.fid = ? AND ${narrowed.sql} ORDER BY m.mid`,
            fid,
            ...narrowed.parameters,
          ),
        )
        if (narrowed.exact) expect(found).toEqual(expected)
        else expect(found).toEqual(expect.arrayContaining([...expected]))
      }),
      { numRuns: 1500 },
    )
  })

  it.each([false, true])('and the text index, up to date: %s, leave out none of them', async (isUpToDate) => {
    if (isUpToDate) await SearchEngine.of(fixture.mailbox).indexer.catchUp()
    await fc.assert(
      fc.asyncProperty(restriction, async (condition) => {
        const query = contentsQuery(folderSet(fid, false), { restriction: condition }, reader, fts5TextIndex)
        const found = await fixture.mailbox.read((tx) =>
          tx.column(
            `SELECT m.mid FROM ${query.from} WHERE ${query.where} ORDER BY m.mid`,
            ...query.parameters,
          ),
        )
        const expected = await matching(condition)
        expect(found).toEqual(expect.arrayContaining([...expected]))
        if (query.predicate === undefined) expect(found).toEqual(expected)
      }),
      { numRuns: 700 },
    )
  })

  it('looks through what a count restriction counts', async () => {
    const narrowed = narrow(limit(3, exists(PidTagMessageDeliveryTime)), false)
    expect(narrowed).toEqual({ sql: 'm.delivery_time IS NOT NULL', parameters: [], exact: true })
  })
})
