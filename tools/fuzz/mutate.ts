import type { Random } from './random.ts'

/** The longest buffer that is made, in bytes. */
export const MAX_CASE_BYTES = 1 << 20

/** Values at the edges of counts and lengths, for fields of 8, 16 and 32 bits. */
const EXTREMES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
] as const

type Mutation = (bytes: Uint8Array, random: Random, pool: readonly Uint8Array[]) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  flipBits,
  setBytes,
  setExtreme,
  setExtreme,
  changeNumber,
  truncate,
  extend,
  remove,
  duplicate,
  insert,
  splice,
]

/** A new buffer: one of the pool changed in one to eight ways, or, one time in sixteen, random bytes. */
export function mutate(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  if (random.below(16) === 0) return random.bytes(random.below(128))
  let bytes: Uint8Array = random.pick(pool).slice()
  for (let times = 1 << random.below(4); times > 0; times--)
    bytes = random.pick(MUTATIONS)(bytes, random, pool)
  return bytes.length > MAX_CASE_BYTES ? bytes.slice(0, MAX_CASE_BYTES) : bytes
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
  return bytes
}

function setBytes(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256)
  return bytes
}

/** Makes a 8, 16 or 32-bit little-endian field one of the {@link EXTREMES}, or what is left of the buffer ± 1. */
function setExtreme(bytes: Uint8Array, random: Random): Uint8Array {
  const width = random.pick([1, 2, 4] as const)
  if (bytes.length < width) return bytes
  const at = random.below(bytes.length - width + 1)
  const left = bytes.length - at - width
  writeNumber(bytes, at, width, random.pick([...EXTREMES, left - 1, left, left + 1]))
  return bytes
}

/** Adds to a 8, 16 or 32-bit little-endian field a number from -16 to 16. */
function changeNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const width = random.pick([1, 2, 4] as const)
  if (bytes.length < width) return bytes
  const at = random.below(bytes.length - width + 1)
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!
  writeNumber(bytes, at, width, value + random.below(33) - 16)
  return bytes
}

function writeNumber(bytes: Uint8Array, at: number, width: number, value: number): void {
  for (let i = 0; i < width; i++) bytes[at + i] = Math.floor(value / 256 ** i)
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random.below(bytes.length + 1))
}

function extend(bytes: Uint8Array, random: Random): Uint8Array {
  return join(bytes, random.bytes(1 + random.below(16)))
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const [from, to] = range(bytes, random)
  return join(bytes.subarray(0, from), bytes.subarray(to))
}

function duplicate(bytes: Uint8Array, random: Random): Uint8Array {
  const [from, to] = range(bytes, random)
  return join(bytes.subarray(0, to), bytes.subarray(from))
}

function insert(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  return join(bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at))
}

/** The beginning of the buffer, then the end of another. */
function splice(bytes: Uint8Array, random: Random, pool: readonly Uint8Array[]): Uint8Array {
  const other = random.pick(pool)
  return join(
    bytes.subarray(0, random.below(bytes.length + 1)),
    other.subarray(random.below(other.length + 1)),
  )
}

function range(bytes: Uint8Array, random: Random): readonly [from: number, to: number] {
  const from = random.below(bytes.length + 1)
  return [from, from + random.below(Math.min(bytes.length - from, 64) + 1)]
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
