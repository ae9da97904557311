import { DecodeError, decodeLatin1 } from '@bourse/mapi/bytes'
import { type FinalStatus, type Header, MetaTag } from './chunked-response.ts'
import { HeaderName } from './header-names.ts'
import { parseMilliseconds, parseResponseCode } from './header-values.ts'
import { parseHttpDate } from './http-date.ts'
import { ResponseCode } from './response-code.ts'

/** Bytes that a meta-tag or an additional header may have, without its line end. */
export const MAX_INNER_LINE_LENGTH = 8192

/** Additional headers that a response may have. */
export const MAX_INNER_HEADERS = 64

/** Bytes that the additional headers may have together. */
export const MAX_INNER_HEADER_SIZE = 32_768

/** What a {@link ResponseParser} finds, in the order in which it arrives. */
export type ResponseEvent =
  /** The server is still there. */
  | { readonly kind: 'metaTag'; readonly tag: typeof MetaTag.Processing | typeof MetaTag.Pending }
  /** DONE and all additional headers; from here on there is only the body. */
  | { readonly kind: 'done'; readonly headers: readonly Header[] }
  /** A part of the response body, as a view of the bytes that were pushed. */
  | { readonly kind: 'body'; readonly bytes: Uint8Array }

/** A response read to its end. */
export interface InnerResponse {
  /** The meta-tags before DONE. */
  readonly metaTags: readonly MetaTag[]
  /** The additional headers after DONE. */
  readonly headers: readonly Header[]
  /** The response body of the request type. */
  readonly body: Uint8Array
}

const NAME = 'response'
const LF = 0x0a
const CR = 0x0d

/**
 * Reads the inner response stream ([MS-OXCMAPIHTTP] 2.2.2.2, 3.1.5.6): what is left of a response with
 * X-ResponseCode 0 when HTTP has taken off its own headers and its chunked transfer coding. The bytes may
 * come in pieces of any size: nothing is kept but an unfinished line and the additional headers.
 *
 * ```ts
 * const parser = new ResponseParser()
 * for await (const piece of response.body) for (const event of parser.push(piece)) handle(event)
 * parser.end()
 * ```
 */
export class ResponseParser {
  #state: 'metaTags' | 'headers' | 'body' = 'metaTags'
  /** The bytes of a line whose end has not come yet. */
  #line = new Uint8Array(128)
  #lineLength = 0
  /** Bytes of the stream before the line, and before the piece that is being read. */
  #lineAt = 0
  #consumed = 0
  #headers: Header[] = []
  #headerSize = 0
  #error: DecodeError | undefined

  /**
   * Takes the next bytes and returns what they complete. Throws `DecodeError`, with the offset in the
   * stream, for a line that is neither a meta-tag nor a header, and when a limit is exceeded; from then
   * on every call throws it.
   */
  push(bytes: Uint8Array): readonly ResponseEvent[] {
    if (this.#error) throw this.#error
    const events: ResponseEvent[] = []
    let at = 0
    while (at < bytes.length && this.#state !== 'body') {
      const lineEnd = bytes.indexOf(LF, at)
      const end = lineEnd < 0 ? bytes.length : lineEnd + 1
      this.#append(bytes, at, end)
      at = end
      if (lineEnd >= 0) this.#endLine(this.#consumed + at, events)
    }
    this.#consumed += bytes.length
    if (at < bytes.length) events.push({ kind: 'body', bytes: bytes.subarray(at) })
    return events
  }

  /** Says that no more bytes come. Throws `DecodeError` when they end before the body begins. */
  end(): void {
    if (this.#error) throw this.#error
    if (this.#state === 'metaTags') this.#fail('metaTags', 'the response ends before DONE', this.#consumed)
    if (this.#state === 'headers') {
      this.#fail('headers', 'the response ends before the blank line', this.#consumed)
    }
  }

  #append(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#lineLength + (to - from)
    // The two more are the line end, which may not have come yet.
    if (length > MAX_INNER_LINE_LENGTH + 2) {
      this.#fail('line', `more than ${MAX_INNER_LINE_LENGTH} bytes`, this.#lineAt)
    }
    if (length > this.#line.length) {
      const grown = new Uint8Array(Math.max(length, this.#line.length * 2))
      grown.set(this.#line.subarray(0, this.#lineLength))
      this.#line = grown
    }
    this.#line.set(bytes.subarray(from, to), this.#lineLength)
    this.#lineLength = length
  }

  #endLine(nextLineAt: number, events: ResponseEvent[]): void {
    const length = this.#lineLength - 2
    if (length < 0 || this.#line[length] !== CR) this.#fail('line', 'no CR before the LF', this.#lineAt)
    const text = decodeLatin1(this.#line, 0, length)
    if (this.#state === 'metaTags') {
      if (text === MetaTag.Done) this.#state = 'headers'
      else if (text === MetaTag.Processing || text === MetaTag.Pending) {
        events.push({ kind: 'metaTag', tag: text })
      } else this.#fail('metaTags', 'not a meta-tag', this.#lineAt)
    } else if (length === 0) {
      this.#state = 'body'
      events.push({ kind: 'done', headers: this.#headers })
    } else {
      this.#addHeader(text)
    }
    this.#lineLength = 0
    this.#lineAt = nextLineAt
  }

  #addHeader(text: string): void {
    const colon = text.indexOf(':')
    const name = text.slice(0, Math.max(colon, 0))
    if (name === '' || /\s/.test(name)) this.#fail('headers', 'not a header', this.#lineAt)
    this.#headerSize += text.length + 2
    if (this.#headers.length === MAX_INNER_HEADERS) {
      this.#fail('headers', `more than ${MAX_INNER_HEADERS}`, this.#lineAt)
    }
    if (this.#headerSize > MAX_INNER_HEADER_SIZE) {
      this.#fail('headers', `more than ${MAX_INNER_HEADER_SIZE} bytes`, this.#lineAt)
    }
    this.#headers.push([name, text.slice(colon + 1).trim()])
  }

  #fail(field: string, reason: string, offset: number): never {
    this.#error = new DecodeError(reason, offset, [NAME, field])
    throw this.#error
  }
}

/** Reads an inner response stream that is there in full: see {@link ResponseParser}. The body is a view of `bytes`. */
export function parseResponse(bytes: Uint8Array): InnerResponse {
  const parser = new ResponseParser()
  const metaTags: MetaTag[] = []
  let headers: readonly Header[] = []
  let body: Uint8Array = bytes.subarray(bytes.length)
  for (const event of parser.push(bytes)) {
    if (event.kind === 'metaTag') metaTags.push(event.tag)
    else if (event.kind === 'done') headers = event.headers
    else body = event.bytes
  }
  parser.end()
  return { metaTags, headers, body }
}

/** The value of the first header with this name, in whatever letter case. */
export function headerValue(headers: readonly Header[], name: string): string | undefined {
  const wanted = name.toLowerCase()
  return headers.find(([found]) => found.toLowerCase() === wanted)?.[1]
}

/**
 * What the additional headers of a response tell. Times that are not there, or not in the form they have
 * to have, are left out; an X-ResponseCode that is no number counts as a failure.
 */
export function parseFinalStatus(headers: readonly Header[]): FinalStatus {
  const responseCode = parse(
    headers,
    HeaderName.ResponseCode,
    (text) => parseResponseCode(text) ?? ResponseCode.UnknownFailure,
  )
  const elapsedTime = parse(headers, HeaderName.ElapsedTime, parseMilliseconds)
  const startTime = parse(headers, HeaderName.StartTime, parseHttpDate)
  return {
    ...(responseCode !== undefined && { responseCode }),
    ...(elapsedTime !== undefined && { elapsedTime }),
    ...(startTime !== undefined && { startTime }),
  }
}

function parse<T>(headers: readonly Header[], name: string, read: (text: string) => T): T | undefined {
  const text = headerValue(headers, name)
  return text === undefined ? undefined : read(text)
}
