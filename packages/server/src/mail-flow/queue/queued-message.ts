import type { NotifyWhen, OutgoingMessage, OutgoingRecipient } from './outgoing-message.ts'

/** How far a recipient is. */
export type RecipientState =
  /** To be tried, again and again. */
  | 'pending'
  /** Kept back by an administrator. */
  | 'held'
  /** Another server has taken over the message. */
  | 'delivered'
  /** Given up. */
  | 'failed'

/** A recipient of a message in the queue. Times are in milliseconds since 1970-01-01 UTC. */
export interface QueuedRecipient extends OutgoingRecipient {
  readonly id: number
  /** In lower case, in its ASCII form. */
  readonly domain: string
  readonly state: RecipientState
  /** How often it was tried. */
  readonly attempts: number
  /** When it is tried next, at the earliest. */
  readonly nextAttempt: number
  readonly lastAttempt?: number
  /** What the last attempt came to: enhanced status code (RFC 3463), answer in one line, and the server that answered. */
  readonly status?: string
  readonly diagnostic?: string
  readonly remoteHost?: string
  /** Whether the sender was told that it takes long. */
  readonly isDelayReported: boolean
}

/** A message in the queue. */
export interface QueuedMessage extends Omit<OutgoingMessage, 'recipients'> {
  /** Number by which administrators name it; no other message gets it. */
  readonly id: number
  /** Name of its file in the folder of the queue. */
  readonly file: string
  /** Bytes of the file. */
  readonly size: number
  /** In milliseconds since 1970-01-01 UTC. */
  readonly queuedAt: number
  readonly recipients: readonly QueuedRecipient[]
}

/** Which recipients are meant. */
export type QueueSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'message'; readonly id: number }
  /** Those whose addresses are in a domain, in whichever form it is written. */
  | { readonly kind: 'domain'; readonly domain: string }

/** What administrators do with the queue. Numbers are of recipients that were changed. */
export interface QueueAdministration {
  /** Messages that have such recipients, with all that they have, the oldest first. */
  list(selection: QueueSelection): Promise<readonly QueuedMessage[]>
  /** Tries pending recipients no more until they are released. */
  hold(selection: QueueSelection): Promise<number>
  /** Tries held recipients again, at once. */
  release(selection: QueueSelection): Promise<number>
  /** Tries pending recipients at once, not only when it is their time. */
  retry(selection: QueueSelection): Promise<number>
  /** Gives recipients up that are pending or held; `report`: the sender is told, as if they had failed. */
  remove(selection: QueueSelection, options: { readonly report: boolean }): Promise<number>
}

/** Whether a recipient's sender wants to be told of something (RFC 3461 4.1). */
export function isWanted({ notify }: Pick<OutgoingRecipient, 'notify'>, when: NotifyWhen): boolean {
  return notify === undefined ? when !== 'success' : notify.includes(when)
}
