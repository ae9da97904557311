declare const guidBrand: unique symbol

/** A GUID in text form: lower case, hyphens, no braces. Compare with `===`. */
export type Guid = string & { readonly [guidBrand]?: true }

export const GUID_NULL: Guid = '00000000-0000-0000-0000-000000000000'

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Order in which the sixteen bytes of the binary form appear in the text ([MS-DTYP] 2.3.4.2). */
const TEXT_ORDER = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15]

/** The text form of the sixteen bytes at `offset`. */
export function formatGuid(bytes: Uint8Array, offset = 0): Guid {
  let text = ''
  for (const i of TEXT_ORDER) text += i < 0 ? '-' : HEX[bytes[offset + i]!]!
  return text
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
  if (guid.length !== 36) throw new TypeError(`not a GUID: ${guid}`)
  let at = 0
  for (const i of TEXT_ORDER) {
    if (i < 0) {
      at += 1
      continue
    }
    const value = Number.parseInt(guid.slice(at, at + 2), 16)
    if (Number.isNaN(value)) throw new TypeError(`not a GUID: ${guid}`)
    bytes[offset + i] = value
    at += 2
  }
}

/** The binary form of a GUID, sixteen bytes. */
export function guidBytes(guid: Guid): Uint8Array {
  const bytes = new Uint8Array(16)
  writeGuid(guid, bytes)
  return bytes
}
