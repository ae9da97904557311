/** What a recipient, or the sender, is to a message (MapiRecipDesc.ulRecipClass). */
export type RecipientClass = 'originator' | 'to' | 'cc' | 'bcc'

/** Somebody a message is from or to (MapiRecipDesc). */
export interface MapiRecipient {
  readonly recipClass: RecipientClass
  readonly name: string
  /** Type and address, such as `SMTP:bob@example.com`. Without it the name is looked for in the address book. */
  readonly address?: string
  /** The entry in the address book. */
  readonly entryId?: Uint8Array
}

/** A file that is attached (MapiFileDesc). */
export interface MapiFile {
  readonly fileName: string
  /** What is in it; bytes that come piece by piece are never whole in memory. */
  readonly data: Uint8Array | AsyncIterable<Uint8Array>
  /** Where in the text it is shown, in characters; at no place if left out. */
  readonly position?: number
}

/** A message (MapiMessage). */
export interface MapiMessage {
  readonly subject?: string
  /** The text of the message. */
  readonly noteText?: string
  /** PidTagMessageClass; `IPM.Note` if left out. */
  readonly messageType?: string
  readonly dateReceived?: Date
  /** Which conversation it is part of: PidTagConversationIndex. */
  readonly conversationId?: Uint8Array
  readonly isUnread?: boolean
  readonly isReceiptRequested?: boolean
  readonly isSent?: boolean
  readonly originator?: MapiRecipient
  readonly recips?: readonly MapiRecipient[]
  readonly files?: readonly MapiFile[]
}

/** Names a message of the default store. Means nothing to programs but that it is the same for the same message. */
export type MapiMessageId = string

/**
 * Shows a message to the user, who may change it: what the window of MAPI_DIALOG does. Resolves to what is to be sent, or to `undefined` if the
 * user does not want to.
 */
export type ComposeDialog = (message: MapiMessage) => Promise<MapiMessage | undefined>
