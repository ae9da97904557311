import type { PropertyType } from './type.ts'
import type { PropertyValue } from './value.ts'

declare const valueBrand: unique symbol

/**
 * A property tag ([MS-OXCDATA] 2.9): the property ID in the high 16 bits, the property type in the low
 * ones. For the compiler it also carries the type of the property's values, so that
 * `bag.get(PidTagSubject)` is a `string | undefined`. At run time it is just the number: compare with `===`.
 *
 * The constants carry their number too (`N`), so that the compiler tells apart tags whose values are of one type: a row
 * of a table has a cell for the columns that it was asked for, and no other.
 */
export type PropertyTag<V = PropertyValue, N extends number = number> = N & { readonly [valueBrand]: V }

/** The type of the values of a tag. */
export type ValueOf<T> = T extends { readonly [valueBrand]: infer V } ? V : never

/** The values of a list of tags, one by one: the typed row of a typed column list. */
export type ValuesOf<C extends readonly PropertyTag<unknown>[]> = {
  readonly [K in keyof C]: ValueOf<C[K]> | undefined
}

/** The tag of a property ID (0 to 0xFFFF) and a type. */
export function propertyTag<V = PropertyValue>(id: number, type: PropertyType): PropertyTag<V> {
  return (((id << 16) | type) >>> 0) as PropertyTag<V>
}

/** The property ID, 0 to 0xFFFF. */
export function tagId(tag: PropertyTag<unknown>): number {
  return tag >>> 16
}

/** The property type, flags for multiple values included. */
export function tagType(tag: PropertyTag<unknown>): PropertyType {
  return tag & 0xffff
}

/** The tag of the same property with another type. */
export function withType<V = PropertyValue>(tag: PropertyTag<unknown>, type: PropertyType): PropertyTag<V> {
  return (((tag & 0xffff0000) | type) >>> 0) as PropertyTag<V>
}

/** Property IDs from here on are mapped to names, mailbox by mailbox ([MS-OXCDATA] 2.6, [MS-OXCPRPT] 1.3.2). */
export const FIRST_NAMED_PROPERTY_ID = 0x8000
/** The last property ID that a name can be mapped to. */
export const LAST_NAMED_PROPERTY_ID = 0xfffe

export function isNamedTag(tag: PropertyTag<unknown>): boolean {
  return tagId(tag) >= FIRST_NAMED_PROPERTY_ID
}

/** `0x0037001f`, as the specifications write tags. */
export function formatTag(tag: PropertyTag<unknown>): string {
  return `0x${tag.toString(16).padStart(8, '0')}`
}
