import {
  bool8,
  type Codec,
  type CodecValue,
  type Reserved,
  struct,
  u8,
  u16,
  u32,
  when,
} from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { folderId, handleIndex, messageId } from './fields.ts'
import { notificationData } from './notification-data.ts'

/** Notification ROPs ([MS-OXCROPS] 2.2.14); what they do is said in [MS-OXCNOTIF]. */

/** NotificationTypes of RopRegisterNotification ([MS-OXCNOTIF] 2.2.1.2.1.1). */
export const NotificationTypes = {
  NewMail: 0x0002,
  ObjectCreated: 0x0004,
  ObjectDeleted: 0x0008,
  ObjectModified: 0x0010,
  ObjectMoved: 0x0020,
  ObjectCopied: 0x0040,
  SearchCompleted: 0x0080,
  TableModified: 0x0100,
  /** A byte more in the request; see {@link registerNotification}. */
  Extended: 0x0400,
} as const

/** Reserved: one zero byte that is there if Extended is set. */
const reservedIfExtended: Codec<Reserved> = {
  shape: { kind: 'reserved' },
  minSize: 0,
  decode(reader, parent) {
    if (isExtended(parent)) reader.u8()
    return undefined as unknown as Reserved
  },
  encode(writer, _value, parent) {
    if (isExtended(parent)) writer.u8(0)
  },
}

function isExtended(parent: unknown): boolean {
  return ((parent as { notificationTypes: number }).notificationTypes & NotificationTypes.Extended) !== 0
}

const isScoped = (parent: { wantWholeStore: boolean }): boolean => !parent.wantWholeStore

/** RopRegisterNotification ([MS-OXCROPS] 2.2.14.1, [MS-OXCNOTIF] 2.2.1.2.1). */
export const registerNotification = defineRop({
  id: 0x29,
  name: 'RopRegisterNotification',
  section: '2.2.14.1',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** Bits of {@link NotificationTypes}. */
    notificationTypes: u16,
    reserved: reservedIfExtended,
    wantWholeStore: bool8,
    /** The folder to watch, or that of the message; unless `wantWholeStore`. */
    folderId: when(isScoped, folderId),
    /** The message to watch, or 0; unless `wantWholeStore`. */
    messageId: when(isScoped, messageId),
  },
})

/** RopNotify ([MS-OXCROPS] 2.2.14.2, [MS-OXCNOTIF] 2.2.1.4.1): something has happened. */
export const notify = {
  id: 0x2a,
  name: 'RopNotify',
  section: '2.2.14.2',
  layout: struct('RopNotify', {
    /** The subscription or the table. */
    notificationHandle: u32,
    logonId: u8,
    notificationData,
  }),
} as const
export type Notify = CodecValue<typeof notify.layout>

/** RopPending ([MS-OXCROPS] 2.2.14.3, [MS-OXCNOTIF] 2.2.1.3.4): there are notifications that did not fit. */
export const pending = {
  id: 0x6e,
  name: 'RopPending',
  section: '2.2.14.3',
  layout: struct('RopPending', {
    /** The session that they are for. */
    sessionIndex: u16,
  }),
} as const
export type Pending = CodecValue<typeof pending.layout>

/** The ROPs of [MS-OXCROPS] 2.2.14 that are requested and answered; {@link notify} and {@link pending} are neither. */
export const notificationRops = [registerNotification] as const
