/** One step of a digest: what `b` becomes. `word` gives the words of the block, 0 to 15. */
export type DigestStep = (
  i: number,
  state: readonly [a: number, b: number, c: number, d: number],
  word: (index: number) => number,
) => number

/** A digest of the family of MD4 and MD5 ([RFC1320] 3, [RFC1321] 3), 16 bytes: these differ in their steps alone. */
export function messageDigest(message: Uint8Array, steps: number, step: DigestStep): Uint8Array<ArrayBuffer> {
  // A one bit, zeros up to 56 bytes past a multiple of 64, and the length in bits in eight bytes.
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n, true)

  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let block = 0; block < padded.length; block += 64) {
    const [a0, b0, c0, d0] = [a, b, c, d]
    const word = (index: number): number => view.getInt32(block + index * 4, true)
    for (let i = 0; i < steps; i++) [a, b, c, d] = [d, step(i, [a, b, c, d], word), b, c]
    a = (a + a0) | 0
    b = (b + b0) | 0
    c = (c + c0) | 0
    d = (d + d0) | 0
  }

  const digest = new Uint8Array(16)
  const out = new DataView(digest.buffer)
  for (const [i, part] of [a, b, c, d].entries()) out.setInt32(4 * i, part, true)
  return digest
}

/** Turns the bits of a word to the left. */
export function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
