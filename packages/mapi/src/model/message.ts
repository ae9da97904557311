import type { PropertyBag } from '../property/bag.ts'
import type { PropertyTag } from '../property/tag.ts'
import type { Recipient } from '../recipient/index.ts'
import type { AccessMode, Attachment, SaveOptions } from './attachment.ts'
import type { MapiObject, OperationOptions } from './object.ts'
import type { Table } from './table.ts'

/**
 * What {@link Message.setReadFlag} and {@link Folder.setReadFlags} do ([MS-OXCMSG] 2.2.3.11.1): mark read or unread, or
 * leave that and only withdraw a receipt that is due.
 */
export interface ReadFlags {
  /** `undefined` leaves the state as it is. */
  readonly read?: boolean
  /** Do not send the read receipt (SuppressReceipt). */
  readonly suppressReceipt?: boolean
  /** Send the read receipt now, without changing the state (GenerateReceiptOnly). */
  readonly receiptOnly?: boolean
  /** Withdraw the pending read receipt, or non-read receipt (ClearNotifyRead, ClearNotifyUnread). */
  readonly clear?: 'read' | 'unread'
}

/** A recipient to be added, changed or, without properties, removed. */
export interface RecipientChange {
  /** PidTagRowid: the recipient's number in its message. */
  readonly rowId: number
  readonly recipient?: Recipient
}

/** How a message is handed over ([MS-OXOMSG] 2.2.3.1.1). */
export interface SubmitOptions {
  /** The server works on the message before it goes (PreProcess). */
  readonly preprocess?: boolean
  /** The client's own transport will send it (NeedsSpooler). */
  readonly needsSpooler?: boolean
}

/** A message: mail, an appointment, a contact … ([MS-OXCMSG]). */
export interface Message extends MapiObject {
  /** Its ID in its folder; `undefined` for a new message until it is saved, and for an embedded one. */
  readonly id: bigint | undefined
  /** Whether there are named properties among its own (HasNamedProperties). */
  readonly hasNamedProperties: boolean
  /** Prefix and rest of the subject as last loaded, and how many recipients there are ([MS-OXCMSG] 2.2.3.1.2). */
  readonly summary: MessageSummary

  /**
   * Stores the message durably, and returns its ID. Rejects with `ObjectModified` if somebody else saved it since it
   * was opened. RopSaveChangesMessage, [MS-OXCMSG] 2.2.3.3.
   */
  save(options?: SaveOptions): Promise<bigint>

  /** All recipients, in the order of their row IDs. RopReadRecipients, [MS-OXCMSG] 2.2.3.6. */
  getRecipients(tags?: readonly PropertyTag<unknown>[]): Promise<readonly Recipient[]>

  /** Adds, changes and removes recipients. RopModifyRecipients, [MS-OXCMSG] 2.2.3.5. */
  modifyRecipients(changes: readonly RecipientChange[]): Promise<void>

  /** RopRemoveAllRecipients, [MS-OXCMSG] 2.2.3.4. */
  removeAllRecipients(): Promise<void>

  /** Reads the summary anew. RopReloadCachedInformation, [MS-OXCMSG] 2.2.3.7. */
  reload(): Promise<MessageSummary>

  /** Marks it read or unread at once, without saving; returns whether that changed anything. RopSetMessageReadFlag, [MS-OXCMSG] 2.2.3.11. */
  setReadFlag(flags: ReadFlags): Promise<boolean>

  /** RopGetAttachmentTable, [MS-OXCMSG] 2.2.3.17. */
  attachmentTable(): Promise<Table>

  /** The numbers of the attachments. RopGetValidAttachments, [MS-OXCMSG] 2.2.3.18. */
  getAttachmentNumbers(): Promise<readonly number[]>

  /** Opens an attachment, for reading if `mode` is left out. RopOpenAttachment, [MS-OXCMSG] 2.2.3.12. */
  openAttachment(number: number, mode?: AccessMode): Promise<Attachment>

  /** A new attachment, which exists once it is saved. RopCreateAttachment, [MS-OXCMSG] 2.2.3.13. */
  createAttachment(): Promise<Attachment>

  /** RopDeleteAttachment, [MS-OXCMSG] 2.2.3.14. */
  deleteAttachment(number: number): Promise<void>

  /** Hands the message to be sent. RopSubmitMessage, [MS-OXOMSG] 2.2.3.1. */
  submit(options?: SubmitOptions & OperationOptions): Promise<void>

  /** Sends it at once and returns the properties that sending added. RopTransportSend, [MS-OXOMSG] 2.2.3.6. */
  transportSend(): Promise<PropertyBag>
}

export interface MessageSummary {
  readonly subjectPrefix: string
  readonly normalizedSubject: string
  readonly recipientCount: number
}
