import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'
import { type Codec, custom } from '../bytes/codec.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'
import { GLOBCNT_SIZE, readGlobcnt, writeGlobcnt } from './globcnt.ts'
import { Globset } from './globset.ts'

// Commands ([MS-OXCFXICS] 2.2.2.6). Push is the number of bytes pushed, 1 to 6.
const END = 0x00
const BITMASK = 0x42
const POP = 0x50
const RANGE = 0x52

/** Bytes on the stack at which a Bitmask can follow: all but the lowest. */
const BITMASK_DEPTH = GLOBCNT_SIZE - 1
/** Values that the bits of a Bitmask stand for, after the starting value. */
const BITMASK_BITS = 8

/**
 * A serialized GLOBSET ([MS-OXCFXICS] 2.2.2.6, 3.1.5.4.3): commands that work on a stack of the high
 * bytes that GLOBCNTs share, up to the End command.
 *
 * Writing gives ranges in ascending order, with every byte that neighbours share pushed once. Reading
 * takes the commands in any order, but fails on unknown ones, on more than six bytes on the stack, on
 * Pop with an empty stack, Bitmask with other than five bytes on it, Bitmask beyond the lowest byte's
 * range, Range from high to low, and End with bytes left on the stack.
 */
export const globset: Codec<Globset> = custom('GLOBSET', 1, decodeGlobset, encodeGlobset)

function decodeGlobset(reader: ByteReader): Globset {
  try {
    return readCommands(reader)
  } catch (error) {
    rethrowWithin(error, 'GLOBSET')
  }
}

function readCommands(reader: ByteReader): Globset {
  const set = new Globset()
  const low = new Uint8Array(GLOBCNT_SIZE) // begins with the stack
  const high = new Uint8Array(GLOBCNT_SIZE)
  const pushed: number[] = []
  let depth = 0

  for (;;) {
    const at = reader.offset
    const command = reader.u8()
    switch (command) {
      case END:
        if (depth > 0) reader.fail(`End with ${depth} bytes on the stack`, at)
        return set

      case POP:
        if (depth === 0) reader.fail('Pop with nothing on the stack', at)
        depth -= pushed.pop()!
        break

      case BITMASK:
        if (depth !== BITMASK_DEPTH) reader.fail(`Bitmask with ${depth} bytes on the stack`, at)
        readBitmask(reader, low, set)
        break

      case RANGE: {
        const rest = GLOBCNT_SIZE - depth
        high.set(low.subarray(0, depth))
        low.set(reader.subarray(rest), depth)
        high.set(reader.subarray(rest), depth)
        const from = readGlobcnt(low)
        const to = readGlobcnt(high)
        if (from > to) reader.fail('Range that ends before it begins', at)
        set.addRange(from, to)
        break
      }

      default:
        if (command > GLOBCNT_SIZE) reader.fail(`unknown command 0x${command.toString(16)}`, at)
        if (depth + command > GLOBCNT_SIZE) {
          reader.fail(`Push of ${command} bytes with ${depth} on the stack`, at)
        }
        low.set(reader.subarray(command), depth)
        if (depth + command === GLOBCNT_SIZE) {
          // A full GLOBCNT: it is a range of its own, and leaves the stack at once.
          const globcnt = readGlobcnt(low)
          set.addRange(globcnt, globcnt)
        } else {
          pushed.push(command)
          depth += command
        }
    }
  }
}

function readBitmask(reader: ByteReader, stack: Uint8Array, set: Globset): void {
  const at = reader.offset
  const start = reader.u8()
  const mask = reader.u8()
  stack[BITMASK_DEPTH] = 0
  const base = readGlobcnt(stack)
  const length = 1 + 32 - Math.clz32(mask)
  if (start + length > 0x100) reader.fail('Bitmask beyond the values of one byte', at)
  // Bit 0 of `present` is the starting value itself, which is always there.
  const present = (mask << 1) | 1
  for (let bit = 0; bit < length; bit++) {
    if ((present & (1 << bit)) === 0) continue
    const from = bit
    while ((present & (1 << (bit + 1))) !== 0) bit += 1
    set.addRange(base + start + from, base + start + bit)
  }
}

function encodeGlobset(writer: ByteWriter, set: Globset): void {
  const lows: number[] = []
  const highs: number[] = []
  set.forEachRange((low, high) => {
    lows.push(low)
    highs.push(high)
  })
  writeRanges({ writer, lows, highs, scratch: new Uint8Array(GLOBCNT_SIZE) }, 0, lows.length, 0)
  writer.u8(END)
}

interface Output {
  readonly writer: ByteWriter
  readonly lows: readonly number[]
  readonly highs: readonly number[]
  readonly scratch: Uint8Array
}

/** Writes the ranges from index `from` to before `to`, all of whose values share `depth` bytes, now on the stack. */
function writeRanges(output: Output, from: number, to: number, depth: number): void {
  if (depth === BITMASK_DEPTH) {
    writeLowestBytes(output, from, to)
    return
  }
  const { writer, lows, highs } = output
  const span = 256 ** (BITMASK_DEPTH - depth) // values that share one more byte
  for (let i = from; i < to; ) {
    const low = lows[i]!
    const next = (Math.floor(low / span) + 1) * span
    let end = i
    while (end < to && highs[end]! < next) end += 1
    if (end === i) {
      // It shares nothing more within itself, let alone with others.
      writer.u8(RANGE)
      writeBytes(output, low, depth, GLOBCNT_SIZE)
      writeBytes(output, highs[i]!, depth, GLOBCNT_SIZE)
      i += 1
      continue
    }
    const shared = sharedBytes(low, highs[end - 1]!)
    writer.u8(shared - depth)
    writeBytes(output, low, depth, shared)
    if (shared < GLOBCNT_SIZE) {
      writeRanges(output, i, end, shared)
      writer.u8(POP)
    }
    i = end
  }
}

/**
 * Writes ranges that differ in the lowest byte only, as few bytes as can be: a single value takes two,
 * a range three, and so does a Bitmask, which holds several within nine values.
 */
function writeLowestBytes({ writer, lows, highs }: Output, from: number, to: number): void {
  const costs = new Array<number>(to - from + 1).fill(0) // of what follows
  const ends = new Array<number>(to - from).fill(0)
  for (let i = to - 1; i >= from; i--) {
    const low = lows[i]!
    let end = i
    while (end < to && highs[end]! - low <= BITMASK_BITS) end += 1
    const alone = (lows[i] === highs[i] ? 2 : 3) + costs[i + 1 - from]!
    const together = end > i + 1 ? 3 + costs[end - from]! : Number.POSITIVE_INFINITY
    costs[i - from] = Math.min(alone, together)
    ends[i - from] = together <= alone ? end : i + 1
  }
  for (let i = from; i < to; ) {
    const end = ends[i - from]!
    const low = lows[i]!
    if (end > i + 1) {
      let mask = 0
      for (let j = i; j < end; j++) {
        for (let value = lows[j]!; value <= highs[j]!; value++)
          if (value > low) mask |= 1 << (value - low - 1)
      }
      writer.u8(BITMASK)
      writer.u8(low % 0x100)
      writer.u8(mask)
    } else if (low === highs[i]) {
      writer.u8(1)
      writer.u8(low % 0x100)
    } else {
      writer.u8(RANGE)
      writer.u8(low % 0x100)
      writer.u8(highs[i]! % 0x100)
    }
    i = end
  }
}

/** How many high bytes two GLOBCNTs share. */
function sharedBytes(a: number, b: number): number {
  let count = GLOBCNT_SIZE
  let x = a
  let y = b
  while (x !== y) {
    count -= 1
    x = Math.floor(x / 0x100)
    y = Math.floor(y / 0x100)
  }
  return count
}

function writeBytes({ writer, scratch }: Output, globcnt: number, from: number, to: number): void {
  writeGlobcnt(globcnt, scratch)
  for (let i = from; i < to; i++) writer.u8(scratch[i]!)
}
