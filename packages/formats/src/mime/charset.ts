import iconv from 'iconv-lite'

/** Names that mail uses and neither the Encoding Standard nor iconv-lite knows, or that mean something else there. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cp932', 'shift_jis'],
  ['windows-932', 'shift_jis'],
  ['ks_c_5601', 'euc-kr'],
  ['cp949', 'euc-kr'],
  ['cp936', 'gbk'],
  ['cp950', 'big5'],
  ['big5-eten', 'big5'],
  ['utf-8-mac', 'utf-8'],
  ['utf7', 'utf-7'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['iso-8859-8-e', 'iso-8859-8'],
  ['cp-850', 'cp850'],
])

/** Names that say nothing about the bytes: seven bits that turn out to be eight, or no name at all. */
const VAGUE: ReadonlySet<string> = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  '7bit',
  '8bit',
  'unknown',
  'unknown-8bit',
  'x-unknown',
  'default',
  'none',
])

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const ascii = new TextDecoder('us-ascii')
const windows1252 = new TextDecoder('windows-1252')

type Decode = (bytes: Uint8Array) => string
const decoders = new Map<string, Decode | undefined>()
/** How many names are remembered with their decoders; names come from strangers. */
const MAX_REMEMBERED = 256

/** Text, and whether its charset was known; else it is a guess. */
export interface DecodedText {
  readonly text: string
  readonly isGuess: boolean
}

/**
 * Text of bytes in a charset as mail names it. An unknown name, or none with bytes beyond ASCII, is a guess: UTF-8 if the bytes
 * are valid UTF-8, else windows-1252, which takes any bytes. What is no character becomes U+FFFD.
 */
export function decodeCharset(bytes: Uint8Array, charset: string | undefined): DecodedText {
  const label = charsetLabel(charset)
  const decode = decoderOf(label)
  if (decode !== undefined) return { text: decode(bytes), isGuess: false }
  return { text: guessText(bytes), isGuess: !(VAGUE.has(label) && isAscii(bytes)) }
}

/** Text of bytes of which nothing is known: UTF-8 if they are valid, else windows-1252. */
export function guessText(bytes: Uint8Array): string {
  return utf8Text(bytes) ?? windows1252.decode(bytes)
}

const REPLACEMENT = '\uFFFD'

/** Text of bytes that are valid UTF-8; `undefined` for others. Not by a decoder that throws, which takes much longer. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  const text = utf8.decode(bytes)
  if (!text.includes(REPLACEMENT)) return text
  // Replacement characters may be in the text itself: EF BF BD.
  let own = 0
  for (let at = bytes.indexOf(0xef); at >= 0; at = bytes.indexOf(0xef, at + 1)) {
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) own++
  }
  return text.split(REPLACEMENT).length - 1 === own ? text : undefined
}

/** A charset's name as it is compared: without quotes, blanks and language (RFC 2231), in lower case. */
export function charsetLabel(charset: string | undefined): string {
  const label = (charset ?? '')
    .replace(/["']|\*.*$/g, '')
    .trim()
    .toLowerCase()
  return ALIASES.get(label) ?? label
}

/** Whether the bytes of a charset can be turned into text for certain. */
export function isKnownCharset(charset: string | undefined): boolean {
  return decoderOf(charsetLabel(charset)) !== undefined
}

function decoderOf(label: string): Decode | undefined {
  if (VAGUE.has(label)) return undefined
  if (decoders.has(label)) return decoders.get(label)
  const decode = makeDecoder(label)
  if (decoders.size < MAX_REMEMBERED) decoders.set(label, decode)
  return decode
}

function makeDecoder(label: string): Decode | undefined {
  try {
    const decoder = new TextDecoder(label)
    if (decoder.encoding === 'iso-2022-jp') return (bytes) => decoder.decode(withoutIdleEscapes(bytes))
    return (bytes) => decoder.decode(bytes)
  } catch {
    // Not in the Encoding Standard: older code pages and UTF-7 are left to iconv-lite, which also knows names for bytes as text.
    if (/^(?:base64|hex|binary|ucs2|utf16|utf32|internal)/.test(label) || !iconv.encodingExists(label))
      return undefined
    return (bytes) => iconv.decode(bytes, label)
  }
}

/** An escape sequence of ISO-2022-JP that another one follows at once. A decoder of the Encoding Standard takes it for an error; mail has them. */
const ESCAPE = `${String.fromCharCode(0x1b)}[$(][@BJI]`
const IDLE_ESCAPES = new RegExp(`(?:${ESCAPE})+(?=${ESCAPE})`, 'g')

function withoutIdleEscapes(bytes: Uint8Array): Uint8Array {
  return binaryToBytes(bytesToBinary(bytes).replace(IDLE_ESCAPES, ''))
}

/** Whether all bytes are below 0x80. */
export function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false
  return true
}

/** Bytes of a string with one character per byte, as header lines are read. */
export function binaryToBytes(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** One character per byte; unlike a decoder of Latin-1, which takes it for windows-1252. */
export function bytesToBinary(bytes: Uint8Array): string {
  if (isAscii(bytes)) return ascii.decode(bytes)
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return text
}
