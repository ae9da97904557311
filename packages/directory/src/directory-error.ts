/** What is wrong with a change that a directory was asked for. */
export type DirectoryErrorCode =
  /** There is no such object. */
  | 'notFound'
  /** Another object has this name, address or distinguished name. */
  | 'taken'
  /** A value is not of the form that it must have. */
  | 'invalid'
  /** The object is of another kind than the change is for. */
  | 'wrongKind'

/** A change that cannot be made; nothing has changed. The message is one sentence for people. */
export class DirectoryError extends Error {
  readonly code: DirectoryErrorCode

  constructor(code: DirectoryErrorCode, message: string) {
    super(message)
    this.name = 'DirectoryError'
    this.code = code
  }
}
