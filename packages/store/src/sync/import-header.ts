import {
  addToPcl,
  decodePcl,
  ErrorCode,
  encodePcl,
  type FileTime,
  fileTime,
  MapiError,
  PidTagChangeKey,
  PidTagLastModificationTime,
  PidTagPredecessorChangeList,
  PropertyBag,
  type PropertyEntries,
  type PropertyTag,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import type { VersionKeys } from './conflict.ts'
import { readXid } from './source-key.ts'

/**
 * What identifies an imported version of an object ([MS-OXCFXICS] 2.2.3.2.4.2.1, 2.2.3.2.4.3.1). Throws `InvalidParameter` for what is missing or
 * not what it should be.
 */
export function readVersionKeys(header: PropertyBag): VersionKeys {
  const modified: FileTime = fileTime(required(header, PidTagLastModificationTime))
  return {
    ...readChange(required(header, PidTagPredecessorChangeList), required(header, PidTagChangeKey)),
    modified,
  }
}

/** A change and what it was made on. The change is part of the predecessor change list, whether that says so or not. */
export function readChange(
  pcl: Uint8Array,
  changeKey: Uint8Array,
): { readonly changeKey: Uint8Array; readonly pcl: Uint8Array } {
  const change = readXid(changeKey)
  try {
    return { changeKey: changeKey.slice(), pcl: encodePcl(addToPcl(decodePcl(pcl), change)) }
  } catch (error) {
    if (error instanceof DecodeError) throw new MapiError(ErrorCode.InvalidParameter, { cause: error })
    throw error
  }
}

/** A property that must be there. Throws `InvalidParameter`. */
export function required<V>(bag: PropertyBag, tag: PropertyTag<V>): V {
  const value = bag.get(tag)
  if (value === undefined) throw new MapiError(ErrorCode.InvalidParameter)
  return value
}

export function bagOf(entries: PropertyEntries): PropertyBag {
  return entries instanceof PropertyBag ? entries : new PropertyBag(entries)
}

const FIRST_NONTRANSMITTABLE = 0x6600
const LAST_NONTRANSMITTABLE = 0x67ff

/** Whether a property is a matter of each provider's own, and so ignored on its way in or out ([MS-OXCFXICS] 3.2.5.11, 3.2.5.12). */
export function isNontransmittable(tag: PropertyTag<unknown>): boolean {
  const id = tag >>> 16
  return id >= FIRST_NONTRANSMITTABLE && id <= LAST_NONTRANSMITTABLE
}
