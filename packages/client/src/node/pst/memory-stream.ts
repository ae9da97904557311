import { ErrorCode, MapiError, type PropertyStream, type SeekOrigin } from '@bourse/mapi'

/** Bytes that iterating gives at a time. */
const PIECE = 64 * 1024

/** A stream over bytes in memory, only to be read. */
export function memoryStream(bytes: Uint8Array): PropertyStream {
  return new MemoryStream(bytes)
}

class MemoryStream implements PropertyStream {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  async read(length: number): Promise<Uint8Array> {
    const piece = this.#bytes.slice(this.#at, this.#at + length)
    this.#at += piece.length
    return piece
  }

  async getSize(): Promise<number> {
    return this.#bytes.length
  }

  async seek(offset: number, origin: SeekOrigin = 'start'): Promise<number> {
    const from = { start: 0, current: this.#at, end: this.#bytes.length }[origin]
    if (from + offset < 0) throw new MapiError(ErrorCode.StreamSeekError)
    this.#at = from + offset
    return this.#at
  }

  async clone(): Promise<PropertyStream> {
    return new MemoryStream(this.#bytes, this.#at)
  }

  async copyTo(
    destination: PropertyStream,
    length: number,
  ): Promise<{ readonly read: number; readonly written: number }> {
    const bytes = await this.read(length)
    let written = 0
    while (written < bytes.length) written += await destination.write(bytes.subarray(written))
    return { read: bytes.length, written }
  }

  write(): Promise<number> {
    return refuse()
  }

  commit(): Promise<void> {
    return refuse()
  }

  setSize(): Promise<void> {
    return refuse()
  }

  /** Nobody changes it, so there is nobody to be kept away. */
  async lockRegion(): Promise<void> {}

  async unlockRegion(): Promise<void> {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const piece = await this.read(PIECE)
      if (piece.length === 0) return
      yield piece
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function refuse(): Promise<never> {
  return Promise.reject(new MapiError(ErrorCode.AccessDenied))
}
