import {
  type Cell,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypNull,
  PtypObject,
  PtypString,
  PtypString8,
  PtypUnspecified,
  type Restriction,
  type TaggedValue,
  type TypedValue,
  tagType,
} from '@bourse/mapi'
import type { CodecValue } from '@bourse/mapi/bytes'
import fc, { type Arbitrary } from 'fast-check'
import {
  arbitraryCell,
  arbitraryOf,
  arbitraryRestriction,
  arbitraryTag,
  arbitraryTaggedValue,
  registerArbitrary,
  registerDependentArbitrary,
  VALUE_TYPES,
} from '../../../mapi/test/support/arbitrary.ts'
import { type columnsAndRows, nspiRequestTypes } from '../../src/nspi/index.ts'

const NOTHING = new Uint8Array(0)

/** Whether a HasValue precedes values of this type. */
export function hasHasValue(type: number): boolean {
  return type === PtypString || type === PtypString8 || type === PtypBinary || (type & 0x1000) !== 0
}

/** The values that come back as they went: those of embedded tables have no bytes. */
function fitting(type: number, value: PropertyValue): PropertyValue {
  return type === PtypObject ? NOTHING : value
}

export const arbitraryAddressBookValue: Arbitrary<TaggedValue> = arbitraryTaggedValue({ width: 4 }).chain(
  ({ tag, value }) => {
    const type = tagType(tag)
    const present = fc.constant({ tag, value: fitting(type, value) })
    return hasHasValue(type)
      ? fc.oneof({ weight: 5, arbitrary: present }, fc.constant({ tag, value: null }))
      : present
  },
)

function fittingTagged({ tag, value }: TaggedValue): TaggedValue {
  return { tag, value: fitting(tagType(tag), value) }
}

function fittingRestriction(restriction: Restriction): Restriction {
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return { ...restriction, restrictions: restriction.restrictions.map(fittingRestriction) }
    case 'not':
    case 'subObject':
    case 'count':
      return { ...restriction, restriction: fittingRestriction(restriction.restriction) }
    case 'content':
    case 'property':
      return { ...restriction, value: fittingTagged(restriction.value) }
    case 'comment': {
      const properties = restriction.properties.map(fittingTagged)
      return restriction.restriction === undefined
        ? { ...restriction, properties }
        : { ...restriction, properties, restriction: fittingRestriction(restriction.restriction) }
    }
    default:
      return restriction
  }
}

/** The types that columns have here: all that have values, and PtypUnspecified. */
const COLUMN_TYPES = [PtypUnspecified, ...VALUE_TYPES.filter((type) => type !== PtypNull)]

export const arbitraryColumns: Arbitrary<readonly PropertyTag[]> = fc.array(
  fc.constantFrom(...COLUMN_TYPES).chain((type) => arbitraryTag(type)),
  { maxLength: 5 },
)

function fittingCell(type: number, cell: Cell): Cell {
  if (cell === undefined || cell instanceof PropertyError) return cell
  if (type !== PtypUnspecified) return fitting(type, cell)
  const typed = cell as TypedValue
  return typed.type === PtypNull ? undefined : { type: typed.type, value: fitting(typed.type, typed.value) }
}

export function arbitraryRow(columns: readonly PropertyTag<unknown>[]): Arbitrary<readonly Cell[]> {
  const cells = columns.map((tag) => {
    const type = tagType(tag)
    return arbitraryCell(type, { width: 4, depth: 1 }).map((cell) => fittingCell(type, cell))
  })
  return fc.tuple(...cells)
}

registerArbitrary('AddressBookTaggedPropertyValue', () => arbitraryAddressBookValue)
registerArbitrary('AddressBookRestriction', () => arbitraryRestriction({ width: 4 }).map(fittingRestriction))
/** Columns with rows that fit them. */
export const arbitraryColumnsAndRows: Arbitrary<CodecValue<typeof columnsAndRows>> = arbitraryColumns.chain(
  (columns) =>
    fc.record({ columns: fc.constant(columns), rows: fc.array(arbitraryRow(columns), { maxLength: 3 }) }),
)

// Columns at random are mostly of types that do not exist, and then there are no rows.
registerDependentArbitrary('RowData', ({ columns }: { readonly columns: readonly PropertyTag[] }) =>
  columns.every((tag) => COLUMN_TYPES.includes(tagType(tag)))
    ? fc.array(arbitraryRow(columns), { maxLength: 3 })
    : fc.constant<(readonly Cell[])[]>([]),
)
for (const { name, success, failure } of Object.values(nspiRequestTypes)) {
  registerArbitrary(`${name} response`, () =>
    fc.oneof(
      { weight: 4, arbitrary: arbitraryOf<object>(success).map((body) => ({ kind: 'success', ...body })) },
      {
        weight: 1,
        arbitrary: arbitraryOf<{ readonly statusCode: number }>(failure)
          .filter(({ statusCode }) => statusCode !== 0)
          .map((body) => ({ kind: 'failure', ...body })),
      },
    ),
  )
}
