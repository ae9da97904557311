import type { PropertyTag, PropertyValue } from '@bourse/mapi'

/** Something that restrictions can be evaluated on: its properties, whole in memory, and its parts. */
export interface Subject {
  /**
   * The value of a property in the type of the tag, `undefined` if there is none. With PtypUnspecified the value in whatever type it
   * is held; with the multivalue instance flag one value, or all of them where no row stands for one.
   */
  value(tag: PropertyTag<unknown>): PropertyValue | undefined
  /** A message's recipients; left out by what has none. */
  recipients?(): Iterable<Subject>
  /** A message's attachments; left out by what has none. */
  attachments?(): Iterable<Subject>
}
