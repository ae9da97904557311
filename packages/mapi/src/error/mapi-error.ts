import type { PropertyProblem } from '../property/tagged-value.ts'
import { errorDescription, errorName } from './names.ts'

export interface MapiErrorOptions extends ErrorOptions {
  /** In the place of the sentence that describes the code. */
  readonly message?: string
  /** The properties that could not be worked on, where only some of them failed. */
  readonly problems?: readonly PropertyProblem[]
}

/**
 * What a failed operation rejects with: a code of [MS-OXCDATA] 2.4, and perhaps more.
 *
 * ```ts
 * try {
 *   await store.openFolder(id)
 * } catch (error) {
 *   if (isMapiError(error, ErrorCode.NotFound)) return undefined
 *   throw error
 * }
 * ```
 */
export class MapiError extends Error {
  /** Unsigned; one of `ErrorCode`. */
  readonly code: number
  /** The properties that could not be worked on, where only some of them failed. */
  readonly problems: readonly PropertyProblem[] | undefined

  constructor(code: number, options: MapiErrorOptions = {}) {
    const { message = errorDescription(code), problems, ...errorOptions } = options
    super(message === undefined ? errorName(code) : `${errorName(code)}: ${message}`, errorOptions)
    this.name = 'MapiError'
    this.code = code >>> 0
    this.problems = problems
  }

  /** Whether the operation was carried out, though not quite as wanted. */
  get isWarning(): boolean {
    return isWarning(this.code)
  }
}

/** Whether a code is a warning: one of [MS-OXCDATA] 2.4.3 that are told apart by their high bits. */
export function isWarning(code: number): boolean {
  return code >>> 16 === WARNING_FACILITY
}

/** Severity "success", facility "interface", as HRESULT values are made up. */
const WARNING_FACILITY = 0x0004

/** Whether `error` is a {@link MapiError}, and of that code if one is given. */
export function isMapiError(error: unknown, code?: number): error is MapiError {
  return error instanceof MapiError && (code === undefined || error.code === code)
}
