import {
  type AddressBook,
  type Cell,
  ErrorCode,
  type FileTime,
  MapiError,
  type Message,
  nowAsFileTime,
  type OperationOptions,
  PidTagIconIndex,
  PidTagLastVerbExecuted,
  PidTagLastVerbExecutionTime,
  PidTagMessageDeliveryTime,
  PidTagRead,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSubject,
} from '@bourse/mapi'
import {
  attachFile,
  attachMessage,
  listAttachments,
  type MailAttachment,
  type NewAttachment,
} from './attachments.ts'
import { readHtml, readText, writeHtml, writeText } from './body.ts'
import { clearFlag, completeFlag, type FlagOptions, flagMessage } from './flag.ts'
import type { DeleteOptions, MailFolder } from './folder.ts'
import { removeAll, setAll } from './problems.ts'
import type { Properties, Property } from './property.ts'
import {
  type Addressees,
  addRecipients,
  type MailRecipient,
  type RecipientKind,
  readRecipients,
  replaceRecipients,
} from './recipients.ts'
import { type AnswerContent, type Answered, answer, type ForwardContent } from './reply.ts'
import type { Selection } from './selection.ts'
import type { MailStore } from './store.ts'
import { writeSubject } from './subject.ts'

/** Who sent a message. */
export interface MailSender {
  readonly name: string
  /** The SMTP address, if it is known. */
  readonly address: string | undefined
}

/**
 * A message, as a program wants to use it: one to read, or a draft to write and send. {@link raw} is the interface of the object model
 * beneath. What is changed lasts with {@link save} or {@link send}; marking, moving, flagging and deleting happen at once.
 */
export class MailMessage implements AsyncDisposable {
  readonly store: MailStore
  readonly raw: Message
  /** The folder it is in; `undefined` for a message within another one. */
  readonly folderId: bigint | undefined
  #answered: Answered | undefined

  constructor(store: MailStore, raw: Message, folderId: bigint | undefined) {
    this.store = store
    this.raw = raw
    this.folderId = folderId
  }

  /** Its ID; `undefined` until it is saved, and for a message within another one. */
  get id(): bigint | undefined {
    return this.raw.id
  }

  /** The value of one property, however long it is. */
  async get<V>(property: Property<V>): Promise<V | undefined> {
    return this.raw.get(await this.store.tags.tag(property))
  }

  /** The values of several properties, in one request. */
  read<const C extends Properties>(properties: C): Promise<Selection<C>> {
    return this.store.readProperties(this.raw, properties)
  }

  /** Sets a property; a name that the store has never heard of is made known to it. */
  async set<V>(property: Property<V>, value: NoInfer<V>): Promise<void> {
    const tag = await this.store.tags.tag(property, { create: true })
    await setAll(this.raw, [[tag, value as Cell]])
  }

  /** Removes properties; that it has none is no error. */
  async remove(...properties: readonly Property[]): Promise<void> {
    await removeAll(this.raw, await this.store.tags.tags(properties))
  }

  async subject(): Promise<string> {
    return (await this.get(PidTagSubject)) ?? ''
  }

  /** Sets the subject, its prefix (`RE: `) and the topic of the conversation. */
  setSubject(subject: string): Promise<void> {
    return writeSubject(this.raw, subject)
  }

  /** On whose behalf it was sent. */
  async from(): Promise<MailSender> {
    const [name, type, address, smtp] = (
      await this.read([
        PidTagSentRepresentingName,
        PidTagSentRepresentingAddressType,
        PidTagSentRepresentingEmailAddress,
        PidTagSentRepresentingSmtpAddress,
      ])
    ).values()
    return name === undefined && address === undefined && smtp === undefined
      ? this.sender()
      : toSender(name, type, address, smtp)
  }

  /** Who sent it. */
  async sender(): Promise<MailSender> {
    const [name, type, address, smtp] = (
      await this.read([
        PidTagSenderName,
        PidTagSenderAddressType,
        PidTagSenderEmailAddress,
        PidTagSenderSmtpAddress,
      ])
    ).values()
    return toSender(name, type, address, smtp)
  }

  /** When it arrived, or was sent if it was sent from here. */
  async received(): Promise<FileTime | undefined> {
    return this.get(PidTagMessageDeliveryTime)
  }

  /** The body as plain text, converted from another format if need be. */
  text(): Promise<string> {
    return readText(this.raw)
  }

  /** The body as HTML, converted from another format if need be. */
  html(): Promise<string> {
    return readHtml(this.raw)
  }

  setText(text: string): Promise<void> {
    return writeText(this.raw, text)
  }

  setHtml(html: string): Promise<void> {
    return writeHtml(this.raw, html)
  }

  recipients(): Promise<MailRecipient[]> {
    return readRecipients(this.raw)
  }

  /** Adds recipients; names are looked up in the address book. */
  addRecipients(kind: RecipientKind, addressees: Addressees): Promise<void> {
    return addRecipients(this.raw, kind, addressees, this.#addressBook())
  }

  /** Puts recipients of one kind in the place of those of that kind that it has. */
  setRecipients(kind: RecipientKind, addressees: Addressees): Promise<void> {
    return replaceRecipients(this.raw, kind, addressees, this.#addressBook())
  }

  attachments(): Promise<MailAttachment[]> {
    return listAttachments(this)
  }

  /** Attaches a file, or a copy of a message. */
  async attach(attachment: NewAttachment | MailMessage): Promise<void> {
    if (attachment instanceof MailMessage) {
      await attachMessage(this, attachment)
    } else {
      await attachFile(this.raw, attachment)
    }
  }

  async isRead(): Promise<boolean> {
    return (await this.get(PidTagRead)) ?? false
  }

  async markRead(): Promise<void> {
    await this.raw.setReadFlag({ read: true })
  }

  async markUnread(): Promise<void> {
    await this.raw.setReadFlag({ read: false })
  }

  /** Flags it for the user, so that it appears in the to-do list. */
  async flag(options: FlagOptions = {}): Promise<void> {
    await flagMessage(this.raw, this.store.tags, options)
    await this.raw.save()
  }

  /** Marks what the flag asked for as done. */
  async completeFlag(): Promise<void> {
    await completeFlag(this.raw, this.store.tags)
    await this.raw.save()
  }

  async clearFlag(): Promise<void> {
    await clearFlag(this.raw, this.store.tags)
    await this.raw.save()
  }

  /** Moves it into another folder, where it has another ID; this object is of no more use then. */
  moveTo(destination: MailFolder, options?: OperationOptions): Promise<void> {
    return this.#inFolder((folder, id) => folder.moveMessages([id], destination, options))
  }

  copyTo(destination: MailFolder, options?: OperationOptions): Promise<void> {
    return this.#inFolder((folder, id) => folder.copyMessages([id], destination, options))
  }

  /** Deletes it; this object is of no more use then. */
  delete(options?: DeleteOptions): Promise<void> {
    return this.#inFolder((folder, id) => folder.deleteMessages([id], options))
  }

  /** Stores what was changed. Rejects with `ObjectModified` if somebody else changed it since it was opened. */
  save(): Promise<bigint> {
    return this.raw.save()
  }

  /** Sends it by way of the session; this object is of no more use then. */
  async send(): Promise<void> {
    await this.raw.save()
    await this.store.session.raw.send(this.raw)
    const answered = this.#answered
    await this.store.close(this)
    if (answered !== undefined) await noteAnswer(this.store, answered)
  }

  /** A draft of an answer to who sent it; it is neither saved nor sent yet. */
  reply(content: AnswerContent = {}): Promise<MailMessage> {
    return this.#answer('reply', content)
  }

  /** A draft of an answer to who sent it and to all others who got it. */
  replyAll(content: AnswerContent = {}): Promise<MailMessage> {
    return this.#answer('replyAll', content)
  }

  /** A draft that passes it on, with its attachments. */
  forward(content: ForwardContent = {}): Promise<MailMessage> {
    return this.#answer('forward', content)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store.close(this)
  }

  async #answer(verb: Answered['verb'], content: ForwardContent): Promise<MailMessage> {
    const draft = await answer(this, verb, content)
    if (this.folderId !== undefined && this.id !== undefined) {
      draft.#answered = { verb, folderId: this.folderId, id: this.id }
    }
    return draft
  }

  #addressBook(): AddressBook | undefined {
    return this.store.session.addressBook
  }

  async #inFolder(work: (folder: MailFolder, id: bigint) => Promise<void>): Promise<void> {
    if (this.folderId === undefined || this.id === undefined) {
      throw new MapiError(ErrorCode.NotSupported, { message: 'the message is in no folder' })
    }
    await using folder = await this.store.openFolder(this.folderId)
    await work(folder, this.id)
  }
}

/** PidTagLastVerbExecuted and PidTagIconIndex of what was answered ([MS-OXOMSG] 2.2.1.8, [MS-OXCMSG] 2.2.1.31). */
const VERBS = {
  reply: { verb: 102, icon: 0x105 },
  replyAll: { verb: 103, icon: 0x105 },
  forward: { verb: 104, icon: 0x106 },
} as const

/** Notes on a message that it was answered; that it may have gone meanwhile, or may not be changed, is no reason to fail. */
async function noteAnswer(store: MailStore, { verb, folderId, id }: Answered): Promise<void> {
  try {
    await using message = await store.openMessage(folderId, id)
    await setAll(message.raw, [
      [PidTagLastVerbExecuted, VERBS[verb].verb],
      [PidTagLastVerbExecutionTime, nowAsFileTime()],
      [PidTagIconIndex, VERBS[verb].icon],
    ])
    await message.save()
  } catch (error) {
    if (!(error instanceof MapiError)) throw error
  }
}

function toSender(
  name: string | undefined,
  type: string | undefined,
  address: string | undefined,
  smtp: string | undefined,
): MailSender {
  const known = smtp ?? (type?.toUpperCase() === 'SMTP' ? address : undefined)
  return { name: name ?? known ?? '', address: known }
}
