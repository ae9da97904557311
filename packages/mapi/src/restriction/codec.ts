import {
  type ByteReader,
  type ByteWriter,
  type Codec,
  counted,
  custom,
  EncodeError,
  optional,
  struct,
  u8,
  u16,
  u32,
} from '../bytes/index.ts'
import {
  propertyTagCodec,
  type TaggedValue,
  taggedPropertyValue,
  taggedPropertyValue32,
} from '../property/tagged-value.ts'
import type { CountWidth } from '../property/value-codec.ts'
import { MAX_RESTRICTION_DEPTH, nested } from './nesting.ts'
import { type Restriction, RestrictionType } from './restriction.ts'

/** The type byte and an empty list: no restriction takes less than an empty comment. */
const MIN_SIZE = 3

/** By RestrictType: the kinds stand in its order. */
const KINDS = Object.keys(RestrictionType) as readonly Restriction['kind'][]

type Layouts = Readonly<Record<Restriction['kind'], Codec<unknown>>>

/** The parts of a restriction that are not laid out alike everywhere. */
export interface RestrictionParts {
  /** RestrictCount of a list of restrictions. */
  readonly count: Codec<number>
  /** A value to compare with, after its tag. */
  readonly value: Codec<TaggedValue>
}

/** What follows the type byte of each kind. */
function layouts(parts: RestrictionParts, restriction: Codec<Restriction>): Layouts {
  const tagged = parts.value
  const restrictions = counted(parts.count, restriction)
  const tag = propertyTagCodec
  return {
    and: struct('AndRestriction', { restrictions }),
    or: struct('OrRestriction', { restrictions }),
    not: struct('NotRestriction', { restriction }),
    content: struct('ContentRestriction', { fuzzyLevelLow: u16, fuzzyLevelHigh: u16, tag, value: tagged }),
    property: struct('PropertyRestriction', { relOp: u8, tag, value: tagged }),
    compareProperties: struct('ComparePropertiesRestriction', { relOp: u8, tag1: tag, tag2: tag }),
    bitmask: struct('BitMaskRestriction', { bitmapRelOp: u8, tag, mask: u32 }),
    size: struct('SizeRestriction', { relOp: u8, tag, size: u32 }),
    exist: struct('ExistRestriction', { tag }),
    subObject: struct('SubObjectRestriction', { tag, restriction }),
    // The count is one byte in both widths ([MS-OXCDATA] 2.12.11).
    comment: struct('CommentRestriction', {
      properties: counted(u8, tagged),
      restriction: optional(restriction),
    }),
    count: struct('CountRestriction', { count: u32, restriction }),
  }
}

/** Restriction structures with parts of another layout, which `parts` gives when they are first needed. */
export function restrictionCodecOf(name: string, parts: () => RestrictionParts): Codec<Restriction> {
  // Made at first use: property values, which restrictions hold, can be restrictions.
  let made: Layouts | undefined
  function layout(kind: Restriction['kind']): Codec<unknown> {
    made ??= layouts(parts(), codec)
    return made[kind]
  }

  function decode(reader: ByteReader): Restriction {
    const at = reader.offset
    const kind = KINDS[reader.u8()]
    if (kind === undefined) return reader.fail('unknown restriction type', at)
    return nested(
      () => ({ kind, ...(layout(kind).decode(reader) as object) }) as Restriction,
      () => reader.fail(`more than ${MAX_RESTRICTION_DEPTH} restrictions within one another`, at),
    )
  }

  function encode(writer: ByteWriter, value: Restriction): void {
    nested(
      () => {
        writer.u8(RestrictionType[value.kind])
        layout(value.kind).encode(writer, value)
      },
      () => {
        throw new EncodeError(`more than ${MAX_RESTRICTION_DEPTH} restrictions within one another`)
      },
    )
  }

  const codec = custom(name, MIN_SIZE, decode, encode)
  return codec
}

const codecs = {
  2: restrictionCodecOf('Restriction', () => ({ count: u16, value: taggedPropertyValue })),
  4: restrictionCodecOf('Restriction32', () => ({ count: u32, value: taggedPropertyValue32 })),
} as const

/**
 * Restriction structures ([MS-OXCDATA] 2.12). `width` is that of their counts: 2 bytes in ROP buffers, 4 in extended
 * rules ([MS-OXORULE] 2.2.4). Holds for any bytes and any value: see {@link MAX_RESTRICTION_DEPTH}.
 */
export function restrictionCodec(width: CountWidth): Codec<Restriction> {
  return codecs[width]
}
