import { PidTagBody, PropertyError, PtypUnspecified, type Restriction, tagType } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { attachmentSource } from '../message/attachment-source.ts'
import { receiptFlags } from '../message/insert.ts'
import { MessageFlag } from '../message/message-flags.ts'
import { MessageSource } from '../message/message-source.ts'
import { recipientSource } from '../message/recipient-source.ts'
import { blobsOf, valueFromBytes } from '../record/large-value.ts'
import type { MessageRecord } from '../record/message-record.ts'
import { packMessage } from '../record/pack-message.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import { mapAccess } from '../record/stored-access.ts'
import { plainTextOf } from '../search/plain-text.ts'
import { needsOf, propertyValueOf } from '../table/message-reader.ts'
import type { Subject } from '../table/subject.ts'

/** A message that is about to be stored in a folder. Its properties are settled, its large values are references. */
export interface ArrivingMessage {
  readonly record: MessageRecord
  readonly isRead: boolean
}

/** What a restriction can be evaluated on: an arriving message as it would be in the folder. */
export async function subjectOf(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  message: ArrivingMessage,
  restriction: Restriction,
): Promise<Subject> {
  const { mailbox, codePage } = logon
  const { recipients, attachments } = message.record
  const needs = needsOf(restriction)

  async function partOf(source: PropertySource, isMessage = false): Promise<Subject> {
    const loaded = new Map<Parameters<PropertySource['cell']>[0], Exclude<StoredValue, BlobRef>>()
    for (const tag of needs.tags) {
      const held = tagType(tag) === PtypUnspecified ? source.tagOf(tag >>> 16) : tag
      const cell = held === undefined ? undefined : source.cell(held)
      if (cell instanceof BlobRef) {
        loaded.set(tag, valueFromBytes(await mailbox.blobs.readAll(tx, cell), tagType(held!)))
      } else if (cell !== undefined && !(cell instanceof PropertyError)) loaded.set(tag, cell)
      else if (isMessage && tag === PidTagBody) {
        const text = await plainTextOf(tx, mailbox, source)
        if (text !== undefined) loaded.set(tag, text)
      }
    }
    return { value: (tag) => propertyValueOf(source, tag, codePage, loaded) }
  }

  const source = sourceOf(tx, logon, fid, message)
  const recipientParts = needs.recipients
    ? await Promise.all(recipients.map((recipient) => partOf(recipientSource(recipient))))
    : []
  const attachmentParts = needs.attachments
    ? await Promise.all(
        attachments.map(({ number, properties }) =>
          partOf(attachmentSource(mailbox, mapAccess(properties), { number, size: 0, accessLevel: 0 })),
        ),
      )
    : []
  return {
    ...(await partOf(source, true)),
    recipients: () => recipientParts,
    attachments: () => attachmentParts,
  }
}

/** The properties of an arriving message as they would be in the folder, computed ones included. */
export function sourceOf(
  tx: MailboxTransaction,
  { mailbox, principal }: Logon,
  fid: number,
  message: ArrivingMessage,
): MessageSource {
  const { properties, recipients, attachments } = message.record
  const facts = {
    mid: undefined,
    fid,
    associated: false,
    flags: MessageFlag.Unmodified | receiptFlags(properties),
    isRead: message.isRead,
    status: 0,
    size: sizeOf(message.record),
    hasAttachments: attachments.length > 0,
    cn: undefined,
    changeKey: undefined,
    pcl: undefined,
    modified: tx.now,
    localCommit: tx.now,
    deletedOn: undefined,
  }
  return new MessageSource(mailbox, mapAccess(properties), facts, { principal }, () => recipients)
}

/** How many bytes the message is going to take, nearly. */
function sizeOf(record: MessageRecord): number {
  let size = packMessage(record).length
  for (const blob of blobsOf(record)) size += blob.size
  return size
}
