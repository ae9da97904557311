import { codePageOfEncoding } from '../code-page.ts'
import { decodeText } from '../text-decoder.ts'
import { encodeText } from '../text-encoder.ts'

const UTF8 = 65001
const UTF16LE = 1200
const UTF16BE = 1201

/** How far a declaration of the encoding is looked for, as browsers do. */
const PRESCAN_BYTES = 1024

const CHARSET = /<meta[^>]*?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)/i

/**
 * The text of PidTagHtml: by its byte order mark, the code page that is known from elsewhere (PidTagInternetCodepage), or else what it
 * declares itself. What says nothing is taken for UTF-8 if it is valid UTF-8, or else windows-1252.
 */
export function decodeHtml(bytes: Uint8Array, codePage?: number): string {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return decodeText(bytes.subarray(3), UTF8)
  if (startsWith(bytes, 0xff, 0xfe)) return decodeText(bytes.subarray(2), UTF16LE)
  if (startsWith(bytes, 0xfe, 0xff)) return decodeText(bytes.subarray(2), UTF16BE)
  if (codePage !== undefined && codePage > 0) return decodeText(bytes, codePage)
  const declared = declaredCodePage(bytes)
  if (declared !== undefined) return decodeText(bytes, declared)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return decodeText(bytes, 1252)
  }
}

function startsWith(bytes: Uint8Array, ...mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte)
}

function declaredCodePage(bytes: Uint8Array): number | undefined {
  const name = CHARSET.exec(decodeText(bytes.subarray(0, PRESCAN_BYTES), 1252))?.[1]
  if (name === undefined) return undefined
  const codePage = codePageOfEncoding(name)
  // A declaration that could be read byte by byte does not speak of UTF-16.
  return codePage === UTF16LE || codePage === UTF16BE ? UTF8 : codePage
}

/** The bytes of HTML in a code page. Characters that it lacks become character references. */
export function encodeHtml(html: string, codePage: number): Uint8Array<ArrayBuffer> {
  return encodeText(html, codePage, (character) => `&#${character.codePointAt(0)};`)
}
