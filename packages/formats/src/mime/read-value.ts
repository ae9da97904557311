import { ErrorCode, type MapiObject, type PropertyTag, PtypString, tagType } from '@bourse/mapi'
import { decodeUtf16 } from '@bourse/mapi/bytes'
import { collect } from './bytes.ts'

/** A value however long it is: read as a stream where the provider does not give it whole. `undefined` if there is none, or it is longer than `limit` bytes. */
export async function readValue<V extends string | Uint8Array>(
  object: MapiObject,
  tag: PropertyTag<V>,
  limit: number,
): Promise<V | undefined> {
  const bag = await object.getProperties([tag])
  const value = bag.get(tag)
  if (value !== undefined) return value
  if (bag.error(tag) !== ErrorCode.NotEnoughMemory) return undefined
  await using stream = await object.openStream(tag)
  const { bytes, all } = await collect(stream, limit)
  if (all !== undefined) return undefined
  return (tagType(tag) === PtypString ? decodeUtf16(bytes, 0, bytes.length) : bytes) as V
}
