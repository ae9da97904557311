import {
  ErrorCode,
  PidTagAttachExtension,
  PidTagAttachFilename,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagCreationTime,
  PidTagDisplayName,
  PidTagLastModificationTime,
  PidTagRecordKey,
  PidTagRenderingPosition,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  type Table,
} from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import { attachmentSource } from '../message/attachment-source.ts'
import { AccessLevel } from '../message/message-access.ts'
import type { AttachmentRecord } from '../record/message-record.ts'
import { mapAccess } from '../record/stored-access.ts'
import { openRowsTable } from '../table/open-table.ts'
import { sizeOfAttachment } from './attachment-object.ts'
import type { MessageObject } from './message-object.ts'

/** The table of a message's attachments ([MS-OXCMSG] 2.2.3.17, [MS-OXCTABL]). */
export async function openAttachmentTable(message: MessageObject): Promise<Table> {
  const rows = async (): Promise<PropertyBag[]> => {
    const records = await message.attachmentRecords()
    return records.map((record) => attachmentRow(message, record))
  }
  const columns = new Set<PropertyTag>(ATTACHMENT_COLUMNS)
  for (const row of await rows()) for (const tag of row.tags()) columns.add(tag)
  return openRowsTable(message.logon, [...columns], rows)
}

/** The properties of an attachment; large ones are to be had from the attachment only. */
function attachmentRow(message: MessageObject, record: AttachmentRecord): PropertyBag {
  const source = attachmentSource(message.logon.mailbox, mapAccess(record.properties), {
    number: record.number,
    size: sizeOfAttachment(record),
    accessLevel: AccessLevel.ReadOnly,
  })
  const row = new PropertyBag()
  for (const tag of source.tags()) {
    const cell = source.cell(tag)
    row.setCell(tag, cell instanceof BlobRef ? new PropertyError(ErrorCode.NotEnoughMemory) : cell)
  }
  return row
}

/** The columns that an attachment table has whatever the attachments. */
const ATTACHMENT_COLUMNS = [
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagAttachMethod,
  PidTagRenderingPosition,
  PidTagAttachFilename,
  PidTagAttachLongFilename,
  PidTagAttachExtension,
  PidTagDisplayName,
  PidTagCreationTime,
  PidTagLastModificationTime,
  PidTagRecordKey,
] as readonly PropertyTag<unknown>[] as readonly PropertyTag[]
