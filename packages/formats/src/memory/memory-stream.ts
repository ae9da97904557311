import { ErrorCode, MapiError, type PropertyStream, type SeekOrigin } from '@bourse/mapi'
import { ByteBuffer } from './byte-buffer.ts'

/** How much one step of iterating or copying reads, in bytes. */
const PIECE = 65_536

/** A stream over bytes in memory; {@link commit} hands them to `store`. */
export class MemoryStream implements PropertyStream {
  readonly #buffer: ByteBuffer
  readonly #store: (bytes: Uint8Array) => void
  #position = 0

  /** @param store takes the bytes, which are its own */
  constructor(bytes: Uint8Array, store: (bytes: Uint8Array) => void) {
    this.#buffer = new ByteBuffer(bytes)
    this.#store = store
  }

  async read(length: number): Promise<Uint8Array> {
    const bytes = this.#buffer.view(this.#position, this.#position + length).slice()
    this.#position += bytes.length
    return bytes
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#buffer.write(this.#position, bytes)
    this.#position += bytes.length
    return bytes.length
  }

  async commit(): Promise<void> {
    this.#store(this.#buffer.view().slice())
  }

  async getSize(): Promise<number> {
    return this.#buffer.length
  }

  async setSize(size: number): Promise<void> {
    this.#buffer.resize(size)
  }

  async seek(offset: number, origin: SeekOrigin = 'start'): Promise<number> {
    const base = origin === 'start' ? 0 : origin === 'end' ? this.#buffer.length : this.#position
    this.#position = Math.max(0, base + offset)
    return this.#position
  }

  async copyTo(
    destination: PropertyStream,
    length: number,
  ): Promise<{ readonly read: number; readonly written: number }> {
    const bytes = await this.read(length)
    return { read: bytes.length, written: await destination.write(bytes) }
  }

  /** Nobody else has it: rejects with `NotSupported`. */
  async lockRegion(): Promise<void> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  /** As {@link lockRegion}. */
  async unlockRegion(): Promise<void> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  /** Of what was written so far. */
  async clone(): Promise<PropertyStream> {
    return new MemoryStream(this.#buffer.view(), this.#store)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let bytes = await this.read(PIECE); bytes.length > 0; bytes = await this.read(PIECE)) yield bytes
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
