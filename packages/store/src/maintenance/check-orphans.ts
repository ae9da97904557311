import { insertFolder } from '../folder/insert.ts'
import { findSubfolder } from '../folder/names.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import type { CheckReport } from './check.ts'

/** Where messages are put whose folder is gone. */
const LOST_AND_FOUND = 'Lost and Found'

const NO_FOLDER = 'NOT EXISTS (SELECT 1 FROM folder f WHERE f.fid = t.fid)'
const NO_MESSAGE = 'NOT EXISTS (SELECT 1 FROM message m WHERE m.mid = t.mid)'

/** Rows that belong to something else, and when that is not there. */
const ORPHANS: readonly (readonly [table: string, condition: string])[] = [
  ['permission', NO_FOLDER],
  ['rule', NO_FOLDER],
  ['receive_folder', NO_FOLDER],
  ['search_folder', NO_FOLDER],
  ['search_scope', NO_FOLDER],
  ['search_result', NO_FOLDER],
  ['tombstone', NO_FOLDER],
  ['deleted_range', NO_FOLDER],
  ['user_read', `${NO_FOLDER} OR ${NO_MESSAGE}`],
  ['attachment', NO_MESSAGE],
]

/** Finds rows that belong to nothing. Messages without a folder are put where their owner finds them; all else is removed. */
export async function checkOrphans(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  report: CheckReport,
): Promise<void> {
  const lost = await tx.column(`SELECT mid FROM message t WHERE ${NO_FOLDER} ORDER BY mid`)
  for (const mid of lost) {
    await report.found('orphan', `Message ${mid} is in no folder.`, async () => {
      const fid = await lostAndFound(tx, mailbox)
      await tx.run(
        'UPDATE message SET fid = ?, deleted_at = NULL, cn = ? WHERE mid = ?',
        fid,
        tx.allocate(),
        mid,
      )
    })
  }
  for (const [table, condition] of ORPHANS) {
    const row = await tx.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} t WHERE ${condition}`)
    if (row!.n === 0) continue
    await report.found('orphan', `${row!.n} rows of "${table}" belong to nothing.`, async () => {
      await tx.run(`DELETE FROM ${table} AS t WHERE ${condition}`)
    })
  }
}

async function lostAndFound(tx: MailboxTransaction, mailbox: Mailbox): Promise<number> {
  const top = mailbox.info.folders.ipmSubtree!
  const existing = await findSubfolder(tx, top, LOST_AND_FOUND)
  return existing ?? insertFolder(tx, mailbox, top, { name: LOST_AND_FOUND })
}
