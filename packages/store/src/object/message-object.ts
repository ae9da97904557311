import {
  type AccessMode,
  type Attachment,
  type CopyOptions,
  type CopyToOptions,
  ErrorCode,
  isNamedTag,
  MapiError,
  type Message,
  type MessageSummary,
  nowAsFileTime,
  type OperationOptions,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagLastModificationTime,
  PidTagMessageAttachments,
  PidTagMessageFlags,
  PidTagMessageRecipients,
  PidTagNormalizedSubject,
  PidTagRecipientType,
  PidTagRtfInSync,
  PidTagSearchKey,
  PidTagSubjectPrefix,
  PropertyBag,
  PropertyError,
  type PropertyProblem,
  type PropertyTag,
  type PropertyValue,
  PtypString,
  type ReadFlags,
  type Recipient,
  type RecipientChange,
  type SaveOptions,
  type SubmitOptions,
  type Table,
  tagId,
  tagType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import type { BlobDraft } from '../blob/blob-draft.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { deliverByRules, type RuledDelivery, rulesCommitted } from '../delivery/rules.ts'
import { FolderKind, getFolder } from '../folder/folder-row.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { requireSendQuota } from '../mailbox/quotas.ts'
import { displayNames } from '../message/display-names.ts'
import { insertNewMessage } from '../message/insert.ts'
import { Access, AccessLevel, accessToMessage, isCreatedBy } from '../message/message-access.ts'
import { BODY_TAGS, MAX_BODY_BYTES, makeBody } from '../message/message-body.ts'
import { CLIENT_MESSAGE_FLAGS, MessageFlag } from '../message/message-flags.ts'
import { getMessage, type MessageRow, readAttachments } from '../message/message-row.ts'
import { factsOfRow, type MessageFacts, MessageSource } from '../message/message-source.ts'
import { isReadBy, setReadFlags } from '../message/read-state.ts'
import { isLocked, submitMessage } from '../message/submission.ts'
import { updateMessage } from '../message/update.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type {
  AttachmentRecord,
  MessageRecord,
  RecipientRecord,
  StoredProperties,
} from '../record/message-record.ts'
import { unpackRecipients } from '../record/pack-message.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { StoredAccess } from '../record/stored-access.ts'
import { requireRuleSize } from '../rule/extended-rule.ts'
import type { Transaction } from '../storage/storage.ts'
import { AttachmentObject, newAttachmentRecord } from './attachment-object.ts'
import { openAttachmentTable } from './attachment-table.ts'
import { CODE_PAGE_OF_LOGON, requireCodePage } from './code-pages.ts'
import {
  type ContentChanges,
  contentOfRecord,
  MessageContent,
  type StoredContent,
} from './message-content.ts'
import { isSpoiling, messageRefusal } from './message-rules.ts'
import { factsOfEmbedded, factsOfNew, newMessageRecord, roughSize } from './new-message.ts'
import { LiveBlob } from './property-overlay.ts'
import { recipientRecord } from './recipient-record.ts'
import { type PropertyChanges, PropertyObject } from './store-properties.ts'
import { Transfer } from './transfer.ts'

/** What a message that comes from another replica consists of when it is saved. */
export interface ImportedMessage {
  readonly record: MessageRecord
  readonly associated: boolean
  /** PidTagMessageFlags, without the flags that follow from something else. */
  readonly flags: number
  readonly isRead: boolean
}

/** A version of a message that comes from another replica ([MS-OXCFXICS] 3.3.4.3.3.2.1), and how it is stored. */
export interface MessageImport {
  /** The version that is stored here, if there is one: its flags and some properties hold until they are set. */
  readonly stored?: MessageRow
  /** Stores the message within the transaction that saves it; returns its counter. */
  store(tx: MailboxTransaction, message: ImportedMessage): Promise<number>
  /** It is on disk. */
  saved(): void
}

export interface OpenMessageOptions {
  /** `'read'` if left out. */
  readonly mode?: AccessMode
  /** Also one that is deleted and can be recovered. */
  readonly softDeleted?: boolean
  readonly codePage?: number
}

export interface CreateMessageOptions {
  readonly associated?: boolean
  readonly codePage?: number
  /**
   * What saves the message, the first time, instead of the usual way; all of its properties can be set until then. Access is checked by who passes
   * this.
   */
  readonly imported?: MessageImport
}

/** Where a message is: in a folder, or attached to another one. */
type Place =
  | { readonly kind: 'folder'; readonly fid: number }
  | { readonly kind: 'attachment'; readonly attachment: AttachmentObject }

/** A message that was stored; `cn` is its change number, if it is there still. */
interface Stored {
  readonly mid: number
  readonly cn: number | undefined
  /** What the rules of a public folder have done with it. */
  readonly ruled?: RuledDelivery
}

interface Parts {
  readonly place: Place
  readonly content: MessageContent
  /** As it is stored; undefined for one that was not saved yet, or is attached. */
  readonly row: MessageRow | undefined
  readonly facts: MessageFacts
  readonly rights: number
  readonly isWritable: boolean
  readonly codePage: number
  readonly imported?: MessageImport | undefined
  /** The beginning of PidTagNormalizedSubject, if that is kept as content of its own. */
  readonly longSubject?: string | undefined
}

/**
 * Opens a message in a folder, or in what a search folder has found (RopOpenMessage, [MS-OXCMSG] 3.2.5.1). Throws `NotFound` or
 * `AccessDenied`.
 */
export async function openMessage(
  logon: Logon,
  fid: number,
  mid: number,
  options: OpenMessageOptions = {},
): Promise<MessageObject> {
  const codePage = codePageOf(logon, options.codePage)
  const { mailbox } = logon
  const { row, rights, isRead, longSubject } = await mailbox.read(async (tx) => {
    const row = await getMessage(tx, mid)
    if (row === undefined || !(await isIn(tx, row, fid))) throw new MapiError(ErrorCode.NotFound)
    if (row.deleted_at !== null && options.softDeleted !== true) throw new MapiError(ErrorCode.NotFound)
    const rights = await logon.rightsOn(tx, row.fid)
    const isRead = (await isReadBy(tx, mailbox, [row], logon.principal)).get(mid) === true
    return {
      row,
      rights,
      isRead,
      longSubject: await longSubjectOf(tx, mailbox, new PackedProperties(row.props)),
    }
  })
  const access = accessOf(logon, row, rights)
  const mayWrite = (access & Access.Modify) !== 0
  if ((access & Access.Read) === 0 || (options.mode === 'readWrite' && !mayWrite)) {
    throw new MapiError(ErrorCode.AccessDenied)
  }
  return new MessageObject(logon, {
    place: { kind: 'folder', fid: row.fid },
    content: new MessageContent(mailbox.blobs, contentOfRow(mailbox, row)),
    row,
    facts: factsOfRow(row, isRead),
    rights,
    // [MS-OXCMSG] 2.2.3.1.1, note 12: best access is for writing even without the right to; saving is then refused.
    isWritable: options.mode !== undefined && options.mode !== 'read',
    codePage,
    longSubject,
  })
}

/**
 * A new message, which exists once it is saved (RopCreateMessage, [MS-OXCMSG] 3.2.5.2). Throws `NotFound`, `AccessDenied`, or `SearchFolder` in
 * a search folder.
 */
export async function createMessage(
  logon: Logon,
  fid: number,
  options: CreateMessageOptions = {},
): Promise<MessageObject> {
  const codePage = codePageOf(logon, options.codePage)
  const associated = options.associated === true
  const rights = await logon.mailbox.read(async (tx) => {
    const folder = await getFolder(tx, fid)
    if (folder === undefined || folder.deleted_at !== null) throw new MapiError(ErrorCode.NotFound)
    if (folder.kind === FolderKind.Search) throw new MapiError(ErrorCode.SearchFolder)
    return logon.rightsOn(tx, fid)
  })
  const { imported } = options
  if (imported === undefined) requireCreate(rights, associated)
  const now = nowAsFileTime()
  const record = newMessageRecord(logon, now)
  const facts = factsOfNew(now, fid, associated)
  return new MessageObject(logon, {
    place: { kind: 'folder', fid },
    content: new MessageContent(
      logon.mailbox.blobs,
      contentOfRecord(imported?.stored === undefined ? record : emptied(record, imported.stored)),
    ),
    row: undefined,
    facts: imported?.stored === undefined ? facts : { ...facts, ...flagsOfRow(imported.stored) },
    rights,
    isWritable: true,
    codePage,
    imported,
  })
}

/** A message that is open, in a folder or attached to another one ([MS-OXCMSG]). */
export class MessageObject extends PropertyObject implements Message {
  readonly kind = 'message'
  readonly #place: Place
  readonly #content: MessageContent
  readonly #codePage: number
  #imported: MessageImport | undefined
  #rights: number
  /** The change number of the version that this opening is of: whoever has saved since is in its way. */
  #baseCn: number | undefined
  #facts: MessageFacts
  #isWritable: boolean
  /** Somebody has tried to set what only the server sets: it cannot be saved any more. */
  #isSpoiled = false
  /** It was saved since it was read: what is stored is to be read again before it is looked at. */
  #isStale = false
  #longSubject: string | undefined
  #summary: MessageSummary
  #hasNamedProperties: boolean

  constructor(logon: Logon, parts: Parts) {
    super(logon)
    this.#place = parts.place
    this.#content = parts.content
    this.#baseCn = parts.row?.cn
    this.#facts = parts.facts
    this.#rights = parts.rights
    this.#isWritable = parts.isWritable
    this.#codePage = parts.codePage
    this.#imported = parts.imported
    this.#longSubject = parts.longSubject
    this.#summary = this.#summarize()
    this.#hasNamedProperties = this.#content.properties.tags().some(isNamedTag)
  }

  override get codePage(): number {
    return this.#codePage
  }

  get id(): bigint | undefined {
    const { mid } = this.#facts
    return mid === undefined ? undefined : this.logon.mailbox.id(mid)
  }

  get hasNamedProperties(): boolean {
    return this.#hasNamedProperties
  }

  get summary(): MessageSummary {
    return this.#summary
  }

  /** The attachment that this message is the content of. */
  get attachment(): AttachmentObject | undefined {
    return this.#place.kind === 'attachment' ? this.#place.attachment : undefined
  }

  async source(): Promise<PropertySource> {
    await this.#refresh()
    const content = this.#content
    const facts = this.#currentFacts()
    return new MessageSource(
      this.logon.mailbox,
      content.properties,
      facts,
      {
        principal: this.logon.principal,
        rights: this.#rights,
        accessLevel: this.#isWritable ? AccessLevel.Modify : AccessLevel.ReadOnly,
        isOpen: true,
      },
      () => content.recipients,
    )
  }

  refusal(tag: PropertyTag): number | undefined {
    if (this.#imported !== undefined) return undefined
    return messageRefusal(tag, { isNew: this.#isNew, hasFullAccess: this.logon.hasFullAccess })
  }

  override noteRefused(tag: PropertyTag): void {
    if (isSpoiling(tag)) this.#isSpoiled = true
  }

  async requireWritable(): Promise<void> {
    if (!this.#isWritable) throw new MapiError(ErrorCode.AccessDenied)
  }

  async apply({ set, remove }: PropertyChanges): Promise<readonly PropertyProblem[]> {
    await this.#refresh()
    const flags = set.get(PidTagMessageFlags)
    if (typeof flags === 'number') this.#setFlags(flags)
    const others = new Map(set)
    others.delete(PidTagMessageFlags)
    this.#content.set(others)
    this.#content.remove(remove)
    return []
  }

  override streamChanged(tag: PropertyTag, draft: BlobDraft): void {
    this.#content.setLive(tag, draft)
  }

  override async commitStream(): Promise<void> {
    // What was written is part of the message at once, and lasts when that is saved.
  }

  override madeTags(source: PropertySource): PropertyTag[] {
    const has = (tag: PropertyTag<unknown>): boolean => source.tagOf(tagId(tag)) !== undefined
    if (!BODY_TAGS.some(has)) return []
    return [...BODY_TAGS, PidTagRtfInSync as PropertyTag<unknown> as PropertyTag].filter((tag) => !has(tag))
  }

  override async makeCell(
    tag: PropertyTag<unknown>,
    source: PropertySource,
  ): Promise<StoredValue | undefined> {
    return makeBody(
      tag,
      (stored) => source.cell(stored),
      async (stored) => {
        const value = source.cell(stored)
        if (value instanceof PropertyError) return undefined
        return value instanceof BlobRef ? this.#readWhole(stored, value) : value
      },
    )
  }

  async save(options: SaveOptions = {}): Promise<bigint> {
    if (this.#isSpoiled) throw new MapiError(ErrorCode.GeneralFailure)
    // [MS-OXCMSG] 3.2.5.3, note 27: saving a message that is open for reading does nothing.
    if (!this.#isWritable) return this.id ?? 0n
    if (this.#place.kind === 'attachment') {
      await this.#saveToAttachment(this.#place.attachment)
      return 0n
    }
    return this.#saveToFolder(this.#place.fid, options.force === true)
  }

  async getRecipients(tags?: readonly PropertyTag<unknown>[]): Promise<readonly Recipient[]> {
    await this.#refresh()
    const recipients: Recipient[] = []
    for (const { rowId, properties } of this.#content.recipients) {
      const type = properties.get(PidTagRecipientType)
      const bag = new PropertyBag()
      for (const [tag, value] of properties) {
        if (tag === PidTagRecipientType || (tags !== undefined && !tags.includes(tag))) continue
        bag.setCell(tag, value instanceof BlobRef ? await this.#readWhole(tag, value) : value)
      }
      recipients.push({ rowId, type: typeof type === 'number' ? type >>> 0 : 0, properties: bag })
    }
    return recipients
  }

  async modifyRecipients(changes: readonly RecipientChange[]): Promise<void> {
    await this.requireWritable()
    await this.#refresh()
    // All or none: what is wrong is found before anything is changed.
    const records = changes.map(({ rowId, recipient }) => ({
      rowId,
      record: recipient && recipientRecord(rowId, recipient, this.#codePage),
    }))
    for (const { rowId, record } of records) this.#content.setRecipient(rowId, record)
  }

  async removeAllRecipients(): Promise<void> {
    await this.requireWritable()
    await this.#refresh()
    this.#content.removeAllRecipients()
  }

  async reload(): Promise<MessageSummary> {
    await this.#refresh()
    const { mailbox } = this.logon
    this.#longSubject = await mailbox.read((tx) => longSubjectOf(tx, mailbox, this.#content.properties))
    this.#summary = this.#summarize()
    this.#hasNamedProperties = this.#content.properties.tags().some(isNamedTag)
    return this.#summary
  }

  async setReadFlag(flags: ReadFlags): Promise<boolean> {
    const { mid } = this.#facts
    if (mid === undefined) return this.#setReadInMemory(flags.read)
    const { mailbox, principal } = this.logon
    // Among public folders everybody has a read state of their own; in a mailbox it is part of the message.
    const needed = mailbox.info.kind === 'public' ? Access.Read : Access.Modify
    const { exists, changed } = await mailbox.write(async (tx) => {
      const row = await getMessage(tx, mid)
      if (row === undefined) return { exists: false, changed: false }
      const rights = await this.logon.rightsOn(tx, row.fid)
      if ((accessOf(this.logon, row, rights) & needed) === 0) throw new MapiError(ErrorCode.AccessDenied)
      return setReadFlags(tx, mailbox, mid, flags, principal)
    })
    if (!exists) throw new MapiError(ErrorCode.ObjectDeleted)
    await this.#readFacts()
    return changed
  }

  async attachmentTable(): Promise<Table> {
    await this.#refresh()
    return await openAttachmentTable(this)
  }

  async getAttachmentNumbers(): Promise<readonly number[]> {
    return (await this.attachmentRecords()).map(({ number }) => number)
  }

  async openAttachment(number: number, mode: AccessMode = 'read'): Promise<Attachment> {
    await this.#refresh()
    const record = await this.#content.attachment(number)
    if (record === undefined) throw new MapiError(ErrorCode.NotFound)
    if (mode === 'readWrite') await this.requireWritable()
    return new AttachmentObject(this, record, {
      isNew: false,
      isWritable: mode !== 'read' && this.#isWritable,
    })
  }

  async createAttachment(): Promise<Attachment> {
    await this.requireWritable()
    await this.#refresh()
    const record = newAttachmentRecord(await this.#content.takeAttachmentNumber())
    return new AttachmentObject(this, record, { isNew: true, isWritable: true })
  }

  async deleteAttachment(number: number): Promise<void> {
    await this.requireWritable()
    await this.#refresh()
    if (!(await this.#content.removeAttachment(number))) throw new MapiError(ErrorCode.NotFound)
  }

  async submit(options: SubmitOptions & OperationOptions = {}): Promise<void> {
    if (this.#place.kind === 'attachment' || this.#facts.associated)
      throw new MapiError(ErrorCode.NotSupported)
    if (this.#isNew || this.#content.hasChanges) await this.save()
    const { mailbox, principal } = this.logon
    const mid = this.#facts.mid!
    const { fid } = this.#place
    this.#baseCn = await mailbox.write(async (tx) => {
      const row = await this.#requireModify(tx)
      await requireSendQuota(tx, row.size)
      return submitMessage(tx, mailbox, mid, {
        principal,
        preprocess: options.preprocess === true,
        needsSpooler: options.needsSpooler === true,
      })
    })
    this.#isStale = true
    if (options.needsSpooler !== true) mailbox.hooks.submission?.submitted({ fid, mid, principal })
  }

  async transportSend(): Promise<PropertyBag> {
    const { mailbox, principal } = this.logon
    const { submission } = mailbox.hooks
    const { mid } = this.#facts
    if (mid === undefined || this.#place.kind === 'attachment') throw new MapiError(ErrorCode.NotSupported)
    if (submission !== undefined) return submission.send({ fid: this.#place.fid, mid, principal })
    // It waits for who sends it, as one that is submitted does.
    await this.submit()
    return new PropertyBag()
  }

  override get subObjectTags(): readonly PropertyTag<unknown>[] {
    return [PidTagMessageRecipients, PidTagMessageAttachments]
  }

  override async requireCopyable(destination: PropertyObject, _options: CopyOptions): Promise<void> {
    for (let at = destination as MessageObject | undefined; at !== undefined; at = at.attachment?.message) {
      // [MS-OXCPRPT] 3.2.5.8: the source contains the destination.
      if (at !== destination && this.#isSameAs(at)) throw new MapiError(ErrorCode.MessageCycle)
    }
  }

  override async copySubObjects(
    destination: PropertyObject,
    excluded: ReadonlySet<number>,
    options: CopyToOptions,
  ): Promise<readonly PropertyProblem[]> {
    const target = destination as MessageObject
    await this.#refresh()
    await target.#refresh()
    if (!excluded.has(tagId(PidTagMessageRecipients))) await this.#copyRecipients(target, options)
    if (!excluded.has(tagId(PidTagMessageAttachments))) await this.#copyAttachments(target, options)
    return []
  }

  /** Its recipients as they are now. */
  async recipientRecords(): Promise<readonly RecipientRecord[]> {
    await this.#refresh()
    return this.#content.recipients
  }

  /** Its attachments as they are now. */
  async attachmentRecords(): Promise<readonly AttachmentRecord[]> {
    await this.#refresh()
    return this.#content.attachments()
  }

  /** Makes a saved attachment part of the message, which is to be saved in turn. */
  async putAttachment(record: AttachmentRecord): Promise<void> {
    await this.#refresh()
    await this.#content.putAttachment(record)
  }

  /** The message that is attached, or a new one to be attached. */
  openEmbedded(
    attachment: AttachmentObject,
    record: MessageRecord | undefined,
    isWritable: boolean,
    codePage: number = this.#codePage,
  ): MessageObject {
    const now = nowAsFileTime()
    return new MessageObject(this.logon, {
      place: { kind: 'attachment', attachment },
      content: new MessageContent(
        this.logon.mailbox.blobs,
        contentOfRecord(record ?? newMessageRecord(this.logon, now)),
      ),
      row: undefined,
      facts: record === undefined ? factsOfNew(now, undefined, false) : factsOfEmbedded(record),
      rights: this.#rights,
      isWritable,
      codePage,
    })
  }

  /** A message of this one's mailbox as that of another message can keep it. */
  async transferTo(target: MessageObject, record: MessageRecord): Promise<MessageRecord> {
    const transfer = new Transfer(this.logon.mailbox, target.logon.mailbox)
    try {
      const transferred = await transfer.message(record)
      target.#content.pinRecord(transferred)
      return transferred
    } finally {
      await transfer.end()
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.isClosed) return
    await super[Symbol.asyncDispose]()
    this.#content.close()
  }

  /** Whether another object is of the same message. */
  #isSameAs(other: MessageObject): boolean {
    if (other === this) return true
    return other.id !== undefined && other.id === this.id && other.logon.mailbox === this.logon.mailbox
  }

  get #isNew(): boolean {
    return this.#place.kind === 'folder' && this.#facts.mid === undefined
  }

  async #saveToAttachment(attachment: AttachmentObject): Promise<void> {
    const record = await this.#content.record(this.#codePage)
    const properties = new Map(record.properties)
    for (const [tag, names] of displayNames(record.recipients)) properties.set(tag, names)
    properties.set(PidTagMessageFlags, this.#facts.flags | (this.#facts.isRead ? MessageFlag.Read : 0))
    properties.set(PidTagLastModificationTime, nowAsFileTime())
    const saved = { ...record, properties }
    attachment.putEmbedded(saved)
    this.#content.reset(contentOfRecord(saved))
    this.#facts = factsOfEmbedded(saved)
    await this.sweepStreams()
  }

  async #saveToFolder(fid: number, force: boolean): Promise<bigint> {
    const { mailbox } = this.logon
    if (!this.#isNew && !this.#content.hasChanges) {
      await this.#checkUnchanged(force)
      return this.id!
    }
    const changes = await this.#content.changes(this.#codePage)
    requireRuleSize(changes.properties)
    const imported = this.#imported
    const attachments = imported === undefined ? [] : await this.#content.attachments()
    const { mid, cn, ruled } = await mailbox.write(async (tx): Promise<Stored> => {
      if (imported !== undefined) return this.#storeImported(tx, imported, changes.properties, attachments)
      return this.#isNew ? this.#insert(tx, fid, changes) : this.#update(tx, changes, force)
    })
    if (ruled !== undefined) rulesCommitted(mailbox, ruled)
    this.#imported = undefined
    imported?.saved()
    this.#facts = { ...this.#facts, mid }
    this.#baseCn = cn
    this.#content.accept(changes.properties)
    this.#isStale = true
    await this.sweepStreams()
    return mailbox.id(mid)
  }

  async #storeImported(
    tx: MailboxTransaction,
    imported: MessageImport,
    properties: StoredProperties,
    attachments: readonly AttachmentRecord[],
  ): Promise<Stored> {
    const { associated, flags, isRead } = this.#facts
    const record = { properties, recipients: this.#content.recipients, attachments }
    const mid = await imported.store(tx, { record, associated, flags, isRead })
    return { mid, cn: (await getMessage(tx, mid))?.cn }
  }

  async #insert(tx: MailboxTransaction, fid: number, changes: ContentChanges): Promise<Stored> {
    const { mailbox, principal } = this.logon
    if (!this.logon.hasFullAccess) {
      requireCreate(await this.logon.rightsOn(tx, fid), this.#facts.associated)
    }
    const { flags, isRead, associated } = this.#facts
    const record: MessageRecord = {
      properties: changes.properties,
      recipients: changes.recipients ?? [],
      attachments: [...(changes.attachments?.values() ?? [])].filter((one) => one !== undefined),
    }
    const insert = { principal, associated, isRead, checkQuota: true }
    if (mailbox.info.kind === 'public' && !associated) {
      // What is posted to a public folder is what is delivered elsewhere ([MS-OXORULE] 3.2.5.1).
      const ruled = await deliverByRules(tx, this.logon, fid, record, { flags, insert })
      if (ruled !== undefined) return { mid: ruled.mid, cn: (await getMessage(tx, ruled.mid))?.cn, ruled }
    }
    const properties = new Map([...changes.properties, [PidTagMessageFlags, flags] as const])
    return insertNewMessage(tx, mailbox, fid, { ...record, properties }, insert)
  }

  async #update(tx: MailboxTransaction, changes: ContentChanges, force: boolean): Promise<Stored> {
    const { mailbox, principal } = this.logon
    const row = await this.#requireModify(tx)
    if ((row.flags & MessageFlag.Submitted) !== 0 && !isLocked(new Map(new PackedProperties(row.props)))) {
      throw new MapiError(ErrorCode.AlreadySent)
    }
    const { cn } = await updateMessage(tx, mailbox, row.mid, changes, {
      principal,
      checkQuota: true,
      ...(!force && this.#baseCn !== undefined && { baseCn: this.#baseCn }),
      ...(changes.tags && { tags: changes.tags }),
    })
    return { mid: row.mid, cn }
  }

  /** The message as it is stored, if it is and the user may change it. */
  async #requireModify(tx: Transaction): Promise<MessageRow> {
    const row = await getMessage(tx, this.#facts.mid!)
    if (row === undefined) throw new MapiError(ErrorCode.ObjectDeleted)
    if (!this.logon.hasFullAccess) {
      const rights = await this.logon.rightsOn(tx, row.fid)
      if ((accessOf(this.logon, row, rights) & Access.Modify) === 0) {
        throw new MapiError(ErrorCode.AccessDenied)
      }
    }
    return row
  }

  /** Nothing is to be saved; still whoever saves is to know that somebody else did ([MS-OXCMSG] 3.2.5.3). */
  async #checkUnchanged(force: boolean): Promise<void> {
    const row = await this.logon.mailbox.read((tx) => getMessage(tx, this.#facts.mid!))
    if (row === undefined) throw new MapiError(ErrorCode.ObjectDeleted)
    if (!force && this.#baseCn !== undefined && row.cn !== this.#baseCn) {
      throw new MapiError(ErrorCode.ObjectModified)
    }
  }

  /** Reads what is stored, after it was saved. What others have saved since stays out of sight. */
  async #refresh(): Promise<void> {
    if (!this.#isStale) return
    const row = await this.#readFacts()
    if (!this.#isStale) return
    this.#isStale = false
    if (row.cn === this.#baseCn) this.#content.rebase(contentOfRow(this.logon.mailbox, row))
  }

  /** Reads what else there is to a message than its content. */
  async #readFacts(): Promise<MessageRow> {
    const mid = this.#facts.mid!
    const { mailbox, principal } = this.logon
    const { row, isRead, rights } = await mailbox.read(async (tx) => {
      const row = await getMessage(tx, mid)
      if (row === undefined) throw new MapiError(ErrorCode.ObjectDeleted)
      const isRead = (await isReadBy(tx, mailbox, [row], principal)).get(mid) === true
      return { row, isRead, rights: await this.logon.rightsOn(tx, row.fid) }
    })
    this.#facts = factsOfRow(row, isRead)
    this.#rights = rights
    return row
  }

  /** The facts, with what has changed since they were read. */
  #currentFacts(): MessageFacts {
    const facts = this.#facts
    const content = this.#content
    if (!content.hasChanges && !this.#isNew) return facts
    return {
      ...facts,
      hasAttachments: content.hasAttachments,
      size: facts.mid === undefined ? roughSize(content) : facts.size,
    }
  }

  /** PidTagMessageFlags, as far as clients can set them on a message that was not saved yet. */
  #setFlags(flags: number): void {
    // What comes from another replica is never sent by being there: only who submits a message has it sent.
    const settable = this.#imported === undefined ? CLIENT_MESSAGE_FLAGS : ~MessageFlag.Submitted
    const kept = settable & ~MessageFlag.Read
    const isRead = (flags & MessageFlag.Read) !== 0
    const before = this.#facts
    this.#facts = {
      ...before,
      flags:
        (before.flags & ~kept & ~MessageFlag.EverRead) | (flags & kept) | (isRead ? MessageFlag.EverRead : 0),
      isRead,
    }
  }

  #setReadInMemory(read: boolean | undefined): boolean {
    if (read === undefined || read === this.#facts.isRead) return false
    const flag = read ? MessageFlag.Read : 0
    this.#setFlags((this.#facts.flags & ~MessageFlag.Read) | flag)
    return true
  }

  #summarize(): MessageSummary {
    const { properties } = this.#content
    const text = (tag: PropertyTag<string>): string => {
      const value = properties.get(tag)
      return typeof value === 'string' ? value : ''
    }
    const isLong = properties.get(PidTagNormalizedSubject) instanceof BlobRef
    return {
      subjectPrefix: text(PidTagSubjectPrefix),
      normalizedSubject: isLong ? (this.#longSubject ?? '') : text(PidTagNormalizedSubject),
      recipientCount: this.#content.recipientCount,
    }
  }

  async #readWhole(tag: PropertyTag<unknown>, ref: BlobRef): Promise<PropertyValue | undefined> {
    if (ref.size > MAX_BODY_BYTES) return undefined
    const { mailbox } = this.logon
    const bytes =
      ref instanceof LiveBlob
        ? await ref.draft.read(0, ref.draft.size)
        : await mailbox.read((tx) => mailbox.blobs.readAll(tx, ref))
    return valueFromBytes(bytes, tagType(tag))
  }

  async #copyRecipients(target: MessageObject, options: CopyToOptions): Promise<void> {
    if (options.noOverwrite === true && target.#content.recipientCount > 0) return
    const transferred = await this.transferTo(target, {
      properties: new Map(),
      recipients: this.#content.recipients,
      attachments: [],
    })
    target.#content.removeAllRecipients()
    for (const recipient of transferred.recipients) target.#content.setRecipient(recipient.rowId, recipient)
  }

  async #copyAttachments(target: MessageObject, options: CopyToOptions): Promise<void> {
    const existing = await target.#content.attachments()
    if (options.noOverwrite === true && existing.length > 0) return
    const transferred = await this.transferTo(target, {
      properties: new Map(),
      recipients: [],
      attachments: await this.#content.attachments(),
    })
    for (const { number } of existing) await target.#content.removeAttachment(number)
    for (const attachment of transferred.attachments) {
      const number = await target.#content.takeAttachmentNumber()
      await target.#content.putAttachment({ ...attachment, number })
    }
  }
}

/** What is stored of a message in a folder. */
function contentOfRow(mailbox: Mailbox, row: MessageRow): StoredContent {
  return {
    properties: new PackedProperties(row.props),
    recipients: () => unpackRecipients(row.recipients),
    attachments:
      row.has_attachments === 0 ? undefined : () => mailbox.read((tx) => readAttachments(tx, row.mid)),
  }
}

/** Properties that only the server sets, which a version from another replica does not replace unless it has them itself. */
const KEPT_ON_IMPORT: readonly PropertyTag<unknown>[] = [
  PidTagCreationTime,
  PidTagSearchKey,
  PidTagCreatorName,
  PidTagCreatorEntryId,
]

/** What a version from another replica begins with: nothing that clients can set ([MS-OXCFXICS] 3.2.5.9.4.2). */
function emptied(record: MessageRecord, stored: MessageRow): MessageRecord {
  const properties = new Map(record.properties)
  const before = new PackedProperties(stored.props)
  for (const tag of KEPT_ON_IMPORT) {
    const value = before.get(tag)
    if (value !== undefined) properties.set(tag, value)
  }
  return { ...record, properties }
}

/** How much is told of a long subject when a message is opened, in characters; others are told as a whole. */
const TOLD_SUBJECT_LENGTH = 1024

async function longSubjectOf(
  tx: Transaction,
  mailbox: Mailbox,
  properties: StoredAccess,
): Promise<string | undefined> {
  const normalized = properties.get(PidTagNormalizedSubject)
  if (!(normalized instanceof BlobRef) || normalized instanceof LiveBlob) return undefined
  const bytes = await mailbox.blobs.read(tx, normalized, 0, 2 * TOLD_SUBJECT_LENGTH)
  const text = valueFromBytes(bytes, PtypString) as string
  // Clients take the subject for a null-terminated string.
  return text.split('\0', 1)[0]
}

function flagsOfRow(row: MessageRow): Pick<MessageFacts, 'flags' | 'isRead' | 'status'> {
  return { flags: row.flags, isRead: row.is_read === 1, status: row.status }
}

function accessOf(logon: Logon, row: MessageRow, rights: number): number {
  const creator = new PackedProperties(row.props).get(PidTagCreatorEntryId)
  return accessToMessage(rights, isCreatedBy(creator, logon.principal))
}

/** Throws `AccessDenied` unless these rights are enough to create a message ([MS-OXCPERM] 2.2.7). */
function requireCreate(rights: number, associated: boolean): void {
  const needed = associated ? Rights.FolderOwner : Rights.Create
  if ((rights & needed) === 0) throw new MapiError(ErrorCode.AccessDenied)
}

/** Whether a message is in a folder or, if that is a search folder, in what it has found. */
async function isIn(tx: Transaction, row: MessageRow, fid: number): Promise<boolean> {
  if (row.fid === fid) return true
  const link = await tx.get('SELECT 1 AS one FROM search_result WHERE fid = ? AND mid = ?', fid, row.mid)
  return link !== undefined
}

function codePageOf(logon: Logon, codePage: number | undefined): number {
  if (codePage === undefined || codePage === CODE_PAGE_OF_LOGON) return logon.codePage
  requireCodePage(codePage)
  return codePage
}
