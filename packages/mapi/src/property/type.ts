/**
 * Property types: the low 16 bits of a property tag ([MS-OXCDATA] 2.11.1).
 *
 * How each is represented in JavaScript is said once, in `value.ts`.
 */
export const PtypUnspecified = 0x0000
export const PtypNull = 0x0001
export const PtypInteger16 = 0x0002
export const PtypInteger32 = 0x0003
export const PtypFloating32 = 0x0004
export const PtypFloating64 = 0x0005
export const PtypCurrency = 0x0006
export const PtypFloatingTime = 0x0007
export const PtypErrorCode = 0x000a
export const PtypBoolean = 0x000b
/** Also PtypEmbeddedTable, which shares its number. */
export const PtypObject = 0x000d
export const PtypInteger64 = 0x0014
export const PtypString8 = 0x001e
export const PtypString = 0x001f
export const PtypTime = 0x0040
export const PtypGuid = 0x0048
export const PtypServerId = 0x00fb
export const PtypRestriction = 0x00fd
export const PtypRuleAction = 0x00fe
export const PtypBinary = 0x0102

export const PtypMultipleInteger16 = 0x1002
export const PtypMultipleInteger32 = 0x1003
export const PtypMultipleFloating32 = 0x1004
export const PtypMultipleFloating64 = 0x1005
export const PtypMultipleCurrency = 0x1006
export const PtypMultipleFloatingTime = 0x1007
export const PtypMultipleInteger64 = 0x1014
export const PtypMultipleString8 = 0x101e
export const PtypMultipleString = 0x101f
export const PtypMultipleTime = 0x1040
export const PtypMultipleGuid = 0x1048
export const PtypMultipleBinary = 0x1102

/** Bit that makes a type the multiple-valued one of its base type ([MS-OXCDATA] 2.11.1.3). */
export const MULTIPLE_FLAG = 0x1000
/**
 * Bit that a table column or sort key carries, together with {@link MULTIPLE_FLAG}, to get one row per value
 * of a multiple-valued property ([MS-OXCDATA] 2.11.1.3).
 */
export const MULTIVALUE_INSTANCE_FLAG = 0x2000

/** A property type as it stands in a tag; the constants above name the values that exist. */
export type PropertyType = number

export function isMultiple(type: PropertyType): boolean {
  return (type & (MULTIPLE_FLAG | MULTIVALUE_INSTANCE_FLAG)) === MULTIPLE_FLAG
}

export function isMultivalueInstance(type: PropertyType): boolean {
  return (type & MULTIVALUE_INSTANCE_FLAG) !== 0
}

/** The type of one value: without the flags for multiple values. */
export function baseType(type: PropertyType): PropertyType {
  return type & ~(MULTIPLE_FLAG | MULTIVALUE_INSTANCE_FLAG)
}

/** The type that a column's cells hold: a multivalue instance column holds single values. */
export function cellType(type: PropertyType): PropertyType {
  return isMultivalueInstance(type) ? baseType(type) : type
}

const NAMES: Readonly<Record<PropertyType, string>> = {
  [PtypUnspecified]: 'PtypUnspecified',
  [PtypNull]: 'PtypNull',
  [PtypInteger16]: 'PtypInteger16',
  [PtypInteger32]: 'PtypInteger32',
  [PtypFloating32]: 'PtypFloating32',
  [PtypFloating64]: 'PtypFloating64',
  [PtypCurrency]: 'PtypCurrency',
  [PtypFloatingTime]: 'PtypFloatingTime',
  [PtypErrorCode]: 'PtypErrorCode',
  [PtypBoolean]: 'PtypBoolean',
  [PtypObject]: 'PtypObject',
  [PtypInteger64]: 'PtypInteger64',
  [PtypString8]: 'PtypString8',
  [PtypString]: 'PtypString',
  [PtypTime]: 'PtypTime',
  [PtypGuid]: 'PtypGuid',
  [PtypServerId]: 'PtypServerId',
  [PtypRestriction]: 'PtypRestriction',
  [PtypRuleAction]: 'PtypRuleAction',
  [PtypBinary]: 'PtypBinary',
  [PtypMultipleInteger16]: 'PtypMultipleInteger16',
  [PtypMultipleInteger32]: 'PtypMultipleInteger32',
  [PtypMultipleFloating32]: 'PtypMultipleFloating32',
  [PtypMultipleFloating64]: 'PtypMultipleFloating64',
  [PtypMultipleCurrency]: 'PtypMultipleCurrency',
  [PtypMultipleFloatingTime]: 'PtypMultipleFloatingTime',
  [PtypMultipleInteger64]: 'PtypMultipleInteger64',
  [PtypMultipleString8]: 'PtypMultipleString8',
  [PtypMultipleString]: 'PtypMultipleString',
  [PtypMultipleTime]: 'PtypMultipleTime',
  [PtypMultipleGuid]: 'PtypMultipleGuid',
  [PtypMultipleBinary]: 'PtypMultipleBinary',
}

/** Whether [MS-OXCDATA] 2.11.1 knows the type. */
export function isKnownType(type: PropertyType): boolean {
  return NAMES[type] !== undefined
}

/** The type's name in the specification, or its number. */
export function propertyTypeName(type: PropertyType): string {
  const name = NAMES[cellType(type)] ?? `0x${type.toString(16).padStart(4, '0')}`
  return isMultivalueInstance(type) ? `${name} (multivalue instance)` : name
}
