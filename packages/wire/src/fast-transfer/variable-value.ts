import {
  type PropertyType,
  type PropertyValue,
  PtypServerId,
  PtypString,
  PtypString8,
  serverId,
  tagType,
} from '@bourse/mapi'
import { ByteReader, DecodeError, decodeLatin1, decodeUtf16 } from '@bourse/mapi/bytes'
import type { PropertyInfo } from './token.ts'
import { UTF16_BIG_ENDIAN_CODE_PAGE } from './value-type.ts'

/** The value of a property that came in pieces, put together. A binary value is `bytes` itself. Throws a `DecodeError`. */
export function valueOfBytes(info: PropertyInfo, bytes: Uint8Array): PropertyValue {
  const type = tagType(info.tag)
  return isText(type) ? readText(bytes, 0, bytes.length, type, info.codePage) : bytes
}

/** Whether values of a type of variable size are other than their bytes. */
export function isText(type: PropertyType): boolean {
  return type === PtypString || type === PtypString8 || type === PtypServerId
}

/**
 * The string or server ID ([MS-OXCFXICS] 2.2.4.1 varSizeValue) in the bytes from `start` to `end`. Throws a
 * `DecodeError` whose offset counts from the start of `bytes`.
 */
export function readText(
  bytes: Uint8Array,
  start: number,
  end: number,
  type: PropertyType,
  codePage?: number,
): PropertyValue {
  switch (type) {
    case PtypString:
      return readString(bytes, start, end, codePage === UTF16_BIG_ENDIAN_CODE_PAGE)
    case PtypString8:
      return decodeLatin1(bytes, start, end > start && bytes[end - 1] === 0 ? end - 1 : end)
    default: {
      const reader = new ByteReader(bytes, start, end)
      const value = serverId.decode(reader)
      reader.expectEnd()
      return value
    }
  }
}

function readString(bytes: Uint8Array, start: number, end: number, bigEndian: boolean): string {
  if ((end - start) % 2 !== 0) {
    throw new DecodeError(`Unicode string of an odd number of bytes (${end - start})`, start)
  }
  // The terminator may be left out ([MS-OXCFXICS] 2.2.4.1.3).
  const isTerminated = end > start && bytes[end - 1] === 0 && bytes[end - 2] === 0
  const last = isTerminated ? end - 2 : end
  if (!bigEndian) return decodeUtf16(bytes, start, last)
  const swapped = swapPairs(bytes.subarray(start, last))
  return decodeUtf16(swapped, 0, swapped.length)
}

/** The same bytes with each two of them swapped. */
function swapPairs(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) swapped[i] = bytes[i ^ 1]!
  return swapped
}
