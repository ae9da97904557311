/** A line, or a piece of one that is longer than is waited for. */
export interface Line {
  /** With its end. */
  readonly bytes: Uint8Array
  /** Whether a line begins here. */
  readonly isStart: boolean
}

/** The longest line that comes in one piece, in bytes. */
const MAX_LINE = 4096
const LF = 0x0a

/** The lines of a stream. */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let rest = new Uint8Array(0)
  let isStart = true
  for await (const piece of source) {
    let bytes = piece
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + piece.length)
      bytes.set(rest)
      bytes.set(piece, rest.length)
    }
    let start = 0
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      yield { bytes: bytes.subarray(start, end + 1), isStart }
      isStart = true
      start = end + 1
    }
    if (bytes.length - start > MAX_LINE) {
      yield { bytes: bytes.subarray(start), isStart }
      isStart = false
      start = bytes.length
    }
    rest = bytes.slice(start)
  }
  if (rest.length > 0) yield { bytes: rest, isStart }
}

/** Whether a line has nothing but its end. */
export function isBlank({ bytes, isStart }: Line): boolean {
  return isStart && (bytes.length === 1 || (bytes.length === 2 && bytes[0] === 0x0d)) && bytes.at(-1) === LF
}

const FROM = [0x46, 0x72, 0x6f, 0x6d, 0x20]
const QUOTE = 0x3e

/** How many `>` stand before `From ` at the start of a line; -1 for other lines. */
export function fromDepth({ bytes, isStart }: Line): number {
  if (!isStart) return -1
  let depth = 0
  while (bytes[depth] === QUOTE) depth++
  return FROM.every((byte, i) => bytes[depth + i] === byte) ? depth : -1
}
