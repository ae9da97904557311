import { ErrorCode, MapiError } from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import {
  CONTENT_TYPE,
  DEFAULT_PENDING_PERIOD,
  type Header,
  HeaderName,
  parseFinalStatus,
  parseMilliseconds,
  type RequestType,
  ResponseParser,
} from '@bourse/wire/http'
import { ConnectionError, fetchError, httpStatusError, responseCodeError } from './connection-error.ts'

export interface MapiHttpChannelOptions {
  /** Address of the endpoint, with its query, as Autodiscover tells it. */
  readonly url: string
  /** Does the requests; adds authentication where {@link authorization} does not. `fetch` if left out. */
  readonly fetch?: typeof fetch
  /** Value of the Authorization header; asked for with every request, so that a token can be renewed. */
  readonly authorization?: () => string | Promise<string>
  /**
   * Milliseconds without a sign of life after which a request counts as lost. Servers send one every X-PendingPeriod while they work, so this does
   * not limit how long work may take. Left out: three of these periods, and 60 seconds at least.
   */
  readonly idleTimeout?: number
}

export interface ChannelRequest {
  readonly signal?: AbortSignal
  /**
   * Whether the cookies of the response hold for the next request. Those of NotificationWait and PING do not: they go side by side with another
   * request of the context, whose sequence cookie is the one that counts.
   */
  readonly keepsCookies?: boolean
  /** Milliseconds for the whole request; no limit if left out. */
  readonly timeout?: number
}

/** Least time without a sign of life after which a request counts as lost, in milliseconds. */
const MIN_IDLE_TIMEOUT = 60_000

/** Names this client among all; the same for all its session contexts ([MS-OXCMAPIHTTP] 2.2.3.3.4). */
const CLIENT_INSTANCE = crypto.randomUUID().toUpperCase()
let contexts = 0

/** Servers of Exchange have features that they keep from clients older than they know of. */
const CLIENT_APPLICATION = 'Outlook/15.00.4815.1002'

/**
 * The requests of one session context with either endpoint ([MS-OXCMAPIHTTP] 3.1): headers, cookies, the inner response, time-outs. What the
 * bodies say is the callers' business.
 */
export class MapiHttpChannel {
  readonly #options: MapiHttpChannelOptions
  readonly #fetch: typeof fetch
  /** Of the session context; not the client's ([MS-OXCMAPIHTTP] 2.2.3.3.2). */
  readonly #requestGuid = crypto.randomUUID().toUpperCase()
  readonly #contextNumber = ++contexts
  readonly #cookies = new Map<string, string>()
  #counter = 0
  #pendingPeriod = DEFAULT_PENDING_PERIOD
  #expiration: number | undefined
  #lastAnswer = Date.now()

  constructor(options: MapiHttpChannelOptions) {
    this.#options = options
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init))
  }

  get url(): string {
    return this.#options.url
  }

  /** Milliseconds after which the server forgets an idle context, as it said last (X-ExpirationInfo); `undefined` if it never did. */
  get expiration(): number | undefined {
    return this.#expiration
  }

  /** Whether the cookies of the session context are kept here, and not by a browser. */
  get hasCookies(): boolean {
    return this.#cookies.size > 0
  }

  /** Milliseconds since the last answer. */
  get idleFor(): number {
    return Date.now() - this.#lastAnswer
  }

  /**
   * Sends a request and resolves to the response body of its type. Rejects with a {@link ConnectionError} if there is none, and with the
   * `MapiError` `UserCanceled` if the signal ends it.
   */
  async request(type: RequestType, body: Uint8Array, request: ChannelRequest = {}): Promise<Uint8Array> {
    const { signal } = request
    const watch = new IdleWatch(this.#idleTimeout(), request.timeout, signal)
    try {
      const response = await this.#send(type, body, watch.signal)
      watch.touch()
      if (request.keepsCookies !== false) this.#keepCookies(response.headers.getSetCookie?.() ?? [])
      return await this.#read(response, watch)
    } catch (error) {
      if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled, { cause: error })
      if (watch.expired !== undefined) {
        throw new ConnectionError({
          code: ErrorCode.Timeout,
          message: `${new URL(this.url).host} gave no sign of life for ${watch.expired} ms`,
          outcome: 'unknown',
          cause: error,
        })
      }
      if (error instanceof MapiError) throw error
      throw fetchError(error, this.url)
    } finally {
      watch.stop()
    }
  }

  async #send(type: RequestType, body: Uint8Array, signal: AbortSignal): Promise<Response> {
    const { authorization } = this.#options
    const headers: Record<string, string> = {
      'Content-Type': CONTENT_TYPE,
      [HeaderName.RequestType]: type,
      [HeaderName.RequestId]: `{${this.#requestGuid}}:${++this.#counter}`,
      [HeaderName.ClientInfo]: `{${CLIENT_INSTANCE}}:${this.#contextNumber}`,
      [HeaderName.ClientApplication]: CLIENT_APPLICATION,
    }
    if (authorization !== undefined) headers.Authorization = await authorization()
    if (this.#cookies.size > 0) {
      headers.Cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    }
    return await this.#fetch(this.url, {
      method: 'POST',
      headers,
      body: body as Uint8Array<ArrayBuffer>,
      credentials: 'include',
      redirect: 'manual',
      signal,
    })
  }

  async #read(response: Response, watch: IdleWatch): Promise<Uint8Array> {
    const { headers, status } = response
    const code = headers.get(HeaderName.ResponseCode)
    if (!response.ok || code === null || code.trim() !== '0') {
      void response.body?.cancel().catch(() => {})
      if (code === null || !/^\d+$/.test(code.trim()) || status === 401) throw httpStatusError(response)
      throw responseCodeError(status, Number(code))
    }
    const pendingPeriod = parseMilliseconds(headers.get(HeaderName.PendingPeriod) ?? '')
    if (pendingPeriod !== undefined && pendingPeriod > 0) {
      this.#pendingPeriod = pendingPeriod
      watch.extend(this.#idleTimeout())
    }
    const expiration = parseMilliseconds(headers.get(HeaderName.ExpirationInfo) ?? '')
    if (expiration !== undefined && expiration > 0) this.#expiration = expiration

    try {
      const { innerHeaders, body } = await readInner(response, () => watch.touch())
      this.#lastAnswer = Date.now()
      const { responseCode } = parseFinalStatus(innerHeaders)
      if (responseCode !== undefined && responseCode !== 0) throw responseCodeError(status, responseCode)
      return body
    } catch (error) {
      // A response that was cut off, by a proxy for example, does not parse either.
      if (!(error instanceof DecodeError)) throw error
      throw new ConnectionError({
        message: `the answer of ${new URL(this.url).host} is not complete, or no answer at all (${error.message})`,
        outcome: 'unknown',
        cause: error,
      })
    }
  }

  #idleTimeout(): number {
    return this.#options.idleTimeout ?? Math.max(MIN_IDLE_TIMEOUT, 3 * this.#pendingPeriod)
  }

  /** Keeps the cookies of the session context, whatever they are called; where a browser keeps them itself there are none to see. */
  #keepCookies(setCookies: readonly string[]): void {
    for (const cookie of setCookies) {
      const pair = cookie.split(';', 1)[0]!
      const at = pair.indexOf('=')
      if (at <= 0) continue
      const name = pair.slice(0, at).trim()
      const value = pair.slice(at + 1).trim()
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
}

interface Inner {
  readonly innerHeaders: readonly Header[]
  readonly body: Uint8Array
}

/** Reads the inner response as it comes, so that each PENDING is noticed. */
async function readInner(response: Response, onPiece: () => void): Promise<Inner> {
  const parser = new ResponseParser()
  const parts: Uint8Array[] = []
  let innerHeaders: readonly Header[] = []
  const take = (piece: Uint8Array): void => {
    for (const event of parser.push(piece)) {
      if (event.kind === 'done') innerHeaders = event.headers
      else if (event.kind === 'body') parts.push(event.bytes)
    }
  }
  if (response.body === null) {
    take(new Uint8Array(await response.arrayBuffer()))
  } else {
    const reader = response.body.getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      onPiece()
      take(piece.value)
    }
  }
  parser.end()
  return { innerHeaders, body: joined(parts) }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Ends a request that gives no sign of life, or takes too long, or that the caller gives up. */
class IdleWatch {
  /** Milliseconds that were waited for, once that was too long. */
  expired: number | undefined
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #onOuterAbort = () => this.#controller.abort(this.#outer?.reason)
  readonly #total: ReturnType<typeof setTimeout> | undefined
  #idle: number
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(idle: number, total: number | undefined, outer: AbortSignal | undefined) {
    this.#idle = idle
    this.#outer = outer
    if (outer?.aborted === true) this.#onOuterAbort()
    outer?.addEventListener('abort', this.#onOuterAbort, { once: true })
    if (total !== undefined) this.#total = setTimeout(() => this.#expire(total), total)
    this.touch()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** There was a sign of life. */
  touch(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#expire(this.#idle), this.#idle)
  }

  extend(idle: number): void {
    this.#idle = idle
    this.touch()
  }

  stop(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#total)
    this.#outer?.removeEventListener('abort', this.#onOuterAbort)
  }

  #expire(after: number): void {
    this.expired = after
    this.#controller.abort(new Error('time-out'))
  }
}
