import { type Cell, type Columns, type PropertyTag, propertyTagCodec } from '@bourse/mapi'
import {
  bool8,
  type Codec,
  type CodecValue,
  custom,
  decodeWith,
  EncodeError,
  encodeWith,
  i64,
  repeated,
  sizedBytes,
  struct,
  u16,
  u32,
  when,
} from '@bourse/mapi/bytes'
import { rowOf, stringIf } from './fields.ts'

/**
 * What happened: an event of an object, or of a table ([MS-OXCNOTIF] 2.2.1.4.1.2). NotificationFlags are no part of it,
 * since they follow from which fields there are.
 */
export type NotificationData =
  | NewMailData
  | ObjectCreatedData
  | ObjectDeletedData
  | ObjectModifiedData
  | ObjectMovedData
  | SearchCompletedData
  | TableChangedData
  | TableRowChangedData
  | TableRowDeletedData
  | ExtendedData

/** The object that an event is about. */
interface Subject {
  /** The folder, or the folder of the message. */
  readonly folderId: bigint
  /** Absent when the object is a folder. */
  readonly messageId?: bigint
  /** Bit S: the message is meant as one that a search folder shows. Messages only. */
  readonly inSearchFolder?: true
}

/** A new message was delivered. */
export interface NewMailData extends Subject {
  readonly kind: 'newMail'
  /** PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6). */
  readonly messageFlags: number
  /** Whether `messageClass` is UTF-16 on the wire, not 8-bit. */
  readonly unicodeFlag: boolean
  readonly messageClass: string
}

interface SubjectWithParent extends Subject {
  /** The parent of the folder, or the search folder that shows the message; absent for all other messages. */
  readonly parentFolderId?: bigint
}

export interface ObjectCreatedData extends SubjectWithParent {
  readonly kind: 'objectCreated'
  /** The properties that were set; `undefined` if that is not known. */
  readonly tags: readonly PropertyTag[] | undefined
}

export interface ObjectDeletedData extends SubjectWithParent {
  readonly kind: 'objectDeleted'
}

export interface ObjectModifiedData extends Subject {
  readonly kind: 'objectModified'
  /** The properties that were changed; `undefined` if that is not known. */
  readonly tags: readonly PropertyTag[] | undefined
  /** How many messages there are now in the folder, where that has changed. */
  readonly totalMessageCount?: number
  /** How many unread messages there are now in the folder, where that has changed. */
  readonly unreadMessageCount?: number
}

/** An object was moved, or a copy of it made. */
export interface ObjectMovedData extends SubjectWithParent {
  readonly kind: 'objectMoved' | 'objectCopied'
  readonly oldFolderId: bigint
  /** Messages only, and always for them. */
  readonly oldMessageId?: bigint
  /** Folders only, and always for them. */
  readonly oldParentFolderId?: bigint
}

export interface SearchCompletedData extends Subject {
  readonly kind: 'searchCompleted'
}

/** Bits M and S of the events of tables. */
interface TableEvent {
  /** Bit S: the table shows a search folder. Tables of messages only. */
  readonly inSearchFolder?: true
}

/** The table changed in a way that rows do not tell, or its restriction did. */
export interface TableChangedData extends TableEvent {
  readonly kind: 'tableChanged' | 'tableRestrictionChanged'
  /** Bit M: the table is one of messages. */
  readonly isMessageTable?: true
}

/** A row, by what it stands for. In tables of messages, and only there, both optional fields are present. */
interface TableRowId {
  readonly tableRowFolderId: bigint
  readonly tableRowMessageId?: bigint
  /** Which of the rows of the message. */
  readonly tableRowInstance?: number
}

/** A row appeared in a table or changed. */
export interface TableRowChangedData extends TableEvent, TableRowId {
  readonly kind: 'tableRowAdded' | 'tableRowModified'
  /** The row after which it now stands; 0 for the first row. The optional fields are there as those of the row are. */
  readonly insertAfterTableRowFolderId: bigint
  readonly insertAfterTableRowId?: bigint
  readonly insertAfterTableRowInstance?: number
  /** A PropertyRow: see {@link decodeTableRow} and {@link encodeTableRow}. */
  readonly tableRowData: Uint8Array
}

export interface TableRowDeletedData extends TableEvent, TableRowId {
  readonly kind: 'tableRowDeleted'
}

/** The reserved type 0x0400, which no server sends and clients ignore. */
export interface ExtendedData {
  readonly kind: 'extended'
}

// ---------------------------------------------------------------------------------------------------
// Flags

/** NotificationType, the lower twelve bits of NotificationFlags ([MS-OXCNOTIF] 2.2.1.4.1.2). */
export const NotificationType = {
  newMail: 0x0002,
  objectCreated: 0x0004,
  objectDeleted: 0x0008,
  objectModified: 0x0010,
  objectMoved: 0x0020,
  objectCopied: 0x0040,
  searchCompleted: 0x0080,
  tableModified: 0x0100,
  extended: 0x0400,
} as const

/** The upper four bits of NotificationFlags ([MS-OXCNOTIF] 2.2.1.4.1.2), which say what fields there are. */
export const NotificationFlags = {
  /** TotalMessageCount is there. */
  T: 0x1000,
  /** UnreadMessageCount is there. */
  U: 0x2000,
  /** The event is one of a search folder. */
  S: 0x4000,
  /** The event is one of a message. */
  M: 0x8000,
} as const

/** TableEventType ([MS-OXCNOTIF] 2.2.1.4.1.2). */
export const TableEventType = {
  tableChanged: 0x0001,
  tableRowAdded: 0x0003,
  tableRowDeleted: 0x0004,
  tableRowModified: 0x0005,
  tableRestrictionChanged: 0x0007,
} as const

type ObjectKind = Exclude<keyof typeof NotificationType, 'tableModified'>
type TableKind = keyof typeof TableEventType

const TYPE_MASK = 0x0fff
const { T, U, S, M } = NotificationFlags

const objectKinds = new Map<number, ObjectKind | 'tableModified'>(
  Object.entries(NotificationType).map(([kind, type]) => [type, kind as ObjectKind]),
)
const tableKinds = new Map<number, TableKind>(
  Object.entries(TableEventType).map(([kind, type]) => [type, kind as TableKind]),
)

// ---------------------------------------------------------------------------------------------------
// Layout

/** The fields by which the others are there or not. */
interface Announced {
  readonly notificationFlags: number
  readonly tableEventType?: number | undefined
}

type Condition = (parent: Announced) => boolean

function isType(...types: readonly number[]): Condition {
  return ({ notificationFlags }) => types.includes(notificationFlags & TYPE_MASK)
}

function hasBit(bit: number): Condition {
  return ({ notificationFlags }) => (notificationFlags & bit) !== 0
}

function all(...conditions: readonly Condition[]): Condition {
  return (parent) => conditions.every((condition) => condition(parent))
}

function isRowEvent(...types: readonly number[]): Condition {
  return ({ tableEventType }) => tableEventType !== undefined && types.includes(tableEventType)
}

const { tableRowAdded, tableRowDeleted, tableRowModified } = TableEventType
const { newMail, objectCreated, objectDeleted, objectModified, objectMoved, objectCopied } = NotificationType

const ofMessage = hasBit(M)
const ofObject: Condition = (parent) =>
  !isType(NotificationType.tableModified, NotificationType.extended)(parent)
const ofRow = isRowEvent(tableRowAdded, tableRowDeleted, tableRowModified)
const ofRowWithData = isRowEvent(tableRowAdded, tableRowModified)
const isMove = isType(objectMoved, objectCopied)
/** Of a folder, or of a message in a search folder: M and S are both clear or both set. */
const hasParent = all(
  isType(objectCreated, objectDeleted, objectMoved, objectCopied),
  (parent) => hasBit(M)(parent) === hasBit(S)(parent),
)

/** TagCount of a list that is not known. */
const TAGS_UNKNOWN = 0xffff

/** A number that must make sense: `problem` says what is wrong with it, if anything is. */
function checkedU16(problem: (value: number) => string | undefined): Codec<number> {
  return {
    ...u16,
    decode(reader) {
      const at = reader.offset
      const value = reader.u16()
      const reason = problem(value)
      if (reason !== undefined) reader.fail(reason, at)
      return value
    },
  }
}

/** What is wrong with NotificationFlags, if anything is. */
function flagsProblem(value: number): string | undefined {
  const type = value & TYPE_MASK
  if (!objectKinds.has(type)) return `unknown NotificationType 0x${type.toString(16)}`
  if ((value & (T | U)) !== 0 && type !== objectModified) return 'counts of another event than ObjectModified'
  if ((value & S) !== 0 && (value & M) === 0) return 'an event of a search folder that is none of a message'
  return undefined
}

const eventType = checkedU16((value) =>
  tableKinds.has(value) ? undefined : `unknown TableEventType 0x${value.toString(16)}`,
)

/** NotificationData field by field. */
const layout = struct('NotificationData', {
  notificationFlags: checkedU16(flagsProblem),
  tableEventType: when(isType(NotificationType.tableModified), eventType),
  tableRowFolderId: when(ofRow, i64),
  tableRowMessageId: when(all(ofRow, ofMessage), i64),
  tableRowInstance: when(all(ofRow, ofMessage), u32),
  insertAfterTableRowFolderId: when(ofRowWithData, i64),
  insertAfterTableRowId: when(all(ofRowWithData, ofMessage), i64),
  insertAfterTableRowInstance: when(all(ofRowWithData, ofMessage), u32),
  /** TableRowDataSize and TableRowData. */
  tableRowData: when(ofRowWithData, sizedBytes(u16)),
  folderId: when(ofObject, i64),
  messageId: when(all(ofObject, ofMessage), i64),
  parentFolderId: when(hasParent, i64),
  oldFolderId: when(isMove, i64),
  oldMessageId: when(all(isMove, ofMessage), i64),
  oldParentFolderId: when((parent: Announced) => isMove(parent) && !ofMessage(parent), i64),
  tagCount: when(isType(objectCreated, objectModified), u16),
  tags: when(
    (parent: { tagCount?: number }) => (parent.tagCount ?? 0) !== 0 && parent.tagCount !== TAGS_UNKNOWN,
    repeated((parent: { tagCount?: number }) => parent.tagCount ?? 0, propertyTagCodec),
  ),
  totalMessageCount: when(hasBit(T), u32),
  unreadMessageCount: when(hasBit(U), u32),
  messageFlags: when(isType(newMail), u32),
  unicodeFlag: when(isType(newMail), bool8),
  messageClass: when(
    isType(newMail),
    stringIf((parent: { unicodeFlag?: boolean }) => parent.unicodeFlag === true),
  ),
})
type Layout = CodecValue<typeof layout>

// ---------------------------------------------------------------------------------------------------
// Union

function fromLayout({
  notificationFlags,
  tableEventType,
  tagCount,
  tags,
  ...fields
}: Layout): NotificationData {
  const kind =
    tableEventType === undefined
      ? objectKinds.get(notificationFlags & TYPE_MASK)
      : tableKinds.get(tableEventType)
  const isWithoutId = kind === 'tableChanged' || kind === 'tableRestrictionChanged'
  return {
    kind,
    ...fields,
    ...(tagCount === undefined ? {} : { tags: tagCount === TAGS_UNKNOWN ? undefined : (tags ?? []) }),
    ...(isWithoutId && (notificationFlags & M) !== 0 ? { isMessageTable: true } : {}),
    ...((notificationFlags & S) !== 0 && kind !== 'extended' ? { inSearchFolder: true } : {}),
  } as NotificationData
}

type Values = { readonly [K in keyof Layout]?: Layout[K] | undefined } & {
  readonly kind: NotificationData['kind']
  readonly inSearchFolder?: boolean
  readonly isMessageTable?: boolean
}

function toLayout(data: NotificationData): Layout {
  const { kind, inSearchFolder, isMessageTable, tags, ...fields } = data as Values
  const isTableKind = kind in TableEventType
  let notificationFlags: number = isTableKind
    ? NotificationType.tableModified
    : NotificationType[kind as ObjectKind]
  if (fields.totalMessageCount !== undefined) notificationFlags |= T
  if (fields.unreadMessageCount !== undefined) notificationFlags |= U
  if (inSearchFolder === true) notificationFlags |= S
  if (fields.messageId !== undefined || fields.tableRowMessageId !== undefined || isMessageTable === true) {
    notificationFlags |= M
  }
  const value: Record<string, unknown> = { ...fields, notificationFlags }
  if (isTableKind) value.tableEventType = TableEventType[kind as TableKind]
  if (kind === 'objectCreated' || kind === 'objectModified') {
    if (tags !== undefined && tags.length >= TAGS_UNKNOWN)
      throw new EncodeError(`${tags.length} tags do not fit`)
    value.tagCount = tags === undefined ? TAGS_UNKNOWN : tags.length
    if (tags !== undefined && tags.length > 0) value.tags = tags
  }
  checkPresence(value as Layout, kind)
  return value as Layout
}

/** A field that there is no place for would be lost without a word. */
function checkPresence(value: Layout, kind: string): void {
  const problem = flagsProblem(value.notificationFlags)
  if (problem !== undefined) throw new EncodeError(`${kind}: ${problem}`)
  for (const [name, { shape }] of Object.entries(layout.fields as Readonly<Record<string, Codec<unknown>>>)) {
    if (shape.kind !== 'when' || value[name as keyof Layout] === undefined) continue
    if (!(shape.condition as Condition)(value)) throw new EncodeError(`no ${name} in this ${kind}`)
  }
}

/** NotificationData ([MS-OXCNOTIF] 2.2.1.4.1.2). */
export const notificationData: Codec<NotificationData> = custom(
  'NotificationData',
  2,
  (reader) => fromLayout(layout.decode(reader)),
  (writer, data) => layout.encode(writer, toLayout(data)),
)

/** The cells of TableRowData, given the columns of the table when the event happened. Throws `DecodeError`. */
export function decodeTableRow(data: Uint8Array, columns: Columns): readonly Cell[] {
  return decodeWith(rowOf({ request: undefined, columns }), data)
}

/** TableRowData of a row. */
export function encodeTableRow(cells: readonly Cell[], columns: Columns): Uint8Array<ArrayBuffer> {
  return encodeWith(rowOf({ request: undefined, columns }), cells)
}
