import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BlobRef } from '../../src/blob/blob-ref.ts'
import { BlobStore } from '../../src/blob/blob-store.ts'
import { BLOB_CHUNK_BYTES } from '../../src/blob/chunk-size.ts'
import { migrate } from '../../src/storage/schema.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'

/** On both sides of what is kept in one piece. */
const SIZES = [0, 1, BLOB_CHUNK_BYTES - 1, BLOB_CHUNK_BYTES, BLOB_CHUNK_BYTES + 1, 3 * BLOB_CHUNK_BYTES]

const OWNER = 7

function content(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >>> 8) + size) & 0xff)
}

describe('contents', () => {
  let directory: string
  let storage: SqliteStorage
  let blobs: BlobStore
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bourse-blobs-'))
    storage = new SqliteStorage(join(directory, 'some.db'))
    await migrate(storage)
    blobs = new BlobStore(storage)
  })
  afterEach(async () => {
    await storage[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  const put = (bytes: Uint8Array): Promise<BlobRef> => storage.write((tx) => blobs.put(tx, bytes))
  const readAll = (ref: BlobRef): Promise<Uint8Array> => storage.read((tx) => blobs.readAll(tx, ref))
  const count = async (table: string): Promise<number> =>
    (await storage.read((tx) => tx.column(`SELECT COUNT(*) FROM ${table}`)))[0]!
  const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

  it('are read as they were stored, whole and in parts', async () => {
    for (const size of SIZES) {
      const bytes = content(size)
      const ref = await put(bytes)
      expect(ref.size).toBe(size)
      expect(isSame(await readAll(ref), bytes)).toBe(true)
      for (const [offset, length] of [
        [0, 10],
        [size - 5, 10],
        [BLOB_CHUNK_BYTES - 3, 6],
        [size, 1],
      ] as const) {
        const part = await storage.read((tx) => blobs.read(tx, ref, Math.max(offset, 0), length))
        expect(isSame(part, bytes.subarray(Math.max(offset, 0), Math.max(offset, 0) + length))).toBe(true)
      }
    }
  })

  it('are kept once, however they come', async () => {
    for (const size of SIZES) {
      const bytes = content(size)
      const upload = await blobs.upload()
      for (let at = 0; at < size; at += 100_000) await upload.write(bytes.subarray(at, at + 100_000))
      const uploaded = await upload.finish()
      expect(await put(bytes)).toEqual(uploaded)
      await using draft = blobs.draft(uploaded)
      expect(isSame(await draft.read(0, size), bytes)).toBe(true)
      blobs.release(uploaded)
    }
    expect(await count('blob')).toBe(SIZES.length)
    // Only what has more than one chunk has chunks of its own.
    expect(await count('blob_chunk')).toBe(2 + 3)
  })

  it('can be begun anew from others, which stay as they are', async () => {
    for (const size of SIZES) {
      const bytes = content(size)
      const ref = await put(bytes)
      await using draft = blobs.draft(ref)
      await draft.write(size, Uint8Array.of(1, 2, 3))
      const changed = await draft.take()
      const longer = changed instanceof Uint8Array ? changed : await readAll(changed)
      expect(isSame(longer, Buffer.concat([bytes, Uint8Array.of(1, 2, 3)]))).toBe(true)
      expect(isSame(await readAll(ref), bytes)).toBe(true)
    }
  })

  it('go when nothing refers to them', async () => {
    const refs: BlobRef[] = []
    for (const size of SIZES) refs.push(await put(content(size)))
    const kept = refs.filter((_, i) => i % 2 === 0)
    await storage.write((tx) => blobs.setReferences(tx, OWNER, [...kept, kept[0]!]))
    expect(await count('blob_reference')).toBe(kept.length)
    expect(await blobs.collect()).toBe(refs.length - kept.length)
    for (const ref of kept) expect(isSame(await readAll(ref), content(ref.size))).toBe(true)
    await storage.write((tx) => blobs.removeReferences(tx, OWNER))
    expect(await blobs.collect()).toBe(kept.length)
    expect((await count('blob')) + (await count('blob_chunk'))).toBe(0)
  })
})
