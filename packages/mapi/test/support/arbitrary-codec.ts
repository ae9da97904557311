import fc, { type Arbitrary } from 'fast-check'
import { type Codec, formatGuid, type Guid } from '../../src/bytes/index.ts'

// ---------------------------------------------------------------------------------------------------
// Simple values

/** How many items random arrays hold at most, and how many bytes random byte arrays. */
export const MAX_ITEMS = 4
export const MAX_BYTES = 24

function fromCodes(codes: readonly number[]): string {
  return String.fromCharCode(...codes)
}

/** Mostly plain letters, sometimes any code unit from `min` to `max`. */
function arbitraryText(min: number, max: number, maxLength: number): Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
    { weight: 1, arbitrary: fc.integer({ min, max }) },
  )
  return fc.array(unit, { maxLength }).map(fromCodes)
}

/** A string without a null, any UTF-16 code unit (lone surrogates too). */
export const arbitraryString: Arbitrary<string> = arbitraryText(1, 0xffff, 12)
/** An 8-bit string without a null. */
export const arbitraryString8: Arbitrary<string> = arbitraryText(1, 0xff, 12)

/** A byte array of the given length, or of any up to {@link MAX_BYTES}. */
export function arbitraryBytes(
  minLength = 0,
  maxLength: number = Math.max(minLength, MAX_BYTES),
): Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength })
}

export const arbitraryGuid: Arbitrary<Guid> = arbitraryBytes(16, 16).map((bytes) => formatGuid(bytes))
export const arbitraryU8: Arbitrary<number> = fc.integer({ min: 0, max: 0xff })
export const arbitraryU16: Arbitrary<number> = fc.integer({ min: 0, max: 0xffff })
export const arbitraryU32: Arbitrary<number> = fc.integer({ min: 0, max: 0xffffffff })
export const arbitraryI16: Arbitrary<number> = fc.integer({ min: -0x8000, max: 0x7fff })
export const arbitraryI32: Arbitrary<number> = fc.integer({ min: -0x80000000, max: 0x7fffffff })
export const arbitraryI64: Arbitrary<bigint> = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
export const arbitraryU64: Arbitrary<bigint> = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
export const arbitraryF32: Arbitrary<number> = fc.float()
export const arbitraryF64: Arbitrary<number> = fc.double()

const PRIMITIVES: Readonly<Record<string, Arbitrary<unknown>>> = {
  u8: arbitraryU8,
  u16: arbitraryU16,
  u32: arbitraryU32,
  i16: arbitraryI16,
  i32: arbitraryI32,
  i64: arbitraryI64,
  u64: arbitraryU64,
  f32: arbitraryF32,
  f64: arbitraryF64,
  guid: arbitraryGuid,
  bool: fc.boolean(),
  utf16z: arbitraryString,
  latin1z: arbitraryString8,
}

// ---------------------------------------------------------------------------------------------------
// Values of a codec

/** Builds a value once the fields before it are known. */
type Maker = (parent: unknown) => unknown

type Registration = () => Arbitrary<Maker>
const registry = new Map<string, Registration>()

/** Says what the values of the `custom` (or `lazy`) codec of that name are. A function is called at first use. */
export function registerArbitrary<T>(name: string, arbitrary: Arbitrary<T> | (() => Arbitrary<T>)): void {
  registry.set(name, () =>
    (typeof arbitrary === 'function' ? arbitrary() : arbitrary).map((value) => () => value),
  )
}

/**
 * The same for a codec whose layout depends on the fields before it, such as a row on its columns. Values found
 * this way do not shrink.
 */
export function registerDependentArbitrary<T, P>(name: string, arbitrary: (parent: P) => Arbitrary<T>): void {
  registry.set(name, () =>
    fc.integer().map((seed) => (parent) => fc.sample(arbitrary(parent as P), { seed, numRuns: 1 })[0]),
  )
}

/** The values registered for a name. */
export function registeredArbitrary<T>(name: string): Arbitrary<T> {
  return makers(name).map((make) => make(undefined) as T)
}

function makers(name: string): Arbitrary<Maker> {
  const get = registry.get(name)
  if (get === undefined) throw new Error(`no values for custom codec '${name}': call registerArbitrary first`)
  return get()
}

/** Random values of a codec, from its shape. */
export function arbitraryOf<T>(codec: Codec<T>): Arbitrary<T> {
  return makerOf(codec as Codec<unknown>).map((make) => make(undefined) as T)
}

function makerOf(codec: Codec<unknown>): Arbitrary<Maker> {
  const { shape } = codec
  switch (shape.kind) {
    case 'primitive': {
      const arbitrary = PRIMITIVES[shape.name]
      if (arbitrary === undefined) throw new Error(`unknown primitive ${shape.name}`)
      return arbitrary.map((value) => () => value)
    }
    case 'bytes': {
      const min = shape.length ?? 0
      const max = shape.length ?? Math.min(shape.maxLength ?? MAX_BYTES, MAX_BYTES)
      return arbitraryBytes(min, max).map((value) => () => value)
    }
    case 'reserved':
      return fc.constant(() => undefined)
    case 'custom':
      return makers(shape.name)
    case 'mapped': {
      const decoded = shape.decoded as (value: unknown) => unknown
      return makerOf(shape.item).map((make) => (parent) => decoded(make(parent)))
    }
    case 'when': {
      const condition = shape.condition as (parent: unknown) => boolean
      const item = makerOf(shape.item)
      // Of a field with a Boolean before it (`optional`) both cases are values; it takes at least that byte.
      if (codec.minSize > 0)
        return fc.oneof(
          item,
          fc.constant(() => undefined),
        )
      return item.map((make) => (parent) => (condition(parent) ? make(parent) : undefined))
    }
    case 'array':
      return arrayMaker(shape)
    case 'struct':
      return structMaker(shape.fields)
  }
}

function arrayMaker(shape: Extract<Codec<unknown>['shape'], { kind: 'array' }>): Arbitrary<Maker> {
  const item = makerOf(shape.item)
  const lengthOf = shape.lengthOf as ((parent: unknown) => number) | undefined
  if (lengthOf !== undefined) {
    // Items in turn until there are as many as the fields before announce.
    return fc.array(item, { minLength: 1, maxLength: MAX_ITEMS }).map((list) => (parent) => {
      const length = lengthOf(parent)
      return Array.from({ length }, (_, i) => list[i % list.length]!(parent))
    })
  }
  const minLength = shape.length ?? 0
  const maxLength = shape.length ?? Math.min(shape.maxLength ?? MAX_ITEMS, MAX_ITEMS)
  return fc.array(item, { minLength, maxLength }).map((list) => (parent) => list.map((make) => make(parent)))
}

function structMaker(fields: Readonly<Record<string, Codec<unknown>>>): Arbitrary<Maker> {
  const counts = countFields(fields)
  const entries = Object.entries(fields).map(([name, codec]) => {
    const small = counts.has(name) && codec.shape.kind === 'primitive'
    return [name, small ? fc.nat(MAX_ITEMS).map((value) => () => value) : makerOf(codec)] as const
  })
  return fc.record(Object.fromEntries(entries)).map((makersByName) => () => {
    const value: Record<string, unknown> = {}
    for (const [name] of entries) {
      const field = makersByName[name]!(value)
      if (field !== undefined) value[name] = field
    }
    return value
  })
}

/** The fields that say how many items a later field has, found out by watching what `lengthOf` reads. */
function countFields(fields: Readonly<Record<string, Codec<unknown>>>): ReadonlySet<string> {
  const read = new Set<string>()
  const parent = new Proxy(
    {},
    {
      get(_, key) {
        read.add(String(key))
        return 0
      },
    },
  )
  for (const { shape } of Object.values(fields)) {
    const item = shape.kind === 'when' ? shape.item.shape : shape
    if (item.kind !== 'array' || item.lengthOf === undefined) continue
    try {
      ;(item.lengthOf as (parent: unknown) => number)(parent)
    } catch {
      // It looked further into a field than a number goes; that field is no count.
    }
  }
  return read
}
