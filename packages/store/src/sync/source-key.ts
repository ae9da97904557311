import { decodeXid, ErrorCode, encodeGid, type Guid, MapiError, type Xid, xidToGid } from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import type { Mailbox } from '../mailbox/mailbox.ts'

/** What an object is called outside of the mailbox: by a counter of the mailbox's own replica, or by a key that only others understand. */
export type SourceKey =
  | { readonly kind: 'own'; readonly counter: number }
  | { readonly kind: 'foreign'; readonly key: Uint8Array }

/** Reads PidTagSourceKey ([MS-OXCFXICS] 2.2.1.2.5). Throws `InvalidParameter` if it is no XID. */
export function readSourceKey(mailbox: Mailbox, bytes: Uint8Array): SourceKey {
  const gid = xidToGid(readXid(bytes))
  return gid?.databaseGuid === mailbox.info.replicaGuid
    ? { kind: 'own', counter: gid.globalCounter }
    : { kind: 'foreign', key: bytes.slice() }
}

/** Reads an XID such as PidTagChangeKey. Throws `InvalidParameter`. */
export function readXid(bytes: Uint8Array): Xid {
  try {
    return decodeXid(bytes)
  } catch (error) {
    if (error instanceof DecodeError) throw new MapiError(ErrorCode.InvalidParameter, { cause: error })
    throw error
  }
}

/** PidTagSourceKey of an object that has no other key than its counter ([MS-OXCFXICS] 3.2.5.5). */
export function ownSourceKey(replicaGuid: Guid, counter: number): Uint8Array {
  return encodeGid({ databaseGuid: replicaGuid, globalCounter: counter })
}
