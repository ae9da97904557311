import { MapiError, PropertyBag, PropertyError, Row } from '@bourse/mapi'
import { mapiError, ownBytes } from './channel.ts'

/** An object that stays where it is; the other thread calls it by its number. */
export interface ObjectReference {
  readonly number: number
  /** What can be read of it without a call: `id`, `columns` … */
  readonly fields: Readonly<Record<string, unknown>>
  /** Which of the thread's objects it is: one of the sender's own, or one that the receiver had lent it. */
  readonly owner: 'sender' | 'receiver'
}

/** A class instance or a reference, as it goes to another thread. */
type Packed =
  | { readonly '~': 'bag'; readonly entries: readonly (readonly [number, unknown])[] }
  | { readonly '~': 'row'; readonly columns: readonly number[]; readonly cells: readonly unknown[] }
  | { readonly '~': 'propertyError'; readonly code: number }
  | { readonly '~': 'mapiError'; readonly code: number; readonly message: string }
  | { readonly '~': 'object'; readonly reference: ObjectReference }
  | { readonly '~': 'function'; readonly number: number }
  | { readonly '~': 'signal'; readonly isAborted: boolean }

/** How objects and functions become references. */
export interface Packer {
  object(object: AsyncDisposable | AsyncIterator<unknown>): ObjectReference
  function(callee: (...values: never[]) => unknown): number
  signal?(signal: AbortSignal): void
}

/** How references become objects and functions again. */
export interface Unpacker {
  object(reference: ObjectReference): unknown
  function(number: number): unknown
  signal?(isAborted: boolean): AbortSignal
}

/**
 * Makes of a value of the object model one that can be sent to another thread: classes keep what they are, objects that
 * live in a thread become references.
 */
export function pack(value: unknown, packer: Packer): unknown {
  if (typeof value === 'function') {
    return { '~': 'function', number: packer.function(value as () => unknown) } satisfies Packed
  }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return ownBytes(value)
  if (Array.isArray(value)) return value.map((item) => pack(item, packer))
  if (value instanceof PropertyBag) {
    return {
      '~': 'bag',
      entries: Array.from(value, ([tag, cell]) => [tag, pack(cell, packer)] as const),
    } satisfies Packed
  }
  if (value instanceof Row) {
    const cells = value.cells.map((cell) => pack(cell, packer))
    return { '~': 'row', columns: value.columns as readonly number[], cells } satisfies Packed
  }
  if (value instanceof PropertyError) return { '~': 'propertyError', code: value.code } satisfies Packed
  if (value instanceof MapiError) {
    return { '~': 'mapiError', code: value.code, message: value.message } satisfies Packed
  }
  if (value instanceof AbortSignal) {
    packer.signal?.(value)
    return { '~': 'signal', isAborted: value.aborted } satisfies Packed
  }
  if (isLive(value)) return { '~': 'object', reference: packer.object(value) } satisfies Packed
  if (value instanceof Set || value instanceof Map) return value
  // Property entries may be any iterable.
  if (Symbol.iterator in value) return pack([...(value as Iterable<unknown>)], packer)
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) result[key] = pack(item, packer)
  return result
}

/** The value that {@link pack} was given in the other thread. */
export function unpack(value: unknown, unpacker: Unpacker): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (value instanceof Set || value instanceof Map) return value
  if (Array.isArray(value)) return value.map((item) => unpack(item, unpacker))
  if ('~' in value) return unpackSpecial(value as Packed, unpacker)
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) result[key] = unpack(item, unpacker)
  return result
}

function unpackSpecial(value: Packed, unpacker: Unpacker): unknown {
  switch (value['~']) {
    case 'bag':
      return new PropertyBag(value.entries.map(([tag, cell]) => [tag, unpack(cell, unpacker)]) as never)
    case 'row':
      return new Row(value.columns as never, value.cells.map((cell) => unpack(cell, unpacker)) as never)
    case 'propertyError':
      return new PropertyError(value.code)
    case 'mapiError':
      return mapiError(value.code, value.message)
    case 'object':
      return unpacker.object(value.reference)
    case 'function':
      return unpacker.function(value.number)
    case 'signal':
      return unpacker.signal?.(value.isAborted)
  }
}

/** Whether a value is an object that lives in its thread, not data. */
function isLive(value: object): value is AsyncDisposable | AsyncIterator<unknown> {
  if (Symbol.asyncDispose in value) return true
  // An asynchronous iterator; others are as good as lists.
  return typeof (value as { next?: unknown }).next === 'function' && !(Symbol.iterator in value)
}
