import { ErrorCode, type LockKind, MapiError, type PropertyStream, type SeekOrigin } from '@bourse/mapi'
import {
  cloneStream,
  commitStream,
  copyToStream,
  getStreamSize,
  lockRegionStream,
  type openStream,
  READ_STREAM_MAXIMUM,
  type RopDefinition,
  readStream,
  SeekStreamOrigin,
  type SuccessOf,
  seekStream,
  setStreamSize,
  unlockRegionStream,
  writeStream,
} from '@bourse/wire/rop'
import type { CallFields, CallOptions, CallResult, RopSession } from './rop-session.ts'

/** Bytes that are asked for at once, at most: a server answers with several buffers, which together may have 256 KiB. */
const READ_BYTES = 0x3a000
/** Bytes that are written with one ROP. */
const WRITE_BYTES = 0x7000

const ORIGINS: Readonly<Record<SeekOrigin, number>> = {
  start: SeekStreamOrigin.Beginning,
  current: SeekStreamOrigin.Current,
  end: SeekStreamOrigin.End,
}

/** LockFlags ([MS-OXCPRPT] 2.2.24): a lock for writing; any other value locks for all access. */
const LOCK_FLAGS: Readonly<Record<LockKind, number>> = { write: 1, exclusive: 2, once: 4 }

/** A property of an object on the server, as a stream. */
export class ExchangeStream implements PropertyStream {
  readonly handle: number
  readonly #session: RopSession
  readonly #logonId: number
  /** In bytes, when it was opened. */
  readonly initialSize: number
  /** Where reading goes on, in bytes. */
  #position = 0

  constructor(session: RopSession, handle: number, logonId: number, initialSize: number) {
    this.#session = session
    this.handle = handle
    this.#logonId = logonId
    this.initialSize = initialSize
    // Only streams for reading are opened again; what was written to others is lost with the connection.
    session.onReopen(handle, async (call, body) => {
      if ((body as SuccessOf<typeof openStream>).streamSize !== initialSize) {
        throw new MapiError(ErrorCode.InvalidObject, {
          message: 'the value changed while the connection was lost; read it from the start',
        })
      }
      if (this.#position > 0)
        await call(seekStream, { origin: SeekStreamOrigin.Beginning, offset: BigInt(this.#position) })
    })
  }

  async read(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let size = 0
    while (size < length) {
      const wanted = Math.min(length - size, READ_BYTES)
      // A count of more than 16 bits stands in a field of its own ([MS-OXCPRPT] 2.2.15.1).
      const { body } = await this.#call(
        readStream,
        wanted < READ_STREAM_MAXIMUM
          ? { byteCount: wanted }
          : { byteCount: READ_STREAM_MAXIMUM, maximumByteCount: wanted },
      )
      if (body.data.length === 0) break
      this.#position += body.data.length
      parts.push(body.data)
      size += body.data.length
    }
    if (parts.length === 1) return parts[0]!
    const bytes = new Uint8Array(size)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    return bytes
  }

  async write(bytes: Uint8Array): Promise<number> {
    let written = 0
    while (written < bytes.length) {
      const { body } = await this.#call(writeStream, { data: bytes.subarray(written, written + WRITE_BYTES) })
      if (body.writtenSize === 0) break
      written += body.writtenSize
    }
    return written
  }

  async commit(): Promise<void> {
    await this.#call(commitStream, {})
  }

  async getSize(): Promise<number> {
    const { body } = await this.#call(getStreamSize, {})
    return body.streamSize
  }

  async setSize(size: number): Promise<void> {
    await this.#call(setStreamSize, { streamSize: BigInt(size) })
  }

  async seek(offset: number, origin: SeekOrigin = 'start'): Promise<number> {
    if (ORIGINS[origin] === undefined) throw new MapiError(ErrorCode.StorageInvalidParameter)
    const { body } = await this.#call(seekStream, { origin: ORIGINS[origin], offset: BigInt(offset) })
    this.#position = Number(body.newPosition)
    return this.#position
  }

  async copyTo(
    destination: PropertyStream,
    length: number,
  ): Promise<{ readonly read: number; readonly written: number }> {
    if (destination instanceof ExchangeStream) {
      const { body } = await this.#call(
        copyToStream,
        { byteCount: BigInt(length) },
        { destination: destination.handle },
      )
      const counts = body as { readonly readByteCount: bigint; readonly writtenByteCount: bigint }
      return { read: Number(counts.readByteCount), written: Number(counts.writtenByteCount) }
    }
    let copied = 0
    while (copied < length) {
      const part = await this.read(Math.min(length - copied, READ_BYTES))
      if (part.length === 0) break
      await destination.write(part)
      copied += part.length
    }
    return { read: copied, written: copied }
  }

  async lockRegion(offset: number, length: number, kind: LockKind): Promise<void> {
    await this.#call(lockRegionStream, region(offset, length, kind))
  }

  async unlockRegion(offset: number, length: number, kind: LockKind): Promise<void> {
    await this.#call(unlockRegionStream, region(offset, length, kind))
  }

  async clone(): Promise<PropertyStream> {
    const { handle } = await this.#call(cloneStream, {}, { output: true })
    return new ExchangeStream(this.#session, handle, this.#logonId, this.initialSize)
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      const part = await this.read(READ_BYTES)
      if (part.length === 0) return
      yield part
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release(this.handle)
  }

  #call<D extends RopDefinition>(
    rop: D,
    fields: CallFields<D>,
    options: CallOptions = {},
  ): Promise<CallResult<D>> {
    return this.#session.call(rop, this.handle, fields, { ...options, logonId: this.#logonId })
  }
}

function region(offset: number, length: number, kind: LockKind) {
  return { regionOffset: BigInt(offset), regionSize: BigInt(length), lockFlags: LOCK_FLAGS[kind] }
}
