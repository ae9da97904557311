import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Bundles a file for browsers. */
export async function bundle(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'esnext',
  })
  return outputFiles[0]!.text
}

export interface PageServer extends AsyncDisposable {
  readonly url: string
}

/** Serves a page with a script, and passes requests for a MAPI/HTTP server on, so that both have the same origin. */
export async function servePage(script: string, backend: () => string): Promise<PageServer> {
  const server = createServer((incoming, response) => {
    if (incoming.url === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html' })
      response.end(
        '<!doctype html><meta charset="utf-8"><title>Bourse</title><script type="module" src="/page.js"></script>',
      )
    } else if (incoming.url === '/page.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script)
    } else if (incoming.url?.startsWith('/mapi/') === true) {
      pass(incoming, response, backend())
    } else {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(incoming: IncomingMessage, response: ServerResponse, backend: string): void {
  const outgoing = request(
    new URL(incoming.url!, backend),
    { method: incoming.method!, headers: incoming.headers },
    (answer) => {
      response.writeHead(answer.statusCode!, answer.rawHeaders)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    },
  )
  outgoing.on('error', () => response.destroy())
  response.on('close', () => outgoing.destroy())
  incoming.pipe(outgoing)
}
