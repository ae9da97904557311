import {
  type AccessMode,
  type Attachment,
  type Columns,
  ErrorCode,
  MapiError,
  type Message,
  type MessageSummary,
  type OperationOptions,
  PidTagMid,
  PidTagRead,
  PropertyBag,
  type PropertyTag,
  type ReadFlags,
  type Recipient,
  type RecipientChange,
  type RecipientType,
  recipientColumns,
  recipientFromRow,
  recipientToRow,
  type SaveOptions,
  type SubmitOptions,
  type Table,
} from '@bourse/mapi'
import {
  AttachmentTableFlags,
  CLIENT_DATA_SIZE,
  CODE_PAGE_OF_LOGON,
  createAttachment,
  createMessage,
  deleteAttachment,
  getAttachmentTable,
  getValidAttachments,
  modifyRecipients,
  OpenAttachmentFlags,
  OpenMessageFlags,
  openAttachment,
  openMessage,
  readRecipients,
  reloadCachedInformation,
  removeAllRecipients,
  SaveFlags,
  SubmitFlags,
  type SuccessOf,
  saveChangesMessage,
  setMessageReadFlag,
  submitMessage,
  transportSend,
  typedStringText,
} from '@bourse/wire/rop'
import { ExchangeAttachment } from './attachment.ts'
import { ExchangeObject } from './property.ts'
import { readFlagBits } from './read-flags.ts'
import type { RopSession } from './rop-session.ts'
import { ExchangeTable } from './table.ts'

/** What the ROPs that open a message tell of it. */
export type OpenedMessage = SuccessOf<typeof openMessage>

const OPEN_MODES: Readonly<Record<AccessMode, number>> = {
  read: OpenMessageFlags.ReadOnly,
  readWrite: OpenMessageFlags.ReadWrite,
  best: OpenMessageFlags.BestAccess,
}

const ATTACHMENT_MODES: Readonly<Record<AccessMode, number>> = {
  read: OpenAttachmentFlags.ReadOnly,
  readWrite: OpenAttachmentFlags.ReadWrite,
  best: OpenAttachmentFlags.BestAccess,
}

export async function openMessageThrough(
  parent: ExchangeObject,
  folderId: bigint,
  messageId: bigint,
  options: { readonly mode?: AccessMode; readonly softDeleted?: boolean; readonly codePage?: number } = {},
): Promise<ExchangeMessage> {
  const { body, handle } = await parent.call(
    openMessage,
    {
      codePageId: options.codePage ?? CODE_PAGE_OF_LOGON,
      folderId,
      openModeFlags:
        OPEN_MODES[options.mode ?? 'read'] |
        (options.softDeleted === true ? OpenMessageFlags.OpenSoftDeleted : 0),
      messageId,
    },
    { output: true },
  )
  return new ExchangeMessage(parent.session, handle, parent.logonId, messageId, body)
}

export async function createMessageIn(
  parent: ExchangeObject,
  folderId: bigint,
  options: { readonly associated?: boolean; readonly codePage?: number } = {},
): Promise<ExchangeMessage> {
  const { handle } = await parent.call(
    createMessage,
    {
      codePageId: options.codePage ?? CODE_PAGE_OF_LOGON,
      folderId,
      associatedFlag: options.associated === true,
    },
    { output: true },
  )
  return new ExchangeMessage(parent.session, handle, parent.logonId, undefined, undefined)
}

const EMPTY_SUMMARY: MessageSummary = { subjectPrefix: '', normalizedSubject: '', recipientCount: 0 }

/** A message on the server. */
export class ExchangeMessage extends ExchangeObject implements Message {
  id: bigint | undefined
  readonly hasNamedProperties: boolean
  summary: MessageSummary
  /** The columns that RopReadRecipients answers with, as the server named them on opening. */
  #recipientColumns: Columns

  constructor(
    session: RopSession,
    handle: number,
    logonId: number,
    id: bigint | undefined,
    opened: OpenedMessage | undefined,
  ) {
    super(session, handle, logonId)
    this.id = id
    this.hasNamedProperties = opened?.hasNamedProperties ?? false
    this.summary = opened === undefined ? EMPTY_SUMMARY : summaryOf(opened)
    this.#recipientColumns = opened?.recipientColumns ?? []
  }

  async save(options: SaveOptions = {}): Promise<bigint> {
    const saveFlags =
      options.force === true
        ? SaveFlags.ForceSave
        : options.keepOpen === 'readOnly'
          ? SaveFlags.KeepOpenReadOnly
          : SaveFlags.KeepOpenReadWrite
    const { body } = await this.call(saveChangesMessage, { saveFlags })
    this.id = body.messageId
    return body.messageId
  }

  async getRecipients(tags?: readonly PropertyTag<unknown>[]): Promise<readonly Recipient[]> {
    // The columns of the answer are those that were named last; recipients added since may have made more.
    await this.reload()
    const recipients: Recipient[] = []
    const { dnPrefix } = this.session.transport
    if (this.summary.recipientCount === 0) return recipients
    for (let rowId = 0; ; ) {
      let rows: SuccessOf<typeof readRecipients>['recipientRows']
      try {
        const { body } = await this.call(readRecipients, { rowId }, { columns: this.#recipientColumns })
        rows = body.recipientRows
      } catch (error) {
        if (error instanceof MapiError && error.code === ErrorCode.NotFound) break
        throw error
      }
      if (rows.length === 0) break
      for (const row of rows) {
        recipients.push(
          recipientFromRow(
            row.rowId,
            row.recipientType as RecipientType,
            row.recipientRow,
            this.#recipientColumns,
            { dnPrefix, decodeString8: (text) => this.session.fromString8(text) },
          ),
        )
      }
      rowId = rows.at(-1)!.rowId + 1
    }
    return tags === undefined ? recipients : recipients.map((recipient) => withOnly(recipient, tags))
  }

  async modifyRecipients(changes: readonly RecipientChange[]): Promise<void> {
    const present = changes.flatMap(({ recipient }) => (recipient === undefined ? [] : [recipient]))
    const columns = recipientColumns(present)
    const { dnPrefix } = this.session.transport
    await this.call(modifyRecipients, {
      recipientColumns: columns,
      recipientRows: changes.map(({ rowId, recipient }) => ({
        rowId,
        recipientType: recipient?.type ?? 0,
        ...(recipient === undefined
          ? {}
          : { recipientRow: recipientToRow(recipient, columns, { dnPrefix }) }),
      })),
    })
  }

  async removeAllRecipients(): Promise<void> {
    await this.call(removeAllRecipients, {})
  }

  async reload(): Promise<MessageSummary> {
    const { body } = await this.call(reloadCachedInformation, {})
    this.#recipientColumns = body.recipientColumns
    this.summary = summaryOf(body)
    return this.summary
  }

  async setReadFlag(flags: ReadFlags): Promise<boolean> {
    const readFlags = readFlagBits(flags)
    if (this.session.isPublicLogon(this.logonId)) {
      const clientData = new Uint8Array(CLIENT_DATA_SIZE)
      const { body } = await this.call(setMessageReadFlag, { readFlags, clientData })
      return body.readStatusChanged
    }
    // A server says whether that changed anything among public folders only ([MS-OXCMSG] 2.2.3.11.2).
    const [before, , after] = await Promise.all([
      this.get(PidTagRead),
      this.call(setMessageReadFlag, { readFlags }),
      this.get(PidTagRead),
    ])
    return before !== after
  }

  async attachmentTable(): Promise<Table> {
    const { handle } = await this.call(
      getAttachmentTable,
      { tableFlags: AttachmentTableFlags.Unicode },
      { output: true },
    )
    return new ExchangeTable(this.session, handle, this.logonId)
  }

  async getAttachmentNumbers(): Promise<readonly number[]> {
    const { body } = await this.call(getValidAttachments, {})
    return body.attachmentIdArray
  }

  async openAttachment(number: number, mode: AccessMode = 'read'): Promise<Attachment> {
    const { handle } = await this.call(
      openAttachment,
      { openAttachmentFlags: ATTACHMENT_MODES[mode], attachmentId: number },
      { output: true },
    )
    return new ExchangeAttachment(this.session, handle, this.logonId, number)
  }

  async createAttachment(): Promise<Attachment> {
    const { body, handle } = await this.call(createAttachment, {}, { output: true })
    return new ExchangeAttachment(this.session, handle, this.logonId, body.attachmentId)
  }

  async deleteAttachment(number: number): Promise<void> {
    await this.call(deleteAttachment, { attachmentId: number })
  }

  async submit(options: SubmitOptions & OperationOptions = {}): Promise<void> {
    const submitFlags =
      (options.preprocess === true ? SubmitFlags.PreProcess : 0) |
      (options.needsSpooler === true ? SubmitFlags.NeedsSpooler : 0)
    await this.call(submitMessage, { submitFlags })
    // Submitting saves the message; what ID it has got, only its properties tell.
    this.id ??= await this.get(PidTagMid).catch(() => undefined)
  }

  async transportSend(): Promise<PropertyBag> {
    const { body } = await this.call(transportSend, {})
    return new PropertyBag((body.propertyValues ?? []).map(({ tag, value }) => [tag, value] as const))
  }
}

function summaryOf(opened: OpenedMessage): MessageSummary {
  return {
    subjectPrefix: typedStringText(opened.subjectPrefix) ?? '',
    normalizedSubject: typedStringText(opened.normalizedSubject) ?? '',
    recipientCount: opened.recipientCount,
  }
}

function withOnly(recipient: Recipient, tags: readonly PropertyTag<unknown>[]): Recipient {
  const properties = new PropertyBag(tags.map((tag) => [tag, recipient.properties.cell(tag)] as const))
  return { ...recipient, properties }
}
