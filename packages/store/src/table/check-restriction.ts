import {
  baseType,
  childrenOf,
  ErrorCode,
  FuzzyLevel,
  isKnownType,
  isMultiple,
  isMultivalueInstance,
  MAX_RESTRICTION_DEPTH,
  MapiError,
  PidTagMessageAttachments,
  PidTagMessageRecipients,
  type PropertyTag,
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
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
  PtypUnspecified,
  RelOp,
  type Restriction,
  type TaggedValue,
  tagType,
} from '@bourse/mapi'

/** What the table that a restriction is for can do. */
export interface RestrictionSupport {
  /** Its rows have recipients and attachments. */
  readonly subObjects: boolean
  /** Somebody knows the members of distribution lists. */
  readonly membership: boolean
}

/** How many restrictions may be parts of one: far more than any program makes. */
const MAX_RESTRICTIONS = 20_000

/**
 * Throws unless a restriction makes sense for a table: `InvalidParameter` for numbers that stand for nothing, `TooComplex` for what is
 * defined but cannot be evaluated, such as comparing values of different types ([MS-OXCDATA] 2.12, 2.4).
 */
export function checkRestriction(restriction: Restriction, support: RestrictionSupport): void {
  let count = 0

  function check(part: Restriction, depth: number, isRoot: boolean, isWithinSubObject: boolean): void {
    count += 1
    if (depth > MAX_RESTRICTION_DEPTH || count > MAX_RESTRICTIONS) throw new MapiError(ErrorCode.TooComplex)
    switch (part.kind) {
      case 'content':
        checkContent(part.fuzzyLevelLow, part.tag, part.value)
        break
      case 'property':
        checkProperty(part.relOp, part.tag, part.value, support)
        break
      case 'compareProperties':
        checkOrder(part.relOp)
        if (!isComparable(tagType(part.tag1)) || !isSameType(tagType(part.tag1), tagType(part.tag2))) {
          throw new MapiError(ErrorCode.TooComplex)
        }
        break
      case 'bitmask':
        if (part.bitmapRelOp !== 0 && part.bitmapRelOp !== 1) throw new MapiError(ErrorCode.InvalidParameter)
        if (tagType(part.tag) !== PtypInteger32) throw new MapiError(ErrorCode.TooComplex)
        break
      case 'size':
        checkOrder(part.relOp)
        checkType(part.tag)
        break
      case 'exist':
        if (tagType(part.tag) !== PtypUnspecified) checkType(part.tag)
        break
      case 'subObject': {
        const isPart = part.tag === PidTagMessageRecipients || part.tag === PidTagMessageAttachments
        if (!isPart || !support.subObjects || isWithinSubObject) throw new MapiError(ErrorCode.TooComplex)
        break
      }
      case 'count':
        // Only as a whole can a table be cut off after so many rows.
        if (!isRoot) throw new MapiError(ErrorCode.TooComplex)
        break
      case 'and':
      case 'or':
      case 'not':
      case 'comment':
        break
      default:
        throw new MapiError(ErrorCode.InvalidParameter)
    }
    const keepsRoot = isRoot && (part.kind === 'comment' || part.kind === 'count')
    for (const child of childrenOf(part)) {
      check(child, depth + 1, keepsRoot, isWithinSubObject || part.kind === 'subObject')
    }
  }

  check(restriction, 1, true, false)
}

function checkContent(fuzzyLevelLow: number, tag: PropertyTag<unknown>, value: TaggedValue): void {
  if (fuzzyLevelLow < FuzzyLevel.FL_FULLSTRING || fuzzyLevelLow > FuzzyLevel.FL_PREFIX) {
    throw new MapiError(ErrorCode.InvalidParameter)
  }
  const type = tagType(value.tag)
  const isSearchable = isText(type) || type === PtypBinary
  if (!isSearchable || !isSameType(baseType(tagType(tag)), type)) throw new MapiError(ErrorCode.TooComplex)
  checkValue(value)
}

function checkProperty(
  relOp: number,
  tag: PropertyTag<unknown>,
  value: TaggedValue,
  support: RestrictionSupport,
): void {
  const type = tagType(tag)
  const valueType = tagType(value.tag)
  checkType(tag)
  if (!isComparable(type)) throw new MapiError(ErrorCode.TooComplex)
  const isOneOfMany =
    (isMultiple(type) || isMultivalueInstance(type)) && isSameType(baseType(type), valueType)
  if (!isOneOfMany && !isSameType(type, valueType)) throw new MapiError(ErrorCode.TooComplex)
  checkValue(value)
  if (relOp === RelOp.RELOP_MEMBER_OF_DL) {
    if (baseType(type) !== PtypBinary || !support.membership) throw new MapiError(ErrorCode.TooComplex)
  } else {
    checkOrder(relOp)
  }
}

/** Regular expressions are defined nowhere, and no server takes them. */
function checkOrder(relOp: number): void {
  if (relOp === RelOp.RELOP_RE || relOp === RelOp.RELOP_MEMBER_OF_DL)
    throw new MapiError(ErrorCode.TooComplex)
  if (!(relOp >= RelOp.RELOP_LT && relOp <= RelOp.RELOP_NE)) throw new MapiError(ErrorCode.InvalidParameter)
}

function checkType(tag: PropertyTag<unknown>): void {
  const type = tagType(tag)
  if (type === PtypUnspecified || type === PtypErrorCode || !isKnownType(type & ~0x2000)) {
    throw new MapiError(ErrorCode.InvalidParameter)
  }
}

/** Text is text, whatever it is made of. */
function isSameType(a: number, b: number): boolean {
  return a === b || (isText(a) && isText(b))
}

function isText(type: number): boolean {
  return type === PtypString || type === PtypString8
}

const COMPARABLE: ReadonlySet<number> = new Set([
  PtypInteger16,
  PtypInteger32,
  PtypFloating32,
  PtypFloating64,
  PtypCurrency,
  PtypFloatingTime,
  PtypErrorCode,
  PtypBoolean,
  PtypInteger64,
  PtypString8,
  PtypString,
  PtypTime,
  PtypGuid,
  PtypServerId,
  PtypBinary,
])

function isComparable(type: number): boolean {
  return COMPARABLE.has(baseType(type))
}

/** Programs may pass what no codec would have read. */
function checkValue({ tag, value }: TaggedValue): void {
  const type = tagType(tag)
  const isRight = isMultiple(type)
    ? Array.isArray(value) && value.every((one) => isOfType(one, baseType(type)))
    : isOfType(value, type)
  if (!isRight) throw new MapiError(ErrorCode.InvalidParameter)
}

function isOfType(value: PropertyValue, type: number): boolean {
  switch (type) {
    case PtypString:
    case PtypString8:
    case PtypGuid:
      return typeof value === 'string'
    case PtypBinary:
      return value instanceof Uint8Array
    case PtypBoolean:
      return typeof value === 'boolean'
    case PtypInteger64:
    case PtypCurrency:
    case PtypTime:
      return typeof value === 'bigint'
    case PtypServerId:
      return typeof value === 'object' && value !== null && 'ours' in value
    default:
      return typeof value === 'number'
  }
}
