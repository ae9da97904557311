/** Bytes as lower-case hexadecimal digits without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** The bytes that hexadecimal digits stand for; white space, commas and hyphens between them are ignored. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/[\s,-]/g, '')
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new TypeError('not an even number of hexadecimal digits')
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  return bytes
}
