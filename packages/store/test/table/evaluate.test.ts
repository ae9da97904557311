import {
  and,
  anyAttachment,
  anyBitSet,
  anyRecipient,
  atLeast,
  atMost,
  comment,
  compare,
  compareProperties,
  compareSize,
  contains,
  equals,
  exists,
  FuzzyLevel,
  fileTime,
  greaterThan,
  lessThan,
  limit,
  memberOf,
  noBitSet,
  not,
  notEquals,
  or,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagChangeNumber,
  PidTagClientSubmitTime,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagImportance,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagRead,
  PidTagRecordKey,
  PidTagSubject,
  type PropertyTag,
  PtypCurrency,
  PtypFloating64,
  PtypGuid,
  PtypInteger32,
  PtypMultipleBinary,
  PtypMultipleInteger32,
  PtypMultipleString,
  PtypString8,
  propertyTag,
  RelOp,
  type Restriction,
  startsWith,
  withType,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/table/evaluate.ts'
import { type Entries, subjectOf } from './subjects.ts'

const Keywords = propertyTag<readonly string[]>(0x8010, PtypMultipleString)
const Numbers = propertyTag<readonly number[]>(0x8011, PtypMultipleInteger32)
const Blobs = propertyTag<readonly Uint8Array[]>(0x8012, PtypMultipleBinary)
const Guid = propertyTag<string>(0x8013, PtypGuid)
const Price = propertyTag<bigint>(0x8014, PtypCurrency)
const Ratio = propertyTag<number>(0x8015, PtypFloating64)

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

function holds(restriction: Restriction, entries: Entries = MESSAGE): boolean {
  return evaluate(restriction, subjectOf(entries))
}

const MESSAGE: Entries = [
  [PidTagSubject, 'Größe und Café'],
  [PidTagBody, 'The quick brown fox'],
  [PidTagImportance, 1],
  [PidTagMessageFlags, 0b0101],
  [PidTagRead, true],
  [PidTagMessageDeliveryTime, fileTime(1000n)],
  [PidTagClientSubmitTime, fileTime(900n)],
  [PidTagRecordKey, bytes(1, 2, 3, 4)],
  [PidTagChangeNumber, -5n],
  [Keywords, ['red', 'Green']],
  [Numbers, [1, 5]],
  [Blobs, [bytes(1), bytes(9, 9)]],
  [Guid, '00000001-0000-0000-0000-000000000000'],
  [Price, 12_5000n],
  [Ratio, 0.5],
]

describe('logic of restrictions ([MS-OXCDATA] 2.12.1 to 2.12.3)', () => {
  const yes = exists(PidTagSubject)
  const no = exists(PidTagEntryId)

  it('is true of an AndRestriction if all parts are true, and without any', () => {
    expect(holds(and(yes, yes))).toBe(true)
    expect(holds(and(yes, no))).toBe(false)
    expect(holds(and())).toBe(true)
  })

  it('is true of an OrRestriction if one part is true, and false without any', () => {
    expect(holds(or(no, yes))).toBe(true)
    expect(holds(or(no, no))).toBe(false)
    expect(holds(or())).toBe(false)
  })

  it('turns its part around in a NotRestriction', () => {
    expect(holds(not(no))).toBe(true)
    expect(holds(not(yes))).toBe(false)
  })
})

describe('content restrictions ([MS-OXCDATA] 2.12.4)', () => {
  it('finds a value in the whole, at the beginning or anywhere', () => {
    const exact = { ignoreCase: false }
    expect(holds(contains(PidTagBody, 'quick', exact))).toBe(true)
    expect(holds(contains(PidTagBody, 'quick', { ...exact, match: 'prefix' }))).toBe(false)
    expect(holds(startsWith(PidTagBody, 'The q', exact))).toBe(true)
    expect(holds(contains(PidTagBody, 'The quick', { ...exact, match: 'full' }))).toBe(false)
    expect(holds(contains(PidTagBody, 'The quick brown fox', { ...exact, match: 'full' }))).toBe(true)
  })

  it('regards letter case unless FL_IGNORECASE is set', () => {
    expect(holds(contains(PidTagSubject, 'GRÖSSE', { ignoreCase: false }))).toBe(false)
    expect(holds(contains(PidTagSubject, 'größ', { ignoreCase: true }))).toBe(true)
    expect(holds(contains(PidTagSubject, 'GRÖ', { ignoreCase: true }))).toBe(true)
    expect(holds(contains(PidTagSubject, 'GRO', { ignoreCase: true }))).toBe(false)
  })

  it('regards accents unless FL_IGNORENONSPACE is set', () => {
    expect(holds(contains(PidTagSubject, 'Cafe', { ignoreCase: false }))).toBe(false)
    expect(holds(contains(PidTagSubject, 'Cafe', { ignoreCase: false, ignoreNonSpace: true }))).toBe(true)
    expect(holds(contains(PidTagSubject, 'cafe', { ignoreCase: false, ignoreNonSpace: true }))).toBe(false)
  })

  it('regards neither with FL_LOOSE', () => {
    expect(holds(contains(PidTagSubject, 'CAFE', { ignoreCase: false, loose: true }))).toBe(true)
  })

  it('takes a text and its decomposed form for the same without regard to case', () => {
    expect(holds(contains(PidTagSubject, 'cafe\u0301', { ignoreCase: true }))).toBe(true)
  })

  it('looks through bytes', () => {
    expect(holds(contains(PidTagRecordKey, bytes(2, 3)))).toBe(true)
    expect(holds(contains(PidTagRecordKey, bytes(3, 2)))).toBe(false)
    expect(holds(startsWith(PidTagRecordKey, bytes(1, 2)))).toBe(true)
    expect(holds(startsWith(PidTagRecordKey, bytes(1, 2, 3, 4, 5)))).toBe(false)
    expect(holds(contains(PidTagRecordKey, bytes(1, 2, 3, 4), { match: 'full' }))).toBe(true)
  })

  it('looks through each of several values', () => {
    expect(holds(contains(Keywords, 'green'))).toBe(true)
    expect(holds(contains(Keywords, 'blue'))).toBe(false)
    expect(holds(contains(Keywords, 'redgreen'))).toBe(false)
    expect(holds(contains(Blobs, bytes(9)))).toBe(true)
  })

  it('takes 8-bit strings for text', () => {
    const restriction: Restriction = {
      kind: 'content',
      fuzzyLevelLow: FuzzyLevel.FL_SUBSTRING,
      fuzzyLevelHigh: 0,
      tag: withType(PidTagSubject, PtypString8),
      value: { tag: withType(PidTagSubject, PtypString8), value: 'Caf\u00e9' },
    }
    expect(holds(restriction)).toBe(true)
  })

  it('is false for what is not there', () => {
    expect(holds(contains(PidTagDisplayName, ''))).toBe(false)
  })
})

describe('property restrictions ([MS-OXCDATA] 2.12.5)', () => {
  it('compares numbers', () => {
    expect(holds(equals(PidTagImportance, 1))).toBe(true)
    expect(holds(notEquals(PidTagImportance, 1))).toBe(false)
    expect(holds(lessThan(PidTagImportance, 1))).toBe(false)
    expect(holds(atMost(PidTagImportance, 1))).toBe(true)
    expect(holds(greaterThan(PidTagImportance, 0))).toBe(true)
    expect(holds(atLeast(PidTagImportance, 2))).toBe(false)
    expect(holds(lessThan(PidTagChangeNumber, 0n))).toBe(true)
    expect(holds(greaterThan(Ratio, 0.25))).toBe(true)
    expect(holds(equals(Price, 12_5000n))).toBe(true)
  })

  it('compares booleans, times, GUIDs and bytes', () => {
    expect(holds(equals(PidTagRead, true))).toBe(true)
    expect(holds(greaterThan(PidTagRead, false))).toBe(true)
    expect(holds(lessThan(PidTagMessageDeliveryTime, fileTime(1001n)))).toBe(true)
    expect(holds(equals(Guid, '00000001-0000-0000-0000-000000000000'))).toBe(true)
    // The first bytes are 01 00 00 00 and 00 01 00 00: GUIDs compare by their bytes.
    expect(holds(greaterThan(Guid, '00000100-0000-0000-0000-000000000000'))).toBe(true)
    expect(holds(lessThan(PidTagRecordKey, bytes(1, 2, 4)))).toBe(true)
    expect(holds(greaterThan(PidTagRecordKey, bytes(1, 2, 3)))).toBe(true)
  })

  it('compares text without regard to letter case, but to accents', () => {
    expect(holds(equals(PidTagSubject, 'GRÖßE UND CAFÉ'))).toBe(true)
    expect(holds(equals(PidTagSubject, 'Grosse und Cafe'))).toBe(false)
    expect(holds(lessThan(PidTagSubject, 'h'))).toBe(true)
    expect(holds(greaterThan(PidTagSubject, 'GR'))).toBe(true)
  })

  it('is true of several values if it is true of one', () => {
    expect(holds(equals(Keywords, 'green'))).toBe(true)
    expect(holds(equals(Keywords, 'blue'))).toBe(false)
    expect(holds(greaterThan(Numbers, 4))).toBe(true)
    expect(holds(greaterThan(Numbers, 5))).toBe(false)
    expect(holds(equals(Numbers, [1, 5]))).toBe(true)
    expect(holds(equals(Numbers, [1]))).toBe(false)
  })

  it('takes what is missing for less than all that could be there, as Exchange 2019 does', () => {
    const missing = PidTagEntryId as PropertyTag<unknown> as PropertyTag<Uint8Array>
    expect(holds(lessThan(missing, bytes()))).toBe(true)
    expect(holds(atMost(missing, bytes()))).toBe(true)
    expect(holds(notEquals(missing, bytes()))).toBe(true)
    expect(holds(equals(missing, bytes()))).toBe(false)
    expect(holds(greaterThan(missing, bytes()))).toBe(false)
    expect(holds(atLeast(missing, bytes()))).toBe(false)
    expect(holds(lessThan(Keywords, ''), [])).toBe(true)
  })

  it('asks who is a member of a distribution list', () => {
    const list = bytes(7)
    const subject = subjectOf([[PidTagEntryId, bytes(1)]])
    const isMember = (entryId: Uint8Array, of: Uint8Array): boolean => entryId[0] === 1 && of[0] === 7
    expect(evaluate(memberOf(PidTagEntryId, list), subject, { isMember })).toBe(true)
    expect(evaluate(memberOf(PidTagEntryId, bytes(8)), subject, { isMember })).toBe(false)
    expect(evaluate(memberOf(PidTagEntryId, list), subject)).toBe(false)
  })
})

describe('the other kinds of restrictions ([MS-OXCDATA] 2.12.6 to 2.12.12)', () => {
  it('compares two properties of an object', () => {
    const later = compareProperties(PidTagMessageDeliveryTime, RelOp.RELOP_GT, PidTagClientSubmitTime)
    expect(holds(later)).toBe(true)
    expect(holds(later, [[PidTagClientSubmitTime, fileTime(1n)]])).toBe(false)
    expect(holds(compareProperties(PidTagSubject, RelOp.RELOP_EQ, PidTagDisplayName), [])).toBe(true)
  })

  it('tests bits', () => {
    expect(holds(anyBitSet(PidTagMessageFlags, 0b0110))).toBe(true)
    expect(holds(anyBitSet(PidTagMessageFlags, 0b1010))).toBe(false)
    expect(holds(noBitSet(PidTagMessageFlags, 0b1010))).toBe(true)
    expect(holds(noBitSet(PidTagMessageFlags, 1))).toBe(false)
    expect(holds(noBitSet(PidTagMessageFlags, 1), [])).toBe(true)
    expect(holds(anyBitSet(PidTagMessageFlags, 0x80000000), [[PidTagMessageFlags, -1]])).toBe(true)
  })

  it('compares sizes', () => {
    expect(holds(compareSize(PidTagBody, RelOp.RELOP_EQ, 38))).toBe(true)
    expect(holds(compareSize(withType(PidTagBody, PtypString8), RelOp.RELOP_EQ, 19))).toBe(true)
    expect(holds(compareSize(PidTagRecordKey, RelOp.RELOP_LT, 5))).toBe(true)
    expect(holds(compareSize(PidTagImportance, RelOp.RELOP_EQ, 4))).toBe(true)
    expect(holds(compareSize(PidTagMessageDeliveryTime, RelOp.RELOP_EQ, 8))).toBe(true)
    expect(holds(compareSize(PidTagRead, RelOp.RELOP_EQ, 1))).toBe(true)
    expect(holds(compareSize(Guid, RelOp.RELOP_EQ, 16))).toBe(true)
    expect(holds(compareSize(Numbers, RelOp.RELOP_EQ, 8))).toBe(true)
    expect(holds(compareSize(Keywords, RelOp.RELOP_GE, 16))).toBe(true)
    expect(holds(compareSize(PidTagEntryId, RelOp.RELOP_GE, 0))).toBe(false)
  })

  it('asks whether a property is there', () => {
    expect(holds(exists(PidTagSubject))).toBe(true)
    expect(holds(exists(PidTagEntryId))).toBe(false)
    expect(holds(exists(withType(PidTagSubject, 0)))).toBe(true)
    expect(holds(exists(withType(PidTagSubject, PtypInteger32)))).toBe(false)
  })

  it('looks through recipients and attachments', () => {
    const subject = subjectOf([], {
      recipients: [[[PidTagDisplayName, 'Ann']], [[PidTagDisplayName, 'Bob']]],
      attachments: [[[PidTagAttachLongFilename, 'plan.pdf']]],
    })
    expect(evaluate(anyRecipient(contains(PidTagDisplayName, 'bob')), subject)).toBe(true)
    expect(evaluate(anyRecipient(contains(PidTagDisplayName, 'carl')), subject)).toBe(false)
    expect(evaluate(anyAttachment(contains(PidTagAttachLongFilename, '.pdf')), subject)).toBe(true)
    expect(
      evaluate(
        anyRecipient(and(contains(PidTagDisplayName, 'ann'), contains(PidTagDisplayName, 'bob'))),
        subject,
      ),
    ).toBe(false)
    expect(evaluate(anyRecipient(exists(PidTagDisplayName)), subjectOf([]))).toBe(false)
  })

  it('takes a comment for what it is about', () => {
    expect(holds(comment([], exists(PidTagEntryId)))).toBe(false)
    expect(holds(comment([{ tag: PidTagSubject as never, value: 'x' }]))).toBe(true)
    expect(holds(limit(3, exists(PidTagSubject)))).toBe(true)
  })

  it('knows all relational operators', () => {
    const expected = { LT: false, LE: true, GT: false, GE: true, EQ: true, NE: false }
    for (const [name, value] of Object.entries(expected)) {
      const relOp = RelOp[`RELOP_${name}` as keyof typeof RelOp]
      expect(holds(compare(PidTagImportance, relOp, 1)), name).toBe(value)
    }
  })
})
