import { ErrorCode } from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import type { Principal } from '@bourse/store'
import { packExtended, unpackExtended } from '@bourse/wire/rpc'
import type { Log } from '../log/index.ts'
import type { ExecuteAnswer, ExecuteCall, MailboxSessionOptions } from '../mapi-http/mailbox-host.ts'
import type { RopLimits } from '../rop/limits.ts'
import { type LogonRequest, RopSession, type StoreOpening } from '../rop/session.ts'

/** Who logs on, and how the session reads and writes 8-bit strings. */
export interface LogonContext {
  /** Number of the session. */
  readonly session: number
  readonly principal: Principal
  readonly codePage: number
}

export interface SessionTableOptions {
  openStore(request: LogonRequest, context: LogonContext): Promise<StoreOpening>
  /** A session has been released. */
  onClose?(session: number): void
  readonly limits: RopLimits
  readonly log: Log
  readonly observe: (rop: string, returnValue: number, seconds: number) => void
}

const NOTHING = new Uint8Array(0)

/** The session contexts that live in one thread, by number. */
export class SessionTable {
  readonly #options: SessionTableOptions
  readonly #sessions = new Map<number, RopSession>()
  #lastNumber = 0

  constructor(options: SessionTableOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#sessions.size
  }

  open({ principal, clientVersion, codePage, locale, sessionIndex }: MailboxSessionOptions): number {
    const { openStore, limits, log, observe } = this.#options
    const session = ++this.#lastNumber
    this.#sessions.set(
      session,
      new RopSession({
        principal,
        clientVersion,
        codePage,
        locale,
        sessionIndex,
        limits,
        log,
        observe,
        openStore: (request) => openStore(request, { session, principal, codePage }),
      }),
    )
    return session
  }

  /** Unpacks the request's payloads, carries them out, and packs the answer's. A malformed buffer is an error code. */
  async execute(session: number, call: ExecuteCall): Promise<ExecuteAnswer> {
    const ropSession = this.#sessions.get(session)
    if (ropSession === undefined) return { errorCode: ErrorCode.InvalidRpcHandle, ropBuffer: NOTHING }
    let payloads: readonly Uint8Array[]
    try {
      payloads = unpackExtended(call.ropBuffer)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { errorCode: ErrorCode.RpcFormat, ropBuffer: NOTHING }
    }
    const { chained, requestId, maxRopOut, compress, obfuscate } = call
    const { errorCode, outputs } = await ropSession.execute(payloads, maxRopOut, { chained, requestId })
    if (errorCode !== ErrorCode.Success) return { errorCode, ropBuffer: NOTHING }
    return { errorCode, ropBuffer: packExtended(outputs, { compress, obfuscate }) }
  }

  async wait(session: number, signal: AbortSignal): Promise<boolean> {
    return (await this.#sessions.get(session)?.waitForNotifications(signal)) ?? false
  }

  /** Releases a session and all that it has. */
  async close(session: number): Promise<void> {
    const ropSession = this.#sessions.get(session)
    if (ropSession === undefined) return
    this.#sessions.delete(session)
    await ropSession[Symbol.asyncDispose]()
    this.#options.onClose?.(session)
  }

  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.#sessions.keys()].map((session) => this.close(session)))
  }
}
