import {
  BitmapRelOp,
  type ContentRestriction,
  ErrorCode,
  FuzzyLevel,
  FuzzyOption,
  MapiError,
  PidTagAnr,
  type PropertyRestriction,
  type PropertyTag,
  PtypMultipleString8,
  PtypString8,
  RelOp,
  type Restriction,
  tagId,
  tagType,
  walk,
} from '@bourse/mapi'
import type { HeldProperty } from '../entry/entry-properties.ts'
import { dnKey } from '../model/legacy-dn.ts'
import type { CompareText } from '../text/collation.ts'
import { foldMarks } from '../text/fold.ts'
import type { String8Converter } from '../text/string8.ts'
import { compareValues, holds } from './compare-values.ts'

/** The object that a restriction is about. */
export interface RestrictionSubject {
  /** The property with an ID. */
  held(id: number): HeldProperty | undefined
  /** Whether ambiguous name resolution of a text finds the object. */
  answersTo(name: string): boolean
}

export interface RestrictionContext {
  readonly compareText: CompareText
  /** The code page of 8-bit strings in the restriction. */
  readonly string8: String8Converter
}

const RELATIONS: ReadonlySet<number> = new Set([
  RelOp.RELOP_LT,
  RelOp.RELOP_LE,
  RelOp.RELOP_GT,
  RelOp.RELOP_GE,
  RelOp.RELOP_EQ,
  RelOp.RELOP_NE,
])

/** Throws `TooComplex` for restrictions that mean nothing in an address book: regular expressions, sub-objects. */
export function requireSupported(restriction: Restriction): void {
  for (const part of walk(restriction)) {
    const isRelation = part.kind === 'property' || part.kind === 'compareProperties' || part.kind === 'size'
    if (part.kind === 'subObject' || (isRelation && !RELATIONS.has(part.relOp))) {
      throw new MapiError(ErrorCode.TooComplex)
    }
  }
}

/** The IDs of the properties that a restriction looks at, PidTagAnr left out. */
export function idsIn(restriction: Restriction): ReadonlySet<number> {
  const ids = new Set<number>()
  for (const part of walk(restriction)) {
    if (part.kind === 'compareProperties') ids.add(tagId(part.tag1)).add(tagId(part.tag2))
    else if ('tag' in part) ids.add(tagId(part.tag))
  }
  ids.delete(ANR_ID)
  return ids
}

const ANR_ID = tagId(PidTagAnr)

/** The name that a restriction on PidTagAnr looks for, `undefined` if it is none. */
export function anrText(restriction: Restriction, string8: String8Converter): string | undefined {
  const isAbout = restriction.kind === 'property' || restriction.kind === 'content'
  if (!isAbout || tagId(restriction.tag) !== ANR_ID) return undefined
  const value = textOf(restriction.value, string8)
  return typeof value === 'string' ? value : undefined
}

/**
 * Whether a restriction is true of an object ([MS-OXCDATA] 2.12). Text compares as the address book sorts. A property that is not
 * there makes every comparison false but "not equal". Properties that list objects compare by distinguished name. A count
 * restriction is as its inner one.
 */
export function evaluate(
  restriction: Restriction,
  subject: RestrictionSubject,
  context: RestrictionContext,
): boolean {
  switch (restriction.kind) {
    case 'and':
      return restriction.restrictions.every((part) => evaluate(part, subject, context))
    case 'or':
      return restriction.restrictions.some((part) => evaluate(part, subject, context))
    case 'not':
      return !evaluate(restriction.restriction, subject, context)
    case 'content':
      return evaluateContent(restriction, subject, context)
    case 'property':
      return evaluateProperty(restriction, subject, context)
    case 'compareProperties': {
      const first = valuesOf(subject.held(tagId(restriction.tag1)))
      const second = valuesOf(subject.held(tagId(restriction.tag2)))
      return first.some((a) => second.some((b) => relates(restriction.relOp, a, b, context)))
    }
    case 'bitmask': {
      const value = valuesOf(subject.held(tagId(restriction.tag)))[0]
      if (typeof value !== 'number') return false
      const bits = (value & restriction.mask) !== 0
      return restriction.bitmapRelOp === BitmapRelOp.BMR_EQZ ? !bits : bits
    }
    case 'size': {
      const held = subject.held(tagId(restriction.tag))
      return held !== undefined && holds(restriction.relOp, sizeOf(held, restriction.tag) - restriction.size)
    }
    case 'exist':
      return subject.held(tagId(restriction.tag)) !== undefined
    case 'comment':
      return restriction.restriction === undefined || evaluate(restriction.restriction, subject, context)
    case 'count':
      return evaluate(restriction.restriction, subject, context)
    case 'subObject':
      return false
  }
}

function evaluateProperty(
  restriction: PropertyRestriction,
  subject: RestrictionSubject,
  context: RestrictionContext,
): boolean {
  const { relOp, tag, value } = restriction
  const name = anrText(restriction, context.string8)
  if (name !== undefined) return subject.answersTo(name) === (relOp !== RelOp.RELOP_NE)
  const held = subject.held(tagId(tag))
  if (held === undefined) return relOp === RelOp.RELOP_NE
  const operand = textOf(value, context.string8)
  if (held.kind === 'links' && typeof operand === 'string') {
    const isOne = held.dns.some((dn) => dnKey(dn) === dnKey(operand))
    return relOp === RelOp.RELOP_NE ? !isOne : relOp === RelOp.RELOP_EQ && isOne
  }
  const operands = Array.isArray(operand) ? operand : [operand]
  const values = valuesOf(held)
  if (relOp === RelOp.RELOP_NE) {
    return !values.some((a) => operands.some((b) => relates(RelOp.RELOP_EQ, a, b, context)))
  }
  return values.some((a) => operands.some((b) => relates(relOp, a, b, context)))
}

function relates(relOp: number, a: unknown, b: unknown, { compareText }: RestrictionContext): boolean {
  const comparison = compareValues(a, b, compareText)
  return comparison !== undefined && holds(relOp, comparison)
}

function evaluateContent(
  restriction: ContentRestriction,
  subject: RestrictionSubject,
  context: RestrictionContext,
): boolean {
  const { fuzzyLevelLow, fuzzyLevelHigh, tag, value } = restriction
  const name = anrText(restriction, context.string8)
  if (name !== undefined) return subject.answersTo(name)
  const held = subject.held(tagId(tag))
  if (held === undefined) return false
  const operand = textOf(value, context.string8)
  if (operand instanceof Uint8Array) {
    return valuesOf(held).some(
      (bytes) => bytes instanceof Uint8Array && matchesBytes(bytes, operand, fuzzyLevelLow),
    )
  }
  if (typeof operand !== 'string') return false
  const fold = folding(fuzzyLevelHigh)
  const sought = fold(operand)
  return valuesOf(held).some(
    (text) => typeof text === 'string' && matchesText(fold(text), sought, fuzzyLevelLow),
  )
}

function matchesText(text: string, sought: string, level: number): boolean {
  if (level === FuzzyLevel.FL_PREFIX) return text.startsWith(sought)
  return level === FuzzyLevel.FL_SUBSTRING ? text.includes(sought) : text === sought
}

function matchesBytes(bytes: Uint8Array, sought: Uint8Array, level: number): boolean {
  const all = Buffer.from(bytes)
  if (level === FuzzyLevel.FL_PREFIX) return all.subarray(0, sought.length).equals(sought)
  return level === FuzzyLevel.FL_SUBSTRING ? all.includes(sought) : all.equals(sought)
}

/** How text is made alike before it is compared. */
function folding(options: number): (text: string) => string {
  const isLoose = (options & FuzzyOption.FL_LOOSE) !== 0
  const ignoresCase = isLoose || (options & FuzzyOption.FL_IGNORECASE) !== 0
  const ignoresMarks = isLoose || (options & FuzzyOption.FL_IGNORENONSPACE) !== 0
  return (text) => {
    const plain = ignoresMarks ? foldMarks(text) : text.normalize('NFC')
    return ignoresCase ? plain.toLowerCase() : plain
  }
}

/** The values of a property, one by one. */
function valuesOf(held: HeldProperty | undefined): readonly unknown[] {
  if (held === undefined) return []
  if (held.kind === 'links') return held.dns
  return Array.isArray(held.value) ? held.value : [held.value]
}

/** The value of a restriction, 8-bit strings as text. */
function textOf(
  { tag, value }: { readonly tag: PropertyTag<unknown>; readonly value: unknown },
  string8: String8Converter,
): unknown {
  switch (tagType(tag)) {
    case PtypString8:
      return string8.decode(value as string)
    case PtypMultipleString8:
      return (value as readonly string[]).map(string8.decode)
    default:
      return value
  }
}

/** Size of a value in bytes, strings in the width that the tag says ([MS-OXCDATA] 2.12.8). */
function sizeOf(held: HeldProperty, tag: PropertyTag<unknown>): number {
  const width = tagType(tag) === PtypString8 ? 1 : 2
  let size = 0
  for (const value of valuesOf(held)) {
    if (typeof value === 'string') size += value.length * width
    else if (value instanceof Uint8Array) size += value.length
    else if (typeof value === 'bigint') size += 8
    else size += typeof value === 'boolean' ? 1 : 4
  }
  return size
}
