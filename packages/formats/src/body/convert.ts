import { htmlToText } from './html/html-to-text.ts'
import { textToHtml } from './html/text-to-html.ts'
import { htmlToRtf } from './rtf/html-to-rtf.ts'
import { rtfAsHtml } from './rtf/rtf-as-html.ts'
import { rtfToText } from './rtf/rtf-to-text.ts'
import { textToRtf } from './rtf/text-to-rtf.ts'

/** A message's body in one of its formats; RTF not compressed. */
export type Body =
  | { readonly format: 'plain'; readonly text: string }
  | { readonly format: 'rtf'; readonly rtf: Uint8Array }
  | { readonly format: 'html'; readonly html: string }

/** A body as plain text ([MS-OXCMSG] 3.2.4.1); as it is if it is that. */
export function bodyAsText(body: Body): string {
  switch (body.format) {
    case 'plain':
      return body.text
    case 'rtf':
      return rtfToText(body.rtf)
    case 'html':
      return htmlToText(body.html)
  }
}

/** A body as HTML: encapsulated HTML as it was, other RTF and text converted. */
export function bodyAsHtml(body: Body): string {
  switch (body.format) {
    case 'plain':
      return textToHtml(body.text)
    case 'rtf':
      return rtfAsHtml(body.rtf)
    case 'html':
      return body.html
  }
}

/** A body as RTF, not compressed: HTML and text encapsulated. */
export function bodyAsRtf(body: Body): Uint8Array {
  switch (body.format) {
    case 'plain':
      return textToRtf(body.text)
    case 'rtf':
      return body.rtf
    case 'html':
      return htmlToRtf(body.html)
  }
}
