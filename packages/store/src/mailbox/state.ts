import type { Transaction } from '../storage/storage.ts'
import type { MailboxInfo } from './mailbox.ts'

const DISABLED = 'disabled'

/**
 * How far the counter of IDs and change numbers goes on when a mailbox is put back from a backup: more than were ever given out
 * since, and little enough that it can be done sixty thousand times.
 */
const SKIPPED_COUNTERS = 2 ** 32

/** What a mailbox is, of the database that holds one. Throws if it holds none. */
export async function readMailboxInfo(tx: Transaction): Promise<MailboxInfo> {
  const table = await tx.get("SELECT 1 AS one FROM sqlite_master WHERE name = 'meta'")
  const row = table && (await tx.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', 'info'))
  if (row === undefined) throw new Error('The database holds no mailbox.')
  return JSON.parse(row.value)
}

export async function isMailboxDisabled(tx: Transaction): Promise<boolean> {
  return (await tx.get('SELECT value FROM meta WHERE key = ?', DISABLED)) !== undefined
}

export async function setMailboxDisabled(tx: Transaction, disabled: boolean): Promise<void> {
  await tx.run('DELETE FROM meta WHERE key = ?', DISABLED)
  if (disabled) {
    await tx.run('INSERT INTO meta (key, value) VALUES (?, ?)', DISABLED, new Date().toISOString())
  }
}

/** Makes sure that no ID is given out that may have been given out since a backup was made. */
export async function skipCounters(tx: Transaction): Promise<void> {
  await tx.run('UPDATE counter SET next = next + ? WHERE id = 1', SKIPPED_COUNTERS)
}
