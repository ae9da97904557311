import type { PropertyTag } from '../property/tag.ts'
import type { TaggedValue } from '../property/tagged-value.ts'

/**
 * A condition on the properties of a message, folder, recipient or address book entry
 * ([MS-OXCDATA] 2.12). Tell the kinds apart by `kind`; make them with the functions of `builder.ts`.
 */
export type Restriction =
  | AndRestriction
  | OrRestriction
  | NotRestriction
  | ContentRestriction
  | PropertyRestriction
  | ComparePropertiesRestriction
  | BitmaskRestriction
  | SizeRestriction
  | ExistRestriction
  | SubObjectRestriction
  | CommentRestriction
  | CountRestriction

/** True if all of its restrictions are; true without any ([MS-OXCDATA] 2.12.1). */
export interface AndRestriction {
  readonly kind: 'and'
  readonly restrictions: readonly Restriction[]
}

/** True if one of its restrictions is; false without any ([MS-OXCDATA] 2.12.2). */
export interface OrRestriction {
  readonly kind: 'or'
  readonly restrictions: readonly Restriction[]
}

/** True if its restriction is not ([MS-OXCDATA] 2.12.3). */
export interface NotRestriction {
  readonly kind: 'not'
  readonly restriction: Restriction
}

/** Looks for a string or bytes in a property ([MS-OXCDATA] 2.12.4). */
export interface ContentRestriction {
  readonly kind: 'content'
  /** How much of the property must match: one of {@link FuzzyLevel}. */
  readonly fuzzyLevelLow: number
  /** Bits of {@link FuzzyOption}. */
  readonly fuzzyLevelHigh: number
  /** The property to look in; of a multiple-valued one, every value. */
  readonly tag: PropertyTag<unknown>
  /** What to look for. Its tag gives its type, which is the single one where `tag` is multiple-valued. */
  readonly value: TaggedValue
}

/** Compares a property with a value ([MS-OXCDATA] 2.12.5). */
export interface PropertyRestriction {
  readonly kind: 'property'
  /** One of {@link RelOp}: property on the left, value on the right. */
  readonly relOp: number
  /** The property to compare; of a multiple-valued one, every value. */
  readonly tag: PropertyTag<unknown>
  /** What to compare with. Its tag gives its type, which is the single one where `tag` is multiple-valued. */
  readonly value: TaggedValue
}

/** Compares two properties of the same object ([MS-OXCDATA] 2.12.6). */
export interface ComparePropertiesRestriction {
  readonly kind: 'compareProperties'
  /** One of {@link RelOp}: `tag1` on the left, `tag2` on the right. */
  readonly relOp: number
  readonly tag1: PropertyTag<unknown>
  readonly tag2: PropertyTag<unknown>
}

/** Tests bits of a property ([MS-OXCDATA] 2.12.7). */
export interface BitmaskRestriction {
  readonly kind: 'bitmask'
  /** One of {@link BitmapRelOp}. */
  readonly bitmapRelOp: number
  /** A property of type PtypInteger32. */
  readonly tag: PropertyTag<unknown>
  /** The bits to look at, unsigned. */
  readonly mask: number
}

/** Compares the size of a property's value ([MS-OXCDATA] 2.12.8). */
export interface SizeRestriction {
  readonly kind: 'size'
  /** One of {@link RelOp}: size on the left, `size` on the right. */
  readonly relOp: number
  readonly tag: PropertyTag<unknown>
  /** In bytes. */
  readonly size: number
}

/** True if the property is there ([MS-OXCDATA] 2.12.9). */
export interface ExistRestriction {
  readonly kind: 'exist'
  readonly tag: PropertyTag<unknown>
}

/** True if one of the message's recipients or attachments meets a restriction ([MS-OXCDATA] 2.12.10). */
export interface SubObjectRestriction {
  readonly kind: 'subObject'
  /** PidTagMessageRecipients or PidTagMessageAttachments, which say what is looked through. */
  readonly tag: PropertyTag<unknown>
  readonly restriction: Restriction
}

/** A restriction with properties that mean something to the client only ([MS-OXCDATA] 2.12.11). */
export interface CommentRestriction {
  readonly kind: 'comment'
  readonly properties: readonly TaggedValue[]
  /** What the comment is about; without one the restriction is true. */
  readonly restriction?: Restriction
}

/** Stops after the first objects that meet a restriction ([MS-OXCDATA] 2.12.12). */
export interface CountRestriction {
  readonly kind: 'count'
  /** How many objects may match. */
  readonly count: number
  readonly restriction: Restriction
}

/** RestrictType, the first byte of every restriction ([MS-OXCDATA] 2.12). */
export const RestrictionType = {
  and: 0x00,
  or: 0x01,
  not: 0x02,
  content: 0x03,
  property: 0x04,
  compareProperties: 0x05,
  bitmask: 0x06,
  size: 0x07,
  exist: 0x08,
  subObject: 0x09,
  comment: 0x0a,
  count: 0x0b,
} as const satisfies Readonly<Record<Restriction['kind'], number>>

/** FuzzyLevelLow of a content restriction ([MS-OXCDATA] 2.12.4). */
export const FuzzyLevel = {
  /** The whole property matches. */
  FL_FULLSTRING: 0x0000,
  /** The value stands anywhere in the property. */
  FL_SUBSTRING: 0x0001,
  /** The property begins with the value. */
  FL_PREFIX: 0x0002,
} as const

/** FuzzyLevelHigh of a content restriction: bits; binary properties know none ([MS-OXCDATA] 2.12.4). */
export const FuzzyOption = {
  /** Upper and lower case are the same. */
  FL_IGNORECASE: 0x0001,
  /** Characters that only differ by marks such as accents are the same. */
  FL_IGNORENONSPACE: 0x0002,
  /** A match whatever differs that the server regards as of no weight: case and marks. */
  FL_LOOSE: 0x0004,
} as const

/** Relational operators ([MS-OXCDATA] 2.12.5, 2.12.6, 2.12.8). */
export const RelOp = {
  RELOP_LT: 0x00,
  RELOP_LE: 0x01,
  RELOP_GT: 0x02,
  RELOP_GE: 0x03,
  RELOP_EQ: 0x04,
  RELOP_NE: 0x05,
  /** The property matches a regular expression; servers need not know it. */
  RELOP_RE: 0x06,
  /** The property names a member of the distribution list that the value, an entry ID, stands for. */
  RELOP_MEMBER_OF_DL: 0x64,
} as const

/** Tests of a bitmask restriction ([MS-OXCDATA] 2.12.7). */
export const BitmapRelOp = {
  /** True if no bit of the mask is set. */
  BMR_EQZ: 0x00,
  /** True if one is. */
  BMR_NEZ: 0x01,
} as const
