const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Settings of the outgoing queue; all times in milliseconds. */
export interface QueueSettings {
  /** How long after each failed attempt the next one follows; the last one stands for all that come after it. */
  readonly retryDelays: readonly number[]
  /** How long it is tried in all. What is not sent by then is reported as undeliverable. */
  readonly expiresAfter: number
  /** How long one transport may take with one message. */
  readonly attemptTimeout: number
  /** How often is looked for what other processes have put into the queue. */
  readonly pollInterval: number
  /** How long the end of a session waits for what is due to be sent. */
  readonly closeTimeout: number
}

/** What mail servers do, more or less: often at first, then every few hours, for five days (RFC 5321, 4.5.4.1). */
export const DEFAULT_QUEUE_SETTINGS: QueueSettings = {
  retryDelays: [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR],
  expiresAfter: 5 * DAY,
  attemptTimeout: 10 * MINUTE,
  pollInterval: 30_000,
  closeTimeout: 30_000,
}

/** How long to wait after this many attempts. */
export function retryDelay(settings: QueueSettings, attempts: number): number {
  const { retryDelays } = settings
  return retryDelays[Math.min(attempts, retryDelays.length) - 1] ?? MINUTE
}
