import { type Codec, mapped, repeated, struct, u8, u16 } from '../bytes/index.ts'
import { type PropertyTag, tagType } from '../property/tag.ts'
import { propertyTagCodec } from '../property/tagged-value.ts'
import { isMultiple, isMultivalueInstance } from '../property/type.ts'

/** Order of a {@link SortOrder} ([MS-OXCDATA] 2.13.1). */
export const Order = {
  Ascending: 0x00,
  Descending: 0x01,
  /** TABLE_SORT_COMBINE of the MAPI reference; in no ROP. */
  Combine: 0x02,
  /** Orders the categories before it by the largest value of this column among their rows. */
  MaximumCategory: 0x04,
  /** The same by the smallest value: TABLE_SORT_CATEG_MIN of the MAPI reference, which the specification leaves out. */
  MinimumCategory: 0x08,
} as const

/** One key that rows are sorted by ([MS-OXCDATA] 2.13.1). */
export interface SortOrder {
  /** The column; of a multiple-valued property with the multivalue instance flag. */
  readonly tag: PropertyTag<unknown>
  /** One of {@link Order}. */
  readonly order: number
}

/** How the rows of a table are sorted and put into categories ([MS-OXCDATA] 2.13.2). */
export interface SortOrderSet {
  /** The keys, the most significant first; those of the categories lead. */
  readonly sortOrders: readonly SortOrder[]
  /** How many of the keys, from the first on, make a category each. */
  readonly categorizedCount: number
  /** How many of the categories, from the outermost on, are open at first. */
  readonly expandedCount: number
}

/** SortOrder structure ([MS-OXCDATA] 2.13.1), five bytes. */
export const sortOrder: Codec<SortOrder> = struct('SortOrder', { tag: propertyTagCodec, order: u8 })

/**
 * SortOrderSet structure ([MS-OXCDATA] 2.13.2); also what follows SortTableFlags in RopSortTable. Reads and writes any
 * counts: {@link sortOrderSetFault} says whether they make sense.
 */
export const sortOrderSet: Codec<SortOrderSet> = mapped(
  struct('SortOrderSet', {
    sortOrderCount: u16,
    categorizedCount: u16,
    expandedCount: u16,
    sortOrders: repeated((set: { readonly sortOrderCount: number }) => set.sortOrderCount, sortOrder),
  }),
  ({ sortOrders, categorizedCount, expandedCount }): SortOrderSet => ({
    sortOrders,
    categorizedCount,
    expandedCount,
  }),
  (set) => ({ ...set, sortOrderCount: set.sortOrders.length }),
)

/** Smaller values first. */
export function ascending(tag: PropertyTag<unknown>): SortOrder {
  return { tag, order: Order.Ascending }
}

/** Larger values first. */
export function descending(tag: PropertyTag<unknown>): SortOrder {
  return { tag, order: Order.Descending }
}

/** Categories in the order of the largest value of a column among their rows. Stands after the keys of the categories. */
export function maximumCategory(tag: PropertyTag<unknown>): SortOrder {
  return { tag, order: Order.MaximumCategory }
}

/** Rows without categories, sorted by the keys given. */
export function sortBy(...sortOrders: readonly SortOrder[]): SortOrderSet {
  return { sortOrders, categorizedCount: 0, expandedCount: 0 }
}

export interface CategorizeOptions {
  /** How many of the categories, from the outermost on, are open at first; all by default. */
  readonly expandedCount?: number
}

/** Rows in categories, one level per key of `categories`, and within them sorted by the keys of `rows`. */
export function categorizeBy(
  categories: readonly SortOrder[],
  rows: readonly SortOrder[] = [],
  { expandedCount = categories.length }: CategorizeOptions = {},
): SortOrderSet {
  return { sortOrders: [...categories, ...rows], categorizedCount: categories.length, expandedCount }
}

/**
 * What is wrong with a sort order set by the rules of [MS-OXCTABL] 2.2.2.3.1, in words for an error message, or
 * `undefined`.
 */
export function sortOrderSetFault(set: SortOrderSet): string | undefined {
  const { sortOrders, categorizedCount, expandedCount } = set
  if (categorizedCount > sortOrders.length) return 'more categories than sort orders'
  // Beyond the number of categories, all of them are expanded.
  if (expandedCount > sortOrders.length) return 'more expanded categories than sort orders'
  let multivalued = 0
  for (const [i, { tag, order }] of sortOrders.entries()) {
    const type = tagType(tag)
    if (isMultiple(type)) return 'a multiple-valued property without the multivalue instance flag'
    if (isMultivalueInstance(type) && i < categorizedCount) multivalued += 1
    if (order === Order.MaximumCategory || order === Order.MinimumCategory) {
      if (categorizedCount === 0 || i !== categorizedCount) {
        return 'a key for the order of categories that does not directly follow them'
      }
    } else if (order !== Order.Ascending && order !== Order.Descending) {
      return `unknown order ${order}`
    }
  }
  if (multivalued > 1) return 'more than one multiple-valued property among the categories'
  return undefined
}
