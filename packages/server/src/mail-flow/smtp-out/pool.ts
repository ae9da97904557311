import type { Connection } from './connection.ts'

export interface PoolOptions {
  /** Connections to one server at a time. */
  readonly connections: number
  readonly messagesPerConnection: number
  /** How long a connection waits for the next message, in milliseconds. */
  readonly idleTimeout: number
}

interface Idle {
  readonly connection: Connection
  /** Forgets the timer and the listener. */
  release(): void
}

/** Keeps connections open for the next message to the same server, and the number of those to each within its limit. */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #idle = new Map<string, Idle[]>()
  /** By server: who has a connection, and who waits for one. */
  readonly #servers = new Map<string, { inUse: number; readonly waiting: (() => void)[] }>()

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Waits for leave to have a connection to a server, which is given back by disposing of it. Rejects when the signal aborts. */
  async enter(server: string, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted()
    const entry = this.#servers.get(server) ?? { inUse: 0, waiting: [] }
    this.#servers.set(server, entry)
    if (entry.inUse >= this.#options.connections) {
      await new Promise<void>((resolve, reject) => {
        const enter = (): void => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        const leave = (): void => {
          entry.waiting.splice(entry.waiting.indexOf(enter), 1)
          reject(signal.reason)
        }
        entry.waiting.push(enter)
        signal.addEventListener('abort', leave, { once: true })
      })
    } else {
      entry.inUse++
    }
    let isLeft = false
    return {
      [Symbol.dispose]: () => {
        if (isLeft) return
        isLeft = true
        // Who waits takes the place as it is.
        const next = entry.waiting.shift()
        if (next !== undefined) next()
        else if (--entry.inUse === 0) this.#servers.delete(server)
      },
    }
  }

  /** Whether a connection waits for a message. */
  has(key: string): boolean {
    return this.#idle.has(key)
  }

  /** A connection that waited for a message, if there is one; it is the caller's now. */
  take(key: string): Connection | undefined {
    const idle = this.#idle.get(key)?.at(-1)
    if (idle !== undefined) this.#remove(key, idle)
    return idle?.connection
  }

  /** Keeps a connection for the next message, or ends it if it has had its share. */
  give(key: string, connection: Connection): void {
    if (!connection.isUsable || connection.messages >= this.#options.messagesPerConnection)
      return void connection.quit()
    const timer = setTimeout(() => {
      this.#remove(key, idle)
      void connection.quit()
    }, this.#options.idleTimeout).unref()
    const forget = connection.onEnd(() => this.#remove(key, idle))
    const idle: Idle = {
      connection,
      release: () => {
        clearTimeout(timer)
        forget()
      },
    }
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), idle])
  }

  /** Ends all connections that wait. */
  async end(): Promise<void> {
    const all = [...this.#idle.values()].flat()
    this.#idle.clear()
    for (const idle of all) idle.release()
    await Promise.all(all.map(({ connection }) => connection.quit()))
  }

  #remove(key: string, idle: Idle): void {
    idle.release()
    const rest = (this.#idle.get(key) ?? []).filter((one) => one !== idle)
    if (rest.length === 0) this.#idle.delete(key)
    else this.#idle.set(key, rest)
  }
}
