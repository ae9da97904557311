import { type Columns, PtypNull, recipientRowCodec, tagType } from '@bourse/mapi'
import {
  bool8,
  type Codec,
  type CodecValue,
  counted,
  custom,
  fixedBytes,
  optional,
  reserved,
  sized,
  struct,
  u8,
  u16,
  u32,
  when,
} from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { folderId, handleIndex, ifGiven, messageId, propertyTags, sizedOptional } from './fields.ts'
import { typedStringCodec } from './typed-string.ts'

/** OpenModeFlags of RopOpenMessage ([MS-OXCMSG] 2.2.3.1.1). */
export const OpenMessageFlags = {
  ReadOnly: 0x00,
  ReadWrite: 0x01,
  /** For writing too if the user may. */
  BestAccess: 0x03,
  /** A soft-deleted message opens too. */
  OpenSoftDeleted: 0x04,
} as const

/** CodePageId that means the code page of the logon ([MS-OXCMSG] 2.2.3.1.1, 2.2.3.2.1). */
export const CODE_PAGE_OF_LOGON = 0x0fff

/** SaveFlags of RopSaveChangesMessage and RopSaveChangesAttachment ([MS-OXCMSG] 2.2.3.3.1). */
export const SaveFlags = {
  /** The object stays open for reading. */
  KeepOpenReadOnly: 0x01,
  /** The object stays open for reading and writing. */
  KeepOpenReadWrite: 0x02,
  /** What others saved meanwhile is overwritten; the object stays open for reading and writing. */
  ForceSave: 0x04,
} as const

/** MessageStatusFlags of RopSetMessageStatus ([MS-OXCMSG] 2.2.3.8.1). */
export const MessageStatusFlags = {
  msInConflict: 0x00000800,
  /** The client wants to have the message downloaded. */
  msRemoteDownload: 0x00001000,
  /** The client wants to have the message deleted without downloading it. */
  msRemoteDelete: 0x00002000,
} as const

/** ReadFlags of RopSetReadFlags and RopSetMessageReadFlag ([MS-OXCMSG] 2.2.3.10.1). */
export const ReadFlags = {
  /** Mark it read and send the receipt. */
  rfDefault: 0x00,
  /** Mark it read and send no receipt. */
  rfSuppressReceipt: 0x01,
  /** Mark it unread. */
  rfClearReadFlag: 0x04,
  /** Without meaning. */
  rfReserved: 0x0a,
  /** Send the receipt and change nothing. */
  rfGenerateReceiptOnly: 0x10,
  /** No receipt is due any longer. */
  rfClearNotifyRead: 0x20,
  /** No receipt that it was deleted unread is due any longer. */
  rfClearNotifyUnread: 0x40,
} as const

// ---------------------------------------------------------------------------------------------------
// Recipients

/** OpenRecipientRow structure ([MS-OXCROPS] 2.2.6.1.2.1), of a message whose RecipientColumns are given. */
export function openRecipientRow(columns: Columns) {
  return struct('OpenRecipientRow', {
    recipientType: u8,
    codePageId: u16,
    reserved: reserved(u16),
    /** With RecipientRowSize before it. */
    recipientRow: sized(u16, recipientRowCodec(columns)),
  })
}
export type OpenRecipientRow = CodecValue<ReturnType<typeof openRecipientRow>>

/** ModifyRecipientRow structure ([MS-OXCROPS] 2.2.6.5.1.1). */
export function modifyRecipientRow(columns: Columns) {
  return struct('ModifyRecipientRow', {
    rowId: u32,
    recipientType: u8,
    /** With RecipientRowSize before it; without a row the recipient is removed. */
    recipientRow: sizedOptional(u16, recipientRowCodec(columns)),
  })
}
export type ModifyRecipientRow = CodecValue<ReturnType<typeof modifyRecipientRow>>

/** ReadRecipientRow structure ([MS-OXCROPS] 2.2.6.6.2.1). */
export function readRecipientRow(columns: Columns) {
  return struct('ReadRecipientRow', {
    rowId: u32,
    recipientType: u8,
    codePageId: u16,
    reserved: reserved(u16),
    /** With RecipientRowSize before it. */
    recipientRow: sized(u16, recipientRowCodec(columns)),
  })
}
export type ReadRecipientRow = CodecValue<ReturnType<typeof readRecipientRow>>

interface WithColumns {
  readonly recipientColumns: Columns
}

/** A count and as many rows, whose columns the field RecipientColumns before has named. */
function recipientRows<T>(
  name: string,
  count: Codec<number>,
  rowCodec: (columns: Columns) => Codec<T>,
): Codec<readonly T[]> {
  const rows = (parent: unknown) => counted(count, rowCodec((parent as WithColumns).recipientColumns))
  return custom(
    name,
    count.minSize,
    (reader, parent) => {
      const at = reader.offset
      if (count.decode(reader) === 0) return []
      // Cells that take no bytes would let few bytes announce many cells.
      if ((parent as WithColumns).recipientColumns.some((tag) => tagType(tag) === PtypNull)) {
        reader.fail('recipient columns of type PtypNull', at)
      }
      reader.offset = at
      return rows(parent).decode(reader)
    },
    (writer, value, parent) => rows(parent).encode(writer, value),
  )
}

/** What is told of a message when it is opened ([MS-OXCROPS] 2.2.6.1.2, 2.2.6.7.2, 2.2.6.16.2). */
export const openedMessage = {
  hasNamedProperties: bool8,
  subjectPrefix: typedStringCodec,
  normalizedSubject: typedStringCodec,
  /** Of the message, of which `recipientRows` may have less. */
  recipientCount: u16,
  recipientColumns: propertyTags,
  recipientRows: recipientRows('OpenRecipientRows', u8, openRecipientRow),
} as const

// ---------------------------------------------------------------------------------------------------
// ROPs

/** RopOpenMessage ([MS-OXCROPS] 2.2.6.1, [MS-OXCMSG] 2.2.3.1). */
export const openMessage = defineRop({
  id: 0x03,
  name: 'RopOpenMessage',
  section: '2.2.6.1',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    codePageId: u16,
    folderId,
    openModeFlags: u8,
    messageId,
  },
  success: openedMessage,
})

/** RopCreateMessage ([MS-OXCROPS] 2.2.6.2, [MS-OXCMSG] 2.2.3.2). */
export const createMessage = defineRop({
  id: 0x06,
  name: 'RopCreateMessage',
  section: '2.2.6.2',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    codePageId: u16,
    folderId,
    /** Whether it is an FAI message. */
    associatedFlag: bool8,
  },
  success: {
    /** With HasMessageId before it. */
    messageId: optional(messageId),
  },
})

/** RopSaveChangesMessage ([MS-OXCROPS] 2.2.6.3, [MS-OXCMSG] 2.2.3.3). */
export const saveChangesMessage = defineRop({
  id: 0x0c,
  name: 'RopSaveChangesMessage',
  section: '2.2.6.3',
  request: {
    responseHandleIndex: handleIndex,
    inputHandleIndex: handleIndex,
    saveFlags: u8,
  },
  success: { inputHandleIndex: handleIndex, messageId },
})

/** RopRemoveAllRecipients ([MS-OXCROPS] 2.2.6.4, [MS-OXCMSG] 2.2.3.4). */
export const removeAllRecipients = defineRop({
  id: 0x0d,
  name: 'RopRemoveAllRecipients',
  section: '2.2.6.4',
  request: { inputHandleIndex: handleIndex, reserved: reserved(u32) },
})

/** RopModifyRecipients ([MS-OXCROPS] 2.2.6.5, [MS-OXCMSG] 2.2.3.5). */
export const modifyRecipients = defineRop({
  id: 0x0e,
  name: 'RopModifyRecipients',
  section: '2.2.6.5',
  request: {
    inputHandleIndex: handleIndex,
    recipientColumns: propertyTags,
    recipientRows: recipientRows('ModifyRecipientRows', u16, modifyRecipientRow),
  },
})

/**
 * RopReadRecipients ([MS-OXCROPS] 2.2.6.6, [MS-OXCMSG] 2.2.3.6). The columns of its rows are the RecipientColumns
 * of the response that opened or reloaded the message.
 */
export const readRecipients = defineRop({
  id: 0x0f,
  name: 'RopReadRecipients',
  section: '2.2.6.6',
  request: {
    inputHandleIndex: handleIndex,
    /** The recipient to begin with. */
    rowId: u32,
    reserved: reserved(u16),
  },
  success: (context) => {
    if (context.columns === undefined) throw new TypeError('the columns of the recipients are not known')
    return struct('RopReadRecipients response', {
      recipientRows: counted(u8, readRecipientRow(context.columns)),
    })
  },
})

/** RopReloadCachedInformation ([MS-OXCROPS] 2.2.6.7, [MS-OXCMSG] 2.2.3.7). */
export const reloadCachedInformation = defineRop({
  id: 0x10,
  name: 'RopReloadCachedInformation',
  section: '2.2.6.7',
  request: { inputHandleIndex: handleIndex, reserved: reserved(u16) },
  success: openedMessage,
})

/** The status before the change, or as it is. */
const messageStatus = { messageStatusFlags: u32 } as const
const SET_MESSAGE_STATUS = 0x20

/** RopSetMessageStatus ([MS-OXCROPS] 2.2.6.8, [MS-OXCMSG] 2.2.3.8). */
export const setMessageStatus = defineRop({
  id: SET_MESSAGE_STATUS,
  name: 'RopSetMessageStatus',
  section: '2.2.6.8',
  request: {
    inputHandleIndex: handleIndex,
    messageId,
    messageStatusFlags: u32,
    /** Which of the flags are to be set or cleared. */
    messageStatusMask: u32,
  },
  success: messageStatus,
})

/** RopGetMessageStatus ([MS-OXCROPS] 2.2.6.9, [MS-OXCMSG] 2.2.3.9). */
export const getMessageStatus = defineRop({
  id: 0x1f,
  name: 'RopGetMessageStatus',
  section: '2.2.6.9',
  // [MS-OXCROPS] 2.2.6.9.2: the answer is that of RopSetMessageStatus, down to its RopId.
  responseId: SET_MESSAGE_STATUS,
  request: { inputHandleIndex: handleIndex, messageId },
  success: messageStatus,
})

/** RopSetReadFlags ([MS-OXCROPS] 2.2.6.10, [MS-OXCMSG] 2.2.3.10). */
export const setReadFlags = defineRop({
  id: 0x66,
  name: 'RopSetReadFlags',
  section: '2.2.6.10',
  request: {
    inputHandleIndex: handleIndex,
    wantAsynchronous: bool8,
    readFlags: u8,
    messageIds: counted(u16, messageId),
  },
  success: { partialCompletion: bool8 },
  bodyAlways: true,
})

/** How many bytes ClientData has. */
export const CLIENT_DATA_SIZE = 24

const clientData = fixedBytes(CLIENT_DATA_SIZE)
const hasReadStatusChanged = (parent: { readonly readStatusChanged: boolean }): boolean =>
  parent.readStatusChanged

const setMessageReadFlagFields = {
  responseHandleIndex: handleIndex,
  inputHandleIndex: handleIndex,
  readFlags: u8,
} as const

/** RopSetMessageReadFlag ([MS-OXCROPS] 2.2.6.11, [MS-OXCMSG] 2.2.3.11). */
export const setMessageReadFlag = defineRop({
  id: 0x11,
  name: 'RopSetMessageReadFlag',
  section: '2.2.6.11',
  request: {
    ...setMessageReadFlagFields,
    /** On a logon to public folders only: what the client wants to find in the answer. */
    clientData: ifGiven(() => false, clientData),
  },
  publicRequest: { ...setMessageReadFlagFields, clientData },
  success: {
    readStatusChanged: bool8,
    logonId: when(hasReadStatusChanged, u8),
    clientData: when(hasReadStatusChanged, clientData),
  },
})

export const messageRops = [
  openMessage,
  createMessage,
  saveChangesMessage,
  removeAllRecipients,
  modifyRecipients,
  readRecipients,
  reloadCachedInformation,
  setMessageStatus,
  getMessageStatus,
  setReadFlags,
  setMessageReadFlag,
] as const
