import { DecodeError, EncodeError } from '@bourse/mapi/bytes'
import type { Principal } from '@bourse/store'
import { CONTENT_TYPE, ResponseCode } from '@bourse/wire/http'
import { type Exchange, headerOf, readBody } from '../http/index.ts'
import { type ContextCookies, isContextCookie, parseCookies } from './cookies.ts'
import { Responder, type ResponseTimes } from './responder.ts'
import type { SessionContext, SessionContexts } from './session-contexts.ts'

/** How a request type deals with Session Contexts. */
export type ContextUse =
  /** Makes one: Connect, Bind. */
  | 'open'
  /** Ends one: Disconnect, Unbind. */
  | 'close'
  /** Needs one, and is the only request of it meanwhile. */
  | 'exclusive'
  /** Needs one, and may run beside another request: NotificationWait. */
  | 'beside'
  /** Needs none, but keeps one alive if it comes with its cookies: PING, GetMailboxUrl, GetAddressBookUrl. */
  | 'free'

/** What one request is carried out with. */
export interface Call<S> {
  readonly exchange: Exchange
  readonly principal: Principal
  /** The session, where the request type needs one. */
  readonly session: S | undefined
  /** Of `beside` only: aborts when the context ends, the server stops or the client goes away. */
  readonly signal: AbortSignal
  /** Of `open` only: whether there may be one more context; if not, the request must fail. */
  readonly canKeep: boolean
  /** Of `beside` only: whether another one of this context is outstanding already. */
  readonly isRepeated: boolean
  /** Of `open` only: gives the context its session. Without this the context ends with the request. */
  keep(session: S): void
  /** Of `open` only: the session is gone, and its context with it. */
  lost(): void
}

/** A request whose body has been read: carries it out and returns the response's body. */
export type Job<S> = (call: Call<S>) => Promise<Uint8Array>

/** What is particular to one of the two endpoints. */
export interface EndpointDefinition<S extends AsyncDisposable> {
  readonly name: 'emsmdb' | 'nspi'
  /** Its path, in lower case, without a slash at the end. One more part may follow, by which a browser keeps sessions apart. */
  readonly path: string
  /** The request type that an X-RequestType header names. */
  parseType(header: string): string | undefined
  useOf(type: string): ContextUse
  /** Reads the body of a request. Throws `DecodeError`. */
  prepare(type: string, body: Uint8Array): Job<S>
}

/** A failure that has an X-ResponseCode of its own. */
export class ResponseCodeError extends Error {
  readonly code: ResponseCode

  constructor(code: ResponseCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface EndpointOptions<S extends AsyncDisposable> {
  readonly definition: EndpointDefinition<S>
  readonly contexts: SessionContexts<S>
  readonly times: ResponseTimes
  /** Bytes that a request's body may have. */
  readonly maxBody: number
  /** Is told of each request when its response is complete. */
  readonly observe?: (type: string, code: number, seconds: number) => void
}

/** Characters that a header which is sent back may have. */
const MAX_ECHO = 1024

const ECHOED = ['x-requesttype', 'x-requestid', 'x-clientinfo'] as const

/** For requests that do not wait. */
const NEVER = new AbortController().signal

/**
 * One of the two endpoints of MAPI over HTTP ([MS-OXCMAPIHTTP] 3.2.5): headers, Session Contexts, response codes. What
 * request types do is their definition's.
 */
export class Endpoint<S extends AsyncDisposable> {
  readonly #options: EndpointOptions<S>
  /** Whether it takes no more requests, because the server stops. */
  #isStopping = false
  #running = 0
  #whenIdle: (() => void) | undefined

  constructor(options: EndpointOptions<S>) {
    this.#options = options
  }

  /** Refuses requests from now on, wakes who waits, and resolves when no request is being worked on. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#options.contexts.wakeWaiters()
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve
      })
    }
  }

  /** Whether {@link stop} was called. */
  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Answers one request of somebody who has been authenticated. */
  async handle(exchange: Exchange, principal: Principal): Promise<void> {
    const responder = new Responder(exchange, this.#options.times)
    this.#running++
    try {
      await this.#handle(exchange, principal, responder)
    } finally {
      this.#running--
      if (this.#running === 0) this.#whenIdle?.()
      this.#report(exchange, principal, responder)
    }
  }

  async #handle(exchange: Exchange, principal: Principal, responder: Responder): Promise<void> {
    const { definition, contexts, maxBody } = this.#options
    const { request } = exchange
    const problem = this.#headerProblem(exchange)
    if (problem !== undefined) {
      this.#addKnownContext(exchange, principal, responder)
      responder.fail(problem.code, problem.message)
      return
    }
    const type = definition.parseType(headerOf(request, 'x-requesttype')!)!
    const use = definition.useOf(type)
    const cookies = parseCookies(request.headers.cookie)

    const body = await readBody(request, maxBody)
    if (body.kind === 'aborted') {
      responder.abandon()
      return
    }
    let context: SessionContext<S> | undefined
    try {
      context = this.#findContext(cookies, principal, use)
      if (context !== undefined && use !== 'open') responder.setContext(context)
      if (body.kind === 'tooLarge') {
        if (!request.complete) exchange.response.shouldKeepAlive = false
        throw new ResponseCodeError(ResponseCode.TooLarge, `At most ${maxBody} bytes are accepted.`)
      }
      const job = prepareJob(definition, type, body.bytes)
      if (context !== undefined) checkSequence(cookies, context, use)

      if (use === 'open') {
        // Whoever connects with the cookies of a context wants another one in its place ([MS-OXCMAPIHTTP] 3.2.5.6).
        if (context !== undefined) contexts.destroy(context)
        context = contexts.create(principal.key)
        await this.#run(exchange, principal, responder, use, context, job)
      } else {
        const isExclusive = use === 'exclusive' || use === 'close'
        if (context !== undefined) {
          contexts.begin(context, isExclusive)
          responder.setContext(context)
        }
        await this.#run(exchange, principal, responder, use, context, job)
      }
    } catch (error) {
      if (error instanceof ResponseCodeError) {
        responder.fail(error.code, error.message)
      } else {
        const { log, requestId } = exchange
        log.error({ err: error, requestId, type }, 'a request failed unexpectedly')
        responder.fail(ResponseCode.UnknownFailure, '')
      }
    }
  }

  /** Carries out a request that has been accepted, and ends what it began. */
  async #run(
    exchange: Exchange,
    principal: Principal,
    responder: Responder,
    use: ContextUse,
    context: SessionContext<S> | undefined,
    job: Job<S>,
  ): Promise<void> {
    const { contexts } = this.#options
    const isRepeated = use === 'beside' && context!.wait !== undefined
    let wait: AbortController | undefined
    if (use === 'beside') {
      const controller = new AbortController()
      wait = controller
      context!.wait ??= controller
      exchange.response.once('close', () => controller.abort())
      if (this.#isStopping) controller.abort()
    }
    if (use === 'open' && context !== undefined) responder.setContext(context)
    responder.accept(use === 'beside')
    let isLost = false
    try {
      const body = await job({
        exchange,
        principal,
        session: context?.session,
        signal: wait?.signal ?? NEVER,
        canKeep: context !== undefined,
        isRepeated,
        keep: (session) => {
          if (context !== undefined && !isLost && contexts.has(context)) context.session = session
          else void session[Symbol.asyncDispose]()
        },
        lost: () => {
          isLost = true
          if (context !== undefined) contexts.destroy(context)
        },
      })
      if (use === 'close' || (use === 'open' && context?.session === undefined)) {
        if (context !== undefined) contexts.destroy(context)
        if (use === 'open') responder.dropContext()
      }
      responder.finish(body)
    } catch (error) {
      if (use === 'open' && context !== undefined) {
        contexts.destroy(context)
        responder.dropContext()
      }
      // A context that went away while its request was worked on took the request's work with it.
      const isGone = context !== undefined && use !== 'open' && !contexts.has(context)
      if (isGone) throw new ResponseCodeError(ResponseCode.ContextNotFound, '', { cause: error })
      if (error instanceof EncodeError) {
        const { log, requestId } = exchange
        log.error({ err: error, requestId }, 'a response could not be written')
        throw new ResponseCodeError(ResponseCode.InvalidResponse, '', { cause: error })
      }
      throw error
    } finally {
      if (context !== undefined) {
        if (wait !== undefined && context.wait === wait) context.wait = undefined
        contexts.end(context, use !== 'beside' && use !== 'free')
      }
    }
  }

  /** What is wrong with the method or the headers of a request ([MS-OXCMAPIHTTP] 2.2.2.1, 2.2.3.3.3). */
  #headerProblem(exchange: Exchange): ResponseCodeError | undefined {
    const { request } = exchange
    const { headers } = request
    if (request.method !== 'POST') return failure(ResponseCode.InvalidVerb, 'POST is the only one.')
    if (this.#isStopping) return failure(ResponseCode.EndpointShuttingDown, '')
    const { path } = this.#options.definition
    if (!exchange.path.startsWith(path) || !/^(?:\/[\w.~-]*)?\/?$/.test(exchange.path.slice(path.length))) {
      return failure(ResponseCode.InvalidPath, '')
    }
    if (!headers.host) return failure(ResponseCode.MissingHeader, 'Host')
    const type = headerOf(request, 'x-requesttype')
    if (!type) return failure(ResponseCode.MissingHeader, 'X-RequestType')
    if (!headerOf(request, 'x-requestid')) return failure(ResponseCode.MissingHeader, 'X-RequestId')
    const contentType = headers['content-type']
    if (!contentType) return failure(ResponseCode.MissingHeader, 'Content-Type')
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      return failure(ResponseCode.MissingHeader, 'Content-Length')
    }
    if (contentType.split(';')[0]!.trim().toLowerCase() !== CONTENT_TYPE) {
      return failure(ResponseCode.InvalidHeader, 'Content-Type')
    }
    for (const name of ECHOED) {
      if ((headerOf(request, name)?.length ?? 0) > MAX_ECHO) {
        return failure(ResponseCode.InvalidHeader, `${name} is too long.`)
      }
    }
    if (this.#options.definition.parseType(type) === undefined) {
      return failure(ResponseCode.InvalidRequestType, '')
    }
    return undefined
  }

  /** The context that a request is made in, if its type needs or knows one. Throws what is wrong with its cookies. */
  #findContext(
    { context: cookie }: ContextCookies,
    principal: Principal,
    use: ContextUse,
  ): SessionContext<S> | undefined {
    const { contexts } = this.#options
    if (use === 'open') {
      // Old cookies that are of no use any more hinder nobody from connecting anew.
      const previous = cookie === undefined ? undefined : contexts.find(cookie)
      return previous?.owner === principal.key ? previous : undefined
    }
    if (cookie === undefined) {
      if (use === 'free') return undefined
      throw failure(ResponseCode.MissingCookie, 'MapiContext')
    }
    if (!isContextCookie(cookie)) throw failure(ResponseCode.InvalidContextCookie, '')
    const context = contexts.find(cookie)
    // One that belongs to somebody else is none for this user ([MS-OXCMAPIHTTP] 3.2.5.1).
    if (context === undefined || context.owner !== principal.key) {
      throw failure(ResponseCode.ContextNotFound, '')
    }
    if (context.session === undefined) throw failure(ResponseCode.InvalidSequence, '')
    return context
  }

  /** Gives a response that fails early the cookies of its context nevertheless, so that a client does not lose them. */
  #addKnownContext({ request }: Exchange, principal: Principal, responder: Responder): void {
    const { context: cookie } = parseCookies(request.headers.cookie)
    const context = cookie === undefined ? undefined : this.#options.contexts.find(cookie)
    if (context !== undefined && context.owner === principal.key) responder.setContext(context)
  }

  #report(exchange: Exchange, principal: Principal, responder: Responder): void {
    const { code, elapsedSeconds } = responder
    if (code === undefined) return
    const { definition, observe } = this.#options
    const header = headerOf(exchange.request, 'x-requesttype') ?? ''
    const type = definition.parseType(header) ?? 'unknown'
    observe?.(type, code, elapsedSeconds)
    const { log } = exchange
    const level = code === 0 ? 'debug' : 'info'
    if (!log.isLevelEnabled(level)) return
    log[level](
      {
        requestId: exchange.requestId,
        clientRequestId: headerOf(exchange.request, 'x-requestid')?.slice(0, 64),
        endpoint: definition.name,
        type,
        user: principal.key,
        code,
        milliseconds: Math.round(elapsedSeconds * 1000),
      },
      'request',
    )
  }
}

function failure(code: ResponseCode, detail: string): ResponseCodeError {
  return new ResponseCodeError(code, detail)
}

function prepareJob<S extends AsyncDisposable>(
  definition: EndpointDefinition<S>,
  type: string,
  body: Uint8Array,
): Job<S> {
  try {
    return definition.prepare(type, body)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new ResponseCodeError(ResponseCode.InvalidRequestBody, error.message, { cause: error })
  }
}

/** Checks that a request comes in its turn, and alone ([MS-OXCMAPIHTTP] 3.2.5.1). */
function checkSequence<S>({ sequence }: ContextCookies, context: SessionContext<S>, use: ContextUse): void {
  if (use !== 'exclusive' && use !== 'close') return
  if (sequence === undefined) throw failure(ResponseCode.MissingCookie, 'MapiSequence')
  if (context.isBusy) throw failure(ResponseCode.InvalidSequence, 'Another request is being worked on.')
  if (sequence !== context.sequence)
    throw failure(ResponseCode.InvalidSequence, 'It does not come in its turn.')
}
