import {
  type Cell,
  type Columns,
  longTermId,
  propertyProblem,
  propertyTagCodec,
  type Restriction,
  restrictionCodec,
  rowCodec,
  taggedPropertyValue,
} from '@bourse/mapi'
import {
  ByteReader,
  bool8,
  type Codec,
  counted,
  custom,
  EncodeError,
  i64,
  latin1z,
  type Reserved,
  sized,
  u8,
  u16,
  u32,
  utf16z,
} from '@bourse/mapi/bytes'
import type { ResponseContext } from './definition.ts'

// Fields that many ROPs have in common.

/** InputHandleIndex and its like: a position in the Server object handle table ([MS-OXCROPS] 2.2.1). */
export const handleIndex: Codec<number> = u8
/** A Folder ID ([MS-OXCDATA] 2.2.1.1). */
export const folderId: Codec<bigint> = i64
/** A Message ID ([MS-OXCDATA] 2.2.1.2). */
export const messageId: Codec<bigint> = i64

export { longTermId }

/** PropertyTagCount and PropertyTags. */
export const propertyTags = counted(u16, propertyTagCodec)
/** PropertyValueCount and PropertyValues. */
export const taggedValues = counted(u16, taggedPropertyValue)
/** PropertyValueSize, which counts the bytes of what follows it, PropertyValueCount and PropertyValues. */
export const sizedTaggedValues = sized(u16, taggedValues)
/** PropertyProblemCount and PropertyProblems. */
export const propertyProblems = counted(u16, propertyProblem)

/** What follows ReturnValue when the destination's handle was null ([MS-OXCROPS] 2.2, for each ROP with a destination). */
export const nullDestination = {
  /** DestHandleIndex of the request, here four bytes wide. */
  destHandleIndex: u32,
} as const
/** The same for the ROPs that can be completed in part. */
export const nullDestinationPartial = { ...nullDestination, partialCompletion: bool8 } as const

// ---------------------------------------------------------------------------------------------------
// Rows

const rowCodecs = new WeakMap<Columns, Codec<readonly Cell[]>>()

function cellsCodec(columns: Columns): Codec<readonly Cell[]> {
  let codec = rowCodecs.get(columns)
  if (codec === undefined) {
    const { minSize, decode, encode } = rowCodec(columns)
    codec = custom<readonly Cell[]>('PropertyRow', minSize, decode, encode)
    rowCodecs.set(columns, codec)
  }
  return codec
}

/**
 * One PropertyRow ([MS-OXCDATA] 2.8.1) with the columns of the context. Throws a `TypeError` when the context does
 * not have them.
 */
export function rowOf(context: ResponseContext): Codec<readonly Cell[]> {
  if (context.columns === undefined) throw new TypeError('the columns of the rows are not known')
  return cellsCodec(context.columns)
}

/** RowCount, of two bytes unless said otherwise, and as many rows; see {@link rowOf}. */
export function rowsOf(
  context: ResponseContext,
  count: Codec<number> = u16,
): Codec<readonly (readonly Cell[])[]> {
  return counted(count, rowOf(context))
}

/** Rows of columns that the specification fixes. */
export function rowsWith(columns: Columns, count: Codec<number>): Codec<readonly (readonly Cell[])[]> {
  return counted(count, cellsCodec(columns))
}

// ---------------------------------------------------------------------------------------------------
// Counts that do not stand right before what they count

const counts = new WeakMap<object, Record<string, number>>()

type Parent = Readonly<Record<string, unknown>>

/**
 * How many items the later field `name`, which is an {@link itemsOf}, has. Like other counts no part of the value. With
 * a condition the count is there only when that holds of the fields before it.
 */
export function countOf(
  count: Codec<number>,
  name: string,
  condition?: (parent: Parent) => boolean,
): Codec<Reserved> {
  return {
    shape: { kind: 'reserved' },
    minSize: condition === undefined ? count.minSize : 0,
    decode(reader, parent) {
      if (condition?.(parent as Parent) ?? true) {
        counts.set(parent as object, { ...counts.get(parent as object), [name]: count.decode(reader) })
      }
      return undefined as unknown as Reserved
    },
    encode(writer, _value, parent) {
      if (!(condition?.(parent as Parent) ?? true)) return
      const items = (parent as Parent)[name]
      if (!Array.isArray(items)) throw new EncodeError(`the items of ${name} are missing`)
      count.encode(writer, items.length)
    },
  }
}

/** As many items as the {@link countOf} of the same name says. */
export function itemsOf<T>(name: string, item: Codec<T>): Codec<readonly T[]> {
  return {
    shape: { kind: 'array', item },
    minSize: 0,
    decode(reader, parent) {
      const length = reader.checkCount(counts.get(parent as object)?.[name] ?? 0, item.minSize)
      const items: T[] = []
      for (let i = 0; i < length; i++) items.push(item.decode(reader, parent))
      return items
    },
    encode(writer, items, parent) {
      for (const value of items) item.encode(writer, value, parent)
    },
  }
}

// ---------------------------------------------------------------------------------------------------
// Strings and things after their size

/** Text whose form an earlier Boolean field decides: UTF-16LE if it is true, else 8-bit; both null-terminated. */
export function stringIf<P>(isUnicode: (parent: P) => boolean): Codec<string> {
  return custom<string>(
    'UnicodeOrString8',
    1,
    (reader, parent) => (isUnicode(parent as P) ? utf16z : latin1z).decode(reader),
    (writer, text, parent) => (isUnicode(parent as P) ? utf16z : latin1z).encode(writer, text),
  )
}

/**
 * An 8-bit string after its size, which counts the terminating null. The empty string has size 0 and no null; a
 * missing terminator and anything after the first null is let pass on reading.
 */
export function sizedString8(size: Codec<number>): Codec<string> {
  return custom<string>(
    'SizedString8',
    size.minSize,
    (reader) => {
      const text = reader.latin1(size.decode(reader))
      const end = text.indexOf('\0')
      return end < 0 ? text : text.slice(0, end)
    },
    (writer, text) => {
      size.encode(writer, text === '' ? 0 : text.length + 1)
      if (text !== '') latin1z.encode(writer, text)
    },
  )
}

/** A value after its size, or nothing where the size is 0. */
export function sizedOptional<T>(size: Codec<number>, item: Codec<T>): Codec<T | undefined> {
  const present = sized(size, item)
  return {
    shape: { kind: 'when', condition: () => true, item },
    minSize: size.minSize,
    decode(reader, parent) {
      const at = reader.offset
      if (size.decode(reader) === 0) return undefined
      reader.offset = at
      return present.decode(reader, parent)
    },
    encode(writer, value, parent) {
      if (value === undefined) size.encode(writer, 0)
      else present.encode(writer, value, parent)
    },
  }
}

const wholeRestriction = restrictionCodec(2)
/** What a string whose second last byte is its last character may lack of a terminator of two bytes. */
const TERMINATOR_BYTES = 3

/**
 * A restriction that fills what it is read from. A string at its end need not be terminated: Microsoft's own conformance
 * suite for [MS-OXCTABL] sends one that is not, and expects an answer.
 */
const restrictionToTheEnd = custom<Restriction>(
  'Restriction',
  wholeRestriction.minSize,
  (reader, parent) => {
    const at = reader.offset
    try {
      return wholeRestriction.decode(reader, parent)
    } catch (error) {
      const bytes = new Uint8Array(reader.end - at + TERMINATOR_BYTES)
      bytes.set(reader.bytes.subarray(at, reader.end))
      const restriction = terminated(bytes, parent)
      if (restriction === undefined) throw error
      reader.offset = reader.end
      return restriction
    }
  },
  wholeRestriction.encode,
)

function terminated(bytes: Uint8Array, parent: unknown): Restriction | undefined {
  const reader = new ByteReader(bytes)
  try {
    const restriction = wholeRestriction.decode(reader, parent)
    return reader.remaining < TERMINATOR_BYTES && endsInString(restriction) ? restriction : undefined
  } catch {
    return undefined
  }
}

function endsInString(restriction: Restriction | undefined): boolean {
  switch (restriction?.kind) {
    case 'and':
    case 'or':
      return endsInString(restriction.restrictions.at(-1))
    case 'not':
    case 'count':
    case 'subObject':
    case 'comment':
      return endsInString(restriction.restriction)
    case 'content':
    case 'property':
      return typeof restriction.value.value === 'string'
    default:
      return false
  }
}

/** RestrictionDataSize and RestrictionData ([MS-OXCDATA] 2.12); a size of 0 means no restriction. */
export const restrictionData: Codec<Restriction | undefined> = sizedOptional(u16, restrictionToTheEnd)

/**
 * A field that is read when the condition holds of the fields before it, and written when the value has it: for
 * fields whose presence depends on something outside the buffer.
 */
export function ifGiven<T, P>(condition: (parent: P) => boolean, item: Codec<T>): Codec<T | undefined> {
  return {
    shape: { kind: 'when', condition: condition as (parent: never) => boolean, item },
    minSize: 0,
    decode: (reader: ByteReader, parent) =>
      condition(parent as P) ? item.decode(reader, parent) : undefined,
    encode(writer, value, parent) {
      if (value !== undefined) item.encode(writer, value, parent)
    },
  }
}
