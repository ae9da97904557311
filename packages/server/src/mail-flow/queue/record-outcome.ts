import type { RecipientOutcome } from '../smtp-out/transport.ts'
import type { QueuedEnvelope, QueueStore } from './queue-store.ts'
import { judge, type RetryPolicy, type Verdict } from './verdict.ts'

/**
 * Records what an attempt came to for a recipient, within a transaction, and that its sender is owed a report if that is so. `undefined` for a
 * recipient that has been settled meanwhile.
 */
export function recordOutcome(
  store: QueueStore,
  message: QueuedEnvelope,
  recipientId: number,
  outcome: RecipientOutcome,
  options: { readonly policy: RetryPolicy; readonly now: number; readonly random: number },
): Verdict | undefined {
  const recipient = store.openRecipient(recipientId)
  if (recipient === undefined) return undefined
  const verdict = judge(message, recipient, outcome, options)
  const { result, status, nextAttempt, report } = verdict
  store.changeRecipient(recipientId, {
    lastAttempt: options.now,
    status,
    diagnostic: outcome.diagnostic,
    ...(result === 'deferred' ? {} : { state: result }),
    ...(nextAttempt === undefined ? {} : { nextAttempt }),
    ...(outcome.remoteHost === undefined ? {} : { remoteHost: outcome.remoteHost }),
  })
  if (report !== undefined) store.oweReport(message.id, report, recipientId, options.now)
  return verdict
}
