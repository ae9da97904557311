import { type AccessMode, ErrorCode, MapiError } from '@bourse/mapi'
import {
  AttachmentTableFlags,
  createAttachment,
  deleteAttachment,
  getAttachmentTable,
  getValidAttachments,
  OpenAttachmentFlags,
  OpenEmbeddedMessageFlags,
  openAttachment,
  openEmbeddedMessage,
  saveChangesAttachment,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { codePageOf, saveOptions } from './message.ts'
import { openedMessageBody } from './recipient-rows.ts'
import { tableObject } from './table-object.ts'

const OPEN_MODES: ReadonlyMap<number, AccessMode> = new Map([
  [OpenAttachmentFlags.ReadOnly, 'read'],
  [OpenAttachmentFlags.ReadWrite, 'readWrite'],
  [OpenAttachmentFlags.BestAccess, 'best'],
])

const EMBEDDED_MODES: ReadonlyMap<number, AccessMode | 'create'> = new Map([
  [OpenEmbeddedMessageFlags.ReadOnly, 'read'],
  [OpenEmbeddedMessageFlags.ReadWrite, 'readWrite'],
  [OpenEmbeddedMessageFlags.Create, 'create'],
])

/** What these ROPs answer for an object of another kind ([MS-OXCMSG] 3.2.5). */
const { NullObject } = ErrorCode

/** RopOpenEmbeddedMessage: [MS-OXCMSG] 3.2.5.16. */
async function openEmbedded(
  call: RopCall<typeof openEmbeddedMessage>,
): Promise<Outcome<typeof openEmbeddedMessage>> {
  const { attachment } = call.inputElse(NullObject, 'attachment')
  const { openModeFlags, codePageId } = call.request
  const mode = EMBEDDED_MODES.get(openModeFlags)
  if (mode === undefined) throw new MapiError(ErrorCode.InvalidParameter)
  const message = await attachment.openEmbeddedMessage(mode, codePageOf(codePageId))
  try {
    const body = await openedMessageBody(message, call.room - 9)
    return { object: { kind: 'message', message }, body: { messageId: message.id ?? 0n, ...body } }
  } catch (error) {
    await message[Symbol.asyncDispose]()
    throw error
  }
}

export const attachmentHandlers = [
  // RopOpenAttachment: [MS-OXCMSG] 3.2.5.12
  handler(openAttachment, async (call) => {
    const { message } = call.inputElse(NullObject, 'message')
    const mode = OPEN_MODES.get(call.request.openAttachmentFlags)
    if (mode === undefined) throw new MapiError(ErrorCode.InvalidParameter)
    const attachment = await message.openAttachment(call.request.attachmentId, mode)
    return { object: { kind: 'attachment', attachment } }
  }),
  // RopCreateAttachment: [MS-OXCMSG] 3.2.5.13
  handler(createAttachment, async (call) => {
    const attachment = await call.inputElse(NullObject, 'message').message.createAttachment()
    return { object: { kind: 'attachment', attachment }, body: { attachmentId: attachment.number } }
  }),
  // RopDeleteAttachment: [MS-OXCMSG] 3.2.5.14
  handler(deleteAttachment, async (call) => {
    await call.inputElse(NullObject, 'message').message.deleteAttachment(call.request.attachmentId)
    return {}
  }),
  // RopSaveChangesAttachment: [MS-OXCMSG] 3.2.5.15
  handler(saveChangesAttachment, async (call) => {
    await call.input('attachment').attachment.save(saveOptions(call.request.saveFlags))
    return {}
  }),
  handler(openEmbeddedMessage, openEmbedded),
  // RopGetAttachmentTable: [MS-OXCMSG] 3.2.5.17
  handler(getAttachmentTable, async (call) => {
    const { message } = call.inputElse(NullObject, 'message')
    call.requireFlags(call.request.tableFlags, AttachmentTableFlags.Unicode)
    return { object: tableObject('attachments', await message.attachmentTable()) }
  }),
  // RopGetValidAttachments: [MS-OXCMSG] 3.2.5.18
  handler(getValidAttachments, async (call) => ({
    body: { attachmentIdArray: await call.input('message').message.getAttachmentNumbers() },
  })),
]
