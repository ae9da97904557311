import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** A response as it came over the wire. */
export interface RawResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** The pieces of the body and after how many milliseconds each came. */
  readonly pieces: readonly { readonly at: number; readonly bytes: Buffer }[]
  readonly httpVersion: string
}

export interface RawRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: Uint8Array
  readonly signal?: AbortSignal
  /** Is called when the headers of the response are there, before its body is complete. */
  readonly onHead?: (response: IncomingMessage) => void
}

const agent = new Agent({ keepAlive: true })
const httpsAgent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })

/** Sends one HTTP request, header by header as given, and reads the whole response. */
export function sendRequest(url: string, options: RawRequest = {}): Promise<RawResponse> {
  const { method = 'POST', headers = {}, body, signal, onHead } = options
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:')
    const outgoing = (isSecure ? httpsRequest : httpRequest)(
      url,
      {
        method,
        headers: headers as Record<string, string | string[]>,
        agent: isSecure ? httpsAgent : agent,
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        onHead?.(response)
        const pieces: { at: number; bytes: Buffer }[] = []
        response.on('data', (bytes: Buffer) => pieces.push({ at: performance.now() - start, bytes }))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            body: Buffer.concat(pieces.map(({ bytes }) => bytes)),
            pieces,
            httpVersion: response.httpVersion,
          }),
        )
      },
    )
    outgoing.on('error', reject)
    if (body !== undefined) outgoing.setHeader('Content-Length', body.length)
    outgoing.end(body)
  })
}
