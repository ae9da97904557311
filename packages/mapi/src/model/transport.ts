import type { Guid } from '../bytes/index.ts'
import type { Recipient } from '../recipient/index.ts'
import type { Message } from './message.ts'
import type { MessageStore } from './message-store.ts'
import type { OperationOptions } from './object.ts'

/** What became of one recipient. */
export type DeliveryOutcome =
  | { readonly kind: 'sent' }
  /** Worth trying again, not before `retryAfter` milliseconds if given. */
  | { readonly kind: 'deferred'; readonly reason: string; readonly retryAfter?: number }
  /** Will not succeed; `status` is an enhanced status code of RFC 3463. */
  | { readonly kind: 'failed'; readonly reason: string; readonly status?: string }

export interface RecipientOutcome {
  readonly recipient: Recipient
  readonly outcome: DeliveryOutcome
}

/**
 * Carries messages to a messaging system and brings new ones from it (MAPI's transport provider). The subsystem's outgoing
 * queue decides which transport gets which recipients.
 */
export interface Transport extends AsyncDisposable {
  /** Address types it can send to, e.g. `SMTP`, in upper case; `*` for any. */
  readonly addressTypes: readonly string[]

  /**
   * The mailbox (`LogonInfo.mailboxGuid`) that sends by itself what is submitted in it, if the transport is part of one: a message of that
   * mailbox is submitted there and passes by the outgoing queue. MAPI calls such stores and transports tightly coupled.
   */
  readonly mailboxGuid?: Guid

  /** Sends a message to those of its recipients that are given, and says what became of each of them. */
  send(
    message: Message,
    recipients: readonly Recipient[],
    options?: OperationOptions,
  ): Promise<readonly RecipientOutcome[]>

  /** Brings messages that wait elsewhere into a store, if the transport can. Returns how many came. */
  receive?(store: MessageStore, options?: OperationOptions): Promise<number>
}
