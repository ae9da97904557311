import type { Guid } from '../bytes/guid.ts'
import type { ServerId } from '../id/index.ts'
import type { Restriction } from '../restriction/index.ts'
import type { RuleAction } from '../rule/index.ts'
import type { FileTime } from '../time/index.ts'
import type { PropertyType } from './type.ts'

/**
 * What each property type ([MS-OXCDATA] 2.11.1) is in JavaScript.
 *
 * | type | JavaScript |
 * | --- | --- |
 * | Integer16, Integer32 | signed number |
 * | Floating32, Floating64 | number |
 * | Currency | bigint, in ten-thousandths |
 * | FloatingTime | number, days since 30 December 1899, local time |
 * | ErrorCode | unsigned number |
 * | Boolean | boolean |
 * | Integer64 (also folder, message and change IDs) | signed bigint |
 * | String | string |
 * | String8 | string with one character (U+0000 to U+00FF) per byte |
 * | Time | {@link FileTime}: bigint, 100 ns ticks since 1601 |
 * | Guid | {@link Guid} |
 * | ServerId | {@link ServerId} |
 * | Restriction | {@link Restriction} |
 * | RuleAction | array of {@link RuleAction} |
 * | Binary, Object | Uint8Array |
 * | Null | null |
 * | Unspecified | {@link TypedValue} |
 * | Multiple… | array of the single type |
 */
export type PropertyValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | ServerId
  | Restriction
  | readonly RuleAction[]
  | null
  | TypedValue
  | readonly number[]
  | readonly bigint[]
  | readonly string[]
  | readonly Uint8Array[]

/** A value that says its own type, as where a tag says PtypUnspecified. */
export interface TypedValue {
  readonly type: PropertyType
  readonly value: PropertyValue
}

/** The named aliases under which the single types appear in typed tags. */
export type { FileTime, Guid, Restriction, RuleAction, ServerId }

/**
 * In the place of a value: why there is none. On the wire a value of type PtypErrorCode
 * ([MS-OXCDATA] 2.8.1.2, 2.11.5).
 */
export class PropertyError {
  /** An error code of [MS-OXCDATA] 2.4, unsigned. */
  readonly code: number

  constructor(code: number) {
    this.code = code
  }
}

/** What a cell of a table or a row of properties holds: a value, the reason for its lack, or nothing. */
export type Cell<V = PropertyValue> = V | PropertyError | undefined
