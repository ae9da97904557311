import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MimeSource } from '../delivery/mime-source.ts'
import { fieldsNamed, HeaderBuffer, type HeaderField } from './header.ts'

/** A message that has come in: in memory, or in a file of its own that goes when this is disposed of. */
export interface SpooledMessage extends AsyncDisposable {
  readonly source: MimeSource
  /** Bytes. */
  readonly size: number
  /** SHA-256 of all of it, hexadecimal. */
  readonly hash: string
  readonly header: readonly HeaderField[]
  /** Whether there is more header than is looked at. */
  readonly isHeaderTooLong: boolean
  /** Writes other bytes over some of it. */
  overwrite(offset: number, bytes: Uint8Array): Promise<void>
}

/** Messages that have not more bytes are kept in memory: writing a file takes longer than everything else that is done with them. */
export const MAX_IN_MEMORY = 64 << 10

/** Makes the folder for messages that are coming in, and removes what a server that was killed has left there: nobody was told that it had come. */
export async function openSpool(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) if (name.endsWith('.eml')) await rm(join(folder, name))
}

/**
 * Keeps a message until everybody has it. It need not be on the disk for that: nobody is told that it has come before. The source is read to its end
 * even if it is too long; resolves to `undefined` then.
 *
 * @param maxSize in bytes
 */
export async function spoolMessage(
  source: AsyncIterable<Uint8Array>,
  folder: string,
  maxSize: number,
): Promise<SpooledMessage | undefined> {
  const path = join(folder, `${randomUUID()}.eml`)
  const hash = createHash('sha256')
  const header = new HeaderBuffer()
  let pieces: Uint8Array[] = []
  let size = 0
  await using resources = new AsyncDisposableStack()
  let file: FileHandle | undefined
  for await (const piece of source) {
    size += piece.length
    if (size > maxSize) continue
    hash.update(piece)
    header.add(piece)
    pieces.push(piece)
    if (size <= MAX_IN_MEMORY) continue
    if (file === undefined) {
      resources.defer(() => rm(path, { force: true }))
      file = resources.use(await open(path, 'wx', 0o600))
    }
    for (const waiting of pieces) await file.writeFile(waiting)
    pieces = []
  }
  if (size > maxSize) return undefined
  // Bytes of their own, since they travel between threads with all of their buffer.
  const bytes = new Uint8Array(file === undefined ? size : 0)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  const kept = resources.move()
  return {
    source: file === undefined ? { bytes } : { path },
    size,
    hash: hash.digest('hex'),
    header: header.fields(),
    isHeaderTooLong: header.isTooLong,
    async overwrite(offset, other) {
      if (file === undefined) bytes.set(other, offset)
      else await file.write(other, 0, other.length, offset)
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** How many servers a message has passed (RFC 5321 6.3). */
export function hopsOf({ header }: SpooledMessage): number {
  return fieldsNamed(header, 'received').length
}

/** Whether a message has a Date or Message-ID, so that an equal message is the same one. */
export function isUnique({ header }: SpooledMessage): boolean {
  return header.some(({ name }) => name === 'message-id' || name === 'date')
}
