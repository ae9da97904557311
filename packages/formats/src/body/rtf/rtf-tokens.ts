import { decodeLatin1 } from '@bourse/mapi/bytes'

/**
 * What RTF consists of ([MSFT-RTF] "RTF Syntax").
 *
 * | kind | what it is |
 * | --- | --- |
 * | groupStart, groupEnd | `{` and `}` |
 * | control | a control word, with its parameter if it has one |
 * | symbol | a control symbol: backslash and one character that is no letter |
 * | byte | `\'hh` |
 * | text | bytes of text that stand for themselves |
 * | binary | `\binN` with the bytes after it |
 * | end | nothing is left |
 */
export type RtfTokenKind =
  | 'groupStart'
  | 'groupEnd'
  | 'control'
  | 'symbol'
  | 'byte'
  | 'text'
  | 'binary'
  | 'end'

const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const APOSTROPHE = 0x27
const MINUS = 0x2d
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d

/** No control word of any version of RTF is longer than 32 letters; what is, is none of interest. */
const MAX_WORD = 64

/** Parameters are signed numbers of 32 bits. */
const MAX_PARAMETER = 0x7fffffff

/**
 * Takes RTF apart, front to back, one token at a time and without allocating for it. Never fails: bytes that are no RTF are
 * text.
 */
export class RtfTokens {
  readonly bytes: Uint8Array
  #at = 0
  /** What the last call of {@link next} found. */
  kind: RtfTokenKind = 'end'
  /** The control word without its backslash, or the character of a symbol. */
  word = ''
  /** The parameter of a control word. */
  parameter: number | undefined
  /** The value of a `\'hh`. */
  byte = 0
  /** Where text begins and ends in {@link bytes}. */
  start = 0
  end = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Goes to the next token; returns its kind. */
  next(): RtfTokenKind {
    const { bytes } = this
    // Line ends between tokens mean nothing.
    while (bytes[this.#at] === CR || bytes[this.#at] === LF) this.#at++
    if (this.#at >= bytes.length) this.kind = 'end'
    else {
      switch (bytes[this.#at]) {
        case OPEN:
          this.#at++
          this.kind = 'groupStart'
          break
        case CLOSE:
          this.#at++
          this.kind = 'groupEnd'
          break
        case BACKSLASH:
          this.#at++
          this.#control()
          break
        default:
          this.#text()
      }
    }
    return this.kind
  }

  #text(): void {
    const { bytes } = this
    this.start = this.#at
    let at = this.#at + 1
    for (; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === BACKSLASH || byte === OPEN || byte === CLOSE || byte === CR || byte === LF) break
    }
    this.end = at
    this.#at = at
    this.kind = 'text'
  }

  #control(): void {
    const { bytes } = this
    const first = bytes[this.#at]
    if (first === undefined) {
      this.kind = 'end'
    } else if (first === APOSTROPHE) {
      this.#at++
      this.#hex()
    } else if (isLetter(first)) {
      this.#controlWord()
    } else {
      this.#at++
      this.kind = 'symbol'
      this.word = String.fromCharCode(first)
    }
  }

  #hex(): void {
    const high = hexValue(this.bytes[this.#at])
    const low = hexValue(this.bytes[this.#at + 1])
    this.kind = 'byte'
    // Where no two digits follow, there is nothing that could be meant.
    this.byte = high < 0 || low < 0 ? 0x3f : high * 16 + low
    if (high >= 0) this.#at += low < 0 ? 1 : 2
  }

  #controlWord(): void {
    const { bytes } = this
    const start = this.#at
    let at = start
    while (at < bytes.length && isLetter(bytes[at]!)) at++
    this.word = decodeLatin1(bytes, start, Math.min(at, start + MAX_WORD))
    this.parameter = undefined
    const isNegative = bytes[at] === MINUS && isDigit(bytes[at + 1])
    if (isNegative) at++
    if (isDigit(bytes[at])) {
      let value = 0
      for (; isDigit(bytes[at]); at++) value = Math.min(value * 10 + bytes[at]! - 0x30, MAX_PARAMETER)
      this.parameter = isNegative ? -value : value
    }
    if (bytes[at] === SPACE) at++
    this.kind = 'control'
    if (this.word === 'bin') {
      at = Math.min(at + Math.max(this.parameter ?? 0, 0), bytes.length)
      this.kind = 'binary'
    }
    this.#at = at
  }
}

function isLetter(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (isDigit(byte)) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
