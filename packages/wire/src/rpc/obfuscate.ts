/** What each byte of an obfuscated payload is XORed with ([MS-OXCRPC] 3.1.4.1.1.3). */
export const XOR_MAGIC = 0xa5

/**
 * A copy of `bytes`, obfuscated or, if they were, plain again ([MS-OXCRPC] 3.1.4.1.1.3). It makes text
 * hard to recognize on the wire and is no protection whatsoever.
 */
export function obfuscate(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) result[i] = bytes[i]! ^ XOR_MAGIC
  return result
}
