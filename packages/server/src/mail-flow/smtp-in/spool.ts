import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A message in a file of its own, which goes when this is disposed of. */
export interface SpooledMessage extends AsyncDisposable {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** SHA-256 of all of it, hexadecimal. */
  readonly hash: string
  /** How many servers it has passed: its Received fields. */
  readonly hops: number
  /** Whether it has a Date or Message-ID, so that an equal message is the same one. */
  readonly isUnique: boolean
}

/** How much of a message is looked at for its header, in bytes. */
const MAX_HEADER = 256 << 10

/** Makes the folder for messages that are coming in, and removes what a server that was killed has left there: nobody was told that it had come. */
export async function openSpool(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) if (name.endsWith('.eml')) await rm(join(folder, name))
}

/**
 * Writes a message to a file, and to the disk. The source is read to its end even if it is too long; resolves to `undefined` then.
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
  let size = 0
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(path, { force: true }))
  {
    await using file = await open(path, 'wx', 0o600)
    for await (const piece of source) {
      size += piece.length
      if (size > maxSize) continue
      hash.update(piece)
      header.add(piece)
      await file.writeFile(piece)
    }
    if (size > maxSize) return undefined
    await file.sync()
  }
  const names = header.fieldNames()
  const keep = cleanup.move()
  return {
    path,
    size,
    hash: hash.digest('hex'),
    hops: names.filter((name) => name === 'received').length,
    isUnique: names.includes('message-id') || names.includes('date'),
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

/** The end of a header; looked for behind a line end, since a message may begin with the empty line. */
const HEADER_END = /\n\r?\n/

/** The beginning of a message, up to the end of its header. */
class HeaderBuffer {
  readonly #pieces: string[] = []
  #length = 0
  /** What may be the beginning of the header's end. */
  #tail = '\n'
  #isDone = false

  add(piece: Uint8Array): void {
    if (this.#isDone) return
    const text = Buffer.from(piece.subarray(0, MAX_HEADER - this.#length)).toString('latin1')
    this.#pieces.push(text)
    this.#length += text.length
    this.#isDone = this.#length === MAX_HEADER || HEADER_END.test(this.#tail + text)
    this.#tail = (this.#tail + text).slice(-2)
  }

  /** The names of its fields in lower case, in their order. */
  fieldNames(): readonly string[] {
    const text = `\n${this.#pieces.join('')}`
    const header = text.slice(0, HEADER_END.exec(text)?.index)
    return [...header.matchAll(/^([!-9;-~]+)[ \t]*:/gm)].map(([, name]) => name!.toLowerCase())
  }
}
