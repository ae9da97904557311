import { counted, reserved, struct, u8, u16, u32 } from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { handleIndex, messageId } from './fields.ts'
import { openedMessage } from './message.ts'

/** OpenAttachmentFlags of RopOpenAttachment ([MS-OXCMSG] 2.2.3.12.1). */
export const OpenAttachmentFlags = {
  ReadOnly: 0x00,
  ReadWrite: 0x01,
  /** For writing too if the user may. */
  BestAccess: 0x03,
} as const

/** OpenModeFlags of RopOpenEmbeddedMessage ([MS-OXCMSG] 2.2.3.16.1). */
export const OpenEmbeddedMessageFlags = {
  ReadOnly: 0x00,
  ReadWrite: 0x01,
  /** It is made if there is none yet. */
  Create: 0x02,
} as const

/** TableFlags of RopGetAttachmentTable ([MS-OXCMSG] 2.2.3.17.1). */
export const AttachmentTableFlags = {
  Standard: 0x00,
  /** Strings in Unicode. */
  Unicode: 0x40,
} as const

/** RopOpenAttachment ([MS-OXCROPS] 2.2.6.12, [MS-OXCMSG] 2.2.3.12). */
export const openAttachment = defineRop({
  id: 0x22,
  name: 'RopOpenAttachment',
  section: '2.2.6.12',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    openAttachmentFlags: u8,
    /** PidTagAttachNumber. */
    attachmentId: u32,
  },
})

/** RopCreateAttachment ([MS-OXCROPS] 2.2.6.13, [MS-OXCMSG] 2.2.3.13). */
export const createAttachment = defineRop({
  id: 0x23,
  name: 'RopCreateAttachment',
  section: '2.2.6.13',
  request: { inputHandleIndex: handleIndex, outputHandleIndex: handleIndex },
  success: {
    /** PidTagAttachNumber. */
    attachmentId: u32,
  },
})

/** RopDeleteAttachment ([MS-OXCROPS] 2.2.6.14, [MS-OXCMSG] 2.2.3.14). */
export const deleteAttachment = defineRop({
  id: 0x24,
  name: 'RopDeleteAttachment',
  section: '2.2.6.14',
  request: {
    inputHandleIndex: handleIndex,
    /** PidTagAttachNumber. */
    attachmentId: u32,
  },
})

/** RopSaveChangesAttachment ([MS-OXCROPS] 2.2.6.15, [MS-OXCMSG] 2.2.3.15); SaveFlags are those of messages. */
export const saveChangesAttachment = defineRop({
  id: 0x25,
  name: 'RopSaveChangesAttachment',
  section: '2.2.6.15',
  request: {
    responseHandleIndex: handleIndex,
    inputHandleIndex: handleIndex,
    saveFlags: u8,
  },
})

/** RopOpenEmbeddedMessage ([MS-OXCROPS] 2.2.6.16, [MS-OXCMSG] 2.2.3.16). */
export const openEmbeddedMessage = defineRop({
  id: 0x46,
  name: 'RopOpenEmbeddedMessage',
  section: '2.2.6.16',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    codePageId: u16,
    openModeFlags: u8,
  },
  success: struct('RopOpenEmbeddedMessage response', { reserved: reserved(u8), messageId, ...openedMessage }),
})

/** RopGetAttachmentTable ([MS-OXCROPS] 2.2.6.17, [MS-OXCMSG] 2.2.3.17). */
export const getAttachmentTable = defineRop({
  id: 0x21,
  name: 'RopGetAttachmentTable',
  section: '2.2.6.17',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    tableFlags: u8,
  },
})

/** RopGetValidAttachments ([MS-OXCROPS] 2.2.6.18, [MS-OXCMSG] 2.2.3.18), of Exchange 2007. */
export const getValidAttachments = defineRop({
  id: 0x52,
  name: 'RopGetValidAttachments',
  section: '2.2.6.18',
  request: { inputHandleIndex: handleIndex },
  success: {
    /** With AttachmentIdCount before them: two bytes, as servers and the conformance suites of [MS-OXCMSG] have it. */
    attachmentIdArray: counted(u16, u32),
  },
})

export const attachmentRops = [
  openAttachment,
  createAttachment,
  deleteAttachment,
  saveChangesAttachment,
  openEmbeddedMessage,
  getAttachmentTable,
  getValidAttachments,
] as const
