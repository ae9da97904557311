import {
  ByteReader,
  ByteWriter,
  type Codec,
  custom,
  DecodeError,
  EncodeError,
  rethrowWithin,
} from '@bourse/mapi/bytes'
import { compressDirect2 } from './compress-direct2.ts'
import { decompressDirect2 } from './decompress-direct2.ts'
import { obfuscate } from './obfuscate.ts'
import { RPC_HEADER_EXT_SIZE, RpcHeaderExtFlags, rpcHeaderExt } from './rpc-header-ext.ts'

/** Bytes that one payload may have, uncompressed: 32 KB ([MS-OXCRPC] 3.1.4.1.1, 3.1.4.2.1). */
export const MAX_PAYLOAD_SIZE = 0x8000

/** Payloads that one response may carry ([MS-OXCRPC] 3.1.4.2.1.2.2). */
export const MAX_PAYLOADS = 96

/** Bytes that the payloads of one buffer may have in all, uncompressed: as many of them, as large, as there may be. */
export const MAX_TOTAL_PAYLOAD_SIZE = MAX_PAYLOADS * MAX_PAYLOAD_SIZE

/** Payloads below this size are not compressed: there is too little to gain ([MS-OXCRPC] 3.1.4.2.1.1). */
export const MIN_COMPRESSED_PAYLOAD_SIZE = 256

const NAME = 'extended buffer'

export interface PackOptions {
  /** Compress each payload that becomes smaller by it. */
  readonly compress: boolean
  /** Obfuscate each payload, after compression. Pointless where the connection is encrypted. */
  readonly obfuscate: boolean
}

/** How much is accepted; what is left out has the specification's limit. */
export interface UnpackLimits {
  /** Bytes of one payload, uncompressed. */
  readonly maxPayloadSize?: number
  /** Payloads in all. */
  readonly maxPayloads?: number
  /** Bytes of all payloads together, uncompressed: what a hostile buffer can make the reader allocate. */
  readonly maxTotalSize?: number
}

/**
 * Puts payloads into one buffer, each after its RPC_HEADER_EXT ([MS-OXCRPC] 3.1.4.1.1 and 3.1.4.2.1):
 * `rgbIn`, `rgbOut`, or, with a single payload, `rgbAuxIn` or `rgbAuxOut`. No payloads make an empty
 * buffer.
 *
 * ```ts
 * const ropBuffer = packExtended([payload], { compress: true, obfuscate: false })
 * ```
 *
 * Throws `EncodeError` for a payload of more than {@link MAX_PAYLOAD_SIZE} bytes.
 */
export function packExtended(payloads: readonly Uint8Array[], options: PackOptions): Uint8Array<ArrayBuffer> {
  const capacity = payloads.reduce((sum, payload) => sum + RPC_HEADER_EXT_SIZE + payload.length, 0)
  const writer = new ByteWriter(capacity)
  writeExtended(writer, payloads, options)
  return writer.finish()
}

function writeExtended(writer: ByteWriter, payloads: readonly Uint8Array[], options: PackOptions): void {
  payloads.forEach((payload, i) => {
    if (payload.length > MAX_PAYLOAD_SIZE) {
      throw new EncodeError(`a payload of ${payload.length} bytes, ${MAX_PAYLOAD_SIZE} allowed`)
    }
    let flags = i === payloads.length - 1 ? RpcHeaderExtFlags.Last : 0
    let data = payload
    if (options.compress && payload.length >= MIN_COMPRESSED_PAYLOAD_SIZE) {
      const compressed = compressDirect2(payload)
      if (compressed.length < payload.length) {
        data = compressed
        flags |= RpcHeaderExtFlags.Compressed
      }
    }
    if (options.obfuscate) {
      data = obfuscate(data)
      flags |= RpcHeaderExtFlags.XorMagic
    }
    rpcHeaderExt.encode(writer, { flags, size: data.length, sizeActual: payload.length })
    writer.bytes(data)
  })
}

/**
 * A field that is such a buffer, with the payloads as its value: {@link packExtended} and {@link unpackExtended} without
 * a copy in between. Reaches to the end of the bytes it is read from.
 */
export function extendedBuffer(
  options: PackOptions,
  limits: UnpackLimits = {},
): Codec<readonly Uint8Array[]> {
  return custom<readonly Uint8Array[]>(
    'ExtendedBuffer',
    0,
    (reader) => {
      const start = reader.offset
      try {
        return unpackExtended(reader.subarray(reader.remaining), limits)
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        throw new DecodeError(error.reason, start + error.offset, error.path)
      }
    },
    (writer, payloads) => writeExtended(writer, payloads, options),
  )
}

/**
 * The payloads of a buffer that {@link packExtended} describes, plain and uncompressed. Each header's
 * flags count for its own payload only. An empty buffer has none.
 *
 * A payload that was neither compressed nor obfuscated is a view of `bytes`, not a copy.
 *
 * Throws `DecodeError` when the buffer does not end with the payload whose header has the Last flag,
 * when sizes contradict each other, or when one of the limits is exceeded.
 */
export function unpackExtended(bytes: Uint8Array, limits: UnpackLimits = {}): readonly Uint8Array[] {
  const {
    maxPayloadSize = MAX_PAYLOAD_SIZE,
    maxPayloads = MAX_PAYLOADS,
    maxTotalSize = MAX_TOTAL_PAYLOAD_SIZE,
  } = limits
  const payloads: Uint8Array[] = []
  if (bytes.length === 0) return payloads
  const reader = new ByteReader(bytes)
  let totalSize = 0
  try {
    for (;;) {
      const headerAt = reader.offset
      const { flags, size, sizeActual } = rpcHeaderExt.decode(reader)
      const isCompressed = (flags & RpcHeaderExtFlags.Compressed) !== 0
      if (isCompressed ? size >= sizeActual : size !== sizeActual) {
        const kind = isCompressed ? 'a compressed payload' : 'a payload'
        failHeader(`${kind} of ${size} bytes, ${sizeActual} uncompressed`, headerAt, 'sizeActual')
      }
      if (sizeActual > maxPayloadSize) {
        failHeader(`a payload of ${sizeActual} bytes, ${maxPayloadSize} allowed`, headerAt, 'sizeActual')
      }
      if (payloads.length === maxPayloads) {
        failHeader(`more than ${maxPayloads} payloads`, headerAt, 'flags')
      }
      totalSize += sizeActual
      if (totalSize > maxTotalSize) {
        failHeader(`more than ${maxTotalSize} bytes in all`, headerAt, 'sizeActual')
      }
      const start = reader.offset
      let payload = reader.subarray(size)
      if ((flags & RpcHeaderExtFlags.XorMagic) !== 0) payload = obfuscate(payload)
      if (isCompressed) payload = decompressAt(payload, sizeActual, start)
      payloads.push(payload)
      if ((flags & RpcHeaderExtFlags.Last) !== 0) break
    }
    reader.expectEnd()
  } catch (error) {
    rethrowWithin(error, NAME)
  }
  return payloads
}

function failHeader(reason: string, headerAt: number, field: string): never {
  throw new DecodeError(reason, headerAt, [rpcHeaderExt.name, field])
}

/** Decompresses what stands at `start` of the buffer, and says so if it cannot. */
function decompressAt(payload: Uint8Array, size: number, start: number): Uint8Array {
  try {
    return decompressDirect2(payload, size)
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(error.reason, start + error.offset, error.path)
    throw error
  }
}
