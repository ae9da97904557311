import {
  type Cell,
  type CopyOptions,
  ErrorCode,
  MapiError,
  type NamedPropertyQuery,
  PropertyError,
  type PropertyProblem,
  type PropertyTag,
  type PropertyValue,
  PtypErrorCode,
  PtypMultipleString,
  PtypMultipleString8,
  PtypObject,
  PtypString,
  PtypString8,
  type TaggedValue,
  tagType,
  withType,
} from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import {
  CopyPropertiesFlags,
  copyProperties,
  copyTo,
  deleteProperties,
  deletePropertiesNoReplicate,
  getNamesFromPropertyIds,
  getPropertiesAll,
  getPropertiesList,
  getPropertiesSpecific,
  getPropertyIdsFromNames,
  PropertyIdsFromNamesFlags,
  progress,
  QueryNamedPropertiesFlags,
  queryNamedProperties,
  rowOf,
  setProperties,
  setPropertiesNoReplicate,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { PROPERTY_KINDS, propertiesOf, type ServerObject } from './server-object.ts'
import { toString8 } from './string8.ts'

const COPY_FLAGS = CopyPropertiesFlags.Move | CopyPropertiesFlags.NoOverwrite

/** What an error takes in a row: flag and code. */
const ERROR_CELL_BYTES = 5

type GetSpecific = typeof getPropertiesSpecific
type GetAll = typeof getPropertiesAll

/**
 * RopGetPropertiesSpecific: [MS-OXCPRPT] 3.2.5.1. Values that are too long for what is left of the response are answered as
 * NotEnoughMemory; clients read them through streams. PropertySizeLimit is ignored, as Exchange does (note 4).
 */
async function getSpecific(call: RopCall<GetSpecific>): Promise<Outcome<GetSpecific>> {
  const object = propertiesOf(call.input(...PROPERTY_KINDS))
  const { wantUnicode, propertyTags } = call.request
  const bag = await object.getProperties(propertyTags, { unicode: wantUnicode })
  const rowData = propertyTags.map((tag) => cellFor(tag, bag.cell(tag)))
  return { body: { rowData: fitted(call, propertyTags, rowData) } }
}

/** The wire has no form for an object's value ([MS-OXCPRPT] 3.2.5.1): it is opened, not read. */
function cellFor(tag: PropertyTag, cell: Cell): Cell {
  if (cell === undefined) return new PropertyError(ErrorCode.NotFound)
  if (tagType(tag) === PtypObject && !(cell instanceof PropertyError)) {
    return new PropertyError(ErrorCode.NotEnoughMemory)
  }
  return cell
}

/** The cells, the longest ones replaced by errors until they fit the response. */
function fitted(
  call: RopCall<GetSpecific>,
  tags: readonly PropertyTag[],
  cells: readonly Cell[],
): readonly Cell[] {
  const row = [...cells]
  for (;;) {
    const size = sizeOf(tags, row)
    if (size <= call.room) return row
    let longest = -1
    let longestBytes = ERROR_CELL_BYTES
    row.forEach((cell, i) => {
      if (cell instanceof PropertyError) return
      const bytes = sizeOf([tags[i]!], [cell])
      if (bytes > longestBytes) {
        longest = i
        longestBytes = bytes
      }
    })
    // Nothing can be left out: the processor tells the client what room it takes.
    if (longest < 0) return row
    row[longest] = new PropertyError(ErrorCode.NotEnoughMemory)
  }
}

function sizeOf(tags: readonly PropertyTag[], cells: readonly Cell[]): number {
  const writer = new ByteWriter()
  try {
    rowOf({ request: undefined, columns: tags }).encode(writer, cells)
  } catch {
    // Too long for the wire's 16-bit sizes: longer than any response.
    return Number.MAX_SAFE_INTEGER
  }
  return writer.length
}

/**
 * RopGetPropertiesAll: [MS-OXCPRPT] 3.2.5.2. A value that is too long for the response comes as an error of type PtypErrorCode;
 * PropertySizeLimit is ignored here too.
 */
async function getAll(call: RopCall<GetAll>): Promise<Outcome<GetAll>> {
  const object = propertiesOf(call.input(...PROPERTY_KINDS))
  const { wantUnicode } = call.request
  const bag = await object.getAllProperties({ unicode: wantUnicode })
  const values: TaggedValue[] = []
  for (const [tag, cell] of bag) {
    if (tagType(tag) === PtypObject) continue
    if (cell instanceof PropertyError) {
      values.push({ tag: withType(tag, PtypErrorCode), value: cell.code })
    } else {
      values.push(wantUnicode ? { tag, value: cell } : taggedIn8Bit(call, tag, cell))
    }
  }
  return { body: { propertyValues: fittedValues(call, values) } }
}

function taggedIn8Bit(call: RopCall<GetAll>, tag: PropertyTag, value: PropertyValue): TaggedValue {
  if (tagType(tag) === PtypString) {
    return { tag: withType(tag, PtypString8), value: toString8(call.session, value as string) }
  }
  if (tagType(tag) === PtypMultipleString) {
    const texts = (value as readonly string[]).map((text) => toString8(call.session, text))
    return { tag: withType(tag, PtypMultipleString8), value: texts }
  }
  return { tag, value }
}

function fittedValues(call: RopCall<GetAll>, values: readonly TaggedValue[]): readonly TaggedValue[] {
  const sized = values.map((value) => ({ value, bytes: 4 + sizeOf([value.tag], [value.value]) }))
  let total = 2 + sized.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const entry of [...sized].sort((a, b) => b.bytes - a.bytes)) {
    if (total <= call.room) break
    total -= entry.bytes
    const { tag } = entry.value
    entry.value = { tag: withType(tag, PtypErrorCode), value: ErrorCode.NotEnoughMemory }
    entry.bytes = 8
    total += entry.bytes
  }
  return sized.map(({ value }) => value)
}

/** RopSetProperties and RopSetPropertiesNoReplicate: [MS-OXCPRPT] 3.2.5.4. */
async function set(
  call: RopCall<typeof setProperties>,
  replicate: boolean,
): Promise<{ readonly body: { readonly propertyProblems: readonly PropertyProblem[] } }> {
  const object = propertiesOf(call.input(...PROPERTY_KINDS))
  const values = call.request.propertyValues.map(({ tag, value }) => [tag, value] as const)
  return { body: { propertyProblems: await object.setProperties(values, { replicate }) } }
}

/** RopDeleteProperties and RopDeletePropertiesNoReplicate: [MS-OXCPRPT] 3.2.5.5. */
async function remove(
  call: RopCall<typeof deleteProperties>,
  replicate: boolean,
): Promise<{ readonly body: { readonly propertyProblems: readonly PropertyProblem[] } }> {
  const object = propertiesOf(call.input(...PROPERTY_KINDS))
  return {
    body: { propertyProblems: await object.deleteProperties(call.request.propertyTags, { replicate }) },
  }
}

/** RopQueryNamedProperties: [MS-OXCPRPT] 3.2.5.6. */
async function queryNamed(
  call: RopCall<typeof queryNamedProperties>,
): Promise<Outcome<typeof queryNamedProperties>> {
  const object = propertiesOf(call.input(...PROPERTY_KINDS))
  const { queryFlags, propertyGuid } = call.request
  const withoutStrings = (queryFlags & QueryNamedPropertiesFlags.NoStrings) !== 0
  const withoutIds = (queryFlags & QueryNamedPropertiesFlags.NoIds) !== 0
  if (withoutStrings && withoutIds) return { body: { propertyIds: [], propertyNames: [] } }
  const query: NamedPropertyQuery = {
    ...(withoutStrings ? { omit: 'strings' } : withoutIds ? { omit: 'ids' } : {}),
    ...(propertyGuid === undefined ? {} : { set: propertyGuid }),
  }
  const names = await object.queryNamedProperties(query)
  return {
    body: { propertyIds: names.map(({ id }) => id), propertyNames: names.map(({ name }) => name) },
  }
}

/** RopGetPropertyIdsFromNames: [MS-OXCPRPT] 3.2.5.9. No names at all ask for all that are mapped. */
async function idsFromNames(
  call: RopCall<typeof getPropertyIdsFromNames>,
): Promise<Outcome<typeof getPropertyIdsFromNames>> {
  const object = call.input(...PROPERTY_KINDS)
  const { store } = call.logon
  const { flags, propertyNames } = call.request
  call.requireFlags(flags, PropertyIdsFromNamesFlags.Create)
  if (propertyNames.length === 0) {
    if (object.kind !== 'logon') throw new MapiError(ErrorCode.InvalidParameter)
    const names = await store.queryNamedProperties()
    return { body: { propertyIds: names.map(({ id }) => id) } }
  }
  const names = propertyNames.filter((name) => name !== undefined)
  if (names.length !== propertyNames.length) throw new MapiError(ErrorCode.InvalidParameter)
  const create = (flags & PropertyIdsFromNamesFlags.Create) !== 0
  const propertyIds = await store.getPropertyIds(names, { create })
  return { body: { propertyIds } }
}

/** RopGetNamesFromPropertyIds: [MS-OXCPRPT] 3.2.5.10. */
async function namesFromIds(
  call: RopCall<typeof getNamesFromPropertyIds>,
): Promise<Outcome<typeof getNamesFromPropertyIds>> {
  call.input(...PROPERTY_KINDS)
  return { body: { propertyNames: await call.logon.store.getPropertyNames(call.request.propertyIds) } }
}

/**
 * What CopyFlags ask for. Move copies all the same: Exchange removes nothing from the source since 2010 (RopCopyProperties)
 * and 2013 (RopCopyTo). Throws `InvalidParameter` for unknown bits and for Move with NoOverwrite ([MS-OXCPRPT] 2.2.10.1,
 * 2.2.11.1, 3.2.5.7, 3.2.5.8).
 */
function copyOptions(call: RopCall, copyFlags: number): CopyOptions {
  call.requireFlags(copyFlags, COPY_FLAGS)
  if (copyFlags === COPY_FLAGS) throw new MapiError(ErrorCode.InvalidParameter)
  return { noOverwrite: (copyFlags & CopyPropertiesFlags.NoOverwrite) !== 0 }
}

/** Nothing is copied onto itself. */
function requireAnother(source: ServerObject, destination: ServerObject): void {
  if (source === destination) throw new MapiError(ErrorCode.AccessDenied)
}

/** RopCopyProperties: [MS-OXCPRPT] 3.2.5.8. */
async function copySome(call: RopCall<typeof copyProperties>): Promise<Outcome<typeof copyProperties>> {
  const source = call.input('folder', 'message', 'attachment')
  const destination = call.destination('folder', 'message', 'attachment')
  const { copyFlags, propertyTags } = call.request
  const options = copyOptions(call as unknown as RopCall, copyFlags)
  const isMove = (copyFlags & CopyPropertiesFlags.Move) !== 0
  if (source.kind !== destination.kind || (isMove && source.kind === 'folder')) {
    throw new MapiError(ErrorCode.NotSupported)
  }
  requireAnother(source, destination)
  const propertyProblems = await propertiesOf(source).copyProperties(
    propertiesOf(destination),
    propertyTags,
    options,
  )
  return { body: { propertyProblems } }
}

/** RopCopyTo: [MS-OXCPRPT] 3.2.5.7. */
async function copyAll(call: RopCall<typeof copyTo>): Promise<Outcome<typeof copyTo>> {
  const source = call.input('folder', 'message', 'attachment')
  const destination = call.destination('folder', 'message', 'attachment')
  const { copyFlags, excludedTags, wantSubObjects } = call.request
  const options = copyOptions(call as unknown as RopCall, copyFlags)
  if (source.kind !== destination.kind) throw new MapiError(ErrorCode.NotSupported)
  // [MS-OXCPRPT] 3.2.5.8, note 10: neither may be a public folder, since Exchange 2013.
  if (source.kind === 'folder' && (call.logon.isPublic || call.destinationLogon.isPublic)) {
    throw new MapiError(ErrorCode.NotSupported)
  }
  requireAnother(source, destination)
  const propertyProblems = await propertiesOf(source).copyTo(propertiesOf(destination), {
    ...options,
    exclude: excludedTags,
    subObjects: wantSubObjects,
  })
  return { body: { propertyProblems } }
}

export const propertyHandlers = [
  handler(getPropertiesSpecific, getSpecific),
  handler(getPropertiesAll, getAll),
  // RopGetPropertiesList: [MS-OXCPRPT] 3.2.5.3
  handler(getPropertiesList, async (call) => ({
    body: { propertyTags: await propertiesOf(call.input(...PROPERTY_KINDS)).getPropertyTags() },
  })),
  handler(setProperties, (call) => set(call, true)),
  handler(setPropertiesNoReplicate, (call) => set(call as unknown as RopCall<typeof setProperties>, false)),
  handler(deleteProperties, (call) => remove(call, true)),
  handler(deletePropertiesNoReplicate, (call) =>
    remove(call as unknown as RopCall<typeof deleteProperties>, false),
  ),
  handler(queryNamedProperties, queryNamed),
  handler(getPropertyIdsFromNames, idsFromNames),
  handler(getNamesFromPropertyIds, namesFromIds),
  handler(copyProperties, copySome),
  handler(copyTo, copyAll),
  // RopProgress: [MS-OXCPRPT] 3.2.5.19. All operations are finished when they are answered, so none is in progress.
  handler(progress, async (call) => {
    call.input('logon', 'folder', 'message', 'attachment')
    throw new MapiError(ErrorCode.NotSupported)
  }),
]
