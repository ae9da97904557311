import { NotFound } from '../error/codes.ts'
import { PropertyBag } from '../property/bag.ts'
import type { Columns } from '../property/row.ts'
import { type PropertyTag, tagType, withType } from '../property/tag.ts'
import { PtypString, PtypString8 } from '../property/type.ts'
import { type Cell, PropertyError } from '../property/value.ts'
import {
  PidTagAddressBookDisplayNamePrintable,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagInstanceKey,
  PidTagRecipientType,
  PidTagResponsibility,
  PidTagRowid,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagTransmittableDisplayName,
} from '../tags/index.ts'
import { addAddressProperties } from './address-properties.ts'
import { addressTypeName, addressTypeNumber } from './address-type.ts'
import { RecipientAddressType, RecipientFlag, type RecipientRow } from './recipient-row.ts'
import type { RecipientType } from './recipient-type.ts'

/** One of those to whom a message goes. */
export interface Recipient {
  /** PidTagRowid: the recipient's number within its message, unsigned. */
  readonly rowId: number
  /** PidTagRecipientType; see {@link RecipientType}. */
  readonly type: RecipientType
  /** All other properties: PidTagDisplayName, PidTagAddressType, PidTagEmailAddress, PidTagEntryId … */
  readonly properties: PropertyBag
}

/** The strings that may be Unicode or 8-bit: field, the flag that announces it, property. */
const TEXT_FIELDS = [
  ['emailAddress', RecipientFlag.EmailAddress, PidTagEmailAddress],
  ['displayName', RecipientFlag.DisplayName, PidTagDisplayName],
  ['simpleDisplayName', RecipientFlag.SimpleDisplayName, PidTagAddressBookDisplayNamePrintable],
  ['transmittableDisplayName', RecipientFlag.TransmittableDisplayName, PidTagTransmittableDisplayName],
] as const

export interface RowToRecipientOptions {
  /** DnPrefix of the session's Connect response, which X500 addresses may leave out; empty by default. */
  readonly dnPrefix?: string
  /**
   * Makes text of an 8-bit string. Without it, 8-bit strings become properties of type PtypString8, but for
   * distinguished names and address types, which are ASCII.
   */
  readonly decodeString8?: (text: string) => string
}

/**
 * The properties that a recipient row stands for ([MS-OXCDATA] 2.8.3), with those that follow from its address
 * ({@link addAddressProperties}). `columns` are the RecipientColumns of the ROP.
 */
export function recipientFromRow(
  rowId: number,
  type: RecipientType,
  row: RecipientRow,
  columns: Columns,
  options: RowToRecipientOptions = {},
): Recipient {
  const { dnPrefix = '', decodeString8 } = options
  const { flags } = row
  const properties = new PropertyBag()
  const addressType = addressTypeName(flags & RecipientFlag.AddressTypeMask) ?? row.addressType
  if (addressType !== undefined) properties.set(PidTagAddressType, addressType)
  if (row.x500Dn !== undefined) {
    properties.set(PidTagEmailAddress, dnPrefix.slice(0, row.addressPrefixUsed) + row.x500Dn)
  }
  if (row.displayType !== undefined) properties.set(PidTagDisplayType, row.displayType)
  if (row.entryId !== undefined) properties.set(PidTagEntryId, row.entryId)
  if (row.searchKey !== undefined) properties.set(PidTagSearchKey, row.searchKey)
  const isUnicode = (flags & RecipientFlag.Unicode) !== 0
  function setText(tag: PropertyTag<string>, value: string): void {
    if (isUnicode) properties.set(tag, value)
    else if (decodeString8) properties.set(tag, decodeString8(value))
    else properties.set(withType<string>(tag, PtypString8), value)
  }
  for (const [field, , tag] of TEXT_FIELDS) {
    const value = row[field]
    if (value !== undefined) setText(tag, value)
  }
  if (flags & RecipientFlag.SameAsDisplayName && row.displayName !== undefined) {
    setText(PidTagTransmittableDisplayName, row.displayName)
  }
  properties.set(PidTagSendRichInfo, (flags & RecipientFlag.NonRich) === 0)
  properties.set(PidTagResponsibility, (flags & RecipientFlag.Responsible) !== 0)
  for (const [i, cell] of row.properties.entries()) {
    const isMissing = cell === undefined || (cell instanceof PropertyError && cell.code === NotFound)
    if (!isMissing) properties.setCell(columns[i]!, cell)
  }
  addAddressProperties(properties)
  return { rowId, type, properties }
}

export interface RecipientToRowOptions {
  /**
   * DnPrefix of the session, with which X500 addresses are shortened where they begin with it; empty by default,
   * which every peer understands.
   */
  readonly dnPrefix?: string
  /**
   * Makes an 8-bit string of text, for a peer without Unicode. Without it the row is 8-bit only if all its strings
   * are of type PtypString8.
   */
  readonly encodeString8?: (text: string) => string
}

/**
 * Properties that are never columns of a ROP, since recipients carry them in fields or they follow from these
 * ([MS-OXCMSG] 2.2.3.5.1), with the two names and the flag that have fields as well.
 */
const FIELD_TAGS: ReadonlySet<PropertyTag<unknown>> = new Set<PropertyTag<unknown>>([
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagInstanceKey,
  PidTagRecipientType,
  PidTagRowid,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagTransmittableDisplayName,
  PidTagAddressBookDisplayNamePrintable,
  PidTagResponsibility,
])

/**
 * The columns to send with recipients so that their properties arrive: all that have no field of their own.
 * PidTagDisplayType is among them, for only some kinds of address have a field for it.
 */
export function recipientColumns(recipients: Iterable<Recipient>): PropertyTag[] {
  const columns = new Set<PropertyTag>()
  for (const { properties } of recipients) {
    for (const tag of properties.tags()) {
      const asUnicode = tagType(tag) === PtypString8 ? withType(tag, PtypString) : tag
      if (!FIELD_TAGS.has(asUnicode)) columns.add(tag)
    }
  }
  return [...columns]
}

/**
 * The row that stands for a recipient ([MS-OXCDATA] 2.8.3): its common properties as fields, those of `columns` as
 * cells. Other properties are left out; {@link recipientColumns} gives columns for all.
 */
export function recipientToRow(
  { properties }: Recipient,
  columns: Columns,
  options: RecipientToRowOptions = {},
): RecipientRow {
  const { isUnicode, texts } = textsOf(properties, options.encodeString8)
  const fields: { -readonly [K in keyof RecipientRow]?: RecipientRow[K] } = {}
  let flags: number = isUnicode ? RecipientFlag.Unicode : 0

  const addressType = textOf(properties, PidTagAddressType)
  const known = addressTypeNumber(addressType)
  const entryId = properties.get(PidTagEntryId)
  const searchKey = properties.get(PidTagSearchKey)
  if (known === RecipientAddressType.X500DN && isAscii(texts.emailAddress)) {
    const { dnPrefix = '' } = options
    const isPrefixed = dnPrefix.length <= MAX_PREFIX && texts.emailAddress.startsWith(dnPrefix)
    fields.addressPrefixUsed = isPrefixed ? dnPrefix.length : 0
    fields.displayType = (properties.get(PidTagDisplayType) ?? 0) & 0xff
    fields.x500Dn = texts.emailAddress.slice(fields.addressPrefixUsed)
    texts.emailAddress = undefined
    flags |= known
  } else if (known >= RecipientAddressType.PersonalDistributionList1 && entryId && searchKey) {
    fields.entryId = entryId
    fields.searchKey = searchKey
    flags |= known
  } else if (known > RecipientAddressType.X500DN && known < RecipientAddressType.PersonalDistributionList1) {
    flags |= known
  } else if (addressType !== undefined) {
    fields.addressType = addressType
    flags |= RecipientFlag.OtherAddressType
  }

  if (texts.transmittableDisplayName !== undefined && texts.transmittableDisplayName === texts.displayName) {
    texts.transmittableDisplayName = undefined
    flags |= RecipientFlag.SameAsDisplayName
  }
  for (const [field, flag] of TEXT_FIELDS) {
    const value = texts[field]
    if (value === undefined) continue
    fields[field] = value
    flags |= flag
  }
  if (properties.get(PidTagSendRichInfo) === false) flags |= RecipientFlag.NonRich
  if (properties.get(PidTagResponsibility)) flags |= RecipientFlag.Responsible
  const cells = columns.map((tag): Cell => properties.cell(tag) ?? new PropertyError(NotFound))
  return { ...fields, flags, properties: cells }
}

/** What AddressPrefixUsed can say. */
const MAX_PREFIX = 0xff

type Texts = { [K in (typeof TEXT_FIELDS)[number][0]]?: string | undefined }

/** The strings of a row, all Unicode or all 8-bit. */
function textsOf(
  properties: PropertyBag,
  encodeString8: ((text: string) => string) | undefined,
): { readonly isUnicode: boolean; readonly texts: Texts } {
  const texts: Texts = {}
  let isUnicode = encodeString8 === undefined
  if (isUnicode && TEXT_FIELDS.some(([, , tag]) => properties.has(withType(tag, PtypString8)))) {
    isUnicode = TEXT_FIELDS.some(([, , tag]) => properties.has(tag))
  }
  for (const [field, , tag] of TEXT_FIELDS) {
    const text = properties.get(tag)
    texts[field] = text === undefined || isUnicode ? textOf(properties, tag) : encodeString8?.(text)
  }
  return { isUnicode, texts }
}

/** A string property in either type. */
function textOf(properties: PropertyBag, tag: PropertyTag<string>): string | undefined {
  return properties.get(tag) ?? properties.get(withType<string>(tag, PtypString8))
}

function isAscii(text: string | undefined): text is string {
  // A null would end the string in the row.
  return text !== undefined && /^\p{ASCII}*$/u.test(text) && !text.includes('\0')
}
