import {
  ErrorCode,
  type LockKind,
  MapiError,
  type OpenMode,
  PropertyError,
  type PropertyStream,
  type PropertyTag,
  type PropertyValue,
  PtypString,
  PtypString8,
  type SeekOrigin,
  tagType,
  withType,
} from '@bourse/mapi'
import type { BlobDraft } from '../blob/blob-draft.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { isStreamable, valueBytes, valueFromBytes } from '../record/large-value.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { LiveBlob } from './property-overlay.ts'
import { convertValue, unicodeTag } from './property-types.ts'
import { RegionLocks } from './region-locks.ts'
import { MAX_WHOLE_VALUE_BYTES, type PropertyObject } from './store-properties.ts'

/** The largest stream, in bytes ([MS-OXCPRPT] 2.2.19.2). */
export const MAX_STREAM_BYTES = 2 ** 31

/** How many zeros seeking beyond the end adds to a stream. */
const MAX_SEEK_EXTENSION_BYTES = 16 * 1024 * 1024

/** How much is read at a time where a stream is read to its end or copied. */
const PIECE_BYTES = 256 * 1024

/** The properties of one object that are open as streams. Streams over the same property share its content. */
export class SharedValues implements AsyncDisposable {
  readonly #values = new Map<PropertyTag, SharedValue>()

  /**
   * RopOpenStream ([MS-OXCPRPT] 3.2.5.11). Throws `NotSupported` where there are no streams, `NotFound` if there is no such property and none is to be made.
   */
  async open(object: PropertyObject, tag: PropertyTag, mode: OpenMode): Promise<PropertyStream> {
    const type = tagType(tag)
    if (object.kind === 'store' || !isStreamable(type) || !object.canStream(type)) {
      throw new MapiError(ErrorCode.NotSupported)
    }
    if (mode !== 'read') {
      if (object.kind === 'folder' && object.logon.mailbox.info.kind === 'public') {
        throw new MapiError(ErrorCode.NotSupported)
      }
      await object.requireWritable()
      const refusal = object.refusal(unicodeTag(tag), undefined)
      if (refusal !== undefined) throw new MapiError(refusal)
    }
    let shared = this.#values.get(tag)
    if (shared === undefined) {
      const draft = object.logon.mailbox.blobs.draft(await initialContent(object, tag, mode))
      shared = this.#values.get(tag) ?? new SharedValue(object, tag, draft)
      this.#values.set(tag, shared)
    }
    if (mode === 'create') {
      await shared.draft.setSize(0)
      shared.changed()
    }
    return new ValueStream(shared, mode !== 'read', 0)
  }

  /** Forgets contents that no stream is over and that are not needed any more, because the object was saved. */
  async sweep(): Promise<void> {
    for (const [tag, shared] of this.#values) {
      if (shared.users > 0) continue
      this.#values.delete(tag)
      await shared.draft[Symbol.asyncDispose]()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const values = [...this.#values.values()]
    this.#values.clear()
    for (const shared of values) {
      shared.isClosed = true
      await shared.draft[Symbol.asyncDispose]()
    }
  }
}

/** The content of one property of one object, which streams read and write. */
class SharedValue {
  readonly object: PropertyObject
  readonly tag: PropertyTag
  readonly draft: BlobDraft
  readonly locks = new RegionLocks()
  /** How many streams are open over it. */
  users = 0
  /** The object is closed. */
  isClosed = false
  /** Written to since it was last committed. */
  #isDirty = false

  constructor(object: PropertyObject, tag: PropertyTag, draft: BlobDraft) {
    this.object = object
    this.tag = tag
    this.draft = draft
  }

  changed(): void {
    this.#isDirty = true
    this.object.streamChanged(this.tag, this.draft)
  }

  async commit(): Promise<void> {
    if (!this.#isDirty) return
    this.#isDirty = false
    await this.object.commitStream(this.tag, this.draft)
  }

  /** A stream over it was closed. On folders that makes what was written last ([MS-OXCPRPT] 3.2.5.13). */
  async release(): Promise<void> {
    this.users--
    if (this.users === 0 && !this.isClosed) await this.commit()
  }
}

/** One stream over a value ([MS-OXCPRPT] 2.2.15 to 2.2.26). */
class ValueStream implements PropertyStream {
  readonly #shared: SharedValue
  readonly #isWritable: boolean
  #position: number
  #isClosed = false

  constructor(shared: SharedValue, isWritable: boolean, position: number) {
    shared.users++
    this.#shared = shared
    this.#isWritable = isWritable
    this.#position = position
  }

  async read(length: number): Promise<Uint8Array> {
    const { draft, locks } = this.#touch()
    requireCount(length)
    const position = this.#position
    locks.require(this, position, length, 'read')
    const bytes = await draft.read(position, length)
    this.#position = position + bytes.length
    return bytes
  }

  async write(bytes: Uint8Array): Promise<number> {
    const shared = this.#touchForWriting()
    const position = this.#position
    if (position + bytes.length > MAX_STREAM_BYTES) throw new MapiError(ErrorCode.TooBig)
    shared.locks.require(this, position, bytes.length, 'write')
    await shared.draft.write(position, bytes)
    shared.changed()
    this.#position = position + bytes.length
    return bytes.length
  }

  async commit(): Promise<void> {
    await this.#touch().commit()
  }

  async getSize(): Promise<number> {
    return this.#touch().draft.size
  }

  async setSize(size: number): Promise<void> {
    const shared = this.#touchForWriting()
    requireCount(size)
    if (size > MAX_STREAM_BYTES) throw new MapiError(ErrorCode.StreamSizeError)
    const { draft, locks } = shared
    locks.require(this, Math.min(size, draft.size), Math.abs(size - draft.size), 'write')
    await draft.setSize(size)
    shared.changed()
  }

  async seek(offset: number, origin: SeekOrigin = 'start'): Promise<number> {
    const shared = this.#touch()
    const target = originOf(origin, this.#position, shared.draft.size) + offset
    if (!Number.isSafeInteger(target) || target < 0 || target > MAX_STREAM_BYTES) {
      throw new MapiError(ErrorCode.StreamSeekError)
    }
    // [MS-OXCPRPT] 3.2.5.18: the stream is extended with zeros to the new position. Where these would be very many, it is not
    // until something is written there: a position alone makes no message too large to be saved.
    const added = target - shared.draft.size
    if (added > 0 && added <= MAX_SEEK_EXTENSION_BYTES && this.#isWritable) await this.setSize(target)
    this.#position = target
    return target
  }

  async copyTo(
    destination: PropertyStream,
    length: number,
  ): Promise<{ readonly read: number; readonly written: number }> {
    requireCount(length)
    let read = 0
    let written = 0
    while (read < length) {
      const before = this.#position
      const bytes = await this.read(Math.min(PIECE_BYTES, length - read))
      if (bytes.length === 0) break
      try {
        written += await destination.write(bytes)
      } catch (error) {
        this.#position = before
        throw error
      }
      read += bytes.length
    }
    return { read, written }
  }

  async lockRegion(offset: number, length: number, kind: LockKind): Promise<void> {
    const { locks } = this.#touch()
    requireCount(offset)
    requireCount(length)
    locks.lock(this, offset, length, kind, Date.now())
  }

  async unlockRegion(offset: number, length: number, _kind: LockKind): Promise<void> {
    const { locks } = this.#touch()
    requireCount(offset)
    requireCount(length)
    locks.unlock(this, offset, length)
  }

  async clone(): Promise<PropertyStream> {
    return new ValueStream(this.#touch(), this.#isWritable, this.#position)
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      const bytes = await this.read(PIECE_BYTES)
      if (bytes.length === 0) return
      yield bytes
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#shared.locks.unlockAll(this)
    await this.#shared.release()
  }

  #touch(): SharedValue {
    if (this.#isClosed || this.#shared.isClosed) throw new MapiError(ErrorCode.InvalidObject)
    this.#shared.locks.touch(this, Date.now())
    return this.#shared
  }

  #touchForWriting(): SharedValue {
    const shared = this.#touch()
    if (!this.#isWritable) throw new MapiError(ErrorCode.StorageAccessDenied)
    return shared
  }
}

/** What a stream over a property begins with. */
async function initialContent(
  object: PropertyObject,
  tag: PropertyTag,
  mode: OpenMode,
): Promise<BlobRef | Uint8Array> {
  if (mode === 'create') return new Uint8Array(0)
  const source = await object.source()
  for (const held of heldTags(tag)) {
    const cell = source.cell(held)
    if (cell instanceof PropertyError) throw new MapiError(cell.code)
    const value = cell ?? (await object.makeCell(held, source))
    if (value !== undefined) return contentOf(object, value, held, tag)
  }
  throw new MapiError(ErrorCode.NotFound)
}

/** The tags under which a property may be held that can be read as `tag`. */
function heldTags(tag: PropertyTag): PropertyTag[] {
  switch (tagType(tag)) {
    case PtypString:
      return [tag, withType(tag, PtypString8)]
    case PtypString8:
      return [tag, withType(tag, PtypString)]
    default:
      return [tag]
  }
}

async function contentOf(
  object: PropertyObject,
  value: StoredValue,
  held: PropertyTag,
  wanted: PropertyTag,
): Promise<BlobRef | Uint8Array> {
  const content = value instanceof LiveBlob ? await value.draft.take() : value
  const type = tagType(held)
  if (held === wanted) {
    return content instanceof BlobRef ? content : valueBytes(content as string | Uint8Array, type)
  }
  let text: PropertyValue = content as string
  if (content instanceof BlobRef) {
    // A text must be whole to be converted: its characters may be of several bytes.
    if (content.size > MAX_WHOLE_VALUE_BYTES) throw new MapiError(ErrorCode.NotEnoughMemory)
    const { mailbox } = object.logon
    text = valueFromBytes(await mailbox.read((tx) => mailbox.blobs.readAll(tx, content)), type)
  } else if (content instanceof Uint8Array) {
    text = valueFromBytes(content, type)
  }
  const converted = convertValue(text, type, tagType(wanted), object.codePage)
  return valueBytes(converted as string, tagType(wanted))
}

function originOf(origin: SeekOrigin, position: number, size: number): number {
  switch (origin) {
    case 'start':
      return 0
    case 'current':
      return position
    case 'end':
      return size
    default:
      throw new MapiError(ErrorCode.StorageInvalidParameter)
  }
}

function requireCount(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new MapiError(ErrorCode.StorageInvalidParameter)
}
