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
} from '@bourse/mapi'
import type { SqlValue } from '../storage/storage.ts'
import { bytesAsText, type SortValue } from './collation.ts'

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

/** How a column is selected so that its value comes back whole: 64-bit numbers as text. */
export function selectColumn({ name, kind }: MessageColumn): string {
  return kind === 'time' ? `CAST(m.${name} AS TEXT)` : `m.${name}`
}

/** What a selected value of a column counts as when rows are sorted by it. */
export function columnSortValue(column: MessageColumn, value: SqlValue): SortValue {
  if (value === null) return null
  if (column.kind === 'time') return BigInt(value as string)
  if (column.kind === 'bytes') return bytesAsText(value as Uint8Array)
  return value as number | string
}
