import type { OutgoingRecipient } from '../queue/outgoing-message.ts'

/** One attempt to bring a message to recipients of one domain. */
export interface DeliveryAttempt {
  /** What stands behind the `@` of all recipients, in lower case, in its ASCII form. */
  readonly domain: string
  /** MAIL FROM; empty for reports. */
  readonly from: string
  readonly recipients: readonly OutgoingRecipient[]
  /** The file with the message, MIME in lines that end with CR LF. */
  readonly path: string
  /** Bytes of the file. */
  readonly size: number
  readonly envelopeId?: string
  readonly returned?: 'full' | 'headers'
  /** Ends the attempt when the server stops; recipients without an answer are deferred. */
  readonly signal: AbortSignal
}

/** What became of one recipient. */
export interface RecipientOutcome {
  readonly address: string
  readonly result: 'delivered' | 'deferred' | 'failed'
  /** Enhanced status code (RFC 3463), `2.0.0`, `4.4.1`, `5.1.1`. */
  readonly status: string
  /** What the other server answered, or why there was none: one line. */
  readonly diagnostic: string
  /** The server that answered. */
  readonly remoteHost?: string
  /** Whether the other server reports by itself what was asked for with NOTIFY (it announced DSN, RFC 3461). */
  readonly reportsItself?: boolean
}

/** Brings messages to servers of other organizations. */
export interface OutgoingTransport extends AsyncDisposable {
  /** Never rejects: whatever goes wrong is the outcome of the recipients that it concerns; there is one for each recipient. */
  deliver(attempt: DeliveryAttempt): Promise<readonly RecipientOutcome[]>
}
