import fc, { type Arbitrary } from 'fast-check'
import { expect } from 'vitest'
import { ByteReader, ByteWriter, type Codec, DecodeError, toHex } from '../../src/bytes/index.ts'
import { arbitraryBytes, arbitraryOf, arbitraryU8 } from './arbitrary-codec.ts'

/** What the checks need of a codec; `RowCodec` and the like have no shape and pass an `arbitrary`. */
export interface BytesCodec<T> {
  decode(reader: ByteReader, parent?: unknown): T
  encode(writer: ByteWriter, value: T, parent?: unknown): void
}

export interface CheckOptions<T> {
  /** The values to try; by default those of `arbitraryOf(codec)`. */
  readonly arbitrary?: Arbitrary<T>
  /** How many values; 100 by default. */
  readonly numRuns?: number
  /** The fields of the enclosing structure, for codecs that need them. */
  readonly parent?: unknown
}

function valuesOf<T>(codec: BytesCodec<T>, options: CheckOptions<T>): Arbitrary<T> {
  if (options.arbitrary !== undefined) return options.arbitrary
  if (!('shape' in codec)) throw new Error('a codec without a shape needs an arbitrary')
  return arbitraryOf(codec as Codec<T>)
}

function bytesOf<T>(codec: BytesCodec<T>, value: T, parent: unknown): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  codec.encode(writer, value, parent)
  return writer.finish()
}

/** Reads a value that must fill `bytes`. */
function readAll<T>(codec: BytesCodec<T>, bytes: Uint8Array, parent: unknown): T {
  const reader = new ByteReader(bytes)
  const value = codec.decode(reader, parent)
  if (reader.offset > reader.end) throw new Error('read beyond the end')
  reader.expectEnd()
  return value
}

/** The value if `bytes` hold one; `undefined` after a `DecodeError`; anything else thrown fails the test. */
function tryDecode<T>(
  codec: BytesCodec<T>,
  bytes: Uint8Array,
  parent: unknown,
): { readonly value: T } | undefined {
  try {
    return { value: readAll(codec, bytes, parent) }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw new Error(`not a DecodeError, for bytes ${toHex(bytes)}`, { cause: error })
  }
}

/** Every value encodes to bytes that decode to the same value, and encode to the same bytes again. */
export function expectRoundTrip<T>(codec: BytesCodec<T>, options: CheckOptions<T> = {}): void {
  const { parent, numRuns = 100 } = options
  fc.assert(
    fc.property(valuesOf(codec, options), (value) => {
      const bytes = bytesOf(codec, value, parent)
      const decoded = readAll(codec, bytes, parent)
      expect(decoded).toEqual(value)
      expect(toHex(bytesOf(codec, decoded, parent))).toBe(toHex(bytes))
    }),
    { numRuns },
  )
}

export interface TruncationOptions<T> extends CheckOptions<T> {
  /** The structure reaches to the end of its buffer, so that some beginnings of it are values too. */
  readonly openEnded?: boolean
}

/** Cut short at any offset, a value does not decode, and the error is a `DecodeError`. */
export function expectTruncationFails<T>(codec: BytesCodec<T>, options: TruncationOptions<T> = {}): void {
  const { parent, numRuns = 50, openEnded = false } = options
  fc.assert(
    fc.property(valuesOf(codec, options), (value) => {
      const bytes = bytesOf(codec, value, parent)
      for (let length = 0; length < bytes.length; length++) {
        const found = tryDecode(codec, bytes.slice(0, length), parent)
        if (found !== undefined && !openEnded) {
          throw new Error(`the first ${length} bytes of ${toHex(bytes)} decode`)
        }
      }
    }),
    { numRuns },
  )
}

export interface RandomBytesOptions<T> extends CheckOptions<T> {
  /** Whether what random bytes decode to must encode, to bytes that decode to the same; true by default. */
  readonly reencode?: boolean
  /** How many random bytes at most; 200 by default. */
  readonly maxLength?: number
}

/**
 * Random bytes, and valid bytes with some of them changed, either decode or throw a `DecodeError`; what they
 * decode to can be encoded and means the same.
 */
export function expectRandomBytesSafe<T>(codec: BytesCodec<T>, options: RandomBytesOptions<T> = {}): void {
  const { parent, numRuns = 200, reencode = true, maxLength = 200 } = options
  function check(bytes: Uint8Array): void {
    const found = tryDecode(codec, bytes, parent)
    if (found === undefined || !reencode) return
    const again = bytesOf(codec, found.value, parent)
    expect(readAll(codec, again, parent)).toEqual(found.value)
  }
  fc.assert(fc.property(arbitraryBytes(0, maxLength), check), { numRuns })
  const changes = fc.array(fc.tuple(fc.nat(), arbitraryU8), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(valuesOf(codec, options), changes, (value, list) => {
      const bytes = bytesOf(codec, value, parent)
      if (bytes.length === 0) return
      for (const [at, byte] of list) bytes[at % bytes.length] = byte
      check(bytes)
    }),
    { numRuns },
  )
}

/** All three checks. */
export function expectSoundCodec<T>(
  codec: BytesCodec<T>,
  options: TruncationOptions<T> & RandomBytesOptions<T> = {},
): void {
  expectRoundTrip(codec, options)
  expectTruncationFails(codec, options)
  expectRandomBytesSafe(codec, options)
}
