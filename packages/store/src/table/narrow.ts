import {
  BitmapRelOp,
  type BitmaskRestriction,
  type ContentRestriction,
  FuzzyLevel,
  FuzzyOption,
  MessageFlags,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagMessageStatus,
  type PropertyRestriction,
  type PropertyValue,
  RelOp,
  type Restriction,
} from '@bourse/mapi'
import type { SqlValue } from '../storage/storage.ts'
import { foldCase, foldLoose, SORT_KEY_LENGTH, sortKey } from './fold.ts'
import { columnOf, type MessageColumn } from './message-columns.ts'

/** What SQL can say of a restriction: a condition on `message m` that holds for all messages that meet it. */
export interface Narrowing {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  /** It holds for no other messages. */
  readonly exact: boolean
  /** It leaves the messages of one sender or one conversation, which an index gives in order of delivery. */
  readonly isIndexed?: boolean
}

const MAX_BIGINT = 0x7fff_ffff_ffff_ffffn

/** How many characters a sort key has at least if something was cut off, all of them outside of the basic plane. */
const SHORTEST_CUT_KEY = Math.floor((SORT_KEY_LENGTH - 1) / 2)

/** Columns by which, before the delivery time, there is an index of the messages of a folder. */
const INDEXED_COLUMNS: ReadonlySet<string> = new Set(['sender_key', 'conversation'])

const OPERATORS: Readonly<Record<number, string>> = {
  [RelOp.RELOP_LT]: '<',
  [RelOp.RELOP_LE]: '<=',
  [RelOp.RELOP_GT]: '>',
  [RelOp.RELOP_GE]: '>=',
  [RelOp.RELOP_EQ]: '=',
  [RelOp.RELOP_NE]: '<>',
}

/** What narrows a restriction down, `undefined` if SQL has nothing to say. In public folders each user has a read state of their own. */
export function narrow(restriction: Restriction, isPublic: boolean): Narrowing | undefined {
  switch (restriction.kind) {
    case 'and': {
      const parts = restriction.restrictions.map((part) => narrow(part, isPublic))
      const known = parts.filter((part) => part !== undefined)
      if (parts.length > 0 && known.length === 0) return undefined
      return combine(known, 'AND', '1 = 1', known.length === parts.length)
    }
    case 'or': {
      const parts = restriction.restrictions.map((part) => narrow(part, isPublic))
      const known = parts.filter((part) => part !== undefined)
      return known.length < parts.length ? undefined : combine(known, 'OR', '1 = 0', true)
    }
    case 'not': {
      const part = narrow(restriction.restriction, isPublic)
      return part?.exact === true ? exactly(`(${part.sql}) IS NOT TRUE`, ...part.parameters) : undefined
    }
    case 'property':
      return narrowProperty(restriction, isPublic)
    case 'content':
      return narrowContent(restriction, isPublic)
    case 'bitmask':
      return narrowBitmask(restriction, isPublic)
    case 'exist': {
      const column = columnOf(restriction.tag, isPublic)
      if (column === undefined || column.kind === 'key') return undefined
      return exactly(column.nullable ? `m.${column.name} IS NOT NULL` : '1 = 1')
    }
    case 'comment':
      return restriction.restriction === undefined
        ? exactly('1 = 1')
        : narrow(restriction.restriction, isPublic)
    case 'count':
      return narrow(restriction.restriction, isPublic)
    default:
      return undefined
  }
}

function combine(
  parts: readonly Narrowing[],
  operator: 'AND' | 'OR',
  none: string,
  isAll: boolean,
): Narrowing {
  return {
    sql: parts.length === 0 ? none : `(${parts.map(({ sql }) => sql).join(` ${operator} `)})`,
    parameters: parts.flatMap(({ parameters }) => parameters),
    exact: isAll && parts.every(({ exact }) => exact),
    isIndexed: operator === 'AND' && parts.some(({ isIndexed }) => isIndexed),
  }
}

function exactly(sql: string, ...parameters: readonly SqlValue[]): Narrowing {
  return { sql, parameters, exact: true }
}

function roughly(sql: string, ...parameters: readonly SqlValue[]): Narrowing {
  return { sql, parameters, exact: false }
}

function narrowProperty(restriction: PropertyRestriction, isPublic: boolean): Narrowing | undefined {
  const { tag, relOp } = restriction
  const { value } = restriction.value
  if (relOp === RelOp.RELOP_MEMBER_OF_DL) return undefined
  if (tag === PidTagMessageClass) {
    return relOp === RelOp.RELOP_EQ ? exactly('m.class_key = ?', foldCase(value as string)) : undefined
  }
  const column = columnOf(tag, isPublic)
  const operator = OPERATORS[relOp]
  if (column === undefined || operator === undefined) return undefined
  if (column.kind === 'key') return narrowKey(column, relOp, value as string)
  const parameter = parameterOf(value, column)
  if (parameter === undefined) return undefined
  const sql = `m.${column.name} ${operator} ?`
  // What is missing counts as less than all that could be there.
  const holdsForMissing = relOp === RelOp.RELOP_LT || relOp === RelOp.RELOP_LE || relOp === RelOp.RELOP_NE
  if (column.nullable && holdsForMissing) {
    return exactly(`(${sql} OR m.${column.name} IS NULL)`, parameter)
  }
  const isIndexed = relOp === RelOp.RELOP_EQ && INDEXED_COLUMNS.has(column.name)
  return { ...exactly(sql, parameter), isIndexed }
}

/** Sort keys leave out letter case, accents and the end of a text, and so only say where to look. */
function narrowKey({ name }: MessageColumn, relOp: number, text: string): Narrowing | undefined {
  if (!text.isWellFormed()) return undefined
  switch (relOp) {
    case RelOp.RELOP_EQ:
      return equalsKey(name, text)
    case RelOp.RELOP_LT:
    case RelOp.RELOP_LE:
      return roughly(`m.${name} <= ?`, sortKey(text))
    case RelOp.RELOP_GT:
    case RelOp.RELOP_GE:
      return roughly(`m.${name} >= ?`, sortKey(text))
    default:
      return undefined
  }
}

function equalsKey(column: string, text: string): Narrowing {
  return { ...roughly(`m.${column} = ?`, sortKey(text)), isIndexed: INDEXED_COLUMNS.has(column) }
}

function parameterOf(value: PropertyValue, column: MessageColumn): SqlValue | undefined {
  switch (column.kind) {
    case 'time':
      return (value as bigint) > MAX_BIGINT ? undefined : (value as bigint)
    case 'flag':
      return value === true ? 1 : 0
    default:
      return value as number | Uint8Array
  }
}

function narrowContent(restriction: ContentRestriction, isPublic: boolean): Narrowing | undefined {
  const { value } = restriction.value
  const { fuzzyLevelLow: level, fuzzyLevelHigh: options } = restriction
  // Half a surrogate pair may be found in a whole one, but not by a database.
  if (typeof value !== 'string' || !value.isWellFormed()) return undefined
  if (restriction.tag === PidTagMessageClass) return narrowClass(value, level, options)
  const column = columnOf(restriction.tag, isPublic)
  if (column?.kind !== 'key') return undefined
  const name = `m.${column.name}`
  if (level === FuzzyLevel.FL_FULLSTRING) return equalsKey(column.name, value)
  if (level === FuzzyLevel.FL_PREFIX) return beginsWith(name, sortKey(value))
  const wanted = foldLoose(value)
  if (wanted === '') return undefined
  // What was cut off may hold it too.
  return roughly(
    `(${name} LIKE ? ESCAPE '\\' OR LENGTH(${name}) >= ${SHORTEST_CUT_KEY})`,
    `%${wanted.replace(/[\\%_]/g, '\\$&')}%`,
  )
}

/** Classes are kept in lower case, accents and all. */
function narrowClass(value: string, level: number, options: number): Narrowing | undefined {
  if ((options & (FuzzyOption.FL_IGNORENONSPACE | FuzzyOption.FL_LOOSE)) !== 0) return undefined
  if (level === FuzzyLevel.FL_FULLSTRING) {
    const isExact = (options & FuzzyOption.FL_IGNORECASE) !== 0
    return { ...exactly('m.class_key = ?', foldCase(value)), exact: isExact }
  }
  return level === FuzzyLevel.FL_PREFIX ? beginsWith('m.class_key', foldCase(value)) : undefined
}

/** As a range, which an index can answer. */
function beginsWith(name: string, prefix: string): Narrowing | undefined {
  if (prefix === '') return undefined
  const end = afterPrefix(prefix)
  return end === undefined
    ? roughly(`${name} >= ?`, prefix)
    : roughly(`(${name} >= ? AND ${name} < ?)`, prefix, end)
}

/** The first text, by code points, after all that begin with a prefix. */
function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue
    const next = last === 0xd7ff ? 0xe000 : last + 1
    return String.fromCodePoint(...points, next)
  }
  return undefined
}

function narrowBitmask(
  { tag, mask, bitmapRelOp }: BitmaskRestriction,
  isPublic: boolean,
): Narrowing | undefined {
  const wanted = bitmapRelOp === BitmapRelOp.BMR_EQZ ? 0 : 1
  if (tag === PidTagMessageFlags) {
    if (mask === MessageFlags.Read && !isPublic) return exactly('m.is_read = ?', wanted)
    return mask === MessageFlags.HasAttachments ? exactly('m.has_attachments = ?', wanted) : undefined
  }
  if (tag !== PidTagMessageStatus) return undefined
  return exactly(`(m.status & ?) ${wanted === 0 ? '=' : '<>'} 0`, mask | 0)
}
