import {
  type FileTime,
  isMultivalueInstance,
  MULTIVALUE_INSTANCE_FLAG,
  Order,
  PidTagMessageDeliveryTime,
  PidTagRead,
  type PropertyTag,
  type PropertyValue,
  type Restriction,
  type SortOrderSet,
  tagType,
  withType,
} from '@bourse/mapi'
import { evaluate } from '../../src/table/evaluate.ts'
import { foldCase, sortKey } from '../../src/table/fold.ts'
import { type Entries, subjectOf } from './subjects.ts'

/** A message as the model knows it. */
export interface ModelMessage {
  readonly mid: number
  readonly isRead: boolean
  readonly entries: Entries
}

/** A row of the model's table: a message in one of its rows, or a heading. */
export type ModelRow =
  | { readonly mid: number; readonly instance: number }
  | {
      readonly heading: readonly unknown[]
      readonly count: number
      readonly unread: number
      readonly open: boolean
    }

type Key = number | bigint | string | null

function propertyValueOf(
  message: ModelMessage,
  tag: PropertyTag<unknown>,
  instance: number,
): PropertyValue | undefined {
  const type = tagType(tag)
  const held = isMultivalueInstance(type) ? withType(tag, type & ~MULTIVALUE_INSTANCE_FLAG) : tag
  if (held === PidTagRead) return message.isRead
  const value = message.entries.find(([one]) => one === held)?.[1]
  return isMultivalueInstance(type) && Array.isArray(value)
    ? (value[Math.max(instance - 1, 0)] as never)
    : value
}

function keyOf(value: PropertyValue | undefined, isCategory: boolean): Key {
  if (value === undefined) return null
  if (typeof value === 'string') return isCategory ? `${sortKey(value)}\0${foldCase(value)}` : sortKey(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return value as number | bigint
}

function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}

/** The rows of a table over these messages, worked out in the plainest way. */
export function modelRows(
  messages: Iterable<ModelMessage>,
  restriction: Restriction | undefined,
  order: SortOrderSet,
  toggled: ReadonlySet<string> = new Set(),
): ModelRow[] {
  const set =
    order.sortOrders.length > 0
      ? order
      : {
          sortOrders: [{ tag: PidTagMessageDeliveryTime as PropertyTag<unknown>, order: Order.Descending }],
          categorizedCount: 0,
          expandedCount: 0,
        }
  const { sortOrders, categorizedCount: depth } = set
  const extreme = sortOrders[depth]
  const hasExtreme = extreme?.order === Order.MaximumCategory || extreme?.order === Order.MinimumCategory
  const fields = sortOrders.slice(hasExtreme ? depth + 1 : depth)
  const instances = sortOrders.find(({ tag }) => isMultivalueInstance(tagType(tag)))?.tag

  const rows = [...messages]
    .filter((message) => {
      const entries: Entries = [...message.entries, [PidTagRead, message.isRead]]
      return restriction === undefined || evaluate(restriction, subjectOf(entries))
    })
    .flatMap((message) => {
      const all =
        instances === undefined
          ? undefined
          : message.entries.find(
              ([tag]) => tag === withType(instances, tagType(instances) & ~MULTIVALUE_INSTANCE_FLAG),
            )
      const values = all?.[1] as readonly unknown[] | undefined
      if (values === undefined || values.length === 0) return [{ message, instance: 0 }]
      return values.map((_, i) => ({ message, instance: i + 1 }))
    })
  type Leaf = (typeof rows)[number]

  // The text of the last field that is missing is like an empty one, where the database keeps keys.
  const leafKey = (row: Leaf, tag: PropertyTag<unknown>): Key => {
    const key = keyOf(propertyValueOf(row.message, tag, row.instance), false)
    const isKeyColumn = tag === 0x0e1d001f || tag === 0x0042001f
    return key === null && isKeyColumn ? '' : key
  }
  const newestFirst = set === order && fields[0]?.order === Order.Descending
  const sorted = rows.toSorted((a, b) => {
    for (const { tag, order: direction } of fields) {
      const result = compareKeys(leafKey(a, tag), leafKey(b, tag))
      if (result !== 0) return direction === Order.Descending ? -result : result
    }
    const result = a.message.mid - b.message.mid || a.instance - b.instance
    return newestFirst ? -result : result
  })

  const build = (level: number, path: readonly Key[], within: readonly Leaf[]): ModelRow[] => {
    if (level === depth) return within.map(({ message, instance }) => ({ mid: message.mid, instance }))
    const { tag, order: direction } = sortOrders[level]!
    const groups = Map.groupBy(within, (row) => keyOf(propertyValueOf(row.message, tag, row.instance), true))
    const extremeOf = (leaves: readonly Leaf[]): Key => {
      const keys = leaves.map((row) => keyOf(propertyValueOf(row.message, extreme!.tag, row.instance), false))
      return keys.toSorted(compareKeys).at(extreme!.order === Order.MaximumCategory ? -1 : 0)!
    }
    const sign = direction === Order.Descending ? -1 : 1
    const entries = [...groups].toSorted(([a, leavesA], [b, leavesB]) => {
      const byExtreme =
        hasExtreme && level === depth - 1 ? compareKeys(extremeOf(leavesA), extremeOf(leavesB)) : 0
      return sign * (byExtreme || compareKeys(a, b))
    })
    return entries.flatMap(([key, leaves]) => {
      const heading = [...path, key]
      const isOpenAtFirst = level < set.expandedCount
      const open = toggled.has(pathKey(heading)) ? !isOpenAtFirst : isOpenAtFirst
      const row: ModelRow = {
        heading,
        count: leaves.length,
        unread: leaves.filter(({ message }) => !message.isRead).length,
        open,
      }
      return [row, ...(open ? build(level + 1, heading, leaves) : [])]
    })
  }
  return build(0, [], sorted)
}

export function pathKey(path: readonly unknown[]): string {
  return path.map((key) => `${typeof key}:${key}`).join('|')
}

export type { FileTime }
