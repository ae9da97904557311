import {
  FIRST_NAMED_PROPERTY_ID,
  type Guid,
  type MappedName,
  type PropertyName,
  PS_MAPI,
  PS_PUBLIC_STRINGS,
  propertyNameKey,
} from '@bourse/mapi'
import { ByteReader } from '@bourse/mapi/bytes'
import { Nid, type PstNodes } from './pst-nodes.ts'
import { bytesOfItem } from './pst-values.ts'

/** The names of a file's named properties ([MS-PST] 2.4.7). */
export interface PstNames {
  readonly all: readonly MappedName[]
  idOf(name: PropertyName): number
  nameOf(id: number): PropertyName | undefined
}

/** Property IDs of the streams in the name-to-ID map. */
const GUIDS = 0x0002
const ENTRIES = 0x0003
const STRINGS = 0x0004

const ENTRY_SIZE = 8

/** Indexes of the sets that are not in the stream of GUIDs. */
const INDEX_MAPI = 1
const INDEX_PUBLIC_STRINGS = 2
const FIRST_INDEX = 3

export function readNames(nodes: PstNodes): PstNames {
  const all = nodes.has(Nid.nameToIdMap) ? [...mappedNames(nodes)] : []
  const ids = new Map(all.map(({ id, name }) => [propertyNameKey(name), id]))
  const names = new Map(all.map(({ id, name }) => [id, name]))
  return {
    all,
    idOf: (name) => ids.get(propertyNameKey(name)) ?? 0,
    nameOf: (id) => names.get(id),
  }
}

function* mappedNames(nodes: PstNodes): Generator<MappedName, void, undefined> {
  const record = nodes.record(Nid.nameToIdMap)
  const stream = (id: number) => {
    const item = record.items.get(id)
    return (item === undefined ? undefined : bytesOfItem(record, item)) ?? new Uint8Array(0)
  }
  const guids = stream(GUIDS)
  const strings = stream(STRINGS)
  const entries = new ByteReader(stream(ENTRIES))
  while (entries.remaining >= ENTRY_SIZE) {
    const value = entries.u32()
    const guid = entries.u16()
    const id = FIRST_NAMED_PROPERTY_ID + entries.u16()
    const set = setOf(guids, guid >>> 1)
    if (set === undefined) continue
    if ((guid & 1) === 0) yield { id, name: { kind: 'lid', set, lid: value } }
    else {
      const name = stringAt(strings, value)
      if (name !== undefined) yield { id, name: { kind: 'name', set, name } }
    }
  }
}

function setOf(guids: Uint8Array, index: number): Guid | undefined {
  if (index === INDEX_MAPI) return PS_MAPI
  if (index === INDEX_PUBLIC_STRINGS) return PS_PUBLIC_STRINGS
  const at = (index - FIRST_INDEX) * 16
  return at < 0 || at + 16 > guids.length ? undefined : new ByteReader(guids.subarray(at, at + 16)).guid()
}

function stringAt(strings: Uint8Array, offset: number): string | undefined {
  if (offset + 4 > strings.length) return undefined
  const reader = new ByteReader(strings.subarray(offset))
  const size = reader.u32()
  return size > reader.remaining ? undefined : reader.utf16(size & ~1)
}
