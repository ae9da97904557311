import { type PropertyTag, tagType, withType } from '../property/tag.ts'
import type { TaggedValue } from '../property/tagged-value.ts'
import { baseType, isMultiple, isMultivalueInstance } from '../property/type.ts'
import type { FileTime, PropertyValue } from '../property/value.ts'
import { PidTagMessageAttachments, PidTagMessageRecipients } from '../tags/message.ts'
import {
  type AndRestriction,
  BitmapRelOp,
  type BitmaskRestriction,
  type CommentRestriction,
  type ComparePropertiesRestriction,
  type ContentRestriction,
  type CountRestriction,
  type ExistRestriction,
  FuzzyLevel,
  FuzzyOption,
  type NotRestriction,
  type OrRestriction,
  type PropertyRestriction,
  RelOp,
  type Restriction,
  type SizeRestriction,
  type SubObjectRestriction,
} from './restriction.ts'

/**
 * What a property can be compared with: a value of its type; a multiple-valued one also with one value, which is
 * then looked for among its values ([MS-OXCDATA] 2.12.5).
 */
export type Operand<V> = V extends readonly (infer T)[] ? T | V : V

/** Tags of properties that hold text or bytes, one or many. */
export type SearchableTag =
  | PropertyTag<string>
  | PropertyTag<readonly string[]>
  | PropertyTag<Uint8Array>
  | PropertyTag<readonly Uint8Array[]>

/** All of `restrictions` are true ([MS-OXCDATA] 2.12.1). */
export function and(...restrictions: readonly Restriction[]): AndRestriction {
  return { kind: 'and', restrictions }
}

/** One of `restrictions` is true ([MS-OXCDATA] 2.12.2). */
export function or(...restrictions: readonly Restriction[]): OrRestriction {
  return { kind: 'or', restrictions }
}

/** `restriction` is not true ([MS-OXCDATA] 2.12.3). */
export function not(restriction: Restriction): NotRestriction {
  return { kind: 'not', restriction }
}

export interface ContentOptions {
  /** Where in the property the value must stand; anywhere by default. */
  readonly match?: 'full' | 'substring' | 'prefix'
  /** Take upper and lower case as the same; the default for text. */
  readonly ignoreCase?: boolean
  /** Take characters as the same that only differ by marks such as accents. */
  readonly ignoreNonSpace?: boolean
  /** Leave it to the server what makes no difference. */
  readonly loose?: boolean
}

const LEVELS = {
  full: FuzzyLevel.FL_FULLSTRING,
  substring: FuzzyLevel.FL_SUBSTRING,
  prefix: FuzzyLevel.FL_PREFIX,
} as const

/** The property, or one of its values, contains `value` ([MS-OXCDATA] 2.12.4). */
export function contains(
  tag: SearchableTag,
  value: string | Uint8Array,
  options: ContentOptions = {},
): ContentRestriction {
  const {
    match = 'substring',
    ignoreCase = typeof value === 'string',
    ignoreNonSpace = false,
    loose = false,
  } = options
  return {
    kind: 'content',
    fuzzyLevelLow: LEVELS[match],
    fuzzyLevelHigh:
      (ignoreCase ? FuzzyOption.FL_IGNORECASE : 0) |
      (ignoreNonSpace ? FuzzyOption.FL_IGNORENONSPACE : 0) |
      (loose ? FuzzyOption.FL_LOOSE : 0),
    tag,
    value: taggedOperand(tag, value),
  }
}

/** The property, or one of its values, begins with `value` ([MS-OXCDATA] 2.12.4). */
export function startsWith(
  tag: SearchableTag,
  value: string | Uint8Array,
  options: Omit<ContentOptions, 'match'> = {},
): ContentRestriction {
  return contains(tag, value, { ...options, match: 'prefix' })
}

/** Compares a property with a value; `relOp` is one of {@link RelOp} ([MS-OXCDATA] 2.12.5). */
export function compare<V>(
  tag: PropertyTag<V>,
  relOp: number,
  value: NoInfer<Operand<V>>,
): PropertyRestriction {
  return { kind: 'property', relOp, tag, value: taggedOperand(tag, value as PropertyValue) }
}

/** The property equals `value`; text compares by the collation of the store ([MS-OXCDATA] 2.12.5). */
export function equals<V>(tag: PropertyTag<V>, value: NoInfer<Operand<V>>): PropertyRestriction {
  return compare(tag, RelOp.RELOP_EQ, value)
}

export function notEquals<V>(tag: PropertyTag<V>, value: NoInfer<Operand<V>>): PropertyRestriction {
  return compare(tag, RelOp.RELOP_NE, value)
}

export function lessThan<V>(tag: PropertyTag<V>, value: NoInfer<Operand<V>>): PropertyRestriction {
  return compare(tag, RelOp.RELOP_LT, value)
}

export function atMost<V>(tag: PropertyTag<V>, value: NoInfer<Operand<V>>): PropertyRestriction {
  return compare(tag, RelOp.RELOP_LE, value)
}

export function greaterThan<V>(tag: PropertyTag<V>, value: NoInfer<Operand<V>>): PropertyRestriction {
  return compare(tag, RelOp.RELOP_GT, value)
}

export function atLeast<V>(tag: PropertyTag<V>, value: NoInfer<Operand<V>>): PropertyRestriction {
  return compare(tag, RelOp.RELOP_GE, value)
}

/** The time is earlier than `time`. */
export function before(tag: PropertyTag<FileTime>, time: FileTime): PropertyRestriction {
  return lessThan(tag, time)
}

/** The time is later than `time`. */
export function after(tag: PropertyTag<FileTime>, time: FileTime): PropertyRestriction {
  return greaterThan(tag, time)
}

/** The property is an entry ID of a member of the distribution list with this entry ID ([MS-OXCDATA] 2.12.5). */
export function memberOf(tag: PropertyTag<Uint8Array>, listEntryId: Uint8Array): PropertyRestriction {
  return compare(tag, RelOp.RELOP_MEMBER_OF_DL, listEntryId)
}

/** Compares two properties of the same object; `relOp` is one of {@link RelOp} ([MS-OXCDATA] 2.12.6). */
export function compareProperties<V>(
  tag1: PropertyTag<V>,
  relOp: number,
  tag2: PropertyTag<NoInfer<V>>,
): ComparePropertiesRestriction {
  return { kind: 'compareProperties', relOp, tag1, tag2 }
}

/** At least one of the bits of `mask` is set ([MS-OXCDATA] 2.12.7). */
export function anyBitSet(tag: PropertyTag<number>, mask: number): BitmaskRestriction {
  return { kind: 'bitmask', bitmapRelOp: BitmapRelOp.BMR_NEZ, tag, mask: mask >>> 0 }
}

/** None of the bits of `mask` is set ([MS-OXCDATA] 2.12.7). */
export function noBitSet(tag: PropertyTag<number>, mask: number): BitmaskRestriction {
  return { kind: 'bitmask', bitmapRelOp: BitmapRelOp.BMR_EQZ, tag, mask: mask >>> 0 }
}

/** Compares the size of a value in bytes; `relOp` is one of {@link RelOp} ([MS-OXCDATA] 2.12.8). */
export function compareSize(tag: PropertyTag<unknown>, relOp: number, size: number): SizeRestriction {
  return { kind: 'size', relOp, tag, size }
}

/** The property is there ([MS-OXCDATA] 2.12.9). */
export function exists(tag: PropertyTag<unknown>): ExistRestriction {
  return { kind: 'exist', tag }
}

/** One of the message's recipients meets `restriction` ([MS-OXCDATA] 2.12.10). */
export function anyRecipient(restriction: Restriction): SubObjectRestriction {
  return { kind: 'subObject', tag: PidTagMessageRecipients, restriction }
}

/** One of the message's attachments meets `restriction` ([MS-OXCDATA] 2.12.10). */
export function anyAttachment(restriction: Restriction): SubObjectRestriction {
  return { kind: 'subObject', tag: PidTagMessageAttachments, restriction }
}

/** `restriction` with properties that only the client looks at ([MS-OXCDATA] 2.12.11). */
export function comment(properties: readonly TaggedValue[], restriction?: Restriction): CommentRestriction {
  return restriction === undefined
    ? { kind: 'comment', properties }
    : { kind: 'comment', properties, restriction }
}

/** `restriction`, for at most `count` objects ([MS-OXCDATA] 2.12.12). */
export function limit(count: number, restriction: Restriction): CountRestriction {
  return { kind: 'count', count, restriction }
}

/** A value under the tag that says its type: the single type for one value of a multiple-valued property. */
function taggedOperand(tag: PropertyTag<unknown>, value: PropertyValue): TaggedValue {
  const type = tagType(tag)
  const isSingle = isMultivalueInstance(type) || (isMultiple(type) && !Array.isArray(value))
  return { tag: isSingle ? withType(tag, baseType(type)) : (tag as PropertyTag), value }
}
