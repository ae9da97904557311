/**
 * Strings as the Exchange protocols carry them: UTF-16LE (`PtypString`) and 8-bit (`PtypString8`).
 *
 * All conversions are lossless for every sequence of code units, lone surrogates included, which those of
 * the platform are not: where these are used, for their speed, what they lose is noticed and done again. An
 * 8-bit string is a JavaScript string with one character per byte (U+0000 to U+00FF); whoever knows the code
 * page turns it into text.
 */

/** Up to so many units `String.fromCharCode` is faster than `TextDecoder`. */
const SHORT_UNITS = 64

/** From so many units on it pays to find out whether a string is ASCII. */
const LONG_UNITS = 64

/** Units that are converted at a time where that takes a buffer of its own. */
const CHUNK_UNITS = 4096

/** What `TextDecoder` puts in the place of a lone surrogate. */
const REPLACEMENT = '\ufffd'

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

const utf16Decoder = new TextDecoder('utf-16le', { ignoreBOM: true })
const utf8Encoder = new TextEncoder()

const { fromCharCode } = String

/** The text of the UTF-16LE bytes from `start` to `end`; a byte left over at the end is ignored. */
export function decodeUtf16(bytes: Uint8Array, start: number, end: number): string {
  const units = (end - start) >>> 1
  if (units <= SHORT_UNITS) return decodeShortUtf16(bytes, start, start + units * 2)
  const text = utf16Decoder.decode(bytes.subarray(start, start + units * 2))
  if (!text.includes(REPLACEMENT)) return text
  const parts: string[] = []
  for (let i = start; i < end - 1; i += SHORT_UNITS * 2) {
    parts.push(decodeShortUtf16(bytes, i, Math.min(i + SHORT_UNITS * 2, start + units * 2)))
  }
  return parts.join('')
}

/**
 * The text of the UTF-16LE bytes from `start` to the first null character, if there is one before `end` among the
 * first few; looking for it and reading the text are then one. Its terminator is at `start + 2 * text.length`.
 */
export function decodeShortUtf16z(bytes: Uint8Array, start: number, end: number): string | undefined {
  const last = Math.min(end, start + SHORT_UNITS * 2)
  let text = ''
  let i = start
  for (; i + 16 <= last; i += 16) {
    const a = bytes[i]! | (bytes[i + 1]! << 8)
    const b = bytes[i + 2]! | (bytes[i + 3]! << 8)
    const c = bytes[i + 4]! | (bytes[i + 5]! << 8)
    const d = bytes[i + 6]! | (bytes[i + 7]! << 8)
    const e = bytes[i + 8]! | (bytes[i + 9]! << 8)
    const f = bytes[i + 10]! | (bytes[i + 11]! << 8)
    const g = bytes[i + 12]! | (bytes[i + 13]! << 8)
    const h = bytes[i + 14]! | (bytes[i + 15]! << 8)
    if (a === 0 || b === 0 || c === 0 || d === 0 || e === 0 || f === 0 || g === 0 || h === 0) break
    text += fromCharCode(a, b, c, d, e, f, g, h)
  }
  if (i + 8 <= last) {
    const a = bytes[i]! | (bytes[i + 1]! << 8)
    const b = bytes[i + 2]! | (bytes[i + 3]! << 8)
    const c = bytes[i + 4]! | (bytes[i + 5]! << 8)
    const d = bytes[i + 6]! | (bytes[i + 7]! << 8)
    if (a !== 0 && b !== 0 && c !== 0 && d !== 0) {
      text += fromCharCode(a, b, c, d)
      i += 8
    }
  }
  for (; i + 2 <= last; i += 2) {
    const unit = bytes[i]! | (bytes[i + 1]! << 8)
    if (unit === 0) return text
    text += fromCharCode(unit)
  }
  return undefined
}

/** Eight units at a time: the engine makes a string of eight hardly slower than a string of one. */
function decodeShortUtf16(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let i = start
  for (; i + 16 <= end; i += 16) {
    text += fromCharCode(
      bytes[i]! | (bytes[i + 1]! << 8),
      bytes[i + 2]! | (bytes[i + 3]! << 8),
      bytes[i + 4]! | (bytes[i + 5]! << 8),
      bytes[i + 6]! | (bytes[i + 7]! << 8),
      bytes[i + 8]! | (bytes[i + 9]! << 8),
      bytes[i + 10]! | (bytes[i + 11]! << 8),
      bytes[i + 12]! | (bytes[i + 13]! << 8),
      bytes[i + 14]! | (bytes[i + 15]! << 8),
    )
  }
  if (i + 8 <= end) {
    text += fromCharCode(
      bytes[i]! | (bytes[i + 1]! << 8),
      bytes[i + 2]! | (bytes[i + 3]! << 8),
      bytes[i + 4]! | (bytes[i + 5]! << 8),
      bytes[i + 6]! | (bytes[i + 7]! << 8),
    )
    i += 8
  }
  for (; i < end; i += 2) text += fromCharCode(bytes[i]! | (bytes[i + 1]! << 8))
  return text
}

/** The 8-bit string of the bytes from `start` to `end`. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_UNITS || !isLittleEndian) return decodeShortLatin1(bytes, start, end)
  const units = new Uint16Array(Math.min(end - start, CHUNK_UNITS))
  const parts: string[] = []
  for (let i = start; i < end; i += CHUNK_UNITS) {
    const size = Math.min(end - i, CHUNK_UNITS)
    units.set(bytes.subarray(i, i + size))
    parts.push(utf16Decoder.decode(units.subarray(0, size)))
  }
  return parts.length === 1 ? parts[0]! : parts.join('')
}

function decodeShortLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let i = start
  for (; i + 8 <= end; i += 8) {
    text += fromCharCode(
      bytes[i]!,
      bytes[i + 1]!,
      bytes[i + 2]!,
      bytes[i + 3]!,
      bytes[i + 4]!,
      bytes[i + 5]!,
      bytes[i + 6]!,
      bytes[i + 7]!,
    )
  }
  for (; i < end; i++) text += fromCharCode(bytes[i]!)
  return text
}

/** The bytes of a string in UTF-16LE, without a terminator. */
export function encodeUtf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  writeUtf16(text, bytes, 0)
  return bytes
}

/** UTF-8 of a chunk that is ASCII, else the beginning of it. */
const asciiChunk = new Uint8Array(CHUNK_UNITS)
const unitChunk = new Uint16Array(CHUNK_UNITS)
const unitChunkBytes = new Uint8Array(unitChunk.buffer)

/** Writes a string in UTF-16LE at `at`, without a terminator; there must be room for it. */
export function writeUtf16(text: string, bytes: Uint8Array, at: number): void {
  const { length } = text
  if (length < LONG_UNITS || !isLittleEndian) {
    writeUnits(text, 0, length, bytes, at)
    return
  }
  // Long strings are mostly ASCII, which the platform tells, and widens, many units at a time.
  for (let start = 0; start < length; start += CHUNK_UNITS) {
    const end = Math.min(start + CHUNK_UNITS, length)
    const chunk = length <= CHUNK_UNITS ? text : text.slice(start, end)
    const { read, written } = utf8Encoder.encodeInto(chunk, asciiChunk)
    if (read === written && read === end - start) {
      unitChunk.set(asciiChunk.subarray(0, read))
      bytes.set(unitChunkBytes.subarray(0, read * 2), at + start * 2)
    } else {
      writeUnits(text, start, end, bytes, at + start * 2)
    }
  }
}

function writeUnits(text: string, start: number, end: number, bytes: Uint8Array, at: number): void {
  let position = at
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    bytes[position] = unit
    bytes[position + 1] = unit >>> 8
    position += 2
  }
}
