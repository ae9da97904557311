import {
  type AddressBookOrder,
  type Cell,
  type Columns,
  ErrorCode,
  MapiError,
  Order,
  PidTagAddressBookPhoneticDisplayName,
  PidTagDisplayName,
  type PropertyTag,
  PtypString8,
  RelOp,
  type Restriction,
  type RowSource,
  type SortOrderSet,
  tagId,
  tagType,
} from '@bourse/mapi'
import { ENTRY_TAGS } from '../entry/entry-properties.ts'
import { lowerBound, orderText } from '../index/order-index.ts'
import { requireSupported } from '../restriction/evaluate.ts'
import { matchingIds } from '../restriction/matching.ts'
import { comparerFor } from '../text/collation.ts'
import { DEFAULT_ENTRY_COLUMNS } from './columns.ts'
import type { AddressBookView } from './view.ts'

/** The order that a sort order set stands for. Throws `TooComplex` for any other than by one of the display names, ascending. */
export function addressBookOrder(order: SortOrderSet | undefined, usual: AddressBookOrder): AddressBookOrder {
  if (order === undefined || order.sortOrders.length === 0) return usual
  const [key, ...more] = order.sortOrders
  if (more.length === 0 && key!.order === Order.Ascending) {
    if (tagId(key!.tag) === tagId(PidTagDisplayName)) return 'displayName'
    if (tagId(key!.tag) === tagId(PidTagAddressBookPhoneticDisplayName)) return 'phoneticDisplayName'
  }
  throw new MapiError(ErrorCode.TooComplex)
}

/** Entries of the address book as rows of a table: `ids` gives them in an order. */
export function entrySource(
  view: AddressBookView,
  usual: AddressBookOrder,
  ids: (order: AddressBookOrder) => Promise<readonly number[]>,
): RowSource {
  const { base } = view
  return {
    defaultColumns: DEFAULT_ENTRY_COLUMNS,
    async version() {
      await base.refresh()
      return base.index.version
    },
    availableColumns: (): readonly PropertyTag[] => ENTRY_TAGS,
    rows: async (order) => ids(addressBookOrder(order, usual)),
    async matching(rows, restriction) {
      requireSupported(restriction)
      return matchingIds(rows, restriction, view.restrictionContext(), base)
    },
    firstMatch: (rows, order, restriction) =>
      firstAtLeast(view, rows, addressBookOrder(order, usual), restriction),
    cells: (rows: readonly number[], columns: Columns): Promise<readonly (readonly Cell[] | undefined)[]> =>
      view.cells(rows, columns),
    onChange: (listener) => base.onChange(listener),
  }
}

/** "The name sorted by is this or comes after it", which NspiSeekEntries asks ([MS-OXNSPI] 3.1.4.1.9), needs no looking at all rows. */
function firstAtLeast(
  view: AddressBookView,
  rows: readonly number[],
  order: AddressBookOrder,
  restriction: Restriction,
): number | undefined {
  if (restriction.kind !== 'property' || restriction.relOp !== RelOp.RELOP_GE) return undefined
  const sortedBy = order === 'displayName' ? PidTagDisplayName : PidTagAddressBookPhoneticDisplayName
  const { tag, value } = restriction.value
  // Entries without a phonetic name are sorted by their display name, but have none to compare.
  if (order !== 'displayName' || tagId(restriction.tag) !== tagId(sortedBy) || typeof value !== 'string')
    return undefined
  const text = tagType(tag) === PtypString8 ? view.string8.decode(value) : value
  return indexAtLeast(view, rows, order, text, view.localeId)
}

/** The index of the first of ordered entries whose name is a text or comes after it; their number if there is none. */
export function indexAtLeast(
  { base }: AddressBookView,
  ids: readonly number[],
  order: AddressBookOrder,
  text: string,
  localeId: number,
): number {
  const { summaries } = base.index
  const compare = comparerFor(localeId)
  return lowerBound(ids.length, (i) => {
    const summary = summaries.get(ids[i]!)
    return summary !== undefined && compare(orderText(summary, order), text) < 0
  })
}
