import { asciiBytes } from '../body/rtf/rtf-escape.ts'

/** Content-Transfer-Encoding as far as it changes bytes; `identity` is 7bit, 8bit and binary. */
export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode'

/** What a Content-Transfer-Encoding field names, misspelled as it may be; `undefined` for what nobody knows. */
export function transferEncoding(value: string | undefined): TransferEncoding | undefined {
  const token = /^["'\s]*((?:quoted\s)?[^\s;,"']*)/i.exec(value ?? '')![1]!.toLowerCase()
  switch (token) {
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
    case '7-bit':
    case '8-bit':
    case '7bits':
    case '8bits':
    case 'plain':
    case 'none':
    case 'ascii':
    case 'us-ascii':
    case 'utf-8':
      return 'identity'
    case 'base64':
    case 'base-64':
    case 'b64':
    case 'x-base64':
      return 'base64'
    case 'quoted-printable':
    case 'quoted-printeable':
    case 'quotedprintable':
    case 'quoted printable':
    case 'qp':
      return 'quoted-printable'
    case 'uuencode':
    case 'uuencoded':
    case 'x-uuencode':
    case 'x-uue':
    case 'uue':
      return 'uuencode'
    default:
      return undefined
  }
}

/** The decoded bytes of a body, piece by piece. What does not belong into an encoding is passed over; nothing is thrown. */
export function decodeTransfer(
  source: AsyncIterable<Uint8Array>,
  encoding: TransferEncoding,
): AsyncIterable<Uint8Array> {
  switch (encoding) {
    case 'identity':
      return source
    case 'base64':
      return decodeBase64(source)
    case 'quoted-printable':
      return decodeLines(source, quotedPrintableLine)
    case 'uuencode':
      return decodeLines(source, uuencodedLine)
  }
}

/** Values of base64's characters, of both alphabets; 0xff for others. */
const BASE64_VALUES = new Uint8Array(256).fill(0xff)
for (const [i, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  BASE64_VALUES[character.charCodeAt(0)] = i
}
BASE64_VALUES['-'.charCodeAt(0)] = 62
BASE64_VALUES['_'.charCodeAt(0)] = 63
const PADDING = 0x3d

async function* decodeBase64(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bits = 0
  let count = 0
  for await (const piece of source) {
    const output = new Uint8Array(((piece.length * 3) >> 2) + 3)
    let length = 0
    for (let i = 0; i < piece.length; i++) {
      const value = BASE64_VALUES[piece[i]!]!
      if (value === 0xff) {
        // Padding ends a run of base64; some messages have several one after the other.
        if (piece[i] === PADDING) count = 0
        continue
      }
      bits = ((bits << 6) | value) & 0xffffff
      count++
      if (count === 1) continue
      output[length++] = bits >>> (8 - 2 * count)
      if (count === 4) count = 0
    }
    if (length > 0) yield output.subarray(0, length)
  }
}

/** The longest line that is waited for; what is longer is decoded in pieces. */
const MAX_LINE = 4096
const LF = 0x0a
const CR = 0x0d

/** Decodes line by line: `decode` gets each line with its end. */
async function* decodeLines(
  source: AsyncIterable<Uint8Array>,
  makeDecode: () => (line: Uint8Array, output: Uint8Array, at: number) => number,
): AsyncGenerator<Uint8Array> {
  const decode = makeDecode()
  let rest = new Uint8Array(0)
  for await (const piece of source) {
    let bytes = piece
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + piece.length)
      bytes.set(rest)
      bytes.set(piece, rest.length)
    }
    const output = new Uint8Array(bytes.length)
    let length = 0
    let start = 0
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      length = decode(bytes.subarray(start, end + 1), output, length)
      start = end + 1
    }
    if (bytes.length - start > MAX_LINE) {
      // Never between the characters of an escape.
      let end = bytes.length
      const equals = bytes.lastIndexOf(0x3d)
      if (equals >= end - 3) end = equals
      length = decode(bytes.subarray(start, end), output, length)
      start = end
    }
    rest = bytes.slice(start)
    if (length > 0) yield output.subarray(0, length)
  }
  if (rest.length > 0) {
    const output = new Uint8Array(rest.length)
    const length = decode(rest, output, 0)
    if (length > 0) yield output.subarray(0, length)
  }
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** RFC 2045 6.7: blanks at the end of a line are no content; an equals sign before them joins lines. */
function quotedPrintableLine(): (line: Uint8Array, output: Uint8Array, at: number) => number {
  return (line, output, at) => {
    let end = line.length
    let lineEnd = end
    if (end > 0 && line[end - 1] === LF) lineEnd = end > 1 && line[end - 2] === CR ? end - 2 : end - 1
    end = lineEnd
    if (lineEnd < line.length) while (end > 0 && (line[end - 1] === 0x20 || line[end - 1] === 0x09)) end--
    let length = at
    for (let i = 0; i < end; i++) {
      const byte = line[i]!
      if (byte !== 0x3d) {
        output[length++] = byte
        continue
      }
      if (i === end - 1) return length
      const high = hexValue(line[i + 1])
      const low = hexValue(line[i + 2])
      if (high < 0 || low < 0 || i + 2 >= end) output[length++] = byte
      else {
        output[length++] = (high << 4) | low
        i += 2
      }
    }
    for (let i = lineEnd; i < line.length; i++) output[length++] = line[i]!
    return length
  }
}

/** What is between `begin` and `end`; lines before and after are left out. */
function uuencodedLine(): (line: Uint8Array, output: Uint8Array, at: number) => number {
  let isInside = false
  return (line, output, at) => {
    if (!isInside) {
      isInside = startsWith(line, 'begin ')
      return at
    }
    if (startsWith(line, 'end')) {
      isInside = false
      return at
    }
    return decodeUuLine(line, output, at)
  }
}

function decodeUuLine(line: Uint8Array, output: Uint8Array, at: number): number {
  const count = line.length === 0 ? 0 : (line[0]! - 0x20) & 0x3f
  let length = at
  for (let i = 1; length - at < count && i < line.length; i += 4) {
    const value = (offset: number): number => ((line[i + offset] ?? 0x20) - 0x20) & 0x3f
    const bits = (value(0) << 18) | (value(1) << 12) | (value(2) << 6) | value(3)
    for (let shift = 16; shift >= 0 && length - at < count; shift -= 8)
      output[length++] = (bits >>> shift) & 0xff
  }
  return length
}

function startsWith(line: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (line[i] !== text.charCodeAt(i)) return false
  return true
}

/** Bytes of one line of base64 (76 characters). */
const LINE_BYTES = 57
/** How many bytes are encoded at a time. */
const BLOCK = LINE_BYTES * 1024

/** Bytes in base64, in lines of 76 characters that end with CR LF (RFC 2045 6.8). */
export async function* encodeBase64(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(BLOCK)
  let length = 0
  for await (const piece of source) {
    for (let start = 0; start < piece.length; ) {
      const part = piece.subarray(start, start + BLOCK - length)
      block.set(part, length)
      length += part.length
      start += part.length
      if (length === BLOCK) {
        yield base64Lines(block)
        length = 0
      }
    }
  }
  if (length > 0) yield base64Lines(block.subarray(0, length))
}

function base64Lines(bytes: Uint8Array): Uint8Array {
  return asciiBytes(
    bytes
      .toBase64()
      .replace(/.{76}/g, '$&\r\n')
      .replace(/([^\n])$/, '$1\r\n'),
  )
}

const HEX = '0123456789ABCDEF'

/** Bytes of text in quoted-printable (RFC 2045 6.7); CR LF ends lines, other controls are escaped. */
export function encodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  let text = ''
  let column = 0
  const put = (token: string): void => {
    if (column + token.length > 75) {
      text += '=\r\n'
      column = 0
    }
    text += token
    column += token.length
  }
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte === CR && bytes[i + 1] === LF) {
      text += '\r\n'
      column = 0
      i++
      continue
    }
    const isBlank = byte === 0x20 || byte === 0x09
    const endsLine = i + 1 === bytes.length || (bytes[i + 1] === CR && bytes[i + 2] === LF)
    // A dot or "From " at the start of a line is changed by some that pass mail on.
    const isFragile = column === 0 && (byte === 0x2e || byte === 0x46)
    if ((byte > 0x20 && byte < 0x7f && byte !== 0x3d && !isFragile) || (isBlank && !endsLine)) {
      put(String.fromCharCode(byte))
    } else put(`=${HEX.charAt(byte >>> 4)}${HEX.charAt(byte & 0xf)}`)
  }
  return asciiBytes(text)
}
