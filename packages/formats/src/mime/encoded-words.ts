import { binaryToBytes, decodeCharset, guessText, utf8Text } from './charset.ts'

/** Encoded words that follow each other, with nothing but blanks between; blanks within a word, which occur, are taken. */
const WORDS = /=\?[^?\s]*\?[bBqQ]\?[^?]*\?=(?:\s*=\?[^?\s]*\?[bBqQ]\?[^?]*\?=)*/g
const WORD = /=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=/g

/**
 * The text of a header field's value, which holds one character per byte: encoded words (RFC 2047) decoded, also where they are
 * cut within a character or hold blanks; bytes beyond ASCII taken for UTF-8 (RFC 6532) or else for `charset`.
 */
export function decodeHeaderText(binary: string, charset?: string): string {
  if (!binary.includes('=?')) return decodeRaw(binary, charset)
  let text = ''
  let end = 0
  for (const match of binary.matchAll(WORDS)) {
    text += decodeRaw(binary.slice(end, match.index), charset) + decodeRun(match[0])
    end = match.index + match[0].length
  }
  return text + decodeRaw(binary.slice(end), charset)
}

/** Words of the same charset are put together before they are decoded, for characters that were cut in two. */
function decodeRun(run: string): string {
  let text = ''
  let charset: string | undefined
  let binary = ''
  for (const [, name, encoding, payload] of run.matchAll(WORD)) {
    if (charset !== undefined && name!.toLowerCase() !== charset) {
      text += decodeCharset(binaryToBytes(binary), charset).text
      binary = ''
    }
    charset = name!.toLowerCase()
    binary += encoding === 'b' || encoding === 'B' ? decodeB(payload!) : decodeQ(payload!)
  }
  return text + decodeCharset(binaryToBytes(binary), charset).text
}

function decodeB(payload: string): string {
  const clean = payload.replace(/[^A-Za-z0-9+/]/g, '')
  // One character left over holds no byte.
  return atob(clean.length % 4 === 1 ? clean.slice(0, -1) : clean)
}

function decodeQ(payload: string): string {
  return payload
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function decodeRaw(binary: string, charset: string | undefined): string {
  if (/^[\0-\x7f]*$/.test(binary)) return binary
  const bytes = binaryToBytes(binary)
  // What is not UTF-8 is in the charset of the body, rather than in windows-1252.
  return utf8Text(bytes) ?? (charset === undefined ? guessText(bytes) : decodeCharset(bytes, charset).text)
}

/** Bytes of UTF-8 that one encoded word takes at most: 45 give 60 characters of base64, and 72 with what stands around them. */
const WORD_BYTES = 45

const utf8 = new TextEncoder()

/**
 * Text for an unstructured header field (RFC 2047): as it is if it is printable ASCII and cannot be mistaken for an encoded word, else
 * in encoded words of UTF-8. Line ends and other control characters never get through.
 */
export function encodeHeaderText(text: string): string {
  const clean = text.replace(/[\r\n\t]+/g, ' ')
  if (/^[ -~]*$/.test(clean) && !clean.includes('=?') && !/\S{900}/.test(clean) && clean === clean.trim())
    return clean
  return encodeWords(clean)
}

/** Text in encoded words of UTF-8, separated by blanks, none cut within a character. */
export function encodeWords(text: string): string {
  const words: string[] = []
  let chunk = ''
  let size = 0
  for (const character of text.toWellFormed()) {
    const length = utf8.encode(character).length
    if (size + length > WORD_BYTES) {
      words.push(encodeWord(chunk))
      chunk = ''
      size = 0
    }
    chunk += character
    size += length
  }
  if (chunk !== '') words.push(encodeWord(chunk))
  return words.join(' ')
}

function encodeWord(text: string): string {
  const bytes = utf8.encode(text)
  let quoted = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (byte === 0x20) quoted += '_'
    else if (/[A-Za-z0-9!*+\-/]/.test(character)) quoted += character
    else quoted += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return quoted.length <= Math.ceil(bytes.length / 3) * 4
    ? `=?utf-8?Q?${quoted}?=`
    : `=?utf-8?B?${bytes.toBase64()}?=`
}
