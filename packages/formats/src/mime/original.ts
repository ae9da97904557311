/** Up to this many bytes a message is kept as it came, if it turns out to be broken. */
export const MAX_ORIGINAL_BYTES = 4 * 1024 * 1024

/** Watches a message pass by. */
export interface Recorder {
  /** The message, to be read. */
  readonly source: AsyncIterable<Uint8Array>
  /** Bytes that have passed. */
  readonly size: number
  /** All that has passed, or only the last pieces if that was more than the limit. */
  readonly pieces: readonly Uint8Array[]
  /** Whether {@link pieces} are all that has passed. */
  readonly isWhole: boolean
  /** What nobody has read yet. */
  rest(): AsyncIterable<Uint8Array>
}

/** How many pieces are remembered of a message that is too long to be kept: those that the parser may hold on to. */
const LAST_PIECES = 4

/** Records what is read from `source`, as long as it is not more than `limit` bytes. */
export function record(source: AsyncIterable<Uint8Array>, limit: number): Recorder {
  const iterator = source[Symbol.asyncIterator]()
  let pieces: Uint8Array[] = []
  let size = 0
  let isWhole = true
  let isDone = false
  async function* pass(): AsyncGenerator<Uint8Array> {
    while (!isDone) {
      const { value, done } = await iterator.next()
      if (done) {
        isDone = true
        return
      }
      size += value.length
      if (isWhole && size > limit) isWhole = false
      pieces.push(value)
      if (!isWhole && pieces.length > LAST_PIECES) pieces = pieces.slice(-LAST_PIECES)
      yield value
    }
  }
  return {
    source: { [Symbol.asyncIterator]: pass },
    get size() {
      return size
    },
    get pieces() {
      return pieces
    },
    get isWhole() {
      return isWhole
    },
    rest: pass,
  }
}
