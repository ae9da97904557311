import { ByteReader, DecodeError } from '@bourse/mapi/bytes'

/** A storage of a compound file: streams and storages by their names. */
export interface Storage {
  /** The bytes of a stream; `undefined` if there is none. Throws `DecodeError` if its sectors are not right. */
  stream(name: string): Uint8Array | undefined
  storage(name: string): Storage | undefined
  /** The names of the storages directly in it. */
  readonly storages: readonly string[]
}

/** The first eight bytes, as a little-endian number ([MS-CFB] 2.2). */
const SIGNATURE = 0xe11ab1a1e011cfd0n
const HEADER_BYTES = 512
const DIFAT_AT = 76
const HEADER_DIFAT_ENTRIES = 109
/** Sector numbers from here on stand for something else: DIFSECT, FATSECT, ENDOFCHAIN, FREESECT ([MS-CFB] 2.1). */
const FIRST_SPECIAL = 0xfffffffa
const ENTRY_BYTES = 128
const NO_STREAM = 0xffffffff
const TYPE_STORAGE = 1
const TYPE_STREAM = 2
const TYPE_ROOT = 5
/** Streams share no sectors; so all together are not much longer than the file, even if some are read twice. */
const MAX_TIMES_READ = 8

interface Entry {
  readonly name: string
  readonly type: number
  readonly left: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly size: number
}

/** A compound file, opened. */
interface File {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly sectorBytes: number
  readonly fat: Uint32Array
  /** Bytes that may still be read. */
  budget: number
}

/**
 * Opens a compound file ([MS-CFB]) of version 3 or 4. Streams are read when they are asked for. Throws `DecodeError` if it is none, or its tables are
 * not right.
 */
export function openCompoundFile(bytes: Uint8Array): Storage {
  const reader = new ByteReader(bytes)
  if (bytes.length < HEADER_BYTES || reader.u64() !== SIGNATURE) throw new DecodeError('no compound file', 0)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shift = view.getUint16(30, true)
  if (shift !== 9 && shift !== 12) throw new DecodeError(`sectors of 2^${shift} bytes`, 30)
  const sectorBytes = 1 << shift
  const file: File = {
    bytes,
    view,
    sectorBytes,
    fat: new Uint32Array(0),
    budget: bytes.length * MAX_TIMES_READ,
  }
  const opened: File = { ...file, fat: readFat(file) }
  const entries = readDirectory(opened, view.getUint32(48, true))
  const root = entries[0]
  if (root === undefined || root.type !== TYPE_ROOT) throw new DecodeError('no root storage', 48)
  const miniCutoff = view.getUint32(56, true)
  const miniBytes = 1 << Math.min(view.getUint16(32, true), shift)
  const miniFat = numbersOf(readChain(opened, view.getUint32(60, true)))
  let miniStream: Uint8Array | undefined
  const content = (entry: Entry): Uint8Array => {
    if (entry.size >= miniCutoff) return readChain(opened, entry.start).slice(0, entry.size)
    miniStream ??= readChain(opened, root.start)
    return readMini(opened, miniStream, miniFat, miniBytes, entry)
  }
  return storageOf(entries, root, content)
}

/** The sector allocation table, whose sectors the header and its continuations list ([MS-CFB] 2.3, 2.5). */
function readFat(file: File): Uint32Array {
  const { bytes, view, sectorBytes } = file
  const total = Math.ceil(bytes.length / sectorBytes)
  const sectors: number[] = []
  for (let i = 0; i < HEADER_DIFAT_ENTRIES; i++) {
    const sector = view.getUint32(DIFAT_AT + i * 4, true)
    if (sector < FIRST_SPECIAL) sectors.push(sector)
  }
  let next = view.getUint32(68, true)
  for (let steps = 0; next < FIRST_SPECIAL; steps++) {
    if (steps > total) throw new DecodeError('a circle in the list of tables', 68)
    const numbers = numbersOf(sectorOf(file, next))
    for (const sector of numbers.subarray(0, -1)) if (sector < FIRST_SPECIAL) sectors.push(sector)
    next = numbers.at(-1) ?? NO_STREAM
  }
  if (sectors.length > total)
    throw new DecodeError(`${sectors.length} tables in a file of ${total} sectors`, 44)
  const perSector = sectorBytes / 4
  const fat = new Uint32Array(sectors.length * perSector)
  for (const [i, sector] of sectors.entries()) fat.set(numbersOf(sectorOf(file, sector)), i * perSector)
  return fat
}

/** The bytes of a sector; the last of a file may be cut. */
function sectorOf({ bytes, sectorBytes }: File, sector: number): Uint8Array {
  const start = (sector + 1) * sectorBytes
  if (start >= bytes.length) throw new DecodeError(`sector ${sector} is beyond the end`, bytes.length)
  return bytes.subarray(start, Math.min(start + sectorBytes, bytes.length))
}

function numbersOf(bytes: Uint8Array): Uint32Array {
  const numbers = new Uint32Array(bytes.length >>> 2)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getUint32(i * 4, true)
  return numbers
}

/** The bytes of a chain of sectors. */
function readChain(file: File, start: number): Uint8Array {
  const { fat, sectorBytes, bytes } = file
  const sectors: Uint8Array[] = []
  let length = 0
  for (let sector = start; sector < FIRST_SPECIAL; sector = fat[sector]!) {
    if (sector >= fat.length) throw new DecodeError(`sector ${sector} is in no table`, bytes.length)
    const piece = sectorOf(file, sector)
    spend(file, sectorBytes)
    sectors.push(piece)
    length += piece.length
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of sectors) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** Also what ends circles. */
function spend(file: File, count: number): void {
  file.budget -= count
  if (file.budget < 0) throw new DecodeError('streams that share their sectors', file.bytes.length)
}

/** Short streams lie in the mini stream ([MS-CFB] 2.4). */
function readMini(
  file: File,
  stream: Uint8Array,
  fat: Uint32Array,
  sectorBytes: number,
  { start, size }: Entry,
): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (let sector = start; at < size; sector = fat[sector]!) {
    const piece = stream.subarray(sector * sectorBytes, (sector + 1) * sectorBytes).subarray(0, size - at)
    if (sector >= fat.length || piece.length === 0)
      throw new DecodeError(`mini sector ${sector} is not there`, 0)
    spend(file, piece.length)
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

function readDirectory(file: File, start: number): Entry[] {
  const bytes = readChain(file, start)
  const entries: Entry[] = []
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const reader = new ByteReader(bytes, at)
    const text = reader.utf16(64)
    const nameBytes = Math.min(reader.u16(), 64)
    const type = reader.u8()
    reader.u8()
    const [left, right, child] = [reader.u32(), reader.u32(), reader.u32()]
    reader.take(36)
    const [start_, size] = [reader.u32(), reader.u32()]
    entries.push({
      name: text.slice(0, Math.max(0, nameBytes / 2 - 1)),
      type,
      left,
      right,
      child,
      start: start_,
      size,
    })
  }
  return entries
}

function storageOf(entries: readonly Entry[], entry: Entry, content: (entry: Entry) => Uint8Array): Storage {
  const streams = new Map<string, Entry>()
  const storages = new Map<string, Entry>()
  const seen = new Set<number>()
  const waiting = [entry.child]
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const found = index === NO_STREAM || seen.has(index) ? undefined : entries[index]
    seen.add(index)
    if (found === undefined) continue
    // Names compare without regard to case ([MS-CFB] 2.6.4).
    if (found.type === TYPE_STREAM) streams.set(found.name.toUpperCase(), found)
    else if (found.type === TYPE_STORAGE) storages.set(found.name.toUpperCase(), found)
    waiting.push(found.left, found.right)
  }
  return {
    stream: (name) => {
      const found = streams.get(name.toUpperCase())
      return found === undefined ? undefined : content(found)
    },
    storage: (name) => {
      const found = storages.get(name.toUpperCase())
      return found === undefined ? undefined : storageOf(entries, found, content)
    },
    storages: [...storages.values()].map(({ name }) => name),
  }
}
