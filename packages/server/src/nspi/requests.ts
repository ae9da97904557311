import { type DirectoryAddressBook, isKnownLocale } from '@bourse/directory'
import {
  ErrorCode,
  isMapiError,
  MapiError,
  PidTagAddressBookContainerId,
  PidTagAddressBookIsMaster,
  PidTagAddressBookParentEntryId,
  PidTagContainerFlags,
  PidTagDepth,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagScriptData,
  PidTagTemplateData,
  PropertyError,
  type PropertyTag,
  PtypMultipleString,
  PtypMultipleString8,
  PtypString,
  PtypString8,
  type TaggedValue,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import {
  GetSpecialTableFlags,
  GetTemplateInfoFlags,
  ModLinkAttFlags,
  NspiCodePage,
  type NspiRequestOf,
  type NspiSuccessOf,
  type nspiRequestTypes,
  PositioningMinimalId,
  QueryColumnsFlags,
  ResolutionMinimalId,
  RetrievePropertyFlags,
  SortType,
  type Stat,
} from '@bourse/wire/nspi'
import { type AddressBooks, contentsOf, orderOf } from './address-books.ts'
import { converterFor } from './code-pages.ts'
import { initialPosition, movedPosition, statAt } from './position.ts'
import { DEFAULT_COLUMNS, rowsOf, taggedValues } from './rows.ts'

/** Rows that one response has at most; clients ask again for more ([MS-OXNSPI] 3.1.4.1.8 leaves it to the server). */
const MAX_ROWS = 1000

/** Rows of an explicit table that a search may come to ([MS-OXNSPI] 3.1.4.1.10, constraint 17). */
const MAX_MATCHES = 10_000

/** Where the entries of a restriction's table begin whose properties are not those of an object: property IDs from here on. */
const FIRST_PROPERTY_CONTAINER = 0x10000

/** ContainerID of the global address list, and the Minimal Entry ID that stands for all of the address book. */
const GLOBAL_ADDRESS_LIST = 0

/** ID Type of an EphemeralEntryID ([MS-OXNSPI] 2.2.9.2). */
const EPHEMERAL = 0x87

type RequestTypes = typeof nspiRequestTypes

/** The body of a success response, without what all of them have. */
type Answer<K extends keyof RequestTypes> = Omit<
  NspiSuccessOf<RequestTypes[K]>,
  'auxiliaryBuffer' | 'errorCode'
> & { readonly errorCode?: number }

/** How a request type is carried out. What is thrown as `MapiError` becomes ErrorCode. */
type Handle<K extends keyof RequestTypes> = (
  books: AddressBooks,
  request: NspiRequestOf<RequestTypes[K]>,
) => Promise<Answer<K>>

/** The STAT of a request that must have one. Throws `InvalidParameter` where it is missing. */
function statOf(state: Stat | undefined): Stat {
  if (state === undefined) throw new MapiError(ErrorCode.InvalidParameter)
  return state
}

// ---------------------------------------------------------------------------------------------------
// Tables

/** NspiGetSpecialTable: [MS-OXNSPI] 3.1.4.1.3. */
export const handleGetSpecialTable: Handle<'getSpecialTable'> = async (books, request) => {
  const { flags, state } = request
  const stat = statOf(state)
  if ((flags & GetSpecialTableFlags.NspiAddressCreationTemplates) !== 0) {
    const book = books.inOrUnicode(stat.codePage)
    // A locale without templates has a table without rows (constraint 11).
    const rows = isKnownLocale(stat.templateLocale) ? await book.creationTemplates() : []
    const tagged = rows.map((row) => taggedValues(row.columns as readonly PropertyTag[], row.cells))
    return { codePage: stat.codePage, rows: tagged.map((row) => inCodePage(row, stat.codePage)) }
  }
  const isUnicode = (flags & GetSpecialTableFlags.NspiUnicodeStrings) !== 0
  const book = isUnicode ? books.unicode : books.in(stat.codePage)
  const table = await book.hierarchyTable()
  const columns = [
    PidTagEntryId,
    PidTagContainerFlags,
    PidTagDepth,
    PidTagAddressBookContainerId,
    withType<string>(PidTagDisplayName, isUnicode ? PtypString : PtypString8),
    PidTagAddressBookIsMaster,
    PidTagAddressBookParentEntryId,
  ] as unknown as readonly PropertyTag[]
  const typed = await table.setColumns(columns)
  const rows: TaggedValue[][] = []
  for await (const row of typed) {
    // The parent's entry ID is left out where there is none (constraint 15).
    const present = columns.filter(
      (_, i) => row.cells[i] !== undefined && !(row.cells[i] instanceof PropertyError),
    )
    rows.push(
      taggedValues(
        present,
        present.map((tag) => row.cells[columns.indexOf(tag)]),
      ),
    )
  }
  // The rows come whatever version the client has, as Exchange has it ([MS-OXNSPI] 7, <3>).
  return { codePage: stat.codePage, version: versionOf(rows), rows }
}

/** The strings of a row as 8-bit strings, but for CP_WINUNICODE, which is no code page for these. */
function inCodePage(row: readonly TaggedValue[], codePage: number): readonly TaggedValue[] {
  if (codePage === NspiCodePage.CP_WINUNICODE) return row
  const { encode } = converterFor(codePage)
  return row.map(({ tag, value }) =>
    tagType(tag) === PtypString ? { tag: as8Bit(tag), value: encode(value as string) } : { tag, value },
  )
}

/** A number that changes with the hierarchy: of its rows, so that it is the same wherever and whenever they are. */
function versionOf(rows: readonly (readonly TaggedValue[])[]): number {
  let hash = 0x811c9dc5
  const text = JSON.stringify(rows, (_, value) => {
    if (typeof value === 'bigint') return String(value)
    return value instanceof Uint8Array ? Array.from(value).join() : value
  })
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash === 0 ? 1 : hash
}

/** NspiUpdateStat: [MS-OXNSPI] 3.1.4.1.4. */
export const handleUpdateStat: Handle<'updateStat'> = async (books, { state, deltaRequested }) => {
  const stat = statOf(state)
  const rows = await contentsOf(books.in(stat.codePage), stat)
  const initial = initialPosition(stat, rows)
  const final = movedPosition(initial, stat.delta, rows.length)
  return {
    state: statAt(stat, final, rows),
    ...(deltaRequested ? { delta: final - initial } : {}),
  }
}

/** NspiQueryRows: [MS-OXNSPI] 3.1.4.1.8. */
export const handleQueryRows: Handle<'queryRows'> = async (books, request) => {
  const { flags, explicitTable, rowCount, columns = DEFAULT_COLUMNS } = request
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  if (explicitTable.length > 0) {
    const ids = explicitTable.slice(0, Math.min(Math.max(rowCount, 1), MAX_ROWS))
    return { state: stat, columnsAndRows: await rowsOf(book, ids, columns, flags) }
  }
  if (rowCount === 0) throw new MapiError(ErrorCode.InvalidParameter)
  const rows = await contentsOf(book, stat)
  const start = movedPosition(initialPosition(stat, rows), stat.delta, rows.length)
  const end = Math.min(start + Math.min(rowCount, MAX_ROWS), rows.length)
  return {
    state: statAt(stat, end, rows),
    columnsAndRows: await rowsOf(book, rows.slice(start, end), columns, flags),
  }
}

/** NspiSeekEntries: [MS-OXNSPI] 3.1.4.1.9. */
export const handleSeekEntries: Handle<'seekEntries'> = async (books, request) => {
  const { target, explicitTable, columns } = request
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  if (stat.sortType !== SortType.SortTypeDisplayName) throw new MapiError(ErrorCode.GeneralFailure)
  const text = target === undefined ? undefined : targetText(target, stat.codePage)
  if (text === undefined) throw new MapiError(ErrorCode.GeneralFailure)
  const contents = await contentsOf(book, stat)
  // An explicit table without rows is none, as Exchange has it.
  const rows = explicitTable === undefined || explicitTable.length === 0 ? contents : explicitTable
  const at = book.indexAtLeast(rows, text, 'displayName', stat.sortLocale)
  if (at >= rows.length) throw new MapiError(ErrorCode.NotFound)
  const found: Stat = { ...stat, currentRec: rows[at]!, numPos: at, totalRecs: rows.length }
  if (columns === undefined) return { state: found }
  const ids = rows.slice(at, at + MAX_ROWS)
  return { state: found, columnsAndRows: await rowsOf(book, ids, columns, RetrievePropertyFlags.fEphID) }
}

/** The text to look for: a display name, in either kind of string (constraint 10). */
function targetText({ tag, value }: TaggedValue, codePage: number): string | undefined {
  if (tagId(tag) !== tagId(PidTagDisplayName)) return undefined
  if (tagType(tag) === PtypString) return value as string
  return tagType(tag) === PtypString8 ? converterFor(codePage).decode(value as string) : undefined
}

/** NspiGetMatches: [MS-OXNSPI] 3.1.4.1.10. */
export const handleGetMatches: Handle<'getMatches'> = async (books, request) => {
  // MinimalIds, which is pReserved of NspiGetMatches, is of no account, as with Exchange.
  const { filter, propertyName, rowCount, columns } = request
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  // A filter goes with any order, as with Exchange (constraint 2 leaves it open).
  const ids =
    filter === undefined
      ? await referencesOf(book, stat, propertyName?.id)
      : await book.matchesIn(await searchedContents(book, stat), filter, stat.sortLocale)
  if (ids.length > Math.min(rowCount, MAX_MATCHES)) throw new MapiError(ErrorCode.TableTooBig)
  return {
    state: { ...stat, containerId: stat.currentRec },
    minimalIds: ids,
    ...(columns === undefined
      ? {}
      : { columnsAndRows: await rowsOf(book, ids, columns, RetrievePropertyFlags.fEphID) }),
  }
}

/**
 * The entries of the container to search. What an earlier GetMatches left in ContainerID (constraint 15), an entry or the end of
 * a table, is no container: the global address list is searched then, as Exchange does.
 */
async function searchedContents(book: DirectoryAddressBook, stat: Stat): Promise<readonly number[]> {
  const { containerId } = stat
  const isLeftOver =
    containerId === PositioningMinimalId.MID_END_OF_TABLE ||
    (await book.entryOfMinimalId(containerId)) !== undefined
  return contentsOf(book, isLeftOver ? { ...stat, containerId: GLOBAL_ADDRESS_LIST } : stat)
}

/**
 * The entries that a property of an entry lists (constraints 9 to 14): the one that is named, or else the one in ContainerID. In a
 * table that is sorted as a container is, a property that lists none stands for the entry itself, as with Exchange.
 */
async function referencesOf(
  book: DirectoryAddressBook,
  { sortType, containerId, currentRec, sortLocale }: Stat,
  propertyId: number | undefined,
): Promise<readonly number[]> {
  if ((await book.entryOfMinimalId(currentRec)) === undefined) throw new MapiError(ErrorCode.GeneralFailure)
  const property = propertyId ?? containerId
  const tag = ((property < FIRST_PROPERTY_CONTAINER ? property << 16 : property) >>> 0) as PropertyTag
  const ids = await book.linkedIds(currentRec, tag, sortLocale)
  if (sortType === SortType.SortTypeDisplayName_W && !(await book.canModifyLinks(currentRec, tag))) {
    throw new MapiError(ErrorCode.NotSupported)
  }
  if (ids !== undefined) return ids
  const isOfProperty =
    sortType === SortType.SortTypeDisplayName_RO || sortType === SortType.SortTypeDisplayName_W
  if (propertyId !== undefined || isOfProperty) throw new MapiError(ErrorCode.NotSupported)
  return [currentRec]
}

/** NspiResortRestriction: [MS-OXNSPI] 3.1.4.1.11. */
export const handleResortRestriction: Handle<'resortRestriction'> = async (books, request) => {
  const stat = statOf(request.state)
  const book = books.inOrUnicode(stat.codePage)
  // Any SortType will do, as with Exchange ([MS-OXNSPI] 7, <6>).
  const ids = await book.sortMinimalIds(request.minimalIds ?? [], orderOf(stat), stat.sortLocale)
  const at = ids.indexOf(stat.currentRec)
  return {
    state: {
      ...stat,
      totalRecs: ids.length,
      numPos: Math.max(at, 0),
      currentRec: at < 0 ? PositioningMinimalId.MID_BEGINNING_OF_TABLE : stat.currentRec,
    },
    minimalIds: ids,
  }
}

/** NspiCompareMIds: [MS-OXNSPI] 3.1.4.1.12. */
export const handleCompareMinIds: Handle<'compareMinIds'> = async (books, request) => {
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  const result = await book.compareMinimalIds(
    request.minimalId1,
    request.minimalId2,
    stat.containerId,
    stat.sortLocale,
  )
  return { result: Math.sign(result) }
}

// ---------------------------------------------------------------------------------------------------
// Names

/** NspiDNToMId: [MS-OXNSPI] 3.1.4.1.13. */
export const handleDnToMinId: Handle<'dnToMinId'> = async (books, { names = [] }) => {
  const ids = await books.unicode.minimalIdsOfDns(names)
  return { minimalIds: ids.map((id) => id ?? 0) }
}

/** NspiResolveNamesW: [MS-OXNSPI] 3.1.4.1.17. */
export const handleResolveNames: Handle<'resolveNames'> = async (books, request) => {
  const { names = [], propertyTags = DEFAULT_COLUMNS } = request
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  const matches = await book.resolveMinimalIds(names, stat.containerId)
  if (matches === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
  const found: number[] = []
  const minimalIds = matches.map((match) => {
    if (match.kind === 'unresolved') return ResolutionMinimalId.MID_UNRESOLVED
    if (match.kind === 'ambiguous') return ResolutionMinimalId.MID_AMBIGUOUS
    found.push(match.id)
    return ResolutionMinimalId.MID_RESOLVED
  })
  return {
    codePage: stat.codePage,
    minimalIds,
    columnsAndRows: await rowsOf(book, found, propertyTags),
  }
}

// ---------------------------------------------------------------------------------------------------
// Properties

/** NspiQueryColumns: [MS-OXNSPI] 3.1.4.1.5. */
export const handleQueryColumns: Handle<'queryColumns'> = async (books, { mapiFlags }) => {
  const isUnicode = (mapiFlags & QueryColumnsFlags.NspiUnicodeProptypes) !== 0
  const tags = await books.unicode.queryColumns()
  return { columns: tags.map((tag) => (isUnicode ? asUnicode(tag) : as8Bit(tag))) }
}

function as8Bit(tag: PropertyTag): PropertyTag {
  if (tagType(tag) === PtypString) return withType(tag, PtypString8)
  return tagType(tag) === PtypMultipleString ? withType(tag, PtypMultipleString8) : tag
}

function asUnicode(tag: PropertyTag): PropertyTag {
  if (tagType(tag) === PtypString8) return withType(tag, PtypString)
  return tagType(tag) === PtypMultipleString8 ? withType(tag, PtypMultipleString) : tag
}

/** NspiGetPropList: [MS-OXNSPI] 3.1.4.1.6. */
export const handleGetPropList: Handle<'getPropList'> = async (books, request) => {
  const { flags, minimalId, codePage } = request
  const book = books.in(codePage)
  // All properties that there are, as Exchange answers for the number that names no entry.
  if (minimalId === GLOBAL_ADDRESS_LIST) return { propertyTags: (await book.queryColumns()).map(as8Bit) }
  return { propertyTags: await propListOf(book, minimalId, flags) }
}

/** The tags of an entry's values, those of strings 8-bit (constraint 4). Throws `NotFound` if there is no such entry. */
async function propListOf(
  book: DirectoryAddressBook,
  minimalId: number,
  flags: number,
): Promise<PropertyTag[]> {
  const object = (await book.entryOfMinimalId(minimalId)) ?? undefined
  if (object === undefined) throw new MapiError(ErrorCode.NotFound)
  const omitObjects = (flags & RetrievePropertyFlags.fSkipObjects) !== 0
  const tags = await object.getPropertyTags({ omitObjects })
  return tags.map(as8Bit)
}

/** NspiGetProps: [MS-OXNSPI] 3.1.4.1.7. */
export const handleGetProps: Handle<'getProps'> = async (books, request) => {
  const { flags, propertyTags } = request
  const stat = statOf(request.state)
  const book = books.inOrUnicode(stat.codePage)
  // In a container that is not there nothing has properties, as with Exchange ([MS-OXNSPI] 7, <5>).
  const hasContainer = (await book.containerOfMinimalId(stat.containerId)) !== undefined
  const id = hasContainer ? stat.currentRec : PositioningMinimalId.MID_END_OF_TABLE
  const tags = propertyTags ?? (await propListOrNone(book, id, flags))
  const { rows } = await rowsOf(book, [id], tags, flags)
  const cells = rows[0] ?? []
  const isComplete =
    hasContainer && cells.every((cell) => cell !== undefined && !(cell instanceof PropertyError))
  return {
    errorCode: isComplete ? ErrorCode.Success : ErrorCode.ErrorsReturned,
    codePage: stat.codePage,
    propertyValues: taggedValues(tags, cells),
  }
}

/** An entry that is not there has no properties (constraint 11). */
async function propListOrNone(
  book: DirectoryAddressBook,
  minimalId: number,
  flags: number,
): Promise<PropertyTag[]> {
  try {
    return await propListOf(book, minimalId, flags)
  } catch (error) {
    if (isMapiError(error, ErrorCode.NotFound)) return []
    throw error
  }
}

/** NspiGetTemplateInfo: [MS-OXNSPI] 3.1.4.1.18. */
export const handleGetTemplateInfo: Handle<'getTemplateInfo'> = async (books, request) => {
  const { flags, displayType, templateDn, codePage, localeId } = request
  if (codePage === NspiCodePage.CP_WINUNICODE) throw new MapiError(ErrorCode.InvalidCodepage)
  const bag = await books.unicode.getTemplate({
    displayType,
    codePage,
    localeId,
    ...(templateDn === undefined ? {} : { dn: templateDn }),
  })
  const row: TaggedValue[] = []
  const add = (flag: number, tag: PropertyTag<Uint8Array>) => {
    const value = (flags & flag) === 0 ? undefined : bag.get(tag)
    if (value !== undefined) row.push({ tag: tag as unknown as PropertyTag, value })
  }
  add(GetTemplateInfoFlags.TI_TEMPLATE, PidTagTemplateData)
  add(GetTemplateInfoFlags.TI_SCRIPT, PidTagScriptData)
  return { codePage, row }
}

/** NspiModProps: [MS-OXNSPI] 3.1.4.1.14. */
export const handleModProps: Handle<'modProps'> = async (books, request) => {
  const { propertyTags, propertyValues = [] } = request
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  const entry = await book.entryOfMinimalId(stat.currentRec)
  if (propertyTags === undefined || entry === undefined) throw new MapiError(ErrorCode.InvalidParameter)
  const values = propertyValues.map(({ tag, value }) => [tag, value] as const)
  const set = new Set(propertyValues.map(({ tag }) => tagId(tag)))
  const removed = propertyTags.filter((tag) => !set.has(tagId(tag)))
  const problems = [
    ...(removed.length === 0 ? [] : await entry.deleteProperties(removed)),
    ...(values.length === 0 ? [] : await entry.setProperties(values)),
  ]
  if (problems.length > 0) throw new MapiError(ErrorCode.AccessDenied)
  return {}
}

/** NspiModLinkAtt: [MS-OXNSPI] 3.1.4.1.15. */
export const handleModLinkAtt: Handle<'modLinkAtt'> = async (books, request) => {
  const { flags, propertyTag, minimalId, entryIds = [] } = request
  const book = books.unicode
  const entry = await book.entryOfMinimalId(minimalId)
  if (entry === undefined) throw new MapiError(ErrorCode.InvalidParameter)
  // Properties that list no entries are not recognized here (constraint 3).
  if ((await book.linkedIds(minimalId, propertyTag)) === undefined) throw new MapiError(ErrorCode.NotFound)
  await entry.modifyLinks(propertyTag, entryIds, { remove: (flags & ModLinkAttFlags.fDelete) !== 0 })
  // Exchange 2013 and later do what is asked and yet answer this when entries are named by ephemeral IDs ([MS-OXNSPI] 7, <8>).
  const isEphemeral = entryIds.some(([type]) => type === EPHEMERAL)
  return { errorCode: isEphemeral ? ErrorCode.GeneralFailure : ErrorCode.Success }
}
