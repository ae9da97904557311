import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../log/index.ts'

/** One HTTP request and the response to it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Decoded, in lower case, without query. */
  readonly path: string
  /** What follows `?` in the URL, as it came. */
  readonly query: string
  /** Ours, unique: by it the log can be searched for all that came of the request. */
  readonly requestId: string
  /** Whether the connection is encrypted. */
  readonly isSecure: boolean
  /** IP address of the other end. */
  readonly remoteAddress: string
  readonly log: Log
}

/** Answers a request. What it throws is logged and answered with 500. */
export type RequestHandler = (exchange: Exchange) => Promise<void>

const PROCESS_ID = Math.floor(Math.random() * 36 ** 5)
  .toString(36)
  .padStart(5, '0')
let requestCount = 0

/** A request ID: which process, and a number that grows. */
export function nextRequestId(): string {
  requestCount++
  return `${PROCESS_ID}-${requestCount.toString(36)}`
}

/** Path and query of a request line's URL; `undefined` for one that is malformed. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } | undefined {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? '' : url.slice(mark + 1)
  if (!path.startsWith('/')) {
    // The absolute form, as sent to proxies ([RFC9112] 3.2.2).
    const parsed = URL.parse(url)
    return parsed === null ? undefined : splitUrl(parsed.pathname + parsed.search)
  }
  if (!path.includes('%')) return { path: path.toLowerCase(), query }
  try {
    return { path: decodeURIComponent(path).toLowerCase(), query }
  } catch {
    return undefined
  }
}

/** The value of a header; where it came several times, the values with commas between them. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** Answers with a short text for people. */
export function replyText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  const body = Buffer.from(`${text}\n`)
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    ...(headers as Record<string, string | string[]>),
  })
  response.end(body)
}
