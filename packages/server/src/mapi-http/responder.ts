import {
  CONTENT_TYPE,
  CookieName,
  describeResponseCode,
  donePiece,
  FAILURE_CONTENT_TYPE,
  finalHeaders,
  HeaderName,
  MetaTag,
  pendingPiece,
  processingPiece,
  type ResponseCode,
} from '@bourse/wire/http'
import { type Exchange, headerOf } from '../http/index.ts'
import { setCookie } from './cookies.ts'
import { SERVER_APPLICATION } from './server-version.ts'
import type { SessionContext } from './session-contexts.ts'

/** Milliseconds. */
export interface ResponseTimes {
  /** What X-ExpirationInfo tells. */
  readonly idleTimeout: number
  /** What X-PendingPeriod tells. */
  readonly pendingPeriod: number
  /** How often PENDING is sent. */
  readonly keepAlive: number
}

/**
 * How long the first piece of a response is held back, in milliseconds, so that a response that is made at once goes out
 * in one piece: shorter than what a client could take for silence, longer than a busy server lets most requests wait.
 */
const FLUSH_DELAY = 25

/** Up to how many bytes a body goes out as text with the headers, in one piece. */
const SMALL_BODY = 4096

/** What follows the bytes of the last chunk that has any ([RFC9112] 7.1). */
const LAST_CHUNK = '\r\n0\r\n\r\n'

const PENDING = pendingPiece()
const PROCESSING = processingPiece()
const PROCESSING_TEXT = `${MetaTag.Processing}\r\n`

/**
 * Writes the response to one request of either endpoint ([MS-OXCMAPIHTTP] 2.2.2.2, 3.2.5.2): either a failure with an
 * X-ResponseCode, or PROCESSING, PENDING while it takes long, and in the end DONE with the body.
 */
export class Responder {
  /** The X-ResponseCode that the client gets in the end; once there is one. */
  code: ResponseCode | undefined
  readonly #exchange: Exchange
  readonly #times: ResponseTimes
  readonly #startTime = Date.now()
  readonly #start = performance.now()
  #context: { readonly cookie: string; readonly sequence: string } | undefined
  #keepAliveTimer: NodeJS.Timeout | undefined
  #isFlushed = false

  constructor(exchange: Exchange, times: ResponseTimes) {
    this.#exchange = exchange
    this.#times = times
  }

  /** Seconds since the request came. */
  get elapsedSeconds(): number {
    return (performance.now() - this.#start) / 1000
  }

  /** The response is to have the cookies of this context, as they are now. */
  setContext({ cookie, sequence }: SessionContext<unknown>): void {
    this.#context = { cookie, sequence }
  }

  /** The response is to have no cookies: there is no context after all. */
  dropContext(): void {
    this.#context = undefined
  }

  /** The request is accepted: from now on the client is told that it is worked on, at once or in a moment. */
  accept(isSlow: boolean): void {
    if (isSlow) this.flush()
    else hold(this)
  }

  /** Ends the response with a body. */
  finish(body: Uint8Array): void {
    this.#stopTimers()
    this.code = 0
    const { response } = this.#exchange
    const status = { elapsedTime: performance.now() - this.#start, startTime: this.#startTime }
    if (this.#isFlushed) {
      response.end(donePiece(finalHeaders(status), body))
      return
    }
    this.#writeHead(0, CONTENT_TYPE)
    const headers = finalHeaders(status).map(([name, value]) => `${name}: ${value}\r\n`)
    const lines = `${PROCESSING_TEXT}${MetaTag.Done}\r\n${headers.join('')}\r\n`
    // All in one chunk, which node:http would write in several pieces.
    const start = `${(lines.length + body.length).toString(16)}\r\n${lines}`
    response.chunkedEncoding = false
    if (body.length <= SMALL_BODY) {
      response.end(start + latin1(body) + LAST_CHUNK, 'latin1')
      return
    }
    const whole = Buffer.allocUnsafe(start.length + body.length + LAST_CHUNK.length)
    whole.write(start, 0, 'latin1')
    whole.set(body, start.length)
    whole.write(LAST_CHUNK, start.length + body.length, 'latin1')
    response.end(whole)
  }

  /**
   * Ends the response with a failure; `detail` says more than the name of the code. If the client has been told already
   * that the request was accepted, the code stands after DONE.
   */
  fail(code: ResponseCode, detail: string): void {
    this.#stopTimers()
    this.code = code
    const { response } = this.#exchange
    const page = failurePage(code, detail)
    if (this.#isFlushed) {
      const status = {
        responseCode: code,
        elapsedTime: performance.now() - this.#start,
        startTime: this.#startTime,
      }
      const headers = [...finalHeaders(status), [HeaderName.ContentType, FAILURE_CONTENT_TYPE] as const]
      response.end(donePiece(headers, page))
      return
    }
    this.#writeHead(code, FAILURE_CONTENT_TYPE, page.length)
    response.end(page)
  }

  /** Gives up a response whose client is gone. */
  abandon(): void {
    this.#stopTimers()
    this.#exchange.response.destroy()
  }

  /** Sends the first piece of an accepted request's response, unless it has been sent. */
  flush(): void {
    if (this.#isFlushed || this.code !== undefined || this.#exchange.response.destroyed) return
    this.#isFlushed = true
    const { response } = this.#exchange
    this.#writeHead(0, CONTENT_TYPE)
    response.write(PROCESSING)
    this.#keepAliveTimer = setInterval(() => response.write(PENDING), this.#times.keepAlive)
    response.once('close', () => this.#stopTimers())
  }

  #stopTimers(): void {
    clearInterval(this.#keepAliveTimer)
    this.#keepAliveTimer = undefined
  }

  #writeHead(code: ResponseCode, contentType: string, length?: number): void {
    const { request, response, isSecure } = this.#exchange
    const headers: string[] = [
      'Cache-Control',
      'private',
      HeaderName.ContentType,
      contentType,
      HeaderName.RequestType,
      headerOf(request, 'x-requesttype') ?? '',
      HeaderName.ResponseCode,
      String(code),
      HeaderName.RequestId,
      headerOf(request, 'x-requestid') ?? '',
      HeaderName.ServerApplication,
      SERVER_APPLICATION,
      HeaderName.ExpirationInfo,
      String(this.#times.idleTimeout),
    ]
    const clientInfo = headerOf(request, 'x-clientinfo')
    if (clientInfo !== undefined) headers.push(HeaderName.ClientInfo, clientInfo)
    if (code === 0) headers.push(HeaderName.PendingPeriod, String(this.#times.pendingPeriod))
    if (length !== undefined) headers.push(HeaderName.ContentLength, String(length))
    else headers.push(HeaderName.TransferEncoding, 'chunked')
    if (this.#context !== undefined) {
      const path = cookiePath(request.url ?? '/')
      const { cookie, sequence } = this.#context
      headers.push(HeaderName.SetCookie, setCookie(CookieName.MapiContext, cookie, path, isSecure))
      headers.push(HeaderName.SetCookie, setCookie(CookieName.MapiSequence, sequence, path, isSecure))
    }
    response.writeHead(200, headers)
  }
}

/** Responses whose first piece is held back, in the order in which they began, and when that ends. */
let held: { readonly responder: Responder; readonly until: number }[] = []

/** Holds back the first piece of a response for a moment. There is one timer for all, as most are answered before it. */
function hold(responder: Responder): void {
  held.push({ responder, until: performance.now() + FLUSH_DELAY })
  if (held.length === 1) setTimeout(flushHeld, FLUSH_DELAY)
}

function flushHeld(): void {
  const now = performance.now()
  const next = held.findIndex(({ until }) => until > now)
  const due = next < 0 ? held : held.slice(0, next)
  held = next < 0 ? [] : held.slice(next)
  if (held.length > 0) setTimeout(flushHeld, Math.ceil(held[0]!.until - now))
  for (const { responder } of due) responder.flush()
}

/** Bytes as text of as many characters. */
function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1')
}

/** The path of a URL, just as the client wrote it, as paths of cookies are compared letter by letter. */
function cookiePath(url: string): string {
  return /^(?:https?:\/\/[^/?]*)?(\/[^?;\s]*?)\/?(?:\?|$)/i.exec(url)?.[1] ?? '/'
}

function failurePage(code: ResponseCode, detail: string): Buffer {
  const { name, description } = describeResponseCode(code)!
  const text = `${description} ${detail}`.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return Buffer.from(
    `<html><head><title>${name}</title></head><body><h1>${name}</h1><p>${text}</p></body></html>`,
  )
}
