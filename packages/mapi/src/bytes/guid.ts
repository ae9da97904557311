declare const guidBrand: unique symbol

/** A GUID in text form: lower case, hyphens, no braces. Compare with `===`. */
export type Guid = string & { readonly [guidBrand]?: true }

export const GUID_NULL: Guid = '00000000-0000-0000-0000-000000000000'

/** Order in which the sixteen bytes of the binary form appear in the text ([MS-DTYP] 2.3.4.2). */
const TEXT_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
/** Where in the text the two digits of each byte are. */
const TEXT_POSITIONS = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34]
const TEXT_LENGTH = 36
const HYPHEN = 0x2d

/** Code of the digit for each value of four bits. */
const DIGITS = Array.from({ length: 16 }, (_, i) => i.toString(16).charCodeAt(0))
/** Value of each digit by its code; `NO_DIGIT` for other codes. */
const NO_DIGIT = 0xff
const VALUES = new Uint8Array(128).fill(NO_DIGIT)
for (let i = 0; i < 16; i++) {
  VALUES[i.toString(16).charCodeAt(0)] = i
  VALUES[i.toString(16).toUpperCase().charCodeAt(0)] = i
}

/** The text form of the sixteen bytes at `offset`. */
export function formatGuid(bytes: Uint8Array, offset = 0): Guid {
  const codes: number[] = []
  for (let i = 0; i < 16; i++) {
    const byte = bytes[offset + TEXT_ORDER[i]!]!
    codes.push(DIGITS[byte >>> 4]!, DIGITS[byte & 15]!)
    if (i === 3 || i === 5 || i === 7 || i === 9) codes.push(HYPHEN)
  }
  return String.fromCharCode.apply(null, codes)
}

const GUID_PATTERN = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i

/** Brings a GUID in text form, in any letter case and with or without braces, to the one that `Guid` stands for. */
export function parseGuid(text: string): Guid {
  const parts = GUID_PATTERN.exec(text)
  if (!parts) throw new TypeError(`not a GUID: ${text}`)
  return parts.slice(1).join('-').toLowerCase()
}

/** Writes the sixteen bytes of the binary form at `offset`. */
export function writeGuid(guid: Guid, bytes: Uint8Array, offset = 0): void {
  if (guid.length !== TEXT_LENGTH) throw new TypeError(`not a GUID: ${guid}`)
  for (let i = 0; i < 16; i++) {
    const at = TEXT_POSITIONS[i]!
    const high = VALUES[guid.charCodeAt(at)] ?? NO_DIGIT
    const low = VALUES[guid.charCodeAt(at + 1)] ?? NO_DIGIT
    if ((high | low) > 15) throw new TypeError(`not a GUID: ${guid}`)
    bytes[offset + i] = (high << 4) | low
  }
}

/** The binary form of a GUID, sixteen bytes. */
export function guidBytes(guid: Guid): Uint8Array {
  const bytes = new Uint8Array(16)
  writeGuid(guid, bytes)
  return bytes
}
