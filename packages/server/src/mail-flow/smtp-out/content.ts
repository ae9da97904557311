import { isAscii, isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

/** A message as it goes out. */
export interface Content {
  /** Bytes of it, with what is put before the file. */
  readonly size: number
  /** Whether its header is in UTF-8 that is not ASCII, which only servers with SMTPUTF8 take (RFC 6532). */
  readonly hasUtf8Header: boolean
  /** Whether there are bytes above 127 in it. */
  readonly is8Bit: boolean
  /** Reads it, piece by piece. */
  read(): AsyncIterable<Uint8Array>
}

/** Makes what is put before a message: signatures, whole header fields in lines that end with CR LF; nothing where it has none to make. */
export interface ContentSigner {
  sign(path: string, header: Uint8Array): Promise<string>
}

/** Bytes that a header may have; what comes after them counts as body. */
const MAX_HEADER = 1 << 20

/** Messages of which it is remembered what they are like, as most go to several domains. */
const REMEMBERED = 64

/** Looks at messages before they are sent, and signs them, once each. */
export class Contents {
  readonly #signer: ContentSigner | undefined
  readonly #known = new Map<string, Promise<Content>>()

  constructor(signer: ContentSigner | undefined) {
    this.#signer = signer
  }

  /** Rejects where the file cannot be read. */
  async open(path: string): Promise<Content> {
    const { size, mtimeMs } = await stat(path)
    const key = `${path}\0${size}\0${mtimeMs}`
    const known = this.#known.get(key) ?? prepare(path, size, this.#signer)
    this.#known.delete(key)
    this.#known.set(key, known)
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!)
    try {
      return await known
    } catch (error) {
      this.#known.delete(key)
      throw error
    }
  }
}

async function prepare(path: string, size: number, signer: ContentSigner | undefined): Promise<Content> {
  const { header, ...traits } = await readTraits(path)
  const prefix = Buffer.from((await signer?.sign(path, header)) ?? '')
  return {
    ...traits,
    size: prefix.length + size,
    async *read() {
      if (prefix.length > 0) yield prefix
      yield* createReadStream(path) as AsyncIterable<Buffer>
    },
  }
}

/** Reads as much of a message as is needed: all of it where it is ASCII. */
async function readTraits(
  path: string,
): Promise<Pick<Content, 'hasUtf8Header' | 'is8Bit'> & { readonly header: Uint8Array }> {
  let header = Buffer.alloc(0)
  let isComplete = false
  let is8Bit = false
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (!isComplete) {
      // The end of the header may lie across two chunks.
      const from = Math.max(0, header.length - 3)
      header = Buffer.concat([header, chunk])
      const end = header.indexOf('\r\n\r\n', from)
      isComplete = end >= 0 || header.length >= MAX_HEADER
      if (end >= 0) header = header.subarray(0, end + 4)
    }
    is8Bit ||= !isAscii(chunk)
    if (isComplete && is8Bit) break
  }
  return { header, hasUtf8Header: !isAscii(header) && isUtf8(header), is8Bit }
}
