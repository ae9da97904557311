import { DecodeError } from '@bourse/mapi/bytes'
import {
  DIRECT2_LENGTH_IN_BYTE,
  DIRECT2_LENGTH_IN_HALF_BYTE,
  DIRECT2_LENGTH_IN_WORD,
  DIRECT2_MIN_MATCH,
} from './direct2.ts'

const NAME = 'DIRECT2'

/** From this length on, copying a match in one go beats doing it byte by byte. */
const LONG_COPY = 24

/**
 * Undoes {@link compressDirect2}: LZ77 with DIRECT2 encoding ([MS-OXCRPC] 3.1.4.1.1.2, [MS-XCA] 2.4).
 *
 * `bytes` must hold the stream and nothing else, and give exactly `expectedSize` bytes: that many are
 * allocated, and nothing is written beyond them. Matches longer than 65,538 bytes, which only [MS-XCA]
 * has, are understood. A stream that is complete but for the bit that marks its end is accepted, as the
 * size says the same.
 *
 * Throws `DecodeError`, with offsets counted in `bytes`.
 */
export function decompressDirect2(bytes: Uint8Array, expectedSize: number): Uint8Array<ArrayBuffer> {
  const { length } = bytes
  const out = new Uint8Array(expectedSize)
  let at = 0
  let outAt = 0
  let mask = 0
  let elements = 0
  // Where the half byte lies that the next long match uses; 0: in a byte of its own.
  let halfByteAt = 0

  for (;;) {
    if (elements === 0) {
      if (at === length && outAt === expectedSize) return out
      if (length - at < 4) fail('bitmask', '4 bytes wanted', length - at, at)
      mask = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
      at += 4
      elements = 32
    }
    const isMetadata = mask < 0
    mask <<= 1
    elements--

    if (at === length) {
      if (outAt === expectedSize) return out
      fail('data', `${expectedSize} bytes expected, ${outAt} found, and then`, 0, at)
    }
    if (!isMetadata) {
      if (outAt === expectedSize) fail('data', `more than ${expectedSize} bytes`, length - at, at)
      out[outAt++] = bytes[at++]!
      continue
    }

    const wordAt = at
    if (length - at < 2) fail('metadata', '2 bytes wanted', length - at, at)
    const word = bytes[at]! | (bytes[at + 1]! << 8)
    at += 2
    const distance = (word >>> 3) + 1
    let excess = word & DIRECT2_LENGTH_IN_WORD
    if (excess === DIRECT2_LENGTH_IN_WORD) {
      let half: number
      if (halfByteAt === 0) {
        if (at === length) fail('length', '1 byte wanted', 0, at)
        half = bytes[at]! & 0xf
        halfByteAt = at++
      } else {
        half = bytes[halfByteAt]! >>> 4
        halfByteAt = 0
      }
      excess += half
      if (half === DIRECT2_LENGTH_IN_HALF_BYTE) {
        if (at === length) fail('length', '1 byte wanted', 0, at)
        const more = bytes[at++]!
        excess += more
        if (more === DIRECT2_LENGTH_IN_BYTE) {
          if (length - at < 2) fail('length', '2 bytes wanted', length - at, at)
          excess = bytes[at]! | (bytes[at + 1]! << 8)
          at += 2
          if (excess === 0) {
            if (length - at < 4) fail('length', '4 bytes wanted', length - at, at)
            excess =
              (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
            at += 4
          }
          // What the shorter forms hold has no business here ([MS-XCA] 2.4.4).
          if (excess < DIRECT2_LENGTH_IN_WORD + DIRECT2_LENGTH_IN_HALF_BYTE) {
            throw new DecodeError(`a length of ${excess} in its longest form`, wordAt, [NAME, 'length'])
          }
        }
      }
    }

    const matchLength = excess + DIRECT2_MIN_MATCH
    if (distance > outAt) {
      throw new DecodeError(`a match ${distance} bytes back, of ${outAt}`, wordAt, [NAME, 'offset'])
    }
    if (matchLength > expectedSize - outAt) {
      const room = expectedSize - outAt
      throw new DecodeError(`a match of ${matchLength} bytes, room for ${room}`, wordAt, [NAME, 'length'])
    }
    const from = outAt - distance
    if (matchLength >= LONG_COPY && distance === 1) {
      out.fill(out[from]!, outAt, outAt + matchLength)
    } else if (matchLength >= LONG_COPY && distance >= matchLength) {
      out.copyWithin(outAt, from, from + matchLength)
    } else {
      // Byte by byte: a match may overlap what it writes, and so repeat itself.
      for (let i = 0; i < matchLength; i++) out[outAt + i] = out[from + i]!
    }
    outAt += matchLength
  }
}

function fail(field: string, reason: string, left: number, at: number): never {
  throw new DecodeError(`${reason}, ${left} left`, at, [NAME, field])
}
