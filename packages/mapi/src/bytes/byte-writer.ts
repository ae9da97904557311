import { type Guid, writeGuid } from './guid.ts'
import { writeUtf16 } from './text.ts'

const INITIAL_CAPACITY = 256

/** What a writer was asked to write does not fit its field; the caller passed a wrong value. */
export class EncodeError extends RangeError {
  constructor(message: string) {
    super(message)
    this.name = 'EncodeError'
  }
}

/** A writer's memory. */
interface Memory {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly view: DataView
}

const NO_MEMORY: Memory = memoryOf(new Uint8Array(0))

/**
 * The memory of a writer that has finished, for the next one: engines take long to make an `ArrayBuffer`. One at
 * most, and none larger than this, so that it is no burden.
 */
const MAX_SPARE_SIZE = 64 * 1024
let spare: Memory = NO_MEMORY

function memoryOf(bytes: Uint8Array<ArrayBuffer>): Memory {
  return { bytes, view: new DataView(bytes.buffer) }
}

function takeMemory(size: number): Memory {
  if (spare.bytes.length < size) return memoryOf(new Uint8Array(size))
  const memory = spare
  spare = NO_MEMORY
  return memory
}

function giveMemory(memory: Memory): void {
  const size = memory.bytes.length
  if (size <= MAX_SPARE_SIZE && size > spare.bytes.length) spare = memory
}

/** Appends little-endian values to a byte array that grows as needed. */
export class ByteWriter {
  #memory: Memory
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  /** How far the memory may be written to: not at all once it has been handed out. */
  #capacity: number
  #length = 0

  constructor(capacity = INITIAL_CAPACITY) {
    this.#memory = takeMemory(capacity)
    this.#bytes = this.#memory.bytes
    this.#view = this.#memory.view
    this.#capacity = this.#bytes.length
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  /** The bytes written, as a view: valid until the next write or {@link finish}. */
  subarray(start = 0, end: number = this.#length): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, end)
  }

  /** The bytes written, as an array of their own. Meant to be the last call: what is written after it costs a copy. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length)
    if (this.#capacity > 0) {
      giveMemory(this.#memory)
      this.#bytes = bytes
      this.#capacity = 0
    }
    return bytes
  }

  /** Forgets what was written after the first `length` bytes. */
  truncate(length: number): void {
    if (length > this.#length) throw new EncodeError(`cannot truncate ${this.#length} bytes to ${length}`)
    this.#length = length
  }

  /** Forgets the first `length` bytes; those after them move to the front. */
  discard(length: number): void {
    if (length > this.#length) throw new EncodeError(`cannot discard ${length} bytes of ${this.#length}`)
    if (this.#capacity === 0) this.#enlarge(this.#length)
    this.#bytes.copyWithin(0, length, this.#length)
    this.#length -= length
  }

  /**
   * Makes room for `length` bytes and returns where they begin. Their contents are whatever was there, of other writers
   * too: whoever cannot fill them takes them back.
   */
  #grow(length: number): number {
    const start = this.#length
    const needed = start + length
    if (needed > this.#capacity) this.#enlarge(needed)
    this.#length = needed
    return start
  }

  #enlarge(needed: number): void {
    const old = this.#bytes
    const memory = takeMemory(Math.max(needed, old.length * 2, INITIAL_CAPACITY))
    memory.bytes.set(old.subarray(0, this.#length))
    if (this.#capacity > 0) giveMemory(this.#memory)
    this.#memory = memory
    this.#bytes = memory.bytes
    this.#view = memory.view
    this.#capacity = memory.bytes.length
  }

  u8(value: number): void {
    if (value !== (value & 0xff)) throw new EncodeError(`${value} is no unsigned 8-bit number`)
    const start = this.#grow(1)
    this.#bytes[start] = value
  }

  u16(value: number): void {
    if (value !== (value & 0xffff)) throw new EncodeError(`${value} is no unsigned 16-bit number`)
    const start = this.#grow(2)
    this.#view.setUint16(start, value, true)
  }

  u32(value: number): void {
    if (value !== value >>> 0) throw new EncodeError(`${value} is no unsigned 32-bit number`)
    const start = this.#grow(4)
    this.#view.setUint32(start, value, true)
  }

  i16(value: number): void {
    if (value !== (value << 16) >> 16) throw new EncodeError(`${value} is no signed 16-bit number`)
    const start = this.#grow(2)
    this.#view.setInt16(start, value, true)
  }

  i32(value: number): void {
    if (value !== (value | 0)) throw new EncodeError(`${value} is no signed 32-bit number`)
    const start = this.#grow(4)
    this.#view.setInt32(start, value, true)
  }

  i64(value: bigint): void {
    if (value !== BigInt.asIntN(64, value)) throw new EncodeError(`${value} is no signed 64-bit number`)
    const start = this.#grow(8)
    this.#view.setBigInt64(start, value, true)
  }

  u64(value: bigint): void {
    if (value !== BigInt.asUintN(64, value)) throw new EncodeError(`${value} is no unsigned 64-bit number`)
    const start = this.#grow(8)
    this.#view.setBigUint64(start, value, true)
  }

  f32(value: number): void {
    const start = this.#grow(4)
    this.#view.setFloat32(start, value, true)
  }

  f64(value: number): void {
    const start = this.#grow(8)
    this.#view.setFloat64(start, value, true)
  }

  /** A GUID in its binary form ([MS-DTYP] 2.3.4.2). */
  guid(value: Guid): void {
    const start = this.#grow(16)
    this.#length = start // unless it is one
    writeGuid(value, this.#bytes, start)
    this.#length = start + 16
  }

  bytes(value: Uint8Array): void {
    const start = this.#grow(value.length)
    this.#bytes.set(value, start)
  }

  zeros(length: number): void {
    const start = this.#grow(length)
    this.#bytes.fill(0, start, start + length)
  }

  /** A string in UTF-16LE, without a terminator. */
  utf16(text: string): void {
    const start = this.#grow(text.length * 2)
    writeUtf16(text, this.#bytes, start)
  }

  /** A string in UTF-16LE with its two-byte null terminator. The text itself must hold no null. */
  utf16z(text: string): void {
    if (text.includes('\0')) throw new EncodeError('a null-terminated string cannot hold a null')
    this.utf16(text)
    this.u16(0)
  }

  /** An 8-bit string, one byte per character (U+0000 to U+00FF), without a terminator. */
  latin1(text: string): void {
    const { length } = text
    const start = this.#grow(length)
    const bytes = this.#bytes
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0xff) {
        this.#length = start
        throw new EncodeError('an 8-bit string holds one byte per character')
      }
      bytes[start + i] = unit
    }
  }

  /** An 8-bit string with its null terminator. The text itself must hold no null. */
  latin1z(text: string): void {
    if (text.includes('\0')) throw new EncodeError('a null-terminated string cannot hold a null')
    this.latin1(text)
    this.u8(0)
  }

  /** Overwrites two bytes written earlier, e.g. a size known only afterwards. */
  patchU16(offset: number, value: number): void {
    if (value !== (value & 0xffff)) throw new EncodeError(`${value} is no unsigned 16-bit number`)
    if (this.#capacity === 0) this.#enlarge(this.#length)
    this.#view.setUint16(offset, value, true)
  }

  /** Overwrites four bytes written earlier. */
  patchU32(offset: number, value: number): void {
    if (value !== value >>> 0) throw new EncodeError(`${value} is no unsigned 32-bit number`)
    if (this.#capacity === 0) this.#enlarge(this.#length)
    this.#view.setUint32(offset, value, true)
  }
}
