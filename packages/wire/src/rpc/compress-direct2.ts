import {
  DIRECT2_GROUP,
  DIRECT2_LENGTH_IN_BYTE,
  DIRECT2_LENGTH_IN_HALF_BYTE,
  DIRECT2_LENGTH_IN_WORD,
  DIRECT2_MAX_MATCH,
  DIRECT2_MIN_MATCH,
  DIRECT2_WINDOW,
} from './direct2.ts'

const HASH_BITS = 14
const WINDOW_MASK = DIRECT2_WINDOW - 1

/** Earlier positions with the same hash that are looked at before the best so far is taken. */
const MAX_PROBES = 12

/** A match this long is taken without looking for a longer one. */
const GOOD_MATCH = 32

/** After two to this power of bytes without a match the search begins to leave out positions, as in data that is compressed already. */
const PATIENCE_BITS = 6

/** The most bytes that are then written without a search. */
const MAX_RUN = 16

/** Positions inside a match that are remembered, from its start and again up to its end. */
const REMEMBERED = 32

/** Where positions start over, so that they stay small integers. */
const POSITION_LIMIT = 2 ** 30

/**
 * The last position of each hash, and for each position of the window the one before it with the same
 * hash. Both are shared by all calls, none of which can be interrupted: positions go on counting from
 * one to the next, so that what an earlier call left is seen to lie before this one and nothing need be
 * cleared.
 */
const lastPosition = new Int32Array(1 << HASH_BITS)
const previousPosition = new Int32Array(DIRECT2_WINDOW)
let nextPosition = 1

/** The most bytes that compressing `length` bytes can give: all of them, the bitmasks and one more for the end. */
export function direct2Bound(length: number): number {
  return length + 4 * (Math.floor(length / DIRECT2_GROUP) + 1)
}

/**
 * Compresses `bytes` with LZ77 and DIRECT2 ([MS-OXCRPC] 3.1.4.1.1.2). What does not repeat itself
 * grows, by 4 bytes in 32. Any decoder of [MS-OXCRPC] or [MS-XCA] 2.4 reads the result.
 */
export function compressDirect2(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = bytes
  const out = new Uint8Array(direct2Bound(length))
  if (nextPosition + length > POSITION_LIMIT) {
    lastPosition.fill(0)
    nextPosition = 1
  }
  const base = nextPosition
  nextPosition += length

  let mask = 0
  let elements = 0
  let maskAt = 0
  let outAt = 4
  // Where the half byte lies that the next long match may use; 0: nowhere.
  let halfByteAt = 0
  let at = 0
  let misses = 0
  const lastHashed = length - DIRECT2_MIN_MATCH

  while (at < length) {
    let matchLength = 0
    let matchDistance = 0
    if (at <= lastHashed) {
      const hash = hashAt(bytes, at)
      const position = base + at
      const oldest = Math.max(position - DIRECT2_WINDOW, base)
      const longest = Math.min(length - at, DIRECT2_MAX_MATCH)
      let candidate = lastPosition[hash]!
      previousPosition[position & WINDOW_MASK] = candidate
      lastPosition[hash] = position
      for (let probe = 0; probe < MAX_PROBES && candidate >= oldest; probe++) {
        const from = candidate - base
        // A longer match must at least agree where the best one ends.
        if (bytes[from + matchLength] === bytes[at + matchLength]) {
          let n = 0
          while (n < longest && bytes[from + n] === bytes[at + n]) n++
          if (n > matchLength) {
            matchLength = n
            matchDistance = at - from
            if (n >= GOOD_MATCH || n === longest) break
          }
        }
        const previous = previousPosition[candidate & WINDOW_MASK]!
        if (previous >= candidate) break
        candidate = previous
      }
    }

    if (matchLength < DIRECT2_MIN_MATCH) {
      // One byte, or several when nothing has matched for a while.
      const run = Math.min(1 + (misses >> PATIENCE_BITS), MAX_RUN, length - at)
      misses += run
      for (let i = 0; i < run; i++) {
        out[outAt++] = bytes[at++]!
        mask <<= 1
        if (++elements === DIRECT2_GROUP) {
          writeMask(out, maskAt, mask)
          maskAt = outAt
          outAt += 4
          mask = elements = 0
        }
      }
      continue
    }

    misses = 0
    const end = at + matchLength
    const hashedEnd = Math.min(end, lastHashed + 1)
    for (let i = at + 1; i < hashedEnd; i++) {
      if (i === at + REMEMBERED) i = Math.max(i, end - REMEMBERED)
      const hash = hashAt(bytes, i)
      previousPosition[(base + i) & WINDOW_MASK] = lastPosition[hash]!
      lastPosition[hash] = base + i
    }
    at = end

    const excess = matchLength - DIRECT2_MIN_MATCH
    const word = ((matchDistance - 1) << 3) | Math.min(excess, DIRECT2_LENGTH_IN_WORD)
    out[outAt++] = word
    out[outAt++] = word >>> 8
    if (excess >= DIRECT2_LENGTH_IN_WORD) {
      const beyondWord = excess - DIRECT2_LENGTH_IN_WORD
      const half = Math.min(beyondWord, DIRECT2_LENGTH_IN_HALF_BYTE)
      if (halfByteAt === 0) {
        halfByteAt = outAt
        out[outAt++] = half
      } else {
        out[halfByteAt] = out[halfByteAt]! | (half << 4)
        halfByteAt = 0
      }
      if (half === DIRECT2_LENGTH_IN_HALF_BYTE) {
        const beyondHalf = beyondWord - DIRECT2_LENGTH_IN_HALF_BYTE
        if (beyondHalf < DIRECT2_LENGTH_IN_BYTE) {
          out[outAt++] = beyondHalf
        } else {
          out[outAt++] = DIRECT2_LENGTH_IN_BYTE
          out[outAt++] = excess
          out[outAt++] = excess >>> 8
        }
      }
    }
    mask = (mask << 1) | 1
    if (++elements === DIRECT2_GROUP) {
      writeMask(out, maskAt, mask)
      maskAt = outAt
      outAt += 4
      mask = elements = 0
    }
  }

  // The bit after the last element is 1 and ends the stream; those after it are 1 as well ([MS-XCA] 2.3.4).
  const unused = DIRECT2_GROUP - elements
  mask = unused === DIRECT2_GROUP ? -1 : (mask << unused) | ((1 << unused) - 1)
  writeMask(out, maskAt, mask)
  return out.slice(0, outAt)
}

function hashAt(bytes: Uint8Array, at: number): number {
  const three = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
  return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS)
}

function writeMask(out: Uint8Array, at: number, mask: number): void {
  out[at] = mask
  out[at + 1] = mask >>> 8
  out[at + 2] = mask >>> 16
  out[at + 3] = mask >>> 24
}
