import { ByteWriter } from '../bytes/byte-writer.ts'
import { type Guid, guidBytes } from '../bytes/guid.ts'
import { encodeGid, type Gid } from './gid.ts'

/**
 * The search key of an address ([MS-OXOABK] 2.2.3.5, [MS-OXCPRPT] 2.2.1.9): address type, colon and
 * address in upper case, null-terminated, e.g. `SMTP:USER@EXAMPLE.COM`. Two recipients with the same
 * key are the same. Characters beyond ASCII are written in UTF-8.
 */
export function addressSearchKey(addressType: string, emailAddress: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${addressType}:${emailAddress}`.toUpperCase().concat('\0'))
}

/**
 * The address type and address that the search key of an address holds, in upper case; undefined for
 * keys of another kind, such as the sixteen random bytes of a message's.
 */
export function parseAddressSearchKey(
  key: Uint8Array,
): { readonly addressType: string; readonly emailAddress: string } | undefined {
  const text = new TextDecoder().decode(key)
  const parts = /^([^\0:]+):([^\0]*)\0$/.exec(text)
  return parts ? { addressType: parts[1]!, emailAddress: parts[2]! } : undefined
}

/**
 * The search key of a new message or attachment ([MS-OXCPRPT] 2.2.1.9): sixteen bytes that are unique,
 * for which a new GUID serves. Copies keep the key of their original.
 */
export function messageSearchKey(unique: Guid): Uint8Array {
  return guidBytes(unique)
}

/** The record key of a store ([MS-OXCPRPT] 2.2.1.8): the sixteen bytes of its GUID. */
export function storeRecordKey(storeGuid: Guid): Uint8Array {
  return guidBytes(storeGuid)
}

/**
 * The record key of a folder or message ([MS-OXCPRPT] 2.2.1.8): the 22 bytes of its GID. That of an
 * address book entry is its permanent entry ID ([MS-OXOABK] 2.2.3.4).
 */
export function objectRecordKey(id: Gid): Uint8Array<ArrayBuffer> {
  return encodeGid(id)
}

/**
 * PidTagInstanceKey of a row in a contents or hierarchy table: tells apart all rows of the table, those
 * included that a multivalue instance column makes of one message. Only the server reads it.
 *
 * @param folderId Folder ID
 * @param messageId Message ID, 0 in hierarchy tables
 * @param instance PidTagInstanceNum, 0 without a multivalue instance column
 */
export function tableInstanceKey(
  folderId: bigint,
  messageId: bigint,
  instance: number,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(20)
  writer.i64(folderId)
  writer.i64(messageId)
  writer.u32(instance)
  return writer.finish()
}

/** PidTagInstanceKey of a row in an address book table ([MS-OXOABK] 2.2.3.6): its Minimal Entry ID. */
export function addressBookInstanceKey(minimalEntryId: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(4)
  writer.u32(minimalEntryId)
  return writer.finish()
}
