import {
  ErrorCode,
  MapiError,
  PidTagAttachMethod,
  PidTagBody,
  PidTagHtml,
  PidTagNativeBody,
  PidTagNormalizedSubject,
  PidTagRtfCompressed,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
  splitSubject,
  tagId,
} from '@bourse/mapi'
import type { BlobDraft } from '../blob/blob-draft.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import type { BlobStore } from '../blob/blob-store.ts'
import { blobsIn, blobsOf } from '../record/large-value.ts'
import type {
  AttachmentRecord,
  MessageRecord,
  RecipientRecord,
  StoredProperties,
} from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { mapAccess, type StoredAccess } from '../record/stored-access.ts'
import { LiveBlob, PropertyOverlay } from './property-overlay.ts'

/** How many attachments a message may have. */
export const MAX_ATTACHMENTS = 4096

/** The properties that hold a message's body in one format or another. */
const BODY_TAGS: readonly PropertyTag<unknown>[] = [PidTagBody, PidTagRtfCompressed, PidTagHtml]

/** Where what is stored of an open message comes from. */
export interface StoredContent {
  readonly properties: StoredAccess
  recipients(): readonly RecipientRecord[]
  /** Undefined: it has none. */
  readonly attachments: (() => Promise<readonly AttachmentRecord[]>) | undefined
}

/** The stored content of a message that is in memory. */
export function contentOfRecord(record: MessageRecord): StoredContent {
  return {
    properties: mapAccess(record.properties),
    recipients: () => record.recipients,
    attachments: record.attachments.length === 0 ? undefined : async () => record.attachments,
  }
}

/** What is to be saved of a message. */
export interface ContentChanges {
  readonly properties: StoredProperties
  /** Absent: unchanged. */
  readonly recipients?: readonly RecipientRecord[]
  readonly attachments?: ReadonlyMap<number, AttachmentRecord | undefined>
  /** The properties that changed, if nothing else did. */
  readonly tags?: readonly PropertyTag[]
}

/**
 * What an open message consists of: what is stored, with the changes of this one opening on top. Nobody else sees them until
 * they are saved.
 */
export class MessageContent {
  readonly properties: PropertyOverlay
  readonly #blobs: BlobStore
  #stored: StoredContent
  #recipients: Map<number, RecipientRecord> | undefined
  #recipientsChanged = false
  #attachments: Map<number, AttachmentRecord> | undefined
  readonly #changedAttachments = new Set<number>()
  #nextNumber: number | undefined
  /** Contents that are kept from being collected while this message is open. */
  #pinned: BlobRef[] = []

  constructor(blobs: BlobStore, stored: StoredContent) {
    this.#blobs = blobs
    this.#stored = stored
    this.properties = new PropertyOverlay(stored.properties)
    this.#pinProperties(stored.properties)
  }

  get hasChanges(): boolean {
    return this.properties.hasChanges || this.#recipientsChanged || this.#changedAttachments.size > 0
  }

  /** Sets properties, keeping those in step that depend on them. */
  set(values: StoredProperties): void {
    const prefix = values.get(PidTagSubjectPrefix)
    const subject = values.get(PidTagSubject)
    // One that is kept as a whole, beside its parts, is not what they make any more.
    if (prefix !== undefined || subject !== undefined || values.has(PidTagNormalizedSubject)) {
      if (this.properties.get(PidTagSubject) !== undefined) this.properties.delete(PidTagSubject)
    }
    for (const [tag, value] of values) {
      if (tag === PidTagSubject) continue
      if (value instanceof BlobRef) this.pin(value)
      if (tag === PidTagSubjectPrefix && typeof value === 'string' && !values.has(PidTagNormalizedSubject)) {
        this.#setPrefix(value)
      } else {
        this.properties.set(tag, value)
      }
      this.#bodyChanged(tag)
    }
    if (typeof subject === 'string') {
      const parts = splitSubject(subject, typeof prefix === 'string' ? prefix : undefined)
      this.properties.set(PidTagSubjectPrefix, parts.prefix)
      this.properties.set(PidTagNormalizedSubject, parts.normalizedSubject)
    }
  }

  remove(tags: readonly PropertyTag[]): void {
    for (const tag of tags) {
      this.properties.delete(tag)
      if (tagId(tag) !== tagId(PidTagSubject)) continue
      this.properties.delete(PidTagSubjectPrefix)
      this.properties.delete(PidTagNormalizedSubject)
    }
  }

  /** Something was written to a stream over a property. */
  setLive(tag: PropertyTag, draft: BlobDraft): void {
    this.properties.set(tag, draft)
    this.#bodyChanged(tag)
  }

  /** In the order of their row IDs. */
  get recipients(): readonly RecipientRecord[] {
    return [...this.#recipientMap().values()].sort((a, b) => a.rowId - b.rowId)
  }

  get recipientCount(): number {
    return this.#recipientMap().size
  }

  /** Puts a recipient in the place of the one with that row ID; removes it, without one. */
  setRecipient(rowId: number, recipient: RecipientRecord | undefined): void {
    const recipients = this.#recipientMap()
    if (recipient === undefined) recipients.delete(rowId)
    else recipients.set(rowId, recipient)
    this.#recipientsChanged = true
  }

  removeAllRecipients(): void {
    this.#recipientMap().clear()
    this.#recipientsChanged = true
  }

  /** In the order of their numbers. */
  async attachments(): Promise<readonly AttachmentRecord[]> {
    return [...(await this.#attachmentMap()).values()].sort((a, b) => a.number - b.number)
  }

  async attachment(number: number): Promise<AttachmentRecord | undefined> {
    return (await this.#attachmentMap()).get(number)
  }

  /** Whether it has an attachment, as far as that is known without reading them. */
  get hasAttachments(): boolean {
    return this.#attachments === undefined
      ? this.#stored.attachments !== undefined
      : this.#attachments.size > 0
  }

  /** A number for a new attachment. Throws `MaxAttachmentExceeded`. */
  async takeAttachmentNumber(): Promise<number> {
    const attachments = await this.#attachmentMap()
    if (attachments.size >= MAX_ATTACHMENTS) throw new MapiError(ErrorCode.MaxAttachmentExceeded)
    this.#nextNumber ??= Math.max(-1, ...attachments.keys()) + 1
    return this.#nextNumber++
  }

  /** Makes an attachment part of the message, in the place of the one with its number if there is one. */
  async putAttachment(attachment: AttachmentRecord): Promise<void> {
    const attachments = await this.#attachmentMap()
    this.#pinAttachment(attachment)
    attachments.set(attachment.number, attachment)
    this.#changedAttachments.add(attachment.number)
  }

  /** Removes an attachment; returns whether there was one. */
  async removeAttachment(number: number): Promise<boolean> {
    const attachments = await this.#attachmentMap()
    this.#nextNumber ??= Math.max(-1, ...attachments.keys()) + 1
    if (!attachments.delete(number)) return false
    this.#changedAttachments.add(number)
    return true
  }

  /** What is to be saved, as it is now. `codePage` as for {@link PropertyOverlay.settle}. */
  async changes(codePage: number): Promise<ContentChanges> {
    const properties = await this.properties.settle(codePage)
    const attachments = await this.#attachmentChanges()
    const isOnlyProperties = !this.#recipientsChanged && attachments === undefined
    return {
      properties,
      ...(this.#recipientsChanged && { recipients: this.recipients }),
      ...(attachments && { attachments }),
      ...(isOnlyProperties && { tags: this.properties.changedTags }),
    }
  }

  /** The whole message, as it is now. */
  async record(codePage: number): Promise<MessageRecord> {
    return {
      properties: await this.properties.settle(codePage),
      recipients: this.recipients,
      attachments: await this.attachments(),
    }
  }

  /** The changes were saved, with these properties: they are part of what is stored. */
  accept(properties: StoredProperties): void {
    const recipients = this.#recipients && this.recipients
    const attachments = this.#attachments && [...this.#attachments.values()]
    const before = this.#stored
    this.reset({
      properties: mapAccess(properties),
      recipients: recipients === undefined ? before.recipients : () => recipients,
      attachments:
        attachments === undefined
          ? before.attachments
          : attachments.length === 0
            ? undefined
            : async () => attachments,
    })
  }

  /** Drops the changes and takes what is stored for the content. */
  reset(stored: StoredContent): void {
    this.properties.forgetChanges()
    this.#recipientsChanged = false
    this.#changedAttachments.clear()
    this.#nextNumber = undefined
    this.rebase(stored)
  }

  /** Takes what is stored now for what is below the changes. */
  rebase(stored: StoredContent): void {
    const before = this.#pinned
    this.#pinned = []
    this.#stored = stored
    this.properties.rebase(stored.properties)
    this.#pinProperties(this.properties)
    if (!this.#recipientsChanged) this.#recipients = undefined
    if (this.#changedAttachments.size === 0) this.#attachments = undefined
    for (const { properties } of this.#recipients?.values() ?? []) {
      for (const ref of blobsIn(properties)) this.pin(ref)
    }
    for (const attachment of this.#attachments?.values() ?? []) this.#pinAttachment(attachment)
    for (const ref of before) this.#blobs.release(ref)
  }

  /** Keeps a content from being collected while the message is open. */
  pin(ref: BlobRef): void {
    this.#blobs.pin(ref)
    this.#pinned.push(ref)
  }

  /** {@link pin} for all contents of a message. */
  pinRecord(record: MessageRecord): void {
    for (const ref of blobsOf(record)) this.pin(ref)
  }

  close(): void {
    for (const ref of this.#pinned.splice(0)) this.#blobs.release(ref)
  }

  async #attachmentChanges(): Promise<ReadonlyMap<number, AttachmentRecord | undefined> | undefined> {
    if (this.#changedAttachments.size === 0) return undefined
    const attachments = await this.#attachmentMap()
    return new Map([...this.#changedAttachments].map((number) => [number, attachments.get(number)]))
  }

  #recipientMap(): Map<number, RecipientRecord> {
    if (this.#recipients === undefined) {
      this.#recipients = new Map()
      for (const recipient of this.#stored.recipients()) {
        for (const ref of blobsIn(recipient.properties)) this.pin(ref)
        this.#recipients.set(recipient.rowId, recipient)
      }
    }
    return this.#recipients
  }

  async #attachmentMap(): Promise<Map<number, AttachmentRecord>> {
    if (this.#attachments === undefined) {
      const attachments = (await this.#stored.attachments?.()) ?? []
      // Somebody else may have come here while they were read.
      this.#attachments ??= new Map(attachments.map((attachment) => [attachment.number, attachment]))
      for (const attachment of attachments) this.#pinAttachment(attachment)
    }
    return this.#attachments
  }

  #pinAttachment({ properties, embedded }: AttachmentRecord): void {
    for (const ref of blobsIn(properties)) this.pin(ref)
    if (embedded !== undefined) for (const ref of blobsOf(embedded)) this.pin(ref)
  }

  #pinProperties(properties: StoredAccess): void {
    if (!properties.hasBlobs) return
    for (const tag of properties.tags()) {
      const value = properties.get(tag)
      if (value instanceof BlobRef && !(value instanceof LiveBlob)) this.pin(value)
    }
  }

  /**
   * The prefix of the subject that there is, if the subject begins with it; otherwise it comes before what is the normalized
   * subject by now.
   */
  #setPrefix(prefix: string): void {
    const before = this.#text(PidTagSubjectPrefix)
    const normalized = this.#text(PidTagNormalizedSubject)
    this.properties.set(PidTagSubjectPrefix, prefix)
    if (normalized === undefined) return
    const subject = (before ?? '') + normalized
    if (prefix !== before && prefix !== '' && subject.startsWith(prefix)) {
      this.properties.set(PidTagNormalizedSubject, subject.slice(prefix.length))
    }
  }

  /** A body in one format makes those in others obsolete, unless they were set since the message was opened too. */
  #bodyChanged(tag: PropertyTag<unknown>): void {
    if (!BODY_TAGS.some((body) => tagId(body) === tagId(tag))) return
    for (const other of [...BODY_TAGS, PidTagNativeBody]) {
      const id = tagId(other)
      if (id === tagId(tag) || this.properties.isChanged(id)) continue
      if (this.properties.tagOf(id) !== undefined) this.properties.delete(other)
    }
  }

  #text(tag: PropertyTag<string>): string | undefined {
    const value: StoredValue | undefined = this.properties.get(tag)
    return typeof value === 'string' ? value : undefined
  }
}

/** Values of PidTagAttachMethod ([MS-OXCMSG] 2.2.2.9). */
export const AttachMethod = {
  None: 0,
  ByValue: 1,
  ByReference: 2,
  ByReferenceOnly: 4,
  EmbeddedMessage: 5,
  Storage: 6,
  ByWebReference: 7,
} as const

/** PidTagAttachMethod of an attachment that does not say: it was just made. */
export function attachMethodOf(properties: StoredAccess): number {
  const method = properties.get(PidTagAttachMethod)
  return typeof method === 'number' ? method : AttachMethod.None
}
