import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { Codec } from './codec.ts'

/** Reads one value that must fill `bytes`. Throws `DecodeError`. */
export function decodeWith<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new ByteReader(bytes)
  const value = codec.decode(reader)
  reader.expectEnd()
  return value
}

/** The bytes of one value. Throws `EncodeError` when a part of it does not fit its field. */
export function encodeWith<T>(codec: Codec<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  codec.encode(writer, value)
  return writer.finish()
}
