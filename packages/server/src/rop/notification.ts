import type { StoreEvent, SubscribeOptions } from '@bourse/mapi'
import { NotificationTypes, registerNotification } from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { storeNotificationData } from './notification-data.ts'
import type { SubscriptionObject } from './server-object.ts'

/** The bits of NotificationTypes that say what the store should tell of ([MS-OXCNOTIF] 2.2.1.2.1.1). */
const EVENTS: readonly (readonly [bit: number, event: StoreEvent])[] = [
  [NotificationTypes.NewMail, 'newMail'],
  [NotificationTypes.ObjectCreated, 'created'],
  [NotificationTypes.ObjectDeleted, 'deleted'],
  [NotificationTypes.ObjectModified, 'modified'],
  [NotificationTypes.ObjectMoved, 'moved'],
  [NotificationTypes.ObjectCopied, 'copied'],
  [NotificationTypes.SearchCompleted, 'searchComplete'],
]

/**
 * RopRegisterNotification: [MS-OXCNOTIF] 3.1.5.1.1. Tables tell of themselves; TableModified alone makes a subscription that nothing
 * comes of.
 */
async function register(
  call: RopCall<typeof registerNotification>,
): Promise<Outcome<typeof registerNotification>> {
  call.input('logon', 'folder')
  const { session, logon, logonId } = call
  const { notificationTypes, wantWholeStore, folderId = 0n, messageId = 0n } = call.request
  const events = EVENTS.filter(([bit]) => (notificationTypes & bit) !== 0).map(([, event]) => event)
  const options: SubscribeOptions = {
    events,
    ...(wantWholeStore ? {} : { folderId, ...(messageId === 0n ? {} : { messageId }) }),
  }
  const object: SubscriptionObject = { kind: 'subscription', subscription: undefined }
  return {
    object,
    opened: async (notificationHandle) => {
      if (events.length === 0) return
      object.subscription = await logon.store.subscribe(options, (notifications) => {
        for (const event of notifications) {
          const notificationData = storeNotificationData(event)
          if (notificationData === undefined) continue
          session.notifications.push({ notificationHandle, logonId, notificationData })
        }
      })
    },
  }
}

/** Notification ROPs ([MS-OXCNOTIF] 3.1.5). */
export const notificationHandlers = [handler(registerNotification, register)] as const
