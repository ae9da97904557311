import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import type { CheckReport } from './check.ts'

const INDEXED = 'SELECT rowid FROM message_text'
const WAITING = 'SELECT mid FROM text_queue'

/** Verifies that every message is in the text index or waits for that, and nothing else. */
export async function checkText(tx: MailboxTransaction, report: CheckReport): Promise<void> {
  const missing = await tx.column(
    `SELECT mid FROM message WHERE mid NOT IN (${INDEXED}) AND mid NOT IN (${WAITING}) ORDER BY mid`,
  )
  if (missing.length > 0) {
    await report.found(
      'text index',
      `${missing.length} messages cannot be found by their text.`,
      async () => {
        for (const mid of missing) await tx.run('INSERT INTO text_queue (mid) VALUES (?)', mid)
      },
    )
  }
  const strays = await tx.column(
    `SELECT mid FROM (${INDEXED.replace('rowid', 'rowid AS mid')} UNION ${WAITING}) AS t
     WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.mid = t.mid)`,
  )
  if (strays.length === 0) return
  await report.found('text index', `${strays.length} texts in it belong to no message.`, async () => {
    for (const mid of strays) {
      await tx.run('DELETE FROM message_text WHERE rowid = ?', mid)
      await tx.run('DELETE FROM text_queue WHERE mid = ?', mid)
    }
  })
}
