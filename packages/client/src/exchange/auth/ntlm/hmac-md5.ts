import { md5 } from '@bourse/mapi'

const BLOCK = 64

/** HMAC (RFC 2104) with MD5, of several pieces one after the other; 16 bytes. */
export function hmacMd5(key: Uint8Array, ...message: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(BLOCK)
  padded.set(key.length > BLOCK ? md5(key) : key)
  const inner = md5(
    concat(
      padded.map((byte) => byte ^ 0x36),
      ...message,
    ),
  )
  return md5(
    concat(
      padded.map((byte) => byte ^ 0x5c),
      inner,
    ),
  )
}

/** Some bytes one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
