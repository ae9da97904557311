import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'

/** How Node's sockets are opened. */
export interface SocketOptions {
  /** Certificates (PEM) to trust, besides those of the system. */
  readonly ca?: string | readonly string[]
  /** `false` takes any certificate: for trying things out only. */
  readonly rejectUnauthorized?: boolean
}

export interface SentRequest {
  readonly response: Response
  readonly message: IncomingMessage
}

/** Makes an agent of one connection, or of as many as are needed. */
export function socketAgents(
  options: SocketOptions,
  maxSockets = Number.POSITIVE_INFINITY,
): { readonly http: HttpAgent; readonly https: HttpsAgent } {
  const { ca, rejectUnauthorized } = options
  return {
    http: new HttpAgent({ keepAlive: true, maxSockets }),
    https: new HttpsAgent({
      keepAlive: true,
      maxSockets,
      ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    }),
  }
}

/** Sends one request through an agent; redirects are not followed. */
export function sendThrough(
  agents: ReturnType<typeof socketAgents>,
  input: Parameters<typeof fetch>[0],
  init: RequestInit = {},
): Promise<SentRequest> {
  const url = new URL(input instanceof Request ? input.url : String(input))
  const isSecure = url.protocol === 'https:'
  const body = bytesOf(init.body)
  const headers = new Headers(init.headers)
  headers.set('Content-Length', String(body.length))
  const { signal } = init
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(
      url,
      {
        method: init.method ?? 'GET',
        headers: Object.fromEntries(headers),
        agent: isSecure ? agents.https : agents.http,
        ...(signal === undefined || signal === null ? {} : { signal }),
      },
      (message) => resolve({ message, response: responseOf(message) }),
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** A `fetch` over Node's own sockets: with certificates of one's own choice. Redirects are left to the caller. */
export function httpFetch(options: SocketOptions = {}): typeof fetch {
  const agents = socketAgents(options)
  return async (input, init) => (await sendThrough(agents, input, init)).response
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers()
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i]!, message.rawHeaders[i + 1]!)
  }
  const status = message.statusCode ?? 0
  const isEmpty = status === 204 || status === 205 || status === 304
  if (isEmpty) message.resume()
  const body = isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array<ArrayBuffer>>)
  return new Response(body, { status, statusText: message.statusMessage ?? '', headers })
}

function bytesOf(body: RequestInit['body']): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array(0)
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof Uint8Array) return body
  throw new TypeError('only bytes and strings can be sent')
}
