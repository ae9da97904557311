import { MULTIPLE_FLAG } from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import { MAX_NAME_SIZE } from './lexer.ts'
import { isMarker } from './marker.ts'
import { MetaTagIdsetGivenOnWire } from './meta-tag.ts'
import { isMultipleType, sizeOfElement, sizeOfType, VARIABLE } from './value-type.ts'

const TAG_SIZE = 4
const LENGTH_SIZE = 4
/** Property set and kind of a namedPropInfo. */
const NAME_HEAD_SIZE = 17
const LID_SIZE = 4
const KIND_LID = 0x00

/** The most bytes of a stream that must stay together ([MS-OXCFXICS] 2.2.4.1 atom): those of a propDef. */
export const MAX_ATOM_SIZE: number = TAG_SIZE + NAME_HEAD_SIZE + MAX_NAME_SIZE

/** Bytes taken that are worth moving the others to the front for. */
const MIN_COMPACTION = 64 * 1024

/**
 * Holds the bytes of a FastTransfer stream between writing and sending, and knows where the stream may be split
 * ([MS-OXCFXICS] 2.2.4.1): between atoms, which are markers, propDefs, fixed-size values and lengths, and anywhere
 * within a value of variable size.
 *
 * It notes only where elements begin. Where one may be split is found by looking at its bytes, which happens once
 * for each buffer that is taken.
 */
export class SplitBuffer {
  /** Where elements are written, each after a call of {@link beginElement}. */
  readonly writer = new ByteWriter(4096)
  /** Where in the writer the bytes begin that were not taken. */
  #head = 0
  /** Positions in the writer at which elements begin; those of data, which may be split anywhere, are negative: -1 - position. */
  #starts: number[] = []
  /** The first of them that counts. */
  #first = 0

  get pending(): number {
    return this.writer.length - this.#head
  }

  /** To be called before a marker or property is written. */
  beginElement(): ByteWriter {
    this.#starts.push(this.writer.length)
    return this.writer
  }

  /** To be called before bytes are written that may be split anywhere. */
  beginData(): void {
    this.#starts.push(-1 - this.writer.length)
  }

  /** Takes back the last call of {@link beginElement}. */
  forgetElement(): void {
    this.#starts.pop()
  }

  /** See `FastTransferWriter.take`. */
  take(maxBytes: number): Uint8Array<ArrayBuffer> {
    const { writer } = this
    const head = this.#head
    const end = writer.length
    if (end - head <= maxBytes) {
      const all = writer.subarray(head, end).slice()
      writer.truncate(0)
      this.#head = 0
      // A value in pieces goes on.
      const last = this.#starts.at(-1)
      this.#starts = last !== undefined && last < 0 ? [-1] : []
      this.#first = 0
      return all
    }
    const limit = head + maxBytes
    const segment = this.#segmentAt(limit)
    const start = this.#starts[segment]!
    const cut = start < 0 ? limit : this.#lastSplit(start, limit)
    if (cut <= head) throw new RangeError(`${maxBytes} bytes are too few for the next part of the stream`)
    const taken = writer.subarray(head, cut).slice()
    this.#head = cut
    this.#forget(segment)
    return taken
  }

  /** The last element or data that begins at `limit` or before. */
  #segmentAt(limit: number): number {
    const starts = this.#starts
    let low = this.#first
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (positionOf(starts[middle]!) <= limit) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The last position up to `limit`, which lies within the element at `start`, at which it may be split. */
  #lastSplit(start: number, limit: number): number {
    const bytes = this.writer.subarray()
    const u32 = (at: number) =>
      (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
    const tag = u32(start)
    if (isMarker(tag)) return start
    let at = start + TAG_SIZE
    if (tag >>> 31 === 1) {
      at += NAME_HEAD_SIZE
      if (bytes[at - 1] === KIND_LID) at += LID_SIZE
      else {
        while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += 2
        at += 2
      }
    }
    if (at > limit) return start
    const type = tag & 0xffff
    if (!isMultipleType(type)) {
      const isVariable = tag === MetaTagIdsetGivenOnWire || sizeOfType(type) === VARIABLE
      return isVariable && at + LENGTH_SIZE <= limit ? limit : at
    }
    const size = sizeOfElement(type | MULTIPLE_FLAG)
    let left = u32(at)
    if (at + LENGTH_SIZE > limit) return at
    at += LENGTH_SIZE
    if (size !== VARIABLE) return at + Math.floor((limit - at) / size) * size
    for (; left > 0 && at + LENGTH_SIZE <= limit; left--) {
      at += LENGTH_SIZE + u32(at)
      if (at >= limit) return limit
    }
    return at
  }

  /** Gives up the bytes of all elements before `segment`, now or when it is worth it. */
  #forget(segment: number): void {
    const starts = this.#starts
    this.#first = segment
    if (starts[segment]! < 0) starts[segment] = -1 - this.#head
    const position = positionOf(starts[segment]!)
    if (position < MIN_COMPACTION || position * 2 < this.writer.length) return
    this.writer.discard(position)
    this.#head -= position
    this.#starts = starts.slice(segment).map((start) => (start < 0 ? start + position : start - position))
    this.#first = 0
  }
}

function positionOf(start: number): number {
  return start < 0 ? -1 - start : start
}
