import type { PropertyName, PropertyTag, PropertyValue } from '@bourse/mapi'
import type { Marker } from './marker.ts'

/**
 * Which property it is ([MS-OXCFXICS] 2.2.4.1 propDef).
 *
 * A string in a code page type (2.2.4.1.1.1) has a tag of type PtypString if the code page is UTF-16 (1200 or 1201),
 * else of type PtypString8, and says its code page.
 */
export interface PropertyInfo {
  readonly tag: PropertyTag
  /** The name of a property with an ID of 0x8000 and above, which has one in every stream. */
  readonly name?: PropertyName
  /** The code page, if the type says one. */
  readonly codePage?: number
}

/** A marker ([MS-OXCFXICS] 2.2.4.1.4). */
export interface MarkerElement {
  readonly kind: 'marker'
  readonly marker: Marker
}

/** A property or meta-property with its value. */
export interface PropertyElement extends PropertyInfo {
  readonly kind: 'property'
  readonly value: PropertyValue
}

/** The beginning of a value that is too large to be held: its bytes come in pieces. */
export interface ValueStart extends PropertyInfo {
  readonly kind: 'valueStart'
  /** Bytes to come. Those of a string include its terminator. */
  readonly size: number
}

/** A piece of a value. */
export interface ValueData {
  readonly kind: 'valueData'
  /** A view of the bytes that were pushed: valid until their owner changes them. */
  readonly bytes: Uint8Array
}

/** The value is complete. */
export interface ValueEnd {
  readonly kind: 'valueEnd'
}

/** What a FastTransfer stream is made of; markers and properties say at which byte of the stream they begin. */
export type FastTransferToken =
  | (MarkerElement & Located)
  | (PropertyElement & Located)
  | (ValueStart & Located)
  | ValueData
  | ValueEnd

export interface Located {
  /** Byte offset from the start of the stream. */
  readonly offset: number
}
