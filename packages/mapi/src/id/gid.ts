import { type CodecValue, guid, struct } from '../bytes/codec.ts'
import { decodeWith, encodeWith } from '../bytes/codec-io.ts'
import type { Guid } from '../bytes/guid.ts'
import { globcnt } from './globcnt.ts'
import { globcntOf, makeId } from './object-id.ts'

/** Bytes that a Global Identifier takes. */
export const GID_SIZE = 22

/**
 * Global Identifier ([MS-OXCDATA] 2.2.1.3), 22 bytes: what a folder, message or change number is called
 * outside of the mailbox whose REPLIDs its short form uses. The form of PidTagSourceKey,
 * PidTagParentSourceKey and, for changes made by the server, PidTagChangeKey.
 */
export const gid = struct('GID', { databaseGuid: guid, globalCounter: globcnt })
export type Gid = CodecValue<typeof gid>

/** Reads the 22 bytes of a GID, e.g. a source key. Throws `DecodeError`. */
export function decodeGid(bytes: Uint8Array): Gid {
  return decodeWith(gid, bytes)
}

/** The 22 bytes of a GID. */
export function encodeGid(value: Gid): Uint8Array<ArrayBuffer> {
  return encodeWith(gid, value)
}

/** The GID of a Folder ID, Message ID or change number, given the GUID that its REPLID stands for. */
export function idToGid(id: bigint, replguid: Guid): Gid {
  return { databaseGuid: replguid, globalCounter: globcntOf(id) }
}

/** The Folder ID, Message ID or change number of a GID, given the REPLID that its GUID is mapped to. */
export function gidToId(value: Gid, replid: number): bigint {
  return makeId(replid, value.globalCounter)
}
