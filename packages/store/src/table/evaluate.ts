import {
  BitmapRelOp,
  baseType,
  type ContentRestriction,
  FuzzyLevel,
  FuzzyOption,
  isMultiple,
  isMultivalueInstance,
  PidTagMessageRecipients,
  type PropertyRestriction,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypErrorCode,
  PtypFloating32,
  PtypGuid,
  PtypInteger16,
  PtypInteger32,
  PtypMultipleString,
  PtypMultipleString8,
  PtypNull,
  PtypObject,
  PtypServerId,
  PtypString,
  PtypString8,
  RelOp,
  type Restriction,
  type ServerId,
  type SubObjectRestriction,
  serverId,
  tagType,
  withType,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { isStreamable } from '../record/large-value.ts'
import { compareValues } from './collation.ts'
import { foldCase, foldLoose, foldMarks } from './fold.ts'
import type { Subject } from './subject.ts'

/** What evaluating a restriction needs to know beside it. */
export interface EvaluationContext {
  /** Turns the bytes of a PtypString8 operand into text; as Latin-1 if left out. */
  decodeString8?(text: string): string
  /** Whether an entry ID names a member of the distribution list that another one names. */
  isMember?(entryId: Uint8Array, listEntryId: Uint8Array): boolean
}

/** A restriction made ready: whether something meets it. */
export type Predicate = (subject: Subject) => boolean

/** Whether a subject meets a restriction ([MS-OXCDATA] 2.12). The restriction must have passed `checkRestriction`. */
export function evaluate(restriction: Restriction, subject: Subject, context?: EvaluationContext): boolean {
  return compileRestriction(restriction, context)(subject)
}

/** Makes a restriction ready for many subjects. It must have passed `checkRestriction`. */
export function compileRestriction(restriction: Restriction, context: EvaluationContext = {}): Predicate {
  switch (restriction.kind) {
    case 'and': {
      const parts = cheapestFirst(restriction.restrictions).map((part) => compileRestriction(part, context))
      return (subject) => parts.every((part) => part(subject))
    }
    case 'or': {
      const parts = cheapestFirst(restriction.restrictions).map((part) => compileRestriction(part, context))
      return (subject) => parts.some((part) => part(subject))
    }
    case 'not': {
      const part = compileRestriction(restriction.restriction, context)
      return (subject) => !part(subject)
    }
    case 'content':
      return compileContent(restriction, context)
    case 'property':
      return compileProperty(restriction, context)
    case 'compareProperties': {
      const tag1 = asText(restriction.tag1)
      const tag2 = asText(restriction.tag2)
      const type = tagType(tag1)
      const holds = comparison(restriction.relOp)
      return (subject) => holds(compareCells(subject.value(tag1), subject.value(tag2), type))
    }
    case 'bitmask': {
      const { tag, mask, bitmapRelOp } = restriction
      const wantsZero = bitmapRelOp === BitmapRelOp.BMR_EQZ
      return (subject) => {
        const value = subject.value(tag)
        return (((typeof value === 'number' ? value : 0) & mask) === 0) === wantsZero
      }
    }
    case 'size': {
      const { tag, size } = restriction
      const type = tagType(tag)
      const holds = comparison(restriction.relOp)
      return (subject) => {
        const value = subject.value(tag)
        return holds(value === undefined ? -1 : sizeOf(value, type) - size)
      }
    }
    case 'exist': {
      const { tag } = restriction
      return (subject) => subject.value(tag) !== undefined
    }
    case 'subObject':
      return compileSubObject(restriction, context)
    case 'comment':
      // The properties mean something to the client only ([MS-OXCDATA] 2.12.11).
      return restriction.restriction === undefined
        ? () => true
        : compileRestriction(restriction.restriction, context)
    case 'count':
      // How many objects match is the business of the table.
      return compileRestriction(restriction.restriction, context)
  }
}

/** In which order parts are looked at makes no difference but to how soon it is clear that something does not match. */
function cheapestFirst(parts: readonly Restriction[]): readonly Restriction[] {
  return [...parts].sort((a, b) => costOf(a) - costOf(b))
}

/** How long a restriction takes compared with others: numbers are at hand, text and bytes are unpacked or made, objects are gone through. */
function costOf(restriction: Restriction): number {
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return restriction.restrictions.reduce((sum, part) => sum + costOf(part), 0)
    case 'not':
    case 'count':
      return costOf(restriction.restriction)
    case 'comment':
      return restriction.restriction === undefined ? 0 : costOf(restriction.restriction)
    case 'subObject':
      return 2 * costOf(restriction.restriction)
    case 'compareProperties':
      return 2
    default:
      return isStreamable(baseType(tagType(restriction.tag))) ? 2 : 1
  }
}

function compileContent(restriction: ContentRestriction, context: EvaluationContext): Predicate {
  const tag = asText(restriction.tag)
  const value = operand(restriction.value.tag, restriction.value.value, context)
  const matches =
    typeof value === 'string'
      ? textMatch(value, restriction.fuzzyLevelLow, restriction.fuzzyLevelHigh)
      : bytesMatch(value as Uint8Array, restriction.fuzzyLevelLow)
  return (subject) => {
    const found = subject.value(tag)
    if (found === undefined) return false
    return Array.isArray(found) ? found.some((one) => matches(one as never)) : matches(found as never)
  }
}

/** Whether a text is, begins with or has in it what is looked for ([MS-OXCDATA] 2.12.4). */
function textMatch(text: string, level: number, options: number): (found: string) => boolean {
  const fold = foldFor(options)
  const wanted = fold(text)
  if (level === FuzzyLevel.FL_FULLSTRING) return (found) => fold(found) === wanted
  if (level === FuzzyLevel.FL_PREFIX) return (found) => fold(found).startsWith(wanted)
  return (found) => fold(found).includes(wanted)
}

/** How text is changed before it is looked through, so that what is not to matter is the same. */
export function foldFor(options: number): (text: string) => string {
  const ignoresCase = (options & (FuzzyOption.FL_IGNORECASE | FuzzyOption.FL_LOOSE)) !== 0
  const ignoresMarks = (options & (FuzzyOption.FL_IGNORENONSPACE | FuzzyOption.FL_LOOSE)) !== 0
  if (ignoresCase) return ignoresMarks ? foldLoose : foldCase
  return ignoresMarks ? foldMarks : (text) => text
}

/** For bytes the options mean nothing. */
function bytesMatch(bytes: Uint8Array, level: number): (found: Uint8Array) => boolean {
  const wanted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (level === FuzzyLevel.FL_FULLSTRING) return (found) => wanted.equals(found)
  if (level === FuzzyLevel.FL_PREFIX) {
    return (found) => found.length >= wanted.length && wanted.equals(found.subarray(0, wanted.length))
  }
  return (found) => Buffer.from(found.buffer, found.byteOffset, found.length).includes(wanted)
}

function compileProperty(restriction: PropertyRestriction, context: EvaluationContext): Predicate {
  const tag = asText(restriction.tag)
  const value = operand(restriction.value.tag, restriction.value.value, context)
  const type = tagType(tag)
  if (restriction.relOp === RelOp.RELOP_MEMBER_OF_DL) {
    const isMember = context.isMember ?? (() => false)
    return (subject) => {
      const found = subject.value(tag)
      const entryIds = Array.isArray(found) ? (found as readonly Uint8Array[]) : [found as Uint8Array]
      return found !== undefined && entryIds.some((entryId) => isMember(entryId, value as Uint8Array))
    }
  }
  const holds = comparison(restriction.relOp)
  const isMany = isMultiple(type) || isMultivalueInstance(type)
  if (isMany && !Array.isArray(value)) {
    // One of the values must compare as asked ([MS-OXCDATA] 2.12.5).
    return (subject) => {
      const found = subject.value(tag)
      if (!Array.isArray(found)) return holds(compareCells(found, value, type))
      if (found.length === 0) return holds(-1)
      return found.some((one) => holds(compareValues(one as PropertyValue, value, type)))
    }
  }
  return (subject) => holds(compareCells(subject.value(tag), value, type))
}

/**
 * Orders values that may be missing. As Exchange does, what is missing counts as less than all that could be there: a restriction on a
 * property that an object lacks is true for "less than" and "not equal".
 */
function compareCells(a: PropertyValue | undefined, b: PropertyValue | undefined, type: number): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1)
  if (!Array.isArray(a) || !Array.isArray(b)) return compareValues(a, b, type)
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i] as PropertyValue, b[i] as PropertyValue, type)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Whether an order is the one that a relational operator asks for. */
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
    default:
      return (order) => order !== 0
  }
}

function compileSubObject(restriction: SubObjectRestriction, context: EvaluationContext): Predicate {
  const part = compileRestriction(restriction.restriction, context)
  const isRecipients = restriction.tag === PidTagMessageRecipients
  return (subject) => {
    const objects = isRecipients ? subject.recipients?.() : subject.attachments?.()
    for (const object of objects ?? []) if (part(object)) return true
    return false
  }
}

/** The size of a value in bytes ([MS-OXCDATA] 2.12.8): text in UTF-16 or 8-bit characters without its terminator, of many values all together. */
function sizeOf(value: PropertyValue, type: number): number {
  if (Array.isArray(value)) {
    return value.reduce((sum: number, one) => sum + sizeOf(one as PropertyValue, baseType(type)), 0)
  }
  switch (baseType(type)) {
    case PtypString:
      return (value as string).length * 2
    case PtypString8:
      return (value as string).length
    case PtypBinary:
    case PtypObject:
      return (value as Uint8Array).length
    case PtypServerId:
      return encodeWith(serverId, value as ServerId).length
    case PtypGuid:
      return 16
    case PtypNull:
      return 0
    case PtypBoolean:
      return 1
    case PtypInteger16:
      return 2
    case PtypInteger32:
    case PtypFloating32:
    case PtypErrorCode:
      return 4
    default:
      return 8
  }
}

/** The tag under which text is asked for: always Unicode. */
function asText(tag: PropertyTag<unknown>): PropertyTag<unknown> {
  const type = tagType(tag)
  if (type === PtypString8) return withType(tag, PtypString)
  if (type === PtypMultipleString8) return withType(tag, PtypMultipleString)
  return type === (PtypMultipleString8 | 0x2000) ? withType(tag, PtypMultipleString | 0x2000) : tag
}

function operand(tag: PropertyTag<unknown>, value: PropertyValue, context: EvaluationContext): PropertyValue {
  const decode = context.decodeString8
  if (decode === undefined || baseType(tagType(tag)) !== PtypString8) return value
  return Array.isArray(value) ? (value as readonly string[]).map(decode) : decode(value as string)
}
