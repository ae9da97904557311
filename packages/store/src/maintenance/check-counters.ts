import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import type { CheckReport } from './check.ts'

/** Columns that hold counters of the mailbox's own replica. */
const COUNTERS: readonly (readonly [table: string, column: string])[] = [
  ['folder', 'fid'],
  ['folder', 'cn'],
  ['folder', 'contents_cn'],
  ['message', 'mid'],
  ['message', 'cn'],
  ['message', 'read_cn'],
  ['tombstone', 'cn'],
  ['user_read', 'read_cn'],
  ['rule', 'rule_id'],
]

/** Verifies that the counter is beyond all IDs and change numbers that were given out. */
export async function checkCounters(tx: MailboxTransaction, report: CheckReport): Promise<void> {
  let highest = 0
  for (const [table, column] of COUNTERS) {
    const row = await tx.get<{ highest: number | null }>(`SELECT MAX(${column}) AS highest FROM ${table}`)
    highest = Math.max(highest, row!.highest ?? 0)
  }
  const row = await tx.get<{ next: number }>('SELECT next FROM counter WHERE id = 1')
  if (row!.next > highest) return
  await report.found('counter', `The counter stands at ${row!.next}, but ${highest} is in use.`, async () => {
    // The transaction keeps the counter itself; what it hands out here is beyond what is in use.
    tx.allocate(highest - row!.next + 1)
  })
}
