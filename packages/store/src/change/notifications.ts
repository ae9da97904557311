import {
  ErrorCode,
  MapiError,
  type NotificationSink,
  type StoreEvent,
  type StoreNotification,
  type SubscribeOptions,
  type Subscription,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { getFolder } from '../folder/folder-row.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { isVisible } from '../object/folder-access.ts'
import type { Transaction } from '../storage/storage.ts'
import type { Change } from './change.ts'

/** Something to be told, and whom it concerns. */
interface Event {
  readonly notification: StoreNotification
  /** The folders that it happened to or in. */
  readonly fids: readonly number[]
  /** The messages that it happened to. */
  readonly mids: readonly number[]
  /** The folder that one must be able to read, or with a folder to see, to be told. */
  readonly guard: number
}

/**
 * Tells of events in a store as they are committed, in order ([MS-OXCNOTIF] 3.1.4.1, RopRegisterNotification 2.2.1.2.1). Who may not see a folder is
 * not told of it; who may not read its messages is not told of them. Throws `NotFound` for a folder that is not there for the
 * user.
 */
export async function subscribe(
  logon: Logon,
  options: SubscribeOptions,
  sink: NotificationSink,
): Promise<Subscription> {
  const { mailbox } = logon
  const fid = options.folderId === undefined ? undefined : mailbox.counterOf(options.folderId)
  const mid = options.messageId === undefined ? undefined : mailbox.counterOf(options.messageId)
  if (options.folderId !== undefined) await mailbox.read((tx) => requireVisible(tx, logon, fid))
  const kinds: ReadonlySet<StoreEvent> = new Set(options.events)

  let isOpen = true
  let last: Promise<unknown> = Promise.resolve()

  const concerns = (event: Event): boolean => {
    if (!kinds.has(event.notification.kind)) return false
    if (options.messageId !== undefined) return mid !== undefined && event.mids.includes(mid)
    return options.folderId === undefined || (fid !== undefined && event.fids.includes(fid))
  }

  const tell = (events: readonly Event[]): void => {
    if (isOpen && events.length > 0) sink(events.map(({ notification }) => notification))
  }

  const stop = mailbox.onChange((changes) => {
    const events = changes.flatMap((change) => eventsOf(mailbox, change)).filter(concerns)
    if (events.length === 0) return
    if (logon.hasFullAccess) {
      // Not within the work that led here.
      queueMicrotask(() => tell(events))
      return
    }
    last = last
      .then(() => mailbox.read((tx) => allowed(tx, logon, events)))
      .then(tell, () => {
        // The mailbox was closed.
      })
  })
  return {
    [Symbol.asyncDispose]: async () => {
      isOpen = false
      stop()
    },
  }
}

async function requireVisible(tx: Transaction, logon: Logon, fid: number | undefined): Promise<void> {
  const row = fid === undefined ? undefined : await getFolder(tx, fid)
  if (row === undefined || !isVisible(logon, row.fid, await logon.rightsOn(tx, row.fid))) {
    throw new MapiError(ErrorCode.NotFound)
  }
}

async function allowed(tx: Transaction, logon: Logon, events: readonly Event[]): Promise<Event[]> {
  const rights = new Map<number, number>()
  const allowedEvents: Event[] = []
  for (const event of events) {
    const { guard } = event
    if (!rights.has(guard)) rights.set(guard, await logon.rightsOn(tx, guard))
    const own = rights.get(guard)!
    const isAllowed = event.mids.length > 0 ? (own & Rights.ReadAny) !== 0 : isVisible(logon, guard, own)
    if (isAllowed) allowedEvents.push(event)
  }
  return allowedEvents
}

/** What a change is to those who follow a store ([MS-OXCNOTIF] 2.2.1.1). */
export function eventsOf(mailbox: Mailbox, change: Change): Event[] {
  const id = (counter: number): bigint => mailbox.id(counter)
  switch (change.object) {
    case 'message': {
      const { kind, fid, mid, oldFid, oldMid } = change
      const guard = fid
      if (kind === 'moved' || kind === 'copied') {
        if (oldFid === undefined || oldMid === undefined) return []
        return [
          {
            notification: {
              kind,
              folderId: id(fid),
              messageId: id(mid),
              oldFolderId: id(oldFid),
              oldMessageId: id(oldMid),
            },
            fids: [fid, oldFid],
            mids: [mid, oldMid],
            guard,
          },
        ]
      }
      const events: Event[] = [
        { notification: { kind, folderId: id(fid), messageId: id(mid) }, fids: [fid], mids: [mid], guard },
      ]
      if (change.newMail !== undefined) {
        events.unshift({
          notification: { kind: 'newMail', folderId: id(fid), messageId: id(mid), ...change.newMail },
          fids: [fid],
          mids: [mid],
          guard,
        })
      }
      return events
    }
    case 'folder': {
      const { kind, fid, parentFid, oldFid, oldParentFid } = change
      const fids = [fid, parentFid]
      const guard = kind === 'deleted' ? parentFid : fid
      if (kind === 'moved' || kind === 'copied') {
        if (oldFid === undefined) return []
        return [
          {
            notification: {
              kind,
              folderId: id(fid),
              parentFolderId: id(parentFid),
              oldFolderId: id(oldFid),
              ...(oldParentFid !== undefined && { oldParentFolderId: id(oldParentFid) }),
            },
            fids: [...fids, oldFid, ...(oldParentFid === undefined ? [] : [oldParentFid])],
            mids: [],
            guard,
          },
        ]
      }
      if (kind === 'modified') {
        // The server does not say which properties changed ([MS-OXCNOTIF] 2.2.1.4.1.2, TagCount).
        return [
          {
            notification: {
              kind,
              folderId: id(fid),
              ...(change.messageCount !== undefined && { totalCount: change.messageCount }),
              ...(change.unreadCount !== undefined && { unreadCount: change.unreadCount }),
            },
            fids: [fid],
            mids: [],
            guard,
          },
        ]
      }
      return [
        { notification: { kind, folderId: id(fid), parentFolderId: id(parentFid) }, fids, mids: [], guard },
      ]
    }
    case 'search': {
      const { kind, searchFid, fid, mid } = change
      if (kind === 'complete') {
        return [
          {
            notification: { kind: 'searchComplete', folderId: id(searchFid) },
            fids: [searchFid],
            mids: [],
            guard: searchFid,
          },
        ]
      }
      if (mid === undefined) return []
      const event = kind === 'linked' ? 'created' : kind === 'unlinked' ? 'deleted' : 'modified'
      return [
        {
          notification: {
            kind: event,
            folderId: id(fid ?? searchFid),
            messageId: id(mid),
            searchFolderId: id(searchFid),
          },
          fids: [searchFid],
          mids: [mid],
          guard: searchFid,
        },
      ]
    }
  }
}
