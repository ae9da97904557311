/**
 * The MD4 digest (RFC 1320) of some bytes, 16 bytes. NTLM is made of it ([MS-NLMP] 3.3.2), and OpenSSL leaves it out nowadays. Good for
 * nothing else.
 */
export function md4(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n, true)

  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let block = 0; block < padded.length; block += 64) {
    const [a0, b0, c0, d0] = [a, b, c, d]
    for (let i = 0; i < 48; i++) {
      const round = i >>> 4
      const mixed = round === 0 ? (b & c) | (~b & d) : round === 1 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d
      const word = view.getInt32(block + WORDS[i]! * 4, true)
      const sum = (a + mixed + word + CONSTANTS[round]!) | 0
      const shift = SHIFTS[round * 4 + (i & 3)]!
      a = d
      d = c
      c = b
      b = (sum << shift) | (sum >>> (32 - shift))
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

const CONSTANTS = [0, 0x5a827999, 0x6ed9eba1]
const SHIFTS = [3, 7, 11, 19, 3, 5, 9, 13, 3, 9, 11, 15]
/** Which word of the block each step takes. */
const WORDS = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  ...[0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  ...[0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
]
