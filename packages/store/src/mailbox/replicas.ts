import {
  ErrorCode,
  GUID_NULL,
  type Guid,
  globcntOf,
  guidBytes,
  type LongTermId,
  MapiError,
  makeId,
  replidOf,
} from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import type { Transaction } from '../storage/storage.ts'

/** The highest REPLID that can be given out ([MS-OXCSTOR] 3.2.5.9). */
const MAX_REPLID = 32_768

/** The GUID that a REPLID stands for. */
export async function replicaGuidOf(tx: Transaction, replid: number): Promise<Guid | undefined> {
  const row = await tx.get<{ guid: string }>('SELECT guid FROM replica WHERE replid = ?', replid)
  return row?.guid
}

/** The REPLID that a GUID is mapped to. */
export async function replidOfGuid(tx: Transaction, guid: Guid): Promise<number | undefined> {
  const row = await tx.get<{ replid: number }>('SELECT replid FROM replica WHERE guid = ?', guid)
  return row?.replid
}

/**
 * The long form of an ID ([MS-OXCSTOR] 3.2.5.8); nobody asks whether there is such an object. Throws `NotFound` for a REPLID
 * that is not mapped. An ID of zeros has a long form of zeros, as with Exchange since 2013.
 */
export async function longTermIdOf(tx: Transaction, id: bigint): Promise<LongTermId> {
  if (id === 0n) return { databaseGuid: GUID_NULL, globalCounter: 0 }
  const guid = await replicaGuidOf(tx, replidOf(id))
  if (guid === undefined) throw new MapiError(ErrorCode.NotFound)
  return { databaseGuid: guid, globalCounter: globcntOf(id) }
}

/**
 * The short form of an ID ([MS-OXCSTOR] 3.2.5.9), for which a GUID that is not known yet gets a REPLID. Throws
 * `ParameterOverflow` when there is none left. An ID without GUID or counter becomes 0, as with Exchange since 2016.
 */
export async function idOfLongTermId(tx: Transaction, id: LongTermId): Promise<bigint> {
  if (id.databaseGuid === GUID_NULL || id.globalCounter === 0) return 0n
  const known = await replidOfGuid(tx, id.databaseGuid)
  return makeId(known ?? (await mapReplica(tx, id.databaseGuid)), id.globalCounter)
}

async function mapReplica(tx: Transaction, guid: Guid): Promise<number> {
  const row = await tx.get<{ last: number }>('SELECT MAX(replid) AS last FROM replica')
  const replid = row!.last + 1
  if (replid > MAX_REPLID) throw new MapiError(ErrorCode.ParameterOverflow)
  await tx.run('INSERT INTO replica (replid, guid) VALUES (?, ?)', replid, guid)
  return replid
}

/** PidTagSerializedReplidGuidMap: pairs of REPLID and GUID ([MS-OXCSTOR] 2.2.2.1.1.13). */
export async function serializedReplicaMap(tx: Transaction): Promise<Uint8Array> {
  const writer = new ByteWriter()
  for (const { replid, guid } of await tx.all<{ replid: number; guid: string }>(
    'SELECT replid, guid FROM replica ORDER BY replid',
  )) {
    writer.u16(replid)
    writer.bytes(guidBytes(guid))
  }
  return writer.finish()
}
