/** Bytes that grow: writing at the end copies each byte a constant number of times. */
export class ByteBuffer {
  #bytes: Uint8Array<ArrayBuffer>
  #length: number

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = new Uint8Array(bytes)
    this.#length = bytes.length
  }

  get length(): number {
    return this.#length
  }

  /** Writes at an offset; what lies between the end and it becomes zero. */
  write(offset: number, bytes: Uint8Array): void {
    this.#extend(offset + bytes.length)
    this.#bytes.set(bytes, offset)
  }

  append(bytes: Uint8Array): void {
    this.write(this.#length, bytes)
  }

  resize(length: number): void {
    if (length < this.#length) {
      this.#bytes.fill(0, length, this.#length)
      this.#length = length
    } else this.#extend(length)
  }

  /** The bytes from `start` to `end`, not copied: valid until the next write. */
  view(start = 0, end: number = this.#length): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, Math.min(end, this.#length))
  }

  #extend(length: number): void {
    if (length <= this.#length) return
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#length = length
  }
}
