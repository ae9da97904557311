import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  MULTIVALUE_INSTANCE_FLAG,
  PtypMultipleBinary,
  PtypMultipleString,
  PtypString,
  propertyTag,
  tagType,
  withType,
} from '../../src/property/index.ts'
import {
  after,
  and,
  anyAttachment,
  anyBitSet,
  anyRecipient,
  atLeast,
  atMost,
  before,
  childrenOf,
  comment,
  compare,
  compareProperties,
  compareSize,
  contains,
  equals,
  exists,
  greaterThan,
  lessThan,
  limit,
  mapTags,
  memberOf,
  noBitSet,
  not,
  notEquals,
  or,
  RelOp,
  type Restriction,
  startsWith,
  tagsOf,
  walk,
} from '../../src/restriction/index.ts'
import {
  PidTagAttachMethod,
  PidTagBody,
  PidTagDisplayName,
  PidTagImportance,
  PidTagMessageAttachments,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageRecipients,
  PidTagMessageSize,
  PidTagSearchKey,
  PidTagSenderEntryId,
  PidTagSubject,
} from '../../src/tags/index.ts'
import type { FileTime } from '../../src/time/index.ts'
import { arbitraryRestriction } from '../support/arbitrary.ts'

const names = propertyTag<readonly string[]>(0x6800, PtypMultipleString)

describe('restriction builders', () => {
  it('compare a property with a value', () => {
    expect(equals(PidTagSubject, 'a')).toEqual({
      kind: 'property',
      relOp: RelOp.RELOP_EQ,
      tag: PidTagSubject,
      value: { tag: PidTagSubject, value: 'a' },
    })
    const operators = [notEquals, lessThan, atMost, greaterThan, atLeast]
    expect(operators.map((build) => build(PidTagMessageSize, 1).relOp)).toEqual([
      RelOp.RELOP_NE,
      RelOp.RELOP_LT,
      RelOp.RELOP_LE,
      RelOp.RELOP_GT,
      RelOp.RELOP_GE,
    ])
    expect(compare(PidTagImportance, RelOp.RELOP_EQ, 2)).toEqual(equals(PidTagImportance, 2))
    expect(memberOf(PidTagSenderEntryId, Uint8Array.of(1)).relOp).toBe(100)
  })

  it('compare times', () => {
    const time = 5n as FileTime
    expect(before(PidTagMessageDeliveryTime, time)).toEqual(lessThan(PidTagMessageDeliveryTime, time))
    expect(after(PidTagMessageDeliveryTime, time)).toEqual(greaterThan(PidTagMessageDeliveryTime, time))
  })

  it('take only values of the type of the tag', () => {
    // @ts-expect-error a subject is a string
    equals(PidTagSubject, 1)
    // @ts-expect-error a size is no time
    before(PidTagMessageSize, 1)
    // @ts-expect-error a number has no text in it
    contains(PidTagMessageSize, 'a')
    // @ts-expect-error text has no bits
    anyBitSet(PidTagSubject, 1)
    // @ts-expect-error a string is no number
    compareProperties(PidTagSubject, RelOp.RELOP_EQ, PidTagMessageSize)
    expectTypeOf(equals<string>)
      .parameter(1)
      .toEqualTypeOf<string>()
    expectTypeOf(equals<Uint8Array>)
      .parameter(1)
      .toEqualTypeOf<Uint8Array>()
  })

  it('look for one value in a multiple-valued property, under its single type', () => {
    const single = withType(names, PtypString)
    expect(equals(names, 'a').value).toEqual({ tag: single, value: 'a' })
    expect(equals(names, ['a', 'b']).value).toEqual({ tag: names, value: ['a', 'b'] })
    expect(contains(names, 'a').value.tag).toBe(single)
    const instance = withType<string>(names, PtypMultipleString | MULTIVALUE_INSTANCE_FLAG)
    expect(equals(instance, 'a').value.tag).toBe(single)
    const keys = propertyTag<readonly Uint8Array[]>(0x6801, PtypMultipleBinary)
    expect(tagType(equals(keys, Uint8Array.of(1)).value.tag)).toBe(0x0102)
  })

  it('look for text, without regard to case unless told', () => {
    expect(contains(PidTagSubject, 'a')).toMatchObject({ fuzzyLevelLow: 1, fuzzyLevelHigh: 1 })
    expect(startsWith(PidTagSubject, 'a', { ignoreNonSpace: true })).toMatchObject({
      fuzzyLevelLow: 2,
      fuzzyLevelHigh: 3,
    })
    expect(contains(PidTagSubject, 'a', { match: 'full', ignoreCase: false, loose: true })).toMatchObject({
      fuzzyLevelLow: 0,
      fuzzyLevelHigh: 4,
    })
    expect(contains(PidTagSearchKey, Uint8Array.of(1))).toMatchObject({ fuzzyLevelLow: 1, fuzzyLevelHigh: 0 })
  })

  it('test bits, sizes and presence', () => {
    expect(anyBitSet(PidTagMessageFlags, -1)).toEqual({
      kind: 'bitmask',
      bitmapRelOp: 1,
      tag: PidTagMessageFlags,
      mask: 0xffffffff,
    })
    expect(noBitSet(PidTagMessageFlags, 1)).toMatchObject({ bitmapRelOp: 0, mask: 1 })
    expect(compareSize(PidTagBody, RelOp.RELOP_GT, 9)).toEqual({
      kind: 'size',
      relOp: 2,
      tag: PidTagBody,
      size: 9,
    })
    expect(exists(PidTagBody)).toEqual({ kind: 'exist', tag: PidTagBody })
    expect(compareProperties(PidTagSubject, RelOp.RELOP_EQ, PidTagBody)).toEqual({
      kind: 'compareProperties',
      relOp: 4,
      tag1: PidTagSubject,
      tag2: PidTagBody,
    })
  })

  it('combine restrictions', () => {
    const a = exists(PidTagSubject)
    const b = exists(PidTagBody)
    expect(and(a, b)).toEqual({ kind: 'and', restrictions: [a, b] })
    expect(or(a)).toEqual({ kind: 'or', restrictions: [a] })
    expect(not(a)).toEqual({ kind: 'not', restriction: a })
    expect(anyRecipient(a)).toEqual({ kind: 'subObject', tag: PidTagMessageRecipients, restriction: a })
    expect(anyAttachment(a)).toEqual({ kind: 'subObject', tag: PidTagMessageAttachments, restriction: a })
    expect(comment([], a)).toEqual({ kind: 'comment', properties: [], restriction: a })
    expect(comment([])).toEqual({ kind: 'comment', properties: [] })
    expect(limit(3, a)).toEqual({ kind: 'count', count: 3, restriction: a })
  })
})

describe('walking a restriction', () => {
  const inner = anyAttachment(exists(PidTagAttachMethod))
  const restriction = and(
    or(contains(PidTagSubject, 'a'), not(equals(names, 'b'))),
    comment(
      [{ tag: PidTagDisplayName, value: 'x' }],
      limit(1, compareProperties(PidTagSubject, RelOp.RELOP_EQ, PidTagBody)),
    ),
    inner,
  )

  it('meets all parts, outer before inner', () => {
    expect([...walk(restriction)].map(({ kind }) => kind)).toEqual([
      'and',
      'or',
      'content',
      'not',
      'property',
      'comment',
      'count',
      'compareProperties',
      'subObject',
      'exist',
    ])
    expect(childrenOf(exists(PidTagBody))).toEqual([])
    expect(childrenOf(comment([]))).toEqual([])
  })

  it('finds the properties that it looks at, each once', () => {
    expect(tagsOf(restriction)).toEqual([
      PidTagSubject,
      names,
      PidTagBody,
      PidTagMessageAttachments,
      PidTagAttachMethod,
    ])
  })

  it('does not need the stack', () => {
    let deep: Restriction = exists(PidTagBody)
    for (let i = 0; i < 500_000; i++) deep = not(deep)
    expect(tagsOf(deep)).toEqual([PidTagBody])
  })

  it('replaces all tags, those of values and comments too', () => {
    const replaced = mapTags(restriction, (tag) => propertyTag(0x7000, tagType(tag)))
    expect(new Set(tagsOf(replaced).map((tag) => tag >>> 16))).toEqual(new Set([0x7000]))
    expect(JSON.stringify(replaced)).toContain(String(propertyTag(0x7000, PtypString)))
    expect(JSON.stringify(replaced)).not.toContain(String(PidTagDisplayName))
    fc.assert(
      fc.property(arbitraryRestriction(), (any) => {
        expect(mapTags(any, (tag) => tag)).toEqual(any)
      }),
    )
  })
})
