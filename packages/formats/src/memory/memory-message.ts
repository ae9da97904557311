import {
  type AccessMode,
  type Attachment,
  ErrorCode,
  joinSubject,
  MapiError,
  type Message,
  type MessageSummary,
  PidTagNormalizedSubject,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyBag,
  type Recipient,
  type RecipientChange,
  splitSubject,
  type Table,
} from '@bourse/mapi'
import { MemoryNames } from './memory-names.ts'
import { MemoryObject } from './memory-object.ts'

/**
 * A message that is in no store: what a file is read into, or written from, where there is no mailbox. Changes hold at once;
 * saving does nothing. Nothing is computed, so it has just the properties that were set.
 */
export class MemoryMessage extends MemoryObject implements Message {
  readonly id: undefined
  /** By row ID. */
  readonly #recipients = new Map<number, Recipient>()
  readonly #attachments = new Map<number, MemoryAttachment>()
  #nextAttachment = 0

  constructor(names: MemoryNames = new MemoryNames()) {
    super(names)
  }

  get hasNamedProperties(): boolean {
    return this.properties.tags().some((tag) => tag >>> 31 === 1)
  }

  get summary(): MessageSummary {
    const { properties } = this
    const subject =
      properties.get(PidTagSubject) ??
      joinSubject(properties.get(PidTagSubjectPrefix), properties.get(PidTagNormalizedSubject))
    const { prefix, normalizedSubject } = splitSubject(subject, properties.get(PidTagSubjectPrefix))
    return { subjectPrefix: prefix, normalizedSubject, recipientCount: this.#recipients.size }
  }

  /** Does nothing; there is no ID. */
  async save(): Promise<bigint> {
    return 0n
  }

  async getRecipients(): Promise<readonly Recipient[]> {
    return [...this.#recipients.values()].sort((a, b) => a.rowId - b.rowId)
  }

  async modifyRecipients(changes: readonly RecipientChange[]): Promise<void> {
    for (const { rowId, recipient } of changes) {
      if (recipient === undefined) this.#recipients.delete(rowId)
      else this.#recipients.set(rowId, recipient)
    }
  }

  async removeAllRecipients(): Promise<void> {
    this.#recipients.clear()
  }

  async reload(): Promise<MessageSummary> {
    return this.summary
  }

  /** There is no store that keeps read states: rejects with `NotSupported`. */
  async setReadFlag(): Promise<boolean> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  /** Rejects with `NotSupported`; {@link getAttachmentNumbers} says which there are. */
  async attachmentTable(): Promise<Table> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  async getAttachmentNumbers(): Promise<readonly number[]> {
    return [...this.#attachments.keys()]
  }

  async openAttachment(number: number, _mode?: AccessMode): Promise<Attachment> {
    const attachment = this.#attachments.get(number)
    if (attachment === undefined) throw new MapiError(ErrorCode.NotFound)
    return attachment
  }

  async createAttachment(): Promise<Attachment> {
    const number = this.#nextAttachment++
    return new MemoryAttachment(this.names, number, (attachment) => this.#attachments.set(number, attachment))
  }

  async deleteAttachment(number: number): Promise<void> {
    this.#attachments.delete(number)
  }

  /** There is nobody to send it: rejects with `NotSupported`. */
  async submit(): Promise<void> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  /** As {@link submit}. */
  async transportSend(): Promise<PropertyBag> {
    throw new MapiError(ErrorCode.NotSupported)
  }
}

/** An attachment of a {@link MemoryMessage}. */
class MemoryAttachment extends MemoryObject implements Attachment {
  readonly number: number
  readonly #keep: (attachment: MemoryAttachment) => void
  #embedded: MemoryMessage | undefined

  constructor(names: MemoryNames, number: number, keep: (attachment: MemoryAttachment) => void) {
    super(names)
    this.number = number
    this.#keep = keep
  }

  async save(): Promise<void> {
    this.#keep(this)
  }

  async openEmbeddedMessage(mode?: AccessMode | 'create'): Promise<Message> {
    if (mode === 'create') this.#embedded = new MemoryMessage(this.names)
    if (this.#embedded === undefined) throw new MapiError(ErrorCode.NotFound)
    return this.#embedded
  }
}
