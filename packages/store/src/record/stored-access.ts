import { type PropertyTag, tagId } from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import type { StoredProperties } from './message-record.ts'
import type { StoredValue } from './packed-properties.ts'

/** Properties as they are stored, whatever in: `PackedProperties`, a map, or one of them with changes on top. */
export interface StoredAccess {
  get(tag: PropertyTag<unknown>): StoredValue | undefined
  tagOf(id: number): PropertyTag | undefined
  tags(): PropertyTag[]
  /** Whether there may be a `BlobRef` among the values. */
  readonly hasBlobs: boolean
}

/** Reads a map of properties. */
export function mapAccess(properties: StoredProperties): StoredAccess {
  return {
    get: (tag) => properties.get(tag),
    tagOf: (id) => {
      for (const tag of properties.keys()) if (tagId(tag) === id) return tag as PropertyTag
      return undefined
    },
    tags: () => [...properties.keys()] as PropertyTag[],
    get hasBlobs() {
      for (const value of properties.values()) if (value instanceof BlobRef) return true
      return false
    },
  }
}
