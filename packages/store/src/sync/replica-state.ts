import {
  decodeReplguidIdset,
  ErrorCode,
  encodeReplguidIdset,
  encodeReplidIdset,
  Globset,
  type Guid,
  Idset,
  MapiError,
  type ReplguidIdset,
  type SyncState,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import { OWN_REPLID } from '../mailbox/mailbox.ts'

/** A {@link SyncState}, taken apart. */
export interface ReplicaState {
  readonly given: ReplguidIdset
  readonly seen: ReplguidIdset
  readonly seenFai: ReplguidIdset
  readonly read: ReplguidIdset
}

/** Throws `CorruptData` if it is none. */
export function decodeState(state: SyncState): ReplicaState {
  try {
    return {
      given: decodeReplguidIdset(state.idsetGiven),
      seen: decodeReplguidIdset(state.cnsetSeen),
      seenFai: decodeReplguidIdset(state.cnsetSeenFai),
      read: decodeReplguidIdset(state.cnsetRead),
    }
  } catch (error) {
    if (error instanceof DecodeError) throw new MapiError(ErrorCode.CorruptData, { cause: error })
    throw error
  }
}

export function encodeState(state: ReplicaState): SyncState {
  return {
    idsetGiven: encodeReplguidIdset(state.given),
    cnsetSeen: encodeReplguidIdset(state.seen),
    cnsetSeenFai: encodeReplguidIdset(state.seenFai),
    cnsetRead: encodeReplguidIdset(state.read),
  }
}

/** What a set holds of one replica. */
export function partOf(set: ReplguidIdset, replica: Guid): Globset {
  return set.get(replica) ?? new Globset()
}

/** The set with its part of one replica replaced. */
export function withPart(set: ReplguidIdset, replica: Guid, part: Globset): ReplguidIdset {
  const result = new Idset<Guid>()
  for (const [other, globcnts] of set) if (other !== replica) result.addGlobset(other, globcnts)
  result.addGlobset(replica, part)
  return result
}

/** A set of counters as an IDSET with REPLIDs. */
export function replidBytes(counters: Globset): Uint8Array {
  return encodeReplidIdset(Idset.from([[OWN_REPLID, counters]]))
}
