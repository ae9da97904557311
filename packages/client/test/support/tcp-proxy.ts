import { createServer, connect as dial, type Server, type Socket } from 'node:net'

/** A TCP proxy on a fixed port of loopback: its target may move, and its connections can be cut. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Port of the target; `undefined` refuses connections. */
  target: number | undefined
  /** How many connections there have been. */
  connections = 0

  private constructor() {
    this.#server = createServer((client) => {
      this.connections++
      if (this.target === undefined) {
        client.destroy()
        return
      }
      const upstream = dial(this.target, '127.0.0.1')
      this.#track(client, upstream)
      this.#track(upstream, client)
    })
  }

  static async start(target: number | string): Promise<TcpProxy> {
    const proxy = new TcpProxy()
    proxy.target = typeof target === 'number' ? target : Number(new URL(target).port)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { readonly port: number }).port}`
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }

  #track(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('data', (bytes) => to.write(bytes))
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
