import {
  type AccessMode,
  type Attachment,
  type CopyToOptions,
  ErrorCode,
  isNamedTag,
  MapiError,
  type MapiObject,
  type Message,
  MessageFlags,
  type MessageSummary,
  PidTagAttachNumber,
  PidTagEntryId,
  PidTagFolderId,
  PidTagHasAttachments,
  PidTagMessageFlags,
  PidTagMid,
  PidTagNormalizedSubject,
  PidTagObjectType,
  PidTagParentEntryId,
  PidTagRead,
  PidTagRecipientType,
  PidTagSubject,
  PidTagSubjectPrefix,
  PropertyBag,
  type PropertyProblem,
  type PropertyTag,
  type Recipient,
  RecipientType,
  splitSubject,
  type Table,
} from '@bourse/mapi'
import { copyMessage } from '../../provider/kit/index.ts'
import { memoryTable } from '../../table/index.ts'
import { PstAttachment } from './pst-attachment.ts'
import { type PstRecord, rowNid, SubNid } from './pst-nodes.ts'
import type { PstStore } from './pst-store.ts'
import { bagOfRecord } from './pst-values.ts'
import { notSupported, ReadOnlyObject, readOnly } from './read-only-object.ts'

/** PidTagObjectType of a message ([MS-OXCPRPT] 2.2.1.7). */
const MESSAGE_OBJECT = 5

/** What a subject begins with that says how long its prefix is ([MS-PST] 2.5.3.1.1.1). */
const PREFIX_MARK = 0x01

/** A message of a PST file, or one that is attached to another. */
export class PstMessage extends ReadOnlyObject implements Message {
  readonly id: bigint | undefined
  readonly #store: PstStore
  readonly #record: PstRecord
  #attachmentRecords: readonly PstRecord[] | undefined

  private constructor(store: PstStore, record: PstRecord, properties: PropertyBag, id: bigint | undefined) {
    super(store.names, properties)
    this.#store = store
    this.#record = record
    this.id = id
  }

  /** Opens a message in a folder. */
  static open(store: PstStore, folder: number, nid: number): PstMessage {
    const record = store.nodes.record(nid)
    const properties = withIds(messageProperties(bagOfRecord(record)), store, folder, nid)
    return new PstMessage(store, record, properties, store.idOf(nid))
  }

  /** A message that is attached to another one. */
  static embedded(store: PstStore, record: PstRecord): PstMessage {
    return new PstMessage(store, record, messageProperties(bagOfRecord(record)), undefined)
  }

  get hasNamedProperties(): boolean {
    return this.properties.tags().some(isNamedTag)
  }

  get summary(): MessageSummary {
    return {
      subjectPrefix: this.properties.get(PidTagSubjectPrefix) ?? '',
      normalizedSubject: this.properties.get(PidTagNormalizedSubject) ?? '',
      recipientCount: this.#recipientRecords().length,
    }
  }

  async reload(): Promise<MessageSummary> {
    return this.summary
  }

  async getRecipients(tags?: readonly PropertyTag<unknown>[]): Promise<readonly Recipient[]> {
    return this.#recipientRecords().map((record, rowId) => {
      const all = bagOfRecord(record)
      const type = (all.get(PidTagRecipientType) ?? RecipientType.To) >>> 0
      const properties =
        tags === undefined ? all : new PropertyBag(tags.map((tag) => [tag, all.cell(tag)] as const))
      properties.delete(PidTagRecipientType)
      return { rowId, type, properties }
    })
  }

  async attachmentTable(): Promise<Table> {
    return memoryTable(() =>
      this.#attachments().map((record, number) =>
        new PropertyBag(bagOfRecord(record, { inline: true })).set(PidTagAttachNumber, number),
      ),
    )
  }

  async getAttachmentNumbers(): Promise<readonly number[]> {
    return this.#attachments().map((_, number) => number)
  }

  async openAttachment(number: number, mode: AccessMode = 'read'): Promise<Attachment> {
    if (mode === 'readWrite') return readOnly()
    const record = this.#attachments()[number]
    if (record === undefined) throw new MapiError(ErrorCode.NotFound)
    return new PstAttachment(this.#store, record, number)
  }

  /** Copies everything into a message of any store. */
  override async copyTo(
    destination: MapiObject,
    options: CopyToOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    if (options.move === true) return readOnly()
    if (!('modifyRecipients' in destination)) throw new MapiError(ErrorCode.InvalidParameter)
    await copyMessage(this, destination as Message)
    return []
  }

  save(): Promise<bigint> {
    return readOnly()
  }

  modifyRecipients(): Promise<void> {
    return readOnly()
  }

  removeAllRecipients(): Promise<void> {
    return readOnly()
  }

  setReadFlag(): Promise<boolean> {
    return readOnly()
  }

  createAttachment(): Promise<Attachment> {
    return readOnly()
  }

  deleteAttachment(): Promise<void> {
    return readOnly()
  }

  submit(): Promise<void> {
    return readOnly()
  }

  transportSend(): Promise<PropertyBag> {
    return notSupported()
  }

  #recipientRecords(): readonly PstRecord[] {
    return this.#store.nodes.subrows(this.#record.subnodes.get(SubNid.recipientTable))
  }

  #attachments(): readonly PstRecord[] {
    this.#attachmentRecords ??= this.#store.nodes
      .subrows(this.#record.subnodes.get(SubNid.attachmentTable))
      .flatMap((row) => {
        const subnode = this.#record.subnodes.get(rowNid(row))
        return subnode === undefined ? [] : [this.#store.nodes.subrecord(subnode)]
      })
    return this.#attachmentRecords
  }
}

/** What a contents table has of a message: all but what is too long for its record. */
export function messageRow(store: PstStore, folder: number, nid: number): PropertyBag {
  const properties = messageProperties(bagOfRecord(store.nodes.record(nid), { inline: true }))
  return withIds(properties, store, folder, nid)
}

/** The properties of a message with those that follow from others. */
function messageProperties(stored: PropertyBag): PropertyBag {
  const flags = stored.get(PidTagMessageFlags) ?? 0
  const { subject, prefix, normalized } = subjectOf(stored)
  return new PropertyBag([
    ...stored,
    [PidTagSubject, subject],
    [PidTagSubjectPrefix, prefix],
    [PidTagNormalizedSubject, normalized],
    [PidTagRead, (flags & MessageFlags.Read) !== 0],
    [PidTagHasAttachments, (flags & MessageFlags.HasAttachments) !== 0],
    [PidTagObjectType, MESSAGE_OBJECT],
  ])
}

function withIds(properties: PropertyBag, store: PstStore, folder: number, nid: number): PropertyBag {
  return properties
    .set(PidTagMid, store.idOf(nid))
    .set(PidTagFolderId, store.idOf(folder))
    .set(PidTagEntryId, store.messageEntryIdOf(folder, nid))
    .set(PidTagParentEntryId, store.folderEntryIdOf(folder))
}

function subjectOf(stored: PropertyBag): {
  readonly subject: string | undefined
  readonly prefix: string | undefined
  readonly normalized: string | undefined
} {
  const raw = stored.get(PidTagSubject)
  if (raw === undefined) return { subject: undefined, prefix: undefined, normalized: undefined }
  if (raw.charCodeAt(0) !== PREFIX_MARK || raw.length < 2) {
    const { prefix, normalizedSubject: normalized } = splitSubject(raw)
    return { subject: raw, prefix, normalized }
  }
  // The mark counts itself in, as one character of the prefix.
  const length = Math.max(raw.charCodeAt(1) - 1, 0)
  const subject = raw.slice(2)
  return { subject, prefix: subject.slice(0, length), normalized: subject.slice(length) }
}
