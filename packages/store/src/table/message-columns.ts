import {
  PidTagConversationId,
  PidTagHasAttachments,
  PidTagLastModificationTime,
  PidTagLocalCommitTime,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagMessageStatus,
  PidTagNormalizedSubject,
  PidTagRead,
  PidTagSentRepresentingName,
  type PropertyTag,
  type PropertyValue,
} from '@bourse/mapi'
import type { SqlValue } from '../storage/storage.ts'
import { type SortValue, textAsBytes } from './collation.ts'

/** A column of `message` that repeats a property, for sorting and filtering by it. */
export interface MessageColumn {
  readonly name: string
  /**
   * What it holds: the number, the ticks, 0 or 1, the bytes or, as `key`, the sort key of the text, which is empty where there is none.
   */
  readonly kind: 'number' | 'time' | 'flag' | 'bytes' | 'key'
  /** Whether it is null where the property is missing. */
  readonly nullable: boolean
  /** In public folders each user has a value of their own. */
  readonly isPerUser?: boolean
}

const COLUMNS: ReadonlyMap<PropertyTag<unknown>, MessageColumn> = new Map<
  PropertyTag<unknown>,
  MessageColumn
>([
  [PidTagMessageDeliveryTime, { name: 'delivery_time', kind: 'time', nullable: true }],
  [PidTagLastModificationTime, { name: 'modified', kind: 'time', nullable: false }],
  [PidTagLocalCommitTime, { name: 'local_commit', kind: 'time', nullable: false }],
  [PidTagMessageSize, { name: 'size', kind: 'number', nullable: false }],
  [PidTagMessageStatus, { name: 'status', kind: 'number', nullable: false }],
  [PidTagHasAttachments, { name: 'has_attachments', kind: 'flag', nullable: false }],
  [PidTagRead, { name: 'is_read', kind: 'flag', nullable: false, isPerUser: true }],
  [PidTagNormalizedSubject, { name: 'subject_key', kind: 'key', nullable: false }],
  [PidTagSentRepresentingName, { name: 'sender_key', kind: 'key', nullable: false }],
  [PidTagConversationId, { name: 'conversation', kind: 'bytes', nullable: true }],
])

/** The column that repeats a property exactly, if there is one. */
export function columnOf(tag: PropertyTag<unknown>, isPublic: boolean): MessageColumn | undefined {
  const column = COLUMNS.get(tag)
  return column?.isPerUser === true && isPublic ? undefined : column
}

/** How a column, or what is made of it, is selected so that it comes back whole: 64-bit numbers as text, bytes in hexadecimal. */
export function selectColumn({ name, kind }: MessageColumn, expression = `m.${name}`): string {
  if (kind === 'time') return `CAST(${expression} AS TEXT)`
  return kind === 'bytes' ? `CASE WHEN ${expression} IS NOT NULL THEN hex(${expression}) END` : expression
}

/** What a selected value of a column counts as when rows are sorted by it. */
export function columnSortValue(column: MessageColumn, value: SqlValue): SortValue {
  if (value === null) return null
  return column.kind === 'time' ? BigInt(value as string) : (value as number | string)
}

/** The value of a property that a column repeats, of what it counts as; for columns of other kinds than `key`. */
export function columnCell(column: MessageColumn, value: SortValue): PropertyValue | undefined {
  if (value === null) return undefined
  if (column.kind === 'flag') return value === 1
  return column.kind === 'bytes' ? textAsBytes(value as string) : (value as PropertyValue)
}
