import { DEFAULT_CODE_PAGE, encodingOfCodePage } from './code-page.ts'
import { OEM_CODE_PAGES } from './oem-code-pages.ts'

/** Enough bytes for one piece of a string to be built from code units at once. */
const CHUNK = 8192

const decoders = new Map<number, TextDecoder>()

/**
 * The text of bytes in a Windows code page; as windows-1252 if the code page is not known. What is no character becomes
 * U+FFFD. A byte order mark is left in the text.
 */
export function decodeText(bytes: Uint8Array, codePage: number): string {
  const high = OEM_CODE_PAGES.get(codePage)
  if (high !== undefined) return decodeBytewise(bytes, high)
  return decoderOf(codePage).decode(bytes)
}

function decoderOf(codePage: number): TextDecoder {
  let decoder = decoders.get(codePage)
  if (decoder === undefined) {
    const encoding = encodingOfCodePage(codePage) ?? encodingOfCodePage(DEFAULT_CODE_PAGE)
    decoder = new TextDecoder(encoding, { ignoreBOM: true })
    decoders.set(codePage, decoder)
  }
  return decoder
}

function decodeBytewise(bytes: Uint8Array, high: string): string {
  const parts: string[] = []
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const units = Array.from(bytes.subarray(start, start + CHUNK), (byte) =>
      byte < 0x80 ? byte : high.charCodeAt(byte - 0x80),
    )
    parts.push(String.fromCharCode(...units))
  }
  return parts.join('')
}
