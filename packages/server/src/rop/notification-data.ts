import type { Notification, PropertyTag, RowId, StoreNotification } from '@bourse/mapi'
import { encodeTableRow, type NotificationData } from '@bourse/wire/rop'
import { rowCells } from './table-rows.ts'

/** What kind of table an event is one of. */
export interface TableKind {
  /** A contents table, not a hierarchy table. */
  readonly isOfMessages: boolean
  /** The contents table of a search folder. */
  readonly inSearchFolder: boolean
}

/** A row of more bytes is not sent; the client reads the table instead. Well below what fits a payload. */
const MAX_ROW_DATA = 0x4000

/** Of a modified object it is not said which properties changed ([MS-OXCNOTIF] 2.2.1.4.1.2, note 9: since Exchange 2013). */
const NO_TAGS: readonly PropertyTag[] = []

/** What RopNotify says of an event in a store ([MS-OXCNOTIF] 2.2.1.4.1.2); `undefined` for what is none. */
export function storeNotificationData(event: Notification): NotificationData | undefined {
  switch (event.kind) {
    case 'newMail': {
      const { folderId, messageId, messageFlags, messageClass } = event
      const unicodeFlag = !isAscii(messageClass)
      return { kind: 'newMail', folderId, messageId, messageFlags, unicodeFlag, messageClass }
    }
    case 'created':
      return { kind: 'objectCreated', ...subject(event), ...parent(event), tags: event.tags ?? NO_TAGS }
    case 'deleted':
      return { kind: 'objectDeleted', ...subject(event), ...parent(event) }
    case 'modified':
      return {
        kind: 'objectModified',
        ...subject(event),
        tags: NO_TAGS,
        ...(event.totalCount === undefined ? {} : { totalMessageCount: event.totalCount }),
        ...(event.unreadCount === undefined ? {} : { unreadMessageCount: event.unreadCount }),
      }
    case 'moved':
    case 'copied': {
      const { folderId, messageId, oldFolderId } = event
      const kind = event.kind === 'moved' ? 'objectMoved' : 'objectCopied'
      if (messageId !== undefined) {
        return { kind, folderId, messageId, oldFolderId, oldMessageId: event.oldMessageId ?? 0n }
      }
      const { parentFolderId = 0n, oldParentFolderId = 0n } = event
      return { kind, folderId, parentFolderId, oldFolderId, oldParentFolderId }
    }
    case 'searchComplete':
      return { kind: 'searchCompleted', folderId: event.folderId }
    default:
      return undefined
  }
}

type ObjectEvent = Extract<StoreNotification, { readonly kind: 'created' | 'modified' | 'deleted' }>

/** The object, and bit S where it is a message as a search folder shows it. */
function subject({ folderId, messageId, searchFolderId }: ObjectEvent) {
  if (messageId === undefined) return { folderId }
  return searchFolderId === undefined
    ? { folderId, messageId }
    : { folderId, messageId, inSearchFolder: true as const }
}

/** ParentFolderId: of a folder its parent, of a message in a search folder that. */
function parent({ messageId, parentFolderId, searchFolderId }: ObjectEvent) {
  if (messageId === undefined) return { parentFolderId: parentFolderId ?? 0n }
  return searchFolderId === undefined ? {} : { parentFolderId: searchFolderId }
}

/** What RopNotify says of an event of a table; `undefined` for what is none. */
export function tableNotificationData(event: Notification, table: TableKind): NotificationData | undefined {
  const search = table.inSearchFolder ? { inSearchFolder: true as const } : {}
  switch (event.kind) {
    case 'tableChanged':
      return tableChanged(table)
    case 'restrictDone':
      return { ...tableChanged(table), kind: 'tableRestrictionChanged' }
    case 'rowDeleted':
      return { kind: 'tableRowDeleted', ...rowFields(event.id, table), ...search }
    case 'rowAdded':
    case 'rowModified': {
      const { columns } = event.row
      const tableRowData = encodeTableRow(rowCells(event.row), columns)
      if (tableRowData.length > MAX_ROW_DATA) return tableChanged(table)
      return {
        kind: event.kind === 'rowAdded' ? 'tableRowAdded' : 'tableRowModified',
        ...rowFields(event.id, table),
        ...afterFields(event.after, table),
        tableRowData,
        ...search,
      }
    }
    default:
      return undefined
  }
}

function tableChanged({ isOfMessages, inSearchFolder }: TableKind) {
  return {
    kind: 'tableChanged' as const,
    ...(isOfMessages ? { isMessageTable: true as const } : {}),
    ...(inSearchFolder ? { inSearchFolder: true as const } : {}),
  }
}

function rowFields({ folderId, messageId = 0n, instance = 0 }: RowId, { isOfMessages }: TableKind) {
  return isOfMessages
    ? { tableRowFolderId: folderId, tableRowMessageId: messageId, tableRowInstance: instance }
    : { tableRowFolderId: folderId }
}

/** The row before, 0 in all fields for the first row. */
function afterFields(after: RowId | undefined, { isOfMessages }: TableKind) {
  const { folderId = 0n, messageId = 0n, instance = 0 } = after ?? {}
  return isOfMessages
    ? {
        insertAfterTableRowFolderId: folderId,
        insertAfterTableRowId: messageId,
        insertAfterTableRowInstance: instance,
      }
    : { insertAfterTableRowFolderId: folderId }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
