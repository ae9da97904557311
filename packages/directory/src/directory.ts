import { randomUUID } from 'node:crypto'
import type { AddressBookOrder, Guid } from '@bourse/mapi'
import { type AddressBookOptions, DirectoryAddressBook } from './address-book/address-book.ts'
import { BUILT_IN_LISTS } from './built-in-lists.ts'
import {
  type Authentication,
  argon2idHasher,
  authenticate,
  type PasswordHasher,
  type UserAccounts,
} from './credential/authenticate.ts'
import { VerifiedPasswords } from './credential/verified-passwords.ts'
import type { DirectoryBase } from './directory-base.ts'
import { DirectoryError } from './directory-error.ts'
import { DirectoryTransaction } from './directory-transaction.ts'
import { permanentEntryId } from './entry/entry-ids.ts'
import type { Entry } from './entry/entry-properties.ts'
import { FilterSets } from './groups/filter-sets.ts'
import { expand, groupsOf, membersOf } from './groups/membership.ts'
import { Containers } from './index/containers.ts'
import { type DirectoryChange, DirectoryIndex } from './index/directory-index.ts'
import { addressKeysOfText, nameKey } from './lookup/address-keys.ts'
import { findByAddress, type NameMatch, resolveName } from './lookup/resolve-name.ts'
import type { DirectoryObject, ObjectSummary, OrganizationSettings } from './model/directory-object.ts'
import { dnKey } from './model/legacy-dn.ts'
import type { LinkKind } from './model/link-kind.ts'
import { objectOfRow } from './model/stored-object.ts'
import type { DirectoryPrincipal } from './principal.ts'
import type { ReadEntriesOptions } from './restriction/matching.ts'
import { SqliteDirectoryStorage } from './storage/sqlite.ts'
import type { DirectoryStorage } from './storage/storage.ts'

/** How many objects that were read are kept in memory. */
const MAX_CACHED_OBJECTS = 10_000

/** How often a change is tried that another process gets ahead of. */
const MAX_ATTEMPTS = 10

/** How many objects are read at once by {@link Directory.objects}. */
const SCAN_SIZE = 500

export interface DirectoryOptions {
  /** Hashing of passwords; argon2id at `HASH_COST` if left out. */
  readonly hasher?: PasswordHasher
}

/** A group replaced by those who get what is sent to it. */
export interface ExpandedRecipients {
  /** All that are no groups, each once. */
  readonly recipients: readonly DirectoryObject[]
  /** The groups that were replaced, each once. */
  readonly groups: readonly DirectoryObject[]
}

/** How mail may be sent in the name of another. */
export type SendRight = 'sendAs' | 'onBehalf'

export type DirectoryListener = (change: DirectoryChange) => void

/**
 * The users, groups, contacts, rooms and other objects of an organization, with their credentials.
 *
 * Several processes may have the same database open. Each method answers from what has been committed by then, be it by another
 * process.
 *
 * ```ts
 * await using directory = await Directory.open('data/directory.sqlite')
 * const result = await directory.authenticate('alice@example.com', password)
 * if (result.kind === 'authenticated') {
 *   const principal = await directory.principalOf(result.user.id)
 *   await using addressBook = directory.addressBook({ principal, codePage: 1252 })
 * }
 * ```
 */
export class Directory implements AsyncDisposable {
  readonly #storage: DirectoryStorage
  readonly #index = new DirectoryIndex()
  readonly #objects = new Map<number, DirectoryObject>()
  readonly #groups = new Map<number, ReadonlySet<number>>()
  readonly #listeners = new Set<DirectoryListener>()
  readonly #hasher: PasswordHasher
  readonly #verified = new VerifiedPasswords()
  #decoyHash: Promise<string> | undefined
  #refreshing: Promise<void> | undefined
  #writing: Promise<unknown> = Promise.resolve()
  readonly #base: DirectoryBase

  private constructor(storage: DirectoryStorage, { hasher = argon2idHasher() }: DirectoryOptions) {
    this.#storage = storage
    this.#hasher = hasher
    const matching = {
      index: this.#index,
      storage,
      load: (ids: readonly number[]) => this.#load(ids),
      readEntries: (ids: readonly number[], read?: ReadEntriesOptions) => this.#readEntries(ids, read),
    }
    const filterSets = new FilterSets(matching)
    this.#base = {
      ...matching,
      filterSets,
      containers: new Containers({ ...matching, filterSets }),
      refresh: () => this.refresh(),
      write: (work) => this.write(work),
      onChange: (listener) => this.onChange(listener),
    }
  }

  /**
   * Opens the database at a path, which is made if it is not there, with the usual address lists in it.
   *
   * Rejects with `DirectoryStorageFailed` if the file is no directory.
   */
  static async open(path: string, options: DirectoryOptions = {}): Promise<Directory> {
    return Directory.openStorage(new SqliteDirectoryStorage(path), options)
  }

  /** As {@link open}, on any storage, which is closed with the directory. */
  static async openStorage(storage: DirectoryStorage, options: DirectoryOptions = {}): Promise<Directory> {
    const directory = new Directory(storage, options)
    try {
      await directory.#readChanges()
      if (directory.guid === '') await directory.#initialize()
      return directory
    } catch (error) {
      await storage[Symbol.asyncDispose]()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {})
    await this.#storage[Symbol.asyncDispose]()
  }

  /** Names this directory to address book clients: minimal and ephemeral entry IDs hold with it only. Lasts as long as the database. */
  get guid(): Guid {
    return this.#index.guid
  }

  /** Number of the last change that is known here. */
  get version(): number {
    return this.#index.version
  }

  /** Name and domains of the organization. */
  async settings(): Promise<OrganizationSettings> {
    await this.refresh()
    return this.#index.settings
  }

  // -------------------------------------------------------------------------------------------------
  // Objects

  async get(id: number): Promise<DirectoryObject | undefined> {
    await this.refresh()
    const [object] = await this.#load([id])
    return object
  }

  /**
   * The object that has an address: an SMTP or other proxy address, a distinguished name (`/o=…`, also a former one), an object
   * GUID, or a user name or other name without spaces.
   */
  async find(text: string): Promise<DirectoryObject | undefined> {
    await this.refresh()
    const id = await findByAddress(text, this.#storage)
    return id === undefined ? undefined : (await this.#load([id]))[0]
  }

  /** As {@link find} for many, in their order. */
  async findAll(texts: readonly string[]): Promise<readonly (DirectoryObject | undefined)[]> {
    await this.refresh()
    const ids: (number | undefined)[] = []
    for (const text of texts) {
      const found = await this.#storage.findAddresses(addressKeysOfText(text))
      ids.push(found.find((id) => id !== undefined))
    }
    const known = ids.filter((id) => id !== undefined)
    const objects = new Map<number, DirectoryObject>()
    for (const object of await this.#load(known)) if (object !== undefined) objects.set(object.id, object)
    return ids.map((id) => (id === undefined ? undefined : objects.get(id)))
  }

  /** All objects in outline, in no order. */
  async summaries(): Promise<readonly ObjectSummary[]> {
    await this.refresh()
    return [...this.#index.summaries.values()]
  }

  /** All objects, in the order in which they were made. */
  async *objects(): AsyncGenerator<DirectoryObject, void, undefined> {
    let last = 0
    while (true) {
      const rows = await this.#storage.scan(last, SCAN_SIZE)
      if (rows.length === 0) return
      for (const row of rows) yield objectOfRow(row)
      last = rows.at(-1)!.id
    }
  }

  /** The objects that one refers to: the members of a group, somebody's manager … */
  async linksFrom(id: number, kind: LinkKind): Promise<readonly number[]> {
    await this.refresh()
    return this.#index.links.targets(kind, id)
  }

  /** The objects that refer to one: the groups that list somebody, those whose manager somebody is … */
  async linksTo(id: number, kind: LinkKind): Promise<readonly number[]> {
    await this.refresh()
    return this.#index.links.sources(kind, id)
  }

  /** PidTagThumbnailPhoto: JPEG. */
  async photo(id: number): Promise<Uint8Array | undefined> {
    return this.#storage.photo(id)
  }

  /** Ambiguous name resolution in a container (id of an address list; the global address list if left out). */
  async resolveName(typed: string, containerId = 0): Promise<NameMatch> {
    await this.refresh()
    const container = await this.#base.containers.get(containerId)
    if (container === undefined)
      throw new DirectoryError('notFound', `There is no address list ${containerId}.`)
    return resolveName(typed, this.#storage, await this.#base.containers.shows(container))
  }

  /** Ids of the entries of a container in order. */
  async containerEntries(
    containerId: number,
    order: AddressBookOrder,
    lcid: number,
  ): Promise<readonly number[]> {
    await this.refresh()
    const container = await this.#base.containers.get(containerId)
    if (container === undefined)
      throw new DirectoryError('notFound', `There is no address list ${containerId}.`)
    return this.#base.containers.contents(container, order, lcid)
  }

  // -------------------------------------------------------------------------------------------------
  // Groups

  /** The groups that an object belongs to, directly or through others, dynamic ones included. */
  async groupsOf(id: number): Promise<ReadonlySet<number>> {
    await this.refresh()
    let groups = this.#groups.get(id)
    if (groups === undefined) {
      const { version } = this.#index
      groups = await groupsOf(id, this.#base)
      if (version === this.#index.version) this.#groups.set(id, groups)
    }
    return groups
  }

  /** The direct members of a group, be it dynamic; nobody if it is none. */
  async membersOf(id: number): Promise<readonly DirectoryObject[]> {
    await this.refresh()
    return present(await this.#load(await membersOf(id, this.#base)))
  }

  /** Who gets what is sent to these objects: groups replaced by their members to any depth, everybody once. */
  async expand(ids: readonly number[]): Promise<ExpandedRecipients> {
    await this.refresh()
    const { recipients, groups } = await expand(ids, this.#base)
    return { recipients: present(await this.#load(recipients)), groups: present(await this.#load(groups)) }
  }

  // -------------------------------------------------------------------------------------------------
  // Users

  /** What mailboxes know a user by; `undefined` if there is no such object. */
  async principalOf(id: number): Promise<DirectoryPrincipal | undefined> {
    const user = await this.get(id)
    if (user === undefined) return undefined
    const groups = await this.groupsOf(id)
    const keys = new Set<string>()
    for (const group of groups) {
      const summary = this.#index.summaries.get(group)
      if (summary !== undefined) keys.add(dnKey(summary.legacyDn))
    }
    return {
      key: dnKey(user.legacyDn),
      entryId: permanentEntryId(user),
      displayName: user.displayName,
      groups: keys,
      role: user.role,
    }
  }

  /** As {@link principalOf}, for whoever has an address; see {@link find}. */
  async principalFor(address: string): Promise<DirectoryPrincipal | undefined> {
    const user = await this.find(address)
    return user === undefined ? undefined : this.principalOf(user.id)
  }

  /**
   * How one may send mail in the name of another: as that one (`sendAs` links, and oneself; an administrator has no more rights than others), on behalf
   * (`delegate` links), or not at all. Whoever is in a group that may, may.
   */
  async sendRight(senderId: number, fromId: number): Promise<SendRight | undefined> {
    if (senderId === fromId) return 'sendAs'
    const names = new Set(await this.groupsOf(senderId)).add(senderId)
    const { links } = this.#index
    if (links.targets('sendAs', fromId).some((id) => names.has(id))) return 'sendAs'
    return links.targets('delegate', fromId).some((id) => names.has(id)) ? 'onBehalf' : undefined
  }

  /**
   * Checks a name (address, `user@domain`, `DOMAIN\user` or user name) and password. Whatever is wrong, it takes the same time.
   * Hashes of another cost than new ones have are made anew on the way.
   */
  async authenticate(name: string, password: string): Promise<Authentication> {
    await this.refresh()
    const accounts: UserAccounts = {
      domains: this.#index.settings.domains,
      hasher: this.#hasher,
      verified: this.#verified,
      decoyHash: () => {
        this.#decoyHash ??= this.#hasher.hash(randomUUID())
        return this.#decoyHash
      },
      userByAddress: (address) => this.#byKeys(addressKeysOfText(address)),
      userByName: (userName) => this.#byKeys([nameKey(userName)]),
      credential: (id) => this.#storage.credential(id),
      replaceCredential: (id, oldHash, newHash) => this.#storage.replaceCredential(id, oldHash, newHash),
    }
    return authenticate(name, password, accounts)
  }

  /** Whether a user has a password. */
  async hasPassword(id: number): Promise<boolean> {
    return (await this.#storage.credential(id)) !== undefined
  }

  /** Whether this is the user's password, whether or not the user may log on. */
  async isPassword(id: number, password: string): Promise<boolean> {
    const hash = await this.#storage.credential(id)
    return hash !== undefined && this.#hasher.verify(password, hash)
  }

  /** Whether this is the hash that is kept of the user's password. */
  async isPasswordHash(id: number, hash: string): Promise<boolean> {
    return (await this.#storage.credential(id)) === hash
  }

  /** The hash to be kept of a password. */
  hashPassword(password: string): Promise<string> {
    return this.#hasher.hash(password)
  }

  /** Changes a user's password; sessions that were opened with the old one are over (`credentialVersion`). */
  async setPassword(id: number, password: string): Promise<void> {
    const hash = await this.#hasher.hash(password)
    await this.write((tx) => tx.setCredential(id, hash))
  }

  // -------------------------------------------------------------------------------------------------
  // Changes

  /**
   * Makes changes: all that `work` asks for, or nothing if it rejects. When the promise resolves they are on disk. Changes run
   * one at a time; `work` may run again if another process was quicker. It must not call this method.
   */
  write<T>(work: (tx: DirectoryTransaction) => Promise<T>): Promise<T> {
    const result = this.#writing.then(() => this.#write(work))
    this.#writing = result.catch(() => {})
    return result
  }

  /** Learns of what other processes have changed. Every method does so first; call it to have listeners told without delay. */
  async refresh(): Promise<void> {
    if ((await this.#storage.version()) === this.#index.version) return
    this.#refreshing ??= this.#readChanges().finally(() => {
      this.#refreshing = undefined
    })
    await this.#refreshing
  }

  /** Has a function called after each change, with what has changed. Returns a function that ends that. */
  onChange(listener: DirectoryListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  // -------------------------------------------------------------------------------------------------
  // Address book

  /** The address book as one user sees it. */
  addressBook(options: AddressBookOptions): DirectoryAddressBook {
    return new DirectoryAddressBook(this.#base, options)
  }

  /** Copies the database, as of now, to a file. */
  backup(path: string): Promise<void> {
    return this.#storage.backup(path)
  }

  /** Verifies the database's own structure; returns what is wrong with it. */
  integrityCheck(): Promise<readonly string[]> {
    return this.#storage.integrityCheck()
  }

  async #load(
    ids: readonly number[],
    { keep = true }: { readonly keep?: boolean } = {},
  ): Promise<readonly (DirectoryObject | undefined)[]> {
    const { version } = this.#index
    const missing = ids.filter((id) => !this.#objects.has(id))
    if (missing.length === 0) return ids.map((id) => this.#objects.get(id))
    const read = new Map<number, DirectoryObject>()
    for (const row of await this.#storage.objects(missing)) read.set(row.id, objectOfRow(row))
    const objects = ids.map((id) => read.get(id) ?? this.#objects.get(id))
    if (keep && version === this.#index.version) for (const [id, object] of read) this.#keep(id, object)
    return objects
  }

  async #readEntries(
    ids: readonly number[],
    { photos = false, keep = true }: ReadEntriesOptions = {},
  ): Promise<readonly (Entry | undefined)[]> {
    const entries: (Entry | undefined)[] = []
    for (const object of await this.#load(ids, { keep })) {
      if (object === undefined) entries.push(undefined)
      else entries.push({ object, photo: photos ? await this.#storage.photo(object.id) : undefined })
    }
    return entries
  }

  #keep(id: number, object: DirectoryObject): void {
    if (this.#objects.size >= MAX_CACHED_OBJECTS) this.#objects.delete(this.#objects.keys().next().value!)
    this.#objects.set(id, object)
  }

  async #byKeys(keys: readonly string[]): Promise<DirectoryObject | undefined> {
    const found = await this.#storage.findAddresses(keys)
    const id = found.find((other) => other !== undefined)
    return id === undefined ? undefined : (await this.#load([id]))[0]
  }

  async #write<T>(work: (tx: DirectoryTransaction) => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await this.refresh()
      const tx = new DirectoryTransaction({
        index: this.#index,
        storage: this.#storage,
        load: async (id) => (await this.#load([id]))[0],
      })
      const result = await work(tx)
      const batch = tx.finish()
      if (batch === undefined) return result
      if ((await this.#storage.commit(batch)) === 'stale') continue
      while (this.#index.version < batch.version) await this.refresh()
      return result
    }
    throw new Error('Others keep changing the directory; the change was given up.')
  }

  async #readChanges(): Promise<void> {
    const change = this.#index.apply(await this.#storage.changesSince(this.#index.version))
    for (const id of [...change.changed, ...change.removed]) this.#objects.delete(id)
    this.#groups.clear()
    this.#base.filterSets.changed(change)
    this.#base.containers.changed(change)
    for (const listener of this.#listeners) listener(change)
  }

  async #initialize(): Promise<void> {
    await this.write(async (tx) => {
      if (this.guid !== '') return
      tx.initialize(randomUUID())
      for (const list of BUILT_IN_LISTS) await tx.create(list)
    })
  }
}

function present(objects: readonly (DirectoryObject | undefined)[]): readonly DirectoryObject[] {
  return objects.filter((object) => object !== undefined)
}
