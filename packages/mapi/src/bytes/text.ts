/**
 * Strings as the Exchange protocols carry them: UTF-16LE (`PtypString`) and 8-bit (`PtypString8`).
 *
 * Both conversions are lossless for every sequence of code units, lone surrogates included, which
 * `TextDecoder` is not. An 8-bit string is a JavaScript string with one character per byte (U+0000 to
 * U+00FF); whoever knows the code page turns it into text.
 */

/** `String.fromCharCode` takes its units as arguments, and engines limit how many there may be. */
const CHUNK_UNITS = 4096

/** Below this a plain loop beats setting up typed arrays. */
const SHORT_UNITS = 24

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

export function decodeUtf16(bytes: Uint8Array, start: number, end: number): string {
  const units = (end - start) >>> 1
  if (units <= SHORT_UNITS || !isLittleEndian) {
    let text = ''
    for (let i = start; i + 1 < end; i += 2) text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8))
    return text
  }
  // A Uint16Array must start at an even address, so odd ones go through a copy.
  const at = bytes.byteOffset + start
  const view =
    at % 2 === 0
      ? new Uint16Array(bytes.buffer, at, units)
      : new Uint16Array(bytes.slice(start, start + units * 2).buffer)
  return fromCharCodes(view)
}

export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_UNITS) {
    let text = ''
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
    return text
  }
  return fromCharCodes(bytes.subarray(start, end))
}

function fromCharCodes(units: Uint8Array | Uint16Array): string {
  if (units.length <= CHUNK_UNITS) return String.fromCharCode.apply(null, units as unknown as number[])
  const parts: string[] = []
  for (let i = 0; i < units.length; i += CHUNK_UNITS) {
    parts.push(String.fromCharCode.apply(null, units.subarray(i, i + CHUNK_UNITS) as unknown as number[]))
  }
  return parts.join('')
}

/** The bytes of a string in UTF-16LE, without a terminator. */
export function encodeUtf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes[2 * i] = unit
    bytes[2 * i + 1] = unit >>> 8
  }
  return bytes
}
