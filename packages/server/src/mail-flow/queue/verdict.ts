import type { RecipientOutcome } from '../smtp-out/transport.ts'
import { isWanted, type QueuedMessage, type QueuedRecipient } from './queued-message.ts'

/** How long recipients are tried, and when. Times are in milliseconds. */
export interface RetryPolicy {
  /** How long is waited after the first attempt, the second and so on; the last goes on. */
  readonly delays: readonly number[]
  /** After which a recipient is given up. */
  readonly lifetime: number
  /** After which the sender is told that it takes long. */
  readonly warnAfter: number
}

/** What a report says became of recipients (Action, RFC 3464 2.3.3). */
export type ReportKind = 'failed' | 'delayed' | 'relayed'

/** What an attempt means for a recipient. */
export interface Verdict {
  readonly result: 'delivered' | 'deferred' | 'failed'
  readonly status: string
  /** When a recipient is tried again that was deferred. */
  readonly nextAttempt?: number
  /** What the sender is to be told. */
  readonly report?: ReportKind
}

/** Delivery time expired (RFC 3463 3.5). */
export const EXPIRED = '4.4.7'

/** By how much of itself a delay may be longer, so that what failed together does not come again together. */
const JITTER = 0.2

/**
 * Judges the outcome of an attempt.
 *
 * @param random from 0 to 1, the same for all recipients of an attempt, so that they stay together
 */
export function judge(
  message: Pick<QueuedMessage, 'from' | 'queuedAt'>,
  recipient: Pick<QueuedRecipient, 'attempts' | 'notify' | 'isDelayReported'>,
  outcome: Pick<RecipientOutcome, 'result' | 'status' | 'reportsItself'>,
  { policy, now, random }: { readonly policy: RetryPolicy; readonly now: number; readonly random: number },
): Verdict {
  const { status } = outcome
  const report = (kind: ReportKind, when: 'failure' | 'delay' | 'success') =>
    message.from !== '' && isWanted(recipient, when) ? { report: kind } : {}
  if (outcome.result === 'delivered') {
    return {
      result: 'delivered',
      status,
      ...(outcome.reportsItself === true ? {} : report('relayed', 'success')),
    }
  }
  if (outcome.result === 'failed') return { result: 'failed', status, ...report('failed', 'failure') }
  const expires = message.queuedAt + policy.lifetime
  if (now >= expires) return { result: 'failed', status: EXPIRED, ...report('failed', 'failure') }
  const isLate = now >= message.queuedAt + policy.warnAfter && !recipient.isDelayReported
  return {
    result: 'deferred',
    status,
    nextAttempt: Math.min(now + retryDelay(policy.delays, recipient.attempts + 1, random), expires),
    ...(isLate ? report('delayed', 'delay') : {}),
  }
}

/** How long is waited after so many attempts, in milliseconds. */
export function retryDelay(delays: readonly number[], attempts: number, random: number): number {
  const delay = delays[Math.min(attempts, delays.length) - 1] ?? 0
  return Math.round(delay * (1 + JITTER * random))
}

/** The failure is this server's own (RFC 3463 3.4). */
export const OWN_FAILURE = '4.3.0'

/** Statuses that are about a server or the way to it, as long as it is not the server that gives them. */
const ABOUT_DOMAINS = /^4\.(?:4\.[134]|7\.[458])$/
/** By this a server says that it takes nothing now (RFC 5321 3.8). */
const CLOSING = '421'

/** Whether a diagnostic is what a server has answered (RFC 5321 4.2). */
export function isReply(diagnostic: string): boolean {
  return /^[2-5]\d\d(?:[ -]|$)/.test(diagnostic)
}

/** Whether an attempt shows that nothing can be brought to a domain at the moment: no server is reached, or the one that is takes nothing. */
export function isDomainFailure(outcomes: readonly RecipientOutcome[]): boolean {
  return (
    outcomes.length > 0 &&
    outcomes.every(
      ({ result, status, diagnostic }) =>
        result === 'deferred' &&
        (isReply(diagnostic) ? diagnostic.startsWith(CLOSING) : ABOUT_DOMAINS.test(status)),
    )
  )
}
