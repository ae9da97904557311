import { messageDigest, rotateLeft } from '@bourse/mapi'

/**
 * The MD4 digest (RFC 1320) of some bytes, 16 bytes. NTLM is made of it ([MS-NLMP] 3.3.2), and OpenSSL leaves it out nowadays. Good for
 * nothing else.
 */
export function md4(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return messageDigest(message, 48, (i, [a, b, c, d], word) => {
    const round = i >>> 4
    const mixed = round === 0 ? (b & c) | (~b & d) : round === 1 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d
    const sum = (a + mixed + word(WORDS[i]!) + CONSTANTS[round]!) | 0
    return rotateLeft(sum, SHIFTS[round * 4 + (i & 3)]!)
  })
}

const CONSTANTS = [0, 0x5a827999, 0x6ed9eba1]
const SHIFTS = [3, 7, 11, 19, 3, 5, 9, 13, 3, 9, 11, 15]
/** Which word of the block each step takes. */
const WORDS = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  ...[0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  ...[0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
]
