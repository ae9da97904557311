import {
  type Cell,
  ErrorCode,
  MapiError,
  PidTagDisplayName,
  PidTagThumbnailPhoto,
  PropertyError,
  type PropertyProblem,
  type PropertyTag,
  type PropertyType,
  type PropertyValue,
  PtypMultipleString,
  PtypMultipleString8,
  PtypString,
  PtypString8,
  tagId,
  tagType,
} from '@bourse/mapi'
import { DirectoryError } from '../directory-error.ts'
import type { ObjectChange } from '../directory-transaction.ts'
import { ENTRY_TAGS, type Entry } from '../entry/entry-properties.ts'
import { MODIFIABLE_LINKS } from '../entry/link-properties.ts'
import { ATTRIBUTES, isValueOfType } from '../model/attributes.ts'
import type { ObjectSummary } from '../model/directory-object.ts'
import { hasMailbox } from '../model/kind.ts'
import { dnKey } from '../model/legacy-dn.ts'
import type { LinkKind } from '../model/link-kind.ts'
import type { String8Converter } from '../text/string8.ts'
import type { AddressBookView } from './view.ts'

/** A property to be set, or with `undefined` to be removed. */
export type Modification = readonly [tag: PropertyTag<unknown>, value: Cell]

const ATTRIBUTE_BY_ID = new Map(ATTRIBUTES.map((attribute) => [tagId(attribute.tag), attribute]))
const KNOWN_IDS: ReadonlySet<number> = new Set(ENTRY_TAGS.map(tagId))

/** What a modification comes to: a value in the type in which it is held, or why it cannot be. */
type Planned =
  | { readonly kind: 'attribute'; readonly tag: PropertyTag; readonly value: PropertyValue | undefined }
  | { readonly kind: 'photo'; readonly value: Uint8Array | undefined }
  | { readonly kind: 'displayName'; readonly value: string }
  | { readonly kind: 'problem'; readonly errorCode: number }

/**
 * Sets and removes properties of an entry, all or none (NspiModProps, [MS-OXNSPI] 3.1.4.1.14). Users may change what the table of
 * attributes lets them of their own entry, and their photo; administrators may change all attributes, and display names.
 * What would change nothing is nobody's to refuse.
 */
export async function modifyEntry(
  view: AddressBookView,
  id: number,
  modifications: readonly Modification[],
): Promise<readonly PropertyProblem[]> {
  return view.base.write(async (tx) => {
    const object = await tx.get(id)
    if (object === undefined) throw new MapiError(ErrorCode.NotFound)
    const photo = await view.base.storage.photo(id)
    const planned = modifications.map((modification) => plan(view, { object, photo }, modification))
    const problems = planned.flatMap((step, index) =>
      step.kind === 'problem'
        ? [{ index, tag: modifications[index]![0] as PropertyTag, errorCode: step.errorCode }]
        : [],
    )
    if (problems.length > 0) return problems
    const properties: (readonly [PropertyTag, PropertyValue | undefined])[] = []
    let change: ObjectChange = {}
    for (const step of planned) {
      if (step.kind === 'attribute') properties.push([step.tag, step.value])
      else if (step.kind === 'displayName') change = { ...change, displayName: step.value }
      else if (step.kind === 'photo' && !isSame(step.value, photo)) await tx.setPhoto(id, step.value ?? null)
    }
    await tx.update(id, { ...change, properties })
    return []
  })
}

function plan(view: AddressBookView, { object, photo }: Entry, [tag, cell]: Modification): Planned {
  const isOwn = view.isSelf(object)
  const value = cell instanceof PropertyError ? undefined : cell
  if (tagId(tag) === tagId(PidTagThumbnailPhoto)) {
    if (value !== undefined && !isPhoto(value)) return problem(ErrorCode.InvalidParameter)
    const isAllowed = isOwn || view.isAdministrator || isSame(value, photo)
    return isAllowed ? { kind: 'photo', value } : problem(ErrorCode.AccessDenied)
  }
  if (tagId(tag) === tagId(PidTagDisplayName) && view.isAdministrator) {
    const text = value === undefined ? undefined : native(value, tagType(tag), PtypString, view.string8)
    return typeof text === 'string' && text.trim() !== ''
      ? { kind: 'displayName', value: text }
      : problem(ErrorCode.InvalidParameter)
  }
  const attribute = ATTRIBUTE_BY_ID.get(tagId(tag))
  if (attribute === undefined) {
    return problem(KNOWN_IDS.has(tagId(tag)) ? ErrorCode.ComputedValue : ErrorCode.NotFound)
  }
  const wanted =
    value === undefined ? undefined : native(value, tagType(tag), tagType(attribute.tag), view.string8)
  if (value !== undefined && !isValueOfType(wanted, tagType(attribute.tag)))
    return problem(ErrorCode.UnexpectedType)
  const isAllowed = view.isAdministrator || (isOwn && attribute.selfService)
  const isNeeded = !isSame(emptyAsNothing(wanted), object.properties.get(attribute.tag))
  return isAllowed || !isNeeded
    ? { kind: 'attribute', tag: attribute.tag, value: wanted }
    : problem(ErrorCode.AccessDenied)
}

function problem(errorCode: number): Planned {
  return { kind: 'problem', errorCode }
}

function isPhoto(value: PropertyValue): value is Uint8Array {
  return value instanceof Uint8Array && value[0] === 0xff && value[1] === 0xd8
}

/** A value in the type in which the property is held; `undefined` if it is of another. */
function native(
  value: PropertyValue,
  from: PropertyType,
  to: PropertyType,
  { decode }: String8Converter,
): PropertyValue | undefined {
  if (from === to) return value
  if (from === PtypString8 && to === PtypString) return decode(value as string)
  if (from === PtypMultipleString8 && to === PtypMultipleString)
    return (value as readonly string[]).map(decode)
  return undefined
}

function emptyAsNothing(value: PropertyValue | undefined): PropertyValue | undefined {
  return value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value
}

function isSame(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => isSame(item as PropertyValue, b[i] as PropertyValue))
  }
  return a === b
}

/**
 * Adds objects to a property that lists some, or removes them (NspiModLinkAtt, [MS-OXNSPI] 3.1.4.1.15): the members of a group, by
 * its owners; the delegates of a mailbox, by its user; both by administrators. `targets` are ids, `undefined` for entry IDs
 * that name nothing.
 */
export async function modifyLinks(
  view: AddressBookView,
  id: number,
  tag: PropertyTag<unknown>,
  targets: readonly (number | undefined)[],
  remove: boolean,
): Promise<void> {
  const kind = MODIFIABLE_LINKS.get(tagId(tag))
  if (kind === undefined)
    throw new MapiError(KNOWN_IDS.has(tagId(tag)) ? ErrorCode.AccessDenied : ErrorCode.NotFound)
  await view.base.write(async (tx) => {
    const object = await tx.get(id)
    if (object === undefined) throw new MapiError(ErrorCode.NotFound)
    if (!canModifyLinks(view, object, tag)) throw new MapiError(ErrorCode.AccessDenied)
    const known = targets.filter((target) => target !== undefined)
    if (remove) {
      await tx.removeLinks(id, kind, known)
      return
    }
    if (known.length < targets.length) throw new MapiError(ErrorCode.AccessDenied)
    try {
      await tx.addLinks(id, kind, known)
    } catch (error) {
      if (error instanceof DirectoryError) throw new MapiError(ErrorCode.AccessDenied, { cause: error })
      throw error
    }
  })
}

/** Whether {@link modifyLinks} would let the user who looks change a property of an entry. */
export function canModifyLinks(
  view: AddressBookView,
  object: ObjectSummary,
  tag: PropertyTag<unknown>,
): boolean {
  const kind = MODIFIABLE_LINKS.get(tagId(tag))
  if (kind === undefined) return false
  const isFitting = kind === 'member' ? object.kind === 'group' : hasMailbox(object.kind)
  return isFitting && mayModify(view, object, kind)
}

function mayModify(view: AddressBookView, object: ObjectSummary, kind: LinkKind): boolean {
  if (view.isAdministrator) return true
  if (kind === 'delegate') return view.isSelf(object)
  const { links, summaries } = view.base.index
  return links.targets('owner', object.id).some((owner) => {
    const summary = summaries.get(owner)
    return (
      summary !== undefined && (view.isSelf(summary) || view.principal.groups.has(dnKey(summary.legacyDn)))
    )
  })
}
