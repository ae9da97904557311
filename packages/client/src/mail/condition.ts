import {
  anyAttachment,
  anyBitSet,
  anyRecipient,
  type ContentOptions,
  compare,
  exists as existsTag,
  type FileTime,
  MessageFlags,
  contains as mapiContains,
  noBitSet,
  type Operand,
  PidTagAttachLongFilename,
  PidTagDisplayName,
  PidTagHasAttachments,
  PidTagMessageFlags,
  PidTagSmtpAddress,
  type PropertyTag,
  RelOp,
  type Restriction,
  type SearchableTag,
} from '@bourse/mapi'
import { isNamed, type Property, type TagResolver } from './property.ts'
import { type Comparable, type TimeLike, toFileTime, toPropertyValue } from './time.ts'

/** A condition on named properties, whose tags are known only once it is known in which store to look. */
export interface NamedCondition {
  readonly kind: 'named'
  resolve(tags: TagResolver): Promise<Restriction>
}

/**
 * What is looked for: a restriction of `@bourse/mapi`, or one on named properties. Made with the functions of this module;
 * restrictions made by hand are conditions too.
 */
export type Condition = Restriction | NamedCondition

/** A property that holds text or bytes, one or many. */
export type SearchableProperty =
  | Property<string>
  | Property<readonly string[]>
  | Property<Uint8Array>
  | Property<readonly Uint8Array[]>

/** The restriction that a condition is in one store. */
export async function toRestriction(condition: Condition, tags: TagResolver): Promise<Restriction> {
  return condition.kind === 'named' ? condition.resolve(tags) : condition
}

/** All conditions are met; so they are if there are none. */
export function and(...conditions: readonly Condition[]): Condition {
  return combined(conditions, (restrictions) => ({ kind: 'and', restrictions }))
}

/** One of the conditions is met. */
export function or(...conditions: readonly Condition[]): Condition {
  return combined(conditions, (restrictions) => ({ kind: 'or', restrictions }))
}

/** The condition is not met. */
export function not(condition: Condition): Condition {
  return combined([condition], ([restriction]) => ({ kind: 'not', restriction: restriction! }))
}

/**
 * Text that stands anywhere in the property or in one of its values, whatever its letter case; `options` make it stricter or looser.
 *
 * ```ts
 * contains(PidTagSubject, 'invoice')
 * ```
 */
export function contains(
  property: SearchableProperty,
  value: string | Uint8Array,
  options?: ContentOptions,
): Condition {
  return on(property as Property<string>, (tag) => mapiContains(tag as SearchableTag, value, options))
}

/** The property, or one of its values, begins with the text. */
export function startsWith(
  property: SearchableProperty,
  value: string | Uint8Array,
  options: Omit<ContentOptions, 'match'> = {},
): Condition {
  return contains(property, value, { ...options, match: 'prefix' })
}

/** The property is `value`; of a multiple-valued one, one of its values. Text compares as the store orders it. */
export function equals<V>(property: Property<V>, value: Comparable<NoInfer<Operand<V>>>): Condition {
  return compared(property, RelOp.RELOP_EQ, value)
}

/** The property is there and is not `value`. */
export function notEquals<V>(property: Property<V>, value: Comparable<NoInfer<Operand<V>>>): Condition {
  return compared(property, RelOp.RELOP_NE, value)
}

export function lessThan<V>(property: Property<V>, value: Comparable<NoInfer<Operand<V>>>): Condition {
  return compared(property, RelOp.RELOP_LT, value)
}

export function atMost<V>(property: Property<V>, value: Comparable<NoInfer<Operand<V>>>): Condition {
  return compared(property, RelOp.RELOP_LE, value)
}

export function greaterThan<V>(property: Property<V>, value: Comparable<NoInfer<Operand<V>>>): Condition {
  return compared(property, RelOp.RELOP_GT, value)
}

export function atLeast<V>(property: Property<V>, value: Comparable<NoInfer<Operand<V>>>): Condition {
  return compared(property, RelOp.RELOP_GE, value)
}

/** The time is earlier than `time`. */
export function before(property: Property<FileTime>, time: TimeLike): Condition {
  return on(property, (tag) => compare(tag, RelOp.RELOP_LT, toFileTime(time)))
}

/** The time is later than `time`. */
export function after(property: Property<FileTime>, time: TimeLike): Condition {
  return on(property, (tag) => compare(tag, RelOp.RELOP_GT, toFileTime(time)))
}

/** The time is `from` or later, and earlier than `to`. */
export function between(property: Property<FileTime>, from: TimeLike, to: TimeLike): Condition {
  return and(
    on(property, (tag) => compare(tag, RelOp.RELOP_GE, toFileTime(from))),
    before(property, to),
  )
}

/** The property is there. */
export function exists(property: Property): Condition {
  return on(property, (tag) => existsTag(tag))
}

/** The property has at least one of the bits of `mask`. */
export function hasAnyBit(property: Property<number>, mask: number): Condition {
  return on(property, (tag) => anyBitSet(tag, mask))
}

/** The property is there and has none of the bits of `mask`. */
export function hasNoBit(property: Property<number>, mask: number): Condition {
  return on(property, (tag) => noBitSet(tag, mask))
}

/** The message has not been read. */
export function isUnread(): Condition {
  return noBitSet(PidTagMessageFlags, MessageFlags.Read)
}

/** The message has attachments that people see, one of them with this in its name if a name is given. */
export function hasAttachment(name?: string): Condition {
  return name === undefined
    ? compare(PidTagHasAttachments, RelOp.RELOP_EQ, true)
    : anyAttachment(mapiContains(PidTagAttachLongFilename, name))
}

/** One of the recipients has this in their name or address. */
export function hasRecipient(nameOrAddress: string): Condition {
  return anyRecipient({
    kind: 'or',
    restrictions: [
      mapiContains(PidTagDisplayName, nameOrAddress),
      mapiContains(PidTagSmtpAddress, nameOrAddress),
    ],
  })
}

function compared<V>(property: Property<V>, relOp: number, value: unknown): Condition {
  return on(property, (tag) => compare(tag, relOp, toPropertyValue(value) as Operand<V>))
}

/** A condition on one property. */
function on<V>(property: Property<V>, restriction: (tag: PropertyTag<V>) => Restriction): Condition {
  if (!isNamed(property)) return restriction(property)
  return { kind: 'named', resolve: async (tags) => restriction(await tags.tag(property)) }
}

function combined(
  conditions: readonly Condition[],
  combine: (restrictions: readonly Restriction[]) => Restriction,
): Condition {
  if (conditions.every((condition) => condition.kind !== 'named')) return combine(conditions as Restriction[])
  return {
    kind: 'named',
    resolve: async (tags) =>
      combine(await Promise.all(conditions.map((condition) => toRestriction(condition, tags)))),
  }
}
