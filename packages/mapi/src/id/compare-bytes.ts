import type { Guid } from '../bytes/guid.ts'

/** Orders byte arrays by their first differing byte; of two with a common beginning the shorter comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Where in the text the digits of the sixteen bytes of the binary form stand ([MS-DTYP] 2.3.4.2). */
const DIGITS_IN_BYTE_ORDER = [
  6, 7, 4, 5, 2, 3, 0, 1, 11, 12, 9, 10, 16, 17, 14, 15, 19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32,
  33, 34, 35,
]

/**
 * Orders GUIDs by the bytes of their binary form, as serialized IDSETs and predecessor change lists
 * want them ([MS-OXCFXICS] 2.2.2.3, 2.2.2.4.2). Their text form sorts differently.
 */
export function compareGuids(a: Guid, b: Guid): number {
  if (a === b) return 0
  for (const i of DIGITS_IN_BYTE_ORDER) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i)
    if (difference !== 0) return difference
  }
  return 0
}
