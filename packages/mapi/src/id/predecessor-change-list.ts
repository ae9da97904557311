import { type Codec, custom } from '../bytes/codec.ts'
import { decodeWith, encodeWith } from '../bytes/codec-io.ts'
import { DecodeError, rethrowWithin } from '../bytes/decode-error.ts'
import { compareGuids } from './compare-bytes.ts'
import { compareLocalIds, compareXids, sizedXid, type Xid } from './xid.ts'

declare const pclBrand: unique symbol

/**
 * Predecessor change list, PCL ([MS-OXCFXICS] 2.2.2.3): which changes have gone into a version of an
 * object. A change number stands for all earlier ones of its namespace, so one XID per namespace is
 * kept, sorted by the bytes of the namespace GUID. Immutable; made by {@link makePcl} and its kin.
 */
export type PredecessorChangeList = readonly Xid[] & { readonly [pclBrand]: true }

/** The PCL of an object that has no changes. */
export const EMPTY_PCL: PredecessorChangeList = sealed([])

function sealed(xids: readonly Xid[]): PredecessorChangeList {
  return xids as PredecessorChangeList
}

/** A PCL of the latest change of each namespace among `xids`, which may come in any order. */
export function makePcl(xids: Iterable<Xid>): PredecessorChangeList {
  const sorted = [...xids].sort(compareXids)
  return sealed(sorted.filter((xid, i) => xid.namespaceGuid !== sorted[i + 1]?.namespaceGuid))
}

/** The PCL after a change: `pcl` merged with the XID of the new change number ([MS-OXCFXICS] 3.1.5.3). */
export function addToPcl(pcl: PredecessorChangeList, change: Xid): PredecessorChangeList {
  return mergePcls(pcl, sealed([change]))
}

/**
 * The least PCL that includes both: what the version that results from resolving a conflict carries
 * ([MS-OXCFXICS] 3.1.5.6.2).
 */
export function mergePcls(a: PredecessorChangeList, b: PredecessorChangeList): PredecessorChangeList {
  const merged: Xid[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const ours = a[i]!
    const theirs = b[j]!
    const order = compareGuids(ours.namespaceGuid, theirs.namespaceGuid)
    if (order < 0) merged.push(ours)
    else if (order > 0) merged.push(theirs)
    else merged.push(compareLocalIds(ours.localId, theirs.localId) >= 0 ? ours : theirs)
    if (order <= 0) i += 1
    if (order >= 0) j += 1
  }
  return sealed([...merged, ...a.slice(i), ...b.slice(j)])
}

/**
 * Whether `a` includes or equals `b`: for every XID in `b`, `a` has one of the same namespace with the
 * same or a greater local ID ([MS-OXCFXICS] 3.1.5.6.1).
 */
export function pclIncludes(a: PredecessorChangeList, b: PredecessorChangeList): boolean {
  let i = 0
  for (const theirs of b) {
    while (i < a.length && compareGuids(a[i]!.namespaceGuid, theirs.namespaceGuid) < 0) i += 1
    const ours = a[i]
    if (ours?.namespaceGuid !== theirs.namespaceGuid) return false
    if (compareLocalIds(ours.localId, theirs.localId) < 0) return false
  }
  return true
}

/** Whether the change `change` has gone into a version with this PCL. */
export function pclIncludesChange(pcl: PredecessorChangeList, change: Xid): boolean {
  return pclIncludes(pcl, sealed([change]))
}

/** How a version stands to another one of the same object. */
export type PclOrder = 'equal' | 'newer' | 'older' | 'conflict'

/**
 * Conflict detection ([MS-OXCFXICS] 3.1.5.6.1): how the version with the PCL `a` stands to the one with
 * `b`. When `a` is being synchronized to the replica of `b`: `newer` replaces `b`, `older` and `equal`
 * are ignored, a `conflict` is to be resolved.
 */
export function comparePcls(a: PredecessorChangeList, b: PredecessorChangeList): PclOrder {
  const includes = pclIncludes(a, b)
  const isIncluded = pclIncludes(b, a)
  if (includes) return isIncluded ? 'equal' : 'newer'
  return isIncluded ? 'older' : 'conflict'
}

/**
 * A PCL that ends where the buffer does ([MS-OXCFXICS] 2.2.2.3). Read in any order; two XIDs of one
 * namespace leave the greater, and are an error when their local IDs differ in length (2.2.2.2).
 */
export const predecessorChangeList: Codec<PredecessorChangeList> = custom(
  'PredecessorChangeList',
  0,
  (reader) => {
    const start = reader.offset
    const xids: Xid[] = []
    try {
      while (reader.remaining > 0) xids.push(sizedXid.decode(reader))
      const sorted = xids.sort(compareXids)
      for (let i = 1; i < sorted.length; i++) checkLengths(sorted[i - 1]!, sorted[i]!, start)
      return makePcl(sorted)
    } catch (error) {
      rethrowWithin(error, 'PredecessorChangeList')
    }
  },
  (writer, value) => {
    for (const xid of value) sizedXid.encode(writer, xid)
  },
)

function checkLengths(a: Xid, b: Xid, offset: number): void {
  if (a.namespaceGuid === b.namespaceGuid && a.localId.length !== b.localId.length) {
    throw new DecodeError(`local IDs of different lengths in namespace ${a.namespaceGuid}`, offset)
  }
}

/** Reads the value of PidTagPredecessorChangeList. Throws `DecodeError`. */
export function decodePcl(bytes: Uint8Array): PredecessorChangeList {
  return decodeWith(predecessorChangeList, bytes)
}

/** The value of PidTagPredecessorChangeList. */
export function encodePcl(pcl: PredecessorChangeList): Uint8Array<ArrayBuffer> {
  return encodeWith(predecessorChangeList, pcl)
}
