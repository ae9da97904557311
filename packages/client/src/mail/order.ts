import { Order, type SortOrderSet } from '@bourse/mapi'
import type { Property, TagResolver } from './property.ts'

/** A property to order by. */
export interface OrderKey {
  readonly property: Property
  readonly direction: 'ascending' | 'descending'
}

/** One or more properties to order by, the most significant first. */
export type OrderBy = OrderKey | readonly OrderKey[]

/** Smaller, earlier, A first. */
export function asc(property: Property): OrderKey {
  return { property, direction: 'ascending' }
}

/** Larger, later, Z first. */
export function desc(property: Property): OrderKey {
  return { property, direction: 'descending' }
}

/** The sort order that keys are in one store. */
export async function toSortOrder(orderBy: OrderBy, tags: TagResolver): Promise<SortOrderSet> {
  const keys: readonly OrderKey[] = 'direction' in orderBy ? [orderBy] : orderBy
  const resolved = await tags.tags(keys.map(({ property }) => property))
  return {
    sortOrders: keys.map(({ direction }, i) => ({
      tag: resolved[i]!,
      order: direction === 'ascending' ? Order.Ascending : Order.Descending,
    })),
    categorizedCount: 0,
    expandedCount: 0,
  }
}
