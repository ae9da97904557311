import {
  and,
  anyBitSet,
  anyRecipient,
  comment,
  compare,
  compareProperties,
  contains,
  ErrorCode,
  equals,
  exists,
  limit,
  MAX_RESTRICTION_DEPTH,
  type MapiError,
  memberOf,
  not,
  PidTagBody,
  PidTagEntryId,
  PidTagImportance,
  PidTagMessageAttachments,
  PidTagMessageFlags,
  PidTagSubject,
  type PropertyTag,
  PtypMultipleString,
  PtypObject,
  propertyTag,
  RelOp,
  type Restriction,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { checkRestriction } from '../../src/table/check-restriction.ts'

const ALL = { subObjects: true, membership: true }
const Keywords = propertyTag<readonly string[]>(0x8010, PtypMultipleString)

function codeOf(restriction: Restriction, support = ALL): number | undefined {
  try {
    checkRestriction(restriction, support)
    return undefined
  } catch (error) {
    return (error as MapiError).code
  }
}

describe('checkRestriction', () => {
  it('lets pass what makes sense', () => {
    expect(codeOf(and(contains(PidTagSubject, 'x'), equals(Keywords, 'y'), not(exists(PidTagBody))))).toBe(
      undefined,
    )
    expect(codeOf(comment([], limit(5, exists(PidTagBody))))).toBe(undefined)
    expect(codeOf(anyRecipient(contains(PidTagSubject, 'x')))).toBe(undefined)
    expect(codeOf(memberOf(PidTagEntryId, new Uint8Array(1)))).toBe(undefined)
  })

  it('finds comparing values of different types too complex', () => {
    const mismatch: Restriction = {
      kind: 'property',
      relOp: RelOp.RELOP_EQ,
      tag: PidTagImportance,
      value: { tag: PidTagSubject as never, value: 'x' },
    }
    expect(codeOf(mismatch)).toBe(ErrorCode.TooComplex)
    expect(
      codeOf(
        compareProperties(
          PidTagImportance as PropertyTag<unknown>,
          RelOp.RELOP_EQ,
          PidTagSubject as PropertyTag<unknown>,
        ),
      ),
    ).toBe(ErrorCode.TooComplex)
    expect(codeOf({ ...contains(PidTagSubject, 'x'), tag: PidTagImportance })).toBe(ErrorCode.TooComplex)
    expect(codeOf({ ...contains(Keywords, 'x'), value: { tag: Keywords as never, value: ['x'] } })).toBe(
      ErrorCode.TooComplex,
    )
  })

  it('finds regular expressions, members nobody knows and objects too complex', () => {
    expect(codeOf(compare(PidTagSubject, RelOp.RELOP_RE, 'x'))).toBe(ErrorCode.TooComplex)
    expect(codeOf(memberOf(PidTagEntryId, new Uint8Array(1)), { ...ALL, membership: false })).toBe(
      ErrorCode.TooComplex,
    )
    const object = propertyTag<Uint8Array>(0x3700, PtypObject)
    expect(codeOf(equals(object, new Uint8Array(1)))).toBe(ErrorCode.TooComplex)
    expect(codeOf(anyBitSet(PidTagSubject as never, 1))).toBe(ErrorCode.TooComplex)
  })

  it('finds sub-objects too complex where rows have none, within one another, and other than recipients and attachments', () => {
    const sub = anyRecipient(exists(PidTagSubject))
    expect(codeOf(sub, { ...ALL, subObjects: false })).toBe(ErrorCode.TooComplex)
    expect(codeOf({ kind: 'subObject', tag: PidTagMessageAttachments, restriction: sub })).toBe(
      ErrorCode.TooComplex,
    )
    expect(codeOf({ ...sub, tag: PidTagSubject })).toBe(ErrorCode.TooComplex)
  })

  it('finds a count of objects too complex but for the whole', () => {
    expect(codeOf(limit(1, exists(PidTagSubject)))).toBe(undefined)
    expect(codeOf(and(limit(1, exists(PidTagSubject))))).toBe(ErrorCode.TooComplex)
  })

  it('finds restrictions too complex that are nested deeper than any program nests them', () => {
    const nest = (depth: number): Restriction => (depth === 1 ? exists(PidTagSubject) : not(nest(depth - 1)))
    expect(codeOf(nest(MAX_RESTRICTION_DEPTH))).toBe(undefined)
    expect(codeOf(nest(MAX_RESTRICTION_DEPTH + 1))).toBe(ErrorCode.TooComplex)
  })

  it('refuses numbers that stand for nothing', () => {
    expect(codeOf(compare(PidTagImportance, 6.5, 1))).toBe(ErrorCode.InvalidParameter)
    expect(codeOf(compare(PidTagImportance, 0x20, 1))).toBe(ErrorCode.InvalidParameter)
    expect(codeOf({ ...contains(PidTagSubject, 'x'), fuzzyLevelLow: 9 })).toBe(ErrorCode.InvalidParameter)
    expect(codeOf({ ...anyBitSet(PidTagMessageFlags, 1), bitmapRelOp: 2 })).toBe(ErrorCode.InvalidParameter)
    expect(codeOf(exists(propertyTag(0x3001, 0x0099)))).toBe(ErrorCode.InvalidParameter)
    expect(codeOf({ kind: 'what' } as never)).toBe(ErrorCode.InvalidParameter)
    expect(codeOf(equals(PidTagImportance, 'one' as never))).toBe(ErrorCode.InvalidParameter)
  })
})
