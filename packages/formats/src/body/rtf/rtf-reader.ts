import { decodeLatin1 } from '@bourse/mapi/bytes'
import { DEFAULT_CODE_PAGE } from '../code-page.ts'
import { decodeText } from '../text-decoder.ts'
import { codePageOfCharset } from './charset.ts'
import { RtfTokens } from './rtf-tokens.ts'

/** Who makes something of the contents of RTF. `F` is state of its own that groups save and restore. */
export interface RtfSink<F> {
  /**
   * A group is a destination (`{\fonttbl …}`, `{\*\word …}`). Says what becomes of its contents: skipped, or read as any other group's.
   * Asked for those that {@link isTextless} or begin with `\*`.
   */
  destination(word: string, parameter: number | undefined, reader: RtfReader<F>): 'skip' | 'read'
  /** Text of the document, with all escapes resolved. */
  text(text: string, reader: RtfReader<F>): void
  /** A control word or symbol that the reader leaves alone. */
  control(word: string, parameter: number | undefined, reader: RtfReader<F>): void
  groupEnd?(reader: RtfReader<F>): void
}

/** A font of the font table. */
export interface RtfFont {
  readonly name: string
  /** `undefined`: that of the document. */
  readonly codePage: number | undefined
}

/** What a group inherits from the one it is in, and gives back at its end. */
interface GroupState<F> {
  readonly destination: 'text' | 'fonts' | 'skip'
  readonly font: number | undefined
  /** How many characters follow a `\u` for readers that do not know Unicode (`\uc`). */
  readonly unicodeSkip: number
  /** Whether text is in the code page of the document, whatever the font's is. */
  readonly ignoresFont: boolean
  readonly format: F
}

/** Destinations that hold no text of the document, whether they begin with `\*` or not. */
const TEXTLESS: ReadonlySet<string> = new Set(
  `annotation atnauthor atnicn atnid atnref atntime atrfend atrfstart author background bkmkend bkmkstart buptim category
  colortbl comment company creatim datafield do doccomm fldinst fldtype fonttbl footer footerf footerl footerr footnote
  formfield ftncn ftnsep ftnsepc generator header headerf headerl headerr hlinkbase info keywords listoverridetable
  listtable listtext manager nextfile nonshppict objalias objclass objdata objname object operator pict pn pnseclvl
  pntext pntxta pntxtb printim private revtbl revtim rxe shppict stylesheet subject tc title txe xe xmlnstbl`.split(
    /\s+/,
  ),
)

export function isTextless(word: string): boolean {
  return TEXTLESS.has(word)
}

/** Characters that control words and symbols stand for ([MSFT-RTF] "Special Characters"; [MS-OXRTFEX] 2.1.3.1.4.2). */
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['lquote', '\u2018'],
  ['rquote', '\u2019'],
  ['ldblquote', '\u201c'],
  ['rdblquote', '\u201d'],
  ['bullet', '\u2022'],
  ['endash', '\u2013'],
  ['emdash', '\u2014'],
  ['enspace', '\u2002'],
  ['emspace', '\u2003'],
  ['qmspace', '\u2005'],
  ['zwj', '\u200d'],
  ['zwnj', '\u200c'],
  ['ltrmark', '\u200e'],
  ['rtlmark', '\u200f'],
  ['~', '\u00a0'],
  ['-', '\u00ad'],
  ['\\', '\\'],
  ['{', '{'],
  ['}', '}'],
])

/** How deep groups may lie in each other for their state to be kept; deeper ones share it. */
const MAX_DEPTH = 2000

/** How many fonts are remembered. */
const MAX_FONTS = 10_000

/**
 * Reads RTF ([MSFT-RTF]): follows groups, destinations, fonts and code pages, and hands text and control words to a sink. Never fails.
 * Takes time and memory in proportion to its input.
 */
export class RtfReader<F> {
  readonly #sink: RtfSink<F>
  readonly #tokens: RtfTokens
  readonly #stack: GroupState<F>[] = []
  /** Groups that are open beyond {@link MAX_DEPTH}. */
  #overflow = 0
  #state: GroupState<F>
  #codePage = DEFAULT_CODE_PAGE
  #defaultFont: number | undefined
  readonly #fonts = new Map<number, RtfFont>()
  /** The entry of the font table that is being read. */
  #entry: { id: number; name: string; codePage: number | undefined } | undefined
  /** Characters that are still to be skipped after a `\u`. */
  #skip = 0
  /** Bytes that were not decoded yet: a character may be spread over several tokens. */
  #pending = new Uint8Array(64)
  #pendingLength = 0
  /** `\*` came last. */
  #isStarred = false
  /** Nothing came since the beginning of the group. */
  #isGroupStart = false

  constructor(rtf: Uint8Array, format: F, sink: RtfSink<F>) {
    this.#tokens = new RtfTokens(rtf)
    this.#sink = sink
    this.#state = { destination: 'text', font: undefined, unicodeSkip: 1, ignoresFont: false, format }
  }

  /** The sink's state in the current group. */
  get format(): F {
    return this.#state.format
  }

  set format(format: F) {
    this.#flush()
    this.#state = { ...this.#state, format }
  }

  /** The font that is selected. */
  get font(): RtfFont | undefined {
    const font = this.#state.font ?? this.#defaultFont
    return font === undefined ? undefined : this.#fonts.get(font)
  }

  /** From here to the end of the group, text is in the code page of the document, whatever the font's is. */
  ignoreFont(): void {
    this.#flush()
    this.#state = { ...this.#state, ignoresFont: true }
  }

  /** Reads to the end of the outermost group. */
  read(): void {
    const tokens = this.#tokens
    for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
      switch (kind) {
        case 'groupStart':
          this.#groupStart()
          continue
        case 'groupEnd':
          if (!this.#groupEnd()) return
          continue
        case 'control':
          this.#control(tokens.word, tokens.parameter)
          break
        case 'symbol':
          this.#symbol(tokens.word)
          break
        case 'byte':
          if (this.#skip > 0) this.#skip--
          else this.#byte(tokens.byte)
          break
        case 'text':
          this.#text(tokens.start, tokens.end)
          break
        case 'binary':
          if (this.#skip > 0) this.#skip--
          break
      }
      this.#isGroupStart = false
      if (kind !== 'symbol') this.#isStarred = false
    }
    this.#flush()
  }

  #groupStart(): void {
    this.#flush()
    this.#skip = 0
    this.#isStarred = false
    if (this.#stack.length < MAX_DEPTH) {
      this.#stack.push(this.#state)
      this.#isGroupStart = true
    } else {
      this.#overflow++
      this.#isGroupStart = false
    }
  }

  /** Whether any group is still open. */
  #groupEnd(): boolean {
    this.#flush()
    this.#skip = 0
    this.#isStarred = false
    this.#isGroupStart = false
    if (this.#overflow > 0) {
      this.#overflow--
      return true
    }
    const outer = this.#stack.pop()
    if (outer === undefined) return false
    if (this.#state.destination === 'fonts') this.#endFont()
    if (this.#state.destination === 'text') this.#sink.groupEnd?.(this)
    this.#state = outer
    return this.#stack.length > 0
  }

  #control(word: string, parameter: number | undefined): void {
    if (this.#skip > 0) {
      this.#skip--
      return
    }
    const isStarred = this.#isStarred
    this.#isStarred = false
    if (this.#state.destination === 'skip') return
    if (this.#isGroupStart || isStarred) {
      if (word === 'fonttbl') {
        this.#state = { ...this.#state, destination: 'fonts' }
        return
      }
      if (isStarred || isTextless(word)) {
        if (this.#sink.destination(word, parameter, this) === 'skip') {
          this.#state = { ...this.#state, destination: 'skip' }
        }
        return
      }
    }
    if (this.#state.destination === 'fonts') this.#fontControl(word, parameter)
    else this.#textControl(word, parameter)
  }

  #symbol(symbol: string): void {
    if (this.#skip > 0) {
      this.#skip--
      return
    }
    this.#isStarred = symbol === '*'
    if (this.#isStarred || this.#state.destination === 'skip') return
    if (symbol === '\r' || symbol === '\n') this.#textControl('par', undefined)
    else if (symbol === '\t') this.#textControl('tab', undefined)
    else this.#textControl(symbol, undefined)
  }

  #textControl(word: string, parameter: number | undefined): void {
    const character = CHARACTERS.get(word)
    if (character !== undefined) {
      this.#emit(character)
      return
    }
    switch (word) {
      case 'ansicpg':
        if (parameter !== undefined && parameter > 0) {
          this.#flush()
          this.#codePage = parameter
        }
        break
      case 'mac':
        this.#codePage = 10000
        break
      case 'pc':
        this.#codePage = 437
        break
      case 'pca':
        this.#codePage = 850
        break
      case 'deff':
        this.#defaultFont = parameter
        break
      case 'f':
        this.#flush()
        this.#state = { ...this.#state, font: parameter }
        break
      case 'uc':
        this.#state = { ...this.#state, unicodeSkip: Math.max(parameter ?? 1, 0) }
        break
      case 'u':
        // Negative numbers are code units beyond 0x7FFF.
        this.#emit(String.fromCharCode((parameter ?? 0x3f) & 0xffff))
        this.#skip = this.#state.unicodeSkip
        break
      case 'plain':
        this.#flush()
        this.#state = { ...this.#state, font: undefined }
        this.#sink.control(word, parameter, this)
        break
      default:
        this.#flush()
        this.#sink.control(word, parameter, this)
    }
  }

  #fontControl(word: string, parameter: number | undefined): void {
    switch (word) {
      case 'f':
        this.#endFont()
        this.#entry = { id: parameter ?? 0, name: '', codePage: undefined }
        break
      case 'fcharset':
        if (this.#entry !== undefined) this.#entry.codePage ??= codePageOfCharset(parameter ?? 0)
        break
      case 'cpg':
        if (this.#entry !== undefined && parameter !== undefined && parameter > 0)
          this.#entry.codePage = parameter
        break
    }
  }

  #endFont(): void {
    if (this.#entry === undefined || this.#fonts.size >= MAX_FONTS) return
    const { id, name, codePage } = this.#entry
    this.#fonts.set(id, { name: name.replace(/;.*$/s, '').trim(), codePage })
    this.#entry = undefined
  }

  #text(start: number, end: number): void {
    const from = Math.min(start + this.#skip, end)
    this.#skip -= from - start
    if (from === end || this.#state.destination === 'skip') return
    const { bytes } = this.#tokens
    let at = from
    while (at < end) {
      const asciiEnd = endOfAscii(bytes, at, end)
      // The second byte of a character may well be an ASCII one, so only what nothing waits for is taken as it is.
      if (this.#pendingLength === 0 && asciiEnd > at) {
        this.#emit(decodeLatin1(bytes, at, asciiEnd))
        at = asciiEnd
      } else {
        this.#byte(bytes[at++]!)
      }
    }
  }

  #byte(byte: number): void {
    if (this.#state.destination === 'skip') return
    if (this.#pendingLength === this.#pending.length) {
      const larger = new Uint8Array(this.#pending.length * 2)
      larger.set(this.#pending)
      this.#pending = larger
    }
    this.#pending[this.#pendingLength++] = byte
  }

  /** Decodes the bytes that were collected, in the code page that holds for them. */
  #flush(): void {
    if (this.#pendingLength === 0) return
    const bytes = this.#pending.subarray(0, this.#pendingLength)
    this.#pendingLength = 0
    const codePage = this.#state.ignoresFont ? undefined : this.font?.codePage
    this.#output(decodeText(bytes, codePage ?? this.#codePage))
  }

  #emit(text: string): void {
    this.#flush()
    this.#output(text)
  }

  #output(text: string): void {
    if (this.#state.destination === 'text') this.#sink.text(text, this)
    else if (this.#entry !== undefined && this.#entry.name.length < 100) this.#entry.name += text
  }
}

function endOfAscii(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at]! < 0x80) at++
  return at
}
