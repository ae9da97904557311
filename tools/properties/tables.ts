import { join } from 'node:path'
import { readTable } from '../tsv.ts'
import { type TypeInfo, typeInfo } from './types.ts'

/** A property with a fixed ID. */
export interface TaggedProperty {
  readonly tag: number
  readonly type: TypeInfo
  /** Names of constants, the first of which is the property's name. */
  readonly names: readonly string[]
  /** `PR_…` names that are not constants. */
  readonly aliases: readonly string[]
}

/** A property named by a number or a string. */
export interface NamedPropertyRow {
  readonly name: string
  /** The name of the property set. */
  readonly set: string
  readonly type: TypeInfo
  readonly key: { readonly lid: number } | { readonly name: string }
}

export interface PropertySet {
  readonly name: string
  readonly guid: string
}

export interface PropertyTables {
  readonly sets: readonly PropertySet[]
  readonly tagged: readonly TaggedProperty[]
  readonly named: readonly NamedPropertyRow[]
}

/** Reads the four tables of `docs/spec` and makes sure that they agree with each other. */
export function readPropertyTables(folder: string): PropertyTables {
  const sets = readTable(join(folder, 'guids.tsv'), ['name', 'guid'])
  const tagged = readTable(join(folder, 'property-tags.tsv'), [
    'tag',
    'id',
    'type',
    'canonical_name',
    'mapi_names',
  ]).map((row): TaggedProperty => {
    const tag = Number(row.tag)
    const type = typeInfo(row.type)
    if (tag !== Number(row.id) * 0x10000 + type.id) throw new Error(`${row.tag} is not of type ${row.type}`)
    const mapiNames = words(row.mapi_names)
    const names = row.canonical_name === '' ? mapiNames.slice(0, 1) : words(row.canonical_name)
    if (names.length === 0) throw new Error(`${row.tag} has no name`)
    return { tag, type, names, aliases: mapiNames.filter((name) => !names.includes(name)) }
  })
  const lids = readTable(join(folder, 'named-properties.tsv'), [
    'canonical_name',
    'property_set',
    'guid',
    'lid',
    'type',
    'area',
  ]).map((row) => ({ ...row, key: { lid: Number(row.lid) } }))
  const strings = readTable(join(folder, 'string-named-properties.tsv'), [
    'canonical_name',
    'property_set',
    'guid',
    'name',
    'type',
  ]).map((row) => ({ ...row, key: { name: row.name } }))
  const guids = new Map(sets.map(({ name, guid }) => [name, guid]))
  const named = [...lids, ...strings].map((row): NamedPropertyRow => {
    if (guids.get(row.property_set) !== row.guid) {
      throw new Error(`${row.canonical_name}: ${row.guid} is not the GUID of ${row.property_set}`)
    }
    return { name: row.canonical_name, set: row.property_set, type: typeInfo(row.type), key: row.key }
  })
  checkNames([
    ...sets.map(({ name, guid }) => [name, guid] as const),
    ...tagged.flatMap(({ tag, names, aliases }) =>
      [...names, ...aliases].map((name) => [name, tag] as const),
    ),
    ...named.map((row) => [row.name, row] as const),
  ])
  return { sets, tagged, named }
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '')
}

/** Throws when a name is not an identifier or stands for two things. */
function checkNames(names: readonly (readonly [name: string, meaning: unknown])[]): void {
  const meanings = new Map<string, unknown>()
  for (const [name, meaning] of names) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`${name} is not an identifier`)
    if (meanings.has(name)) throw new Error(`${name} is there twice`)
    meanings.set(name, meaning)
  }
}
