import {
  type AddressBook,
  type AddressBookContainer,
  type AddressBookOrder,
  AddressType,
  addAddressProperties,
  type Columns,
  ErrorCode,
  type Guid,
  MapiError,
  type MatchesOptions,
  type NameResolution,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagDisplayTypeEx,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PidTagScriptData,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagSmtpAddress,
  PidTagTemplateData,
  PropertyBag,
  type PropertyTag,
  type Recipient,
  type ResolveNamesOptions,
  type Restriction,
  type Row,
  RowTable,
  type Table,
  tagId,
} from '@bourse/mapi'
import type { DirectoryBase } from '../directory-base.ts'
import { ephemeralEntryId, permanentEntryId, readEntryId } from '../entry/entry-ids.ts'
import { ENTRY_TAGS } from '../entry/entry-properties.ts'
import { LINK_PROPERTIES } from '../entry/link-properties.ts'
import { type Container, GLOBAL_ADDRESS_LIST_ID } from '../index/containers.ts'
import { entryComparer } from '../index/order-index.ts'
import { addressKeysOfText } from '../lookup/address-keys.ts'
import { candidatesByName, type NameMatch } from '../lookup/resolve-name.ts'
import { isSmtpAddress } from '../model/address.ts'
import type { ObjectSummary } from '../model/directory-object.ts'
import type { DirectoryPrincipal } from '../principal.ts'
import { requireSupported } from '../restriction/evaluate.ts'
import { matchingIds } from '../restriction/matching.ts'
import { DEFAULT_LOCALE_ID, isKnownLocale } from '../text/locale.ts'
import { CodePage, type String8Converter, string8Converter } from '../text/string8.ts'
import { containerEntryId, DirectoryContainer } from './container.ts'
import { DirectoryEntry } from './entry.ts'
import { indexAtLeast } from './entry-source.ts'
import { hierarchySource } from './hierarchy-source.ts'
import { canModifyLinks } from './modify-entry.ts'
import { addressTemplate, creationTemplates, displayTemplate } from './template/templates.ts'
import { AddressBookView, type RowOptions } from './view.ts'

export interface AddressBookOptions {
  /** Who looks. */
  readonly principal: Pick<DirectoryPrincipal, 'key' | 'role' | 'groups'>
  /** Code page of 8-bit strings; Windows-1252 if left out. */
  readonly codePage?: number
  /**
   * How text is put into code pages; {@link string8Converter} if left out, which knows the commonest. Throws `InvalidCodepage` for
   * those that it does not know.
   */
  readonly converterFor?: (codePage: number) => String8Converter
  /** Language code identifier to sort by; US English if left out. */
  readonly localeId?: number
  /** The URL of a mailbox's or address book server's endpoint, by the server's distinguished name. */
  readonly serverUrl?: (service: 'mailbox' | 'addressBook', serverDn: string) => string
}

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
 * {@link AddressBook} over a directory, for one user and code page. Beside the interface it has what an address book server
 * needs: its methods speak of Minimal Entry IDs ([MS-OXNSPI] 2.2.9.1), which are the ids of objects and address lists and so
 * the same in all sessions.
 */
export class DirectoryAddressBook implements AddressBook {
  readonly #base: DirectoryBase
  readonly #view: AddressBookView
  readonly #converterFor: (codePage: number) => String8Converter
  readonly #serverUrl: AddressBookOptions['serverUrl']

  /** Throws `InvalidCodepage` for a code page that text cannot be put into. */
  constructor(base: DirectoryBase, options: AddressBookOptions) {
    const { principal, codePage = CodePage.Windows1252, localeId = DEFAULT_LOCALE_ID } = options
    const { converterFor = string8Converter } = options
    this.#base = base
    this.#converterFor = converterFor
    this.#view = new AddressBookView(base, principal, converterFor(codePage), localeId)
    this.#serverUrl = options.serverUrl
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async hierarchyTable(): Promise<Table> {
    return new RowTable(hierarchySource(this.#view))
  }

  async creationTemplates(): Promise<readonly Row[]> {
    return creationTemplates()
  }

  async openContainer(entryId?: Uint8Array): Promise<DirectoryContainer> {
    await this.#base.refresh()
    const container = await this.#containerOf(entryId)
    if (container === undefined) throw new MapiError(ErrorCode.NotFound)
    return new DirectoryContainer(this.#view, container)
  }

  async openEntry(entryId: Uint8Array): Promise<DirectoryEntry> {
    await this.#base.refresh()
    const id = await this.#idOf(entryId)
    const entry = id === undefined ? undefined : this.#entry(id)
    if (entry === undefined) throw new MapiError(ErrorCode.NotFound)
    return entry
  }

  async getEntries<const C extends Columns>(
    entryIds: readonly Uint8Array[],
    columns: C,
  ): Promise<readonly (Row<C> | undefined)[]> {
    await this.#base.refresh()
    const ids: number[] = []
    for (const entryId of entryIds) ids.push((await this.#idOf(entryId)) ?? NO_ENTRY)
    return this.#view.rows(ids, columns)
  }

  async entryIdsOfDns(dns: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const ids = await this.minimalIdsOfDns(dns)
    return Promise.all(ids.map(async (id) => (id === undefined ? undefined : this.entryIdOf(id))))
  }

  async resolveNames(
    names: readonly string[],
    columns: Columns,
    options: ResolveNamesOptions = {},
  ): Promise<readonly NameResolution[]> {
    const container = await this.#containerGiven(options.container)
    const matches = await this.#resolve(names, container, options.restriction)
    const resolutions: NameResolution[] = []
    for (const match of matches) {
      const [row] = match.kind === 'resolved' ? await this.#view.rows([match.id], columns) : []
      if (match.kind !== 'resolved') resolutions.push(match)
      else resolutions.push(row === undefined ? { kind: 'unresolved' } : { kind: 'resolved', entry: row })
    }
    return resolutions
  }

  async getMatches<const C extends Columns>(
    restriction: Restriction,
    columns: C,
    options: MatchesOptions = {},
  ): Promise<readonly Row<C>[]> {
    const { order = 'displayName', limit } = options
    const container = await this.#containerGiven(options.container)
    const ids = await this.#base.containers.contents(container, order, this.#view.localeId)
    const found = await this.#matching(ids, restriction, this.#view.localeId)
    if (limit !== undefined && found.length > limit) throw new MapiError(ErrorCode.TableTooBig)
    return (await this.#view.rows(found, columns)).filter((row) => row !== undefined)
  }

  /** Rejects with `GeneralFailure` if one of the entries is not in the container. */
  async compare(a: Uint8Array, b: Uint8Array, container?: AddressBookContainer): Promise<number> {
    const { id } = await this.#containerGiven(container)
    const first = (await this.#idOf(a)) ?? NO_ENTRY
    const second = (await this.#idOf(b)) ?? NO_ENTRY
    return this.compareMinimalIds(first, second, id)
  }

  async sortEntries(
    entryIds: readonly Uint8Array[],
    order: AddressBookOrder,
  ): Promise<readonly Uint8Array[]> {
    await this.#base.refresh()
    const byId = new Map<number, Uint8Array>()
    for (const entryId of entryIds) byId.set((await this.#idOf(entryId)) ?? NO_ENTRY, entryId)
    return this.#sorted([...byId.keys()], order, this.#view.localeId).map((id) => byId.get(id)!)
  }

  async queryColumns(): Promise<readonly PropertyTag[]> {
    return ENTRY_TAGS
  }

  /**
   * Rejects with `InvalidCodepage` for CP_WINUNICODE and code pages that are not known, with `InvalidLocale` if there is no such
   * template.
   */
  async getTemplate(template: {
    readonly displayType: number
    readonly addressTemplate?: boolean
    readonly dn?: string
    readonly codePage: number
    readonly localeId: number
  }): Promise<PropertyBag> {
    const { displayType, dn, codePage, localeId } = template
    const string8 = this.#converterFor(codePage)
    const data =
      dn !== undefined
        ? addressTemplate(dn, string8)
        : isKnownLocale(localeId) && !template.addressTemplate
          ? displayTemplate(displayType, string8)
          : undefined
    if (data === undefined) throw new MapiError(ErrorCode.InvalidLocale)
    return new PropertyBag([
      [PidTagTemplateData, data.template],
      [PidTagScriptData, data.script],
    ])
  }

  /** Rejects with `NotSupported` if the address book was opened without {@link AddressBookOptions.serverUrl}. */
  async getServerUrl(service: 'mailbox' | 'addressBook', serverDn: string): Promise<string> {
    if (this.#serverUrl === undefined) throw new MapiError(ErrorCode.NotSupported)
    return this.#serverUrl(service, serverDn)
  }

  async prepareRecipients(recipients: readonly Recipient[]): Promise<readonly (Recipient | undefined)[]> {
    const container = await this.#containerGiven(undefined)
    const prepared: (Recipient | undefined)[] = []
    for (const recipient of recipients) prepared.push(await this.#prepare(recipient, container))
    return prepared
  }

  // -------------------------------------------------------------------------------------------------
  // Minimal Entry IDs, for address book servers

  /** Names the server: ephemeral and minimal entry IDs hold with it only. */
  get serverGuid(): Guid {
    return this.#view.guid
  }

  /** The Minimal Entry ID of what an entry ID of either form names: an entry or a container. */
  async minimalIdOf(entryId: Uint8Array): Promise<number | undefined> {
    await this.#base.refresh()
    return (await this.#containerOf(entryId))?.id ?? this.#idOf(entryId)
  }

  /** The permanent or ephemeral entry ID of an entry, the permanent one of a container. */
  async entryIdOf(
    minimalId: number,
    form: 'permanent' | 'ephemeral' = 'permanent',
  ): Promise<Uint8Array | undefined> {
    await this.#base.refresh()
    const container = await this.#base.containers.get(minimalId)
    if (container !== undefined) return containerEntryId(container.dn)
    const summary = this.#summary(minimalId)
    if (summary === undefined) return undefined
    return form === 'permanent' ? permanentEntryId(summary) : ephemeralEntryId(summary, this.#view.guid)
  }

  /** Opens an entry. */
  async entryOfMinimalId(minimalId: number): Promise<DirectoryEntry | undefined> {
    await this.#base.refresh()
    return this.#entry(minimalId)
  }

  /** Opens a container; 0 is the global address list. */
  async containerOfMinimalId(minimalId: number): Promise<DirectoryContainer | undefined> {
    await this.#base.refresh()
    const container = await this.#base.containers.get(minimalId)
    return container && new DirectoryContainer(this.#view, container)
  }

  /**
   * NspiDNToMId ([MS-OXNSPI] 3.1.4.1.13): for distinguished names, former ones too, and those of address lists. The global address
   * list, whose number 0 stands for "nothing" there, is not found.
   */
  async minimalIdsOfDns(dns: readonly string[]): Promise<readonly (number | undefined)[]> {
    await this.#base.refresh()
    const ids: (number | undefined)[] = []
    for (const dn of dns) ids.push(dn.startsWith('/') ? await this.#idOfDn(dn) : undefined)
    return ids
  }

  /** Rows of entries; `undefined` for ids that name none. */
  async rowsOf<const C extends Columns>(
    minimalIds: readonly number[],
    columns: C,
    options?: RowOptions,
  ): Promise<readonly (Row<C> | undefined)[]> {
    await this.#base.refresh()
    return this.#view.rows(
      minimalIds.map((id) => (this.#summary(id) === undefined ? NO_ENTRY : id)),
      columns,
      options,
    )
  }

  /**
   * All entries of a container in order: the table that a STAT describes ([MS-OXNSPI] 3.1.4.4.1). `undefined` if there is no such
   * container. The array must not be changed.
   */
  async contentsOf(
    containerId: number,
    order: AddressBookOrder = 'displayName',
    localeId = this.#view.localeId,
  ): Promise<readonly number[] | undefined> {
    await this.#base.refresh()
    const container = await this.#base.containers.get(containerId)
    return container && this.#base.containers.contents(container, order, localeId)
  }

  /** Where the first of ordered entries stands whose name is a text or comes after it; their number if there is none (NspiSeekEntries). */
  indexAtLeast(
    minimalIds: readonly number[],
    text: string,
    order: AddressBookOrder = 'displayName',
    localeId = this.#view.localeId,
  ): number {
    return indexAtLeast(this.#view, minimalIds, order, text, localeId)
  }

  /** Those of the entries given, in their order, of which a restriction is true (NspiGetMatches). Rejects with `TooComplex`. */
  async matchesIn(
    minimalIds: readonly number[],
    restriction: Restriction,
    localeId = this.#view.localeId,
  ): Promise<readonly number[]> {
    await this.#base.refresh()
    return this.#matching(minimalIds, restriction, localeId)
  }

  /**
   * The entries that a property of an entry lists, by display name (NspiGetMatches without a restriction). `undefined` if the
   * property is not one that lists entries, or there is no such entry.
   */
  async linkedIds(
    minimalId: number,
    tag: PropertyTag<unknown>,
    localeId = this.#view.localeId,
  ): Promise<readonly number[] | undefined> {
    await this.#base.refresh()
    const link = LINK_PROPERTIES.get(tagId(tag))
    const summary = this.#summary(minimalId)
    if (link === undefined || summary === undefined) return undefined
    return this.#sorted(link.ids(summary, this.#base.index), 'displayName', localeId)
  }

  /** Whether a property that lists entries is one that this user may change for an entry (NspiModLinkAtt). */
  async canModifyLinks(minimalId: number, tag: PropertyTag<unknown>): Promise<boolean> {
    await this.#base.refresh()
    const summary = this.#summary(minimalId)
    return summary !== undefined && canModifyLinks(this.#view, summary, tag)
  }

  /** Ambiguous name resolution in a container; `undefined` if there is none (NspiResolveNamesW). */
  async resolveMinimalIds(
    names: readonly string[],
    containerId = GLOBAL_ADDRESS_LIST_ID,
  ): Promise<readonly NameMatch[] | undefined> {
    await this.#base.refresh()
    const container = await this.#base.containers.get(containerId)
    return container && this.#resolve(names, container, undefined)
  }

  /** The entries in order; ids that name none are left out (NspiResortRestriction). */
  async sortMinimalIds(
    minimalIds: readonly number[],
    order: AddressBookOrder = 'displayName',
    localeId = this.#view.localeId,
  ): Promise<readonly number[]> {
    await this.#base.refresh()
    return this.#sorted(minimalIds, order, localeId)
  }

  /**
   * Which of two entries comes first in a container (NspiCompareMIds): negative, 0 or positive. Rejects with `InvalidBookmark` if
   * there is no such container, with `GeneralFailure` if one of the entries is not in it.
   */
  async compareMinimalIds(
    a: number,
    b: number,
    containerId = GLOBAL_ADDRESS_LIST_ID,
    localeId = this.#view.localeId,
  ): Promise<number> {
    await this.#base.refresh()
    const container = await this.#base.containers.get(containerId)
    if (container === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
    const isShown = await this.#base.containers.shows(container)
    const first = this.#summary(a)
    const second = this.#summary(b)
    if (first === undefined || second === undefined || !isShown(a) || !isShown(b)) {
      throw new MapiError(ErrorCode.GeneralFailure)
    }
    return entryComparer('displayName', localeId)(first, second)
  }

  // -------------------------------------------------------------------------------------------------

  /** An entry, not a container. */
  #summary(id: number): ObjectSummary | undefined {
    const summary = this.#base.index.summaries.get(id)
    return summary?.kind === 'addressList' ? undefined : summary
  }

  #entry(id: number): DirectoryEntry | undefined {
    const summary = this.#summary(id)
    return summary && new DirectoryEntry(this.#view, summary, (entryId) => this.#idOf(entryId))
  }

  /** The id of the entry that an entry ID names. */
  async #idOf(entryId: Uint8Array): Promise<number | undefined> {
    const name = readEntryId(entryId, this.#view.guid)
    if (name === undefined) return undefined
    const id = 'id' in name ? name.id : await this.#idOfDn(name.dn)
    return id !== undefined && this.#summary(id) !== undefined ? id : undefined
  }

  async #idOfDn(dn: string): Promise<number | undefined> {
    const ids = await this.#base.storage.findAddresses(addressKeysOfText(dn))
    return ids.find((id) => id !== undefined)
  }

  /** The container that an entry ID names; the global address list if there is none. */
  async #containerOf(entryId: Uint8Array | undefined): Promise<Container | undefined> {
    const { containers } = this.#base
    if (entryId === undefined || entryId.length === 0) return containers.get(GLOBAL_ADDRESS_LIST_ID)
    const name = readEntryId(entryId, this.#view.guid)
    if (name === undefined) return undefined
    return 'id' in name ? containers.get(name.id) : containers.byDn(name.dn)
  }

  async #containerGiven(container: AddressBookContainer | undefined): Promise<Container> {
    await this.#base.refresh()
    const found = await this.#containerOf(container?.entryId)
    if (found === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
    return found
  }

  async #matching(
    ids: readonly number[],
    restriction: Restriction,
    localeId: number,
  ): Promise<readonly number[]> {
    requireSupported(restriction)
    return matchingIds(ids, restriction, this.#view.restrictionContext(localeId), this.#base)
  }

  async #resolve(
    names: readonly string[],
    container: Container,
    restriction: Restriction | undefined,
  ): Promise<readonly NameMatch[]> {
    const isShown = await this.#base.containers.shows(container)
    const matches: NameMatch[] = []
    for (const name of names) {
      const shown = await candidatesByName(name, this.#base.storage, isShown)
      const found =
        restriction === undefined ? shown : await this.#matching(shown, restriction, this.#view.localeId)
      if (found.length === 0) matches.push({ kind: 'unresolved' })
      else matches.push(found.length === 1 ? { kind: 'resolved', id: found[0]! } : { kind: 'ambiguous' })
    }
    return matches
  }

  #sorted(ids: readonly number[], order: AddressBookOrder, localeId: number): readonly number[] {
    const known = ids.map((id) => this.#summary(id)).filter((summary) => summary !== undefined)
    return known.sort(entryComparer(order, localeId)).map(({ id }) => id)
  }

  /** What a recipient lacks, from its entry if there is one, else from its own address; `undefined` if it has none. */
  async #prepare(recipient: Recipient, container: Container): Promise<Recipient | undefined> {
    const id = await this.#idOfRecipient(recipient, container)
    const properties = new PropertyBag(recipient.properties)
    if (id !== undefined) {
      const [row] = await this.#view.rows([id], RECIPIENT_TAGS)
      for (const [i, tag] of RECIPIENT_TAGS.entries()) {
        const cell = row?.cells[i]
        if (row?.error(tag) === undefined) properties.setCell(tag, cell)
      }
      return { ...recipient, properties }
    }
    const type = properties.get(PidTagAddressType)
    const address = properties.get(PidTagEmailAddress) ?? properties.get(PidTagDisplayName)
    if (type === AddressType.Exchange || address === undefined) return undefined
    if ((type === undefined || type === AddressType.Smtp) && !isSmtpAddress(address)) return undefined
    properties.set(PidTagAddressType, type ?? AddressType.Smtp).set(PidTagEmailAddress, address)
    if (!properties.has(PidTagDisplayName)) properties.set(PidTagDisplayName, address)
    addAddressProperties(properties)
    return { ...recipient, properties }
  }

  async #idOfRecipient({ properties }: Recipient, container: Container): Promise<number | undefined> {
    const entryId = properties.get(PidTagEntryId)
    const byEntryId = entryId && (await this.#idOf(entryId))
    if (byEntryId !== undefined) return byEntryId
    const type = properties.get(PidTagAddressType)
    const address = properties.get(PidTagEmailAddress)
    if (address !== undefined) {
      const text = type === undefined || type === AddressType.Exchange ? address : `${type}:${address}`
      const ids = await this.#base.storage.findAddresses(addressKeysOfText(text))
      return ids.find((id) => id !== undefined)
    }
    const name = properties.get(PidTagDisplayName)
    if (name === undefined) return undefined
    const [match] = await this.#resolve([name], container, undefined)
    return match?.kind === 'resolved' ? match.id : undefined
  }
}

/** An id that no object has. */
const NO_ENTRY = -1
