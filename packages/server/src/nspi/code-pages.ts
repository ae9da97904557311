import { type String8Converter, string8Converter } from '@bourse/directory'
import { decodeText, encodeText } from '@bourse/formats/body'

/** Code pages with more than one byte per character, Windows and EUC, and those of DOS: beyond what the directory knows. */
const MORE_CODE_PAGES: ReadonlySet<number> = new Set([
  932, 936, 949, 950, 20936, 51932, 51936, 51949, 54936, 437, 850, 866, 28593, 28594, 28596, 28598, 28599,
  28603, 21866,
])

/**
 * Text in a code page. Throws `InvalidCodepage` for those that are not known, and for CP_WINUNICODE, which is none for 8-bit
 * strings ([MS-OXNSPI] 2.2.1.5).
 */
export function converterFor(codePage: number): String8Converter {
  if (!MORE_CODE_PAGES.has(codePage)) return string8Converter(codePage)
  return {
    encode: (text) => Buffer.from(encodeText(text.normalize('NFC'), codePage)).toString('latin1'),
    decode: (text8) => decodeText(Buffer.from(text8, 'latin1'), codePage),
  }
}
