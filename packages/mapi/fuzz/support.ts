/** Fuzz targets of codecs, with seeds from the random values of the tests. */
import fc, { type Arbitrary } from 'fast-check'
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { ByteReader, ByteWriter, type Codec, DecodeError, toHex } from '../src/bytes/index.ts'
import { arbitraryOf } from '../test/support/arbitrary.ts'
import type { BytesCodec } from '../test/support/checks.ts'

/** How many seeds a target has. */
const SEEDS = 12
/** What makes the random values the same at every run. */
const SEED = 1

export interface CodecTargetOptions<T> {
  /** The values that seeds are made of; by default those of `arbitraryOf(codec)`. */
  readonly arbitrary?: Arbitrary<T> | (() => Arbitrary<T>)
  /** The values themselves, if none of that says them. */
  readonly values?: () => readonly T[]
  /** The fields of the enclosing structure, for codecs that need them. */
  readonly parent?: unknown
}

/**
 * A target that reads a value which must fill the bytes. What it reads must encode, to bytes that decode to a value
 * which encodes the same.
 */
export function codecTarget<T>(
  name: string,
  codec: BytesCodec<T>,
  options: CodecTargetOptions<T> = {},
): FuzzTarget {
  const { parent } = options
  const decode = (bytes: Uint8Array): T => {
    const reader = new ByteReader(bytes)
    const value = codec.decode(reader, parent)
    reader.expectEnd()
    return value
  }
  const encode = (value: T): Uint8Array => {
    const writer = new ByteWriter()
    codec.encode(writer, value, parent)
    return writer.finish()
  }
  const { arbitrary = () => arbitraryOf(codec as Codec<T>) } = options
  const { values = () => sample(typeof arbitrary === 'function' ? arbitrary() : arbitrary) } = options
  return transcodingTarget(name, decode, encode, values)
}

/** The same for a pair of functions. */
export function transcodingTarget<T>(
  name: string,
  decode: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
  values: () => readonly T[],
): FuzzTarget {
  return {
    name,
    seeds: () => values().map(encode),
    run(bytes) {
      const once = encode(decode(bytes))
      const twice = encode(decodeOwn(decode, once))
      if (!equal(once, twice)) throw new Error(`${toHex(once)} is written again as ${toHex(twice)}`)
    },
  }
}

/** A target that only reads. */
export function decodingTarget(
  name: string,
  decode: (bytes: Uint8Array) => unknown,
  seeds: () => readonly Uint8Array[],
): FuzzTarget {
  return { name, seeds, run: (bytes) => void decode(bytes) }
}

/** Some values, the same at every call. */
export function sample<T>(arbitrary: Arbitrary<T>, count: number = SEEDS): T[] {
  return fc.sample(arbitrary, { seed: SEED, numRuns: count })
}

/** Decodes what was encoded here: that it does not is a failure, not a rejection. */
function decodeOwn<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
  try {
    return decode(bytes)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new Error(`${toHex(bytes)} was written and is not read`, { cause: error })
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
