import {
  ByteReader,
  type ByteWriter,
  type Codec,
  custom,
  type Guid,
  rest,
  sizedBytes,
  u8,
} from '../bytes/index.ts'

/** The kinds of subproperties of PidTagExtendedFolderFlags ([MS-OXOCFG] 2.2.7.1, [MS-OXOSRCH] 2.2.2.1.2). */
export const ExtendedFolderFlagId = {
  extendedFlags: 0x01,
  searchFolderId: 0x02,
  searchFolderTag: 0x03,
  toDoFolderVersion: 0x05,
} as const

/** One subproperty of PidTagExtendedFolderFlags. */
export type ExtendedFolderFlag =
  /** How a client shows the folder. Bits that a client does not know must be kept. */
  | { readonly kind: 'extendedFlags'; readonly flags: number }
  /** The value of PidTagSearchFolderId of the search folder's definition message. */
  | { readonly kind: 'searchFolderId'; readonly id: Guid }
  /** The value of PidTagSearchFolderTag of the search folder's definition message. */
  | { readonly kind: 'searchFolderTag'; readonly tag: number }
  /** {@link TO_DO_FOLDER_VERSION}: marks the To-Do search folder. */
  | { readonly kind: 'toDoFolderVersion'; readonly version: number }
  /** One of another ID, or whose data is not of the size that its ID asks for. Must be kept. */
  | { readonly kind: 'other'; readonly id: number; readonly data: Uint8Array }

/** The version that a To-Do search folder must have ([MS-OXOCFG] 2.2.7.1). */
export const TO_DO_FOLDER_VERSION = 0x000c0000

const GUID_SIZE = 16
const INTEGER_SIZE = 4
const data = sizedBytes(u8)

const subproperty: Codec<ExtendedFolderFlag> = custom(
  'ExtendedFolderFlag',
  2,
  (reader) => interpret(reader.u8(), data.decode(reader)),
  (writer, flag) => {
    switch (flag.kind) {
      case 'extendedFlags':
        return writeInteger(writer, ExtendedFolderFlagId.extendedFlags, flag.flags)
      case 'searchFolderId':
        writer.u8(ExtendedFolderFlagId.searchFolderId)
        writer.u8(GUID_SIZE)
        return writer.guid(flag.id)
      case 'searchFolderTag':
        return writeInteger(writer, ExtendedFolderFlagId.searchFolderTag, flag.tag)
      case 'toDoFolderVersion':
        return writeInteger(writer, ExtendedFolderFlagId.toDoFolderVersion, flag.version)
      case 'other':
        writer.u8(flag.id)
        return data.encode(writer, flag.data)
    }
  },
)

/**
 * PidTagExtendedFolderFlags ([MS-OXOCFG] 2.2.7.1): a folder's subproperties, in the order in which they are
 * stored.
 */
export const extendedFolderFlagsCodec: Codec<readonly ExtendedFolderFlag[]> = rest(subproperty)

function interpret(id: number, bytes: Uint8Array): ExtendedFolderFlag {
  const reader = new ByteReader(bytes)
  if (id === ExtendedFolderFlagId.searchFolderId && bytes.length === GUID_SIZE) {
    return { kind: 'searchFolderId', id: reader.guid() }
  }
  if (bytes.length === INTEGER_SIZE) {
    switch (id) {
      case ExtendedFolderFlagId.extendedFlags:
        return { kind: 'extendedFlags', flags: reader.u32() }
      case ExtendedFolderFlagId.searchFolderTag:
        return { kind: 'searchFolderTag', tag: reader.u32() }
      case ExtendedFolderFlagId.toDoFolderVersion:
        return { kind: 'toDoFolderVersion', version: reader.u32() }
    }
  }
  return { kind: 'other', id, data: bytes }
}

function writeInteger(writer: ByteWriter, id: number, value: number): void {
  writer.u8(id)
  writer.u8(INTEGER_SIZE)
  writer.u32(value)
}
