import { CHARACTER_REFERENCE, decodeReference } from '../html/character-references.ts'
import { HtmlTokens } from '../html/html-tokens.ts'
import { asciiBytes, escapeRtf } from './rtf-escape.ts'

const HEADER =
  '{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl\r\n{\\f0\\fswiss\\fcharset0 Arial;}\r\n' +
  '{\\f1\\fmodern\\fcharset0 Courier New;}}\r\n{\\colortbl\\red0\\green0\\blue0;\\red5\\green99\\blue193;}\r\n' +
  '\\uc1\\pard\\plain\\deftab360 \\f0\\fs20 \r\n{\\*\\htmltag64}\r\n'

/**
 * HTMLTagParameter ([MS-OXRTFEX] 2.1.3.1.4.1): where a tag is (in the body, the head, between those, or outside), whether it is within a paragraph
 * (4), ends something (8), and what kind of tag it is. Readers need none of it.
 */
const CLOSE = 8
const IN_PARAGRAPH = 84
const IN_HEAD = 241
const BLOCK = 64
const FONT = 148
const PARAMETERS: ReadonlyMap<string, number> = new Map([
  ['html', 19],
  ['head', 34],
  ['body', 50],
  ['meta', 161],
  ['title', 177],
  ['style', 241],
  ['script', 241],
  ['font', FONT],
])

/** Elements that begin and end a line of their own in RTF. */
const BLOCKS: ReadonlySet<string> = new Set(
  'address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
)

/** Elements that an RTF control word switches on and, with a parameter of 0, off. */
const TOGGLES: ReadonlyMap<string, string> = new Map([
  ['b', 'b'],
  ['strong', 'b'],
  ['th', 'b'],
  ['h1', 'b'],
  ['h2', 'b'],
  ['h3', 'b'],
  ['h4', 'b'],
  ['h5', 'b'],
  ['h6', 'b'],
  ['i', 'i'],
  ['em', 'i'],
  ['cite', 'i'],
  ['u', 'ul'],
  ['ins', 'ul'],
  ['s', 'strike'],
  ['strike', 'strike'],
  ['del', 'strike'],
  ['sup', 'super'],
  ['sub', 'sub'],
])

const MONOSPACE: ReadonlySet<string> = new Set(['pre', 'tt', 'code', 'kbd', 'samp'])

/** Text in pieces: character references, white space, single markup characters, and what is between. */
const PIECES = new RegExp(
  `${CHARACTER_REFERENCE.source}|[\\t\\n\\f\\r][\\t\\n\\f\\r ]*|[<>&]|[^&<>\\t\\n\\f\\r]+`,
  'g',
)

/**
 * HTML encapsulated in RTF ([MS-OXRTFEX] 2.2.1): all of it, so that `rtfToHtml` gives it back with lines that end in CRLF; beside it, what
 * readers without an eye for HTML show: text, line by line, with links and simple formatting.
 */
export function htmlToRtf(html: string): Uint8Array<ArrayBuffer> {
  return new HtmlToRtf(html).convert()
}

class HtmlToRtf {
  readonly #tokens: HtmlTokens
  readonly #parts: string[] = [HEADER]
  /** How many elements want a control word switched on. */
  readonly #toggles = new Map<string, number>()
  #monospace = 0
  #pre = 0
  #isHead = false
  /** Whether there is text on the current line of RTF, and whether the last of it is a space. */
  #hasText = false
  #endsInSpace = false
  #isLink = false
  #hasCell = false

  constructor(html: string) {
    this.#tokens = new HtmlTokens(html)
  }

  convert(): Uint8Array<ArrayBuffer> {
    const tokens = this.#tokens
    for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
      switch (kind) {
        case 'text':
          this.#text(tokens.source)
          break
        case 'startTag':
          this.#startTag(tokens.name)
          break
        case 'endTag':
          this.#endTag(tokens.name)
          break
        default:
          this.#tag(IN_HEAD, tokens.source)
      }
    }
    this.#endLink()
    this.#parts.push('}')
    return asciiBytes(this.#parts.join(''))
  }

  /** What only readers of HTML see. */
  #tag(parameter: number, source: string): void {
    this.#parts.push(`{\\*\\htmltag${parameter} ${escapeRtf(source, '\\par ')}}`)
  }

  /** What only readers of RTF see. */
  #rtf(source: string): void {
    this.#parts.push(`\\htmlrtf ${source}\\htmlrtf0 `)
  }

  #text(source: string): void {
    for (const [piece] of source.matchAll(PIECES)) {
      if (piece.length > 1 && piece.startsWith('&')) this.#hidden(piece, decodeReference(piece) ?? piece)
      else if (/[<>&]/.test(piece)) this.#hidden(piece, piece)
      else if (/^[\t\n\f\r]/.test(piece)) this.#whiteSpace(piece)
      else {
        this.#parts.push(escapeRtf(piece))
        this.#shown(piece)
      }
    }
  }

  /** Text that is written otherwise in HTML than it is shown. */
  #hidden(source: string, shown: string): void {
    this.#tag(IN_PARAGRAPH, source)
    this.#rtf(escapeRtf(shown, '\\line '))
    this.#shown(shown)
  }

  #whiteSpace(source: string): void {
    this.#tag(this.#hasText ? IN_PARAGRAPH : BLOCK, source)
    if (this.#pre > 0) this.#rtf(escapeRtf(source, '\\line '))
    else if (this.#hasText && !this.#endsInSpace) {
      this.#rtf(' ')
      this.#endsInSpace = true
    }
  }

  #shown(text: string): void {
    if (text.trim() !== '') this.#hasText = true
    this.#endsInSpace = text.endsWith(' ')
  }

  #startTag(name: string): void {
    if (name === 'head') this.#isHead = true
    else if (name === 'body') this.#isHead = false
    if (BLOCKS.has(name)) this.#endLine()
    if (name === 'a') this.#endLink()
    this.#tag(this.#parameterOf(name), this.#tokens.source)
    this.#showStart(name)
  }

  #showStart(name: string): void {
    this.#toggle(name, 1)
    switch (name) {
      case 'br':
        this.#rtf('\\line')
        break
      case 'hr':
        this.#rtf('________________________________\\par')
        break
      case 'li':
        this.#rtf("\\'95\\tab")
        break
      case 'tr':
        this.#hasCell = false
        break
      case 'td':
      case 'th':
        if (this.#hasCell) this.#rtf('\\tab')
        this.#hasCell = true
        break
      case 'pre':
        this.#pre++
        break
      case 'a':
        this.#startLink()
        break
    }
  }

  #endTag(name: string): void {
    if (name === 'head') this.#isHead = false
    this.#toggle(name, -1)
    if (name === 'pre' && this.#pre > 0) this.#pre--
    if (name === 'a') this.#endLink()
    this.#tag(this.#parameterOf(name) | CLOSE, this.#tokens.source)
    if (!BLOCKS.has(name)) return
    this.#endLine()
    if (name === 'p') this.#rtf('\\par')
    this.#parts.push('\r\n')
  }

  #parameterOf(name: string): number {
    if (this.#isHead) return PARAMETERS.get(name) ?? IN_HEAD
    return PARAMETERS.get(name) ?? (BLOCKS.has(name) ? BLOCK : IN_PARAGRAPH)
  }

  /** Switches on what the first element of several in each other wants, and off at the end of the last. */
  #toggle(name: string, step: 1 | -1): void {
    const word = TOGGLES.get(name)
    if (word !== undefined) {
      const before = this.#toggles.get(word) ?? 0
      const after = Math.max(before + step, 0)
      this.#toggles.set(word, after)
      const off = word === 'super' || word === 'sub' ? 'nosupersub' : `${word}0`
      if (before + after === 1) this.#rtf(`\\${after === 1 ? word : off}`)
    }
    if (!MONOSPACE.has(name)) return
    const before = this.#monospace
    this.#monospace = Math.max(before + step, 0)
    if (before + this.#monospace === 1) this.#rtf(`\\f${this.#monospace}`)
  }

  #endLine(): void {
    if (!this.#hasText) return
    this.#rtf('\\par')
    this.#hasText = false
    this.#endsInSpace = false
  }

  #startLink(): void {
    const href = this.#tokens.attribute('href')
    if (href === undefined || href === '' || this.#isHead) return
    this.#isLink = true
    const quoted = escapeRtf(href.replaceAll('"', '%22').replaceAll(/[\0-\x20]/g, ''))
    this.#parts.push(`\\htmlrtf {\\field{\\*\\fldinst{HYPERLINK "${quoted}"}}{\\fldrslt\\cf1\\ul \\htmlrtf0 `)
  }

  #endLink(): void {
    if (!this.#isLink) return
    this.#isLink = false
    this.#rtf('}}')
  }
}
