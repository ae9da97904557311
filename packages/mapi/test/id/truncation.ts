import { expect } from 'vitest'
import { DecodeError } from '../../src/bytes/index.ts'

/** What a decoder makes of bytes: its value, or undefined for a `DecodeError`. Anything else is thrown. */
export function attempt<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T | undefined {
  try {
    return decode(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** Checks that a decoder refuses `bytes` cut off at any place but those in `wholeAt`. */
export function expectNoTruncation(
  decode: (bytes: Uint8Array) => unknown,
  bytes: Uint8Array,
  wholeAt: readonly number[] = [],
): void {
  for (let length = 0; length < bytes.length; length++) {
    if (wholeAt.includes(length)) continue
    expect(() => decode(bytes.slice(0, length)), `cut to ${length} bytes`).toThrow(DecodeError)
  }
}
