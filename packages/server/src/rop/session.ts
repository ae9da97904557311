import { ErrorCode, MapiError, type MessageStore } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import { type HandleEntry, HandleTable } from './handle-table.ts'
import { DEFAULT_ROP_LIMITS, type RopLimits } from './limits.ts'
import { LogonHistory } from './logon-history.ts'
import { NotificationQueue } from './notification-queue.ts'
import { type ExecuteResult, processRops } from './processor.ts'
import { RateLimiter } from './rate-limiter.ts'
import { disposeObject, type LogonObject, type ServerObject } from './server-object.ts'

/** What a RopLogon asks for ([MS-OXCSTOR] 2.2.1.1.1). */
export interface LogonRequest {
  readonly kind: 'private' | 'public'
  /** Essdn: the legacy DN of the mailbox, as sent; empty for public folders. */
  readonly essdn: string
  /** USE_ADMIN_PRIVILEGE is set; grants nothing that the user's role does not. */
  readonly useAdminPrivilege: boolean
  /** IGNORE_HOME_MDB or ALTERNATE_SERVER is set: other public folders than the user's own, or another server, will do. */
  readonly anyPublicStore: boolean
}

/**
 * What became of a logon: a store, or the server that has it. Other failures are thrown as a `MapiError` with a code of
 * [MS-OXCSTOR] 3.2.5.1.3: `UnknownUser`, `LoginPermission`, `LogonFailed`, `MailboxDisabled` …
 */
export type StoreOpening =
  | { readonly kind: 'store'; readonly store: MessageStore }
  /** ecWrongServer: `serverName` is the distinguished name of the server to go to. */
  | { readonly kind: 'redirect'; readonly serverName: string }

/** A version in its four-part form ([MS-OXCRPC] 3.1.4.1.3.1): major, minor, build major, build minor. */
export type ProductVersion = readonly [number, number, number, number]

/** Where sessions report what should not have happened; a pino logger is one. */
export interface RopLog {
  error(fields: object, message: string): void
  warn(fields: object, message: string): void
  debug(fields: object, message: string): void
}

export interface RopSessionOptions {
  /** Who is connected. */
  readonly principal: Principal
  readonly clientVersion: ProductVersion
  /** Cpid of Connect: the code page of 8-bit strings, e.g. 1252. */
  readonly codePage: number
  /** LcidString and LcidSort of Connect. */
  readonly locale: { readonly string: number; readonly sort: number }
  /** Opens the store that a RopLogon asks for, for this principal. Each logon gets a store object of its own. */
  openStore(request: LogonRequest): Promise<StoreOpening>
  /** {@link DEFAULT_ROP_LIMITS} if left out. */
  readonly limits?: RopLimits
  /** Which of the client's linked sessions this is, for RopPending ([MS-OXCNOTIF] 2.2.1.3.4); 0 if left out. */
  readonly sessionIndex?: number
  readonly log: RopLog
  /** Is told of every ROP: its name, ReturnValue, and how many seconds it took. */
  readonly observe?: (rop: string, returnValue: number, seconds: number) => void
}

export interface ExecuteOptions {
  /** The client takes several output payloads (Chain, [MS-OXCRPC] 3.1.4.2). */
  readonly chained: boolean
  /** X-RequestId, by which the log says where ROPs come from. */
  readonly requestId?: string
}

/**
 * One EMSMDB session context: its logons, its server objects, its notifications. Lives where its mailbox lives.
 *
 * ```ts
 * await using session = new RopSession({ principal, openStore, … })
 * const { errorCode, outputs } = await session.execute([payload], maxRopOut, { chained: true })
 * ```
 */
export class RopSession implements AsyncDisposable {
  readonly principal: Principal
  readonly clientVersion: ProductVersion
  readonly codePage: number
  readonly locale: { readonly string: number; readonly sort: number }
  readonly limits: RopLimits
  readonly sessionIndex: number
  readonly log: RopLog
  readonly observe: ((rop: string, returnValue: number, seconds: number) => void) | undefined
  readonly openStore: (request: LogonRequest) => Promise<StoreOpening>
  readonly handles: HandleTable
  readonly notifications: NotificationQueue
  readonly rate: RateLimiter
  readonly logonHistory = new LogonHistory()
  /** The logons by LogonId ([MS-OXCROPS] 3.2.1, Logon Map). */
  readonly #logons = new Map<number, HandleEntry>()
  /** The request that was begun last; the next one waits for it. */
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: RopSessionOptions) {
    this.principal = options.principal
    this.clientVersion = options.clientVersion
    this.codePage = options.codePage
    this.locale = options.locale
    this.limits = options.limits ?? DEFAULT_ROP_LIMITS
    this.sessionIndex = options.sessionIndex ?? 0
    this.log = options.log
    this.observe = options.observe
    this.openStore = (request) => options.openStore(request)
    this.handles = new HandleTable(this.limits)
    this.notifications = new NotificationQueue(this.limits.queuedNotifications)
    this.rate = new RateLimiter(this.limits.rate)
  }

  /**
   * Carries out one Execute: ROP input payloads in, without their RPC_HEADER_EXT and unpacked, output payloads out.
   * Never rejects for what a client sends: a malformed buffer gives errorCode `RpcFormat`, one whose answers fit no
   * buffer `BufferTooSmall`. Requests are worked on one at a time ([MS-OXCROPS] 3.2.5.1).
   *
   * @param maxRopOut MaxRopOut of the request: what all output payloads and their headers, 8 bytes each, may take
   */
  execute(input: readonly Uint8Array[], maxRopOut: number, options: ExecuteOptions): Promise<ExecuteResult> {
    const result = this.#last.then(async () => {
      if (this.#isClosed) return { errorCode: ErrorCode.InvalidRpcHandle, outputs: [] }
      try {
        return await processRops(this, input, maxRopOut, options)
      } catch (error) {
        this.log.error({ err: error, requestId: options.requestId }, 'a request failed unexpectedly')
        return { errorCode: ErrorCode.GeneralFailure, outputs: [] }
      }
    })
    this.#last = result
    return result
  }

  /** Resolves with `true` as soon as notifications wait to be fetched, with `false` when the signal aborts or the session ends. */
  waitForNotifications(signal: AbortSignal): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false)
    return this.notifications.wait(signal)
  }

  /** The logon with this LogonId. */
  logon(logonId: number): LogonObject | undefined {
    return this.#logons.get(logonId)?.logon
  }

  /**
   * Gives a new object a handle. A logon takes the place of the one that had its LogonId, which is released
   * ([MS-OXCROPS] 2.2.3.1.1). Throws `TooManyOpenObjects`.
   */
  async open(object: ServerObject, logonId: number): Promise<number> {
    if (object.kind === 'logon') {
      const previous = this.#logons.get(object.logonId)
      if (previous !== undefined) await this.release(previous.handle)
      const entry = this.handles.add(object, object)
      this.#logons.set(object.logonId, entry)
      return entry.handle
    }
    const logon = this.#logons.get(logonId)?.logon
    if (logon === undefined) throw new MapiError(ErrorCode.NullObject)
    return this.handles.add(object, logon).handle
  }

  /** Releases an object; a logon with all that was opened through it. Never rejects. RopRelease, [MS-OXCROPS] 3.2.5.3. */
  async release(handle: number): Promise<void> {
    const entry = this.handles.remove(handle)
    if (entry === undefined) return
    this.notifications.drop(handle)
    if (entry.object.kind === 'logon') {
      this.#logons.delete(entry.object.logonId)
      // The youngest first, so that nothing is released before what was opened from it.
      for (const dependent of [...this.handles.entries()].reverse()) {
        if (dependent.logon === entry.logon) await this.release(dependent.handle)
      }
    }
    await this.discard(entry.object)
  }

  /** Disposes an object that has no handle, or no longer. Never rejects. */
  async discard(object: ServerObject): Promise<void> {
    try {
      await disposeObject(object)
    } catch (error) {
      this.log.warn({ err: error, kind: object.kind }, 'an object could not be released cleanly')
    }
  }

  /** Releases everything, after the request that is being worked on, and wakes who waits ([MS-OXCROPS] 3.2.7.1). */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.notifications.close()
    await this.#last
    for (const { handle } of [...this.#logons.values()]) await this.release(handle)
  }
}
