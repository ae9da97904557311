import type { PropertyError, PropertyTag } from '@bourse/mapi'
import type { StoredValue } from './packed-properties.ts'

/**
 * The properties of one object, stored and computed ones, as one user sees them. Tables and objects both answer from it, so
 * that "the value of this tag of that message" means the same everywhere.
 *
 * Tags are matched as they are: what is asked for in another type than it is held in is the business of `readCell`
 * (`object/property-types.ts`).
 */
export interface PropertySource {
  /** The value, the place of a large one, the reason why it cannot be had, or `undefined` if there is none. */
  cell(tag: PropertyTag<unknown>): StoredValue | PropertyError | undefined
  /** The tag under which there is a property with this ID, whatever its type. */
  tagOf(id: number): PropertyTag | undefined
  /** The tags of all properties, computed ones included. */
  tags(): PropertyTag[]
}
