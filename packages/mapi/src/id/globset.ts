import { isGlobcnt, MAX_GLOBCNT } from './globcnt.ts'

/** The GLOBCNTs from `low` to `high`, both included. */
export interface GlobcntRange {
  readonly low: number
  readonly high: number
}

/** Numbers that a chunk holds at most, two per range. */
const CHUNK_CAPACITY = 512

/** Ranges in order, flattened: low, high, low, high, … Never empty. */
type Chunk = number[]

/**
 * A set of GLOBCNTs ([MS-OXCFXICS] 2.2.2.6), held as ranges: sorted, neither overlapping nor adjacent.
 * Its cost depends on the number of ranges, never on the number of GLOBCNTs in them.
 *
 * The set is mutable, because sets of synchronization grow by one change at a time; {@link clone} it to
 * keep a state. The ranges lie in chunks, so that looking up, adding and removing take logarithmic time
 * wherever in a set of millions of ranges they happen; appending at the end takes constant time.
 *
 * ```ts
 * const seen = Globset.of(1, 2, 3, 7)
 * seen.add(4)
 * [...seen] // [{ low: 1, high: 4 }, { low: 7, high: 7 }]
 * ```
 */
export class Globset implements Iterable<GlobcntRange> {
  #chunks: Chunk[] = []
  #rangeCount = 0

  /** The set of these GLOBCNTs. */
  static of(...globcnts: readonly number[]): Globset {
    return Globset.fromGlobcnts(globcnts)
  }

  /** The set of GLOBCNTs that come in any order, fastest in ascending. */
  static fromGlobcnts(globcnts: Iterable<number>): Globset {
    const set = new Globset()
    for (const globcnt of globcnts) set.add(globcnt)
    return set
  }

  /** The set of ranges that come in any order, fastest in ascending, and may overlap. */
  static from(ranges: Iterable<GlobcntRange>): Globset {
    const set = new Globset()
    for (const { low, high } of ranges) set.addRange(low, high)
    return set
  }

  /** Whether there is nothing in the set. */
  get isEmpty(): boolean {
    return this.#chunks.length === 0
  }

  /** How many ranges the set consists of. */
  get rangeCount(): number {
    return this.#rangeCount
  }

  /** The lowest GLOBCNT in the set; undefined in an empty one. */
  get lowest(): number | undefined {
    return this.#chunks[0]?.[0]
  }

  /** The highest GLOBCNT in the set; undefined in an empty one. */
  get highest(): number | undefined {
    return this.#chunks.at(-1)?.at(-1)
  }

  /** How many GLOBCNTs are in the set. Adds up all ranges. */
  count(): number {
    let count = 0
    this.forEachRange((low, high) => {
      count += high - low + 1
    })
    return count
  }

  /** Whether a GLOBCNT is in the set. */
  has(globcnt: number): boolean {
    return this.hasRange(globcnt, globcnt)
  }

  /** Whether all of a range is in the set. */
  hasRange(low: number, high: number): boolean {
    const chunk = this.#chunks[chunkReaching(this.#chunks, low)]
    if (chunk === undefined) return false
    const at = rangeReaching(chunk, low)
    return chunk[at]! <= low && chunk[at + 1]! >= high
  }

  /** Adds a GLOBCNT. Returns whether it was missing. Throws `RangeError` when it is none. */
  add(globcnt: number): boolean {
    return this.addRange(globcnt, globcnt)
  }

  /** Adds a range. Returns whether any of it was missing. Throws `RangeError` when it is none. */
  addRange(low: number, high: number): boolean {
    checkRange(low, high)
    const chunks = this.#chunks
    const last = chunks.at(-1)
    if (last === undefined || low > last.at(-1)! + 1) {
      this.#append(low, high)
      return true
    }
    // The first range that overlaps or touches the new one, or lies behind it.
    const firstChunk = chunkReaching(chunks, low - 1)
    const chunk = chunks[firstChunk]!
    const first = rangeReaching(chunk, low - 1)
    if (chunk[first]! <= low && chunk[first + 1]! >= high) return false
    const newLow = Math.min(low, chunk[first]!)
    let newHigh = high
    // The first range that ends behind the new one; it is swallowed too if it overlaps or touches.
    let endChunk = chunkReaching(chunks, high + 1)
    let end = 0
    if (endChunk < chunks.length) {
      end = rangeReaching(chunks[endChunk]!, high + 1)
      if (chunks[endChunk]![end]! <= high + 1) {
        newHigh = chunks[endChunk]![end + 1]!
        end += 2
      }
    } else {
      endChunk -= 1
      end = chunks[endChunk]!.length
    }
    this.#replace(firstChunk, first, endChunk, end, [newLow, newHigh])
    return true
  }

  /** Removes a GLOBCNT. Returns whether it was there. */
  remove(globcnt: number): boolean {
    return this.removeRange(globcnt, globcnt)
  }

  /** Removes a range. Returns whether any of it was there. Throws `RangeError` when it is none. */
  removeRange(low: number, high: number): boolean {
    checkRange(low, high)
    const chunks = this.#chunks
    const firstChunk = chunkReaching(chunks, low)
    const chunk = chunks[firstChunk]
    if (chunk === undefined) return false
    const first = rangeReaching(chunk, low)
    if (chunk[first]! > high) return false
    const left: number[] = []
    if (chunk[first]! < low) left.push(chunk[first]!, low - 1)
    let endChunk = chunkReaching(chunks, high + 1)
    let end = 0
    if (endChunk < chunks.length) {
      end = rangeReaching(chunks[endChunk]!, high + 1)
      if (chunks[endChunk]![end]! <= high) {
        left.push(high + 1, chunks[endChunk]![end + 1]!)
        end += 2
      }
    } else {
      endChunk -= 1
      end = chunks[endChunk]!.length
    }
    this.#replace(firstChunk, first, endChunk, end, left)
    return true
  }

  /** Adds all that is in another set. */
  addAll(other: Globset): void {
    if (isMuchSmaller(other, this)) other.forEachRange((low, high) => this.addRange(low, high))
    else this.#become(this.union(other))
  }

  /** Removes all that is in another set. */
  removeAll(other: Globset): void {
    if (other !== this && isMuchSmaller(other, this)) {
      other.forEachRange((low, high) => this.removeRange(low, high))
    } else {
      this.#become(this.difference(other))
    }
  }

  /** A new set of what is in either. */
  union(other: Globset): Globset {
    const result = new Globset()
    const a = new RangeCursor(this.#chunks)
    const b = new RangeCursor(other.#chunks)
    while (!a.done || !b.done) {
      const next = b.done || (!a.done && a.low <= b.low) ? a : b
      result.#appendOrExtend(next.low, next.high)
      next.advance()
    }
    return result
  }

  /** A new set of what is in this one and not in the other. */
  difference(other: Globset): Globset {
    const result = new Globset()
    const b = new RangeCursor(other.#chunks)
    for (const a = new RangeCursor(this.#chunks); !a.done; a.advance()) {
      let { low } = a
      while (!b.done && b.low <= a.high) {
        if (b.low > low) result.#append(low, b.low - 1)
        if (b.high >= low) low = b.high + 1
        if (b.high > a.high) break
        b.advance()
      }
      if (low <= a.high) result.#append(low, a.high)
    }
    return result
  }

  /** A new set of what is in both. */
  intersection(other: Globset): Globset {
    const result = new Globset()
    const a = new RangeCursor(this.#chunks)
    const b = new RangeCursor(other.#chunks)
    while (!a.done && !b.done) {
      const low = Math.max(a.low, b.low)
      const high = Math.min(a.high, b.high)
      if (low <= high) result.#append(low, high)
      if (a.high <= b.high) a.advance()
      else b.advance()
    }
    return result
  }

  /** Whether everything in the other set is in this one. */
  isSupersetOf(other: Globset): boolean {
    for (const { low, high } of other) if (!this.hasRange(low, high)) return false
    return true
  }

  /** Whether both sets hold the same. */
  equals(other: Globset): boolean {
    const a = new RangeCursor(this.#chunks)
    const b = new RangeCursor(other.#chunks)
    for (; !a.done && !b.done; a.advance(), b.advance()) {
      if (a.low !== b.low || a.high !== b.high) return false
    }
    return a.done && b.done
  }

  /** A copy that later changes leave alone. */
  clone(): Globset {
    const copy = new Globset()
    copy.#chunks = this.#chunks.map((chunk) => chunk.slice())
    copy.#rangeCount = this.#rangeCount
    return copy
  }

  /** The ranges in ascending order. The set must not change meanwhile. */
  *ranges(): IterableIterator<GlobcntRange> {
    for (const chunk of this.#chunks) {
      for (let i = 0; i < chunk.length; i += 2) yield { low: chunk[i]!, high: chunk[i + 1]! }
    }
  }

  /** The same as {@link ranges}. */
  [Symbol.iterator](): IterableIterator<GlobcntRange> {
    return this.ranges()
  }

  /** Calls `visit` with every range in ascending order, without allocating. */
  forEachRange(visit: (low: number, high: number) => void): void {
    for (const chunk of this.#chunks) {
      for (let i = 0; i < chunk.length; i += 2) visit(chunk[i]!, chunk[i + 1]!)
    }
  }

  /** Takes over what a set holds that nobody else will use. */
  #become(other: Globset): void {
    this.#chunks = other.#chunks
    this.#rangeCount = other.#rangeCount
  }

  /** Adds a range that lies behind all others and touches none. */
  #append(low: number, high: number): void {
    const last = this.#chunks.at(-1)
    if (last === undefined || last.length >= CHUNK_CAPACITY) this.#chunks.push([low, high])
    else last.push(low, high)
    this.#rangeCount += 1
  }

  /** Adds a range that begins at or behind the beginning of the last one. */
  #appendOrExtend(low: number, high: number): void {
    const last = this.#chunks.at(-1)
    if (last === undefined || low > last.at(-1)! + 1) this.#append(low, high)
    else if (high > last.at(-1)!) last[last.length - 1] = high
  }

  /**
   * Puts the flattened ranges `replacement` in the place of those from `first` in one chunk up to
   * before `end` in the same or a later one.
   */
  #replace(firstChunk: number, first: number, endChunk: number, end: number, replacement: number[]): void {
    const chunks = this.#chunks
    const chunk = chunks[firstChunk]!
    let numbers = replacement.length + first - end
    for (let i = firstChunk; i < endChunk; i++) numbers -= chunks[i]!.length
    this.#rangeCount += numbers / 2
    if (firstChunk === endChunk) {
      if (end - first === 2 && replacement.length === 2) {
        chunk[first] = replacement[0]!
        chunk[first + 1] = replacement[1]!
      } else {
        chunk.splice(first, end - first, ...replacement)
      }
    } else {
      chunk.length = first
      chunk.push(...replacement)
      chunks[endChunk]!.splice(0, end)
      const emptied = chunks[endChunk]!.length === 0 ? 1 : 0
      chunks.splice(firstChunk + 1, endChunk - firstChunk - 1 + emptied)
    }
    if (chunk.length === 0) {
      chunks.splice(firstChunk, 1)
    } else if (chunk.length > CHUNK_CAPACITY) {
      chunks.splice(firstChunk + 1, 0, chunk.splice(CHUNK_CAPACITY / 2))
    }
  }
}

/** Walks over the ranges of a set. */
class RangeCursor {
  readonly #chunks: readonly Chunk[]
  #chunk = 0
  #at = 0
  /** Whether all ranges were visited; {@link low} and {@link high} mean nothing then. */
  done = false
  low = 0
  high = 0

  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks
    this.#load()
  }

  advance(): void {
    this.#at += 2
    if (this.#at >= this.#chunks[this.#chunk]!.length) {
      this.#chunk += 1
      this.#at = 0
    }
    this.#load()
  }

  #load(): void {
    const chunk = this.#chunks[this.#chunk]
    if (chunk === undefined) {
      this.done = true
      return
    }
    this.low = chunk[this.#at]!
    this.high = chunk[this.#at + 1]!
  }
}

/** Index of the first chunk that ends at or behind `globcnt`; the number of chunks if none does. */
function chunkReaching(chunks: readonly Chunk[], globcnt: number): number {
  let from = 0
  let to = chunks.length
  while (from < to) {
    const middle = (from + to) >>> 1
    const chunk = chunks[middle]!
    if (chunk[chunk.length - 1]! >= globcnt) to = middle
    else from = middle + 1
  }
  return from
}

/** Index in the chunk of the first range that ends at or behind `globcnt`, which one must. */
function rangeReaching(chunk: Chunk, globcnt: number): number {
  let from = 0
  let to = chunk.length / 2 - 1
  while (from < to) {
    const middle = (from + to) >>> 1
    if (chunk[2 * middle + 1]! >= globcnt) to = middle
    else from = middle + 1
  }
  return 2 * from
}

/** Whether changing `large` range by range beats walking over both sets. */
function isMuchSmaller(small: Globset, large: Globset): boolean {
  return small.rangeCount * 16 < large.rangeCount
}

function checkRange(low: number, high: number): void {
  if (!isGlobcnt(low) || !isGlobcnt(high) || low > high) {
    throw new RangeError(`${low} to ${high} is no range of GLOBCNTs (0 to ${MAX_GLOBCNT})`)
  }
}
