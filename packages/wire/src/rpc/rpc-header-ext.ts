import { type CodecValue, constant, struct, u16 } from '@bourse/mapi/bytes'

/** `Flags` of an {@link RpcHeaderExt} ([MS-OXCRPC] 2.2.2.1). */
export const RpcHeaderExtFlags = {
  /** The payload is compressed; `SizeActual` is its size before. */
  Compressed: 0x0001,
  /** Each byte of the payload is XORed with 0xA5. */
  XorMagic: 0x0002,
  /** No other header follows the payload. */
  Last: 0x0004,
} as const

/** Bytes of an RPC_HEADER_EXT. */
export const RPC_HEADER_EXT_SIZE = 8

/**
 * RPC_HEADER_EXT ([MS-OXCRPC] 2.2.2.1): stands before each payload of an extended buffer. `size` is
 * how many bytes follow the header, `sizeActual` how many they are when uncompressed.
 */
export const rpcHeaderExt = struct('RPC_HEADER_EXT', {
  version: constant(u16, 0),
  flags: u16,
  size: u16,
  sizeActual: u16,
})
export type RpcHeaderExt = CodecValue<typeof rpcHeaderExt>
