import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { type DerivedColumns, derivedColumns } from '../message/derived-columns.ts'
import { getMessage } from '../message/message-row.ts'
import { unpackRecipients } from '../record/pack-message.ts'
import { PackedProperties } from '../record/packed-properties.ts'
import type { CheckReport } from './check.ts'

/** Verifies that messages can be read, and that what tables sort and filter by repeats their properties. */
export async function checkMessages(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  report: CheckReport,
): Promise<void> {
  for (const mid of await tx.column('SELECT mid FROM message ORDER BY mid')) {
    const row = (await getMessage(tx, mid))!
    let columns: DerivedColumns
    try {
      unpackRecipients(row.recipients)
      columns = await derivedColumns(tx, mailbox.blobs, new Map(new PackedProperties(row.props)))
    } catch (error) {
      await report.found('message', `Message ${mid} cannot be read: ${(error as Error).message}`)
      continue
    }
    const isRight =
      row.importance === columns.importance &&
      row.delivery_time === (columns.deliveryTime?.toString() ?? null) &&
      row.class_key === columns.classKey &&
      row.subject_key === columns.subjectKey &&
      row.sender_key === columns.senderKey &&
      sameBytes(row.conversation, columns.conversation)
    if (!isRight) {
      await report.found('message', `Message ${mid} is not indexed rightly.`, async () => {
        await tx.run(
          `UPDATE message SET importance = ?, delivery_time = ?, class_key = ?, subject_key = ?, sender_key = ?,
           conversation = ? WHERE mid = ?`,
          columns.importance,
          columns.deliveryTime,
          columns.classKey,
          columns.subjectKey,
          columns.senderKey,
          columns.conversation,
          mid,
        )
      })
    }
    const attachment = await tx.get('SELECT 1 AS one FROM attachment WHERE mid = ? LIMIT 1', mid)
    const has = attachment === undefined ? 0 : 1
    if (row.has_attachments !== has) {
      await report.found('message', `Message ${mid} is wrong about having attachments.`, async () => {
        await tx.run('UPDATE message SET has_attachments = ? WHERE mid = ?', has, mid)
      })
    }
  }
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0
}
