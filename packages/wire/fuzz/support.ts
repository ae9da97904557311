/** How extended buffers are packed where only their reading matters. */
export const PLAIN = { compress: false, obfuscate: false } as const

/** Payloads of extended buffers, some of which compress well. */
export const PAYLOADS: readonly (readonly Uint8Array[])[] = [
  [],
  [new Uint8Array(0)],
  [Uint8Array.of(1, 2, 3)],
  [new Uint8Array(600).fill(7), Uint8Array.from({ length: 300 }, (_, i) => i % 7)],
  [Uint8Array.from({ length: 1000 }, (_, i) => (i * i) >> 3)],
]

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
