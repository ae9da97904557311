import { ErrorCode, MapiError } from '@bourse/mapi'
import { decodeTeletex, encodeTeletex } from './teletex.ts'

/** Code pages that every address book server has ([MS-OXNSPI] 2.2.1.5). */
export const CodePage = {
  /** CP_TELETEX. */
  Teletex: 20261,
  /** CP_WINUNICODE: no code page for 8-bit strings. */
  Unicode: 1200,
  Windows1252: 1252,
  Utf8: 65001,
} as const

/** Text in one code page. Its 8-bit strings have one character (U+0000 to U+00FF) per byte. */
export interface String8Converter {
  /** What the code page lacks becomes a question mark. */
  encode(text: string): string
  decode(text8: string): string
}

/** Encodings of one byte per character that `TextDecoder` knows. */
const SINGLE_BYTE: ReadonlyMap<number, string> = new Map([
  [874, 'windows-874'],
  [1250, 'windows-1250'],
  [1251, 'windows-1251'],
  [1252, 'windows-1252'],
  [1253, 'windows-1253'],
  [1254, 'windows-1254'],
  [1255, 'windows-1255'],
  [1256, 'windows-1256'],
  [1257, 'windows-1257'],
  [1258, 'windows-1258'],
  [20127, 'windows-1252'],
  [28591, 'windows-1252'],
  [28592, 'iso-8859-2'],
  [28595, 'iso-8859-5'],
  [28597, 'iso-8859-7'],
  [28605, 'iso-8859-15'],
  [20866, 'koi8-r'],
])

const utf8: String8Converter = {
  encode: (text) => latin1(new TextEncoder().encode(text)),
  decode: (text8) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text8, 'latin1')),
}

const converters = new Map<number, String8Converter>([
  [CodePage.Utf8, utf8],
  [CodePage.Teletex, { encode: encodeTeletex, decode: decodeTeletex }],
])

/**
 * Text in a code page: Teletex, UTF-8 and those of Windows with one byte per character. Whoever needs more of them passes a
 * converter of their own to the address book. Throws `InvalidCodepage` for all others, CP_WINUNICODE among them.
 */
export function string8Converter(codePage: number): String8Converter {
  let converter = converters.get(codePage)
  if (converter === undefined) {
    const encoding = SINGLE_BYTE.get(codePage)
    if (encoding === undefined) throw new MapiError(ErrorCode.InvalidCodepage)
    converter = singleByte(encoding)
    converters.set(codePage, converter)
  }
  return converter
}

function singleByte(encoding: string): String8Converter {
  const decoder = new TextDecoder(encoding)
  const characters = Array.from({ length: 256 }, (_, byte) => decoder.decode(new Uint8Array([byte])))
  const bytes = new Map(characters.map((character, byte) => [character, String.fromCharCode(byte)]))
  return {
    encode: (text) => Array.from(text.normalize('NFC'), (character) => bytes.get(character) ?? '?').join(''),
    decode: (text8) =>
      Array.from(text8, (character) => characters[character.charCodeAt(0)] ?? '\ufffd').join(''),
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
