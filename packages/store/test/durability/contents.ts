/** Contents that follow from a number, so that a test can tell whether what it reads is what was written. */

/** A small generator of pseudo-random numbers (mulberry32): the same seed gives the same sequence. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function subjectOf(seed: number): string {
  return `Message ${seed}`
}

/** From a few characters to a body that does not fit the message's row. */
export function bodyOf(seed: number): string {
  const random = randomOf(seed)
  const length = Math.floor(random() ** 4 * 40_000)
  return Array.from({ length }, () => String.fromCharCode(0x20 + Math.floor(random() * 0x5f))).join('')
}

/** Every third message has an attachment; every ninth, one of several pieces. */
export function attachmentOf(seed: number): Uint8Array | undefined {
  if (seed % 3 !== 0) return undefined
  const random = randomOf(seed ^ 0x5eed)
  const bytes = new Uint8Array(seed % 9 === 0 ? 600_000 : 2000)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 256)
  return bytes
}
