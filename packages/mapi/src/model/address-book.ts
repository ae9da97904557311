import type { PropertyBag } from '../property/bag.ts'
import type { Columns, Row } from '../property/row.ts'
import type { PropertyTag } from '../property/tag.ts'
import type { PropertyProblem } from '../property/tagged-value.ts'
import type { Recipient } from '../recipient/index.ts'
import type { Restriction } from '../restriction/index.ts'
import type { PropertyEntries } from './object.ts'
import type { Table } from './table.ts'

/** How the entries of a container are ordered ([MS-OXNSPI] 2.2.1.10). */
export type AddressBookOrder = 'displayName' | 'phoneticDisplayName'

/** What a name turned out to be. */
export type NameResolution =
  | { readonly kind: 'resolved'; readonly entry: Row }
  /** Several entries match. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'unresolved' }

export interface ResolveNamesOptions {
  /** Where to look; the whole address book if left out. */
  readonly container?: AddressBookContainer
  /** Only entries that match this as well. */
  readonly restriction?: Restriction
}

export interface MatchesOptions {
  /** The container to look in; the whole address book if left out. */
  readonly container?: AddressBookContainer
  readonly order?: AddressBookOrder
  /** At most this many entries; `TableTooBig` is thrown if there are more. */
  readonly limit?: number
}

/**
 * The people, groups, rooms and other entries that mail can be sent to ([MS-OXOABK], [MS-OXNSPI]). NspiBind on opening and
 * NspiUnbind on disposal.
 *
 * Entries are named by entry ID. The minimal entry ID of an ephemeral one ([MS-OXNSPI] 2.2.9.1) lasts as long as this
 * object.
 */
export interface AddressBook extends AsyncDisposable {
  /** The containers of all levels. NspiGetSpecialTable, [MS-OXNSPI] 3.1.4.1.3. */
  hierarchyTable(): Promise<Table>

  /** Address types that one-off entries can be made of. NspiGetSpecialTable with NspiAddressCreationTemplates. */
  creationTemplates(): Promise<readonly Row[]>

  /** A container by its entry ID; the global address list if left out. */
  openContainer(entryId?: Uint8Array): Promise<AddressBookContainer>

  /** NspiGetProps opens an entry by entry ID ([MS-OXNSPI] 3.1.4.1.7). Rejects with `NotFound`. */
  openEntry(entryId: Uint8Array): Promise<AddressBookEntry>

  /**
   * Rows for the entries given, in their order; `undefined` for those that are not there. NspiQueryRows with an explicit
   * table, [MS-OXNSPI] 3.1.4.1.8.
   */
  getEntries<const C extends Columns>(
    entryIds: readonly Uint8Array[],
    columns: C,
  ): Promise<readonly (Row<C> | undefined)[]>

  /** The entry IDs of distinguished names, `undefined` where there is no such entry. NspiDNToMId, [MS-OXNSPI] 3.1.4.1.13. */
  entryIdsOfDns(dns: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>

  /** Ambiguous name resolution. NspiResolveNames, NspiResolveNamesW, [MS-OXNSPI] 3.1.4.1.16, 3.1.4.1.17. */
  resolveNames(
    names: readonly string[],
    columns: Columns,
    options?: ResolveNamesOptions,
  ): Promise<readonly NameResolution[]>

  /** The entries that match, in order. NspiGetMatches, [MS-OXNSPI] 3.1.4.1.10. */
  getMatches<const C extends Columns>(
    restriction: Restriction,
    columns: C,
    options?: MatchesOptions,
  ): Promise<readonly Row<C>[]>

  /** Which entry comes first in an order: negative, 0 or positive. NspiCompareMIds, [MS-OXNSPI] 3.1.4.1.12. */
  compare(a: Uint8Array, b: Uint8Array, container?: AddressBookContainer): Promise<number>

  /** The entries given, put in order. NspiResortRestriction, [MS-OXNSPI] 3.1.4.1.11. */
  sortEntries(entryIds: readonly Uint8Array[], order: AddressBookOrder): Promise<readonly Uint8Array[]>

  /** All properties that entries can have. NspiQueryColumns, [MS-OXNSPI] 3.1.4.1.5. */
  queryColumns(): Promise<readonly PropertyTag[]>

  /** How a client is to show an entry of this kind. NspiGetTemplateInfo, [MS-OXNSPI] 3.1.4.1.18. */
  getTemplate(template: {
    /** PidTagDisplayType, or that of an address creation template. */
    readonly displayType: number
    readonly addressTemplate?: boolean
    readonly dn?: string
    readonly codePage: number
    readonly localeId: number
  }): Promise<PropertyBag>

  /** Where a user's mailbox is reached (GetMailboxUrl), or the address book (GetAddressBookUrl), [MS-OXCMAPIHTTP] 2.2.5.17, 2.2.5.18. */
  getServerUrl(service: 'mailbox' | 'addressBook', serverDn: string): Promise<string>

  /** Fills in what recipients lack to be sent to; those that cannot be resolved are `undefined`. */
  prepareRecipients(recipients: readonly Recipient[]): Promise<readonly (Recipient | undefined)[]>
}

/** A list of the address book. */
export interface AddressBookContainer extends AsyncDisposable {
  readonly entryId: Uint8Array
  /** PidTagContainerFlags, PidTagDisplayName and so on. */
  getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag>
  /**
   * The entries. Positioning is NspiUpdateStat (3.1.4.1.4), reading NspiQueryRows (3.1.4.1.8), finding by prefix
   * NspiSeekEntries (3.1.4.1.9) of [MS-OXNSPI].
   */
  contentsTable(order?: AddressBookOrder): Promise<Table>
}

/** One entry of the address book. */
export interface AddressBookEntry extends AsyncDisposable {
  readonly kind: 'mailUser' | 'distributionList' | 'other'
  readonly entryId: Uint8Array
  get<V>(tag: PropertyTag<V>): Promise<V | undefined>
  /** NspiGetProps, [MS-OXNSPI] 3.1.4.1.7. */
  getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag>
  /** NspiGetPropList, [MS-OXNSPI] 3.1.4.1.6. */
  getPropertyTags(options?: { readonly omitObjects?: boolean }): Promise<readonly PropertyTag[]>
  /** NspiModProps, [MS-OXNSPI] 3.1.4.1.14. */
  setProperties(values: PropertyEntries): Promise<readonly PropertyProblem[]>
  deleteProperties(tags: readonly PropertyTag<unknown>[]): Promise<readonly PropertyProblem[]>
  /**
   * Adds entries to, or removes them from, a property that lists entries, such as PidTagAddressBookPublicDelegates.
   * NspiModLinkAtt, [MS-OXNSPI] 3.1.4.1.15.
   */
  modifyLinks(
    tag: PropertyTag<unknown>,
    entryIds: readonly Uint8Array[],
    options?: { readonly remove?: boolean },
  ): Promise<void>
}

/** A person, a room, a piece of equipment or an outside contact. */
export interface MailUser extends AddressBookEntry {
  readonly kind: 'mailUser'
}

/** A group. */
export interface DistributionList extends AddressBookEntry {
  readonly kind: 'distributionList'
  /** The members (PidTagAddressBookMember). */
  membersTable(): Promise<Table>
}

export function isDistributionList(entry: AddressBookEntry): entry is DistributionList {
  return entry.kind === 'distributionList'
}

export function isMailUser(entry: AddressBookEntry): entry is MailUser {
  return entry.kind === 'mailUser'
}
