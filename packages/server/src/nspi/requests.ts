import type { DirectoryAddressBook } from '@bourse/directory'
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
import { initialPosition, movedPosition, statAt } from './position.ts'
import { DEFAULT_COLUMNS, rowsOf, taggedValues } from './rows.ts'

/** Rows that one response has at most; clients ask again for more ([MS-OXNSPI] 3.1.4.1.8 leaves it to the server). */
const MAX_ROWS = 1000

/** Rows of an explicit table that a search may come to ([MS-OXNSPI] 3.1.4.1.10, constraint 17). */
const MAX_MATCHES = 10_000

/** Where the entries of a restriction's table begin whose properties are not those of an object: property IDs from here on. */
const FIRST_PROPERTY_CONTAINER = 0x10000

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
  const { flags, state, version } = request
  const stat = statOf(state)
  if ((flags & GetSpecialTableFlags.NspiAddressCreationTemplates) !== 0) {
    const rows = await books.inOrUnicode(stat.codePage).creationTemplates()
    return {
      codePage: stat.codePage,
      rows: rows.map((row) => taggedValues(row.columns as readonly PropertyTag[], row.cells)),
    }
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
  const current = versionOf(rows)
  return {
    codePage: stat.codePage,
    version: current,
    rows: version === current ? [] : rows,
  }
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
  const isPhonetic = stat.sortType === SortType.SortTypePhoneticDisplayName
  if (stat.sortType !== SortType.SortTypeDisplayName && !isPhonetic)
    throw new MapiError(ErrorCode.GeneralFailure)
  const text = target === undefined ? undefined : targetText(target, isPhonetic)
  if (text === undefined) throw new MapiError(ErrorCode.GeneralFailure)
  const contents = await contentsOf(book, stat)
  const rows = explicitTable ?? contents
  const at = book.indexAtLeast(rows, text, orderOf(stat), stat.sortLocale)
  if (at >= rows.length) throw new MapiError(ErrorCode.NotFound)
  const found: Stat = { ...stat, currentRec: rows[at]!, numPos: at, totalRecs: rows.length }
  if (columns === undefined) return { state: found }
  const ids = rows.slice(at, at + MAX_ROWS)
  return { state: found, columnsAndRows: await rowsOf(book, ids, columns) }
}

/** PidTagAddressBookPhoneticDisplayName, whose ID is 0x8C92 in directories. */
const PHONETIC_DISPLAY_NAME_ID = 0x8c92

/** The text to look for: a display name, in either kind of string (constraint 10). */
function targetText({ tag, value }: TaggedValue, isPhonetic: boolean): string | undefined {
  const id = isPhonetic ? PHONETIC_DISPLAY_NAME_ID : tagId(PidTagDisplayName)
  if (tagId(tag) !== id) return undefined
  return tagType(tag) === PtypString || tagType(tag) === PtypString8 ? (value as string) : undefined
}

/** NspiGetMatches: [MS-OXNSPI] 3.1.4.1.10. */
export const handleGetMatches: Handle<'getMatches'> = async (books, request) => {
  const { filter, propertyName, rowCount, columns } = request
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  const isContainer =
    stat.sortType === SortType.SortTypeDisplayName || stat.sortType === SortType.SortTypePhoneticDisplayName
  let ids: readonly number[]
  if (filter !== undefined) {
    if (!isContainer) throw new MapiError(ErrorCode.InvalidParameter)
    ids = await book.matchesIn(await contentsOf(book, stat), filter, stat.sortLocale)
  } else {
    ids = await valuesOf(book, stat, propertyName === undefined ? stat.containerId : propertyName.id)
  }
  if (ids.length > Math.min(rowCount, MAX_MATCHES)) throw new MapiError(ErrorCode.TableTooBig)
  return {
    state: { ...stat, containerId: stat.currentRec },
    minimalIds: ids,
    ...(columns === undefined ? {} : { columnsAndRows: await rowsOf(book, ids, columns) }),
  }
}

/** The entries that a property of an entry lists (constraints 9 to 14). */
async function valuesOf(
  book: DirectoryAddressBook,
  stat: Stat,
  property: number,
): Promise<readonly number[]> {
  if ((await book.entryOfMinimalId(stat.currentRec)) === undefined)
    throw new MapiError(ErrorCode.GeneralFailure)
  const tag = (property < FIRST_PROPERTY_CONTAINER ? property << 16 : property) >>> 0
  const ids = await book.linkedIds(stat.currentRec, tag as PropertyTag, stat.sortLocale)
  if (ids === undefined) throw new MapiError(ErrorCode.NotSupported)
  return ids
}

/** NspiResortRestriction: [MS-OXNSPI] 3.1.4.1.11. */
export const handleResortRestriction: Handle<'resortRestriction'> = async (books, request) => {
  const stat = statOf(request.state)
  const book = books.in(stat.codePage)
  if (stat.sortType !== SortType.SortTypeDisplayName) throw new MapiError(ErrorCode.GeneralFailure)
  const ids = await book.sortMinimalIds(request.minimalIds ?? [], 'displayName', stat.sortLocale)
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
  return { propertyTags: await propListOf(books.in(codePage), minimalId, flags) }
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
  const has8Bit =
    propertyTags === undefined || propertyTags.some((tag) => as8Bit(asUnicode(tag)) === tag && isText(tag))
  const book = has8Bit ? books.in(stat.codePage) : books.inOrUnicode(stat.codePage)
  if ((await book.containerOfMinimalId(stat.containerId)) === undefined) {
    throw new MapiError(ErrorCode.InvalidBookmark)
  }
  const tags = propertyTags ?? (await propListOrNone(book, stat.currentRec, flags))
  const { rows } = await rowsOf(book, [stat.currentRec], tags, flags)
  const cells = rows[0] ?? []
  const isComplete = cells.every((cell) => cell !== undefined && !(cell instanceof PropertyError))
  return {
    errorCode: isComplete ? ErrorCode.Success : ErrorCode.ErrorsReturned,
    codePage: stat.codePage,
    propertyValues: taggedValues(tags, cells),
  }
}

function isText(tag: PropertyTag): boolean {
  return tagType(tag) === PtypString8 || tagType(tag) === PtypMultipleString8
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
  const entry = await books.unicode.entryOfMinimalId(minimalId)
  if (entry === undefined) throw new MapiError(ErrorCode.InvalidParameter)
  await entry.modifyLinks(propertyTag, entryIds, { remove: (flags & ModLinkAttFlags.fDelete) !== 0 })
  return {}
}
