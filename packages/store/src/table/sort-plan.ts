import {
  baseType,
  descending,
  ErrorCode,
  isKnownType,
  isMultivalueInstance,
  MapiError,
  MULTIVALUE_INSTANCE_FLAG,
  Order,
  PidTagMessageDeliveryTime,
  type PropertyTag,
  type PropertyValue,
  PtypErrorCode,
  PtypNull,
  PtypObject,
  PtypRestriction,
  PtypRuleAction,
  PtypUnspecified,
  type SortOrderSet,
  sortBy,
  sortOrderSetFault,
  tagType,
  withType,
} from '@bourse/mapi'
import { unicodeTag } from '../object/property-types.ts'
import type { SqlValue } from '../storage/storage.ts'
import { categoryValueOf, compareSortValues, type SortValue, sortValueOf } from './collation.ts'
import { columnOf, columnSortValue, type MessageColumn, selectColumn } from './message-columns.ts'
import type { Subject } from './subject.ts'

/** One key that rows are sorted by. */
export interface SortField {
  /** Text in Unicode; the tag of all values where each of them has a row. */
  readonly tag: PropertyTag<unknown>
  /** The type of one value. */
  readonly type: number
  readonly descending: boolean
  /** The row's own one of several values counts. */
  readonly isInstance: boolean
  /** The column of `message` that holds it. */
  readonly column: MessageColumn | undefined
}

/** How the rows of a table are ordered, made of a sort order set. */
export interface SortPlan {
  /** The same for plans that are the same. */
  readonly key: string
  /** What categories are made by, the outermost first. */
  readonly categories: readonly SortField[]
  /** What the innermost categories are sorted by: the largest or smallest value among their rows. */
  readonly extreme: (SortField & { readonly isLargest: boolean }) | undefined
  /** How many levels of categories are open at first. */
  readonly expandedCount: number
  /** What rows are sorted by, within their category if there are any. */
  readonly fields: readonly SortField[]
  /** Rows that are alike in all of that come in the order of their messages, or the other way round. */
  readonly newestFirst: boolean
  /** The property that gives messages a row for each value. */
  readonly instanceTag: PropertyTag<unknown> | undefined
}

/** The order of a table that was not sorted, as in Exchange: what arrived last is first. What never arrived stays as it was made. */
const DEFAULT_ORDER = sortBy(descending(PidTagMessageDeliveryTime))

const NO_ORDER: ReadonlySet<number> = new Set([PtypNull, PtypObject, PtypRestriction, PtypRuleAction])

/**
 * Plans how to sort. Throws `InvalidParameter` for an order that makes no sense ([MS-OXCTABL] 2.2.2.3.1), `TooComplex` for properties
 * that have no order or when more than one of them is to have a row for each value.
 *
 * @param instanceTag A column that gives messages a row for each value.
 */
export function planSort(
  order: SortOrderSet | undefined,
  isPublic: boolean,
  instanceTag?: PropertyTag<unknown>,
): SortPlan {
  const set = order === undefined || order.sortOrders.length === 0 ? DEFAULT_ORDER : order
  if (sortOrderSetFault(set) !== undefined) throw new MapiError(ErrorCode.InvalidParameter)
  const instanceTags = new Set(instanceTag === undefined ? [] : [allValuesTag(instanceTag)])
  const fields = set.sortOrders.map(({ tag, order: direction }): SortField => {
    const type = tagType(tag)
    if (type === PtypUnspecified || type === PtypErrorCode || !isKnownType(baseType(type))) {
      throw new MapiError(ErrorCode.InvalidParameter)
    }
    if (NO_ORDER.has(type)) throw new MapiError(ErrorCode.TooComplex)
    const isInstance = isMultivalueInstance(type)
    const held = allValuesTag(tag)
    if (isInstance) instanceTags.add(held)
    return {
      tag: held,
      type: baseType(tagType(held)),
      descending: direction === Order.Descending,
      isInstance,
      column: isInstance ? undefined : columnOf(held, isPublic),
    }
  })
  if (instanceTags.size > 1) throw new MapiError(ErrorCode.TooComplex)
  const [instances] = instanceTags
  const { categorizedCount } = set
  const extremeOrder = set.sortOrders[categorizedCount]?.order
  const isLargest = extremeOrder === Order.MaximumCategory
  const hasExtreme = isLargest || extremeOrder === Order.MinimumCategory
  const rowFields = fields.slice(hasExtreme ? categorizedCount + 1 : categorizedCount)
  return {
    key: `${set === DEFAULT_ORDER ? 'default' : ''}${set.sortOrders.map(({ tag, order: direction }) => `${tag}:${direction}`).join()}/${categorizedCount}/${instances ?? ''}`,
    categories: fields.slice(0, categorizedCount),
    extreme: hasExtreme ? { ...fields[categorizedCount]!, isLargest } : undefined,
    expandedCount: set.expandedCount,
    fields: rowFields,
    newestFirst: set !== DEFAULT_ORDER && rowFields[0]?.descending === true,
    instanceTag: instances,
  }
}

/** The tag that a sort key's or column's property is held under: text in Unicode, all values of many. */
function allValuesTag(tag: PropertyTag<unknown>): PropertyTag<unknown> {
  return unicodeTag(withType(tag, tagType(tag) & ~MULTIVALUE_INSTANCE_FLAG))
}

/** How many rows a message has. */
export function instancesOf(plan: SortPlan, subject: Subject): number {
  if (plan.instanceTag === undefined) return 1
  const values = subject.value(plan.instanceTag)
  return Array.isArray(values) && values.length > 0 ? values.length : 1
}

/** The value that a row counts with for a field; rows of several of a message are numbered from 1. */
export function fieldValue(field: SortField, subject: Subject, instance: number): PropertyValue | undefined {
  const value = subject.value(field.tag)
  if (!field.isInstance || !Array.isArray(value)) return value
  return value[Math.max(instance - 1, 0)] as PropertyValue | undefined
}

/** What a row is sorted by, field by field. */
export function sortValues(fields: readonly SortField[], subject: Subject, instance: number): SortValue[] {
  return fields.map((field) => {
    const value = sortValueOf(fieldValue(field, subject, instance), field.type)
    // The column is empty where there is no text.
    return value === null && field.column?.kind === 'key' ? '' : value
  })
}

/** What a row is put into categories by. */
export function categoryValue(field: SortField, subject: Subject, instance: number): SortValue {
  return categoryValueOf(fieldValue(field, subject, instance), field.type)
}

/** A row's place among others. */
export interface RowKey {
  readonly values: readonly SortValue[]
  readonly mid: number
  readonly instance: number
}

/** Orders rows: by the fields, then by message and instance, so that no two are alike. */
export function compareRows(plan: Pick<SortPlan, 'fields' | 'newestFirst'>, a: RowKey, b: RowKey): number {
  for (let i = 0; i < plan.fields.length; i++) {
    const order = compareSortValues(a.values[i]!, b.values[i]!)
    if (order !== 0) return plan.fields[i]!.descending ? -order : order
  }
  const order = a.mid - b.mid || a.instance - b.instance
  return plan.newestFirst ? -order : order
}

/** Whether SQL can put messages in the order of a plan. */
export function isSqlOrder(plan: SortPlan): boolean {
  return plan.instanceTag === undefined && plan.fields.every(({ column }) => column !== undefined)
}

/** What stands after ORDER BY. */
export function orderBy(plan: SortPlan): string {
  const keys = plan.fields.map(({ column, descending }) => {
    const direction = descending ? 'DESC' : 'ASC'
    const nulls = column!.nullable ? ` NULLS ${descending ? 'LAST' : 'FIRST'}` : ''
    return `m.${column!.name} ${direction}${nulls}`
  })
  return [...keys, `m.mid ${plan.newestFirst ? 'DESC' : 'ASC'}`].join(', ')
}

/** What to select, after `m.mid`, to get the key of a row from the database. */
export function selectKey(plan: SortPlan): string {
  return ['m.mid', ...plan.fields.map(({ column }) => selectColumn(column!))].join(', ')
}

/** The key of a row, from what {@link selectKey} selects. */
export function keyOfColumns(plan: SortPlan, [mid, ...values]: readonly SqlValue[]): RowKey {
  return {
    values: plan.fields.map(({ column }, i) => columnSortValue(column!, values[i]!)),
    mid: mid as number,
    instance: 0,
  }
}
