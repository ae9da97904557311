import {
  type Columns,
  type Notification,
  type NotificationSink,
  Row,
  type StoreEvent,
  type StoreNotification,
  type Subscription,
} from '@bourse/mapi'
import { decodeTableRow, type NotificationData, NotificationTypes } from '@bourse/wire/rop'
import type { RopSession } from './rop-session.ts'

const TYPES: Readonly<Record<StoreEvent, number>> = {
  newMail: NotificationTypes.NewMail,
  created: NotificationTypes.ObjectCreated,
  deleted: NotificationTypes.ObjectDeleted,
  modified: NotificationTypes.ObjectModified,
  moved: NotificationTypes.ObjectMoved,
  copied: NotificationTypes.ObjectCopied,
  searchComplete: NotificationTypes.SearchCompleted,
}

/** NotificationTypes of RopRegisterNotification for the events asked for. */
export function notificationTypes(events: readonly StoreEvent[]): number {
  return events.reduce((types, event) => types | TYPES[event], 0)
}

/**
 * A subscription on the server, which ends with the release of its handle. When notifications may have been missed because the connection was
 * lost, the sink gets `tableChanged`: whatever was read before may have changed.
 */
export function subscription(session: RopSession, handle: number, sink: NotificationSink): Subscription {
  session.listen(
    handle,
    (data) => {
      const notification = toNotification(data, [])
      if (notification !== undefined) sink([notification])
    },
    () => sink([{ kind: 'tableChanged' }]),
  )
  return { [Symbol.asyncDispose]: () => session.release(handle) }
}

/** What a RopNotify tells, as the object model says it; rows are laid out by `columns`. */
export function toNotification(data: NotificationData, columns: Columns): Notification | undefined {
  switch (data.kind) {
    case 'newMail':
      return {
        kind: 'newMail',
        folderId: data.folderId,
        messageId: data.messageId ?? 0n,
        messageFlags: data.messageFlags,
        messageClass: data.messageClass,
      }
    case 'objectCreated':
    case 'objectDeleted':
      return {
        kind: data.kind === 'objectCreated' ? 'created' : 'deleted',
        ...subjectOf(data),
        ...('tags' in data && data.tags !== undefined ? { tags: data.tags } : {}),
      } as StoreNotification
    case 'objectModified':
      return {
        kind: 'modified',
        ...subjectOf(data),
        ...(data.tags === undefined ? {} : { tags: data.tags }),
        ...(data.totalMessageCount === undefined ? {} : { totalCount: data.totalMessageCount }),
        ...(data.unreadMessageCount === undefined ? {} : { unreadCount: data.unreadMessageCount }),
      }
    case 'objectMoved':
    case 'objectCopied':
      return {
        kind: data.kind === 'objectMoved' ? 'moved' : 'copied',
        ...subjectOf(data),
        oldFolderId: data.oldFolderId,
        ...(data.oldMessageId === undefined ? {} : { oldMessageId: data.oldMessageId }),
        ...(data.oldParentFolderId === undefined ? {} : { oldParentFolderId: data.oldParentFolderId }),
      }
    case 'searchCompleted':
      return { kind: 'searchComplete', folderId: data.folderId }
    case 'tableChanged':
      return { kind: 'tableChanged' }
    case 'tableRestrictionChanged':
      return { kind: 'restrictDone' }
    case 'tableRowAdded':
    case 'tableRowModified':
      return {
        kind: data.kind === 'tableRowAdded' ? 'rowAdded' : 'rowModified',
        row: new Row(columns, decodeTableRow(data.tableRowData, columns)),
        id: rowId(data.tableRowFolderId, data.tableRowMessageId, data.tableRowInstance),
        after:
          data.insertAfterTableRowFolderId === 0n
            ? undefined
            : rowId(
                data.insertAfterTableRowFolderId,
                data.insertAfterTableRowId,
                data.insertAfterTableRowInstance,
              ),
      }
    case 'tableRowDeleted':
      return {
        kind: 'rowDeleted',
        id: rowId(data.tableRowFolderId, data.tableRowMessageId, data.tableRowInstance),
      }
    case 'extended':
      return undefined
  }
}

interface Subject {
  readonly folderId: bigint
  readonly messageId?: bigint
  readonly parentFolderId?: bigint
  readonly inSearchFolder?: true
}

/** Which object; the parent of a message is the search folder that shows it. */
function subjectOf(data: Subject) {
  return {
    folderId: data.folderId,
    ...(data.messageId === undefined ? {} : { messageId: data.messageId }),
    ...(data.parentFolderId === undefined
      ? {}
      : data.inSearchFolder === true
        ? { searchFolderId: data.parentFolderId }
        : { parentFolderId: data.parentFolderId }),
  }
}

function rowId(folderId: bigint, messageId: bigint | undefined, instance: number | undefined) {
  return {
    folderId,
    ...(messageId === undefined ? {} : { messageId }),
    ...(instance === undefined ? {} : { instance }),
  }
}
