import {
  guidBytes,
  messageEntryId,
  type OofReplyAction,
  PidTagReplyTemplateId,
  type ReplyAction,
  type ReplyTemplate,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { getMessage, getMessages, type MessageRow } from '../message/message-row.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'

/** Message classes of reply templates begin with this ([MS-OXORULE] 3.1.4.2.5), in lower case. */
const TEMPLATE_CLASS = 'ipm.note.rules.'

/**
 * The reply template of an action ([MS-OXORULE] 2.2.5.1.2.2): by its IDs, or the one in its folder with its GUID, if that is another one. `undefined` if it is not
 * there. Only what is associated with a folder is a template: who may set rules may not have any mail of the user sent to whom they like.
 */
export async function findReplyTemplate(
  tx: Transaction,
  mailbox: Mailbox,
  { template, templateGuid }: ReplyAction | OofReplyAction,
): Promise<MessageRow | undefined> {
  const place = placeOf(mailbox, template)
  if (place === undefined) return undefined
  const row = await getMessage(tx, place.mid)
  const isNamed =
    row !== undefined && row.deleted_at === null && row.associated === 1 && row.fid === place.fid
  const guid = Buffer.from(guidBytes(templateGuid))
  if (isNamed) {
    const id = templateId(row)
    if (id === undefined || guid.equals(id)) return row
  }
  const mids = await tx.column(
    `SELECT mid FROM message WHERE fid = ? AND associated = 1 AND deleted_at IS NULL AND substr(class_key, 1, ?) = ?`,
    place.fid,
    TEMPLATE_CLASS.length,
    TEMPLATE_CLASS,
  )
  for (const each of await getMessages(tx, mids)) {
    const id = templateId(each)
    if (id !== undefined && guid.equals(id)) return each
  }
  return isNamed ? row : undefined
}

function templateId(row: MessageRow): Uint8Array | undefined {
  const id = new PackedProperties(row.props).get(PidTagReplyTemplateId)
  return id instanceof Uint8Array ? id : undefined
}

function placeOf(
  mailbox: Mailbox,
  template: ReplyTemplate,
): { readonly fid: number; readonly mid: number } | undefined {
  if (template.kind === 'ids') {
    const fid = mailbox.counterOf(template.folderId)
    const mid = mailbox.counterOf(template.messageId)
    return fid === undefined || mid === undefined ? undefined : { fid, mid }
  }
  try {
    const id = decodeWith(messageEntryId, template.entryId)
    const { replicaGuid } = mailbox.info
    if (id.folderDatabaseGuid !== replicaGuid || id.messageDatabaseGuid !== replicaGuid) return undefined
    return { fid: id.folderGlobalCounter, mid: id.messageGlobalCounter }
  } catch {
    // Of another provider, or no entry ID at all.
    return undefined
  }
}
