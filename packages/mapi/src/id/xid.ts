import type { ByteReader } from '../bytes/byte-reader.ts'
import { type ByteWriter, EncodeError } from '../bytes/byte-writer.ts'
import { type Codec, custom } from '../bytes/codec.ts'
import { decodeWith, encodeWith } from '../bytes/codec-io.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'
import type { Guid } from '../bytes/guid.ts'
import { compareBytes, compareGuids } from './compare-bytes.ts'
import type { Gid } from './gid.ts'
import { GLOBCNT_SIZE, readGlobcnt, writeGlobcnt } from './globcnt.ts'

const GUID_SIZE = 16
const MAX_LOCAL_ID_SIZE = 8
const MIN_XID_SIZE = GUID_SIZE + 1
const MAX_XID_SIZE = GUID_SIZE + MAX_LOCAL_ID_SIZE

/**
 * External identifier ([MS-OXCFXICS] 2.2.2.2). A GID is one whose local ID is the six bytes of a
 * GLOBCNT; foreign identifiers, which clients give, have another length (3.3.5.2.3).
 */
export interface Xid {
  /** The namespace within which {@link localId} means something. */
  readonly namespaceGuid: Guid
  /** One to eight bytes. */
  readonly localId: Uint8Array
}

/** An XID that ends where the buffer does: its size is known only from what surrounds it. */
export const xid: Codec<Xid> = custom(
  'XID',
  MIN_XID_SIZE,
  (reader) => readXid(reader, reader.remaining),
  writeXid,
)

/** SizedXid ([MS-OXCFXICS] 2.2.2.3.1): an XID after its size in one byte. */
export const sizedXid: Codec<Xid> = custom(
  'SizedXid',
  1 + MIN_XID_SIZE,
  (reader) => {
    const at = reader.offset
    const size = reader.u8()
    if (size < MIN_XID_SIZE || size > MAX_XID_SIZE) reader.fail(`an XID of ${size} bytes`, at)
    return readXid(reader, size)
  },
  (writer, value) => {
    writer.u8(GUID_SIZE + value.localId.length)
    writeXid(writer, value)
  },
)

function readXid(reader: ByteReader, size: number): Xid {
  try {
    if (size < MIN_XID_SIZE || size > MAX_XID_SIZE) reader.fail(`an XID of ${size} bytes`)
    return { namespaceGuid: reader.guid(), localId: reader.copyBytes(size - GUID_SIZE) }
  } catch (error) {
    rethrowWithin(error, 'XID')
  }
}

function writeXid(writer: ByteWriter, value: Xid): void {
  const { length } = value.localId
  if (length < 1 || length > MAX_LOCAL_ID_SIZE) throw new EncodeError(`a local ID of ${length} bytes`)
  writer.guid(value.namespaceGuid)
  writer.bytes(value.localId)
}

/** Reads an XID from a value of its own, e.g. PidTagChangeKey or PidTagSourceKey. Throws `DecodeError`. */
export function decodeXid(bytes: Uint8Array): Xid {
  return decodeWith(xid, bytes)
}

/** The bytes of an XID, without its size. */
export function encodeXid(value: Xid): Uint8Array<ArrayBuffer> {
  return encodeWith(xid, value)
}

/** The GID that an XID is, or undefined for a foreign identifier. */
export function xidToGid(value: Xid): Gid | undefined {
  if (value.localId.length !== GLOBCNT_SIZE) return undefined
  return { databaseGuid: value.namespaceGuid, globalCounter: readGlobcnt(value.localId) }
}

/** A GID as an XID. */
export function gidToXid(value: Gid): Xid {
  const localId = new Uint8Array(GLOBCNT_SIZE)
  writeGlobcnt(value.globalCounter, localId)
  return { namespaceGuid: value.databaseGuid, localId }
}

/**
 * Orders local IDs of one namespace: later ones are greater, byte by byte. All of a namespace must have
 * one length ([MS-OXCFXICS] 2.2.2.2); should they not, the longer is the greater.
 */
export function compareLocalIds(a: Uint8Array, b: Uint8Array): number {
  return a.length - b.length || compareBytes(a, b)
}

/** Orders XIDs by the bytes of their namespace, then by their local ID. */
export function compareXids(a: Xid, b: Xid): number {
  return compareGuids(a.namespaceGuid, b.namespaceGuid) || compareLocalIds(a.localId, b.localId)
}
