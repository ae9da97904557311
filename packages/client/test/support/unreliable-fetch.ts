import { decodeWith } from '@bourse/mapi/bytes'
import { executeRequest, HeaderName } from '@bourse/wire/http'
import { decodeRopInput } from '@bourse/wire/rop'
import { unpackExtended } from '@bourse/wire/rpc'

/** What happens to a request: it goes through, its answer is lost, it does not arrive, or something else answers. */
export type Fate = 'pass' | 'loseAnswer' | 'refuse' | Response

export interface SeenRequest {
  readonly type: string
  readonly cookies: string
  readonly headers: Headers
}

/** A `fetch` with a network in between that does what tests want. */
export class UnreliableFetch {
  /** Decides about each request. */
  fate: (request: SeenRequest) => Fate = () => 'pass'
  readonly seen: SeenRequest[] = []
  /** The names of all ROPs that were sent. */
  readonly rops: string[] = []

  readonly fetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    const request = {
      type: headers.get(HeaderName.RequestType) ?? '',
      cookies: headers.get('Cookie') ?? '',
      headers,
    }
    this.seen.push(request)
    if (request.type === 'Execute') this.rops.push(...ropsIn(init?.body as Uint8Array))
    const fate = this.fate(request)
    if (fate instanceof Response) return fate
    if (fate === 'refuse') throw networkFailure('ECONNREFUSED')
    const response = await fetch(input, init)
    if (fate === 'pass') return response
    await response.arrayBuffer()
    throw networkFailure('ECONNRESET')
  }

  /** The next request of a type meets this fate, all others go through. */
  once(type: string, fate: Fate): void {
    let isDone = false
    this.fate = (request) => {
      if (isDone || request.type !== type) return 'pass'
      isDone = true
      return fate
    }
  }

  count(type: string): number {
    return this.seen.filter((request) => request.type === type).length
  }
}

/** A `fetch` fails like this in Node. */
export function networkFailure(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

/** A response of a MAPI/HTTP endpoint that refuses the request. */
export function refusal(responseCode: number, status = 200): Response {
  return new Response('<html></html>', {
    status,
    headers: { [HeaderName.ResponseCode]: String(responseCode), 'Content-Type': 'text/html' },
  })
}

function ropsIn(body: Uint8Array): readonly string[] {
  const payloads = unpackExtended(decodeWith(executeRequest, body).ropBuffer)
  return payloads.flatMap((payload) => decodeRopInput(payload).requests.map(({ rop }) => rop.name))
}
