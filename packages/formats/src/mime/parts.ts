import { type MimeNode, Splitter, type SplitterChunk } from '@zone-eu/mailsplit'
import { bytesToBinary } from './charset.ts'

/** The longest header of a message or part, in bytes. */
export const MAX_HEADER_BYTES = 4 * 1024 * 1024
/** How many parts a message may have, those within parts included. */
export const MAX_PARTS = 10_000

/** One entity of a message: the message itself or a part. */
export interface Part {
  readonly node: MimeNode
  /** The entity's header as it stands, with the empty line behind it, one character per byte. */
  readonly headerBlock: string
  /**
   * The body as it stands, still encoded; of a multipart what stands before its first part. What is not read when the next part is asked for is
   * passed over.
   */
  readonly body: AsyncIterable<Uint8Array>
}

/** The parts of a message one after the other, in the order of their headers. */
export interface PartReader {
  /** `undefined` at the end. Rejects when the message exceeds a limit, or its source fails. */
  next(): Promise<Part | undefined>
  /**
   * Gets all bytes behind the header of the first part, as they stand, from now on. To be set before {@link next} is called a second time.
   */
  tap: ((bytes: Uint8Array) => Promise<void>) | undefined
  /** Whether a multipart that has begun came to its end line; known at the end. */
  readonly isComplete: boolean
  /** Gives up: the source is not read any further. */
  close(): void
}

/** Splits a message as it comes in. Attached messages are parts with a body; they are split by whoever reads them. */
export function readParts(source: AsyncIterable<Uint8Array>): PartReader {
  const splitter = new Splitter({
    ignoreEmbedded: true,
    maxHeadSize: MAX_HEADER_BYTES,
    maxChildNodes: MAX_PARTS,
  })
  const pump = feed(source, splitter)
  const chunks: AsyncIterator<SplitterChunk> = splitter[Symbol.asyncIterator]()
  let current: SplitterChunk | undefined
  let isDone = false
  /** Multiparts that have begun, by their boundaries, and those that ended. */
  const open = new Set<MimeNode>()
  const reader: PartReader = {
    tap: undefined,
    get isComplete() {
      return open.size === 0
    },
    async next() {
      while (!isDone && (current === undefined || current.type !== 'node')) await advance()
      if (current?.type !== 'node') {
        await pump
        return undefined
      }
      const node = current
      current = undefined
      if (node.multipart && node._boundary) open.add(node)
      return { node, headerBlock: node.getHeaders().toString('latin1'), body: body(node) }
    },
    close: () => splitter.destroy(),
  }

  async function advance(): Promise<void> {
    const { value, done } = await chunks.next()
    if (done) {
      isDone = true
      current = undefined
      return
    }
    current = value as SplitterChunk
    if (current.type === 'data' && current.value) closeMultiparts(current.value, open)
    if (reader.tap === undefined || (current.type === 'node' && !current.parentNode)) return
    const bytes = current.type === 'node' ? current.getHeaders() : current.value
    if (bytes) await reader.tap(bytes)
  }

  async function* body(node: MimeNode): AsyncGenerator<Uint8Array> {
    // The splitter gives a part without contents the line end that belongs to the boundary, but only if both arrive together.
    let lineEnd: Uint8Array | undefined
    for (let isFirst = true; ; isFirst = false) {
      if (current === undefined) await advance()
      if (isDone || current === undefined || current.type === 'node' || current.node !== node) return
      if (current.type === 'data' && !node.multipart) return
      const { value } = current
      current = undefined
      if (value === undefined || value.length === 0) continue
      if (isFirst && node.parentNode && isLineEnd(value)) {
        lineEnd = value
        continue
      }
      if (lineEnd !== undefined) yield lineEnd
      lineEnd = undefined
      yield value
    }
  }

  return reader
}

function isLineEnd(bytes: Uint8Array): boolean {
  return (bytes.length === 1 || (bytes.length === 2 && bytes[0] === 0x0d)) && bytes.at(-1) === 0x0a
}

/** Takes multiparts whose closing delimiter is in a piece of data off the list. */
function closeMultiparts(data: Uint8Array, open: Set<MimeNode>): void {
  if (open.size === 0) return
  const text = bytesToBinary(data)
  if (!text.includes('--')) return
  for (const candidate of open) {
    if (candidate._boundary && text.includes(`--${bytesToBinary(candidate._boundary)}--`))
      open.delete(candidate)
  }
}

/** Writes the source into the splitter, no faster than it is read. */
async function feed(source: AsyncIterable<Uint8Array>, splitter: Splitter): Promise<void> {
  // Its types name only the events of a readable stream.
  const events: { on(event: string, listener: () => void): unknown } = splitter
  let wake: (() => void) | undefined
  events.on('drain', () => wake?.())
  events.on('close', () => wake?.())
  try {
    for await (const piece of source) {
      if (splitter.destroyed) return
      if (splitter.write(piece)) continue
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    splitter.end()
  } catch (error) {
    splitter.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}
