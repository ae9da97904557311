/** How many prefixes are written in front of a line at most, however deep lists and quotations lie in each other. */
const MAX_PREFIXES = 12

/** What stands in front of the lines of a list item or a quotation. */
interface Prefix {
  /** For the first line, until that was written. */
  first: string | undefined
  readonly rest: string
}

/**
 * Puts text together line by line as HTML is shown: white space collapses, blocks begin on a new line and keep a distance,
 * lines of quotations and list items have a prefix. Lines end in CRLF.
 */
export class LineWriter {
  readonly #parts: string[] = []
  readonly #prefixes: Prefix[] = []
  #hasText = false
  /** White space that shows only if something follows it on the line. */
  #hasSpace = false
  /** Whether a blank line is due before whatever follows, and how many prefixes it has. */
  #wantsBlank = false
  #blankDepth = 0
  /** Whether nothing was written since the last prefix was pushed. */
  #isFresh = false
  /** Whether there is no line yet, or the last one is blank. */
  #isBlank = true

  /** Whether the current line holds something. */
  get isInLine(): boolean {
    return this.#hasText
  }

  /** Text whose white space collapses; no-break spaces become ordinary ones. */
  text(text: string): void {
    if (!/[^ \t\n\f\r]/.test(text)) {
      this.#hasSpace ||= this.#hasText && text !== ''
      return
    }
    if (isSpace(text.charCodeAt(0))) this.#hasSpace ||= this.#hasText
    const words = text.replace(/[ \t\n\f\r]+/g, ' ')
    const start = words.startsWith(' ') ? 1 : 0
    const end = words.endsWith(' ') ? words.length - 1 : words.length
    this.#write(words.slice(start, end).replaceAll('\u00a0', ' '))
    this.#hasSpace = end < words.length
  }

  /** Text that is shown as it is, with its line ends. */
  preformatted(text: string): void {
    const lines = text.split(/\r\n|\r|\n/)
    for (const [i, line] of lines.entries()) {
      if (i > 0) this.lineBreak()
      if (line !== '') this.#write(line.replaceAll('\u00a0', ' '))
    }
  }

  /** Ends the line, even if there is nothing on it. */
  lineBreak(): void {
    if (!this.#hasText) this.#beginLine(true)
    this.#isBlank = !this.#hasText
    this.#endLine()
  }

  /** A block begins or ends here. */
  block(isApart: boolean): void {
    if (this.#hasText) {
      this.#isBlank = false
      this.#endLine()
    }
    this.#hasSpace = false
    // A paragraph that begins a list item is not set apart from its bullet.
    if (!isApart || this.#isFresh) return
    const depth = this.#prefixes.length
    this.#blankDepth = this.#wantsBlank ? Math.min(this.#blankDepth, depth) : depth
    this.#wantsBlank = true
  }

  /** From here on, lines begin with a prefix; the first one with another. */
  pushPrefix(first: string, rest: string): void {
    this.#prefixes.push({ first, rest })
    this.#isFresh = true
  }

  popPrefix(): void {
    this.#prefixes.pop()
  }

  finish(): string {
    return this.#parts.join('')
  }

  #write(text: string): void {
    if (!this.#hasText) this.#beginLine(false)
    else if (this.#hasSpace) this.#parts.push(' ')
    this.#hasSpace = false
    this.#hasText = true
    this.#parts.push(text)
  }

  #beginLine(staysBlank: boolean): void {
    if (this.#wantsBlank && !this.#isBlank) {
      this.#parts.push(this.#prefix(true, Math.min(this.#blankDepth, this.#prefixes.length)), '\r\n')
    }
    this.#wantsBlank = false
    this.#isFresh = false
    this.#parts.push(this.#prefix(staysBlank, this.#prefixes.length))
  }

  #endLine(): void {
    this.#parts.push('\r\n')
    this.#hasText = false
    this.#hasSpace = false
  }

  /** What stands in front of the line that begins; list items wait for one with something on it. */
  #prefix(isBlankLine: boolean, depth: number): string {
    let prefix = ''
    for (const entry of this.#prefixes.slice(0, Math.min(depth, MAX_PREFIXES))) {
      prefix += isBlankLine ? entry.rest : (entry.first ?? entry.rest)
      if (!isBlankLine) entry.first = undefined
    }
    return isBlankLine ? prefix.trimEnd() : prefix
  }
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d && unit !== 0x0b)
}
