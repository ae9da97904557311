import { EncodeError } from '../bytes/byte-writer.ts'
import { type Codec, fixedBytes, mapped } from '../bytes/codec.ts'

/** The highest GLOBCNT, 2^48 - 1. */
export const MAX_GLOBCNT = 0xffff_ffff_ffff

/** Bytes that a GLOBCNT takes. */
export const GLOBCNT_SIZE = 6

/** Whether a number can be a GLOBCNT: an integer from 0 to {@link MAX_GLOBCNT}. */
export function isGlobcnt(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_GLOBCNT
}

/** The GLOBCNT whose six bytes, highest first, stand at `offset`. */
export function readGlobcnt(bytes: Uint8Array, offset = 0): number {
  const high = (bytes[offset]! << 8) | bytes[offset + 1]!
  const low = (bytes[offset + 2]! << 24) | (bytes[offset + 3]! << 16) | (bytes[offset + 4]! << 8)
  return high * 0x1_0000_0000 + ((low | bytes[offset + 5]!) >>> 0)
}

/** Writes the six bytes of a GLOBCNT, highest first, at `offset`. */
export function writeGlobcnt(value: number, bytes: Uint8Array, offset = 0): void {
  if (!isGlobcnt(value)) throw new EncodeError(`${value} is no GLOBCNT`)
  const high = Math.floor(value / 0x1_0000_0000)
  bytes[offset] = high >>> 8
  bytes[offset + 1] = high
  bytes[offset + 2] = value / 0x100_0000
  bytes[offset + 3] = value / 0x1_0000
  bytes[offset + 4] = value / 0x100
  bytes[offset + 5] = value
}

/**
 * A GLOBCNT or GlobalCounter ([MS-OXCFXICS] 2.2.2.5, [MS-OXCDATA] 2.2.1): a counter of 48 bits, written
 * with the highest byte first, so that a comparison of bytes is one of values. In memory a number.
 */
export const globcnt: Codec<number> = {
  ...mapped(
    fixedBytes(GLOBCNT_SIZE),
    (bytes) => readGlobcnt(bytes),
    (value) => {
      const bytes = new Uint8Array(GLOBCNT_SIZE)
      writeGlobcnt(value, bytes)
      return bytes
    },
  ),
  decode: (reader) => readGlobcnt(reader.bytes, reader.take(GLOBCNT_SIZE)),
}
