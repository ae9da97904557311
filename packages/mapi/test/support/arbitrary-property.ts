import fc, { type Arbitrary } from 'fast-check'
import type { PropertyName } from '../../src/property/name.ts'
import type { Columns } from '../../src/property/row.ts'
import { type PropertyTag, propertyTag, tagType } from '../../src/property/tag.ts'
import type { TaggedValue } from '../../src/property/tagged-value.ts'
import {
  cellType,
  MULTIPLE_FLAG,
  MULTIVALUE_INSTANCE_FLAG,
  type PropertyType,
  PtypBinary,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypGuid,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypNull,
  PtypObject,
  PtypRestriction,
  PtypRuleAction,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
  PtypUnspecified,
} from '../../src/property/type.ts'
import { type Cell, PropertyError, type PropertyValue } from '../../src/property/value.ts'
import {
  arbitraryBytes,
  arbitraryF32,
  arbitraryF64,
  arbitraryGuid,
  arbitraryI16,
  arbitraryI32,
  arbitraryI64,
  arbitraryString,
  arbitraryString8,
  arbitraryU16,
  arbitraryU32,
  arbitraryU64,
  MAX_ITEMS,
  registeredArbitrary,
} from './arbitrary-codec.ts'
import { arbitraryRestriction } from './arbitrary-restriction.ts'
import { arbitraryRuleActions } from './arbitrary-rule.ts'

/** How deep random restrictions and rule actions go, and in which layout they must fit. */
export interface ValueOptions {
  /** Width in bytes of counts ([MS-OXCDATA] 2.11.1.1): 2 in ROP buffers, 4 in extended rules. */
  readonly width?: 2 | 4
  /** How many levels of values within values there may be; 2 by default. */
  readonly depth?: number
}

/** The types that multiple-valued types exist of. */
const REPEATABLE_TYPES: readonly PropertyType[] = [
  PtypInteger16,
  PtypInteger32,
  PtypFloating32,
  PtypFloating64,
  PtypCurrency,
  PtypFloatingTime,
  PtypInteger64,
  PtypString8,
  PtypString,
  PtypTime,
  PtypGuid,
  PtypBinary,
]

/** The single-valued types that stand on their own: no PtypUnspecified. */
export const SINGLE_TYPES: readonly PropertyType[] = [
  ...REPEATABLE_TYPES,
  PtypNull,
  PtypErrorCode,
  PtypBoolean,
  PtypObject,
  PtypServerId,
  PtypRestriction,
  PtypRuleAction,
]

/** All types that values have, but for PtypUnspecified. */
export const VALUE_TYPES: readonly PropertyType[] = [
  ...SINGLE_TYPES,
  ...REPEATABLE_TYPES.map((type) => type | MULTIPLE_FLAG),
]

/** Types whose values hold no other values. */
const FLAT_TYPES = VALUE_TYPES.filter((type) => type !== PtypRestriction && type !== PtypRuleAction)

function typesFor(depth: number): Arbitrary<PropertyType> {
  return fc.constantFrom(...(depth > 0 ? VALUE_TYPES : FLAT_TYPES))
}

/** Values of a property type. */
export function arbitraryValue(type: PropertyType, options: ValueOptions = {}): Arbitrary<PropertyValue> {
  const { depth = 2, width = 2 } = options
  const inner = { depth: depth - 1, width }
  switch (type) {
    case PtypUnspecified:
      return typesFor(depth).chain((found) =>
        fc.record({ type: fc.constant(found), value: arbitraryValue(found, options) }),
      )
    case PtypNull:
      return fc.constant(null)
    case PtypInteger16:
      return arbitraryI16
    case PtypInteger32:
      return arbitraryI32
    case PtypFloating32:
      return arbitraryF32
    case PtypFloating64:
    case PtypFloatingTime:
      return arbitraryF64
    case PtypCurrency:
    case PtypInteger64:
      return arbitraryI64
    case PtypErrorCode:
      return arbitraryU32
    case PtypBoolean:
      return fc.boolean()
    case PtypString8:
      return arbitraryString8
    case PtypString:
      return arbitraryString
    case PtypTime:
      return arbitraryU64
    case PtypGuid:
      return arbitraryGuid
    case PtypBinary:
    case PtypObject:
      return arbitraryBytes()
    case PtypServerId:
      return registeredArbitrary('ServerId')
    case PtypRestriction:
      return arbitraryRestriction(inner)
    case PtypRuleAction:
      return arbitraryRuleActions(inner)
  }
  const single = type & ~MULTIPLE_FLAG
  if (single !== type && REPEATABLE_TYPES.includes(single)) {
    return fc.array(arbitraryValue(single, options), { maxLength: MAX_ITEMS }) as Arbitrary<PropertyValue>
  }
  throw new Error(`no values of type 0x${type.toString(16)}`)
}

/** Tags with any ID, of the given type or of any that has values. */
export function arbitraryTag(type?: PropertyType): Arbitrary<PropertyTag> {
  const types = type === undefined ? fc.constantFrom(...VALUE_TYPES) : fc.constant(type)
  return fc.tuple(arbitraryU16, types).map(([id, found]) => propertyTag(id, found))
}

/** A tag with a value of its type; `type` narrows it to one. */
export function arbitraryTaggedValue(
  options: ValueOptions & { readonly type?: PropertyType } = {},
): Arbitrary<TaggedValue> {
  const { depth = 2, type } = options
  return (type === undefined ? typesFor(depth) : fc.constant(type)).chain((found) =>
    fc.record({ tag: arbitraryTag(found), value: arbitraryValue(found, options) }),
  )
}

/** Some properties, no tag twice. */
export function arbitraryProperties(options: ValueOptions = {}): Arbitrary<readonly TaggedValue[]> {
  return fc.uniqueArray(arbitraryTaggedValue(options), { maxLength: MAX_ITEMS, selector: ({ tag }) => tag })
}

/** A cell of a row: mostly a value, sometimes an error or nothing. */
export function arbitraryCell(type: PropertyType, options: ValueOptions = {}): Arbitrary<Cell> {
  return fc.oneof(
    { weight: 4, arbitrary: arbitraryValue(type, options) },
    { weight: 1, arbitrary: arbitraryU32.map((code) => new PropertyError(code)) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}

/** One cell for each column. */
export function arbitraryRow(columns: Columns, options: ValueOptions = {}): Arbitrary<Cell[]> {
  return fc.tuple(...columns.map((tag) => arbitraryCell(cellType(tagType(tag)), options)))
}

/** Some columns, and among them such that have a cell per value (multivalue instances) and such without a type. */
export const arbitraryColumns: Arbitrary<PropertyTag[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: arbitraryTag() },
    { weight: 1, arbitrary: arbitraryTag(PtypUnspecified) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...REPEATABLE_TYPES)
        .chain((type) => arbitraryTag(type | MULTIPLE_FLAG | MULTIVALUE_INSTANCE_FLAG)),
    },
  ),
  { maxLength: 6 },
)

/** Names of named properties of both kinds. */
export const arbitraryPropertyName: Arbitrary<PropertyName> = fc.oneof<Arbitrary<PropertyName>[]>(
  fc.record({ kind: fc.constant('lid' as const), set: arbitraryGuid, lid: arbitraryU32 }),
  fc.record({ kind: fc.constant('name' as const), set: arbitraryGuid, name: arbitraryString }),
)
