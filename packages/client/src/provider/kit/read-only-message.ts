import type { MemoryMessage } from '@bourse/formats/memory'
import {
  AccessFlags,
  ErrorCode,
  guidBytes,
  MapiError,
  type MapiObject,
  type Message,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagAttachDataBinary,
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagDisplayCc,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagEntryId,
  PidTagFolderId,
  PidTagHasAttachments,
  PidTagMid,
  PidTagObjectType,
  PidTagParentEntryId,
  PidTagStoreRecordKey,
  PropertyBag,
  RecipientType,
  recipientKind,
} from '@bourse/mapi'
import { memoryTable } from '../../table/index.ts'
import { copyMessage } from './copy-message.ts'
import { readOnlyObject, refuse, unsupported } from './read-only-object.ts'
import { idOf, type StoreContext } from './store-context.ts'
import type { FolderSource, MessageSource } from './store-source.ts'

/** PidTagObjectType of messages. */
const MAPI_MESSAGE = 5

/** What a message has because of where it is. */
export function placeProperties(
  context: StoreContext,
  folder: FolderSource,
  message: MessageSource,
): PropertyBag {
  return new PropertyBag()
    .set(PidTagMid, idOf(message))
    .set(PidTagFolderId, idOf(folder))
    .set(PidTagEntryId, context.messageEntryId(folder, message))
    .set(PidTagParentEntryId, context.folderEntryId(folder))
    .set(PidTagStoreRecordKey, guidBytes(context.source.mailboxGuid))
    .set(PidTagObjectType, MAPI_MESSAGE)
    .set(PidTagAccess, AccessFlags.Read)
    .set(PidTagAccessLevel, 0)
}

/** A message of a source, for reading. */
export async function openReadOnlyMessage(
  context: StoreContext,
  folder: FolderSource,
  source: MessageSource,
): Promise<Message> {
  const memory = await source.open()
  const numbers = await memory.getAttachmentNumbers()
  const properties = new PropertyBag([
    ...(await displayNames(memory)),
    [PidTagHasAttachments, numbers.length > 0],
    ...source.summary,
    ...memory.properties,
    ...placeProperties(context, folder, source),
  ])
  const object = readOnlyObject({
    properties: () => properties,
    openStream: (tag, mode) => (mode === undefined || mode === 'read' ? memory.openStream(tag) : refuse()),
    queryNamedProperties: (query) => memory.queryNamedProperties(query),
    copyTo: (destination) => copyTo(message, destination),
  })
  const message: Message = {
    ...object,
    id: idOf(source),
    hasNamedProperties: memory.hasNamedProperties,
    summary: memory.summary,
    save: refuse,
    getRecipients: () => memory.getRecipients(),
    modifyRecipients: refuse,
    removeAllRecipients: refuse,
    reload: async () => memory.summary,
    setReadFlag: refuse,
    attachmentTable: async () => memoryTable(() => attachmentRows(memory)),
    getAttachmentNumbers: async () => numbers,
    openAttachment: (number, mode = 'read') =>
      mode === 'readWrite' ? refuse() : memory.openAttachment(number),
    createAttachment: refuse,
    deleteAttachment: refuse,
    submit: refuse,
    transportSend: unsupported,
  }
  return message
}

async function copyTo(message: Message, destination: MapiObject): Promise<readonly []> {
  if (!('modifyRecipients' in destination)) throw new MapiError(ErrorCode.InvalidParameter)
  await copyMessage(message, destination as Message)
  return []
}

async function attachmentRows(memory: MemoryMessage): Promise<readonly PropertyBag[]> {
  const rows: PropertyBag[] = []
  for (const number of await memory.getAttachmentNumbers()) {
    await using attachment = await memory.openAttachment(number)
    const row = await attachment.getAllProperties()
    const size = row.get(PidTagAttachDataBinary)?.length ?? 0
    row.delete(PidTagAttachDataBinary)
    rows.push(row.set(PidTagAttachNumber, number).set(PidTagAttachSize, size))
  }
  return rows
}

async function displayNames(memory: MemoryMessage): Promise<PropertyBag> {
  const recipients = await memory.getRecipients()
  const names = (kind: number) =>
    recipients
      .filter(({ type }) => recipientKind(type) === kind)
      .map(({ properties }) => properties.get(PidTagDisplayName) ?? '')
      .join('; ')
  return new PropertyBag()
    .set(PidTagDisplayTo, names(RecipientType.To))
    .set(PidTagDisplayCc, names(RecipientType.Cc))
}
