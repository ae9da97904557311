import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { formatAddress, type ListenAddress } from '../config/index.ts'
import type { Log } from '../log/index.ts'
import type { TlsFiles } from './certificate.ts'
import { type Exchange, nextRequestId, type RequestHandler, replyText, splitUrl } from './exchange.ts'

/** Times in milliseconds, sizes in bytes. */
export interface FrontLimits {
  readonly headers: number
  readonly connections: number
  readonly requestTimeout: number
  readonly headersTimeout: number
  readonly keepAliveTimeout: number
}

export interface FrontOptions {
  readonly http: readonly ListenAddress[]
  readonly https: readonly ListenAddress[]
  /** Needed where {@link https} names addresses. */
  readonly tls?: TlsFiles
  readonly limits: FrontLimits
  readonly log: Log
  /** Answers requests that are well-formed HTTP. */
  readonly handle: RequestHandler
}

/** How often connections are looked at for those that send too slowly. */
const CHECKING_INTERVAL = 5000

/** The HTTP and HTTPS servers: all sockets of the server but those of monitoring. */
export class HttpFront {
  readonly #servers: Server[] = []
  readonly #options: FrontOptions
  #connections = 0

  private constructor(options: FrontOptions) {
    this.#options = options
  }

  /** Listens on all addresses, or on none: rejects when one cannot be had. */
  static async start(options: FrontOptions): Promise<HttpFront> {
    const front = new HttpFront(options)
    try {
      for (const address of options.http) await front.#listen(address, false)
      for (const address of options.https) await front.#listen(address, true)
    } catch (error) {
      await front.stop(0)
      throw error
    }
    return front
  }

  /** Where it listens, as URLs; a port 0 has become a real one. */
  get urls(): readonly string[] {
    return this.#servers.map((server) => {
      const { address, port } = server.address() as AddressInfo
      const scheme = 'setSecureContext' in server ? 'https' : 'http'
      return `${scheme}://${formatAddress({ host: address, port })}`
    })
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections
  }

  /**
   * Takes no new connections, ends those without a request, and waits up to `grace` milliseconds for requests that are
   * being worked on.
   */
  async stop(grace: number): Promise<void> {
    const closing = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    )
    for (const server of this.#servers) server.closeIdleConnections()
    const timer = setTimeout(() => {
      for (const server of this.#servers) server.closeAllConnections()
    }, grace)
    await Promise.all(closing)
    clearTimeout(timer)
  }

  async #listen(address: ListenAddress, isSecure: boolean): Promise<void> {
    const { limits, tls, log } = this.#options
    const options = {
      maxHeaderSize: limits.headers,
      requestTimeout: limits.requestTimeout,
      headersTimeout: Math.min(limits.headersTimeout, limits.requestTimeout),
      keepAliveTimeout: limits.keepAliveTimeout,
      connectionsCheckingInterval: Math.min(CHECKING_INTERVAL, limits.requestTimeout),
      noDelay: true,
      // A request without Host gets the answer that the protocol has for that.
      requireHostHeader: false,
    }
    const onRequest = (request: IncomingMessage, response: ServerResponse) =>
      this.#handle(request, response, isSecure)
    const server = isSecure
      ? createHttpsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, onRequest)
      : createHttpServer(options, onRequest)
    server.maxConnections = limits.connections
    server.on(isSecure ? 'secureConnection' : 'connection', (socket) => {
      this.#connections++
      socket.on('close', () => this.#connections--)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address.port, address.host, () => {
        server.off('error', reject)
        server.on('error', (error) => log.error({ err: error }, 'a server failed'))
        resolve()
      })
    })
    this.#servers.push(server)
  }

  #handle(request: IncomingMessage, response: ServerResponse, isSecure: boolean): void {
    const { log, handle } = this.#options
    // What a client does to its connection is no error of ours, but must have a listener.
    response.on('error', ignore)
    const url = splitUrl(request.url ?? '')
    if (url === undefined) {
      replyText(response, 400, 'The URL is malformed.')
      return
    }
    const exchange: Exchange = {
      request,
      response,
      ...url,
      requestId: nextRequestId(),
      isSecure,
      remoteAddress: request.socket.remoteAddress ?? '',
      log,
    }
    handle(exchange).catch((error) => {
      log.error({ err: error, requestId: exchange.requestId }, 'a request failed unexpectedly')
      if (response.headersSent) response.destroy()
      else replyText(response, 500, 'The server failed.')
    })
  }
}

function ignore(): void {}
