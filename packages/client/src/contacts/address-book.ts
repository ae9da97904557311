import {
  type AddressBook,
  type AddressBookContainer,
  type AddressBookEntry,
  type AddressBookOrder,
  addAddressProperties,
  type Columns,
  ErrorCode,
  MapiError,
  type MatchesOptions,
  type MessageStore,
  type NameResolution,
  PidTagContainerFlags,
  PidTagDepth,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PidTagSmtpAddress,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  type Recipient,
  type ResolveNamesOptions,
  type Restriction,
  Row,
  type Table,
} from '@bourse/mapi'
import { memoryTable } from '../table/index.ts'
import { entryMatches, isName, matchesName } from './ambiguous-name.ts'
import { type ContactFolder, contactFolders, readEntries } from './contact-folders.ts'
import { ENTRY_TAGS } from './entry.ts'

/** PidTagContainerFlags: it has recipients, and is not to be changed ([MS-OXOABK] 2.2.2.1). */
const AB_RECIPIENTS = 0x00000001
const AB_UNMODIFIABLE = 0x00000008
/** PidTagObjectType of a container ([MS-OXOABK] 2.2.3.10). */
const CONTAINER = 4

/**
 * An address book over the contact folders of message stores: each folder is a container, each address of each contact an entry. It reads
 * the folders anew whenever it is asked, and changes nothing: contacts are changed where they are.
 */
export class ContactsAddressBook implements AddressBook {
  readonly #stores: () => AsyncIterable<MessageStore>

  /** `stores` gives the stores anew at each call; they belong to somebody else. */
  constructor(stores: () => AsyncIterable<MessageStore>) {
    this.#stores = stores
  }

  async hierarchyTable(): Promise<Table> {
    return memoryTable(async () => (await this.#folders()).map(containerProperties))
  }

  async creationTemplates(): Promise<readonly Row[]> {
    return []
  }

  /** The container of all contacts, without an entry ID. */
  async openContainer(entryId?: Uint8Array): Promise<AddressBookContainer> {
    const folders = await this.#folders()
    const chosen =
      entryId === undefined ? folders : folders.filter((folder) => isSame(folder.entryId, entryId))
    if (chosen.length === 0) throw new MapiError(ErrorCode.NotFound)
    return new ContactContainer(chosen)
  }

  async openEntry(entryId: Uint8Array): Promise<AddressBookEntry> {
    const [entry] = await this.#byEntryIds([entryId])
    if (entry === undefined) throw new MapiError(ErrorCode.NotFound)
    return new ContactEntry(entryId, entry)
  }

  async getEntries<const C extends Columns>(
    entryIds: readonly Uint8Array[],
    columns: C,
  ): Promise<readonly (Row<C> | undefined)[]> {
    const entries = await this.#byEntryIds(entryIds)
    return entries.map((entry) => (entry === undefined ? undefined : rowOf(entry, columns)))
  }

  /** Contacts have no distinguished names. */
  async entryIdsOfDns(dns: readonly string[]): Promise<readonly undefined[]> {
    return dns.map(() => undefined)
  }

  /** Who has a name whole goes before those whom its words begin. */
  async resolveNames(
    names: readonly string[],
    columns: Columns,
    options: ResolveNamesOptions = {},
  ): Promise<readonly NameResolution[]> {
    const { container, restriction } = options
    const all = await this.#entries(container)
    const entries = restriction === undefined ? all : all.filter((entry) => entryMatches(restriction, entry))
    return names.map((name): NameResolution => {
      const whole = entries.filter((entry) => isName(name, entry))
      const found = uniqueAddresses(
        whole.length > 0 ? whole : entries.filter((entry) => matchesName(name, entry)),
      )
      if (found.length === 0) return { kind: 'unresolved' }
      return found.length > 1 ? { kind: 'ambiguous' } : { kind: 'resolved', entry: rowOf(found[0]!, columns) }
    })
  }

  async getMatches<const C extends Columns>(
    restriction: Restriction,
    columns: C,
    { container, limit }: MatchesOptions = {},
  ): Promise<readonly Row<C>[]> {
    const found = (await this.#entries(container)).filter((entry) => entryMatches(restriction, entry))
    if (limit !== undefined && found.length > limit) throw new MapiError(ErrorCode.TableTooBig)
    return found.sort(byName).map((entry) => rowOf(entry, columns))
  }

  async compare(a: Uint8Array, b: Uint8Array): Promise<number> {
    const [left, right] = await this.#byEntryIds([a, b])
    if (left === undefined || right === undefined) throw new MapiError(ErrorCode.NotFound)
    return byName(left, right)
  }

  /** Contacts have no phonetic names: both orders are that of the names. */
  async sortEntries(
    entryIds: readonly Uint8Array[],
    _order: AddressBookOrder,
  ): Promise<readonly Uint8Array[]> {
    const entries = await this.#byEntryIds(entryIds)
    return entries
      .flatMap((entry, i) => (entry === undefined ? [] : [{ entry, entryId: entryIds[i]! }]))
      .sort((a, b) => byName(a.entry, b.entry))
      .map(({ entryId }) => entryId)
  }

  async queryColumns(): Promise<readonly PropertyTag[]> {
    return ENTRY_TAGS
  }

  getTemplate(): Promise<PropertyBag> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  getServerUrl(): Promise<string> {
    return Promise.reject(new MapiError(ErrorCode.NotSupported))
  }

  async prepareRecipients(recipients: readonly Recipient[]): Promise<readonly (Recipient | undefined)[]> {
    const entryIds = recipients.map(({ properties }) => properties.get(PidTagEntryId) ?? new Uint8Array(0))
    const entries = await this.#byEntryIds(entryIds)
    return recipients.map((recipient, i) => {
      const entry = entries[i]
      if (entry === undefined) return undefined
      const properties = new PropertyBag([...entry, ...recipient.properties])
      // Other mailboxes can do nothing with the entry ID of a contact.
      properties.delete(PidTagEntryId)
      addAddressProperties(properties)
      return { ...recipient, properties }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #folders(): Promise<ContactFolder[]> {
    return contactFolders(this.#stores())
  }

  async #entries(container: AddressBookContainer | undefined): Promise<PropertyBag[]> {
    if (container === undefined) return entriesIn(await this.#folders())
    if (container instanceof ContactContainer) return entriesIn(container.folders)
    throw new MapiError(ErrorCode.InvalidObject)
  }

  async #byEntryIds(entryIds: readonly Uint8Array[]): Promise<readonly (PropertyBag | undefined)[]> {
    if (entryIds.length === 0) return []
    const entries = await this.#entries(undefined)
    return entryIds.map((entryId) => entries.find((entry) => isSame(entry.get(PidTagEntryId)!, entryId)))
  }
}

/** One contact folder, or all of them. */
class ContactContainer implements AddressBookContainer {
  readonly entryId: Uint8Array
  readonly folders: readonly ContactFolder[]

  constructor(folders: readonly ContactFolder[]) {
    this.folders = folders
    this.entryId = folders[0]!.entryId
  }

  async getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag> {
    return pick(containerProperties(this.folders[0]!), tags)
  }

  async contentsTable(): Promise<Table> {
    return memoryTable(async () => (await entriesIn(this.folders)).sort(byName), { columns: ENTRY_TAGS })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class ContactEntry implements AddressBookEntry {
  readonly kind = 'mailUser'
  readonly entryId: Uint8Array
  readonly #properties: PropertyBag

  constructor(entryId: Uint8Array, properties: PropertyBag) {
    this.entryId = entryId
    this.#properties = properties
  }

  async get<V>(tag: PropertyTag<V>): Promise<V | undefined> {
    return this.#properties.get(tag)
  }

  async getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag> {
    return pick(this.#properties, tags)
  }

  async getPropertyTags(): Promise<readonly PropertyTag[]> {
    return this.#properties.tags()
  }

  setProperties(): Promise<never> {
    return refuse()
  }

  deleteProperties(): Promise<never> {
    return refuse()
  }

  modifyLinks(): Promise<never> {
    return refuse()
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function refuse(): Promise<never> {
  return Promise.reject(new MapiError(ErrorCode.NotSupported))
}

async function entriesIn(folders: readonly ContactFolder[]): Promise<PropertyBag[]> {
  const entries: PropertyBag[] = []
  for (const folder of folders) entries.push(...(await readEntries(folder)))
  return entries
}

function containerProperties({ entryId, name }: ContactFolder): PropertyBag {
  return new PropertyBag([
    [PidTagEntryId, entryId],
    [PidTagDisplayName, name],
    [PidTagContainerFlags, AB_RECIPIENTS | AB_UNMODIFIABLE],
    [PidTagDepth, 0],
    [PidTagDisplayType, 0],
    [PidTagObjectType, CONTAINER],
  ])
}

/** One entry for each address, if several contacts have the same. */
function uniqueAddresses(entries: readonly PropertyBag[]): PropertyBag[] {
  const byAddress = new Map<string, PropertyBag>()
  for (const entry of entries) {
    const address = entry.get(PidTagSmtpAddress) ?? entry.get(PidTagEmailAddress) ?? ''
    const key = address.toLowerCase()
    if (!byAddress.has(key)) byAddress.set(key, entry)
  }
  return [...byAddress.values()]
}

function rowOf<C extends Columns>(entry: PropertyBag, columns: C): Row<C> {
  return new Row(
    columns,
    columns.map((tag) => entry.cell(tag) ?? new PropertyError(ErrorCode.NotFound)),
  )
}

function pick(properties: PropertyBag, tags: readonly PropertyTag<unknown>[]): PropertyBag {
  return new PropertyBag(
    tags.map((tag) => [tag, properties.cell(tag) ?? new PropertyError(ErrorCode.NotFound)]),
  )
}

const collator = new Intl.Collator('en', { sensitivity: 'base' })

function byName(a: PropertyBag, b: PropertyBag): number {
  return collator.compare(a.get(PidTagDisplayName) ?? '', b.get(PidTagDisplayName) ?? '')
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
