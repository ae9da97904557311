import { DEFAULT_CODE_PAGE, encodingOfCodePage } from './code-page.ts'
import { decodeText } from './text-decoder.ts'

/** What stands for a character that a code page lacks: ASCII text. */
export type Substitute = (character: string) => string

const QUESTION_MARK: Substitute = () => '?'

/**
 * The bytes of text in a Windows code page; as windows-1252 if the code page is not known.
 *
 * @param substitute ASCII text to be put in the place of a character that the code page lacks, `?` if left out
 */
export function encodeText(
  text: string,
  codePage: number,
  substitute: Substitute = QUESTION_MARK,
): Uint8Array<ArrayBuffer> {
  switch (encodingOfCodePage(codePage)) {
    case 'utf-8':
      return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
    case 'utf-16le':
    case 'utf-16be':
      return encodeUtf16(text, codePage)
    case 'iso-2022-jp': {
      const table = tableOf(51932)
      return encodeWith(text, (character) => table.get(fullWidth(character)), substitute, jisEscapes)
    }
    case 'gb18030': {
      const table = tableOf(codePage)
      return encodeWith(text, (character) => table.get(character) ?? supplementary(character), substitute)
    }
    default: {
      const table = tableOf(codePage)
      return encodeWith(text, (character) => table.get(character), substitute)
    }
  }
}

/**
 * Bytes by character, as one number with the first byte highest. Built by decoding all that can be decoded, so that encoding is the
 * reverse of what `TextDecoder` does.
 */
type Table = ReadonlyMap<string, number>

const tables = new Map<number, Table>()

function tableOf(codePage: number): Table {
  let table = tables.get(codePage)
  if (table === undefined) {
    table = buildTable(codePage)
    tables.set(codePage, table)
  }
  return table
}

function buildTable(codePage: number): Table {
  const table = new Map<string, number>()
  const add = (character: string, bytes: number): void => {
    if (!table.has(character)) table.set(character, bytes)
  }
  switch (encodingOfCodePage(codePage) ?? encodingOfCodePage(DEFAULT_CODE_PAGE)) {
    case 'us-ascii':
      addSingleBytes(codePage, 0x80, add)
      break
    case 'shift_jis':
      addSingleBytes(codePage, 0x100, add)
      // The characters that NEC and IBM both added are written as IBM's ([WHATWG Encoding] 5, index Shift_JIS).
      addDoubleBytes(codePage, (lead) => lead !== 0xed && lead !== 0xee, add)
      break
    case 'big5':
      addSingleBytes(codePage, 0x80, add)
      // Below are the extensions of Hong Kong, which are only read.
      addDoubleBytes(codePage, (lead) => lead >= 0xa1, add)
      break
    case 'gbk':
    case 'euc-kr':
    case 'euc-jp':
      addSingleBytes(codePage, 0x100, add)
      addDoubleBytes(codePage, () => true, add)
      break
    case 'gb18030':
      addSingleBytes(codePage, 0x80, add)
      addDoubleBytes(codePage, () => true, add)
      addFourBytes(codePage, add)
      break
    default:
      addSingleBytes(codePage, 0x100, add)
  }
  return table
}

type Add = (character: string, bytes: number) => void

/** Decodes byte sequences of one length, each followed by a line feed, and adds those that are one character. */
function addSequences(codePage: number, sequences: readonly (readonly number[])[], add: Add): void {
  const decoded = decodeText(Uint8Array.from(sequences.flatMap((bytes) => [...bytes, 0x0a])), codePage)
  const cells = decoded.split('\n')
  for (const [i, bytes] of sequences.entries()) {
    const cell = cells[i]!
    const isOne = cell.length === 1 || (cell.length === 2 && cell.codePointAt(0)! > 0xffff)
    if (isOne && cell !== '\ufffd') add(cell, asNumber(bytes))
  }
}

function asNumber(bytes: readonly number[]): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

function addSingleBytes(codePage: number, end: number, add: Add): void {
  add('\n', 0x0a)
  const sequences: number[][] = []
  for (let byte = 0; byte < end; byte++) if (byte !== 0x0a) sequences.push([byte])
  addSequences(codePage, sequences, add)
}

function addDoubleBytes(codePage: number, isLead: (byte: number) => boolean, add: Add): void {
  const sequences: number[][] = []
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    if (!isLead(lead)) continue
    for (let trail = 0x40; trail <= 0xfe; trail++) if (trail !== 0x7f) sequences.push([lead, trail])
  }
  addSequences(codePage, sequences, add)
}

/** The four-byte sequences of GB18030 for characters up to U+FFFF; those beyond follow a formula. */
function addFourBytes(codePage: number, add: Add): void {
  const sequences: number[][] = []
  for (let pointer = 0; pointer < 39_420; pointer++) sequences.push(fourBytes(pointer))
  addSequences(codePage, sequences, add)
}

function fourBytes(pointer: number): number[] {
  return [
    0x81 + Math.floor(pointer / 12_600),
    0x30 + (Math.floor(pointer / 1260) % 10),
    0x81 + (Math.floor(pointer / 10) % 126),
    0x30 + (pointer % 10),
  ]
}

/** Pointer of U+10000 among the four-byte sequences of GB18030. */
const GB18030_SUPPLEMENTARY = 189_000

function supplementary(character: string): number | undefined {
  return character.length === 2
    ? asNumber(fourBytes(character.codePointAt(0)! - 0x10000 + GB18030_SUPPLEMENTARY))
    : undefined
}

function encodeWith(
  text: string,
  lookUp: (character: string) => number | undefined,
  substitute: Substitute,
  shift: (bytes: number, output: Output) => number = (bytes) => bytes,
): Uint8Array<ArrayBuffer> {
  const output = new Output(text.length)
  for (const character of text) {
    const bytes = lookUp(character)
    if (bytes !== undefined) output.add(shift(bytes, output))
    else for (const replacement of substitute(character)) output.add(shift(replacement.charCodeAt(0), output))
  }
  shift(0, output)
  return output.finish()
}

/** ISO-2022-JP has no half-width katakana; the ordinary ones take their place. */
function fullWidth(character: string): string {
  return character >= '\uff61' && character <= '\uff9f' ? character.normalize('NFKC') : character
}

/** ISO-2022-JP: the bytes of EUC-JP without their high bits, between escape sequences. */
function jisEscapes(bytes: number, output: Output): number {
  const isDouble = bytes > 0xff
  if (isDouble !== output.isShifted) {
    output.isShifted = isDouble
    // ESC $ B, ESC ( B
    output.add(isDouble ? 0x1b2442 : 0x1b2842)
  }
  return isDouble ? bytes & 0x7f7f : bytes
}

function encodeUtf16(text: string, codePage: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), codePage === 1200)
  return bytes
}

class Output {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0
  isShifted = false

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity + 8)
  }

  /** Appends a number's bytes, the highest that is not zero first. */
  add(bytes: number): void {
    if (this.#length + 4 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    for (let unit = 0x1000000; unit > 1; unit /= 256) {
      if (bytes >= unit) this.#bytes[this.#length++] = Math.floor(bytes / unit)
    }
    this.#bytes[this.#length++] = bytes
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }
}
