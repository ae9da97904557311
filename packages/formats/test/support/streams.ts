/** A stream of one piece. */
export async function* streamOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

/** A stream of pieces of a size, for what must not depend on how bytes arrive. */
export async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

/** All bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece.slice())
  return new Uint8Array(Buffer.concat(pieces))
}

/** All bytes of a stream as a string, one character per byte. */
export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.from(await bytesOf(stream)).toString('latin1')
}

/** A text's bytes in UTF-8, with CR LF at the ends of its lines. */
export function mail(text: string): Uint8Array {
  return new TextEncoder().encode(text.replace(/\r?\n/g, '\r\n'))
}
