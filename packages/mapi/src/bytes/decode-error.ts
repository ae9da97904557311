/**
 * Bytes that do not hold what they should. Says where: the structure and field being read (outermost
 * first) and the offset in the buffer at which the reader stood.
 */
export class DecodeError extends Error {
  /** Why, without the place, e.g. `4 bytes wanted, 1 left`. */
  readonly reason: string
  /** Byte offset, from the start of the outermost buffer, at which the field begins. */
  readonly offset: number
  /** Structures and fields from the outermost inwards, e.g. `['RopQueryRows request', 'rowCount']`. */
  readonly path: readonly string[]

  constructor(reason: string, offset: number, path: readonly string[] = []) {
    super(`${path.length > 0 ? `${path.join('.')}: ` : ''}${reason} at offset ${offset}`)
    this.name = 'DecodeError'
    this.reason = reason
    this.offset = offset
    this.path = path
  }

  /** The same error seen from the structure that contains it. */
  within(...outer: readonly string[]): DecodeError {
    return new DecodeError(this.reason, this.offset, [...outer, ...this.path])
  }
}

/** Rethrows `error`, adding the enclosing structure (and field) when it is a {@link DecodeError}. */
export function rethrowWithin(error: unknown, ...outer: readonly string[]): never {
  throw error instanceof DecodeError ? error.within(...outer) : error
}
