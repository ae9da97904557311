import type { ByteReader } from './byte-reader.ts'
import { type ByteWriter, EncodeError } from './byte-writer.ts'
import { DecodeError, rethrowWithin } from './decode-error.ts'
import type { Guid } from './guid.ts'

/**
 * A structure's layout, as data: one definition reads it, writes it, gives its TypeScript type
 * ({@link CodecValue}) and lets tests derive random values for it (through {@link Codec.shape}).
 *
 * ```ts
 * const sortOrder = struct('SortOrder', { propertyType: u16, propertyId: u16, order: u8 })
 * type SortOrder = CodecValue<typeof sortOrder> // { readonly propertyType: number; … }
 * ```
 */
export interface Codec<T> {
  /** What it is made of, for tools that derive things from layouts. */
  readonly shape: Shape
  /** The fewest bytes a value can take; bounds how many can follow an announced count. */
  readonly minSize: number
  /** Reads a value. `parent` holds the fields of the enclosing structure read so far. */
  decode(reader: ByteReader, parent?: unknown): T
  /** Appends a value. `parent` is the enclosing structure. */
  encode(writer: ByteWriter, value: T, parent?: unknown): void
}

export type Shape =
  | { readonly kind: 'primitive'; readonly name: string }
  | { readonly kind: 'bytes'; readonly length?: number; readonly maxLength?: number }
  | {
      readonly kind: 'struct'
      readonly name: string
      readonly fields: Readonly<Record<string, Codec<unknown>>>
    }
  | {
      readonly kind: 'array'
      readonly item: Codec<unknown>
      readonly length?: number
      readonly maxLength?: number
      /** The length, where the enclosing structure says it. */
      readonly lengthOf?: (parent: never) => number
    }
  | { readonly kind: 'when'; readonly condition: (parent: never) => boolean; readonly item: Codec<unknown> }
  | { readonly kind: 'reserved' }
  | { readonly kind: 'mapped'; readonly item: Codec<unknown>; readonly decoded: (value: never) => unknown }
  | { readonly kind: 'custom'; readonly name: string }

/** The type of the values that a codec reads and writes. */
export type CodecValue<C> = C extends Codec<infer T> ? T : never

/** Thrown away on reading, fixed on writing: no part of the value. */
declare const reservedBrand: unique symbol
export type Reserved = { readonly [reservedBrand]: true }

type Simplify<T> = { [K in keyof T]: T[K] } & {}

type OptionalKeys<F> = {
  [K in keyof F]: F[K] extends Codec<infer T> ? (undefined extends T ? K : never) : never
}[keyof F]
type ReservedKeys<F> = { [K in keyof F]: F[K] extends Codec<Reserved> ? K : never }[keyof F]

export type StructValue<F> = Simplify<
  { readonly [K in Exclude<keyof F, OptionalKeys<F> | ReservedKeys<F>>]: CodecValue<F[K]> } & {
    readonly [K in Exclude<OptionalKeys<F>, ReservedKeys<F>>]?: CodecValue<F[K]>
  }
>

export interface StructCodec<F> extends Codec<StructValue<F>> {
  readonly name: string
  readonly fields: F
}

// ---------------------------------------------------------------------------------------------------
// Primitives

function primitive<T>(
  name: string,
  minSize: number,
  decode: (reader: ByteReader) => T,
  encode: (writer: ByteWriter, value: T) => void,
): Codec<T> {
  return { shape: { kind: 'primitive', name }, minSize, decode, encode }
}

export const u8 = primitive<number>(
  'u8',
  1,
  (r) => r.u8(),
  (w, v) => w.u8(v),
)
export const u16 = primitive<number>(
  'u16',
  2,
  (r) => r.u16(),
  (w, v) => w.u16(v),
)
export const u32 = primitive<number>(
  'u32',
  4,
  (r) => r.u32(),
  (w, v) => w.u32(v),
)
export const i16 = primitive<number>(
  'i16',
  2,
  (r) => r.i16(),
  (w, v) => w.i16(v),
)
export const i32 = primitive<number>(
  'i32',
  4,
  (r) => r.i32(),
  (w, v) => w.i32(v),
)
export const i64 = primitive<bigint>(
  'i64',
  8,
  (r) => r.i64(),
  (w, v) => w.i64(v),
)
export const u64 = primitive<bigint>(
  'u64',
  8,
  (r) => r.u64(),
  (w, v) => w.u64(v),
)
export const f32 = primitive<number>(
  'f32',
  4,
  (r) => r.f32(),
  (w, v) => w.f32(v),
)
export const f64 = primitive<number>(
  'f64',
  8,
  (r) => r.f64(),
  (w, v) => w.f64(v),
)
export const guid = primitive<Guid>(
  'guid',
  16,
  (r) => r.guid(),
  (w, v) => w.guid(v),
)
/** A one-byte Boolean: zero is false, anything else true; written as 0 or 1. */
export const bool8 = primitive<boolean>(
  'bool',
  1,
  (r) => r.u8() !== 0,
  (w, v) => w.u8(v ? 1 : 0),
)
/** A UTF-16LE string with a null terminator. */
export const utf16z = primitive<string>(
  'utf16z',
  2,
  (r) => r.utf16z(),
  (w, v) => w.utf16z(v),
)
/** An 8-bit string with a null terminator; see `text.ts`. */
export const latin1z = primitive<string>(
  'latin1z',
  1,
  (r) => r.latin1z(),
  (w, v) => w.latin1z(v),
)

/** All bytes up to the end of the buffer. */
export const restBytes: Codec<Uint8Array> = {
  shape: { kind: 'bytes' },
  minSize: 0,
  decode: (reader) => reader.copyBytes(reader.remaining),
  encode: (writer, value) => writer.bytes(value),
}

export function fixedBytes(length: number): Codec<Uint8Array> {
  return {
    shape: { kind: 'bytes', length },
    minSize: length,
    decode: (reader) => reader.copyBytes(length),
    encode: (writer, value) => {
      if (value.length !== length) throw new EncodeError(`${length} bytes wanted, not ${value.length}`)
      writer.bytes(value)
    },
  }
}

/** Bytes after their size, which `size` holds. */
export function sizedBytes(size: Codec<number>): Codec<Uint8Array> {
  return {
    shape: { kind: 'bytes', maxLength: largest(size) },
    minSize: size.minSize,
    decode: (reader) => reader.copyBytes(size.decode(reader)),
    encode: (writer, value) => {
      size.encode(writer, value.length)
      writer.bytes(value)
    },
  }
}

/** What the reader leaves and the writer fills with `value`; no part of the structure's value. */
export function reserved(codec: Codec<number>, value = 0): Codec<Reserved> {
  return {
    shape: { kind: 'reserved' },
    minSize: codec.minSize,
    decode: (reader) => {
      codec.decode(reader)
      return undefined as unknown as Reserved
    },
    encode: (writer) => codec.encode(writer, value),
  }
}

/** Padding of `length` zero bytes. */
export function reservedBytes(length: number): Codec<Reserved> {
  return {
    shape: { kind: 'reserved' },
    minSize: length,
    decode: (reader) => {
      reader.take(length)
      return undefined as unknown as Reserved
    },
    encode: (writer) => writer.zeros(length),
  }
}

/** A fixed value, such as a signature or a version: anything else does not decode. */
export function constant(codec: Codec<number>, value: number): Codec<Reserved> {
  return {
    shape: { kind: 'reserved' },
    minSize: codec.minSize,
    decode: (reader) => {
      const at = reader.offset
      const found = codec.decode(reader)
      if (found !== value) throw new DecodeError(`${hex(value)} expected, ${hex(found)} found`, at)
      return undefined as unknown as Reserved
    },
    encode: (writer) => codec.encode(writer, value),
  }
}

/** A fixed sequence of bytes, such as a provider UID: anything else does not decode. */
export function constantBytes(value: Uint8Array): Codec<Reserved> {
  return {
    shape: { kind: 'reserved' },
    minSize: value.length,
    decode: (reader) => {
      const at = reader.offset
      const found = reader.subarray(value.length)
      if (!found.every((byte, i) => byte === value[i])) throw new DecodeError('other bytes than expected', at)
      return undefined as unknown as Reserved
    },
    encode: (writer) => writer.bytes(value),
  }
}

// ---------------------------------------------------------------------------------------------------
// Composition

/** Fields one after the other. `name` is the specification's, for error messages. */
export function struct<const F extends Readonly<Record<string, Codec<unknown>>>>(
  name: string,
  fields: F,
): StructCodec<F> {
  const names = Object.keys(fields)
  const codecs = Object.values(fields)
  const isReserved = codecs.map((codec) => codec.shape.kind === 'reserved')
  const { length } = names
  return {
    name,
    fields,
    shape: { kind: 'struct', name, fields },
    minSize: codecs.reduce((sum, codec) => sum + codec.minSize, 0),
    decode(reader) {
      const value: Record<string, unknown> = {}
      let i = 0
      try {
        for (; i < length; i++) {
          const field = codecs[i]!.decode(reader, value)
          if (field !== undefined) value[names[i]!] = field
        }
      } catch (error) {
        rethrowWithin(error, name, names[i]!)
      }
      return value as StructValue<F>
    },
    encode(writer, value) {
      const record = value as Readonly<Record<string, unknown>>
      for (let i = 0; i < length; i++) {
        const field = isReserved[i] ? undefined : record[names[i]!]
        codecs[i]!.encode(writer, field, record)
      }
    },
  }
}

/** `count` holds how many items follow. */
export function counted<T>(count: Codec<number>, item: Codec<T>): Codec<readonly T[]> {
  return {
    shape: { kind: 'array', item, maxLength: largest(count) },
    minSize: count.minSize,
    decode(reader, parent) {
      const length = reader.checkCount(count.decode(reader), item.minSize)
      return items(reader, length, item, parent)
    },
    encode(writer, value, parent) {
      count.encode(writer, value.length)
      for (const element of value) item.encode(writer, element, parent)
    },
  }
}

/** As many items as the enclosing structure says. */
export function repeated<T, P>(length: (parent: P) => number, item: Codec<T>): Codec<readonly T[]> {
  return {
    shape: { kind: 'array', item, lengthOf: length as (parent: never) => number },
    minSize: 0,
    decode: (reader, parent) =>
      items(reader, reader.checkCount(length(parent as P), item.minSize), item, parent),
    encode(writer, value, parent) {
      const expected = length(parent as P)
      if (value.length !== expected) throw new EncodeError(`${expected} items wanted, not ${value.length}`)
      for (const element of value) item.encode(writer, element, parent)
    },
  }
}

/** Exactly `length` items. */
export function fixedArray<T>(length: number, item: Codec<T>): Codec<readonly T[]> {
  return {
    shape: { kind: 'array', item, length },
    minSize: length * item.minSize,
    decode: (reader, parent) => items(reader, length, item, parent),
    encode(writer, value, parent) {
      if (value.length !== length) throw new EncodeError(`${length} items wanted, not ${value.length}`)
      for (const element of value) item.encode(writer, element, parent)
    },
  }
}

/** Items up to the end of the buffer. */
export function rest<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    shape: { kind: 'array', item },
    minSize: 0,
    decode(reader, parent) {
      const value: T[] = []
      while (reader.remaining > 0) {
        const before = reader.offset
        value.push(item.decode(reader, parent))
        if (reader.offset === before) reader.fail('an item that takes no bytes')
      }
      return value
    },
    encode(writer, value, parent) {
      for (const element of value) item.encode(writer, element, parent)
    },
  }
}

function items<T>(reader: ByteReader, length: number, item: Codec<T>, parent: unknown): T[] {
  const value: T[] = []
  for (let i = 0; i < length; i++) value.push(item.decode(reader, parent))
  return value
}

/** A value after its size in bytes, which `size` holds and which must be used up. */
export function sized<T>(size: Codec<number>, item: Codec<T>): Codec<T> {
  return {
    shape: item.shape,
    minSize: size.minSize + item.minSize,
    decode(reader, parent) {
      const inner = reader.sub(size.decode(reader))
      const value = item.decode(inner, parent)
      inner.expectEnd()
      return value
    },
    encode(writer, value, parent) {
      const at = writer.length
      size.encode(writer, 0)
      const start = writer.length
      item.encode(writer, value, parent)
      const length = writer.length - start
      if (size.minSize === 2) writer.patchU16(at, length)
      else if (size.minSize === 4) writer.patchU32(at, length)
      else throw new EncodeError('a size takes two or four bytes')
    },
  }
}

/** A field that is there only if the fields before it say so. */
export function when<T, P>(condition: (parent: P) => boolean, item: Codec<T>): Codec<T | undefined> {
  return {
    shape: { kind: 'when', condition: condition as (parent: never) => boolean, item },
    minSize: 0,
    decode: (reader, parent) => (condition(parent as P) ? item.decode(reader, parent) : undefined),
    encode(writer, value, parent) {
      if (!condition(parent as P)) return
      if (value === undefined) throw new EncodeError('a field that its structure announces is missing')
      item.encode(writer, value, parent)
    },
  }
}

/** A Boolean byte, then the value if it is not zero. */
export function optional<T>(item: Codec<T>): Codec<T | undefined> {
  return {
    shape: { kind: 'when', condition: () => true, item },
    minSize: 1,
    decode: (reader, parent) => (reader.u8() !== 0 ? item.decode(reader, parent) : undefined),
    encode(writer, value, parent) {
      writer.u8(value === undefined ? 0 : 1)
      if (value !== undefined) item.encode(writer, value, parent)
    },
  }
}

/** Another face of the same bytes. */
export function mapped<A, B>(item: Codec<A>, to: (value: A) => B, from: (value: B) => A): Codec<B> {
  return {
    shape: { kind: 'mapped', item, decoded: to as (value: never) => unknown },
    minSize: item.minSize,
    decode: (reader, parent) => to(item.decode(reader, parent)),
    encode: (writer, value, parent) => item.encode(writer, from(value), parent),
  }
}

/** A layout that no combinator describes; tests register random values for `name`. */
export function custom<T>(
  name: string,
  minSize: number,
  decode: (reader: ByteReader, parent?: unknown) => T,
  encode: (writer: ByteWriter, value: T, parent?: unknown) => void,
): Codec<T> {
  return { shape: { kind: 'custom', name }, minSize, decode, encode }
}

/** A layout that refers to itself: `get` is called when it is first needed. */
export function lazy<T>(name: string, minSize: number, get: () => Codec<T>): Codec<T> {
  return custom(
    name,
    minSize,
    (reader, parent) => get().decode(reader, parent),
    (writer, value, parent) => get().encode(writer, value, parent),
  )
}

function largest(size: Codec<number>): number {
  return 2 ** (8 * size.minSize) - 1
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
