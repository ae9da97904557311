/** Random numbers that are the same for the same seed. */
export interface Random {
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number
  /** One of the items. */
  pick<T>(items: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** A generator (sfc32) seeded with a text; the same text gives the same numbers on every machine. */
export function seededRandom(seed: string): Random {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = 0xb7e15162
  let counter = 1
  for (const char of seed) {
    a = Math.imul(a ^ char.codePointAt(0)!, 0x85ebca6b)
    a ^= a >>> 13
  }

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let i = 0; i < 16; i++) next()

  const below = (limit: number): number => next() % limit
  return {
    below,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[below(items.length)]!
    },
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  }
}
