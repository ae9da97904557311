import {
  ErrorCode,
  MapiError,
  PidTagRecipientType,
  PidTagRowid,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  type Recipient,
  tagType,
} from '@bourse/mapi'
import type { RecipientRecord } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { convertValue, unicodeTag } from './property-types.ts'
import { checkValue } from './value-check.ts'

const MAX_ROW_ID = 0xffffffff

/** A recipient as it is kept, of one that a client gives. Throws `InvalidParameter` for values that no property can have. */
export function recipientRecord(rowId: number, recipient: Recipient, codePage: number): RecipientRecord {
  if (!Number.isInteger(rowId) || rowId < 0 || rowId > MAX_ROW_ID) {
    throw new MapiError(ErrorCode.InvalidParameter)
  }
  const properties = new Map<PropertyTag<unknown>, StoredValue>([[PidTagRecipientType, recipient.type | 0]])
  for (const [given, cell] of recipient.properties) {
    if (given === PidTagRowid || given === PidTagRecipientType || cell instanceof PropertyError) continue
    if (checkValue(tagType(given), cell) !== undefined) throw new MapiError(ErrorCode.InvalidParameter)
    const tag = unicodeTag(given)
    const value: PropertyValue = convertValue(cell, tagType(given), tagType(tag), codePage)
    properties.set(tag, value instanceof Uint8Array ? new Uint8Array(value) : value)
  }
  return { rowId, properties }
}
