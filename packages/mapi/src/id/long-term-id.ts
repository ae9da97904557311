import { type CodecValue, guid, reserved, struct, u16 } from '../bytes/codec.ts'
import type { Guid } from '../bytes/guid.ts'
import { globcnt } from './globcnt.ts'
import { globcntOf, makeId } from './object-id.ts'

/**
 * LongTermID ([MS-OXCDATA] 2.2.1.3.1), 24 bytes: a GID and two bytes of padding, written as zeros. What
 * the padding holds on reading is ignored, as [MS-OXCSTOR] 3.2.5.9 tells servers to.
 */
export const longTermId = struct('LongTermID', {
  databaseGuid: guid,
  globalCounter: globcnt,
  pad: reserved(u16),
})
export type LongTermId = CodecValue<typeof longTermId>

/** The LongTermID of a Folder ID, Message ID or change number, given the GUID its REPLID stands for. */
export function idToLongTermId(id: bigint, replguid: Guid): LongTermId {
  return { databaseGuid: replguid, globalCounter: globcntOf(id) }
}

/** The Folder ID, Message ID or change number of a LongTermID, given the REPLID its GUID is mapped to. */
export function longTermIdToId(value: LongTermId, replid: number): bigint {
  return makeId(replid, value.globalCounter)
}
