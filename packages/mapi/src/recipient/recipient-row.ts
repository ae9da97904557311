import {
  type ByteReader,
  type Codec,
  custom,
  EncodeError,
  latin1z,
  sizedBytes,
  struct,
  u8,
  u16,
  utf16z,
  when,
} from '../bytes/index.ts'
import type { Columns } from '../property/row.ts'
import { type RowCodec, rowCodec } from '../property/row-codec.ts'
import type { Cell } from '../property/value.ts'

/** Bits of RecipientFlags ([MS-OXCDATA] 2.8.3.1), the field read as a little-endian number. */
export const RecipientFlag = {
  /** Type: mask of the three bits that hold one of {@link RecipientAddressType}. */
  AddressTypeMask: 0x0007,
  /** E: EmailAddress is there. */
  EmailAddress: 0x0008,
  /** D: DisplayName is there. */
  DisplayName: 0x0010,
  /** T: TransmittableDisplayName is there. */
  TransmittableDisplayName: 0x0020,
  /** S: the transmittable display name is the same as the display name. */
  SameAsDisplayName: 0x0040,
  /** R: another transport is responsible for the delivery. */
  Responsible: 0x0080,
  /** N: the recipient cannot take rich text. */
  NonRich: 0x0100,
  /** U: the strings are Unicode, else 8-bit. */
  Unicode: 0x0200,
  /** I: SimpleDisplayName is there. */
  SimpleDisplayName: 0x0400,
  /** O: with `NoType`, AddressType is there. */
  OtherAddressType: 0x8000,
} as const

/** Type of RecipientFlags ([MS-OXCDATA] 2.8.3.1). */
export const RecipientAddressType = {
  NoType: 0x0,
  X500DN: 0x1,
  MsMail: 0x2,
  SMTP: 0x3,
  Fax: 0x4,
  ProfessionalOfficeSystem: 0x5,
  PersonalDistributionList1: 0x6,
  PersonalDistributionList2: 0x7,
} as const

/** DisplayType of a recipient of type X500DN ([MS-OXCDATA] 2.8.3.2), the same as PidTagDisplayType. */
export const RecipientDisplayType = {
  MessagingUser: 0x00,
  DistributionList: 0x01,
  /** A bulletin board or public folder. */
  Forum: 0x02,
  /** An automated agent. */
  Agent: 0x03,
  /** An alias within the organization. */
  Organization: 0x04,
  PrivateDistributionList: 0x05,
  /** Of another organization. */
  RemoteMessagingUser: 0x06,
} as const

/** A recipient as the ROPs of messages carry it ([MS-OXCDATA] 2.8.3.2). `flags` says which fields there are. */
export interface RecipientRow {
  /** Bits of {@link RecipientFlag}. */
  readonly flags: number
  /**
   * X500DN only: how many characters of the session's DN prefix (DnPrefix of the Connect response) stand before
   * `x500Dn`.
   */
  readonly addressPrefixUsed?: number | undefined
  /** X500DN only: one of {@link RecipientDisplayType}. */
  readonly displayType?: number | undefined
  /** X500DN only: the distinguished name, but for the prefix. */
  readonly x500Dn?: string | undefined
  /** Personal distribution lists only. */
  readonly entryId?: Uint8Array | undefined
  /** Personal distribution lists only. */
  readonly searchKey?: Uint8Array | undefined
  /** With `OtherAddressType` only. */
  readonly addressType?: string | undefined
  readonly emailAddress?: string | undefined
  readonly displayName?: string | undefined
  readonly simpleDisplayName?: string | undefined
  readonly transmittableDisplayName?: string | undefined
  /** RecipientProperties: a cell for each of the first columns; RecipientColumnCount is how many these are. */
  readonly properties: readonly Cell[]
}

interface WithFlags {
  readonly flags: number
}

function addressType({ flags }: WithFlags): number {
  return flags & RecipientFlag.AddressTypeMask
}

function isX500(row: WithFlags): boolean {
  return addressType(row) === RecipientAddressType.X500DN
}

function isList(row: WithFlags): boolean {
  return addressType(row) >= RecipientAddressType.PersonalDistributionList1
}

function isOther(row: WithFlags): boolean {
  return (
    addressType(row) === RecipientAddressType.NoType && (row.flags & RecipientFlag.OtherAddressType) !== 0
  )
}

/** A string in the width that the U flag says. */
const text: Codec<string> = custom(
  'RecipientString',
  1,
  (reader, parent) => textCodec(parent as WithFlags).decode(reader),
  (writer, value, parent) => textCodec(parent as WithFlags).encode(writer, value),
)

function textCodec({ flags }: WithFlags): Codec<string> {
  return flags & RecipientFlag.Unicode ? utf16z : latin1z
}

function textIf(flag: number): Codec<string | undefined> {
  return when((row: WithFlags) => (row.flags & flag) !== 0, text)
}

/** RecipientColumnCount and RecipientProperties. */
function propertiesCodec(columns: Columns): Codec<readonly Cell[]> {
  // Rows nearly always have all columns.
  const all = rowCodec(columns)
  function codecFor(count: number): RowCodec {
    return count === columns.length ? all : rowCodec(columns.slice(0, count))
  }
  return custom<readonly Cell[]>(
    'RecipientProperties',
    3,
    (reader: ByteReader) => {
      const at = reader.offset
      const count = reader.u16()
      if (count > columns.length) reader.fail(`${count} of ${columns.length} recipient columns`, at)
      return codecFor(count).decode(reader)
    },
    (writer, cells) => {
      if (cells.length > columns.length) {
        throw new EncodeError(`${cells.length} cells for ${columns.length} recipient columns`)
      }
      writer.u16(cells.length)
      codecFor(cells.length).encode(writer, cells)
    },
  )
}

/**
 * RecipientRow structure ([MS-OXCDATA] 2.8.3.2), without the size that ROPs put before it. `columns` are the
 * RecipientColumns of the ROP.
 */
export function recipientRowCodec(columns: Columns): Codec<RecipientRow> {
  return struct('RecipientRow', {
    flags: u16,
    addressPrefixUsed: when(isX500, u8),
    displayType: when(isX500, u8),
    x500Dn: when(isX500, latin1z),
    entryId: when(isList, sizedBytes(u16)),
    searchKey: when(isList, sizedBytes(u16)),
    addressType: when(isOther, latin1z),
    emailAddress: textIf(RecipientFlag.EmailAddress),
    displayName: textIf(RecipientFlag.DisplayName),
    simpleDisplayName: textIf(RecipientFlag.SimpleDisplayName),
    transmittableDisplayName: textIf(RecipientFlag.TransmittableDisplayName),
    properties: propertiesCodec(columns),
  })
}
