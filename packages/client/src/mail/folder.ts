import {
  type DeleteMessagesOptions,
  ErrorCode,
  type Folder,
  MapiError,
  type OperationOptions,
  type OperationResult,
  PidTagContainerClass,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMid,
  PidTagParentFolderId,
  PidTagSenderName,
  PidTagSubfolders,
  PidTagSubject,
  type PropertyTag,
  type Restriction,
  type Table,
} from '@bourse/mapi'
import { type Condition, toRestriction } from './condition.ts'
import { copyAcross } from './copy-across.ts'
import { type FolderWatch, type WatchOptions, watchFolder } from './folder-watch.ts'
import { ListedFolder } from './listed-folder.ts'
import { ListedMessage } from './listed-message.ts'
import type { MailMessage } from './message.ts'
import { type OrderBy, toSortOrder } from './order.ts'
import { setAll } from './problems.ts'
import type { Properties, Property } from './property.ts'
import { readRows } from './rows.ts'
import type { Selection } from './selection.ts'
import type { MailStore } from './store.ts'

/** What {@link MailFolder.messages} lists if nothing is selected. */
export const DEFAULT_SELECTION = [
  PidTagSubject,
  PidTagSenderName,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
] as const

/** Which messages of a folder are meant: those that people see, the hidden ones, or those that were deleted and can be recovered. */
export type MessageKind = 'ordinary' | 'associated' | 'recoverable'

export interface MessagesQuery<C extends Properties = typeof DEFAULT_SELECTION> {
  /** The properties to list; subject, sender, delivery time and flags if left out. Long values come cut off, as tables give them. */
  readonly select?: C
  /** Only messages that meet this condition. */
  readonly where?: Condition
  /** As the store keeps them if left out. */
  readonly orderBy?: OrderBy
  /** At most this many. */
  readonly limit?: number
  /** `'ordinary'` if left out. */
  readonly kind?: MessageKind
  /** Ends the listing, which then rejects with `UserCanceled`. */
  readonly signal?: AbortSignal
}

/** What becomes of what is deleted. */
export type DeleteMode =
  /** It moves to Deleted Items; from there it becomes recoverable. */
  | 'deletedItems'
  /** It leaves the mailbox, but can be recovered for as long as the server keeps it. */
  | 'recoverable'
  /** It is gone for good. */
  | 'forever'

export interface DeleteOptions extends OperationOptions {
  /** `'deletedItems'` if left out. */
  readonly mode?: DeleteMode
}

export interface NewFolderOptions {
  /** What the folder holds, e.g. `IPF.Appointment`; `IPF.Note` (mail) if left out. */
  readonly containerClass?: string
  readonly comment?: string
  /** Open the folder of that name if there is one, instead of failing with `CollidingNames`. */
  readonly openExisting?: boolean
}

/**
 * A folder, as a program wants to use it; {@link raw} is the interface of the object model beneath.
 *
 * ```ts
 * const inbox = await session.store.inbox()
 * for await (const message of inbox.messages({ where: isUnread(), orderBy: desc(PidTagMessageDeliveryTime) })) {
 *   console.log(message.get(PidTagSubject))
 * }
 * ```
 */
export class MailFolder implements AsyncDisposable {
  readonly store: MailStore
  readonly raw: Folder

  constructor(store: MailStore, raw: Folder) {
    this.store = store
    this.raw = raw
  }

  get id(): bigint {
    return this.raw.id
  }

  async name(): Promise<string> {
    return (await this.get(PidTagDisplayName)) ?? ''
  }

  /** The value of one property of the folder. */
  async get<V>(property: Property<V>): Promise<V | undefined> {
    return this.raw.get(await this.store.tags.tag(property))
  }

  /** The values of several properties of the folder, in one request. */
  async read<const C extends Properties>(properties: C): Promise<Selection<C>> {
    return this.store.readProperties(this.raw, properties)
  }

  /** How many messages there are, or how many meet a condition. */
  async count(where?: Condition): Promise<number> {
    if (where === undefined) return (await this.get(PidTagContentCount)) ?? 0
    const restriction = await toRestriction(where, this.store.tags)
    await using table = await this.raw.contentsTable()
    await table.setColumns([PidTagMid])
    await table.restrict(restriction)
    return (await table.queryPosition()).rowCount
  }

  async unreadCount(): Promise<number> {
    return (await this.get(PidTagContentUnreadCount)) ?? 0
  }

  /**
   * Lists messages, with the properties that are wanted. Pages are fetched ahead, and iterating may stop at any time. Messages may
   * be moved, deleted and marked meanwhile.
   */
  async *messages<const C extends Properties = typeof DEFAULT_SELECTION>(
    query: MessagesQuery<C> = {},
  ): AsyncGenerator<ListedMessage<C>, void, undefined> {
    const select = (query.select ?? DEFAULT_SELECTION) as C
    const { where, orderBy, kind, signal } = query
    const { tags } = this.store
    const columns = [PidTagMid as PropertyTag, ...(await tags.tags(select))]
    const restriction = where === undefined ? undefined : await toRestriction(where, tags)
    const order = orderBy === undefined ? undefined : await toSortOrder(orderBy, tags)
    await using table = await this.raw.contentsTable({
      associated: kind === 'associated',
      softDeleted: kind === 'recoverable',
    })
    // Without waiting for one another, so that they travel together.
    const [typed] = await Promise.all([
      table.setColumns(columns),
      restriction === undefined ? undefined : table.restrict(restriction, withSignal(signal)),
      order === undefined ? undefined : table.sort(order, withSignal(signal)),
    ])
    for await (const row of readRows(typed as Table, query)) {
      const [mid, ...cells] = row.cells
      yield new ListedMessage(this, mid as bigint, select, cells)
    }
  }

  /** The IDs of the messages that meet a condition, of all without one. */
  async messageIds(where?: Condition): Promise<bigint[]> {
    const ids: bigint[] = []
    for await (const { id } of this.messages({ select: [], ...(where === undefined ? {} : { where }) })) {
      ids.push(id)
    }
    return ids
  }

  /** Opens a message of the folder. */
  openMessage(id: bigint): Promise<MailMessage> {
    return this.store.openMessage(this.id, id)
  }

  /** Lists the folders below, of all levels if `recursive`. */
  async *folders(
    options: { readonly recursive?: boolean } = {},
  ): AsyncGenerator<ListedFolder, void, undefined> {
    await using table = await this.raw.hierarchyTable(options.recursive === true ? { recursive: true } : {})
    const typed = await table.setColumns([
      PidTagFolderId,
      PidTagDisplayName,
      PidTagContainerClass,
      PidTagContentCount,
      PidTagContentUnreadCount,
      PidTagSubfolders,
      PidTagParentFolderId,
    ])
    for await (const row of readRows(typed)) {
      const [id, name, containerClass, messageCount, unreadCount, hasSubfolders, parentId] = row.values()
      yield new ListedFolder(this.store, {
        id: id!,
        name: name ?? '',
        containerClass: containerClass ?? '',
        messageCount: messageCount ?? 0,
        unreadCount: unreadCount ?? 0,
        hasSubfolders: hasSubfolders ?? false,
        parentId: parentId ?? this.id,
      })
    }
  }

  /** Opens a folder below this one by its path, e.g. `Projects/2026`. Rejects with `NotFound`. */
  async folder(path: string | readonly string[]): Promise<MailFolder> {
    const id = await this.store.folderIdByPath(this.id, path)
    return this.store.openFolder(id)
  }

  /** Makes a folder below this one. Rejects with `CollidingNames` if there is one of that name. */
  async createFolder(name: string, options: NewFolderOptions = {}): Promise<MailFolder> {
    const { containerClass = 'IPF.Note', comment, openExisting = false } = options
    const { folder, existed } = await this.raw.createFolder({
      displayName: name,
      openExisting,
      ...(comment === undefined ? {} : { comment }),
    })
    const made = this.store.adopt(new MailFolder(this.store, folder), () => folder[Symbol.asyncDispose]())
    if (!existed) await setAll(folder, [[PidTagContainerClass, containerClass]])
    return made
  }

  async rename(name: string): Promise<void> {
    await setAll(this.raw, [[PidTagDisplayName, name]])
  }

  /** Moves the folder, with all that is in it, into another one. */
  async moveTo(
    destination: MailFolder,
    options: OperationOptions & { readonly name?: string } = {},
  ): Promise<void> {
    await using parent = await this.#parent()
    complete(
      await parent.raw.moveFolder(this.id, destination.raw, options.name ?? (await this.name()), options),
    )
  }

  /** Copies the folder, with all that is in it, into another one. */
  async copyTo(
    destination: MailFolder,
    options: OperationOptions & { readonly name?: string } = {},
  ): Promise<void> {
    await using parent = await this.#parent()
    const name = options.name ?? (await this.name())
    complete(await parent.raw.copyFolder(this.id, destination.raw, name, { ...options, recursive: true }))
  }

  /** Deletes the folder with all that is in it. */
  async delete(options: DeleteOptions = {}): Promise<void> {
    const { mode = 'deletedItems', ...operation } = options
    await using parent = await this.#parent()
    const bin = mode === 'deletedItems' ? this.store.binFor(parent.id) : undefined
    if (bin === undefined) {
      const all = { ...operation, messages: true, subfolders: true, hard: mode === 'forever' }
      complete(await parent.raw.deleteFolder(this.id, all))
      return
    }
    await using deletedItems = await this.store.openFolder(bin)
    const name = await deletedItems.#freeName(await this.name())
    complete(await parent.raw.moveFolder(this.id, deletedItems.raw, name, operation))
  }

  /** Deletes all messages and folders in it, but not the hidden messages. */
  async empty(
    options: { readonly mode?: Exclude<DeleteMode, 'deletedItems'> } & OperationOptions = {},
  ): Promise<void> {
    const { mode, ...operation } = options
    complete(await this.raw.empty({ ...operation, hard: mode === 'forever' }))
  }

  /** Marks messages as read; all of them if no IDs are given. */
  async markRead(ids: readonly bigint[] = [], options: OperationOptions = {}): Promise<void> {
    complete(await this.raw.setReadFlags(ids, { read: true }, options))
  }

  /** Marks messages as unread; all of them if no IDs are given. */
  async markUnread(ids: readonly bigint[] = [], options: OperationOptions = {}): Promise<void> {
    complete(await this.raw.setReadFlags(ids, { read: false }, options))
  }

  /** Moves messages into another folder, of this or another store. They have other IDs there. */
  async moveMessages(
    ids: readonly bigint[],
    destination: MailFolder,
    options: OperationOptions = {},
  ): Promise<void> {
    if (ids.length === 0) return
    if (destination.store === this.store) {
      complete(await this.raw.copyMessages(ids, destination.raw, { ...options, move: true }))
    } else {
      await copyAcross(this, ids, destination, options)
      await this.deleteMessages(ids, { ...options, mode: 'recoverable' })
    }
  }

  /** Copies messages into another folder, of this or another store. */
  async copyMessages(
    ids: readonly bigint[],
    destination: MailFolder,
    options: OperationOptions = {},
  ): Promise<void> {
    if (ids.length === 0) return
    if (destination.store === this.store) complete(await this.raw.copyMessages(ids, destination.raw, options))
    else await copyAcross(this, ids, destination, options)
  }

  async deleteMessages(ids: readonly bigint[], options: DeleteOptions = {}): Promise<void> {
    if (ids.length === 0) return
    const { mode = 'deletedItems', ...operation } = options
    const bin = mode === 'deletedItems' ? this.store.binFor(this.id) : undefined
    if (bin !== undefined) {
      await using deletedItems = await this.store.openFolder(bin)
      await this.moveMessages(ids, deletedItems, operation)
      return
    }
    const how: DeleteMessagesOptions = { ...operation, hard: mode === 'forever' }
    complete(await this.raw.deleteMessages(ids, how))
  }

  /**
   * What happens in the folder from now on, until the signal aborts or the loop is left:
   *
   * ```ts
   * for await (const change of inbox.watch({ events: ['newMail'], signal })) {
   *   await using message = await change.open()
   *   console.log(await message.subject())
   * }
   * ```
   */
  watch(options: WatchOptions = {}): FolderWatch {
    return watchFolder(this, options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store.close(this)
  }

  async #parent(): Promise<MailFolder> {
    const id = await this.get(PidTagParentFolderId)
    if (id === undefined || id === this.id) throw new MapiError(ErrorCode.AccessDenied)
    return this.store.openFolder(id)
  }

  /** A name that no folder below has yet. */
  async #freeName(name: string): Promise<string> {
    const taken = new Set<string>()
    for await (const folder of this.folders()) taken.add(folder.name.toLowerCase())
    for (let i = 1; ; i++) {
      const candidate = i === 1 ? name : `${name} (${i})`
      if (!taken.has(candidate.toLowerCase())) return candidate
    }
  }
}

/** The first folder, in order of names, that meets a restriction on hierarchy tables. */
export async function findFolder(folder: Folder, restriction: Restriction): Promise<bigint | undefined> {
  await using hierarchy = await folder.hierarchyTable()
  const table = await hierarchy.setColumns([PidTagFolderId])
  await table.restrict(restriction)
  const { rows } = await table.queryRows(1)
  return rows[0]?.get(PidTagFolderId)
}

function withSignal(signal: AbortSignal | undefined): OperationOptions {
  return signal === undefined ? {} : { signal }
}

function complete({ partial }: OperationResult): void {
  if (partial) throw new MapiError(ErrorCode.PartialCompletion)
}
