/** Bytes of a stream up to a limit, and what follows if there is more. */
export interface Collected {
  readonly bytes: Uint8Array
  /** All of the stream, from its beginning, if it is longer than the limit. */
  readonly all: AsyncIterable<Uint8Array> | undefined
}

/** Reads a stream into memory unless it is longer than `limit` bytes; then all of it is left to be read from `all`. */
export async function collect(source: AsyncIterable<Uint8Array>, limit: number): Promise<Collected> {
  const iterator = source[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { value, done } = await iterator.next()
    if (done) return { bytes: concatBytes(pieces, length), all: undefined }
    pieces.push(value)
    length += value.length
    if (length > limit) return { bytes: pieces[0]!, all: resume(pieces, iterator) }
  }
}

async function* resume(
  pieces: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* pieces
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
}

/** Pieces put together. */
export function concatBytes(pieces: readonly Uint8Array[], length?: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const bytes = new Uint8Array(length ?? pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** A stream of the bytes given. */
export async function* streamOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
