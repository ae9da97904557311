import { messageDigest, rotateLeft } from './message-digest.ts'

/**
 * The MD5 digest ([RFC1321]) of some bytes, 16 bytes. For identifiers that are specified by it; it protects
 * nothing.
 */
export function md5(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return messageDigest(message, 64, (i, [a, b, c, d], word) => {
    const round = i >>> 4
    const mixed =
      round === 0
        ? (b & c) | (~b & d)
        : round === 1
          ? (d & b) | (~d & c)
          : round === 2
            ? b ^ c ^ d
            : c ^ (b | ~d)
    const index = (WORD_FACTORS[round]! * i + WORD_OFFSETS[round]!) & 15
    const sum = (a + mixed + SINES[i]! + word(index)) | 0
    return (b + rotateLeft(sum, SHIFTS[round * 4 + (i & 3)]!)) | 0
  })
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const WORD_FACTORS = [1, 5, 3, 7]
const WORD_OFFSETS = [0, 1, 5, 0]
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))
