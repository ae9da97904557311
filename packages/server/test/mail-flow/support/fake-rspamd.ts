import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a filter was asked. */
export interface FilterRequest {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  /** All values of `Rcpt`. */
  readonly recipients: readonly string[]
  readonly body: string
}

export interface FakeRspamd extends AsyncDisposable {
  readonly url: string
  /** What it answers; `undefined`: nothing at all. */
  answer: object | string | undefined
  readonly requests: FilterRequest[]
}

/** Something that answers as rspamd does over HTTP, on loopback. */
export async function startFakeRspamd(): Promise<FakeRspamd> {
  const server = createServer(async (request, response) => {
    const { headers, url, rawHeaders } = request
    const recipients = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === 'rcpt')
    fake.requests.push({ url, headers, recipients, body: await text(request) })
    if (fake.answer === undefined) return
    response.end(typeof fake.answer === 'string' ? fake.answer : JSON.stringify(fake.answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeRspamd = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: { action: 'no action' },
    requests: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
