import { ByteReader, rethrowWithin } from '@bourse/mapi/bytes'
import { rtfChecksum } from './rtf-checksum.ts'

/** What the dictionary holds at the beginning ([MS-OXRTFCP] 2.1.2.1). */
const INITIAL_DICTIONARY =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript ' +
  '\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n' +
  '\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx'

const DICTIONARY_BYTES = 4096
const MIN_MATCH = 2
const MAX_MATCH = 17

/** COMPTYPE: `LZFu` and `MELA`. */
const COMPRESSED = 0x75465a4c
const UNCOMPRESSED = 0x414c454d

/** COMPSIZE counts what follows it: twelve bytes of the header, then the contents. */
const COUNTED_HEADER_BYTES = 12
const HEADER_BYTES = 16

/** How many earlier places with the same two bytes are looked at for the longest match. */
const MAX_CANDIDATES = 256

/**
 * Compresses RTF as for PidTagRtfCompressed ([MS-OXRTFCP] 3.1, 3.2).
 *
 * The dictionary is a window on what was written: position `p` of the history (dictionary, then input) lies at `p` modulo
 * 4096. Candidates for a match are chained by their first two bytes, the newest first.
 */
export function rtfCompress(rtf: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = INITIAL_DICTIONARY.length
  const end = start + rtf.length
  const history = new Uint8Array(end)
  for (let i = 0; i < start; i++) history[i] = INITIAL_DICTIONARY.charCodeAt(i)
  history.set(rtf, start)

  const newest = new Int32Array(0x10000).fill(-1)
  const older = new Int32Array(DICTIONARY_BYTES)

  const remember = (at: number): void => {
    if (at + 1 >= end) return
    const pair = history[at]! | (history[at + 1]! << 8)
    older[at % DICTIONARY_BYTES] = newest[pair]!
    newest[pair] = at
  }
  for (let i = 0; i < start; i++) remember(i)

  // At worst, everything is literal: one bit more per byte, and the end.
  const output = new Uint8Array(HEADER_BYTES + rtf.length + Math.ceil((rtf.length + 1) / 8) + 2)
  let length = HEADER_BYTES
  let controlAt = 0
  let tokens = 8
  const control = (isReference: boolean): void => {
    if (tokens === 8) {
      controlAt = length++
      tokens = 0
    }
    if (isReference) output[controlAt]! |= 1 << tokens
    tokens++
  }
  const reference = (from: number, lengthField: number): void => {
    control(true)
    const word = ((from % DICTIONARY_BYTES) << 4) | lengthField
    output[length++] = word >>> 8
    output[length++] = word
  }

  for (let at = start; at < end; ) {
    const match = longestMatch(history, newest, older, at, end)
    if (match.length >= MIN_MATCH) reference(match.from, match.length - MIN_MATCH)
    else {
      control(false)
      output[length++] = history[at]!
    }
    for (const next = at + Math.max(match.length, 1); at < next; at++) remember(at)
  }
  // A reference to where the next byte would be written ends the stream.
  reference(end, 0)

  const view = new DataView(output.buffer)
  view.setUint32(0, length - HEADER_BYTES + COUNTED_HEADER_BYTES, true)
  view.setUint32(4, rtf.length, true)
  view.setUint32(8, COMPRESSED, true)
  view.setUint32(12, rtfChecksum(output.subarray(HEADER_BYTES, length)), true)
  return output.slice(0, length)
}

/** The longest match of the bytes at `at` in the window before it; the oldest of several. */
function longestMatch(
  history: Uint8Array,
  newest: Int32Array,
  older: Int32Array,
  at: number,
  end: number,
): { readonly from: number; readonly length: number } {
  const limit = Math.min(MAX_MATCH, end - at)
  if (limit < MIN_MATCH) return { from: 0, length: 0 }
  // The place that the next byte overwrites is not in the window: a reference to it ends the stream.
  const lowest = at - DICTIONARY_BYTES + 1
  let from = 0
  let best = 0
  let candidate = newest[history[at]! | (history[at + 1]! << 8)]!
  for (let tries = 0; candidate >= 0 && candidate >= lowest && tries < MAX_CANDIDATES; tries++) {
    let length = MIN_MATCH
    while (length < limit && history[candidate + length] === history[at + length]) length++
    if (length >= best) {
      best = length
      from = candidate
      if (best === MAX_MATCH) break
    }
    candidate = older[candidate % DICTIONARY_BYTES]!
  }
  return { from, length: best }
}

/**
 * Decompresses PidTagRtfCompressed ([MS-OXRTFCP] 3.1, 3.2), compressed or stored. Bytes after the compressed ones are
 * ignored.
 *
 * @param limit how many bytes the result may have at most
 * @throws DecodeError if the header, the checksum or the contents are wrong, or the result would be longer than `limit`
 */
export function rtfDecompress(
  compressed: Uint8Array,
  limit: number = Number.MAX_SAFE_INTEGER,
): Uint8Array<ArrayBuffer> {
  try {
    return decompress(new ByteReader(compressed), limit)
  } catch (error) {
    return rethrowWithin(error, 'PidTagRtfCompressed')
  }
}

function decompress(reader: ByteReader, limit: number): Uint8Array<ArrayBuffer> {
  const compressedSize = reader.u32()
  const rawSize = reader.u32()
  const type = reader.u32()
  const crc = reader.u32()
  if (compressedSize < COUNTED_HEADER_BYTES) reader.fail(`COMPSIZE is ${compressedSize}`, 0)
  const contents = reader.sub(compressedSize - COUNTED_HEADER_BYTES)
  if (rawSize > limit) reader.fail(`${rawSize} bytes of RTF, at most ${limit} wanted`, 4)
  switch (type) {
    case UNCOMPRESSED:
      return contents.bytes.slice(contents.offset, Math.min(contents.end, contents.offset + rawSize))
    case COMPRESSED:
      if (rtfChecksum(reader.bytes.subarray(contents.offset, contents.end)) !== crc) {
        reader.fail('wrong checksum', 12)
      }
      return expand(contents, rawSize, limit)
    default:
      return reader.fail(`COMPTYPE is 0x${type.toString(16)}`, 8)
  }
}

function expand(reader: ByteReader, rawSize: number, limit: number): Uint8Array<ArrayBuffer> {
  const { bytes, end } = reader
  const dictionary = new Uint8Array(DICTIONARY_BYTES)
  let at = INITIAL_DICTIONARY.length
  for (let i = 0; i < at; i++) dictionary[i] = INITIAL_DICTIONARY.charCodeAt(i)
  // RAWSIZE may lie; but no input gives more than one longest match for every two bytes.
  let output = new Uint8Array(Math.min(rawSize, (reader.remaining * MAX_MATCH) / 2) + MAX_MATCH)
  let length = 0
  const put = (byte: number): void => {
    dictionary[at] = byte
    at = (at + 1) % DICTIONARY_BYTES
    output[length++] = byte
  }
  for (let i = reader.offset; i < end; ) {
    const control = bytes[i++]!
    for (let bit = 0; bit < 8 && i < end; bit++) {
      if ((control & (1 << bit)) === 0) put(bytes[i++]!)
      else {
        if (i + 1 >= end) reader.fail('half of a reference', i)
        const word = (bytes[i]! << 8) | bytes[i + 1]!
        i += 2
        let from = word >>> 4
        if (from === at) return output.slice(0, length)
        for (let left = (word & 0xf) + MIN_MATCH; left > 0; left--) {
          put(dictionary[from]!)
          from = (from + 1) % DICTIONARY_BYTES
        }
      }
      if (length > limit) reader.fail(`more than ${limit} bytes of RTF`, i)
      if (length + MAX_MATCH > output.length) {
        const larger = new Uint8Array(output.length * 2)
        larger.set(output)
        output = larger
      }
    }
  }
  // Some writers leave the end out; what they announced must be there then.
  if (length < rawSize) reader.fail(`the data ends after ${length} of ${rawSize} bytes`, end)
  return output.slice(0, length)
}
