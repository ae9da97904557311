import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BlobRef } from '../../src/blob/blob-ref.ts'
import { BlobStore } from '../../src/blob/blob-store.ts'
import { BLOB_CHUNK_BYTES } from '../../src/blob/chunk-size.ts'
import { migrate } from '../../src/storage/schema.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'

const MAX_SIZE = 3.5 * BLOB_CHUNK_BYTES

type Step =
  | { readonly do: 'write'; readonly at: number; readonly length: number; readonly byte: number }
  | { readonly do: 'resize'; readonly size: number }
  | { readonly do: 'read'; readonly at: number; readonly length: number }
  | { readonly do: 'take' }

/** Positions near the borders of chunks, and any others. */
const position = fc.oneof(
  fc.integer({ min: 0, max: MAX_SIZE }),
  fc
    .constantFrom(0, 1, 2, 3)
    .chain((chunk) =>
      fc.integer({ min: -2, max: 2 }).map((by) => Math.max(0, chunk * BLOB_CHUNK_BYTES + by)),
    ),
)
const length = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: BLOB_CHUNK_BYTES + 10 }))
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    at: position,
    length,
    byte: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ do: fc.constant('resize' as const), size: position }),
  fc.record({ do: fc.constant('read' as const), at: position, length }),
  fc.constant({ do: 'take' as const }),
)

describe('BlobDraft', () => {
  let directory: string
  let storage: SqliteStorage
  let blobs: BlobStore

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bourse-blob-'))
    storage = new SqliteStorage(join(directory, 'blobs'))
    await migrate(storage)
    blobs = new BlobStore(storage)
  })

  afterAll(async () => {
    await storage[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  async function contentOf(taken: Uint8Array | BlobRef): Promise<Uint8Array> {
    if (!(taken instanceof BlobRef)) return taken
    return storage.read((tx) => blobs.readAll(tx, taken))
  }

  it('holds what a plain array would after any writes and changes of size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, beginsLarge) => {
        let model = beginsLarge ? new Uint8Array(2 * BLOB_CHUNK_BYTES + 7).fill(9) : new Uint8Array(0)
        const from = beginsLarge ? await storage.write((tx) => blobs.put(tx, model)) : model
        await using draft = blobs.draft(from)
        for (const action of steps) {
          if (action.do === 'write') {
            const bytes = new Uint8Array(action.length).fill(action.byte)
            await draft.write(action.at, bytes)
            if (bytes.length > 0) {
              const grown = new Uint8Array(Math.max(model.length, action.at + bytes.length))
              grown.set(model)
              grown.set(bytes, action.at)
              model = grown
            }
          } else if (action.do === 'resize') {
            await draft.setSize(action.size)
            const resized = new Uint8Array(action.size)
            resized.set(model.subarray(0, action.size))
            model = resized
          } else if (action.do === 'read') {
            const read = await draft.read(action.at, action.length)
            expect(Buffer.compare(read, model.subarray(action.at, action.at + action.length))).toBe(0)
          } else {
            const taken = await draft.take()
            if (taken instanceof BlobRef) {
              expect(taken.size).toBe(model.length)
              expect(Buffer.compare(taken.hash, createHash('sha256').update(model).digest())).toBe(0)
            }
          }
          expect(draft.size).toBe(model.length)
        }
        expect(Buffer.compare(await contentOf(await draft.take()), model)).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('leaves the content that it began with as it is', async () => {
    const original = new Uint8Array(BLOB_CHUNK_BYTES + 100).fill(1)
    const ref = await storage.write((tx) => blobs.put(tx, original))
    await using draft = blobs.draft(ref)
    await draft.write(BLOB_CHUNK_BYTES - 1, Uint8Array.of(2, 2))
    expect(Buffer.compare(await contentOf(ref), original)).toBe(0)
  })

  it('holds zeros that nobody has written', async () => {
    await using draft = blobs.draft()
    await draft.setSize(3 * BLOB_CHUNK_BYTES)
    await draft.setSize(BLOB_CHUNK_BYTES)
    expect(Buffer.compare(await contentOf(await draft.take()), new Uint8Array(BLOB_CHUNK_BYTES))).toBe(0)
  })

  it('stores the same content once', async () => {
    const bytes = new Uint8Array(2 * BLOB_CHUNK_BYTES).fill(3)
    const ref = await storage.write((tx) => blobs.put(tx, bytes))
    await using draft = blobs.draft()
    for (let at = 0; at < bytes.length; at += 50_000) {
      await draft.write(at, bytes.subarray(at, Math.min(at + 50_000, bytes.length)))
    }
    const taken = await draft.take()
    expect((taken as BlobRef).key).toBe(ref.key)
    const copies = await storage.read((tx) => tx.column('SELECT id FROM blob WHERE hash = ?', ref.hash))
    expect(copies).toHaveLength(1)
  })

  it('keeps its content from being collected until it is disposed of', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536))
    const large = new Uint8Array(BLOB_CHUNK_BYTES * 2)
    large.set(bytes)
    const draft = blobs.draft()
    await draft.write(0, large)
    await blobs.collect()
    const taken = (await draft.take()) as BlobRef
    await blobs.collect()
    expect(Buffer.compare(await contentOf(taken), large)).toBe(0)
    await draft[Symbol.asyncDispose]()
    await blobs.collect()
    expect(await storage.read((tx) => tx.column('SELECT id FROM blob WHERE hash = ?', taken.hash))).toEqual(
      [],
    )
  })

  it('leaves nothing behind when it is given up', async () => {
    const before = await storage.read((tx) => tx.column('SELECT id FROM blob'))
    const draft = blobs.draft()
    await draft.write(0, new Uint8Array(BLOB_CHUNK_BYTES * 3).fill(5))
    await draft[Symbol.asyncDispose]()
    expect(await storage.read((tx) => tx.column('SELECT id FROM blob'))).toEqual(before)
    expect(
      await storage.read((tx) =>
        tx.column('SELECT blob_id FROM blob_chunk WHERE blob_id NOT IN (SELECT id FROM blob)'),
      ),
    ).toEqual([])
  })
})
