import {
  type AddressBook,
  type AddressBookContainer,
  type AddressBookEntry,
  type AddressBookOrder,
  AddressType,
  addAddressProperties,
  and,
  type Columns,
  ErrorCode,
  equals,
  MapiError,
  type MatchesOptions,
  type NameResolution,
  PidTagAddressBookContainerId,
  PidTagAddressType,
  PidTagAnr,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagDisplayTypeEx,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagSmtpAddress,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  type Recipient,
  type ResolveNamesOptions,
  type Restriction,
  Row,
  type Table,
  tagsOf,
} from '@bourse/mapi'
import {
  DisplayType,
  GetSpecialTableFlags,
  GetTemplateInfoFlags,
  ResolutionMinimalId,
} from '@bourse/wire/nspi'
import { matches, memoryTable } from '../../table/index.ts'
import { openEntry } from './entry.ts'
import { minimalIdsOf, NO_ENTRY, readEntryId } from './entry-ids.ts'
import { type AddressBookOptions, type NspiOperation, NspiSession } from './nspi-session.ts'
import { NspiTable, sortTypeOf, UNICODE_TYPES } from './nspi-table.ts'
import { asUnicode, bagOf, explicitRows, isThere, rowsFor } from './rows.ts'

/** The containerId of the global address list. */
const GLOBAL_ADDRESS_LIST = 0

/** Rows of a search that a server is to give at most; servers have limits of their own below that. */
const MAX_MATCHES = 100_000

/** What an entry needs to be sent to. */
const RECIPIENT_TAGS = [
  PidTagEntryId,
  PidTagSearchKey,
  PidTagAddressType,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  PidTagDisplayName,
  PidTagObjectType,
  PidTagDisplayType,
  PidTagDisplayTypeEx,
  PidTagSendRichInfo,
] as const

/**
 * Opens the address book of a server (NspiBind).
 *
 * ```ts
 * await using book = await openAddressBook({ url, fetch: authenticatedFetch(credentials) })
 * const [alice] = await book.resolveNames(['Alice Adams'], [PidTagDisplayName, PidTagSmtpAddress])
 * ```
 */
export async function openAddressBook(options: AddressBookOptions): Promise<ExchangeAddressBook> {
  return new ExchangeAddressBook(await NspiSession.bind(options))
}

/** The address book of a server, over NSPI ([MS-OXNSPI], [MS-OXCMAPIHTTP] 2.2.5). */
export class ExchangeAddressBook implements AddressBook {
  readonly #session: NspiSession
  #hierarchy: Promise<readonly PropertyBag[]> | undefined

  constructor(session: NspiSession) {
    this.#session = session
  }

  async hierarchyTable(): Promise<Table> {
    return memoryTable(() => this.#readHierarchy())
  }

  async creationTemplates(): Promise<readonly Row[]> {
    const bags = await this.#specialTable(GetSpecialTableFlags.NspiAddressCreationTemplates)
    return bags.map((bag) => {
      const columns = bag.tags()
      return new Row(
        columns,
        columns.map((tag) => bag.cell(tag)),
      )
    })
  }

  async openContainer(entryId?: Uint8Array): Promise<AddressBookContainer> {
    const rows = await this.#knownHierarchy()
    const row =
      entryId === undefined
        ? rows.find((bag) => (bag.get(PidTagAddressBookContainerId) ?? 0) === GLOBAL_ADDRESS_LIST)
        : rows.find((bag) => isSameEntryId(bag.get(PidTagEntryId), entryId))
    if (row === undefined) throw new MapiError(ErrorCode.NotFound)
    return new ExchangeContainer(this.#session, row)
  }

  openEntry(entryId: Uint8Array): Promise<AddressBookEntry> {
    return openEntry(this.#session, entryId)
  }

  async getEntries<const C extends Columns>(
    entryIds: readonly Uint8Array[],
    columns: C,
  ): Promise<readonly (Row<C> | undefined)[]> {
    return this.#session.read(async (operation) => {
      const ids = await minimalIdsOf(operation, entryIds)
      const present = ids.filter((id) => id !== NO_ENTRY)
      const rows = await explicitRows(this.#session, operation, present, columns)
      let next = 0
      return ids.map((id) => {
        const row = id === NO_ENTRY ? undefined : rows[next++]
        return row !== undefined && isThere(row) ? row : undefined
      })
    })
  }

  async entryIdsOfDns(dns: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (dns.length === 0) return []
    return this.#session.read(async (operation) => {
      const { minimalIds = [] } = await operation.call('dnToMinId', { names: dns })
      const present = minimalIds.filter((id) => id !== NO_ENTRY)
      const rows = await explicitRows(this.#session, operation, present, [PidTagEntryId])
      let next = 0
      return dns.map((_, i) =>
        (minimalIds[i] ?? NO_ENTRY) === NO_ENTRY ? undefined : rows[next++]?.get(PidTagEntryId),
      )
    })
  }

  async resolveNames(
    names: readonly string[],
    columns: Columns,
    options: ResolveNamesOptions = {},
  ): Promise<readonly NameResolution[]> {
    if (names.length === 0) return []
    const { container, restriction } = options
    const asked = restriction === undefined ? columns : [...new Set([...columns, ...tagsOf(restriction)])]
    const found = await this.#session.read((operation) => this.#resolve(operation, names, asked, container))
    if (restriction === undefined) return found
    const narrowed: NameResolution[] = []
    for (const [i, resolution] of found.entries()) {
      narrowed.push(await this.#narrow(names[i]!, resolution, columns, { ...options, restriction }))
    }
    return narrowed
  }

  async getMatches<const C extends Columns>(
    restriction: Restriction,
    columns: C,
    options: MatchesOptions = {},
  ): Promise<readonly Row<C>[]> {
    const { order = 'displayName', limit = MAX_MATCHES } = options
    return this.#session.read(async (operation) => {
      const { minimalIds = [] } = await operation.call('getMatches', {
        state: this.#session.stat({
          sortType: sortTypeOf(order),
          containerId: containerIdOf(options.container),
        }),
        filter: restriction,
        rowCount: limit,
      })
      if (minimalIds.length > limit) throw new MapiError(ErrorCode.TableTooBig)
      // NspiGetMatches would give entry IDs that last no longer than the session.
      return explicitRows(this.#session, operation, minimalIds, columns)
    })
  }

  async compare(a: Uint8Array, b: Uint8Array, container?: AddressBookContainer): Promise<number> {
    const { result } = await this.#session.read(async (operation) => {
      const [minimalId1 = NO_ENTRY, minimalId2 = NO_ENTRY] = await minimalIdsOf(operation, [a, b])
      const containerId = containerIdOf(container)
      return operation.call('compareMinIds', {
        state: this.#session.stat({ containerId }),
        minimalId1,
        minimalId2,
      })
    })
    return result
  }

  async sortEntries(
    entryIds: readonly Uint8Array[],
    order: AddressBookOrder,
  ): Promise<readonly Uint8Array[]> {
    return this.#session.read(async (operation) => {
      const ids = await minimalIdsOf(operation, entryIds)
      const byId = new Map(ids.map((id, i) => [id, entryIds[i]!] as const))
      byId.delete(NO_ENTRY)
      const { minimalIds = [] } = await operation.call('resortRestriction', {
        state: this.#session.stat({ sortType: sortTypeOf(order) }),
        minimalIds: [...byId.keys()],
      })
      return minimalIds.flatMap((id) => byId.get(id) ?? [])
    })
  }

  async queryColumns(): Promise<readonly PropertyTag[]> {
    const { columns = [] } = await this.#session.read(({ call }) =>
      call('queryColumns', { mapiFlags: UNICODE_TYPES }),
    )
    return columns.map(asUnicode)
  }

  async getTemplate(template: {
    readonly displayType: number
    readonly addressTemplate?: boolean
    readonly dn?: string
    readonly codePage: number
    readonly localeId: number
  }): Promise<PropertyBag> {
    const { displayType, addressTemplate, dn, codePage, localeId } = template
    const { row = [] } = await this.#session.read(({ call }) =>
      call('getTemplateInfo', {
        flags: GetTemplateInfoFlags.TI_TEMPLATE | GetTemplateInfoFlags.TI_SCRIPT,
        displayType: addressTemplate === true ? DisplayType.DT_ADDRESS_TEMPLATE : displayType,
        ...(dn === undefined ? {} : { templateDn: dn }),
        codePage,
        localeId,
      }),
    )
    return bagOf(row)
  }

  async getServerUrl(service: 'mailbox' | 'addressBook', serverDn: string): Promise<string> {
    const { serverUrl } = await this.#session.read(({ call }) =>
      service === 'mailbox'
        ? call('getMailboxUrl', { serverDn })
        : call('getAddressBookUrl', { userDn: serverDn }),
    )
    return serverUrl
  }

  async prepareRecipients(recipients: readonly Recipient[]): Promise<readonly (Recipient | undefined)[]> {
    const prepared: (Recipient | undefined)[] = []
    for (const recipient of recipients) prepared.push(await this.#prepare(recipient))
    return prepared
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.close()
  }

  // -------------------------------------------------------------------------------------------------
  // Containers

  async #readHierarchy(): Promise<readonly PropertyBag[]> {
    this.#hierarchy = this.#specialTable(0)
    return this.#hierarchy
  }

  #knownHierarchy(): Promise<readonly PropertyBag[]> {
    this.#hierarchy ??= this.#specialTable(0)
    this.#hierarchy.catch(() => {
      this.#hierarchy = undefined
    })
    return this.#hierarchy
  }

  /** NspiGetSpecialTable, [MS-OXNSPI] 3.1.4.1.3. */
  async #specialTable(flags: number): Promise<readonly PropertyBag[]> {
    const { rows = [] } = await this.#session.read(({ call }) =>
      call('getSpecialTable', {
        flags: flags | GetSpecialTableFlags.NspiUnicodeStrings,
        state: this.#session.stat(),
      }),
    )
    return rows.map((values) => bagOf(values))
  }

  // -------------------------------------------------------------------------------------------------
  // Names

  /** NspiResolveNamesW, [MS-OXNSPI] 3.1.4.1.17. */
  async #resolve(
    operation: NspiOperation,
    names: readonly string[],
    columns: Columns,
    container: AddressBookContainer | undefined,
  ): Promise<readonly NameResolution[]> {
    const { minimalIds = [], columnsAndRows } = await operation.call('resolveNames', {
      state: this.#session.stat({ containerId: containerIdOf(container) }),
      propertyTags: columns as readonly PropertyTag[],
      names,
    })
    const rows = rowsFor(columnsAndRows, columns)
    let next = 0
    return names.map((_, i): NameResolution => {
      if (minimalIds[i] === ResolutionMinimalId.MID_AMBIGUOUS) return { kind: 'ambiguous' }
      const entry = minimalIds[i] === ResolutionMinimalId.MID_RESOLVED ? rows[next++] : undefined
      return entry === undefined ? { kind: 'unresolved' } : { kind: 'resolved', entry }
    })
  }

  /** What is left of a resolution if only entries count that meet a restriction as well. */
  async #narrow(
    name: string,
    resolution: NameResolution,
    columns: Columns,
    options: ResolveNamesOptions & { readonly restriction: Restriction },
  ): Promise<NameResolution> {
    const { restriction, container } = options
    if (resolution.kind === 'unresolved') return resolution
    if (resolution.kind === 'resolved') {
      const { entry } = resolution
      const bag = new PropertyBag(entry.columns.map((tag, i) => [tag, entry.cells[i]] as const))
      if (!matches(restriction, bag)) return { kind: 'unresolved' }
      return {
        kind: 'resolved',
        entry: new Row(
          columns,
          columns.map((tag) => bag.cell(tag)),
        ),
      }
    }
    const found = await this.getMatches(and(equals(PidTagAnr, name), restriction), columns, {
      ...(container === undefined ? {} : { container }),
    })
    if (found.length > 1) return { kind: 'ambiguous' }
    return found[0] === undefined ? { kind: 'unresolved' } : { kind: 'resolved', entry: found[0] }
  }

  async #prepare(recipient: Recipient): Promise<Recipient | undefined> {
    const properties = new PropertyBag(recipient.properties)
    const row = await this.#entryOf(properties)
    if (row !== undefined) {
      RECIPIENT_TAGS.forEach((tag, i) => {
        const cell = row.cells[i]
        if (cell !== undefined && !(cell instanceof PropertyError)) properties.setCell(tag, cell)
      })
      return { ...recipient, properties }
    }
    const type = properties.get(PidTagAddressType)
    const address = properties.get(PidTagEmailAddress) ?? properties.get(PidTagDisplayName)
    if (type === AddressType.Exchange || address === undefined) return undefined
    if ((type ?? AddressType.Smtp) === AddressType.Smtp && !/^[^@\s]+@[^@\s]+$/.test(address))
      return undefined
    properties.set(PidTagAddressType, type ?? AddressType.Smtp).set(PidTagEmailAddress, address)
    if (!properties.has(PidTagDisplayName)) properties.set(PidTagDisplayName, address)
    addAddressProperties(properties)
    return { ...recipient, properties }
  }

  /** The entry that a recipient is, by entry ID, distinguished name, address or name. */
  async #entryOf(properties: PropertyBag): Promise<Row<typeof RECIPIENT_TAGS> | undefined> {
    const entryId = properties.get(PidTagEntryId)
    if (entryId !== undefined && readEntryId(entryId) !== undefined) {
      const [row] = await this.getEntries([entryId], RECIPIENT_TAGS)
      if (row !== undefined) return row
    }
    const type = properties.get(PidTagAddressType)
    const address = properties.get(PidTagEmailAddress)
    if (type === AddressType.Exchange && address !== undefined) {
      const [id] = await this.entryIdsOfDns([address])
      return id === undefined ? undefined : (await this.getEntries([id], RECIPIENT_TAGS))[0]
    }
    if (type !== undefined && type !== AddressType.Smtp) return undefined
    const name = address ?? properties.get(PidTagDisplayName)
    if (name === undefined) return undefined
    const [resolution] = await this.resolveNames([name], RECIPIENT_TAGS)
    if (resolution?.kind !== 'resolved') return undefined
    const entry = resolution.entry as unknown as Row<typeof RECIPIENT_TAGS>
    // An address that only looks like somebody's is nobody's.
    if (address === undefined || entry.get(PidTagSmtpAddress)?.toLowerCase() === address.toLowerCase())
      return entry
    return undefined
  }
}

/** A container of the hierarchy. */
class ExchangeContainer implements AddressBookContainer {
  readonly entryId: Uint8Array
  /** The container's number in a STAT. */
  readonly containerId: number
  readonly #session: NspiSession
  readonly #row: PropertyBag

  constructor(session: NspiSession, row: PropertyBag) {
    this.#session = session
    this.#row = row
    this.entryId = row.get(PidTagEntryId) ?? new Uint8Array(0)
    this.containerId = (row.get(PidTagAddressBookContainerId) ?? GLOBAL_ADDRESS_LIST) >>> 0
  }

  async getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag> {
    return new PropertyBag(
      tags.map((tag) => [tag, this.#row.cell(tag) ?? new PropertyError(ErrorCode.NotFound)] as const),
    )
  }

  async contentsTable(order: AddressBookOrder = 'displayName'): Promise<Table> {
    return new NspiTable({
      session: this.#session,
      order,
      containerId: this.containerId,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function containerIdOf(container: AddressBookContainer | undefined): number {
  if (container === undefined) return GLOBAL_ADDRESS_LIST
  if (!(container instanceof ExchangeContainer)) throw new MapiError(ErrorCode.InvalidParameter)
  return container.containerId
}

function isSameEntryId(a: Uint8Array | undefined, b: Uint8Array): boolean {
  if (a === undefined) return false
  if (a.length === b.length && a.every((byte, i) => byte === b[i])) return true
  // Distinguished names differ in letter case.
  const [left, right] = [readEntryId(a), readEntryId(b)]
  return left?.kind === 'dn' && right?.kind === 'dn' && left.dn.toLowerCase() === right.dn.toLowerCase()
}
