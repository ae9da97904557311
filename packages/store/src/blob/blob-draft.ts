import { createHash, type Hash } from 'node:crypto'
import { BlobRef } from './blob-ref.ts'
import type { BlobStore } from './blob-store.ts'
import { BLOB_CHUNK_BYTES } from './chunk-size.ts'

/** Content up to this many bytes is kept in memory. */
export const DRAFT_MEMORY_BYTES = BLOB_CHUNK_BYTES

/** How many changed chunks are kept in memory before they are written. */
const MAX_CHANGED_CHUNKS = 8

interface MemoryContent {
  readonly kind: 'memory'
  readonly bytes: Uint8Array
  /** Where `bytes` are, with room to grow. */
  readonly capacity: Uint8Array
}

/** Where the content of a draft is. */
type Content =
  | MemoryContent
  /** Complete content that others may refer to: not to be changed. */
  | { readonly kind: 'blob'; readonly ref: BlobRef }
  /** Chunks of its own, under the number of an unfinished blob; those that changed since they were written are here. */
  | { readonly kind: 'chunks'; readonly id: number; readonly changed: Map<number, Uint8Array> }

/**
 * Content that can be read and written anywhere, of any size, while little of it is in memory. Begins as existing content, which
 * stays as it is: a copy is made when something is written.
 *
 * Operations that are asked for while another one goes on wait for it.
 */
export class BlobDraft implements AsyncDisposable {
  readonly #blobs: BlobStore
  readonly #pinned: BlobRef[] = []
  #content: Content
  #size: number
  /** The chunk that was read last. */
  #chunk: { readonly seq: number; readonly bytes: Uint8Array } | undefined
  /** Hash of the first {@link #hashed} bytes, while what is written is only ever appended. */
  #hash: Hash | undefined
  #hashed = 0
  #last: Promise<unknown> = Promise.resolve()
  #isDisposed = false

  /** Made with {@link BlobStore.draft}. */
  constructor(blobs: BlobStore, from: BlobRef | Uint8Array) {
    this.#blobs = blobs
    if (from instanceof BlobRef) {
      this.#content = { kind: 'blob', ref: from }
      this.#pin(from)
    } else {
      this.#content = inMemory(from)
    }
    this.#size = from instanceof BlobRef ? from.size : from.length
  }

  /** In bytes. */
  get size(): number {
    return this.#size
  }

  /** Up to `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#inTurn(() => this.#read(offset, length))
  }

  /** Writes bytes at `offset`; between the end and there it is filled with zeros. */
  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      if (bytes.length === 0) return
      const end = offset + bytes.length
      if (end > this.#size) await this.#resize(end)
      await this.#overwrite(offset, bytes)
    })
  }

  /** Cuts the content, or extends it with zeros. */
  setSize(size: number): Promise<void> {
    return this.#inTurn(async () => {
      if (size !== this.#size) await this.#resize(size)
    })
  }

  /**
   * The content as it is now, to be kept: its bytes if they are in memory, else the reference under which it is stored, which holds
   * until this draft is disposed of.
   */
  take(): Promise<Uint8Array | BlobRef> {
    return this.#inTurn(async () => {
      const content = this.#content
      if (content.kind === 'memory') return content.bytes.slice()
      if (content.kind === 'blob') return content.ref
      await this.#flush()
      const ref = new BlobRef(await this.#digest(), this.#size)
      await this.#blobs.completeDraft(content.id, ref)
      this.#pinned.push(ref)
      this.#content = { kind: 'blob', ref }
      this.#forgetCaches()
      return ref
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isDisposed) return
      this.#isDisposed = true
      for (const ref of this.#pinned) this.#blobs.release(ref)
      if (this.#content.kind === 'chunks') await this.#blobs.abortDraft(this.#content.id)
      this.#content = inMemory(new Uint8Array(0))
      this.#forgetCaches()
    })
  }

  #pin(ref: BlobRef): void {
    this.#blobs.pin(ref)
    this.#pinned.push(ref)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.#size)
    if (offset >= end) return new Uint8Array(0)
    if (this.#content.kind === 'memory') return this.#content.bytes.slice(offset, end)
    const result = new Uint8Array(end - offset)
    for (let at = offset; at < end; ) {
      const seq = Math.floor(at / BLOB_CHUNK_BYTES)
      const start = seq * BLOB_CHUNK_BYTES
      const stop = Math.min(end, start + BLOB_CHUNK_BYTES)
      const chunk = await this.#readChunk(seq)
      result.set(chunk.subarray(at - start, stop - start), at - offset)
      at = stop
    }
    return result
  }

  /** The bytes of a chunk; what is missing at its end are zeros. */
  async #readChunk(seq: number): Promise<Uint8Array> {
    const content = this.#content
    if (content.kind === 'chunks') {
      const changed = content.changed.get(seq)
      if (changed !== undefined) return changed
    }
    if (this.#chunk?.seq === seq) return this.#chunk.bytes
    const bytes = await this.#blobs.readDraftChunk(content.kind === 'blob' ? content.ref : idOf(content), seq)
    this.#chunk = { seq, bytes }
    return bytes
  }

  async #overwrite(offset: number, bytes: Uint8Array): Promise<void> {
    this.#noteWritten(offset, bytes)
    const content = await this.#writable()
    if (content.kind === 'memory') {
      content.bytes.set(bytes, offset)
      return
    }
    for (let at = 0; at < bytes.length; ) {
      const seq = Math.floor((offset + at) / BLOB_CHUNK_BYTES)
      const start = offset + at - seq * BLOB_CHUNK_BYTES
      const part = bytes.subarray(at, at + BLOB_CHUNK_BYTES - start)
      const chunk = await this.#changeChunk(content, seq, start === 0 && part.length === BLOB_CHUNK_BYTES)
      chunk.set(part, start)
      at += part.length
    }
  }

  /** A chunk of full length that can be changed. */
  async #changeChunk(
    content: Content & { readonly kind: 'chunks' },
    seq: number,
    replaced: boolean,
  ): Promise<Uint8Array> {
    const changed = content.changed.get(seq)
    if (changed !== undefined) return changed
    if (content.changed.size >= MAX_CHANGED_CHUNKS) await this.#flush()
    const chunk = new Uint8Array(BLOB_CHUNK_BYTES)
    if (!replaced) chunk.set(await this.#readChunk(seq))
    if (this.#chunk?.seq === seq) this.#chunk = undefined
    content.changed.set(seq, chunk)
    return chunk
  }

  async #resize(size: number): Promise<void> {
    const old = this.#size
    if (size < this.#hashed) this.#forgetHash()
    if (size <= DRAFT_MEMORY_BYTES && (this.#content.kind === 'memory' || size === 0)) {
      await this.#resizeInMemory(size)
      return
    }
    const content = await this.#writable(size)
    if (content.kind === 'chunks' && size < old) await this.#cutChunks(content, size)
    this.#size = size
  }

  async #cutChunks(content: Content & { readonly kind: 'chunks' }, size: number): Promise<void> {
    const kept = Math.ceil(size / BLOB_CHUNK_BYTES)
    for (const seq of content.changed.keys()) if (seq >= kept) content.changed.delete(seq)
    if (this.#chunk !== undefined && this.#chunk.seq >= kept) this.#chunk = undefined
    await this.#blobs.truncateDraft(content.id, kept)
    const within = size % BLOB_CHUNK_BYTES
    if (within === 0) return
    // What was there must not come back when the content grows again.
    const last = await this.#changeChunk(content, kept - 1, false)
    last.fill(0, within)
  }

  async #resizeInMemory(size: number): Promise<void> {
    let memory = inMemory(new Uint8Array(0))
    if (this.#content.kind === 'memory') memory = this.#content
    else {
      if (this.#content.kind === 'chunks') await this.#blobs.abortDraft(this.#content.id)
      this.#forgetCaches()
    }
    let { capacity } = memory
    if (size > capacity.length) {
      capacity = new Uint8Array(Math.min(Math.max(size, capacity.length * 2), DRAFT_MEMORY_BYTES))
      capacity.set(memory.bytes)
    }
    capacity.fill(0, Math.min(size, this.#size), Math.max(size, this.#size))
    this.#content = { kind: 'memory', bytes: capacity.subarray(0, size), capacity }
    this.#size = size
  }

  /** The content in a form that can be changed and can have `size` bytes. */
  async #writable(size = this.#size): Promise<Content & { readonly kind: 'memory' | 'chunks' }> {
    const content = this.#content
    if (content.kind === 'chunks') return content
    if (content.kind === 'memory') {
      if (size <= DRAFT_MEMORY_BYTES) return content
      const id = await this.#blobs.beginDraft()
      const first = new Uint8Array(BLOB_CHUNK_BYTES)
      first.set(content.bytes)
      const changed = new Map(content.bytes.length > 0 ? [[0, first]] : [])
      const next = { kind: 'chunks', id, changed } as const
      this.#content = next
      return next
    }
    const id = await this.#blobs.beginDraft(content.ref, Math.min(size, this.#size))
    const next = { kind: 'chunks', id, changed: new Map<number, Uint8Array>() } as const
    this.#content = next
    return next
  }

  async #flush(): Promise<void> {
    const content = this.#content
    if (content.kind !== 'chunks' || content.changed.size === 0) return
    const chunks: [number, Uint8Array][] = []
    for (const [seq, bytes] of content.changed) {
      chunks.push([seq, bytes.subarray(0, this.#size - seq * BLOB_CHUNK_BYTES)])
    }
    await this.#blobs.writeDraftChunks(content.id, chunks)
    content.changed.clear()
  }

  #noteWritten(offset: number, bytes: Uint8Array): void {
    if (offset < this.#hashed) this.#forgetHash()
    if (offset !== this.#hashed) return
    this.#hash ??= createHash('sha256')
    this.#hash.update(bytes)
    this.#hashed = offset + bytes.length
  }

  async #digest(): Promise<Uint8Array> {
    const hash = this.#hash?.copy() ?? createHash('sha256')
    for (let at = this.#hashed; at < this.#size; at += BLOB_CHUNK_BYTES) {
      hash.update(await this.#read(at, BLOB_CHUNK_BYTES))
    }
    return hash.digest()
  }

  #forgetHash(): void {
    this.#hash = undefined
    this.#hashed = 0
  }

  #forgetCaches(): void {
    this.#forgetHash()
    this.#chunk = undefined
  }
}

function inMemory(bytes: Uint8Array): MemoryContent {
  const capacity = new Uint8Array(bytes)
  return { kind: 'memory', bytes: capacity, capacity }
}

function idOf(content: Content): number {
  if (content.kind !== 'chunks') throw new TypeError('the content is not in chunks')
  return content.id
}
