import { decodeValue, encodeValue, type PropertyTag, type PropertyValue, tagId, tagType } from '@bourse/mapi'
import { ByteReader, ByteWriter } from '@bourse/mapi/bytes'
import { BLOB_REF_BYTES, BlobRef } from '../blob/blob-ref.ts'

/** What a property holds in the database: a value, or where its bytes are. */
export type StoredValue = PropertyValue | BlobRef

const HEADER_BYTES = 2
/** Tag and offset of its value. */
const ENTRY_BYTES = 8
/** Marks, in an entry's offset, that a {@link BlobRef} stands in the place of the value. */
const IS_BLOB = 0x80000000
const MAX_PROPERTIES = 0xffff

/** A packed value with no properties in it. */
export const NO_PROPERTIES: Uint8Array = new Uint8Array(HEADER_BYTES)

/**
 * Packs the properties of an object into one value of the database: a count, then an index sorted by tag, then
 * the values, so that reading some of them costs nothing for the others. Multi-byte numbers are little-endian; values are
 * laid out as in [MS-OXCDATA] 2.11.1 with 32-bit counts.
 */
export function packProperties(entries: Iterable<readonly [PropertyTag<unknown>, StoredValue]>): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => a - b)
  if (sorted.length > MAX_PROPERTIES)
    throw new RangeError(`${sorted.length} properties, at most ${MAX_PROPERTIES} fit`)
  const writer = new ByteWriter(capacityFor(sorted))
  writer.u16(sorted.length)
  writer.zeros(sorted.length * ENTRY_BYTES)
  let at = HEADER_BYTES
  for (const [tag, value] of sorted) {
    const offset = writer.length
    const isBlob = value instanceof BlobRef
    writer.patchU32(at, tag)
    writer.patchU32(at + 4, isBlob ? (offset | IS_BLOB) >>> 0 : offset)
    at += ENTRY_BYTES
    if (isBlob) value.encode(writer)
    else encodeValue(writer, tagType(tag), value, 4)
  }
  return writer.finish()
}

/** About how many bytes properties take; enough for most, so that nothing has to be moved while they are written. */
function capacityFor(entries: readonly (readonly [PropertyTag<unknown>, StoredValue])[]): number {
  let capacity = HEADER_BYTES + entries.length * (ENTRY_BYTES + 16) + 64
  for (const [, value] of entries) {
    if (typeof value === 'string') capacity += 2 * value.length
    else if (value instanceof Uint8Array) capacity += value.length
    else if (value instanceof BlobRef) capacity += BLOB_REF_BYTES
  }
  return capacity
}

/** Reads packed properties one by one, each only when it is asked for. */
export class PackedProperties implements Iterable<readonly [PropertyTag, StoredValue]> {
  readonly bytes: Uint8Array
  readonly #reader: ByteReader
  /** How many properties there are. */
  readonly size: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#reader = new ByteReader(bytes)
    this.size = this.#reader.u16()
  }

  /** The value or the place of a property; `undefined` if it has none of this tag. */
  get(tag: PropertyTag<unknown>): StoredValue | undefined {
    const i = this.#find(tag)
    return i < this.size && this.#tagAt(i) === tag ? this.#valueAt(i) : undefined
  }

  /** The tag under which the property with this ID is held, whatever its type. */
  tagOf(id: number): PropertyTag | undefined {
    const i = this.#find((id << 16) >>> 0)
    if (i >= this.size) return undefined
    const tag = this.#tagAt(i)
    return tagId(tag) === id ? tag : undefined
  }

  /** Whether there is a {@link BlobRef} among the values. */
  get hasBlobs(): boolean {
    const { view } = this.#reader
    for (let i = 0; i < this.size; i++) {
      if (view.getUint32(HEADER_BYTES + i * ENTRY_BYTES + 4, true) & IS_BLOB) return true
    }
    return false
  }

  tags(): PropertyTag[] {
    return Array.from({ length: this.size }, (_, i) => this.#tagAt(i))
  }

  forEach(use: (value: StoredValue, tag: PropertyTag) => void): void {
    for (let i = 0; i < this.size; i++) use(this.#valueAt(i), this.#tagAt(i))
  }

  *[Symbol.iterator](): Iterator<readonly [PropertyTag, StoredValue]> {
    for (let i = 0; i < this.size; i++) yield [this.#tagAt(i), this.#valueAt(i)]
  }

  /** Position of the first tag that is not less. */
  #find(tag: number): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#tagAt(middle) < tag) low = middle + 1
      else high = middle
    }
    return low
  }

  #tagAt(i: number): PropertyTag {
    return this.#reader.view.getUint32(HEADER_BYTES + i * ENTRY_BYTES, true) as PropertyTag
  }

  #valueAt(i: number): StoredValue {
    const tag = this.#tagAt(i)
    const offset = this.#reader.view.getUint32(HEADER_BYTES + i * ENTRY_BYTES + 4, true)
    this.#reader.offset = offset & ~IS_BLOB
    return (offset & IS_BLOB) === 0
      ? decodeValue(this.#reader, tagType(tag), 4)
      : BlobRef.decode(this.#reader)
  }
}
