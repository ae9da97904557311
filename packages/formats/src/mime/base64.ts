/** Bytes of base64 as it stands in fields; what does not belong there is passed over. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const clean = text.replace(/[^A-Za-z0-9+/]/g, '')
  return Uint8Array.fromBase64(clean.length % 4 === 1 ? clean.slice(0, -1) : clean, {
    lastChunkHandling: 'loose',
  })
}
