import {
  baseType,
  ErrorCode,
  encodeValue,
  isKnownType,
  isMultiple,
  isMultivalueInstance,
  type PropertyType,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypGuid,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypNull,
  PtypObject,
  PtypRestriction,
  PtypRuleAction,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
  PtypUnspecified,
} from '@bourse/mapi'
import { ByteWriter, EncodeError } from '@bourse/mapi/bytes'

/** What values of each single type are in JavaScript, as far as it can be told. */
const CHECKS: Readonly<Record<PropertyType, (value: unknown) => boolean>> = {
  [PtypInteger16]: (value) => isInteger(value, -0x8000, 0x7fff),
  [PtypInteger32]: (value) => isInteger(value, -0x80000000, 0x7fffffff),
  [PtypFloating32]: (value) => typeof value === 'number',
  [PtypFloating64]: (value) => typeof value === 'number',
  [PtypFloatingTime]: (value) => typeof value === 'number',
  [PtypCurrency]: isSigned64,
  [PtypInteger64]: isSigned64,
  [PtypTime]: (value) => typeof value === 'bigint' && value === BigInt.asUintN(64, value),
  [PtypBoolean]: (value) => typeof value === 'boolean',
  [PtypString]: (value) => typeof value === 'string',
  [PtypString8]: (value) => typeof value === 'string' && /^[\0-\u00ff]*$/.test(value),
  [PtypGuid]: (value) => typeof value === 'string' && GUID.test(value),
  [PtypBinary]: (value) => value instanceof Uint8Array,
  [PtypObject]: (value) => value instanceof Uint8Array,
  [PtypServerId]: isObject,
  [PtypRestriction]: isObject,
  [PtypRuleAction]: Array.isArray,
}

/** The width of counts in values that are kept (`packProperties`). */
const KEPT_COUNT_WIDTH = 4

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Types whose values have an inner structure, which may have no form in which it can be kept. */
const STRUCTURED: readonly number[] = [PtypServerId, PtypRestriction, PtypRuleAction]

/**
 * Why a value cannot be that of a property of this type, if it cannot: `InvalidType` for types that no stored property has, `BadValue`
 * for a value of another type, or one that cannot be kept: properties hold the actions of extended rules, not those of standard ones
 * ([MS-OXORULE] 2.2.5.1.2), which belong into the rules table.
 */
export function checkValue(type: PropertyType, value: PropertyValue): number | undefined {
  const base = baseType(type)
  const check = CHECKS[base]
  const isStorable = type !== PtypUnspecified && type !== PtypNull && type !== PtypErrorCode
  if (!isStorable || !isKnownType(type) || isMultivalueInstance(type) || check === undefined)
    return ErrorCode.InvalidType
  const isRight = isMultiple(type) ? Array.isArray(value) && value.every(check) : check(value)
  return isRight && (!STRUCTURED.includes(base) || canBeKept(type, value)) ? undefined : ErrorCode.BadValue
}

function canBeKept(type: PropertyType, value: PropertyValue): boolean {
  try {
    encodeValue(new ByteWriter(), type, value, KEPT_COUNT_WIDTH)
    return true
  } catch (error) {
    if (error instanceof EncodeError) return false
    throw error
  }
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
}

function isSigned64(value: unknown): boolean {
  return typeof value === 'bigint' && value === BigInt.asIntN(64, value)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
