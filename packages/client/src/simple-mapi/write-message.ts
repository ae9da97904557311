import {
  AttachMethod,
  fileTimeFromDate,
  type Message,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagConversationIndex,
  PidTagDisplayName,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagReadReceiptRequested,
  PidTagRenderingPosition,
  PidTagSubject,
  PropertyBag,
  type Session,
} from '@bourse/mapi'
import { writeText } from '../mail/body.ts'
import { resolve, typeOf } from './resolve.ts'
import type { MapiFile, MapiMessage } from './types.ts'

/** Shown at no place in the text. */
const NO_POSITION = -1

/** Puts all that a description says into a message in the place of what it has; it is not saved. Throws as `resolve` does. */
export async function writeMessage(session: Session, target: Message, source: MapiMessage): Promise<void> {
  const recipients: PropertyBag[] = []
  // First, so that nothing has changed if somebody is not found.
  for (const recipient of source.recips ?? []) recipients.push(await resolve(session.addressBook, recipient))
  const { subject = '', messageType = 'IPM.Note', dateReceived, conversationId } = source
  const properties = new PropertyBag().set(PidTagSubject, subject).set(PidTagMessageClass, messageType)
  if (dateReceived !== undefined) properties.set(PidTagMessageDeliveryTime, fileTimeFromDate(dateReceived))
  if (conversationId !== undefined) properties.set(PidTagConversationIndex, conversationId)
  if (source.isReceiptRequested !== undefined) {
    properties.set(PidTagReadReceiptRequested, source.isReceiptRequested)
  }
  await target.setProperties(properties)
  await writeText(target, source.noteText ?? '')
  await target.removeAllRecipients()
  await target.modifyRecipients(
    recipients.map((one, rowId) => ({
      rowId,
      recipient: { rowId, type: typeOf(source.recips![rowId]!.recipClass), properties: one },
    })),
  )
  for (const number of await target.getAttachmentNumbers()) await target.deleteAttachment(number)
  for (const file of source.files ?? []) await attach(target, file)
}

async function attach(target: Message, { fileName, data, position = NO_POSITION }: MapiFile): Promise<void> {
  await using attachment = await target.createAttachment()
  await attachment.setProperties([
    [PidTagAttachMethod, AttachMethod.byValue],
    [PidTagAttachLongFilename, fileName],
    [PidTagDisplayName, fileName],
    [PidTagRenderingPosition, position],
  ])
  await using stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
  for await (const piece of data instanceof Uint8Array ? [data] : data) {
    for (let at = 0; at < piece.length; ) at += await stream.write(piece.subarray(at))
  }
  await stream.commit()
  await attachment.save()
}
