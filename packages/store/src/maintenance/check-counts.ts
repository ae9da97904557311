import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import type { SqlRow } from '../storage/storage.ts'
import type { CheckReport } from './check.ts'

/** What a folder's columns repeat of its messages and subfolders, as they should be. */
const EXPECTED: Readonly<Record<string, string>> = {
  message_count: messages('COUNT(*)', 'm.associated = 0 AND m.deleted_at IS NULL'),
  unread_count: messages('COUNT(*)', 'm.associated = 0 AND m.is_read = 0 AND m.deleted_at IS NULL'),
  associated_count: messages('COUNT(*)', 'm.associated = 1 AND m.deleted_at IS NULL'),
  message_size: messages('COALESCE(SUM(m.size), 0)', 'm.associated = 0 AND m.deleted_at IS NULL'),
  associated_size: messages('COALESCE(SUM(m.size), 0)', 'm.associated = 1 AND m.deleted_at IS NULL'),
  deleted_message_count: messages('COUNT(*)', 'm.associated = 0 AND m.deleted_at IS NOT NULL'),
  deleted_associated_count: messages('COUNT(*)', 'm.associated = 1 AND m.deleted_at IS NOT NULL'),
  deleted_size: messages('COALESCE(SUM(m.size), 0)', 'm.deleted_at IS NOT NULL'),
}

/** The same of a search folder, of what it has found: its messages may have changed since it was told. */
const EXPECTED_IN_SEARCH: Readonly<Record<string, string>> = {
  message_count: found('COUNT(*)'),
  unread_count: found('COALESCE(SUM(1 - r.is_read), 0)'),
  message_size: found('COALESCE(SUM(r.size), 0)'),
}

const CHILDREN: Readonly<Record<string, string>> = {
  child_count: children('IS NULL'),
  deleted_child_count: children('IS NOT NULL'),
}

function messages(value: string, condition: string): string {
  return `(SELECT ${value} FROM message m WHERE m.fid = f.fid AND ${condition})`
}

function found(value: string): string {
  return `(SELECT ${value} FROM search_result r WHERE r.fid = f.fid)`
}

function children(deleted: string): string {
  return `(SELECT COUNT(*) FROM folder c WHERE c.parent_fid = f.fid AND c.fid <> f.fid AND c.deleted_at ${deleted})`
}

/** Verifies the counts and sizes that folders keep. */
export async function checkCounts(tx: MailboxTransaction, report: CheckReport): Promise<void> {
  await checkColumns(tx, report, EXPECTED, 'f.kind <> 2')
  await checkColumns(tx, report, EXPECTED_IN_SEARCH, 'f.kind = 2')
  await checkColumns(tx, report, CHILDREN, 'f.parent_fid <> 0')
}

async function checkColumns(
  tx: MailboxTransaction,
  report: CheckReport,
  expected: Readonly<Record<string, string>>,
  which: string,
): Promise<void> {
  const columns = Object.keys(expected)
  const list = columns.map((column) => `f.${column} AS ${column}, ${expected[column]} AS expected_${column}`)
  const rows = await tx.all<SqlRow>(`SELECT f.fid, ${list.join(', ')} FROM folder f WHERE ${which}`)
  for (const row of rows) {
    for (const column of columns) {
      const is = row[column]
      const should = row[`expected_${column}`]
      if (is === should) continue
      await report.found(
        'counts',
        `Folder ${row.fid}: ${column} is ${is}, should be ${should}.`,
        async () => {
          await tx.run(`UPDATE folder SET ${column} = ? WHERE fid = ?`, should!, row.fid!)
        },
      )
    }
  }
}
