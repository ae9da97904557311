const POLYNOMIAL = 0xedb88320

const TABLE = new Uint32Array(256)
for (let i = 0; i < 256; i++) {
  let value = i
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  TABLE[i] = value
}

/** The checksum of compressed RTF ([MS-OXRTFCP] 2.1.2.2): CRC-32, but begun with 0 and not inverted. */
export function rtfChecksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return crc >>> 0
}
