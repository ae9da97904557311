import { DecodeError } from './decode-error.ts'
import { formatGuid, type Guid } from './guid.ts'
import { decodeLatin1, decodeShortUtf16z, decodeUtf16 } from './text.ts'

/** Copies of at most so many bytes share a buffer. */
const MAX_SHARED_SIZE = 1024
/** How large such a buffer is: what one copy can keep from being freed. */
const SHARED_BUFFER_SIZE = 8 * 1024

const NO_BYTES = new Uint8Array(0)

/**
 * Reads little-endian values from a byte array, front to back. Every read checks that the bytes are
 * there before it takes, or allocates, anything; if not it throws a {@link DecodeError}.
 */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Position of the next byte to read, counted in {@link bytes}. */
  offset: number
  /** Position after the last byte that may be read. */
  readonly end: number

  /** A copy of the bytes from {@link #copiedFrom} on. */
  #copied: Uint8Array<ArrayBufferLike> = NO_BYTES
  #copiedFrom = 0

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.offset = offset
    this.end = end
  }

  /** Bytes left to read. */
  get remaining(): number {
    return this.end - this.offset
  }

  fail(reason: string, offset: number = this.offset): never {
    throw new DecodeError(reason, offset)
  }

  /** Steps over `length` bytes and returns where they begin. */
  take(length: number): number {
    const start = this.offset
    if (length > this.end - start) {
      this.fail(`${length} bytes wanted, ${this.end - start} left`)
    }
    this.offset = start + length
    return start
  }

  u8(): number {
    return this.bytes[this.take(1)]!
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true)
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  i16(): number {
    return this.view.getInt16(this.take(2), true)
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true)
  }

  i64(): bigint {
    return this.view.getBigInt64(this.take(8), true)
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true)
  }

  f32(): number {
    return this.view.getFloat32(this.take(4), true)
  }

  f64(): number {
    return this.view.getFloat64(this.take(8), true)
  }

  /** A GUID in its binary form ([MS-DTYP] 2.3.4.2): the first three groups little-endian. */
  guid(): Guid {
    return formatGuid(this.bytes, this.take(16))
  }

  /**
   * `length` bytes as a view of the buffer, not a copy: cheap, but it changes when the buffer does and
   * keeps all of it alive. Use {@link copyBytes} for what outlives the buffer.
   */
  subarray(length: number): Uint8Array {
    const start = this.take(length)
    return this.bytes.subarray(start, start + length)
  }

  /**
   * `length` bytes as a copy. Engines take long to make an `ArrayBuffer`, so small copies of the same region share one,
   * of a few kilobytes at most.
   */
  copyBytes(length: number): Uint8Array {
    const start = this.take(length)
    if (length > MAX_SHARED_SIZE) return this.#copy(start, start + length)
    let from = start - this.#copiedFrom
    if (from < 0 || from + length > this.#copied.length) {
      this.#copied = this.#copy(start, Math.min(this.end, start + SHARED_BUFFER_SIZE))
      this.#copiedFrom = start
      from = 0
    }
    return new Uint8Array(this.#copied.buffer, from, length)
  }

  /** A copy with a buffer of its own. The `slice` of Node's Buffer is none. */
  #copy(from: number, to: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.subarray(from, to))
  }

  /** A UTF-16LE string up to its two-byte null terminator, which is consumed. */
  utf16z(): string {
    const { bytes, end, offset: start } = this
    const short = decodeShortUtf16z(bytes, start, end)
    if (short !== undefined) {
      this.offset = start + 2 * short.length + 2
      return short
    }
    for (let i = start; i + 1 < end; i += 2) {
      if (bytes[i] === 0 && bytes[i + 1] === 0) {
        this.offset = i + 2
        return decodeUtf16(bytes, start, i)
      }
    }
    return this.fail('Unicode string without a terminating null')
  }

  /** An 8-bit string up to its null terminator, which is consumed; one character per byte. */
  latin1z(): string {
    const { bytes, offset: start } = this
    const at = bytes.indexOf(0, start)
    if (at < 0 || at >= this.end) this.fail('8-bit string without a terminating null')
    this.offset = at + 1
    return decodeLatin1(bytes, start, at)
  }

  /** A UTF-16LE string of `byteLength` bytes, without a terminator. */
  utf16(byteLength: number): string {
    if (byteLength % 2 !== 0) this.fail(`Unicode string of an odd number of bytes (${byteLength})`)
    const start = this.take(byteLength)
    return decodeUtf16(this.bytes, start, start + byteLength)
  }

  /** An 8-bit string of `length` bytes, without a terminator; one character per byte. */
  latin1(length: number): string {
    const start = this.take(length)
    return decodeLatin1(this.bytes, start, start + length)
  }

  /** A reader of the next `length` bytes only, over which this one steps. Offsets stay comparable. */
  sub(length: number): ByteReader {
    const start = this.take(length)
    return new ByteReader(this.bytes, start, start + length)
  }

  /**
   * Checks that `count` items of at least `minSize` bytes can follow, so that a hostile count cannot
   * make a decoder allocate or loop beyond a small multiple of its input. Returns the count.
   */
  checkCount(count: number, minSize: number): number {
    if (count * Math.max(minSize, 1) > this.end - this.offset) {
      this.fail(`${count} items of at least ${minSize} bytes announced, ${this.end - this.offset} bytes left`)
    }
    return count
  }

  /** Throws unless everything was read. */
  expectEnd(): void {
    if (this.offset !== this.end) this.fail(`${this.end - this.offset} bytes left over`)
  }
}
