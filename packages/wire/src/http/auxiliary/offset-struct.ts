import {
  type ByteReader,
  type ByteWriter,
  type Codec,
  DecodeError,
  decodeUtf16,
  EncodeError,
  rethrowWithin,
  type StructCodec,
  type StructValue,
  sizedBytes,
  u16,
  utf16z,
} from '@bourse/mapi/bytes'

/** Bytes of an AUX_HEADER, which stand before the body of a block and from which its offsets count. */
export const AUX_HEADER_SIZE = 4

/** What a block's fixed part says of a field in its variable part, and where in the block it says so. */
interface Slot {
  /** Reads the slot and what it refers to; `start` is where the AUX_HEADER begins. */
  readAt(reader: ByteReader, start: number): unknown
  /** Writes the slot with nothing in it. */
  reserve(writer: ByteWriter): void
  /** Appends the field, if there is one, and fills in the slot at `slotAt`. */
  writeAt(writer: ByteWriter, value: never, slotAt: number, start: number): void
}

/**
 * A field of a block whose value lies in the variable part: for {@link offsetStruct} only, which uses its
 * `slot`. As a codec it stands for the value itself, so that tools can tell what the values are.
 */
export interface OffsetField<T> extends Codec<T> {
  readonly slot: Slot
}

/**
 * A null-terminated Unicode string that the fixed part refers to by its offset alone ([MS-OXCRPC]
 * 2.2.2.2.4 and others). The empty string is not there at all, and its offset zero. A terminator that
 * the end of the block cuts off is not missed.
 */
export const unicodeAtOffset: OffsetField<string> = {
  ...utf16z,
  slot: {
    readAt(reader, start) {
      const slotAt = reader.offset
      const offset = u16.decode(reader)
      if (offset === 0) return ''
      const at = checkRange(reader, start, offset, 0, slotAt)
      let end = at
      while (end + 1 < reader.end && (reader.bytes[end] !== 0 || reader.bytes[end + 1] !== 0)) end += 2
      return decodeUtf16(reader.bytes, at, end)
    },
    reserve: (writer) => writer.zeros(2),
    writeAt(writer, value: string, slotAt, start) {
      if (value === '') return
      writer.patchU16(slotAt, writer.length - start)
      writer.utf16z(value)
    },
  },
}

/**
 * Bytes that the fixed part refers to by their size and, after it, their offset ([MS-OXCRPC] 2.2.2.2.4).
 * When there are none, both are zero.
 */
export const bytesAtOffset: OffsetField<Uint8Array> = {
  ...sizedBytes(u16),
  minSize: 4,
  slot: {
    readAt(reader, start) {
      const slotAt = reader.offset
      const size = u16.decode(reader)
      const offset = u16.decode(reader)
      if (offset === 0) return new Uint8Array(0)
      const at = checkRange(reader, start, offset, size, slotAt)
      return reader.bytes.slice(at, at + size)
    },
    reserve: (writer) => writer.zeros(4),
    writeAt(writer, value: Uint8Array, slotAt, start) {
      if (value.length === 0) return
      writer.patchU16(slotAt, value.length)
      writer.patchU16(slotAt + 2, writer.length - start)
      writer.bytes(value)
    },
  },
}

/**
 * The body of a block with a fixed part, in which some fields are offsets from the start of the
 * AUX_HEADER, and a variable part behind it. A value has no offsets, only what they refer to.
 *
 * It reads from a reader, and writes to a writer, that stand right after the AUX_HEADER; the variable
 * part reaches to the reader's end. Where in it the fields lie, and in which order, does not matter when
 * reading; they are written one after the other.
 */
export function offsetStruct<const F extends Readonly<Record<string, Codec<unknown>>>>(
  name: string,
  fields: F,
): StructCodec<F> {
  const entries = Object.entries(fields).map(([fieldName, codec]) => ({
    fieldName,
    codec,
    slot: (codec as Partial<OffsetField<unknown>>).slot,
    isReserved: codec.shape.kind === 'reserved',
  }))
  return {
    name,
    fields,
    shape: { kind: 'struct', name, fields },
    minSize: entries.reduce((sum, { codec }) => sum + codec.minSize, 0),
    decode(reader) {
      const start = reader.offset - AUX_HEADER_SIZE
      const value: Record<string, unknown> = {}
      for (const { fieldName, codec, slot } of entries) {
        try {
          const field = slot ? slot.readAt(reader, start) : codec.decode(reader, value)
          if (field !== undefined) value[fieldName] = field
        } catch (error) {
          rethrowWithin(error, name, fieldName)
        }
      }
      reader.offset = reader.end
      return value as StructValue<F>
    },
    encode(writer, value) {
      const start = writer.length - AUX_HEADER_SIZE
      if (start < 0) throw new EncodeError('a block is written after its AUX_HEADER')
      const record = value as Readonly<Record<string, unknown>>
      const slotsAt: number[] = []
      for (const { fieldName, codec, slot, isReserved } of entries) {
        slotsAt.push(writer.length)
        if (slot) slot.reserve(writer)
        else codec.encode(writer, isReserved ? undefined : record[fieldName], record)
      }
      entries.forEach(({ fieldName, slot }, i) => {
        slot?.writeAt(writer, record[fieldName] as never, slotsAt[i]!, start)
      })
    },
  }
}

/** Where a field begins, which has to lie behind the AUX_HEADER and within the block. */
function checkRange(reader: ByteReader, start: number, offset: number, size: number, slotAt: number): number {
  const at = start + offset
  if (offset < AUX_HEADER_SIZE || at + size > reader.end) {
    throw new DecodeError(`${size} bytes at ${offset} of a block of ${reader.end - start}`, slotAt)
  }
  return at
}
