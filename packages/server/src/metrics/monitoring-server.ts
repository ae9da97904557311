import { createServer, type Server } from 'node:http'
import type { ListenAddress } from '../config/index.ts'
import type { Metrics } from './metrics.ts'

/**
 * Starts the server for those who watch: `/healthz` (the process is alive), `/readyz` (it serves requests; 503 while it
 * starts or stops) and `/metrics` (Prometheus).
 */
export async function startMonitoring(
  { host, port }: ListenAddress,
  metrics: Metrics,
  isReady: () => boolean,
): Promise<Server> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply(405, 'GET only\n')
    } else if (request.url === '/healthz') {
      reply(200, 'ok\n')
    } else if (request.url === '/readyz') {
      if (isReady()) reply(200, 'ready\n')
      else reply(503, 'not ready\n')
    } else if (request.url === '/metrics') {
      metrics.registry.metrics().then(
        (text) => reply(200, text, metrics.registry.contentType),
        (error) => reply(500, `${error}\n`),
      )
    } else {
      reply(404, 'not found\n')
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return server
}
