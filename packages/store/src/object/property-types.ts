import {
  type Cell,
  ErrorCode,
  PropertyError,
  type PropertyTag,
  type PropertyType,
  type PropertyValue,
  PtypMultipleString,
  PtypMultipleString8,
  PtypString,
  PtypString8,
  PtypUnspecified,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import type { BlobStore } from '../blob/blob-store.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { Transaction } from '../storage/storage.ts'
import { decodeString8, encodeString8 } from './code-pages.ts'

/** How properties are answered that are asked for in another type than they are held in ([MS-OXCPRPT] 3.2.5.1). */
export interface TypeOptions {
  /** Code page of 8-bit strings. */
  readonly codePage: number
  /** Whether strings are answered in Unicode where the type is left open. `true` if left out. */
  readonly unicode?: boolean
}

/** A value that is not in memory: where its bytes are, the type they are held in and the one that was asked for. */
export class LargeCell {
  readonly ref: BlobRef
  readonly heldType: PropertyType
  readonly wantedType: PropertyType
  /** Whether the type was left open, so that the value is to say it. */
  readonly isOpen: boolean

  constructor(ref: BlobRef, heldType: PropertyType, wantedType: PropertyType, isOpen: boolean) {
    this.ref = ref
    this.heldType = heldType
    this.wantedType = wantedType
    this.isOpen = isOpen
  }
}

/**
 * The cell for a tag as it was asked for. A string comes in the width that the tag says, a tag of type PtypUnspecified gives the value with its
 * type; the same property in a type that it cannot be converted to is not there ([MS-OXCPRPT] 3.2.5.1).
 */
export function readCell(
  source: PropertySource,
  tag: PropertyTag<unknown>,
  options: TypeOptions,
): Cell | LargeCell {
  const type = tagType(tag)
  if (type === PtypUnspecified) {
    const held = source.tagOf(tagId(tag))
    if (held === undefined) return undefined
    const heldType = tagType(held)
    const wanted = options.unicode === false ? narrow(heldType) : widen(heldType)
    const cell = convertCell(source.cell(held), heldType, wanted, options.codePage, true)
    if (cell === undefined || cell instanceof PropertyError || cell instanceof LargeCell) return cell
    return { type: wanted, value: cell }
  }
  const exact = source.cell(tag)
  if (exact !== undefined) return convertCell(exact, type, type, options.codePage, false)
  const other = otherWidth(type)
  if (other === undefined) return undefined
  return convertCell(source.cell(withType(tag, other)), other, type, options.codePage, false)
}

/**
 * Reads the value of a large cell, or its beginning if it has more than `maxBytes` bytes.
 *
 * @param maxBytes Counted in the type that the value is held in: two per character of a string.
 */
export async function loadCell(
  tx: Transaction,
  blobs: BlobStore,
  cell: LargeCell,
  maxBytes: number,
  options: TypeOptions,
): Promise<Cell> {
  const bytes = await blobs.read(tx, cell.ref, 0, maxBytes)
  const value = convertValue(
    valueFromBytes(bytes, cell.heldType),
    cell.heldType,
    cell.wantedType,
    options.codePage,
  )
  return cell.isOpen ? { type: cell.wantedType, value } : value
}

/** A value in another width of string; any other value as it is. */
export function convertValue(
  value: PropertyValue,
  from: PropertyType,
  to: PropertyType,
  codePage: number,
): PropertyValue {
  if (from === to) return value
  const convert = to === PtypString8 || to === PtypMultipleString8 ? encodeString8 : decodeString8
  if (typeof value === 'string') return convert(value, codePage)
  return (value as readonly string[]).map((text) => convert(text, codePage))
}

/** The same tag with strings in Unicode, as properties are kept. */
export function unicodeTag(tag: PropertyTag<unknown>): PropertyTag {
  return withType(tag, widen(tagType(tag)))
}

/** `NotFound` in the place of nothing: the reason that ROPs give ([MS-OXCDATA] 2.11.5). */
export function orNotFound(cell: Cell): PropertyValue | PropertyError {
  return cell ?? new PropertyError(ErrorCode.NotFound)
}

function convertCell(
  cell: StoredValue | PropertyError | undefined,
  from: PropertyType,
  to: PropertyType,
  codePage: number,
  isOpen: boolean,
): Cell | LargeCell {
  if (cell instanceof BlobRef) return new LargeCell(cell, from, to, isOpen)
  if (cell === undefined || cell instanceof PropertyError) return cell
  return convertValue(cell, from, to, codePage)
}

function widen(type: PropertyType): PropertyType {
  if (type === PtypString8) return PtypString
  return type === PtypMultipleString8 ? PtypMultipleString : type
}

function narrow(type: PropertyType): PropertyType {
  if (type === PtypString) return PtypString8
  return type === PtypMultipleString ? PtypMultipleString8 : type
}

function otherWidth(type: PropertyType): PropertyType | undefined {
  const other = widen(type) === type ? narrow(type) : widen(type)
  return other === type ? undefined : other
}
