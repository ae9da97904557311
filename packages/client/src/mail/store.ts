import {
  ErrorCode,
  equals,
  MapiError,
  type MapiObject,
  type Message,
  type MessageStore,
  PidTagDisplayName,
} from '@bourse/mapi'
import { Calendar } from '../calendar/calendar.ts'
import { type Notes, notesIn } from '../notes/note.ts'
import { type Contacts, contactsIn } from '../people/contact.ts'
import { MailRules } from '../rules/mail-rules.ts'
import { type Tasks, tasksIn } from '../tasks/task.ts'
import {
  type AutomaticRepliesContent,
  changeAutomaticReplies,
  type MailAutomaticReplies,
  readAutomaticReplies,
} from './automatic-replies.ts'
import { findFolder, MailFolder } from './folder.ts'
import { MailMessage } from './message.ts'
import type { OpenObjects } from './open-objects.ts'
import { type Properties, TagResolver } from './property.ts'
import { Selection } from './selection.ts'
import type { MailSession } from './session.ts'
import { type SpecialFolderName, specialFolderId } from './special-folder.ts'

/** Names by which paths may call special folders, whatever the mailbox's language calls them. */
const PATH_NAMES: Readonly<Record<string, SpecialFolderName>> = {
  inbox: 'inbox',
  drafts: 'drafts',
  outbox: 'outbox',
  'sent items': 'sentItems',
  'deleted items': 'deletedItems',
  'junk email': 'junkEmail',
  calendar: 'calendar',
  contacts: 'contacts',
  tasks: 'tasks',
  notes: 'notes',
  journal: 'journal',
}

/**
 * A mailbox, or another message store, as a program wants to use it; {@link raw} is the interface of the object model beneath.
 * What is opened through it is given back when the session ends, or before with `await using`.
 */
export class MailStore {
  readonly session: MailSession
  readonly raw: MessageStore
  readonly tags: TagResolver
  readonly #open: OpenObjects
  readonly #special = new Map<SpecialFolderName, Promise<bigint | undefined>>()
  readonly #bin: bigint | undefined

  constructor(session: MailSession, raw: MessageStore, open: OpenObjects) {
    this.session = session
    this.raw = raw
    this.tags = new TagResolver(raw)
    this.#open = open
    this.#bin = raw.logon.folders.deletedItems
  }

  async name(): Promise<string> {
    return (await this.raw.get(PidTagDisplayName)) ?? ''
  }

  /** The folder that holds all that people see. */
  root(): Promise<MailFolder> {
    return this.specialFolder('root')
  }

  inbox(): Promise<MailFolder> {
    return this.specialFolder('inbox')
  }

  drafts(): Promise<MailFolder> {
    return this.specialFolder('drafts')
  }

  outbox(): Promise<MailFolder> {
    return this.specialFolder('outbox')
  }

  sentItems(): Promise<MailFolder> {
    return this.specialFolder('sentItems')
  }

  deletedItems(): Promise<MailFolder> {
    return this.specialFolder('deletedItems')
  }

  junkEmail(): Promise<MailFolder> {
    return this.specialFolder('junkEmail')
  }

  async calendar(): Promise<Calendar> {
    return new Calendar(await this.specialFolder('calendar'))
  }

  async contacts(): Promise<Contacts> {
    return contactsIn(await this.specialFolder('contacts'))
  }

  async tasks(): Promise<Tasks> {
    return tasksIn(await this.specialFolder('tasks'))
  }

  async notes(): Promise<Notes> {
    return notesIn(await this.specialFolder('notes'))
  }

  /** The rules by which mail is treated that arrives in the Inbox. */
  async rules(): Promise<MailRules> {
    return new MailRules(await this.specialFolder('inbox'))
  }

  /**
   * How the mailbox answers by itself while its owner is away. Rejects with `NotSupported` for stores of other servers than Bourse: Exchange tells that by
   * its web service only.
   */
  automaticReplies(): Promise<MailAutomaticReplies> {
    return readAutomaticReplies(this.raw)
  }

  /**
   * Changes how the mailbox answers by itself; what is not given stays. Rejects with `InvalidParameter` for a schedule without a time, and as
   * {@link automaticReplies} does.
   */
  setAutomaticReplies(changes: AutomaticRepliesContent): Promise<void> {
    return changeAutomaticReplies(this.raw, changes)
  }

  /** Opens a folder by what it is for. Rejects with `NotFound` if the store has none of that kind. */
  async specialFolder(name: SpecialFolderName): Promise<MailFolder> {
    const id = await this.specialFolderId(name)
    if (id === undefined) throw new MapiError(ErrorCode.NotFound, { message: `the store has no ${name}` })
    return this.openFolder(id)
  }

  /** The ID of a folder by what it is for, or `undefined` if the store has none of that kind. */
  specialFolderId(name: SpecialFolderName): Promise<bigint | undefined> {
    let id = this.#special.get(name)
    if (id === undefined) {
      id = specialFolderId(this.raw, name)
      this.#special.set(name, id)
      id.then(
        (found) => found === undefined && this.#special.delete(name),
        () => this.#special.delete(name),
      )
    }
    return id
  }

  /**
   * Opens a folder by its path, names from the top folders on: `Inbox/Projects`, or `['Inbox', 'A/B']` where a name has a slash in it.
   * Letter case makes no difference, and special folders answer to their English names too. Rejects with `NotFound`.
   */
  async folder(path: string | readonly string[]): Promise<MailFolder> {
    const [first, ...others] = namesOf(path)
    if (first === undefined) return this.root()
    const root = await this.specialFolderId('root')
    if (root === undefined) throw notFound(path)
    const named = await this.#child(root, first)
    const role = PATH_NAMES[first.toLowerCase()]
    const id = named ?? (role === undefined ? undefined : await this.specialFolderId(role))
    if (id === undefined) throw notFound(path)
    return this.openFolder(await this.folderIdByPath(id, others))
  }

  /** The ID of a folder by its path from another one. Rejects with `NotFound`. */
  async folderIdByPath(from: bigint, path: string | readonly string[]): Promise<bigint> {
    let id = from
    for (const name of namesOf(path)) {
      const child = await this.#child(id, name)
      if (child === undefined) throw notFound(path)
      id = child
    }
    return id
  }

  async openFolder(id: bigint): Promise<MailFolder> {
    const raw = await this.raw.openFolder(id)
    return this.adopt(new MailFolder(this, raw), () => raw[Symbol.asyncDispose]())
  }

  /** Opens a message, for changing it too where that is allowed. */
  async openMessage(folderId: bigint, id: bigint): Promise<MailMessage> {
    return this.adoptMessage(await this.raw.openMessage(folderId, id, { mode: 'best' }), folderId)
  }

  /** A new message in a folder, which exists once it is saved. */
  async createMessage(folderId: bigint): Promise<MailMessage> {
    return this.adoptMessage(await this.raw.createMessage(folderId), folderId)
  }

  /** Takes over a message of the object model; `folderId` is `undefined` for one within another. */
  adoptMessage(raw: Message, folderId: bigint | undefined): MailMessage {
    return this.adopt(new MailMessage(this, raw, folderId), () => raw[Symbol.asyncDispose]())
  }

  /** Where what is deleted in a folder goes, or `undefined` if it is there already. */
  binFor(folderId: bigint): bigint | undefined {
    return folderId === this.#bin ? undefined : this.#bin
  }

  /** Several properties of an object, in one request where they are not too long for that. */
  async readProperties<const C extends Properties>(object: MapiObject, properties: C): Promise<Selection<C>> {
    const tags = await this.tags.tags(properties)
    const bag = await object.getProperties(tags)
    const cells = tags.map((tag) =>
      bag.error(tag) === ErrorCode.NotEnoughMemory ? object.get(tag) : bag.cell(tag),
    )
    return new Selection(properties, await Promise.all(cells))
  }

  /** Keeps an object until it is closed, or the session ends. */
  adopt<T extends object>(owner: T, dispose: () => PromiseLike<void>): T {
    return this.#open.add(owner, dispose)
  }

  /** Gives back what an object holds. */
  close(owner: object): Promise<void> {
    return this.#open.close(owner)
  }

  async #child(parent: bigint, name: string): Promise<bigint | undefined> {
    await using folder = await this.raw.openFolder(parent)
    return findFolder(folder, equals(PidTagDisplayName, name))
  }
}

function namesOf(path: string | readonly string[]): readonly string[] {
  return typeof path === 'string' ? path.split('/').filter((name) => name !== '') : path
}

function notFound(path: string | readonly string[]): MapiError {
  const text = typeof path === 'string' ? path : path.join('/')
  return new MapiError(ErrorCode.NotFound, { message: `there is no folder ${text}` })
}
