/** How far one recipient of a queued message is. Times in milliseconds since 1970. */
export type RecipientProgress =
  /** Not handed to a transport yet, or put off; `reason` says why. */
  | { readonly state: 'pending'; readonly reason?: string; readonly status?: string }
  /** Handed to a transport that has not said yet what became of it. */
  | { readonly state: 'handedOver'; readonly transport: string }
  | { readonly state: 'sent'; readonly transport: string; readonly at: number; readonly isReported?: boolean }
  /** Will not be sent; `status` is an enhanced status code of RFC 3463. */
  | {
      readonly state: 'failed'
      readonly reason: string
      readonly status?: string
      readonly at: number
      readonly isReported?: boolean
    }

/** A recipient of a queued message. */
export interface QueuedRecipient {
  /** PidTagRowid in the message. */
  readonly rowId: number
  readonly displayName: string
  /** In upper case, such as `SMTP`. */
  readonly addressType: string
  readonly emailAddress: string
  /** Its Internet address, where that is known besides an address of another type. */
  readonly smtpAddress?: string
  readonly progress: RecipientProgress
}

/** A message in the outgoing queue. The message itself stays in its store. Can be kept as JSON. Times in milliseconds since 1970. */
export interface QueueEntry {
  /** Identifies the entry. */
  readonly id: string
  /** Service of the profile whose store has the message. */
  readonly service: string
  /** The message's place in that store, in decimal digits. */
  readonly folderId: string
  readonly messageId: string
  readonly subject: string
  /**
   * `accepting`: being taken in, and not to be sent before that is complete. `waiting`: to be sent at {@link nextAttempt}. `held`: not to
   * be sent until it is released.
   */
  readonly state: 'accepting' | 'waiting' | 'held'
  /** Whether the store knows that the message is submitted (RopSubmitMessage with NeedsSpooler). */
  readonly isSubmitted: boolean
  readonly queuedAt: number
  readonly nextAttempt: number
  /** How often it has been tried. */
  readonly attempts: number
  readonly recipients: readonly QueuedRecipient[]
}

/** The recipients that are neither sent to nor given up. */
export function openRecipients(entry: QueueEntry): readonly QueuedRecipient[] {
  return entry.recipients.filter(
    ({ progress }) => progress.state === 'pending' || progress.state === 'handedOver',
  )
}

/** The entry with the progress of some recipients, by row ID, replaced. */
export function withProgress(
  entry: QueueEntry,
  progress: ReadonlyMap<number, RecipientProgress>,
): QueueEntry {
  return {
    ...entry,
    recipients: entry.recipients.map((recipient) => {
      const next = progress.get(recipient.rowId)
      return next === undefined ? recipient : { ...recipient, progress: next }
    }),
  }
}
