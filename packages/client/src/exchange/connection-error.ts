import { ErrorCode, MapiError } from '@bourse/mapi'
import { describeResponseCode, ResponseCode } from '@bourse/wire/http'

/** Whether a server has worked on a request that was not answered as it should be. */
export type RequestOutcome = 'notDone' | 'unknown'

export interface ConnectionErrorOptions extends ErrorOptions {
  /** What failed, as a sentence without its full stop. */
  readonly message: string
  readonly outcome: RequestOutcome
  /** `NetworkError` if left out. */
  readonly code?: number
  /** Whether another attempt, after connecting anew, may succeed. */
  readonly mayRetry?: boolean
  /** Milliseconds that the server wants to be left alone. */
  readonly retryAfter?: number
  /** HTTP status, where there was a response. */
  readonly status?: number
  /** X-ResponseCode, [MS-OXCMAPIHTTP] 2.2.3.3.3, where there was one. */
  readonly responseCode?: number
}

/**
 * A request that was not answered, or not by what it asked for: the network failed, a time-out passed, or the server refused the request as a
 * whole. {@link outcome} says whether it can have been carried out all the same.
 */
export class ConnectionError extends MapiError {
  readonly outcome: RequestOutcome
  /** Whether another attempt, after connecting anew, may succeed. */
  readonly mayRetry: boolean
  /** Milliseconds that the server wants to be left alone; `undefined` if it did not say. */
  readonly retryAfter: number | undefined
  /** HTTP status; `undefined` where there was no response. */
  readonly status: number | undefined
  /** X-ResponseCode, [MS-OXCMAPIHTTP] 2.2.3.3.3; `undefined` where there was none. */
  readonly responseCode: number | undefined

  constructor(options: ConnectionErrorOptions) {
    super(options.code ?? ErrorCode.NetworkError, { message: options.message, cause: options.cause })
    this.name = 'ConnectionError'
    this.outcome = options.outcome
    this.mayRetry = options.mayRetry ?? true
    this.retryAfter = options.retryAfter
    this.status = options.status
    this.responseCode = options.responseCode
  }
}

/** Whether the connection to the server failed, and not the operation itself. */
export function isConnectionError(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError
}

/**
 * Whether an operation failed in a way that leaves open if it was carried out: its answer was lost. It must not be repeated blindly; look
 * first whether it happened.
 */
export function isOutcomeUnknown(error: unknown): boolean {
  return isConnectionError(error) && error.outcome === 'unknown'
}

/** Response codes with which a session context is gone, or cannot be used any more, before anything was done. */
const CONTEXT_LOST: ReadonlySet<number> = new Set([
  ResponseCode.InvalidContextCookie,
  ResponseCode.ContextNotFound,
  ResponseCode.MissingCookie,
  ResponseCode.InvalidSequence,
  ResponseCode.EndpointShuttingDown,
])

/** Response codes with which the server may have worked on the request all the same. */
const MAYBE_DONE: ReadonlySet<number> = new Set([ResponseCode.UnknownFailure, ResponseCode.InvalidResponse])

/** The error that an X-ResponseCode other than 0 stands for ([MS-OXCMAPIHTTP] 2.2.3.3.3). */
export function responseCodeError(status: number, responseCode: number): ConnectionError {
  const { name, description } = describeResponseCode(responseCode) ?? {
    name: `code ${responseCode}`,
    description: 'The server gave no reason.',
  }
  const isMaybeDone = MAYBE_DONE.has(responseCode) || describeResponseCode(responseCode) === undefined
  return new ConnectionError({
    message: `the server refused the request with X-ResponseCode ${responseCode}, ${name}: ${description}`,
    outcome: isMaybeDone ? 'unknown' : 'notDone',
    mayRetry: CONTEXT_LOST.has(responseCode) || isMaybeDone,
    status,
    responseCode,
    ...(responseCode === ResponseCode.AnonymousNotAllowed ? { code: ErrorCode.LogonFailed } : {}),
    ...(responseCode === ResponseCode.NoPrivilege ? { code: ErrorCode.AccessDenied } : {}),
  })
}

/** The error that a response without X-ResponseCode stands for: something other than the endpoint answered, such as a proxy. */
export function httpStatusError(response: Response): ConnectionError {
  const { status } = response
  const retryAfter = parseRetryAfter(response.headers.get('Retry-After'))
  const common = { status, ...(retryAfter === undefined ? {} : { retryAfter }) }
  if (status === 401) {
    return new ConnectionError({
      ...common,
      code: ErrorCode.LogonFailed,
      message: `the server does not accept the credentials${offered(response)}`,
      outcome: 'notDone',
      mayRetry: false,
    })
  }
  if (status === 403) {
    return new ConnectionError({
      ...common,
      code: ErrorCode.AccessDenied,
      message: 'the server does not allow the request (HTTP status 403)',
      outcome: 'notDone',
      mayRetry: false,
    })
  }
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const location = response.headers.get('Location')
    return new ConnectionError({
      ...common,
      message: `the server sends requests elsewhere${location === null ? '' : `, to ${location}`}; its address has to be looked up anew`,
      outcome: 'notDone',
      mayRetry: false,
    })
  }
  if (status >= 500 || status === 408 || status === 429) {
    return new ConnectionError({
      ...common,
      message: `the server or a proxy before it answered with HTTP status ${status}`,
      // A proxy that answers so may have passed the request on before; only who counts requests has not.
      outcome: status === 429 ? 'notDone' : 'unknown',
    })
  }
  return new ConnectionError({
    ...common,
    message:
      status === 200
        ? 'what answered is no MAPI/HTTP endpoint'
        : `the server answered with HTTP status ${status}`,
    outcome: status === 200 ? 'unknown' : 'notDone',
    mayRetry: false,
  })
}

function offered(response: Response): string {
  const schemes = response.headers.get('WWW-Authenticate')
  return schemes === null ? '' : ` (it offers: ${schemes})`
}

/** Milliseconds of a Retry-After header: seconds or a date ([RFC9110] 10.2.3). */
export function parseRetryAfter(value: string | null, now: number = Date.now()): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** What Node's fetch names in the cause of a failure when not even a connection came about. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Those that do not go away by trying again. */
const PERMANENT = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS_CERT)/

/** The error for a `fetch` that rejected. What browsers say tells nothing, and so leaves the outcome unknown. */
export function fetchError(error: unknown, url: string): ConnectionError {
  const code = errorCode(error)
  const { host } = new URL(url)
  return new ConnectionError({
    message: `there was no answer from ${host}${code === undefined ? '' : ` (${code})`}`,
    outcome: code !== undefined && NEVER_SENT.has(code) ? 'notDone' : 'unknown',
    mayRetry: code === undefined || !PERMANENT.test(code),
    cause: error,
  })
}

/** The system's or TLS's name for what went wrong, however deep it stands. */
export function errorCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, errors } = at as { readonly code?: unknown; readonly errors?: readonly unknown[] }
    if (typeof code === 'string') return code
    // Several addresses were tried.
    if (errors !== undefined && errors.length > 0) return errorCode(errors[0])
  }
  return undefined
}
