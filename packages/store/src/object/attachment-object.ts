import {
  type AccessMode,
  type Attachment,
  type CopyOptions,
  type CopyToOptions,
  ErrorCode,
  type FileTime,
  MapiError,
  type Message,
  nowAsFileTime,
  PidTagAttachDataObject,
  PidTagAttachExtension,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachSize,
  PidTagCreationTime,
  PidTagDisplayName,
  PidTagLastModificationTime,
  PidTagRenderingPosition,
  type PropertyProblem,
  type PropertyTag,
  type SaveOptions,
  tagId,
} from '@bourse/mapi'
import type { BlobDraft } from '../blob/blob-draft.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { attachmentSource } from '../message/attachment-source.ts'
import { COMPUTED_ATTACHMENT_TAGS } from '../message/computed-tags.ts'
import { AccessLevel } from '../message/message-access.ts'
import { attachmentSize } from '../message/record-size.ts'
import type { AttachmentRecord, MessageRecord } from '../record/message-record.ts'
import { packMessage } from '../record/pack-message.ts'
import { packProperties, type StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import { mapAccess } from '../record/stored-access.ts'
import { requireCodePage } from './code-pages.ts'
import { AttachMethod, attachMethodOf } from './message-content.ts'
import type { MessageObject } from './message-object.ts'
import { PropertyOverlay } from './property-overlay.ts'
import { type PropertyChanges, PropertyObject } from './store-properties.ts'

/** PidTagRenderingPosition of an attachment that has no place in the text ([MS-OXCMSG] 2.2.2.16). */
const NOT_RENDERED = -1

const COMPUTED_IDS: ReadonlySet<number> = new Set([...COMPUTED_ATTACHMENT_TAGS].map(tagId))

/** The properties that a new attachment begins with ([MS-OXCMSG] 3.2.5.13). */
export function newAttachmentRecord(number: number, now: FileTime = nowAsFileTime()): AttachmentRecord {
  return {
    number,
    properties: new Map<PropertyTag<unknown>, StoredValue>([
      [PidTagAttachMethod, AttachMethod.None],
      [PidTagRenderingPosition, NOT_RENDERED],
      [PidTagCreationTime, now],
      [PidTagLastModificationTime, now],
    ]),
  }
}

/** An attachment that is open ([MS-OXCMSG] 2.2.2). */
export class AttachmentObject extends PropertyObject implements Attachment {
  readonly kind = 'attachment'
  readonly number: number
  readonly message: MessageObject
  readonly #properties: PropertyOverlay
  readonly #isWritable: boolean
  #isNew: boolean
  /** The message that is attached, as it was last saved. */
  #embedded: MessageRecord | undefined
  #embeddedChanged = false
  /** Somebody has tried to set PidTagAttachSize: it cannot be saved any more ([MS-OXCMSG] 2.2.3.15, note 16). */
  #isSpoiled = false
  #size: number | undefined
  #pinned: BlobRef[] = []

  constructor(
    message: MessageObject,
    record: AttachmentRecord,
    options: { isNew: boolean; isWritable: boolean },
  ) {
    super(message.logon)
    this.message = message
    this.number = record.number
    this.#properties = new PropertyOverlay(mapAccess(record.properties))
    this.#embedded = record.embedded
    this.#isNew = options.isNew
    this.#isWritable = options.isWritable
    if (options.isNew) this.#size = 0
  }

  override get codePage(): number {
    return this.message.codePage
  }

  async source(): Promise<PropertySource> {
    this.#size ??= sizeOfAttachment({
      number: this.number,
      properties: await this.#properties.settle(this.codePage),
      ...(this.#embedded && { embedded: this.#embedded }),
    })
    return attachmentSource(this.logon.mailbox, this.#properties, {
      number: this.number,
      size: this.#size,
      // [MS-OXCMSG] 3.2.5.13, note 31: a new attachment says that it is for reading only.
      accessLevel: this.#isWritable && !this.#isNew ? AccessLevel.Modify : AccessLevel.ReadOnly,
    })
  }

  refusal(tag: PropertyTag): number | undefined {
    return COMPUTED_IDS.has(tagId(tag)) ? ErrorCode.ComputedValue : undefined
  }

  override noteRefused(tag: PropertyTag): void {
    if (tagId(tag) === tagId(PidTagAttachSize)) this.#isSpoiled = true
  }

  async requireWritable(): Promise<void> {
    if (!this.#isWritable) throw new MapiError(ErrorCode.AccessDenied)
  }

  async apply({ set, remove }: PropertyChanges): Promise<readonly PropertyProblem[]> {
    for (const [tag, value] of set) {
      if (value instanceof BlobRef) this.#pin(value)
      this.#properties.set(tag, value)
    }
    for (const tag of remove) this.#properties.delete(tag)
    return []
  }

  override streamChanged(tag: PropertyTag, draft: BlobDraft): void {
    this.#properties.set(tag, draft)
  }

  override async commitStream(): Promise<void> {
    // What was written is part of the attachment at once, and lasts when that is saved.
  }

  async save(_options: SaveOptions = {}): Promise<void> {
    if (this.#isSpoiled) throw new MapiError(ErrorCode.GeneralFailure)
    await this.requireWritable()
    if (!this.#isNew && !this.#properties.hasChanges && !this.#embeddedChanged) return
    if (!this.#properties.isChanged(tagId(PidTagLastModificationTime))) {
      this.#properties.set(PidTagLastModificationTime, nowAsFileTime())
    }
    this.#nameFile()
    const properties = await this.#properties.settle(this.codePage)
    const isEmbedded = attachMethodOf(mapAccess(properties)) === AttachMethod.EmbeddedMessage
    const record: AttachmentRecord = {
      number: this.number,
      properties,
      ...(isEmbedded && this.#embedded && { embedded: this.#embedded }),
    }
    this.#size = sizeOfAttachment(record)
    await this.message.putAttachment(record)
    this.#properties.forgetChanges()
    this.#properties.rebase(mapAccess(properties))
    this.#isNew = false
    this.#embeddedChanged = false
    this.#unpin()
    await this.sweepStreams()
  }

  async openEmbeddedMessage(
    mode: AccessMode | 'create' = 'read',
    { codePage }: { readonly codePage?: number } = {},
  ): Promise<Message> {
    if (codePage !== undefined) requireCodePage(codePage)
    if (this.#embedded === undefined) {
      if (mode !== 'create') throw new MapiError(ErrorCode.NotFound)
      await this.requireWritable()
    } else if (mode === 'readWrite') {
      await this.requireWritable()
    }
    return this.message.openEmbedded(this, this.#embedded, this.#isWritable, codePage)
  }

  /** Takes what was saved of the message that is attached. */
  putEmbedded(record: MessageRecord): void {
    this.#embedded = record
    this.#embeddedChanged = true
    this.#properties.set(PidTagAttachMethod, AttachMethod.EmbeddedMessage)
    if (this.#properties.get(PidTagAttachDataObject) !== undefined) {
      this.#properties.delete(PidTagAttachDataObject)
    }
  }

  override async requireCopyable(destination: PropertyObject, _options: CopyOptions): Promise<void> {
    const target = destination as AttachmentObject
    // What is attached would come to be within itself.
    for (let outer = target.message.attachment; outer !== undefined; outer = outer.message.attachment) {
      if (outer === this) throw new MapiError(ErrorCode.MessageCycle)
    }
  }

  override get subObjectTags(): readonly PropertyTag<unknown>[] {
    return [PidTagAttachDataObject]
  }

  override async copySubObjects(
    destination: PropertyObject,
    excluded: ReadonlySet<number>,
    options: CopyToOptions,
  ): Promise<readonly PropertyProblem[]> {
    const target = destination as AttachmentObject
    if (this.#embedded === undefined || excluded.has(tagId(PidTagAttachDataObject))) return []
    if (options.noOverwrite === true && target.#embedded !== undefined) return []
    target.putEmbedded(await this.message.transferTo(target.message, this.#embedded))
    return []
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]()
    this.#unpin()
  }

  /** What follows from the file's name, where nobody has said otherwise ([MS-OXCMSG] 2.2.2.4, 2.2.2.12). */
  #nameFile(): void {
    const name = this.#properties.get(PidTagAttachLongFilename)
    if (typeof name !== 'string') return
    if (this.#properties.get(PidTagDisplayName) === undefined) this.#properties.set(PidTagDisplayName, name)
    const extension = /\.[^.\\/]+$/.exec(name)?.[0]
    if (extension !== undefined && this.#properties.get(PidTagAttachExtension) === undefined) {
      this.#properties.set(PidTagAttachExtension, extension)
    }
  }

  #pin(ref: BlobRef): void {
    this.logon.mailbox.blobs.pin(ref)
    this.#pinned.push(ref)
  }

  #unpin(): void {
    for (const ref of this.#pinned.splice(0)) this.logon.mailbox.blobs.release(ref)
  }
}

/** PidTagAttachSize, in bytes. */
export function sizeOfAttachment(record: AttachmentRecord): number {
  return attachmentSize(record, {
    props: packProperties(record.properties),
    embedded: record.embedded === undefined ? null : packMessage(record.embedded),
  })
}
