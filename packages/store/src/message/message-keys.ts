import {
  addToPcl,
  decodePcl,
  decodeXid,
  EMPTY_PCL,
  encodePcl,
  encodeXid,
  GLOBCNT_SIZE,
  gidToXid,
  guidBytes,
  mailboxStoreEntryId,
  mergePcls,
  messageEntryId,
  privateMessageEntryId,
  publicMessageEntryId,
  publicStoreEntryId,
  storeEntryId,
  writeGlobcnt,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { gidOf } from '../folder/folder-keys.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'

/** PidTagChangeKey and PidTagPredecessorChangeList of a message. */
export interface ChangeKeys {
  readonly changeKey: Uint8Array
  readonly pcl: Uint8Array
}

/** What a change that comes from another replica says of itself ([MS-OXCFXICS] 3.1.5.3). */
export interface ForeignChange {
  readonly changeKey?: Uint8Array
  /** Merged with what the message has. */
  readonly pcl?: Uint8Array
}

/** The keys of a message after a change ([MS-OXCFXICS] 3.1.5.3). `pcl` is its predecessor change list before. */
export function keysAfter(
  mailbox: Mailbox,
  cn: number,
  pcl: Uint8Array | undefined,
  foreign: ForeignChange = {},
): ChangeKeys {
  if (foreign.changeKey === undefined && foreign.pcl === undefined) {
    const changeKey = ownChangeKey(mailbox, cn)
    const own = sizedOnly(changeKey)
    // Most messages have never been anywhere else: their list holds nothing but the last change here.
    if (pcl === undefined || hasOnlyNamespaceOf(pcl, own)) return { changeKey, pcl: own }
  }
  let merged = pcl === undefined ? EMPTY_PCL : decodePcl(pcl)
  if (foreign.pcl !== undefined) merged = mergePcls(merged, decodePcl(foreign.pcl))
  if (foreign.changeKey !== undefined) {
    return {
      changeKey: foreign.changeKey,
      pcl: encodePcl(addToPcl(merged, decodeXid(foreign.changeKey))),
    }
  }
  const change = gidToXid(gidOf(mailbox, cn))
  return { changeKey: encodeXid(change), pcl: encodePcl(addToPcl(merged, change)) }
}

const GUID_SIZE = 16
const replicaBytes = new WeakMap<Mailbox, Uint8Array>()

/** The XID of a change of the mailbox's own replica ([MS-OXCFXICS] 2.2.2.2). */
function ownChangeKey(mailbox: Mailbox, cn: number): Uint8Array {
  let replica = replicaBytes.get(mailbox)
  if (replica === undefined) {
    replica = guidBytes(mailbox.info.replicaGuid)
    replicaBytes.set(mailbox, replica)
  }
  const key = new Uint8Array(GUID_SIZE + GLOBCNT_SIZE)
  key.set(replica)
  writeGlobcnt(cn, key, GUID_SIZE)
  return key
}

/** A predecessor change list of one XID ([MS-OXCFXICS] 2.2.2.3): it after its size. */
function sizedOnly(xid: Uint8Array): Uint8Array {
  const pcl = new Uint8Array(1 + xid.length)
  pcl[0] = xid.length
  pcl.set(xid, 1)
  return pcl
}

/** Whether a list is of one XID, of the same namespace as that of another list of one. */
function hasOnlyNamespaceOf(pcl: Uint8Array, one: Uint8Array): boolean {
  if (pcl.length !== one.length) return false
  for (let i = 0; i <= GUID_SIZE; i++) if (pcl[i] !== one[i]) return false
  return true
}

/** PidTagEntryId of a message ([MS-OXCDATA] 2.2.4.2). */
export function messageEntryIdOf(mailbox: Mailbox, fid: number, mid: number): Uint8Array {
  const folder = gidOf(mailbox, fid)
  const message = gidOf(mailbox, mid)
  return encodeWith(
    messageEntryId,
    mailbox.info.kind === 'public'
      ? publicMessageEntryId(folder, message)
      : privateMessageEntryId(mailbox.info.guid, folder, message),
  )
}

/** PidTagStoreEntryId ([MS-OXCDATA] 2.2.4.3) of the objects in a mailbox. */
export function storeEntryIdOf({ info, services }: Mailbox): Uint8Array {
  return encodeWith(
    storeEntryId,
    info.kind === 'private'
      ? mailboxStoreEntryId(services.serverName, info.ownerDn)
      : publicStoreEntryId(services.serverName),
  )
}
