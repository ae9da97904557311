import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type MimeSource, readSource } from '../delivery/mime-source.ts'

const CR = 13
const LF = 10

/**
 * Writes a message into the folder of the queue, with fields before it (each with its line end, one character per byte). Resolves to the path of the
 * file, when it is on the disk. Each line ends with CR LF, whatever it came with.
 */
export function writeQueuedFile(folder: string, fields: string, source: MimeSource): Promise<string> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(fields, 'latin1')
    yield* withLineEnds(readSource(source))
  }
  return writeQueuedPieces(folder, pieces())
}

/** Writes a message, in lines that end with CR LF, into the folder of the queue. Resolves to the path of the file, when it is on the disk. */
export async function writeQueuedPieces(folder: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const path = join(folder, `${randomUUID()}.eml`)
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(path, { force: true }))
  {
    await using file = await open(path, 'wx', 0o600)
    for await (const piece of pieces) await file.writeFile(piece)
    await file.sync()
  }
  await syncFolder(folder)
  cleanup.move()
  return path
}

/** A new file is only sure to be found again when its folder is on the disk as well. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** Makes all line ends CR LF (RFC 5321 2.3.8), the last one too. */
async function* withLineEnds(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last = LF
  for await (const piece of source) {
    if (piece.length === 0) continue
    const isBare = (index: number): boolean => (index === 0 ? last : piece[index - 1]) !== CR
    let from = 0
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) {
      if (!isBare(at)) continue
      yield piece.subarray(from, at)
      yield LINE_END
      from = at + 1
    }
    if (from < piece.length) yield piece.subarray(from)
    last = piece[piece.length - 1]!
  }
  if (last !== LF) yield LINE_END
}

const LINE_END = Uint8Array.of(CR, LF)
