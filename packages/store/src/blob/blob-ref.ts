import type { ByteReader, ByteWriter } from '@bourse/mapi/bytes'
import { toHex } from '@bourse/mapi/bytes'

const HASH_BYTES = 32

/** Bytes that an encoded {@link BlobRef} takes. */
export const BLOB_REF_BYTES = HASH_BYTES + 8

/** In the place of a value: the content that is stored once, under the SHA-256 of its bytes. */
export class BlobRef {
  /** 32 bytes. */
  readonly hash: Uint8Array
  /** In bytes. A string's bytes are UTF-16LE, without a terminator. */
  readonly size: number

  constructor(hash: Uint8Array, size: number) {
    this.hash = hash
    this.size = size
  }

  /** The hash in hexadecimal, for use as a key. */
  get key(): string {
    return toHex(this.hash)
  }

  encode(writer: ByteWriter): void {
    writer.bytes(this.hash)
    writer.f64(this.size)
  }

  static decode(reader: ByteReader): BlobRef {
    return new BlobRef(reader.copyBytes(HASH_BYTES), reader.f64())
  }
}
