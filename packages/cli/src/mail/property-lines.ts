import {
  baseType,
  type Cell,
  errorName,
  type FileTime,
  fileTimeToInstant,
  formatTag,
  type MapiObject,
  type MessageStore,
  PropertyError,
  type PropertyName,
  type PropertyTag,
  PtypTime,
  propertyTypeName,
  tagId,
  tagType,
} from '@bourse/mapi'
import { nameOfNamed, nameOfTag } from '@bourse/mapi/tags/lookup'
import type { Json } from '../output/write-rows.ts'

/** A property as MFCMAPI shows it. */
export interface PropertyLine {
  /** Canonical name, or set and name of a named property that has none; the tag if nothing is known. */
  readonly name: string
  /** `0x0037001F`. */
  readonly tag: string
  readonly type: string
  readonly value: Json
}

/** First ID of named properties ([MS-OXPROPS] 1.3.3). */
const FIRST_NAMED_ID = 0x8000

/** Every property of an object, in order of their names. */
export async function propertyLines(
  object: MapiObject,
  store: MessageStore,
): Promise<readonly PropertyLine[]> {
  const bag = await object.getAllProperties()
  const tags = [...bag.tags()]
  const ids = [...new Set(tags.map(tagId).filter((id) => id >= FIRST_NAMED_ID))]
  const names = ids.length === 0 ? [] : await store.getPropertyNames(ids)
  const nameOf = new Map(ids.map((id, i) => [id, names[i]]))
  return tags
    .map((tag) => ({
      name: propertyName(tag, nameOf.get(tagId(tag))),
      tag: formatTag(tag),
      type: propertyTypeName(tagType(tag)),
      value: valueAsJson(bag.cell(tag), tag),
    }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

function propertyName(tag: PropertyTag, name: PropertyName | undefined): string {
  if (tagId(tag) < FIRST_NAMED_ID) return nameOfTag(tag) ?? formatTag(tag)
  if (name === undefined) return formatTag(tag)
  return nameOfNamed(name) ?? describeName(name)
}

function describeName(name: PropertyName): string {
  const within = name.kind === 'name' ? name.name : `0x${name.lid.toString(16).padStart(4, '0')}`
  return `${name.set}:${within}`
}

function valueAsJson(cell: Cell, tag: PropertyTag): Json {
  if (cell instanceof PropertyError) return { error: errorName(cell.code) }
  if (Array.isArray(cell)) return cell.map((each: Cell) => valueAsJson(each, tag))
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('hex')
  if (typeof cell === 'bigint') {
    return baseType(tagType(tag)) === PtypTime ? timeText(cell as FileTime) : String(cell)
  }
  if (
    cell === undefined ||
    typeof cell === 'string' ||
    typeof cell === 'number' ||
    typeof cell === 'boolean'
  ) {
    return cell
  }
  return JSON.parse(JSON.stringify(cell, withoutBigints)) as Json
}

/** A time, or its number where no calendar has it. */
function timeText(time: FileTime): string {
  try {
    return fileTimeToInstant(time).toString()
  } catch {
    return String(time)
  }
}

function withoutBigints(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

/** A value on one line for people. */
export function valueText(value: Json): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
