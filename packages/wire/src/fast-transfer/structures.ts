import { formatTag, gid, isNamedTag, longTermId, type PropertyName, type PropertyTag } from '@bourse/mapi'
import {
  type Codec,
  type CodecValue,
  constant,
  counted,
  custom,
  EncodeError,
  latin1z,
  repeated,
  reserved,
  reservedBytes,
  rethrowWithin,
  struct,
  u16,
  u32,
  u64,
} from '@bourse/mapi/bytes'

/** ProgressInformation ([MS-OXCFXICS] 2.2.2.7): how much is to come. Sizes are approximate, in bytes. */
export const progressInformation = struct('ProgressInformation', {
  version: constant(u16, 0),
  padding1: reserved(u16),
  faiMessageCount: u32,
  faiMessageTotalSize: u64,
  normalMessageCount: u32,
  padding2: reserved(u32),
  normalMessageTotalSize: u64,
})
export type ProgressInformation = CodecValue<typeof progressInformation>

/** A property of a property group: its tag, and its name if it is a named property. */
export interface GroupProperty {
  readonly tag: PropertyTag<unknown>
  readonly name?: PropertyName
}

/** Kinds of [MS-OXCFXICS] 2.2.2.8.1.1. */
const KIND_LID = 0
const KIND_NAME = 1

/** PropertyTag, followed by a GroupPropertyName ([MS-OXCFXICS] 2.2.2.8.1.1) if it is that of a named property. */
export const groupProperty: Codec<GroupProperty> = custom(
  'GroupProperty',
  4,
  (reader): GroupProperty => {
    const tag = reader.u32() as PropertyTag<unknown>
    if (!isNamedTag(tag)) return { tag }
    try {
      const set = reader.guid()
      const at = reader.offset
      const kind = reader.u32()
      if (kind === KIND_LID) return { tag, name: { kind: 'lid', set, lid: reader.u32() } }
      if (kind !== KIND_NAME) reader.fail(`unknown kind of name ${kind}`, at)
      const text = reader.utf16(reader.u32())
      // Some write a terminator, which the size counts.
      return { tag, name: { kind: 'name', set, name: text.split('\0', 1)[0]! } }
    } catch (error) {
      return rethrowWithin(error, 'GroupPropertyName', formatTag(tag))
    }
  },
  (writer, { tag, name }) => {
    writer.u32(tag)
    if (!isNamedTag(tag)) return
    if (name === undefined) throw new EncodeError(`named property ${formatTag(tag)} without a name`)
    writer.guid(name.set)
    if (name.kind === 'lid') {
      writer.u32(KIND_LID)
      writer.u32(name.lid)
    } else {
      if (name.name.includes('\0')) throw new EncodeError(`a null in the name of property ${formatTag(tag)}`)
      writer.u32(KIND_NAME)
      writer.u32(name.name.length * 2)
      writer.utf16(name.name)
    }
  },
)

/** PropertyGroupInfo ([MS-OXCFXICS] 2.2.2.8): which properties belong together. */
export const propertyGroupInfo = struct('PropertyGroupInfo', {
  /** Names the mapping within the stream. */
  groupId: u32,
  reserved: reserved(u32),
  /** PropertyGroup structures (2.2.2.8.1); the position of a group is its index. */
  groups: counted(u32, counted(u32, groupProperty)),
})
export type PropertyGroupInfo = CodecValue<typeof propertyGroupInfo>

/** FolderReplicaInfo ([MS-OXCFXICS] 2.2.2.9): where the contents of a public folder are. */
export const folderReplicaInfo = struct('FolderReplicaInfo', {
  flags: reserved(u32),
  depth: reserved(u32),
  folderLongTermId: longTermId,
  serverDnCount: u32,
  /** How many of the servers, from the first on, are the cheapest to reach; at most serverDnCount. */
  cheapServerDnCount: u32,
  /** The distinguished names of the servers. */
  serverDns: repeated((info: { readonly serverDnCount: number }) => info.serverDnCount, latin1z),
})
export type FolderReplicaInfo = CodecValue<typeof folderReplicaInfo>

/** Bytes before what AuxBytesOffset points to. */
const ERROR_INFO_SIZE = 88

/**
 * ExtendedErrorInfo ([MS-OXCFXICS] 2.2.2.10): an error that the server met, and which object it met it at. A GID
 * of zeros stands for none.
 */
export const extendedErrorInfo = struct('ExtendedErrorInfo', {
  version: constant(u16, 0),
  padding1: reserved(u16),
  /** An error code of [MS-OXCDATA] 2.4. */
  errorCode: u32,
  folderGid: gid,
  padding2: reserved(u16),
  messageGid: gid,
  padding3: reserved(u16),
  reserved: reservedBytes(24),
  /** AuxBytesCount, AuxBytesOffset and AuxBytes: what the server knows more, for its makers. */
  auxBytes: custom<Uint8Array>(
    'AuxBytes',
    8,
    (reader) => {
      const start = reader.offset - (ERROR_INFO_SIZE - 8)
      const count = reader.u32()
      const at = reader.offset
      const offset = reader.u32()
      if (count === 0) {
        reader.take(reader.remaining)
        return new Uint8Array(0)
      }
      if (offset < ERROR_INFO_SIZE) reader.fail(`AuxBytes at ${offset}, within the structure`, at)
      reader.take(start + offset - reader.offset)
      const bytes = reader.copyBytes(count)
      reader.take(reader.remaining)
      return bytes
    },
    (writer, bytes) => {
      writer.u32(bytes.length)
      writer.u32(ERROR_INFO_SIZE)
      writer.bytes(bytes)
    },
  ),
})
export type ExtendedErrorInfo = CodecValue<typeof extendedErrorInfo>
