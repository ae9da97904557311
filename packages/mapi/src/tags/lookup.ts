/**
 * Properties by name and names by property, at run time. An entry of its own (`@bourse/mapi/tags/lookup`),
 * because it needs the names of all properties, some 90 kB that a program which uses ten of them can do without.
 */
import { type NamedProperty, type PropertyName, propertyNameKey } from '../property/name.ts'
import { type PropertyTag, tagId, tagType } from '../property/tag.ts'
import { MULTIVALUE_INSTANCE_FLAG } from '../property/type.ts'
import { NAMED, TAGS } from './lookup-tables.ts'

interface TagTable {
  readonly byName: ReadonlyMap<string, PropertyTag>
  readonly byTag: ReadonlyMap<number, string>
  /** The name of an ID whatever the type: a canonical one, if any of its tags has one. */
  readonly byId: ReadonlyMap<number, string>
}

interface NamedTable {
  readonly byName: ReadonlyMap<string, NamedProperty>
  readonly byKey: ReadonlyMap<string, string>
}

let tags: TagTable | undefined
let named: NamedTable | undefined

/**
 * The tag of a property by its canonical name (`PidTagSubject`) or any of its names in the MAPI headers
 * (`PR_SUBJECT`, `PR_SUBJECT_W`, `PR_SUBJECT_A`), or `undefined`. Names compare by letter case.
 */
export function tagByName(name: string): PropertyTag | undefined {
  tags ??= parseTags()
  return tags.byName.get(name)
}

/**
 * What a tag is called: its canonical name, or the first of its `PR_…` names. A tag with a type that its
 * property does not have (PtypUnspecified, PtypErrorCode, a multivalue instance) is called by its ID alone.
 * `undefined` for an ID that no table has.
 *
 * IDs of 0x8000 and above mean what this says in address books only; in a mailbox they are mapped to names.
 */
export function nameOfTag(tag: PropertyTag<unknown>): string | undefined {
  tags ??= parseTags()
  const known = tags.byTag.get(tag)
  if (known !== undefined) return known
  if ((tagType(tag) & MULTIVALUE_INSTANCE_FLAG) !== 0) {
    const ofValues = tags.byTag.get(tag - MULTIVALUE_INSTANCE_FLAG)
    if (ofValues !== undefined) return ofValues
  }
  return tags.byId.get(tagId(tag))
}

/** A named property by its canonical name (`PidLidFileUnder`, `PidNameKeywords`), or `undefined`. */
export function namedByName(name: string): NamedProperty | undefined {
  named ??= parseNamed()
  return named.byName.get(name)
}

/** The canonical name of a property that is named so, or `undefined`. */
export function nameOfNamed(property: PropertyName): string | undefined {
  named ??= parseNamed()
  return named.byKey.get(propertyNameKey(property))
}

function parseTags(): TagTable {
  const byName = new Map<string, PropertyTag>()
  const byTag = new Map<number, string>()
  const byId = new Map<number, string>()
  for (const line of lines(TAGS)) {
    const [idText, ...cells] = line.split(' ')
    const id = Number.parseInt(idText!, 16)
    let stem = ''
    for (const cell of cells) {
      const [type, list] = cell.split(':') as [string, string]
      const tag = id * 0x10000 + Number.parseInt(type, 16)
      const names = list.split(',').map((short) => {
        if (short[0] === '+') return `PidTag${short.slice(1)}`
        const name = short[0] === '~' ? stem + short.slice(1) : `PR_${short}`
        stem = name.replace(/_[AOTW]$/, '')
        return name
      })
      for (const name of names) byName.set(name, tag as PropertyTag)
      const first = names[0]!
      byTag.set(tag, first)
      const ofId = byId.get(id)
      if (ofId === undefined || (ofId.startsWith('PR_') && first.startsWith('PidTag'))) byId.set(id, first)
    }
  }
  return { byName, byTag, byId }
}

function parseNamed(): NamedTable {
  const byName = new Map<string, NamedProperty>()
  const byKey = new Map<string, string>()
  for (const line of lines(NAMED)) {
    const [set, kind, ...cells] = line.split(' ') as [string, string, ...string[]]
    for (const cell of cells) {
      const [short, typeText, text] = cell.split('|') as [string, string, string]
      const type = Number.parseInt(typeText, 16)
      const isLid = kind === 'lid'
      const name = isLid ? `PidLid${short}` : `PidName${short}`
      const property: NamedProperty = isLid
        ? { kind, set, lid: Number.parseInt(text, 16), type }
        : { kind: 'name', set, name: text || short, type }
      byName.set(name, property)
      const key = propertyNameKey(property)
      if (!byKey.has(key)) byKey.set(key, name)
    }
  }
  return { byName, byKey }
}

function lines(table: string): string[] {
  return table.trim().split('\n')
}
