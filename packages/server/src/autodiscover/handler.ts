import { type Exchange, headerOf, readBody, replyText } from '../http/index.ts'
import { answerJson, POX_PATH } from './json.ts'
import { answerPox, invalidPox } from './pox.ts'
import type { AutodiscoverSource } from './subject.ts'

export interface AutodiscoverOptions {
  readonly source: AutodiscoverSource
  /** Base URLs of the server for the sender of a request. */
  urlsFor(exchange: Exchange): { readonly external: string; readonly internal: string }
  readonly observe?: (form: 'pox' | 'json', result: string) => void
}

/** Bytes that a request may have: an address and a schema. */
const MAX_BODY = 64 << 10

const JSON_PATH = '/autodiscover/autodiscover.json'

/** Whether a path, in lower case, is one of Autodiscover's, and whether who asks must be known. */
export function autodiscoverPath(path: string): 'pox' | 'json' | undefined {
  if (path === POX_PATH) return 'pox'
  return path === JSON_PATH || path.startsWith(`${JSON_PATH}/`) ? 'json' : undefined
}

/** Answers a request to `/autodiscover/autodiscover.xml` of somebody who has been authenticated. */
export async function handlePox(exchange: Exchange, options: AutodiscoverOptions): Promise<void> {
  const { request, response } = exchange
  const { external, internal } = options.urlsFor(exchange)
  let answer = invalidPox()
  if (request.method === 'POST') {
    const body = await readBody(request, MAX_BODY)
    if (body.kind === 'aborted') return
    if (body.kind === 'body') {
      answer = await answerPox(
        {
          body: body.bytes,
          mapiHttpCapability: Number.parseInt(headerOf(request, 'x-mapihttpcapability') ?? '0', 10) || 0,
          externalUrl: external,
          internalUrl: internal,
        },
        options.source,
      )
    }
  } else if (request.method !== 'GET') {
    replyText(response, 405, 'POST asks for settings.', { Allow: 'GET, POST' })
    return
  }
  options.observe?.('pox', answer.errorCode === 0 ? 'settings' : String(answer.errorCode))
  reply(exchange, 200, 'text/xml; charset=utf-8', answer.body)
}

/** Answers a request to the JSON form, from anybody. */
export async function handleJson(exchange: Exchange, options: AutodiscoverOptions): Promise<void> {
  const { path, query, request, response } = exchange
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    replyText(response, 405, 'GET asks for a URL.', { Allow: 'GET' })
    return
  }
  const { status, body } = answerJson(path, query, options.urlsFor(exchange).external)
  options.observe?.('json', body.ErrorCode ?? 'url')
  reply(exchange, status, 'application/json; charset=utf-8', JSON.stringify(body))
}

function reply({ response }: Exchange, status: number, type: string, text: string): void {
  const body = Buffer.from(text)
  response
    .writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, 'Cache-Control': 'private' })
    .end(body)
}
