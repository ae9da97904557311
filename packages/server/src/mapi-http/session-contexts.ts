import type { Log } from '../log/index.ts'
import { newContextCookie, newSequencePrefix } from './cookies.ts'

/** A Session Context ([MS-OXCMAPIHTTP] 3.2.1). */
export interface SessionContext<S> {
  /** Value of its context cookie. */
  readonly cookie: string
  /** Who may use it: `key` of the principal that was authenticated when it was made ([MS-OXCMAPIHTTP] 3.2.5.1). */
  readonly owner: string
  /** What it stands for; there as soon as Connect or Bind has succeeded. */
  session: S | undefined
  /** The value that the sequence cookie of its next request must have. */
  sequence: string
  /** A request is being worked on; there is one at a time. */
  isBusy: boolean
  /** A NotificationWait is outstanding; ends it early. */
  wait: AbortController | undefined
  /** Requests of all kinds that are being worked on. */
  pending: number
  /** When its last request ended, in the milliseconds of `performance.now()`. */
  idleSince: number
}

export interface ContextLimits {
  /** Milliseconds without requests after which a context is destroyed. */
  readonly idleTimeout: number
  /** Contexts of one user. */
  readonly perUser: number
  /** Contexts of all. */
  readonly total: number
}

/** A context that was idle for so long, in milliseconds, gives way to a new one when its user has too many. */
const DISPLACEABLE_AFTER = 60_000

/** How often idle contexts are looked for, at the most, in milliseconds. */
const MAX_SWEEP_INTERVAL = 30_000

/** The Session Contexts of one endpoint. */
export class SessionContexts<S extends AsyncDisposable> {
  readonly limits: ContextLimits
  readonly #log: Log
  readonly #now: () => number
  readonly #contexts = new Map<string, SessionContext<S>>()
  /** How many each owner has. */
  readonly #counts = new Map<string, number>()
  /** Sequence cookies: what they begin with, and how many were made. */
  readonly #sequences = new WeakMap<SessionContext<S>, { readonly prefix: string; count: number }>()
  readonly #sweeper: NodeJS.Timeout

  /** @param now the time in milliseconds; for tests */
  constructor(limits: ContextLimits, log: Log, now: () => number = () => performance.now()) {
    this.limits = limits
    this.#log = log
    this.#now = now
    this.#sweeper = setInterval(
      () => this.#sweep(),
      Math.max(100, Math.min(MAX_SWEEP_INTERVAL, limits.idleTimeout / 2)),
    )
    this.#sweeper.unref()
  }

  get size(): number {
    return this.#contexts.size
  }

  /** How many wait for notifications. */
  get waiters(): number {
    let count = 0
    for (const { wait } of this.#contexts.values()) if (wait !== undefined) count++
    return count
  }

  /** Makes a context, busy with the request that makes it. `undefined` when there are too many. */
  create(owner: string): SessionContext<S> | undefined {
    if (this.#contexts.size >= this.limits.total) return undefined
    if ((this.#counts.get(owner) ?? 0) >= this.limits.perUser && !this.#displaceOne(owner)) return undefined
    const context: SessionContext<S> = {
      cookie: newContextCookie(),
      owner,
      session: undefined,
      sequence: '',
      isBusy: true,
      wait: undefined,
      pending: 1,
      idleSince: this.#now(),
    }
    this.#sequences.set(context, { prefix: newSequencePrefix(), count: 0 })
    this.advance(context)
    this.#contexts.set(context.cookie, context)
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1)
    return context
  }

  /** The context of a cookie; none if it has expired ([MS-OXCMAPIHTTP] 3.2.6). */
  find(cookie: string): SessionContext<S> | undefined {
    const context = this.#contexts.get(cookie)
    if (context === undefined || !this.#hasExpired(context)) return context
    this.destroy(context)
    return undefined
  }

  /** Whether it is still there. */
  has(context: SessionContext<S>): boolean {
    return this.#contexts.has(context.cookie)
  }

  /** A request of the context has been accepted. `isExclusive`: no other one may come until it has ended. */
  begin(context: SessionContext<S>, isExclusive: boolean): void {
    context.pending++
    if (isExclusive) {
      context.isBusy = true
      this.advance(context)
    }
  }

  /** The request has ended, and the idle time begins anew. */
  end(context: SessionContext<S>, isExclusive: boolean): void {
    context.pending--
    if (isExclusive) context.isBusy = false
    context.idleSince = this.#now()
  }

  /** The next request needs another sequence cookie. */
  advance(context: SessionContext<S>): void {
    const sequence = this.#sequences.get(context)!
    sequence.count++
    context.sequence = sequence.prefix + sequence.count.toString(36)
  }

  /** Forgets a context and releases all that belongs to it. */
  destroy(context: SessionContext<S>): void {
    if (!this.#contexts.delete(context.cookie)) return
    const count = this.#counts.get(context.owner)! - 1
    if (count === 0) this.#counts.delete(context.owner)
    else this.#counts.set(context.owner, count)
    context.wait?.abort()
    this.#release(context)
  }

  /** Destroys all contexts, and waits until they are released. */
  async destroyAll(): Promise<void> {
    clearInterval(this.#sweeper)
    const sessions = [...this.#contexts.values()].flatMap(({ session }) => session ?? [])
    for (const context of [...this.#contexts.values()]) {
      this.#contexts.delete(context.cookie)
      context.wait?.abort()
    }
    this.#counts.clear()
    await Promise.allSettled(sessions.map((session) => session[Symbol.asyncDispose]()))
  }

  /** Ends all NotificationWaits. */
  wakeWaiters(): void {
    for (const { wait } of this.#contexts.values()) wait?.abort()
  }

  #release({ session }: SessionContext<S>): void {
    if (session !== undefined) {
      Promise.resolve(session[Symbol.asyncDispose]()).catch((error: unknown) => {
        this.#log.warn({ err: error }, 'a session could not be released cleanly')
      })
    }
  }

  #hasExpired({ pending, idleSince }: SessionContext<S>): boolean {
    return pending === 0 && this.#now() - idleSince >= this.limits.idleTimeout
  }

  #sweep(): void {
    for (const context of [...this.#contexts.values()]) if (this.#hasExpired(context)) this.destroy(context)
  }

  /** Destroys the context of a user that has been idle for longest, if that is long enough. */
  #displaceOne(owner: string): boolean {
    let oldest: SessionContext<S> | undefined
    for (const context of this.#contexts.values()) {
      if (context.owner !== owner || context.pending > 0) continue
      if (oldest === undefined || context.idleSince < oldest.idleSince) oldest = context
    }
    if (oldest === undefined || this.#now() - oldest.idleSince < DISPLACEABLE_AFTER) return false
    this.destroy(oldest)
    return true
  }
}
