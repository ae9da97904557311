import { decodeText, encodeText, encodingOfCodePage } from '@bourse/formats/body'
import { ErrorCode, MapiError } from '@bourse/mapi'

/** What the code page of an object says for "that of the logon" ([MS-OXCMSG] 2.2.3.1.1). */
export const CODE_PAGE_OF_LOGON = 0x0fff

/** Throws `UnknownCodePage` unless text can be converted from and to the code page. */
export function requireCodePage(codePage: number): void {
  if (encodingOfCodePage(codePage) === undefined) throw new MapiError(ErrorCode.UnknownCodePage)
}

/** The text that an 8-bit string, one character per byte, stands for in a code page. */
export function decodeString8(text: string, codePage: number): string {
  return decodeText(Buffer.from(text, 'latin1'), codePage)
}

/** The 8-bit string, one character per byte, that stands for a text in a code page. What the code page does not have becomes a question mark. */
export function encodeString8(text: string, codePage: number): string {
  return Buffer.from(encodeText(text, codePage)).toString('latin1')
}
