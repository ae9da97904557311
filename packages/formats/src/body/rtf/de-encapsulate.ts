import { rtfOrigin } from './origin.ts'
import { RtfReader, type RtfSink } from './rtf-reader.ts'

interface HtmlFormat {
  /** Within an HTMLTAG destination group. */
  readonly isTag: boolean
  /** After `\htmlrtf`: what follows is for those who read it as RTF. */
  readonly isRtfOnly: boolean
}

const MARKUP: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' }

/**
 * The HTML that RTF encapsulates, or `undefined` if it does not ([MS-OXRTFEX] 2.2.3.2). Lines end in CRLF; whatever
 * encoding the HTML says it is in, it is text here.
 */
export function rtfToHtml(rtf: Uint8Array): string | undefined {
  if (rtfOrigin(rtf) !== 'html') return undefined
  const parts: string[] = []
  // White space in the header is none of the document's.
  let hasBegun = false
  const sink: RtfSink<HtmlFormat> = {
    destination(word, _parameter, reader) {
      // [MS-OXRTFEX] 2.1.3.1.5: MHTMLTAG groups repeat what an HTMLTAG group says, with other links.
      if (word !== 'htmltag') return 'skip'
      hasBegun = true
      reader.format = { ...reader.format, isTag: true }
      reader.ignoreFont()
      return 'read'
    },
    text(text, reader) {
      const { isTag, isRtfOnly } = reader.format
      hasBegun ||= text.trim() !== ''
      if (hasBegun && !isRtfOnly)
        parts.push(isTag ? text : text.replace(/[<>&]/g, (character) => MARKUP[character]!))
    },
    control(word, parameter, reader) {
      if (word === 'htmlrtf') reader.format = { ...reader.format, isRtfOnly: parameter !== 0 }
      else if (!reader.format.isRtfOnly) {
        if (word === '_') parts.push('\u00ad')
        else parts.push(whitespaceOf(word))
      }
    },
  }
  new RtfReader(rtf, { isTag: false, isRtfOnly: false }, sink).read()
  return parts.join('')
}

/** The plain text that RTF encapsulates, or `undefined` if it does not ([MS-OXRTFEX] 2.2.3.3). Lines end in CRLF. */
export function rtfToOriginalText(rtf: Uint8Array): string | undefined {
  if (rtfOrigin(rtf) !== 'text') return undefined
  const parts: string[] = []
  const sink: RtfSink<undefined> = {
    destination: () => 'skip',
    text: (text) => void parts.push(text),
    control: (word) => void parts.push(word === '_' ? '\u2011' : whitespaceOf(word)),
  }
  new RtfReader(rtf, undefined, sink).read()
  return parts.join('')
}

/** The line end or tab that a control word stands for. */
function whitespaceOf(word: string): string {
  switch (word) {
    case 'par':
    case 'line':
      return '\r\n'
    case 'tab':
      return '\t'
    default:
      return ''
  }
}
