import type { PropertyBag } from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import type { MessageRow } from '../message/message-row.ts'
import type { MailboxTransaction } from './mailbox.ts'

/** A receipt that the sender of a message has asked for and that has become due ([MS-OXOMSG] 1.3.4, 3.2.5.3). */
export interface ReceiptDue {
  /** The message was read, or it was deleted unread. */
  readonly kind: 'read' | 'nonRead'
  /** The message as it was before. */
  readonly message: MessageRow
  /** Who read or deleted it. */
  readonly principal: Principal
}

/** A message that was handed over to be sent ([MS-OXOMSG] 3.2.5.1, 3.2.5.6). */
export interface Submission {
  readonly fid: number
  readonly mid: number
  /** Who sends it. */
  readonly principal: Principal
}

/** What sends messages. A mailbox without it keeps what is submitted until there is one. */
export interface SubmissionHook {
  /** A message is submitted; told once that is on disk. Must return quickly; what goes wrong while sending is reported by messages. */
  submitted(submission: Submission): void
  /** Sends a message at once; resolves with the properties that sending adds to it (RopTransportSend, [MS-OXOMSG] 2.2.3.6). */
  send(submission: Submission): Promise<PropertyBag>
  /**
   * Whether the message can still be called back; if so, it will not be sent (RopAbortSubmit, [MS-OXOMSG] 2.2.3.2). Called within the transaction that calls it
   * back, and so must not wait for the mailbox.
   */
  abort(submission: Submission): Promise<boolean>
}

/** What mail flow does for a mailbox. Set by whoever runs the engine. */
export interface MailboxHooks {
  /**
   * A receipt is due. Called within the transaction that made it so, so that the receipt is kept in it too and neither is lost without
   * the other.
   */
  receiptDue?: (tx: MailboxTransaction, due: ReceiptDue) => Promise<void>
  submission?: SubmissionHook
}
