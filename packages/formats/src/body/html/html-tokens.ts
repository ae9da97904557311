import { decodeReferences } from './character-references.ts'

/**
 * What HTML consists of ([HTML] 13.2.5). `comment` is everything that browsers drop: comments, document types, processing instructions,
 * and a tag that the text ends in. `raw` is the contents of scripts, style sheets and titles.
 */
export type HtmlTokenKind = 'text' | 'startTag' | 'endTag' | 'comment' | 'raw' | 'end'

/** Elements whose contents are not markup. */
const RAW_ELEMENTS: ReadonlySet<string> = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
])

/** Tag names and their ends, from the place where they are looked for. */
const TAG_NAME = /[^\t\n\f\r />]*/y
/** What lies between a tag's name and its end, attribute by attribute. */
const ATTRIBUTE =
  /[\t\n\f\r /]*(?:([^\t\n\f\r />=][^\t\n\f\r />=]*|=[^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\t\n\f\r >]*)))?)?/y

/**
 * Takes HTML apart as browsers do, front to back, one token at a time. The tokens cover all of the text, so that it can be
 * put together from them again. Never fails, and takes time in proportion to its input.
 */
export class HtmlTokens {
  readonly html: string
  /** What the last call of {@link next} found. */
  kind: HtmlTokenKind = 'end'
  /** Where it begins and ends in {@link html}. */
  start = 0
  end = 0
  /** The name of a tag, in lower case. */
  name = ''
  /** Where the name of a tag ends. */
  #nameEnd = 0
  /** The raw element that was begun. */
  #raw: string | undefined

  constructor(html: string) {
    this.html = html
  }

  /** The token as it is written. */
  get source(): string {
    return this.html.slice(this.start, this.end)
  }

  /** Goes to the next token; returns its kind. */
  next(): HtmlTokenKind {
    const { html } = this
    this.start = this.end
    if (this.start >= html.length) this.kind = 'end'
    else if (this.#raw !== undefined) this.#rawText(this.#raw)
    else if (html[this.start] === '<' && this.#isMarkup(this.start)) this.#markup()
    else this.#text()
    return this.kind
  }

  /** The value of a start tag's attribute, with its character references resolved; empty if it has none. */
  attribute(name: string): string | undefined {
    const { html } = this
    ATTRIBUTE.lastIndex = this.#nameEnd
    const limit = this.end - 1
    while (ATTRIBUTE.lastIndex < limit) {
      const match = ATTRIBUTE.exec(html)
      if (match === null || match[0] === '' || ATTRIBUTE.lastIndex > limit) return undefined
      if (match[1]?.toLowerCase() === name) {
        return decodeReferences(match[2] ?? match[3] ?? match[4] ?? '', true)
      }
    }
    return undefined
  }

  /** Whether a `<` begins something other than text. */
  #isMarkup(at: number): boolean {
    const next = this.html[at + 1]
    if (next === '!' || next === '?') return true
    // `</` and anything but a letter begins a comment of a kind; at the very end it is text.
    return next === '/' ? this.html[at + 2] !== undefined : isLetter(next)
  }

  #text(): void {
    const { html } = this
    let at = html.indexOf('<', this.start + 1)
    while (at >= 0 && !this.#isMarkup(at)) at = html.indexOf('<', at + 1)
    this.end = at < 0 ? html.length : at
    this.kind = 'text'
  }

  #markup(): void {
    const { html, start } = this
    if (html.startsWith('<!--', start)) this.#comment()
    else if (isLetter(html[start + 1])) this.#tag('startTag', start + 1)
    else if (html[start + 1] === '/' && isLetter(html[start + 2])) this.#tag('endTag', start + 2)
    else {
      const end = html.indexOf('>', start + 2)
      this.end = end < 0 ? html.length : end + 1
      this.kind = 'comment'
    }
  }

  #comment(): void {
    const { html, start } = this
    this.kind = 'comment'
    const rest = /^(?:-?>)/.exec(html.slice(start + 4, start + 6))
    if (rest !== null) {
      this.end = start + 4 + rest[0].length
      return
    }
    const END = /--!?>/g
    END.lastIndex = start + 4
    this.end = END.test(html) ? END.lastIndex : html.length
  }

  #tag(kind: 'startTag' | 'endTag', nameStart: number): void {
    const { html } = this
    TAG_NAME.lastIndex = nameStart
    TAG_NAME.test(html)
    this.#nameEnd = TAG_NAME.lastIndex
    this.name = html.slice(nameStart, this.#nameEnd).toLowerCase()
    let at = this.#nameEnd
    while (at < html.length && html[at] !== '>') {
      ATTRIBUTE.lastIndex = at
      ATTRIBUTE.test(html)
      at = Math.max(ATTRIBUTE.lastIndex, at + 1)
    }
    if (at >= html.length) {
      this.end = html.length
      this.kind = 'comment'
      return
    }
    this.end = at + 1
    this.kind = kind
    if (kind === 'startTag' && RAW_ELEMENTS.has(this.name)) this.#raw = this.name
  }

  /** All up to the end tag of the raw element, or to the end of the text. */
  #rawText(name: string): void {
    const { html } = this
    this.#raw = undefined
    let at = html.indexOf('</', this.start)
    while (at >= 0 && !isEndTagOf(html, at, name)) at = html.indexOf('</', at + 2)
    this.end = at < 0 ? html.length : at
    this.kind = 'raw'
    this.name = name
    if (this.end === this.start) this.next()
  }
}

function isEndTagOf(html: string, at: number, name: string): boolean {
  const end = at + 2 + name.length
  return html.slice(at + 2, end).toLowerCase() === name && /^[\t\n\f\r />]$/.test(html[end] ?? '>')
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /^[A-Za-z]$/.test(character)
}
