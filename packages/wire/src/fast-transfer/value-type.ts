import {
  MULTIPLE_FLAG,
  type PropertyType,
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
  PtypObject,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
} from '@bourse/mapi'

/** Bit of a code page property type ([MS-OXCFXICS] 2.2.4.1.1.1); the others are the code page. */
export const CODE_PAGE_FLAG = 0x8000
/** Code pages whose strings are UTF-16: little-endian and big-endian. */
export const UTF16_CODE_PAGE = 1200
export const UTF16_BIG_ENDIAN_CODE_PAGE = 1201

/** What {@link sizeOfType} says of types whose values have a length of their own. */
export const VARIABLE = -1
/** What {@link sizeOfType} says of types that no stream has. */
export const UNKNOWN = -2

/** Sizes in bytes by type; a Boolean takes two ([MS-OXCFXICS] 2.2.4.1.3). */
const SIZES: readonly (readonly [PropertyType, number])[] = [
  [PtypInteger16, 2],
  [PtypInteger32, 4],
  [PtypFloating32, 4],
  [PtypFloating64, 8],
  [PtypCurrency, 8],
  [PtypFloatingTime, 8],
  [PtypErrorCode, 4],
  [PtypBoolean, 2],
  [PtypInteger64, 8],
  [PtypTime, 8],
  [PtypGuid, 16],
  [PtypString, VARIABLE],
  [PtypString8, VARIABLE],
  [PtypBinary, VARIABLE],
  [PtypServerId, VARIABLE],
  [PtypObject, VARIABLE],
]

/** Types that there are no multiple-valued types of. */
const SINGLE_ONLY: readonly PropertyType[] = [PtypErrorCode, PtypBoolean, PtypServerId, PtypObject]

/** Above every single type. */
const TABLE_SIZE = 0x0103

const singleSizes = new Int8Array(TABLE_SIZE).fill(UNKNOWN)
const elementSizes = new Int8Array(TABLE_SIZE).fill(UNKNOWN)
for (const [type, size] of SIZES) {
  singleSizes[type] = size
  if (!SINGLE_ONLY.includes(type)) elementSizes[type] = size
}

/**
 * The bytes that a value takes ([MS-OXCFXICS] 2.2.4.1.1): a fixed number of them, {@link VARIABLE} after a length,
 * or {@link UNKNOWN}. Code page types are variable. Not for multiple-valued types.
 */
export function sizeOfType(type: PropertyType): number {
  if (type < TABLE_SIZE) return singleSizes[type]!
  return (type & CODE_PAGE_FLAG) !== 0 ? VARIABLE : UNKNOWN
}

/** Whether a type is a multiple-valued one; a code page type is not, whatever its bits. */
export function isMultipleType(type: PropertyType): boolean {
  return (type & (CODE_PAGE_FLAG | MULTIPLE_FLAG)) === MULTIPLE_FLAG
}

/** The same for the elements of a multiple-valued type: {@link UNKNOWN} if there is no such type. */
export function sizeOfElement(type: PropertyType): number {
  const single = type & ~MULTIPLE_FLAG
  return single < TABLE_SIZE ? elementSizes[single]! : UNKNOWN
}

/** The type that strings of a code page have once it is put aside. */
export function stringTypeOf(codePage: number): PropertyType {
  return codePage === UTF16_CODE_PAGE || codePage === UTF16_BIG_ENDIAN_CODE_PAGE ? PtypString : PtypString8
}
