/**
 * The MD5 digest ([RFC1321]) of some bytes, 16 bytes. For identifiers that are specified by it; it protects
 * nothing.
 */
export function md5(message: Uint8Array): Uint8Array<ArrayBuffer> {
  // A one bit, zeros up to 56 bytes past a multiple of 64, and the length in bits in eight bytes.
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n, true)

  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let block = 0; block < padded.length; block += 64) {
    const [a0, b0, c0, d0] = [a, b, c, d]
    for (let i = 0; i < 64; i++) {
      const round = i >>> 4
      const mixed =
        round === 0
          ? (b & c) | (~b & d)
          : round === 1
            ? (d & b) | (~d & c)
            : round === 2
              ? b ^ c ^ d
              : c ^ (b | ~d)
      const word = (WORD_FACTORS[round]! * i + WORD_OFFSETS[round]!) & 15
      const sum = (a + mixed + SINES[i]! + view.getInt32(block + word * 4, true)) | 0
      const shift = SHIFTS[round * 4 + (i & 3)]!
      a = d
      d = c
      c = b
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
    }
    a = (a + a0) | 0
    b = (b + b0) | 0
    c = (c + c0) | 0
    d = (d + d0) | 0
  }

  const digest = new Uint8Array(16)
  const out = new DataView(digest.buffer)
  out.setInt32(0, a, true)
  out.setInt32(4, b, true)
  out.setInt32(8, c, true)
  out.setInt32(12, d, true)
  return digest
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const WORD_FACTORS = [1, 5, 3, 7]
const WORD_OFFSETS = [0, 1, 5, 0]
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))
