import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { codecTarget, transcodingTarget } from '../../mapi/fuzz/support.ts'
import {
  compressDirect2,
  decompressDirect2,
  extendedBuffer,
  MAX_PAYLOAD_SIZE,
  rpcHeaderExt,
} from '../src/rpc/index.ts'
import { joined, PAYLOADS } from './support.ts'

const SIZE_BYTES = 2

/** Compressed bytes after the size that they are to have. */
function compress(bytes: Uint8Array): Uint8Array {
  return joined([Uint8Array.of(bytes.length & 0xff, bytes.length >> 8), compressDirect2(bytes)])
}

function decompress(bytes: Uint8Array): Uint8Array {
  const size = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)
  return decompressDirect2(bytes.subarray(SIZE_BYTES), Math.min(size, MAX_PAYLOAD_SIZE))
}

const targets: readonly FuzzTarget[] = [
  codecTarget('wire/rpc/rpcHeaderExt', rpcHeaderExt),
  transcodingTarget('wire/rpc/direct2', decompress, compress, () => PAYLOADS.flat()),
  ...[false, true].flatMap((isCompressed) =>
    [false, true].map((isObfuscated) =>
      codecTarget(
        `wire/rpc/extendedBuffer${isCompressed ? '/compressed' : ''}${isObfuscated ? '/obfuscated' : ''}`,
        extendedBuffer({ compress: isCompressed, obfuscate: isObfuscated }),
        { values: () => PAYLOADS },
      ),
    ),
  ),
]

export default targets
