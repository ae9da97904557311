import {
  BitmapRelOp,
  baseType,
  compareGuids,
  ErrorCode,
  FuzzyLevel,
  FuzzyOption,
  MapiError,
  type PropertyBag,
  type PropertyTag,
  type PropertyValue,
  PtypGuid,
  PtypString,
  PtypString8,
  RelOp,
  type Restriction,
  tagId,
  tagType,
} from '@bourse/mapi'

/**
 * Whether properties meet a restriction ([MS-OXCDATA] 2.12), with the meaning that stores give it: text compares without regard to letter
 * case, what is missing is less than all that could be there, and of several values one must match. For tables whose rows are in memory.
 * Throws `TooComplex` for what only a store can answer: sub-objects, regular expressions, members of distribution lists.
 */
export function matches(restriction: Restriction, properties: PropertyBag): boolean {
  switch (restriction.kind) {
    case 'and':
      return restriction.restrictions.every((part) => matches(part, properties))
    case 'or':
      return restriction.restrictions.some((part) => matches(part, properties))
    case 'not':
      return !matches(restriction.restriction, properties)
    case 'content': {
      const { fuzzyLevelLow, fuzzyLevelHigh, tag, value } = restriction
      return valuesOf(properties, tag).some((found) =>
        hasContent(found, value.value, fuzzyLevelLow, fuzzyLevelHigh),
      )
    }
    case 'property': {
      const { relOp, tag, value } = restriction
      const holds = comparison(relOp)
      if (Array.isArray(value.value)) return holds(compareLists(propertyOf(properties, tag), value.value))
      const found = valuesOf(properties, tag)
      if (found.length === 0) return holds(-1)
      return found.some((one) => holds(compareValues(one, value.value, tagType(value.tag))))
    }
    case 'compareProperties': {
      const { relOp, tag1, tag2 } = restriction
      const order = compareMaybe(propertyOf(properties, tag1), propertyOf(properties, tag2), tagType(tag1))
      return comparison(relOp)(order)
    }
    case 'bitmask': {
      const found = propertyOf(properties, restriction.tag)
      const isZero = ((typeof found === 'number' ? found : 0) & restriction.mask) === 0
      return isZero === (restriction.bitmapRelOp === BitmapRelOp.BMR_EQZ)
    }
    case 'size': {
      const found = propertyOf(properties, restriction.tag)
      return comparison(restriction.relOp)(found === undefined ? -1 : sizeOf(found) - restriction.size)
    }
    case 'exist':
      return propertyOf(properties, restriction.tag) !== undefined
    case 'comment':
      return restriction.restriction === undefined || matches(restriction.restriction, properties)
    case 'count':
      return matches(restriction.restriction, properties)
    case 'subObject':
      throw new MapiError(ErrorCode.TooComplex)
  }
}

/** Orders what may be missing: that comes first. */
export function compareMaybe(
  a: PropertyValue | undefined,
  b: PropertyValue | undefined,
  type: number,
): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1)
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b)
  return compareValues(a, b, type)
}

/** Orders two single values of one type: text without regard to letter case, bytes and GUIDs by their bytes. */
function compareValues(a: PropertyValue, b: PropertyValue, type: number): number {
  if (typeof a === 'string' && typeof b === 'string') {
    if (baseType(type) === PtypGuid) return compareGuids(a, b)
    return compareText(foldCase(a), foldCase(b))
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b)
  if (a === b) return 0
  return (a as number) < (b as number) ? -1 : 1
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!
  }
  return a.length - b.length
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function compareLists(a: PropertyValue | undefined, b: readonly unknown[]): number {
  if (!Array.isArray(a)) return -1
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareValues(a[i] as PropertyValue, b[i] as PropertyValue, 0)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** The value under a tag, or under that of the same property as text of the other width. */
function propertyOf(properties: PropertyBag, tag: PropertyTag<unknown>): PropertyValue | undefined {
  const found = properties.get(tag) as PropertyValue | undefined
  if (found !== undefined || ![PtypString, PtypString8].includes(baseType(tagType(tag)) as never))
    return found
  const other = properties.tagOf(tagId(tag))
  return other === undefined ? undefined : (properties.get(other) as PropertyValue | undefined)
}

function valuesOf(properties: PropertyBag, tag: PropertyTag<unknown>): readonly PropertyValue[] {
  const found = propertyOf(properties, tag)
  if (found === undefined) return []
  return Array.isArray(found) ? (found as PropertyValue[]) : [found]
}

function hasContent(found: PropertyValue, wanted: PropertyValue, level: number, options: number): boolean {
  if (typeof found === 'string' && typeof wanted === 'string') {
    const [text, part] = [fold(found, options), fold(wanted, options)]
    if (level === FuzzyLevel.FL_FULLSTRING) return text === part
    return level === FuzzyLevel.FL_PREFIX ? text.startsWith(part) : text.includes(part)
  }
  if (!(found instanceof Uint8Array) || !(wanted instanceof Uint8Array)) return false
  if (level === FuzzyLevel.FL_FULLSTRING) return compareBytes(found, wanted) === 0
  const last = level === FuzzyLevel.FL_PREFIX ? 0 : found.length - wanted.length
  for (let at = 0; at <= last; at++) {
    if (wanted.every((byte, i) => byte === found[at + i])) return true
  }
  return false
}

function fold(text: string, options: number): string {
  const isLoose = (options & FuzzyOption.FL_LOOSE) !== 0
  const ignoresMarks = isLoose || (options & FuzzyOption.FL_IGNORENONSPACE) !== 0
  const plain = ignoresMarks ? text.normalize('NFD').replace(/\p{M}+/gu, '') : text
  return isLoose || (options & FuzzyOption.FL_IGNORECASE) !== 0 ? foldCase(plain) : plain
}

function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function comparison(relOp: number): (order: number) => boolean {
  switch (relOp) {
    case RelOp.RELOP_LT:
      return (order) => order < 0
    case RelOp.RELOP_LE:
      return (order) => order <= 0
    case RelOp.RELOP_GT:
      return (order) => order > 0
    case RelOp.RELOP_GE:
      return (order) => order >= 0
    case RelOp.RELOP_EQ:
      return (order) => order === 0
    case RelOp.RELOP_NE:
      return (order) => order !== 0
    default:
      throw new MapiError(ErrorCode.TooComplex)
  }
}

/** In bytes; text as UTF-16. */
function sizeOf(value: PropertyValue): number {
  if (typeof value === 'string') return value.length * 2
  if (value instanceof Uint8Array) return value.length
  if (Array.isArray(value)) {
    return value.reduce((sum: number, one) => sum + sizeOf(one as PropertyValue), 0)
  }
  return typeof value === 'bigint' ? 8 : typeof value === 'boolean' ? 1 : 4
}
