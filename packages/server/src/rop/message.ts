import {
  type AccessMode,
  ErrorCode,
  type KeepOpen,
  MapiError,
  type Message,
  type ReadFlags,
  type RecipientChange,
  recipientFromRow,
  recipientTypeFromByte,
  recipientTypeToByte,
  type SaveOptions,
} from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import {
  CODE_PAGE_OF_LOGON,
  createMessage,
  getMessageStatus,
  modifyRecipients,
  OpenMessageFlags,
  openMessage,
  ReadFlags as ReadFlagBits,
  readRecipientRow,
  readRecipients,
  reloadCachedInformation,
  removeAllRecipients,
  SaveFlags,
  saveChangesMessage,
  setMessageReadFlag,
  setMessageStatus,
  setReadFlags,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { openedMessageBody, recipientColumnsOf, rememberRecipientColumns, rowOf } from './recipient-rows.ts'
import { fromString8 } from './string8.ts'

/** What these ROPs answer for an object of another kind ([MS-OXCMSG] 3.2.5). */
const { NullObject } = ErrorCode

const READ_FLAGS =
  ReadFlagBits.rfSuppressReceipt |
  ReadFlagBits.rfClearReadFlag |
  ReadFlagBits.rfReserved |
  ReadFlagBits.rfGenerateReceiptOnly |
  ReadFlagBits.rfClearNotifyRead |
  ReadFlagBits.rfClearNotifyUnread

/** How many rows RopReadRecipients answers at most ([MS-OXCMSG] 2.2.3.6.2). */
const MAX_ROWS = 0xfe

/** The code page asked for; that of the logon goes without saying. */
export function codePageOf(codePageId: number): { readonly codePage?: number } {
  return codePageId === CODE_PAGE_OF_LOGON ? {} : { codePage: codePageId }
}

/** How a message is opened. Bits that mean nothing, by themselves or at all, are ignored ([MS-OXCMSG] 2.2.3.1.1). */
function openMode(openModeFlags: number): AccessMode {
  if ((openModeFlags & OpenMessageFlags.BestAccess) === OpenMessageFlags.BestAccess) return 'best'
  return (openModeFlags & OpenMessageFlags.ReadWrite) !== 0 ? 'readWrite' : 'read'
}

/** RopOpenMessage: [MS-OXCMSG] 3.2.5.1. */
async function open(call: RopCall<typeof openMessage>): Promise<Outcome<typeof openMessage>> {
  call.inputElse(NullObject, 'logon', 'folder')
  const { codePageId, folderId, openModeFlags, messageId } = call.request
  const message = await call.logon.store.openMessage(folderId, messageId, {
    mode: openMode(openModeFlags),
    softDeleted: (openModeFlags & OpenMessageFlags.OpenSoftDeleted) !== 0,
    ...codePageOf(codePageId),
  })
  return opened(call, message)
}

async function opened(call: RopCall, message: Message): Promise<Outcome<typeof openMessage>> {
  try {
    const body = await openedMessageBody(message, call.room)
    return { object: { kind: 'message', message }, body }
  } catch (error) {
    await message[Symbol.asyncDispose]()
    throw error
  }
}

/** RopCreateMessage: [MS-OXCMSG] 3.2.5.2. The ID is told when the message is saved. */
async function create(call: RopCall<typeof createMessage>): Promise<Outcome<typeof createMessage>> {
  call.input('logon', 'folder')
  const { codePageId, folderId, associatedFlag } = call.request
  const message = await call.logon.store.createMessage(folderId, {
    associated: associatedFlag,
    ...codePageOf(codePageId),
  })
  return { object: { kind: 'message', message }, body: {} }
}

/** SaveFlags that contradict each other. */
const KEEP_OPEN = SaveFlags.KeepOpenReadOnly | SaveFlags.KeepOpenReadWrite

/**
 * What stays open, and whether to overwrite ([MS-OXCMSG] 2.2.3.3.1). Unknown bits are ignored. Throws `NotSupported` for
 * flags that contradict each other ([MS-OXCMSG] 3.2.5.3, 3.2.5.14).
 */
export function saveOptions(saveFlags: number): SaveOptions {
  if ((saveFlags & KEEP_OPEN) === KEEP_OPEN) throw new MapiError(ErrorCode.NotSupported)
  const force = (saveFlags & SaveFlags.ForceSave) !== 0
  const keepOpen: KeepOpen | undefined =
    force || (saveFlags & SaveFlags.KeepOpenReadWrite) !== 0
      ? 'readWrite'
      : (saveFlags & SaveFlags.KeepOpenReadOnly) !== 0
        ? 'readOnly'
        : undefined
  return { force, ...(keepOpen === undefined ? {} : { keepOpen }) }
}

/** RopModifyRecipients: [MS-OXCMSG] 3.2.5.5. */
async function modify(call: RopCall<typeof modifyRecipients>): Promise<Outcome<typeof modifyRecipients>> {
  const { message } = call.inputElse(NullObject, 'message')
  const { recipientColumns, recipientRows } = call.request
  const decodeString8 = (text: string) => fromString8(call.session, text)
  const changes = recipientRows.map(({ rowId, recipientType, recipientRow }): RecipientChange => {
    if (recipientRow === undefined) return { rowId }
    const type = recipientTypeFromByte(recipientType)
    return {
      rowId,
      recipient: recipientFromRow(rowId, type, recipientRow, recipientColumns, { decodeString8 }),
    }
  })
  await message.modifyRecipients(changes)
  rememberRecipientColumns(message, recipientColumns)
  return {}
}

/** RopReadRecipients: [MS-OXCMSG] 3.2.5.6. As many rows as fit, from the row ID given on. */
async function read(call: RopCall<typeof readRecipients>): Promise<Outcome<typeof readRecipients>> {
  const { message } = call.inputElse(NullObject, 'message')
  const { rowId } = call.request
  const columns = recipientColumnsOf(message)
  const recipients = (await message.getRecipients()).filter((recipient) => recipient.rowId >= rowId)
  if (recipients.length === 0) throw new MapiError(ErrorCode.NotFound)
  const codec = readRecipientRow(columns)
  const recipientRows = []
  let left = call.room - 1
  for (const recipient of recipients.slice(0, MAX_ROWS)) {
    const row = {
      rowId: recipient.rowId,
      recipientType: recipientTypeToByte(recipient.type),
      codePageId: call.session.codePage,
      recipientRow: rowOf(recipient, columns),
    }
    const writer = new ByteWriter()
    codec.encode(writer, row)
    left -= writer.length
    if (left < 0 && recipientRows.length > 0) break
    recipientRows.push(row)
  }
  return { body: { recipientRows }, columns }
}

/** What the bits of ReadFlags ask for ([MS-OXCMSG] 2.2.3.10.1). Throws `InvalidParameter` for unknown ones. */
function readFlagsOf(bits: number): ReadFlags {
  if ((bits & ~READ_FLAGS) !== 0) throw new MapiError(ErrorCode.InvalidParameter)
  const has = (bit: number) => (bits & bit) !== 0
  const clear = has(ReadFlagBits.rfClearNotifyRead)
    ? 'read'
    : has(ReadFlagBits.rfClearNotifyUnread)
      ? 'unread'
      : undefined
  if (has(ReadFlagBits.rfGenerateReceiptOnly)) return { receiptOnly: true }
  if (clear !== undefined) return { clear, ...(has(ReadFlagBits.rfClearReadFlag) ? { read: false } : {}) }
  return {
    read: !has(ReadFlagBits.rfClearReadFlag),
    suppressReceipt: has(ReadFlagBits.rfSuppressReceipt),
  }
}

/** RopSetReadFlags: [MS-OXCMSG] 3.2.5.10. */
async function setReadOfSeveral(call: RopCall<typeof setReadFlags>): Promise<Outcome<typeof setReadFlags>> {
  const { folder } = call.inputElse(NullObject, 'folder')
  const { readFlags, messageIds } = call.request
  const { partial } = await folder.setReadFlags(messageIds, readFlagsOf(readFlags))
  return { body: { partialCompletion: partial } }
}

/** RopSetMessageReadFlag: [MS-OXCMSG] 3.2.5.11. In public folders the client gets its data back ([MS-OXCROPS] 2.2.6.11.2). */
async function setRead(
  call: RopCall<typeof setMessageReadFlag>,
): Promise<Outcome<typeof setMessageReadFlag>> {
  const { message } = call.inputElse(NullObject, 'message')
  const { readFlags, clientData } = call.request
  const hasChanged = await message.setReadFlag(readFlagsOf(readFlags))
  const isTold = hasChanged && call.logon.isPublic && clientData !== undefined
  return {
    body: {
      readStatusChanged: isTold,
      ...(isTold ? { logonId: call.logonId, clientData } : {}),
    },
  }
}

export const messageHandlers = [
  handler(openMessage, open),
  handler(createMessage, create),
  // RopSaveChangesMessage: [MS-OXCMSG] 3.2.5.3
  handler(saveChangesMessage, async (call) => {
    const { message } = call.input('message')
    const messageId = await message.save(saveOptions(call.request.saveFlags))
    return { body: { inputHandleIndex: call.request.inputHandleIndex, messageId } }
  }),
  // RopRemoveAllRecipients: [MS-OXCMSG] 3.2.5.4
  handler(removeAllRecipients, async (call) => {
    await call.inputElse(NullObject, 'message').message.removeAllRecipients()
    return {}
  }),
  handler(modifyRecipients, modify),
  handler(readRecipients, read),
  // RopReloadCachedInformation: [MS-OXCMSG] 3.2.5.7
  handler(reloadCachedInformation, async (call) => {
    const { message } = call.inputElse(NullObject, 'message')
    await message.reload()
    return { body: await openedMessageBody(message, call.room) }
  }),
  // RopSetMessageStatus: [MS-OXCMSG] 3.2.5.8
  handler(setMessageStatus, async (call) => {
    const { messageId, messageStatusFlags, messageStatusMask } = call.request
    const { folder } = call.inputElse(NullObject, 'folder')
    return {
      body: {
        messageStatusFlags: await folder.setMessageStatus(messageId, messageStatusFlags, messageStatusMask),
      },
    }
  }),
  // RopGetMessageStatus: [MS-OXCMSG] 3.2.5.9
  handler(getMessageStatus, async (call) => {
    const { folder } = call.inputElse(NullObject, 'folder')
    return { body: { messageStatusFlags: await folder.getMessageStatus(call.request.messageId) } }
  }),
  handler(setReadFlags, setReadOfSeveral),
  handler(setMessageReadFlag, setRead),
]
