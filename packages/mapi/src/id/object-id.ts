import { isGlobcnt } from './globcnt.ts'

const scratch = new DataView(new ArrayBuffer(8))

/**
 * A Folder ID, Message ID or change number ([MS-OXCDATA] 2.2.1.1, 2.2.1.2, [MS-OXCFXICS] 2.2.2.1) from
 * its parts. All three are eight bytes, REPLID (little-endian) and GlobalCounter (highest byte first),
 * which travel as one Integer64; that is what they are in memory too, a signed bigint.
 *
 * @param replid identifies the replica, 0 to 0xFFFF
 * @param globcnt counts within the replica, 0 to 2^48 - 1
 * @throws RangeError when a part is out of range
 */
export function makeId(replid: number, globcnt: number): bigint {
  if (replid !== (replid & 0xffff)) throw new RangeError(`${replid} is no REPLID`)
  if (!isGlobcnt(globcnt)) throw new RangeError(`${globcnt} is no GLOBCNT`)
  scratch.setUint16(0, replid, true)
  scratch.setUint16(2, Math.floor(globcnt / 0x1_0000_0000))
  scratch.setUint32(4, globcnt % 0x1_0000_0000)
  return scratch.getBigInt64(0, true)
}

/** The REPLID of a Folder ID, Message ID or change number. */
export function replidOf(id: bigint): number {
  scratch.setBigInt64(0, id, true)
  return scratch.getUint16(0, true)
}

/** The GlobalCounter of a Folder ID, Message ID or change number. */
export function globcntOf(id: bigint): number {
  scratch.setBigInt64(0, id, true)
  return scratch.getUint16(2) * 0x1_0000_0000 + scratch.getUint32(4)
}

/** Orders IDs by REPLID, then by GlobalCounter; the order of the bigints themselves means nothing. */
export function compareIds(a: bigint, b: bigint): number {
  return replidOf(a) - replidOf(b) || globcntOf(a) - globcntOf(b)
}

/** An ID for people to read, as the specifications print it: `0001-00000e8edf36`. */
export function formatId(id: bigint): string {
  return `${replidOf(id).toString(16).padStart(4, '0')}-${globcntOf(id).toString(16).padStart(12, '0')}`
}

/**
 * Reads what {@link formatId} writes; leading zeros may be missing.
 *
 * @throws TypeError when the text is no ID
 */
export function parseId(text: string): bigint {
  const parts = /^([0-9a-f]{1,4})-([0-9a-f]{1,12})$/i.exec(text)
  if (!parts) throw new TypeError(`not an ID: ${text}`)
  return makeId(Number.parseInt(parts[1]!, 16), Number.parseInt(parts[2]!, 16))
}
