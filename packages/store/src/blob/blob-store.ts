import { createHash, type Hash } from 'node:crypto'
import type { Storage, Transaction } from '../storage/storage.ts'
import { BlobDraft } from './blob-draft.ts'
import { BlobRef } from './blob-ref.ts'
import { BLOB_CHUNK_BYTES } from './chunk-size.ts'

/** State of a blob: being uploaded (not yet named by its hash), or complete. */
const UPLOADING = 0
const COMPLETE = 1

/** How many chunks are copied in one transaction. */
const COPY_CHUNKS = 64

/**
 * Keeps contents by their hash, each once however many messages hold it.
 *
 * Complete blobs that nothing refers to, and uploads that a crash interrupted, are removed by {@link collect}. Who stores
 * a reference records it with {@link setReferences} in the same transaction.
 */
export class BlobStore {
  readonly #storage: Storage
  /** Uploads of this process, which {@link collect} leaves alone. */
  readonly #open = new Set<number>()
  /** Complete uploads that no transaction has taken over yet, with the number of holders. */
  readonly #pinned = new Map<string, number>()

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** Stores bytes that are whole in memory, within a transaction of the caller's. */
  async put(tx: Transaction, bytes: Uint8Array): Promise<BlobRef> {
    const ref = new BlobRef(createHash('sha256').update(bytes).digest(), bytes.length)
    const { changes } = await tx.run(
      'INSERT INTO blob (hash, size, state, data) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING',
      ref.hash,
      ref.size,
      COMPLETE,
      isOneChunk(ref) ? bytes : null,
    )
    if (changes === 0 || isOneChunk(ref)) return ref
    const id = (await this.#idOf(tx, ref))!
    for (let seq = 0, at = 0; at < bytes.length; seq++, at += BLOB_CHUNK_BYTES) {
      await this.#writeChunk(tx, id, seq, bytes.subarray(at, at + BLOB_CHUNK_BYTES))
    }
    return ref
  }

  /** A place to write content piece by piece, in transactions of its own. */
  async upload(): Promise<BlobUpload> {
    const id = await this.beginDraft()
    let seq = 0
    let size = 0
    let pending: Uint8Array[] = []
    let pendingBytes = 0
    const hash: Hash = createHash('sha256')

    const flush = async (): Promise<void> => {
      if (pendingBytes === 0) return
      const chunk = Buffer.concat(pending)
      pending = []
      pendingBytes = 0
      await this.#storage.write((tx) => this.#writeChunk(tx, id, seq, chunk))
      seq++
    }

    return {
      write: async (bytes) => {
        hash.update(bytes)
        size += bytes.length
        for (let at = 0; at < bytes.length; ) {
          const part = new Uint8Array(bytes.subarray(at, at + BLOB_CHUNK_BYTES - pendingBytes))
          pending.push(part)
          pendingBytes += part.length
          at += part.length
          if (pendingBytes === BLOB_CHUNK_BYTES) await flush()
        }
      },
      finish: async () => {
        await flush()
        const ref = new BlobRef(hash.digest(), size)
        await this.completeDraft(id, ref)
        return ref
      },
      abort: () => this.abortDraft(id),
    }
  }

  /** Content that begins as existing content and can be changed anywhere. To be disposed of. */
  draft(from: BlobRef | Uint8Array = new Uint8Array(0)): BlobDraft {
    return new BlobDraft(this, from)
  }

  /** Begins an unfinished blob, with a copy of the first `size` bytes of a complete one. For {@link BlobDraft} only. */
  async beginDraft(from?: BlobRef, size = 0): Promise<number> {
    const id = await this.#storage.write(
      (tx) => this.#create(tx, UPLOADING),
      (created) => this.#open.add(created),
    )
    if (from === undefined || size === 0) return id
    if (isOneChunk(from)) {
      await this.#storage.write((tx) =>
        tx.run(
          `INSERT INTO blob_chunk (blob_id, seq, data)
           SELECT CAST(? AS INTEGER), 0, data FROM blob WHERE hash = ?`,
          id,
          from.hash,
        ),
      )
      return id
    }
    const chunks = Math.ceil(size / BLOB_CHUNK_BYTES)
    for (let seq = 0; seq < chunks; seq += COPY_CHUNKS) {
      await this.#storage.write((tx) =>
        tx.run(
          `INSERT INTO blob_chunk (blob_id, seq, data)
           SELECT CAST(? AS INTEGER), c.seq, c.data FROM blob_chunk c JOIN blob b ON b.id = c.blob_id
           WHERE b.hash = ? AND c.seq >= ? AND c.seq < ?`,
          id,
          from.hash,
          seq,
          Math.min(seq + COPY_CHUNKS, chunks),
        ),
      )
    }
    return id
  }

  /** A chunk of an unfinished blob or of a complete one; its end may be missing if it is zeros. For {@link BlobDraft} only. */
  async readDraftChunk(from: number | BlobRef, seq: number): Promise<Uint8Array> {
    if (from instanceof BlobRef) {
      const offset = seq * BLOB_CHUNK_BYTES
      return this.#storage.read((tx) => this.read(tx, from, offset, BLOB_CHUNK_BYTES))
    }
    const row = await this.#storage.read((tx) =>
      tx.get<{ data: Uint8Array }>('SELECT data FROM blob_chunk WHERE blob_id = ? AND seq = ?', from, seq),
    )
    return row?.data ?? new Uint8Array(0)
  }

  /** For {@link BlobDraft} only. */
  async writeDraftChunks(
    id: number,
    chunks: Iterable<readonly [seq: number, bytes: Uint8Array]>,
  ): Promise<void> {
    await this.#storage.write(async (tx) => {
      for (const [seq, data] of chunks) {
        await tx.run(
          `INSERT INTO blob_chunk (blob_id, seq, data) VALUES (?, ?, ?)
           ON CONFLICT (blob_id, seq) DO UPDATE SET data = excluded.data`,
          id,
          seq,
          data,
        )
      }
    })
  }

  /** Keeps only the first chunks of an unfinished blob. For {@link BlobDraft} only. */
  async truncateDraft(id: number, chunks: number): Promise<void> {
    await this.#storage.write((tx) =>
      tx.run('DELETE FROM blob_chunk WHERE blob_id = ? AND seq >= ?', id, chunks),
    )
  }

  /** Makes an unfinished blob a complete one, which is held until {@link release}. For {@link BlobDraft} only. */
  async completeDraft(id: number, ref: BlobRef): Promise<void> {
    await this.#storage.write(
      async (tx) => {
        if (await this.#idOf(tx, ref)) {
          await this.#remove(tx, id)
          return
        }
        let data: Uint8Array | null = null
        if (isOneChunk(ref)) {
          const [first] = await tx.column<Uint8Array>('SELECT data FROM blob_chunk WHERE blob_id = ?', id)
          // What was never written are zeros.
          data = new Uint8Array(ref.size)
          if (first !== undefined) data.set(first.subarray(0, ref.size))
          await tx.run('DELETE FROM blob_chunk WHERE blob_id = ?', id)
        }
        await tx.run(
          'UPDATE blob SET hash = ?, size = ?, state = ?, data = ? WHERE id = ?',
          ref.hash,
          ref.size,
          COMPLETE,
          data,
          id,
        )
      },
      () => {
        this.#open.delete(id)
        this.pin(ref)
      },
    )
  }

  /** For {@link BlobDraft} only. */
  async abortDraft(id: number): Promise<void> {
    this.#open.delete(id)
    await this.#storage.write((tx) => this.#remove(tx, id))
  }

  /** Keeps a complete blob even if nothing refers to it, until {@link release}. */
  pin(ref: BlobRef): void {
    this.#pinned.set(ref.key, (this.#pinned.get(ref.key) ?? 0) + 1)
  }

  /** Ends one {@link pin}, such as that of an upload's result when it is referred to, or is not wanted after all. */
  release(ref: BlobRef): void {
    const holders = (this.#pinned.get(ref.key) ?? 0) - 1
    if (holders > 0) this.#pinned.set(ref.key, holders)
    else this.#pinned.delete(ref.key)
  }

  /** Up to `length` bytes from `offset`; fewer only at the end. */
  async read(tx: Transaction, ref: BlobRef, offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, ref.size)
    if (offset >= end) return new Uint8Array(0)
    if (isOneChunk(ref)) {
      const [data] = await tx.column<Uint8Array>('SELECT data FROM blob WHERE hash = ?', ref.hash)
      return data?.subarray(offset, end) ?? new Uint8Array(end - offset)
    }
    const rows = await tx.all<{ seq: number; data: Uint8Array }>(
      `SELECT c.seq, c.data FROM blob_chunk c JOIN blob b ON b.id = c.blob_id
       WHERE b.hash = ? AND c.seq BETWEEN ? AND ? ORDER BY c.seq`,
      ref.hash,
      Math.floor(offset / BLOB_CHUNK_BYTES),
      Math.floor((end - 1) / BLOB_CHUNK_BYTES),
    )
    const bytes = new Uint8Array(end - offset)
    for (const { seq, data } of rows) {
      const start = seq * BLOB_CHUNK_BYTES
      const from = Math.max(offset - start, 0)
      const to = Math.min(end - start, data.length)
      bytes.set(data.subarray(from, to), start + from - offset)
    }
    return bytes
  }

  /** All bytes; for values that are known to be small enough. */
  readAll(tx: Transaction, ref: BlobRef): Promise<Uint8Array> {
    return this.read(tx, ref, 0, ref.size)
  }

  /** Replaces what `owner` (a message ID) refers to. */
  async setReferences(tx: Transaction, owner: number, refs: readonly BlobRef[]): Promise<void> {
    await this.removeReferences(tx, owner)
    await this.addReferences(tx, owner, refs)
  }

  /** Records what a new `owner` refers to. */
  async addReferences(tx: Transaction, owner: number, refs: Iterable<BlobRef>): Promise<void> {
    const seen = new Set<string>()
    for (const ref of refs) {
      if (seen.has(ref.key)) continue
      seen.add(ref.key)
      await tx.run(
        'INSERT INTO blob_reference (mid, blob_id) SELECT CAST(? AS INTEGER), id FROM blob WHERE hash = ?',
        owner,
        ref.hash,
      )
    }
  }

  /** Records that a copy refers to what its original does. */
  async copyReferences(tx: Transaction, from: number, to: number): Promise<void> {
    await tx.run(
      'INSERT INTO blob_reference (mid, blob_id) SELECT CAST(? AS INTEGER), blob_id FROM blob_reference WHERE mid = ?',
      to,
      from,
    )
  }

  /** Records that what `from` referred to is referred to by `to` now, which has referred to nothing before. */
  async moveReferences(tx: Transaction, from: number, to: number): Promise<void> {
    await tx.run('UPDATE blob_reference SET mid = ? WHERE mid = ?', to, from)
  }

  async removeReferences(tx: Transaction, owner: number): Promise<void> {
    await tx.run('DELETE FROM blob_reference WHERE mid = ?', owner)
  }

  /** Removes contents that nothing refers to; returns how many. */
  async collect(): Promise<number> {
    return this.#storage.write(async (tx) => {
      const candidates = await tx.all<{ id: number; hash: Uint8Array | null }>(
        'SELECT id, hash FROM blob WHERE state = ? OR id NOT IN (SELECT blob_id FROM blob_reference)',
        UPLOADING,
      )
      let removed = 0
      for (const { id, hash } of candidates) {
        if (this.#open.has(id) || (hash !== null && this.#pinned.has(new BlobRef(hash, 0).key))) continue
        await this.#remove(tx, id)
        removed++
      }
      return removed
    })
  }

  async #idOf(tx: Transaction, ref: BlobRef): Promise<number | undefined> {
    const row = await tx.get<{ id: number }>('SELECT id FROM blob WHERE hash = ?', ref.hash)
    return row?.id
  }

  async #create(tx: Transaction, state: number): Promise<number> {
    const row = await tx.get<{ id: number }>(
      'INSERT INTO blob (hash, size, state) VALUES (NULL, 0, ?) RETURNING id',
      state,
    )
    return row!.id
  }

  async #writeChunk(tx: Transaction, id: number, seq: number, data: Uint8Array): Promise<void> {
    await tx.run('INSERT INTO blob_chunk (blob_id, seq, data) VALUES (?, ?, ?)', id, seq, data)
  }

  async #remove(tx: Transaction, id: number): Promise<void> {
    await tx.run('DELETE FROM blob_chunk WHERE blob_id = ?', id)
    await tx.run('DELETE FROM blob WHERE id = ?', id)
  }
}

/** Whether content is short enough to be kept in its row, which takes less than half of what a chunk does to write. */
function isOneChunk({ size }: BlobRef): boolean {
  return size <= BLOB_CHUNK_BYTES
}

/** Content that is being written. */
export interface BlobUpload {
  write(bytes: Uint8Array): Promise<void>
  /** The content's reference; hold it until it is recorded, then {@link BlobStore.release} it. */
  finish(): Promise<BlobRef>
  abort(): Promise<void>
}
