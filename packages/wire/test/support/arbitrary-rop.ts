/** Random requests and responses of every ROP. Importing it registers values for all hand-written layouts of ROPs. */
import {
  type Cell,
  type Columns,
  cellType,
  isKnownType,
  PropertyError,
  type PropertyName,
  type PropertyTag,
  PtypBinary,
  PtypInteger32,
  PtypMultipleString,
  PtypNull,
  PtypString,
  PtypString8,
  PtypTime,
  PtypUnspecified,
  propertyTag,
  type ServerId,
  tagType,
  type Xid,
} from '@bourse/mapi'
import type { Codec } from '@bourse/mapi/bytes'
import fc, { type Arbitrary } from 'fast-check'
import {
  arbitraryBytes,
  arbitraryCell,
  arbitraryGuid,
  arbitraryI64,
  arbitraryOf,
  arbitraryRestriction,
  arbitraryString,
  arbitraryString8,
  arbitraryU32,
  MAX_ITEMS,
  registerArbitrary,
  registerDependentArbitrary,
} from '../../../mapi/test/support/arbitrary.ts'
import {
  getPropertiesSpecific,
  getReceiveFolderTable,
  modifyRecipientRow,
  openRecipientRow,
  RECEIVE_FOLDER_COLUMNS,
  type ResponseContext,
  type RopDefinition,
  readRecipients,
  StringType,
} from '../../src/rop/index.ts'
import './arbitrary-notification.ts'

// ---------------------------------------------------------------------------------------------------
// Layouts written by hand

registerArbitrary<ServerId>(
  'ServerId',
  fc.oneof(
    fc.record({
      ours: fc.constant(true as const),
      folderId: arbitraryI64,
      messageId: arbitraryI64,
      instance: arbitraryU32,
    }),
    fc.record({ ours: fc.constant(false as const), data: arbitraryBytes() }),
  ),
)

/** At most 126 characters fit ([MS-OXCDATA] 2.6.1). */
const propertyNameText = arbitraryString
registerArbitrary<PropertyName | undefined>(
  'PropertyName',
  fc.oneof(
    fc.record({ kind: fc.constant('lid' as const), set: arbitraryGuid, lid: arbitraryU32 }),
    fc.record({ kind: fc.constant('name' as const), set: arbitraryGuid, name: propertyNameText }),
    fc.constant(undefined),
  ),
)

const xid: Arbitrary<Xid> = fc.record({ namespaceGuid: arbitraryGuid, localId: arbitraryBytes(1, 8) })
registerArbitrary('XID', xid)
registerArbitrary('SizedXid', xid)

registerArbitrary('Restriction', () => arbitraryRestriction())

// Both forms can hold it.
registerArbitrary('UnicodeOrString8', arbitraryString8)
registerArbitrary('RecipientString', arbitraryString8)
registerArbitrary('SizedString8', arbitraryString8)

registerArbitrary(
  'TypedString',
  fc.oneof(
    fc.record({ type: fc.constantFrom(StringType.none, StringType.empty), text: fc.constant('') }),
    fc.record({
      type: fc.constantFrom(StringType.string8, StringType.reducedUnicode),
      text: arbitraryString8,
    }),
    fc.record({ type: fc.constant(StringType.unicode), text: arbitraryString }),
  ),
)

// ---------------------------------------------------------------------------------------------------
// Rows

/** Columns of many kinds for the rows of tables and recipients. */
export const COLUMNS: Columns = [
  propertyTag(0x0037, PtypString),
  propertyTag(0x0e08, PtypInteger32),
  propertyTag(0x001a, PtypString8),
  propertyTag(0x0e06, PtypTime),
  propertyTag(0x3001, PtypUnspecified),
  propertyTag(0x0fff, PtypBinary),
  propertyTag(0x8001, PtypMultipleString),
]

/** A cell for a column, of which the type may be one that does not exist: then there is no value. */
function cellOf(tag: PropertyTag<unknown>): Arbitrary<Cell> {
  const type = cellType(tagType(tag))
  if (isKnownType(type)) return arbitraryCell(type)
  return fc.oneof(
    fc.constant(undefined),
    arbitraryU32.map((code) => new PropertyError(code)),
  )
}

function cellsOf(columns: Columns): Arbitrary<readonly Cell[]> {
  return fc.tuple(...columns.map(cellOf))
}

/** The rows of the layouts made from now on have these columns. */
function useColumns(columns: Columns): void {
  registerArbitrary('PropertyRow', cellsOf(columns))
  registerArbitrary(
    'RecipientProperties',
    fc.nat(columns.length).chain((count) => cellsOf(columns.slice(0, count))),
  )
}

function recipientRowsOf<T>(rowCodec: (columns: Columns) => Codec<T>) {
  return ({ recipientColumns }: { readonly recipientColumns: Columns }): Arbitrary<readonly T[]> => {
    // Rows of such columns do not decode.
    if (recipientColumns.some((tag) => tagType(tag) === PtypNull)) return fc.constant([])
    useColumns(recipientColumns)
    return fc.array(arbitraryOf(rowCodec(recipientColumns)), { maxLength: MAX_ITEMS })
  }
}

registerDependentArbitrary('OpenRecipientRows', recipientRowsOf(openRecipientRow))
registerDependentArbitrary('ModifyRecipientRows', recipientRowsOf(modifyRecipientRow))

// ---------------------------------------------------------------------------------------------------
// ROPs

/** Requests of a ROP, without RopId. */
export function arbitraryRequest(rop: RopDefinition): Arbitrary<unknown> {
  return arbitraryOf(rop.request)
}

/** The context in which a response to `request` is read, with columns if it needs any. */
export function contextOf(rop: RopDefinition, request: unknown): ResponseContext {
  const needsColumns = rop.section.startsWith('2.2.5.') || rop.id === readRecipients.id
  return { request, ...(needsColumns && { columns: COLUMNS }) }
}

/** Bodies of responses to a request, or `undefined` if there is none. */
export function arbitraryBody(
  rop: RopDefinition,
  returnValue: number,
  context: ResponseContext,
): Arbitrary<unknown> | undefined {
  const codec = rop.body(returnValue, context)
  if (codec === undefined) return undefined
  if (rop.id === getReceiveFolderTable.id) useColumns(RECEIVE_FOLDER_COLUMNS)
  else if (rop.id === getPropertiesSpecific.id) {
    useColumns((context.request as { propertyTags: Columns }).propertyTags)
  } else useColumns(COLUMNS)
  return arbitraryOf(codec)
}
