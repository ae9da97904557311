import { decodeWith, encodeWith, type Guid } from '../bytes/index.ts'
import { serverId } from '../id/server-id.ts'
import type { PropertyTag } from '../property/tag.ts'
import type { PropertyValue } from '../property/value.ts'
import type {
  ActionRecipient,
  BounceAction,
  CopyAction,
  DeferAction,
  DelegateAction,
  DeleteAction,
  FolderTarget,
  ForwardAction,
  MarkAsReadAction,
  MoveAction,
  OofReplyAction,
  ReplyAction,
  ReplyTemplate,
  TagAction,
} from './rule-action.ts'

const NO_BYTES = new Uint8Array(0)

/**
 * Outlook and Exchange fill StoreEID with one zero byte where it has no meaning; it must not be empty
 * ([MS-OXORULE] 2.2.5.1.2.1: "any non-null value").
 */
const UNUSED_STORE_ENTRY_ID = new Uint8Array(1)

/** A folder in the store of the rule, for standard rules. */
export function folderInThisStore(folderId: bigint): FolderTarget {
  return {
    folderInThisStore: true,
    storeEntryId: UNUSED_STORE_ENTRY_ID,
    folderEntryId: encodeWith(serverId, { ours: true, folderId, messageId: 0n, instance: 0 }),
  }
}

/** A folder in another store, for standard rules; the server leaves such actions to the client. */
export function folderInOtherStore(storeEntryId: Uint8Array, folderEntryId: Uint8Array): FolderTarget {
  return { folderInThisStore: false, storeEntryId, folderEntryId }
}

/** A folder of the rule's mailbox by its entry ID, for extended rules. */
export function folderByEntryId(folderEntryId: Uint8Array): FolderTarget {
  return { storeEntryId: UNUSED_STORE_ENTRY_ID, folderEntryId }
}

/** The folder ID of a target in the store of the rule; `undefined` for one that is elsewhere or is not well formed. */
export function folderIdOf(target: FolderTarget): bigint | undefined {
  if (!target.folderInThisStore) return undefined
  try {
    const id = decodeWith(serverId, target.folderEntryId)
    return id.ours ? id.folderId : undefined
  } catch {
    return undefined
  }
}

/** Moves the message ([MS-OXORULE] 2.2.5.1.2.1). */
export function moveTo(target: FolderTarget): MoveAction {
  return { kind: 'move', flavor: 0, flags: 0, ...target }
}

/** Copies the message ([MS-OXORULE] 2.2.5.1.2.1). */
export function copyTo(target: FolderTarget): CopyAction {
  return { kind: 'copy', flavor: 0, flags: 0, ...target }
}

/** Replies with a template; `flavor` is 0 or one of `ReplyFlavor` ([MS-OXORULE] 2.2.5.1.2.2). */
export function replyWith(template: ReplyTemplate, templateGuid: Guid, flavor = 0): ReplyAction {
  return { kind: 'reply', flavor, flags: 0, template, templateGuid }
}

/** Replies as while the user is out of office ([MS-OXORULE] 2.2.5.1.2.2). */
export function oofReplyWith(template: ReplyTemplate, templateGuid: Guid, flavor = 0): OofReplyAction {
  return { kind: 'oofReply', flavor, flags: 0, template, templateGuid }
}

/** Leaves the work to the client, with data of its own ([MS-OXORULE] 2.2.5.1.2.3). */
export function deferAction(data: Uint8Array = NO_BYTES): DeferAction {
  return { kind: 'deferAction', flavor: 0, flags: 0, data }
}

/** Rejects the message; `bounceCode` is one of `BounceCode` ([MS-OXORULE] 2.2.5.1.2.5). */
export function bounce(bounceCode: number): BounceAction {
  return { kind: 'bounce', flavor: 0, flags: 0, bounceCode }
}

/** Forwards the message; `flavor` has bits of `ForwardFlavor` ([MS-OXORULE] 2.2.5.1.2.4). */
export function forwardTo(recipients: readonly ActionRecipient[], flavor = 0): ForwardAction {
  return { kind: 'forward', flavor, flags: 0, recipients }
}

/** Resends the message to delegates ([MS-OXORULE] 2.2.5.1.2.4). */
export function delegateTo(recipients: readonly ActionRecipient[]): DelegateAction {
  return { kind: 'delegate', flavor: 0, flags: 0, recipients }
}

/** Sets a property of the message ([MS-OXORULE] 2.2.5.1.2.6). */
export function setProperty<V>(tag: PropertyTag<V>, value: NoInfer<V>): TagAction {
  return {
    kind: 'tag',
    flavor: 0,
    flags: 0,
    property: { tag: tag as PropertyTag<unknown> as PropertyTag, value: value as PropertyValue },
  }
}

/** Deletes the message ([MS-OXORULE] 2.2.5.1.2.7). */
export function deleteMessage(): DeleteAction {
  return { kind: 'delete', flavor: 0, flags: 0 }
}

/** Marks the message as read ([MS-OXORULE] 2.2.5.1.2.7). */
export function markAsRead(): MarkAsReadAction {
  return { kind: 'markAsRead', flavor: 0, flags: 0 }
}
