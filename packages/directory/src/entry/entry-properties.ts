import {
  type Cell,
  ErrorCode,
  PidTagBusinessTelephoneNumber,
  PidTagEntryId,
  PidTagPrimaryTelephoneNumber,
  PidTagThumbnailPhoto,
  PropertyError,
  type PropertyTag,
  type PropertyType,
  type PropertyValue,
  PtypMultipleString,
  PtypMultipleString8,
  PtypObject,
  PtypString,
  PtypString8,
  PtypUnspecified,
  tagId,
  tagType,
} from '@bourse/mapi'
import type { DirectoryIndex } from '../index/directory-index.ts'
import { ATTRIBUTES } from '../model/attributes.ts'
import type { DirectoryObject, ObjectSummary } from '../model/directory-object.ts'
import type { String8Converter } from '../text/string8.ts'
import { COMPUTED_PROPERTIES } from './computed-properties.ts'
import { ephemeralEntryId } from './entry-ids.ts'
import { LINK_PROPERTIES } from './link-properties.ts'

/** An object, with what is kept apart from it. */
export interface Entry {
  readonly object: DirectoryObject
  /** PidTagThumbnailPhoto, where it was read. */
  readonly photo: Uint8Array | undefined
}

/** A property as the directory holds it. Those that list objects have the distinguished names of these. */
export type HeldProperty =
  | { readonly kind: 'value'; readonly tag: PropertyTag; readonly value: PropertyValue }
  | { readonly kind: 'links'; readonly tag: PropertyTag; readonly dns: readonly string[] }

const ATTRIBUTE_TAGS: ReadonlyMap<number, PropertyTag> = new Map(
  ATTRIBUTES.map(({ tag }) => [tagId(tag), tag]),
)
const PHOTO_ID = tagId(PidTagThumbnailPhoto)

/** Where an attribute that is not given takes its value from: the main telephone number is the one at work. */
const FALLBACKS: ReadonlyMap<number, PropertyTag> = new Map<number, PropertyTag>([
  [PidTagPrimaryTelephoneNumber, PidTagBusinessTelephoneNumber as PropertyTag<unknown> as PropertyTag],
])

/** All properties that entries can have, in the types in which they are held. */
export const ENTRY_TAGS: readonly PropertyTag[] = [
  ...[...COMPUTED_PROPERTIES.values()].map(({ tag }) => tag),
  ...[...LINK_PROPERTIES.values()].map(({ tag }) => tag),
  ...ATTRIBUTE_TAGS.values(),
  PidTagThumbnailPhoto as PropertyTag<unknown> as PropertyTag,
]

/** Whether a property follows from what is in memory of every object, so that no object need be read for it. */
export function isInSummary(id: number): boolean {
  const computed = COMPUTED_PROPERTIES.get(id)
  if (computed !== undefined) return computed.from === 'summary'
  return !ATTRIBUTE_TAGS.has(id) && id !== PHOTO_ID
}

/** A property of an object of which only the summary is at hand; see {@link isInSummary}. */
export function heldInSummary(
  summary: ObjectSummary,
  id: number,
  index: DirectoryIndex,
): HeldProperty | undefined {
  const computed = COMPUTED_PROPERTIES.get(id)
  if (computed?.from === 'summary') return asHeld(computed.tag, computed.compute(summary, index))
  const link = LINK_PROPERTIES.get(id)
  if (link === undefined) return undefined
  const dns = link.ids(summary, index).map((target) => index.summaries.get(target)?.legacyDn)
  const known = dns.filter((dn) => dn !== undefined)
  return known.length === 0 ? undefined : { kind: 'links', tag: link.tag, dns: known }
}

/** The property with an ID, `undefined` if the entry has none. */
export function heldProperty(entry: Entry, id: number, index: DirectoryIndex): HeldProperty | undefined {
  const { object, photo } = entry
  const attribute = ATTRIBUTE_TAGS.get(id)
  if (attribute !== undefined)
    return asHeld(attribute, object.properties.get(attribute) ?? fallback(object, attribute))
  if (id === PHOTO_ID) return asHeld(PidTagThumbnailPhoto as PropertyTag<unknown> as PropertyTag, photo)
  const computed = COMPUTED_PROPERTIES.get(id)
  if (computed?.from === 'object') return asHeld(computed.tag, computed.compute(object, index))
  return heldInSummary(object, id, index)
}

function asHeld(tag: PropertyTag, value: PropertyValue | undefined): HeldProperty | undefined {
  return value === undefined ? undefined : { kind: 'value', tag, value }
}

/** What stands for an attribute that was not given. */
function fallback(object: DirectoryObject, tag: PropertyTag): PropertyValue | undefined {
  const other = FALLBACKS.get(tag)
  return other === undefined ? undefined : object.properties.get(other)
}

/** The tags of all properties that an entry has, in the types in which they are held. */
export function heldTags(entry: Entry, index: DirectoryIndex): readonly PropertyTag[] {
  return ENTRY_TAGS.filter((tag) => heldProperty(entry, tagId(tag), index) !== undefined)
}

export interface CellOptions {
  /** The code page of 8-bit strings. */
  readonly string8: String8Converter
  /** Give PidTagEntryId in its ephemeral form (fEphID, [MS-OXNSPI] 2.2.1.11). */
  readonly ephemeralIds?: boolean
}

/**
 * The cell for a tag as it was asked for: strings in the width that the tag says ([MS-OXNSPI] 3.1.4.3.3), a value with its type
 * where the tag leaves the type open, `NotFound` for what the entry does not have or not in that type.
 */
export function entryCell(
  entry: Entry,
  tag: PropertyTag<unknown>,
  index: DirectoryIndex,
  options: CellOptions,
): Cell {
  if (options.ephemeralIds && tagId(tag) === tagId(PidTagEntryId)) {
    const value = ephemeralEntryId(entry.object, index.guid)
    return convert(value, tagType(PidTagEntryId), tagType(tag), options.string8) ?? NOT_FOUND
  }
  const held = heldProperty(entry, tagId(tag), index)
  return held === undefined ? NOT_FOUND : (heldAs(held, tagType(tag), options.string8) ?? NOT_FOUND)
}

const NOT_FOUND = new PropertyError(ErrorCode.NotFound)

/** A property in the type that was asked for; `undefined` if it has no value of that type. */
export function heldAs(
  held: HeldProperty,
  type: PropertyType,
  string8: String8Converter,
): PropertyValue | undefined {
  if (held.kind === 'value') return convert(held.value, tagType(held.tag), type, string8)
  switch (type) {
    case PtypObject:
      return EMBEDDED_TABLE
    case PtypUnspecified:
      return { type: PtypObject, value: EMBEDDED_TABLE }
    case PtypMultipleString:
    case PtypMultipleString8:
      return held.dns
    case PtypString:
    case PtypString8:
      return held.dns[0]
    default:
      return undefined
  }
}

/** An embedded table has no value of its own. */
const EMBEDDED_TABLE = new Uint8Array(0)

function convert(
  value: PropertyValue,
  from: PropertyType,
  to: PropertyType,
  { encode, decode }: String8Converter,
): PropertyValue | undefined {
  if (from === to) return value
  if (to === PtypUnspecified) return { type: from, value }
  if (from === PtypString && to === PtypString8) return encode(value as string)
  if (from === PtypString8 && to === PtypString) return decode(value as string)
  if (from === PtypMultipleString && to === PtypMultipleString8)
    return (value as readonly string[]).map(encode)
  if (from === PtypMultipleString8 && to === PtypMultipleString)
    return (value as readonly string[]).map(decode)
  return undefined
}
