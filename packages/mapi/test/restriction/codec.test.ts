import { describe, expect, it } from 'vitest'
import {
  ByteReader,
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  toHex,
} from '../../src/bytes/index.ts'
import {
  PtypMultipleString,
  PtypRestriction,
  PtypRuleAction,
  PtypString,
  propertyTag,
} from '../../src/property/index.ts'
import {
  BitmapRelOp,
  FuzzyLevel,
  FuzzyOption,
  MAX_RESTRICTION_DEPTH,
  not,
  RelOp,
  type Restriction,
  RestrictionType,
  restrictionCodec,
} from '../../src/restriction/index.ts'
import {
  PidTagAttachMethod,
  PidTagBody,
  PidTagMessageAttachments,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagSubject,
} from '../../src/tags/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'

const subject = '1f003700'
const body = '1f000010'
const size = '0300080e'
const flags = '0300070e'
const exist: Restriction = { kind: 'exist', tag: PidTagSubject }
const existHex = `08 ${subject}`

/** The restriction, its bytes with 16-bit counts, and with 32-bit counts where they differ. */
type Example = readonly [restriction: Restriction, hex: string, hex32?: string]

const examples: readonly Example[] = [
  [
    { kind: 'and', restrictions: [exist, exist] },
    `00 0200 ${existHex} ${existHex}`,
    `00 02000000 ${existHex} ${existHex}`,
  ],
  [{ kind: 'or', restrictions: [] }, '01 0000', '01 00000000'],
  [{ kind: 'not', restriction: exist }, `02 ${existHex}`],
  [
    {
      kind: 'content',
      fuzzyLevelLow: FuzzyLevel.FL_PREFIX,
      fuzzyLevelHigh: FuzzyOption.FL_IGNORECASE | FuzzyOption.FL_LOOSE,
      tag: PidTagSubject,
      value: { tag: PidTagSubject, value: 'a' },
    },
    `03 0200 0500 ${subject} ${subject} 61000000`,
  ],
  [
    {
      kind: 'property',
      relOp: RelOp.RELOP_GE,
      tag: PidTagMessageSize,
      value: { tag: PidTagMessageSize, value: 1000 },
    },
    `04 03 ${size} ${size} e8030000`,
  ],
  [
    {
      kind: 'property',
      relOp: RelOp.RELOP_MEMBER_OF_DL,
      tag: propertyTag(0x0c19, 0x0102),
      value: { tag: propertyTag(0x0c19, 0x0102), value: Uint8Array.of(1, 2) },
    },
    '04 64 0201190c 0201190c 0200 0102',
    '04 64 0201190c 0201190c 02000000 0102',
  ],
  [
    { kind: 'compareProperties', relOp: RelOp.RELOP_NE, tag1: PidTagSubject, tag2: PidTagBody },
    `05 05 ${subject} ${body}`,
  ],
  [
    { kind: 'bitmask', bitmapRelOp: BitmapRelOp.BMR_NEZ, tag: PidTagMessageFlags, mask: 0x80000001 },
    `06 01 ${flags} 01000080`,
  ],
  [{ kind: 'size', relOp: RelOp.RELOP_LT, tag: PidTagBody, size: 256 }, `07 00 ${body} 00010000`],
  [exist, existHex],
  [
    {
      kind: 'subObject',
      tag: PidTagMessageAttachments,
      restriction: { kind: 'exist', tag: PidTagAttachMethod },
    },
    '09 0d00130e 08 03000537',
  ],
  [
    {
      kind: 'comment',
      properties: [{ tag: PidTagMessageSize, value: 1 }],
      restriction: exist,
    },
    `0a 01 ${size} 01000000 01 ${existHex}`,
  ],
  [{ kind: 'comment', properties: [] }, '0a 00 00'],
  [{ kind: 'count', count: 7, restriction: exist }, `0b 07000000 ${existHex}`],
]

describe.each([2, 4] as const)('restrictions with %i-byte counts', (width) => {
  const codec = restrictionCodec(width)

  it('are sound', () => {
    expectSoundCodec(codec, { numRuns: 200 })
  })

  it.each(examples.map((example) => [example[0].kind, example] as const))('%s', (_, example) => {
    const [restriction, hex16, hex32 = hex16] = example
    const hex = (width === 2 ? hex16 : hex32).replaceAll(' ', '')
    expect(toHex(encodeWith(codec, restriction))).toBe(hex)
    expect(decodeWith(codec, fromHex(hex))).toEqual(restriction)
  })

  it('begin with a byte that says their kind: MS-OXCDATA_R510', () => {
    for (const [restriction] of examples) {
      expect(encodeWith(codec, restriction)[0]).toBe(RestrictionType[restriction.kind])
    }
  })

  it('do not decode when the kind is not known', () => {
    for (const hex of ['0c', 'ff', '0d00000000']) {
      expect(() => decodeWith(codec, fromHex(hex))).toThrow(DecodeError)
    }
  })
})

describe('values in restrictions', () => {
  it('keep a tag of their own: a single value for a multiple-valued property', () => {
    const tag = propertyTag<readonly string[]>(0x6800, PtypMultipleString)
    const restriction: Restriction = {
      kind: 'property',
      relOp: RelOp.RELOP_EQ,
      tag,
      value: { tag: propertyTag(0x6800, PtypString), value: 'a' },
    }
    const hex = '04041f1000681f00006861000000'
    expect(toHex(encodeWith(restrictionCodec(2), restriction))).toBe(hex)
    expect(decodeWith(restrictionCodec(2), fromHex(hex))).toEqual(restriction)
  })

  it('may name another property', () => {
    const hex = '04041f0037001f00001061000000'
    expect(toHex(encodeWith(restrictionCodec(2), decodeWith(restrictionCodec(2), fromHex(hex))))).toBe(hex)
  })
})

describe('hostile restrictions', () => {
  const codec = restrictionCodec(2)
  const leaf = fromHex('0a0000')

  /** `not` as often as wanted around an empty comment. */
  function nots(depth: number): Uint8Array {
    const bytes = new Uint8Array(depth + leaf.length).fill(0x02, 0, depth)
    bytes.set(leaf, depth)
    return bytes
  }

  it('decode up to the depth limit', () => {
    expect(decodeWith(codec, nots(MAX_RESTRICTION_DEPTH - 1)).kind).toBe('not')
    expect(() => decodeWith(codec, nots(MAX_RESTRICTION_DEPTH))).toThrow(DecodeError)
    expect(() => decodeWith(codec, nots(5_000_000))).toThrow(DecodeError)
  })

  it('say where they went too deep', () => {
    expect(() => decodeWith(codec, nots(MAX_RESTRICTION_DEPTH))).toThrow(
      `more than ${MAX_RESTRICTION_DEPTH} restrictions within one another at offset ${MAX_RESTRICTION_DEPTH}`,
    )
  })

  it('do not encode beyond the limit', () => {
    let restriction: Restriction = { kind: 'comment', properties: [] }
    for (let depth = 1; depth < MAX_RESTRICTION_DEPTH; depth++) restriction = not(restriction)
    expect(encodeWith(codec, restriction)).toHaveLength(MAX_RESTRICTION_DEPTH + 2)
    expect(() => encodeWith(codec, not(restriction))).toThrow(EncodeError)
    for (let depth = 0; depth < 100_000; depth++) restriction = not(restriction)
    expect(() => encodeWith(codec, restriction)).toThrow(EncodeError)
  })

  it('count restrictions within property values', () => {
    // A property restriction whose value is a restriction, and so on.
    const property = fromHex('0404fd000068fd000068')
    for (const depth of [10_000, 200_000]) {
      const bytes = new Uint8Array(depth * property.length + leaf.length)
      for (let i = 0; i < depth; i++) bytes.set(property, i * property.length)
      bytes.set(leaf, depth * property.length)
      expect(() => decodeWith(codec, bytes)).toThrow(DecodeError)
    }
    expect(PtypRestriction).toBe(0x00fd)
  })

  it('count rule actions within property values', () => {
    // A comment with a PtypRuleAction of one OP_TAG action with a PtypRuleAction, and so on; the lengths lie, but
    // they are looked at only after the depth.
    const tag = propertyTag(0x6680, PtypRuleAction)
    let value: unknown = []
    for (let depth = 0; depth < MAX_RESTRICTION_DEPTH; depth++) {
      value = [{ kind: 'tag', flavor: 0, flags: 0, property: { tag, value } }]
    }
    const restriction = { kind: 'comment', properties: [{ tag, value }] } as Restriction
    expect(() => encodeWith(restrictionCodec(4), restriction)).toThrow(EncodeError)
  })

  it('do not leave the next one with less depth', () => {
    for (let i = 0; i < 3 * MAX_RESTRICTION_DEPTH; i++) {
      expect(() => decodeWith(codec, fromHex('0202'))).toThrow(DecodeError)
    }
    expect(decodeWith(codec, nots(MAX_RESTRICTION_DEPTH - 1)).kind).toBe('not')
  })

  it('cannot announce more than their bytes hold', () => {
    for (const hex of ['00ffff', '00ffff0a0000', '0aff', '01ffff']) {
      expect(() => decodeWith(codec, fromHex(hex))).toThrow(DecodeError)
    }
    expect(() => decodeWith(restrictionCodec(4), fromHex('00ffffffff'))).toThrow(DecodeError)
    expect(() => decodeWith(restrictionCodec(4), fromHex('00ffffff7f0a0000'))).toThrow(DecodeError)
  })

  it('are cut off by the end of their reader, not of the buffer', () => {
    const reader = new ByteReader(fromHex('08 1f003700'), 0, 4)
    expect(() => codec.decode(reader)).toThrow(DecodeError)
  })

  it('with too many properties in a comment do not encode', () => {
    const property = { tag: PidTagMessageSize, value: 1 }
    const properties = Array.from({ length: 256 }, () => property)
    expect(() => encodeWith(codec, { kind: 'comment', properties })).toThrow(EncodeError)
  })
})
