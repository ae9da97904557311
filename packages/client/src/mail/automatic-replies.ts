import {
  type AutomaticRepliesState,
  type ExternalAudience,
  fileTimeToInstant,
  getAutomaticReplies,
  isAway,
  type MessageStore,
  nowAsFileTime,
  setAutomaticReplies,
} from '@bourse/mapi'
import { type TimeLike, toFileTime } from './time.ts'

/** How a mailbox answers by itself while its owner is away ([MS-OXWOOF] 2.2.4.2). */
export interface MailAutomaticReplies {
  /** `scheduled`: from a time until another one. */
  readonly state: AutomaticRepliesState
  /** Whether it answers now. */
  readonly isAway: boolean
  /** The time of a scheduled absence, or of the last one. */
  readonly from: Temporal.Instant | undefined
  readonly until: Temporal.Instant | undefined
  /** Who outside of the organization is answered: nobody, those in the contacts and the address book, or all. */
  readonly externalAudience: ExternalAudience
  /** The answer to people of the organization: HTML or plain text; they get none if it is empty. */
  readonly internalReply: string
  /** The answer to others. */
  readonly externalReply: string
}

/** What of it changes. */
export interface AutomaticRepliesContent {
  readonly state?: AutomaticRepliesState
  readonly from?: TimeLike
  readonly until?: TimeLike
  readonly externalAudience?: ExternalAudience
  readonly internalReply?: string
  readonly externalReply?: string
}

/** Rejects with `NotSupported` for stores of other servers than Bourse. */
export async function readAutomaticReplies(store: MessageStore): Promise<MailAutomaticReplies> {
  const replies = await getAutomaticReplies(store)
  const { from, until } = replies
  return {
    ...replies,
    from: from && fileTimeToInstant(from),
    until: until && fileTimeToInstant(until),
    isAway: isAway(replies, nowAsFileTime()),
  }
}

/** Changes what is given and leaves the rest. Rejects as `setAutomaticReplies` does. */
export async function changeAutomaticReplies(
  store: MessageStore,
  { from, until, ...changes }: AutomaticRepliesContent,
): Promise<void> {
  await setAutomaticReplies(store, {
    ...(await getAutomaticReplies(store)),
    ...changes,
    ...(from === undefined ? {} : { from: toFileTime(from) }),
    ...(until === undefined ? {} : { until: toFileTime(until) }),
  })
}
