import { type PropertyName, PS_MAPI, PS_PUBLIC_STRINGS, propertyNameKey } from '@bourse/mapi'
import { ByteReader, ByteWriter, type Guid } from '@bourse/mapi/bytes'
import { rtfChecksum } from '../body/rtf-checksum.ts'
import type { Storage } from './compound-file.ts'
import type { CompoundFileWriter } from './compound-file-writer.ts'
import { valueStream } from './layout.ts'

/** Streams of the named property mapping storage ([MS-OXMSG] 2.2.3.1). */
const GUID_STREAM = valueStream(0x00020102)
const ENTRY_STREAM = valueStream(0x00030102)
const STRING_STREAM = valueStream(0x00040102)
/** Stands for PS_MAPI and PS_PUBLIC_STRINGS; others follow from their place in the GUID stream ([MS-OXMSG] 2.2.3.1.2). */
const INDEX_MAPI = 1
const INDEX_PUBLIC = 2
const FIRST_GUID_INDEX = 3
const ENTRY_BYTES = 8
const KIND_STRING = 1
/** Names are spread over that many streams ([MS-OXMSG] 2.2.3.2). */
const BUCKETS = 0x1f

/** The names of a .msg file, by property ID. Entries that are malformed are left out. */
export function readNames(storage: Storage | undefined): ReadonlyMap<number, PropertyName> {
  const names = new Map<number, PropertyName>()
  const guids = guidsOf(storage?.stream(GUID_STREAM))
  const strings = storage?.stream(STRING_STREAM) ?? new Uint8Array(0)
  const entries = new ByteReader(storage?.stream(ENTRY_STREAM) ?? new Uint8Array(0))
  while (entries.remaining >= ENTRY_BYTES) {
    const identifier = entries.u32()
    const indexAndKind = entries.u16()
    const id = 0x8000 + entries.u16()
    const set = guids[indexAndKind >>> 1]
    if (set === undefined || id > 0xfffe) continue
    if ((indexAndKind & 1) !== KIND_STRING) names.set(id, { kind: 'lid', set, lid: identifier })
    else {
      const name = stringAt(strings, identifier)
      if (name !== undefined) names.set(id, { kind: 'name', set, name })
    }
  }
  return names
}

function guidsOf(bytes: Uint8Array | undefined): readonly (Guid | undefined)[] {
  const guids: (Guid | undefined)[] = [undefined, PS_MAPI, PS_PUBLIC_STRINGS]
  const reader = new ByteReader(bytes ?? new Uint8Array(0))
  while (reader.remaining >= 16) guids.push(reader.guid())
  return guids
}

function stringAt(bytes: Uint8Array, offset: number): string | undefined {
  if (offset + 4 > bytes.length) return undefined
  const reader = new ByteReader(bytes, offset)
  const size = reader.u32()
  return size <= reader.remaining && size % 2 === 0 && size <= 512 ? reader.utf16(size) : undefined
}

/** Gives names their IDs in a .msg file, from 0x8000 on, and writes them down. */
export class NameWriter {
  readonly #ids = new Map<string, number>()
  readonly #names: PropertyName[] = []

  idOf(name: PropertyName): number {
    const key = propertyNameKey(name)
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = 0x8000 + this.#names.length
    this.#ids.set(key, id)
    this.#names.push(name)
    return id
  }

  write(file: CompoundFileWriter, storage: string): void {
    const guids = new ByteWriter()
    const entries = new ByteWriter()
    const strings = new ByteWriter()
    const known: Guid[] = []
    const buckets = new Map<number, ByteWriter>()
    for (const [index, name] of this.#names.entries()) {
      const guidIndex = this.#guidIndex(name.set, known, guids)
      const indexAndKind = (guidIndex << 1) | (name.kind === 'name' ? KIND_STRING : 0)
      const identifier = name.kind === 'lid' ? name.lid : strings.length
      if (name.kind === 'name') {
        const size = name.name.length * 2
        strings.u32(size)
        strings.utf16(name.name)
        strings.zeros(size % 4 === 0 ? 0 : 2)
      }
      entries.u32(identifier)
      entries.u16(indexAndKind)
      entries.u16(index)
      const hash = name.kind === 'lid' ? name.lid : checksum(name.name)
      const bucket = 0x1000 + (((hash ^ indexAndKind) >>> 0) % BUCKETS)
      let writer = buckets.get(bucket)
      if (writer === undefined) {
        writer = new ByteWriter()
        buckets.set(bucket, writer)
      }
      writer.u32(hash >>> 0)
      writer.u16(indexAndKind)
      writer.u16(index)
    }
    file.add([storage, GUID_STREAM], guids.finish())
    file.add([storage, ENTRY_STREAM], entries.finish())
    file.add([storage, STRING_STREAM], strings.finish())
    for (const [bucket, writer] of buckets) {
      file.add([storage, valueStream(((bucket << 16) | 0x0102) >>> 0)], writer.finish())
    }
  }

  #guidIndex(set: Guid, known: Guid[], guids: ByteWriter): number {
    if (set === PS_MAPI) return INDEX_MAPI
    if (set === PS_PUBLIC_STRINGS) return INDEX_PUBLIC
    let index = known.indexOf(set)
    if (index < 0) {
      index = known.length
      known.push(set)
      guids.guid(set)
    }
    return FIRST_GUID_INDEX + index
  }
}

/** The checksum of a name's UTF-16 ([MS-OXMSG] 2.2.3.2.2, with the algorithm of [MS-OXRTFCP] 2.1.3.2). */
function checksum(name: string): number {
  const writer = new ByteWriter()
  writer.utf16(name)
  return rtfChecksum(writer.finish())
}
