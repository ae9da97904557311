import { ErrorCode, MapiError } from '@bourse/mapi'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { getQuotas, mailboxContents } from '../mailbox/quotas.ts'
import type { Transaction } from '../storage/storage.ts'

/**
 * How many bytes each mailbox holds at most: what it was found to hold when somebody last looked, and all that has come since, whether it was kept or
 * not. Saves adding the sizes of all folders up whenever a message is saved.
 */
const estimates = new WeakMap<Mailbox, number>()

/** A message came or has grown by so many bytes. */
export function noteGrowth(mailbox: Mailbox, growth: number): void {
  const estimate = estimates.get(mailbox)
  if (estimate !== undefined && growth > 0) estimates.set(mailbox, estimate + growth)
}

/** Throws `ShutoffQuotaExceeded` if the mailbox would hold more than it may with this many bytes more. */
export async function requireRoom(tx: Transaction, mailbox: Mailbox, growth: number): Promise<void> {
  const { receive } = await getQuotas(tx)
  if (receive === undefined || growth <= 0) return
  const estimate = estimates.get(mailbox)
  if (estimate !== undefined && estimate + growth <= receive) return
  const { size } = await mailboxContents(tx)
  estimates.set(mailbox, size)
  if (size + growth > receive) throw new MapiError(ErrorCode.ShutoffQuotaExceeded)
}

/** Throws `ShutoffQuotaExceeded` if there is no room for copies of these messages. */
export async function requireRoomForCopies(
  tx: Transaction,
  mailbox: Mailbox,
  mids: readonly number[],
): Promise<void> {
  const row = await tx.get<{ size: number | null }>(
    `SELECT SUM(size) AS size FROM message WHERE mid IN (${mids.map(() => '?').join(', ')})`,
    ...mids,
  )
  await requireRoom(tx, mailbox, row?.size ?? 0)
}
