import { globcntOf } from '@bourse/mapi'
import type { Transaction } from '../storage/storage.ts'

/** Stands in the place of a rule for the automatic replies of the mailbox itself. */
export const MAILBOX_ITSELF = 0n

/** Whether a sender was answered by a rule, or by the mailbox itself, since the owner has been away ([MS-OXORULE] 3.2.5.1.1). */
export async function wasAnswered(tx: Transaction, ruleId: bigint, sender: string): Promise<boolean> {
  const row = await tx.get(
    'SELECT 1 AS one FROM out_of_office_reply WHERE rule_id = ? AND sender = ?',
    globcntOf(ruleId),
    sender,
  )
  return row !== undefined
}

/** Remembers that a sender was answered, until the owner is back or away anew. */
export async function noteAnswered(tx: Transaction, ruleId: bigint, sender: string): Promise<void> {
  await tx.run(
    'INSERT INTO out_of_office_reply (rule_id, sender) VALUES (?, ?) ON CONFLICT (rule_id, sender) DO NOTHING',
    globcntOf(ruleId),
    sender,
  )
}
