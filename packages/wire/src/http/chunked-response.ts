import { ByteWriter, EncodeError } from '@bourse/mapi/bytes'
import { HeaderName } from './header-names.ts'
import { formatMilliseconds } from './header-values.ts'
import { formatHttpDate } from './http-date.ts'

/** What a response says of how far the server is, each on a line of its own ([MS-OXCMAPIHTTP] 2.2.7). */
export const MetaTag = {
  /** The request is queued. */
  Processing: 'PROCESSING',
  /** The request is being worked on. */
  Pending: 'PENDING',
  /** The request is done; additional headers and the response body follow. */
  Done: 'DONE',
} as const
export type MetaTag = (typeof MetaTag)[keyof typeof MetaTag]

/** Name and value of a header. */
export type Header = readonly [name: string, value: string]

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The first bytes of a response, which a server sends as soon as it has accepted the request: the
 * PROCESSING meta-tag ([MS-OXCMAPIHTTP] 3.2.5.2).
 */
export function processingPiece(): Uint8Array<ArrayBuffer> {
  return line(MetaTag.Processing)
}

/** What a server sends every X-PendingPeriod milliseconds until it is done: the PENDING meta-tag ([MS-OXCMAPIHTTP] 3.2.5.2). */
export function pendingPiece(): Uint8Array<ArrayBuffer> {
  return line(MetaTag.Pending)
}

/**
 * The last bytes of a response: the DONE meta-tag, the additional headers, a blank line and the response
 * body ([MS-OXCMAPIHTTP] 2.2.2.2, 3.2.5.2).
 *
 * ```ts
 * response.write(processingPiece())
 * response.end(donePiece(finalHeaders({ startTime, elapsedTime }), body))
 * ```
 *
 * Throws `EncodeError` for a header that HTTP has no way to write.
 */
export function donePiece(headers: readonly Header[], body: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(256 + body.length)
  writer.latin1(`${MetaTag.Done}\r\n`)
  for (const [name, value] of headers) {
    if (!HEADER_NAME.test(name)) throw new EncodeError(`no name for a header: ${JSON.stringify(name)}`)
    if (!HEADER_VALUE.test(value) || value !== value.trim()) {
      throw new EncodeError(`no value for the header ${name}: ${JSON.stringify(value)}`)
    }
    writer.latin1(`${name}: ${value}\r\n`)
  }
  writer.latin1('\r\n')
  writer.bytes(body)
  return writer.finish()
}

/** What the additional headers after DONE tell ([MS-OXCMAPIHTTP] 3.2.5.2). */
export interface FinalStatus {
  /** When the server began with the request, in milliseconds since 1970-01-01 UTC. */
  readonly startTime?: number
  /** How long it took, in milliseconds. */
  readonly elapsedTime?: number
  /** Replaces the X-ResponseCode of the response's own headers: a failure after the request was accepted. */
  readonly responseCode?: number
}

/** The additional headers that tell of `status`: X-ResponseCode, X-ElapsedTime and X-StartTime, in the order of [MS-OXCMAPIHTTP] 4.3. */
export function finalHeaders(status: FinalStatus): readonly Header[] {
  const { responseCode, elapsedTime, startTime } = status
  const headers: Header[] = []
  if (responseCode !== undefined) headers.push([HeaderName.ResponseCode, String(responseCode)])
  if (elapsedTime !== undefined) headers.push([HeaderName.ElapsedTime, formatMilliseconds(elapsedTime)])
  if (startTime !== undefined) headers.push([HeaderName.StartTime, formatHttpDate(startTime)])
  return headers
}

function line(text: string): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(text.length + 2)
  writer.latin1(`${text}\r\n`)
  return writer.finish()
}
