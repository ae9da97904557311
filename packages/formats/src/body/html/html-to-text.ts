import { decodeReferences } from './character-references.ts'
import { HtmlTokens } from './html-tokens.ts'
import { LineWriter } from './line-writer.ts'

/** Elements that begin on a new line, and keep a blank line's distance or not. */
const BLOCKS: ReadonlyMap<string, boolean> = new Map([
  ...'address article aside caption center dd details dialog div dl dt fieldset figcaption figure footer form header hgroup legend li main menu nav section summary table tbody tfoot thead tr'
    .split(' ')
    .map((name) => [name, false] as const),
  ...'blockquote h1 h2 h3 h4 h5 h6 ol p pre ul'.split(' ').map((name) => [name, true] as const),
])

const RULE = '_'.repeat(32)
const LIST_INDENT = '  '
const QUOTE = '> '

/** Links are told apart from their text only if that is not longer. */
const MAX_LINK_TEXT = 4000

interface List {
  /** The number of the next item, or `undefined` where items have bullets. */
  next: number | undefined
  /** Whether an item is open. */
  hasItem: boolean
}

/**
 * HTML as plain text, as it would be read: lists with bullets or numbers, quotations behind `>`, cells apart by tabs, links in angle brackets behind their
 * text. Lines end in CRLF and are not wrapped. Takes any HTML, and time in proportion to its length.
 */
export function htmlToText(html: string): string {
  return new HtmlToText(html).convert()
}

class HtmlToText {
  readonly #tokens: HtmlTokens
  readonly #writer = new LineWriter()
  readonly #lists: List[] = []
  /** Elements that say how white space is shown, with how many of the same name are open in them. */
  readonly #whiteSpace: { readonly name: string; readonly isKept: boolean; nested: number }[] = []
  #quotes = 0
  #link: { readonly href: string; text: string } | undefined
  /** Whether the row of a table has a cell. */
  #hasCell = false
  /** A line end right behind `<pre>` is not shown. */
  #isPreStart = false

  constructor(html: string) {
    this.#tokens = new HtmlTokens(html)
  }

  convert(): string {
    const tokens = this.#tokens
    for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
      if (kind === 'text') this.#text(decodeReferences(tokens.source))
      else if (kind === 'raw' && tokens.name === 'textarea') this.#text(decodeReferences(tokens.source))
      else if (kind === 'startTag') this.#startTag(tokens.name)
      else if (kind === 'endTag') this.#endTag(tokens.name)
    }
    this.#endLink()
    return this.#writer.finish()
  }

  #text(source: string): void {
    let text = source
    if (this.#isPreStart) {
      this.#isPreStart = false
      text = text.replace(/^\r?\n/, '')
    }
    if (this.#link !== undefined && this.#link.text.length < MAX_LINK_TEXT) this.#link.text += text
    if (this.#whiteSpace.at(-1)?.isKept === true) this.#writer.preformatted(text)
    else this.#writer.text(text)
  }

  #startTag(name: string): void {
    const writer = this.#writer
    this.#isPreStart = false
    switch (name) {
      case 'br':
        writer.lineBreak()
        return
      case 'hr':
        writer.block(false)
        writer.text(RULE)
        writer.block(false)
        return
      case 'img': {
        const alt = this.#tokens.attribute('alt')?.trim() ?? ''
        if (alt !== '') this.#text(`[${alt}]`)
        return
      }
      case 'a':
        this.#startLink()
        return
      case 'td':
      case 'th':
        if (this.#hasCell && writer.isInLine) writer.preformatted('\t')
        this.#hasCell = true
        break
      case 'tr':
        this.#hasCell = false
        break
    }
    this.#startWhiteSpace(name)
    const isApart = BLOCKS.get(name)
    if (isApart === undefined) return
    // Lists within lists are not set apart.
    writer.block(isApart && !(isList(name) && this.#lists.length > 0))
    switch (name) {
      case 'ul':
      case 'menu':
        this.#startList(undefined)
        break
      case 'ol':
        this.#startList(Number.parseInt(this.#tokens.attribute('start') ?? '1', 10) || 1)
        break
      case 'li':
        this.#startItem()
        break
      case 'blockquote':
        this.#quotes++
        writer.pushPrefix(QUOTE, QUOTE)
        break
      case 'pre':
        this.#isPreStart = true
        break
    }
  }

  #endTag(name: string): void {
    const writer = this.#writer
    this.#isPreStart = false
    if (name === 'a') this.#endLink()
    this.#endWhiteSpace(name)
    const isApart = BLOCKS.get(name)
    if (isApart === undefined) return
    writer.block(isApart && !(isList(name) && this.#lists.length > 1))
    if (isList(name)) this.#endList()
    else if (name === 'li') this.#endItem()
    else if (name === 'blockquote' && this.#quotes > 0) {
      this.#quotes--
      writer.popPrefix()
    }
  }

  #startList(first: number | undefined): void {
    this.#lists.push({ next: first, hasItem: false })
  }

  #endList(): void {
    this.#endItem()
    this.#lists.pop()
  }

  #startItem(): void {
    const list = this.#lists.at(-1)
    if (list === undefined) return
    this.#endItem()
    list.hasItem = true
    const marker = list.next === undefined ? '* ' : `${list.next++}. `
    this.#writer.pushPrefix(LIST_INDENT + marker, LIST_INDENT + ' '.repeat(marker.length))
  }

  #endItem(): void {
    const list = this.#lists.at(-1)
    if (list?.hasItem !== true) return
    list.hasItem = false
    this.#writer.popPrefix()
  }

  #startLink(): void {
    this.#endLink()
    const href = this.#tokens.attribute('href')?.trim() ?? ''
    if (/^(?:https?|ftp|mailto|tel|news|file):/i.test(href)) this.#link = { href, text: '' }
  }

  #endLink(): void {
    if (this.#link === undefined) return
    const { href, text } = this.#link
    this.#link = undefined
    if (!saysTheSame(text, href)) this.#writer.text(text.trim() === '' ? `<${href}>` : ` <${href}>`)
  }

  #startWhiteSpace(name: string): void {
    const top = this.#whiteSpace.at(-1)
    const style = name === 'pre' ? 'pre' : whiteSpaceOf(this.#tokens.attribute('style'))
    if (style !== undefined) this.#whiteSpace.push({ name, isKept: style.startsWith('pre'), nested: 0 })
    else if (top?.name === name) top.nested++
  }

  #endWhiteSpace(name: string): void {
    const top = this.#whiteSpace.at(-1)
    if (top?.name !== name) return
    if (top.nested > 0) top.nested--
    else this.#whiteSpace.pop()
  }
}

function isList(name: string): boolean {
  return name === 'ul' || name === 'ol' || name === 'menu'
}

/** The value of the style property `white-space`. */
function whiteSpaceOf(style: string | undefined): string | undefined {
  if (style === undefined || !style.includes('white-space')) return undefined
  return /(?:^|;)\s*white-space\s*:\s*([a-z-]+)/i.exec(style)?.[1]?.toLowerCase()
}

/** Whether a link's text names where it leads. */
function saysTheSame(text: string, href: string): boolean {
  const normalize = (url: string): string =>
    url
      .trim()
      .replace(/^(?:mailto|tel|https?):(?:\/\/)?/i, '')
      .replace(/\/$/, '')
      .toLowerCase()
  return normalize(text) === normalize(href)
}
