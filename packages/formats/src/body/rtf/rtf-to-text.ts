import { htmlToText } from '../html/html-to-text.ts'
import { rtfToOriginalText } from './de-encapsulate.ts'
import { rtfAsHtml } from './rtf-as-html.ts'

/**
 * RTF as plain text: the text that it encapsulates, or what it shows. Lines end in CRLF.
 */
export function rtfToText(rtf: Uint8Array): string {
  return rtfToOriginalText(rtf) ?? htmlToText(rtfAsHtml(rtf))
}
