import {
  type AddressBook,
  type AddressBookContainer,
  type AddressBookEntry,
  addAddressProperties,
  type Columns,
  ErrorCode,
  type Guid,
  generalEntryId,
  MapiError,
  type NameResolution,
  PidTagAccount,
  PidTagAnr,
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
  type Recipient,
  type Restriction,
  Row,
  type Table,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { matches, memoryTable } from '../../table/index.ts'

/** PidTagObjectType and PidTagDisplayType of who gets mail, and of containers ([MS-OXOABK] 2.2.3.10, 2.2.3.11). */
const MAILUSER = 6
const DT_MAILUSER = 0
const ABCONT = 4
const DT_LOCAL = 0x00010000
/** PidTagContainerFlags: it has recipients, and cannot be changed ([MS-OXOABK] 2.2.2.1). */
const AB_RECIPIENTS = 0x00000001
const AB_UNMODIFIABLE = 0x00000008

/** Entries from anywhere, to be shown as an address book; see {@link listAddressBook}. */
export interface AddressListSource {
  /** What its one container is called. */
  readonly displayName: string
  /** Identifies the book: the same whenever it is opened, and no other's. Entry IDs carry it. */
  readonly guid: Guid
  /** The entries as they are now: each with PidTagDisplayName, PidTagAddressType and PidTagEmailAddress. Where it has no PidTagEntryId, its address makes one. */
  entries(): Promise<readonly PropertyBag[]>
  /** Gives back what the source holds. */
  close?(): Promise<void>
}

/**
 * An address book for reading over a list of entries, with name resolution. For lists that fit into memory.
 *
 * ```ts
 * const book = listAddressBook({ displayName: 'Club', guid, entries: async () => members })
 * ```
 */
export function listAddressBook(source: AddressListSource): AddressBook {
  const containerId = entryIdOf(source.guid, '')

  async function all(): Promise<readonly PropertyBag[]> {
    const entries = (await source.entries()).map((entry) => complete(entry, source.guid))
    return entries.sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  }

  async function find(entryId: Uint8Array): Promise<PropertyBag | undefined> {
    return (await all()).find((entry) => isSame(entry.get(PidTagEntryId)!, entryId))
  }

  const containerProperties = (): PropertyBag =>
    new PropertyBag()
      .set(PidTagEntryId, containerId)
      .set(PidTagDisplayName, source.displayName)
      .set(PidTagContainerFlags, AB_RECIPIENTS | AB_UNMODIFIABLE)
      .set(PidTagDepth, 0)
      .set(PidTagObjectType, ABCONT)
      .set(PidTagDisplayType, DT_LOCAL)

  const container: AddressBookContainer = {
    entryId: containerId,
    getProperties: async (tags) => chosen(containerProperties(), tags),
    contentsTable: async () => memoryTable(all),
    [Symbol.asyncDispose]: async () => {},
  }

  const book: AddressBook = {
    hierarchyTable: async (): Promise<Table> => memoryTable([containerProperties()]),
    creationTemplates: async () => [],
    async openContainer(entryId = containerId) {
      if (!isSame(entryId, containerId)) throw new MapiError(ErrorCode.NotFound)
      return container
    },
    async openEntry(entryId) {
      const entry = await find(entryId)
      if (entry === undefined) throw new MapiError(ErrorCode.NotFound)
      return entryOf(entry)
    },
    async getEntries<const C extends Columns>(entryIds: readonly Uint8Array[], columns: C) {
      const entries = await all()
      return entryIds.map((entryId) => {
        const entry = entries.find((one) => isSame(one.get(PidTagEntryId)!, entryId))
        return entry === undefined ? undefined : rowOf(entry, columns)
      })
    },
    entryIdsOfDns: async (dns) => dns.map(() => undefined),
    async resolveNames(names, columns, options = {}) {
      const entries = (await all()).filter((entry) => isChosen(entry, options.restriction))
      return names.map((name) => resolve(entries, name, columns))
    },
    async getMatches<const C extends Columns>(
      restriction: Restriction,
      columns: C,
      options: { readonly limit?: number } = {},
    ) {
      const found = (await all()).filter((entry) => isChosen(entry, restriction))
      if (options.limit !== undefined && found.length > options.limit)
        throw new MapiError(ErrorCode.TableTooBig)
      return found.map((entry) => rowOf(entry, columns))
    },
    async compare(a, b) {
      const entries = await all()
      return place(entries, a) - place(entries, b)
    },
    async sortEntries(entryIds) {
      const entries = await all()
      return [...entryIds].sort((a, b) => place(entries, a) - place(entries, b))
    },
    queryColumns: async () => [...new Set((await all()).flatMap((entry) => entry.tags()))],
    getTemplate: () => Promise.reject(new MapiError(ErrorCode.NotSupported)),
    getServerUrl: () => Promise.reject(new MapiError(ErrorCode.NotSupported)),
    async prepareRecipients(recipients) {
      const entries = await all()
      return recipients.map((recipient) => prepare(entries, recipient))
    },
    [Symbol.asyncDispose]: async () => source.close?.(),
  }
  return book
}

function entryIdOf(providerUid: Guid, key: string): Uint8Array {
  return encodeWith(generalEntryId, { flags: 0, providerUid, providerData: new TextEncoder().encode(key) })
}

function complete(entry: PropertyBag, guid: Guid): PropertyBag {
  const whole = new PropertyBag(entry)
  if (!whole.has(PidTagEntryId)) {
    whole.set(PidTagEntryId, entryIdOf(guid, whole.get(PidTagEmailAddress) ?? nameOf(whole)))
  }
  if (!whole.has(PidTagObjectType)) whole.set(PidTagObjectType, MAILUSER)
  if (!whole.has(PidTagDisplayType)) whole.set(PidTagDisplayType, DT_MAILUSER)
  addAddressProperties(whole)
  return whole
}

function entryOf(entry: PropertyBag): AddressBookEntry {
  const refuse = async (): Promise<never> => {
    throw new MapiError(ErrorCode.AccessDenied, { message: 'This address book is for reading only.' })
  }
  return {
    kind: 'mailUser',
    entryId: entry.get(PidTagEntryId)!,
    get: async (tag) => entry.get(tag),
    getProperties: async (tags) => chosen(entry, tags),
    getPropertyTags: async () => entry.tags(),
    setProperties: refuse,
    deleteProperties: refuse,
    modifyLinks: refuse,
    [Symbol.asyncDispose]: async () => {},
  }
}

/** An entry that is called like this, or has this address; else those that have a word which begins like this. */
function resolve(entries: readonly PropertyBag[], name: string, columns: Columns): NameResolution {
  const wanted = name.trim().toLowerCase()
  const exact = entries.filter((entry) => textsOf(entry).some((text) => text === wanted))
  const found = exact.length > 0 ? exact : entries.filter((entry) => begins(entry, wanted))
  if (found.length > 1) return { kind: 'ambiguous' }
  return found[0] === undefined || wanted === ''
    ? { kind: 'unresolved' }
    : { kind: 'resolved', entry: rowOf(found[0], columns) }
}

function textsOf(entry: PropertyBag): readonly string[] {
  return [PidTagDisplayName, PidTagEmailAddress, PidTagSmtpAddress, PidTagAccount].flatMap((tag) => {
    const text = entry.get(tag)
    return text === undefined ? [] : [text.toLowerCase()]
  })
}

function begins(entry: PropertyBag, wanted: string): boolean {
  return textsOf(entry).some(
    (text) => text.startsWith(wanted) || text.split(/[\s,]+/).some((word) => word.startsWith(wanted)),
  )
}

/** Whether an entry meets a restriction; one on PidTagAnr means ambiguous name resolution ([MS-OXOABK] 2.2.1.1). */
function isChosen(entry: PropertyBag, restriction: Restriction | undefined): boolean {
  if (restriction === undefined) return true
  if (restriction.kind === 'property' && restriction.tag === PidTagAnr) {
    return begins(entry, String(restriction.value.value).toLowerCase())
  }
  return matches(restriction, entry)
}

function prepare(entries: readonly PropertyBag[], recipient: Recipient): Recipient | undefined {
  const { properties } = recipient
  const entryId = properties.get(PidTagEntryId)
  const address = properties.get(PidTagEmailAddress)?.toLowerCase()
  const name = properties.get(PidTagDisplayName)?.toLowerCase()
  const known =
    entries.find((entry) => entryId !== undefined && isSame(entry.get(PidTagEntryId)!, entryId)) ??
    entries.find(
      (entry) => address !== undefined && entry.get(PidTagEmailAddress)?.toLowerCase() === address,
    ) ??
    entries.find(
      (entry) => address === undefined && name !== undefined && nameOf(entry).toLowerCase() === name,
    )
  if (known === undefined) return undefined
  return { ...recipient, properties: new PropertyBag([...known, ...properties]) }
}

function rowOf<const C extends Columns>(entry: PropertyBag, columns: C): Row<C> {
  return new Row(
    columns,
    columns.map((tag) => entry.cell(tag)),
  )
}

function chosen(properties: PropertyBag, tags: Columns): PropertyBag {
  return new PropertyBag(
    tags.map((tag) => [tag, properties.cell(tag) ?? new PropertyError(ErrorCode.NotFound)]),
  )
}

function place(entries: readonly PropertyBag[], entryId: Uint8Array): number {
  const at = entries.findIndex((entry) => isSame(entry.get(PidTagEntryId)!, entryId))
  if (at < 0) throw new MapiError(ErrorCode.NotFound)
  return at
}

function nameOf(entry: PropertyBag): string {
  return entry.get(PidTagDisplayName) ?? ''
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
