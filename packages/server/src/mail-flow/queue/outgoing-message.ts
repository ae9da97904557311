/** What a sender wants to be told of a message on its way (NOTIFY, RFC 3461 4.1). */
export type NotifyWhen = 'success' | 'failure' | 'delay'

/** Somebody outside of the organization to whom a message goes. */
export interface OutgoingRecipient {
  /** SMTP address. */
  readonly address: string
  /** Left out: failure and delay (RFC 3461 4.1). Empty: never. */
  readonly notify?: readonly NotifyWhen[]
  /** ORCPT, as it stood there: `rfc822;user@example.com` in xtext (RFC 3461 4.2). */
  readonly originalRecipient?: string
}

/** A message that leaves the organization. */
export interface OutgoingMessage {
  /** Names the message for all time: what is queued again under the same key, since nobody knew whether it was, is not there twice. */
  readonly key: string
  /** MAIL FROM; empty for reports and automatic replies, of which nothing is ever reported (RFC 5321 4.5.5). */
  readonly from: string
  readonly recipients: readonly OutgoingRecipient[]
  /** ENVID, in xtext (RFC 3461 4.4). */
  readonly envelopeId?: string
  /** How much of the message a report has (RET, RFC 3461 4.3); left out: its header. */
  readonly returned?: 'full' | 'headers'
}

/** What leaves the organization, and the file that it stands in: MIME, in lines that end with CR LF, already on the disk. The queue takes the file for itself. */
export interface QueuedContent extends OutgoingMessage {
  /** A file in the folder of the queue. */
  readonly path: string
}

/** What became of a message that was to be queued: `duplicate`, it was queued before, and its file is removed. Both mean: it is durable. */
export type QueueAnswer = 'queued' | 'duplicate'
