import { decodeText } from '@bourse/formats/body'
import { type Columns, ErrorCode, isMapiError, MapiError, type Progress } from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import {
  encodeRequest,
  type NotificationData,
  progress,
  type RequestOf,
  type RopDefinition,
  release,
  type SuccessOf,
} from '@bourse/wire/rop'
import { Backoffs } from './backoffs.ts'
import { ConnectionError, isConnectionError, type RequestOutcome } from './connection-error.ts'
import { delay } from './delay.ts'
import type { Origin, RemoteObject, Restore } from './remote-object.ts'
import { exchangeRops, type RopCall } from './rop-exchange.ts'
import { isRepeatable, kindMadeBy, noteCarriedOut, originOf } from './rop-recovery.ts'
import type { RopTransport } from './rop-transport.ts'

/** Bytes that the ROPs of one buffer may take together: the payload limit of 32 KiB, less room for the handle table. */
const MAX_ROPS_BYTES = 0x7800

/** ROPs in one buffer at most, so that a burst of small ones leaves room for its answers. */
const MAX_ROPS = 64

/** How often a request that was not worked on is sent again in one connection. */
const MAX_RESENDS = 64

/** How often a request is sent again because the connection failed while it was under way. */
const MAX_RECOVERIES = 3

/** Objects that are given back with one request, and milliseconds for which one may wait for a request to go along with. */
const MAX_RELEASES = 32
const RELEASE_DELAY = 10

/** Milliseconds between two questions how far an operation is. */
const PROGRESS_INTERVAL = 250

/** Milliseconds before the first attempt to wait for notifications again, and at most. */
const FIRST_WAIT_DELAY = 500
const MAX_WAIT_DELAY = 60_000

/** The fields of a request but for those that say where its handles stand in the handle table. */
export type CallFields<D> = Omit<
  RequestOf<D>,
  | 'logonId'
  | 'inputHandleIndex'
  | 'outputHandleIndex'
  | 'sourceHandleIndex'
  | 'destHandleIndex'
  | 'responseHandleIndex'
>

export interface CallOptions {
  /** The object that the ROP makes gets a handle. */
  readonly output?: boolean
  /** The second object of the ROPs that have a source and a destination. */
  readonly destination?: number
  /** Columns of the rows in the answer. */
  readonly columns?: Columns
  /** LogonId; 0 if left out. */
  readonly logonId?: number
  /** Other ReturnValues to take as an answer, rather than to throw. */
  readonly accept?: readonly number[]
  /** The call then rejects with `UserCanceled`. A ROP that has been sent is carried out all the same. */
  readonly signal?: AbortSignal
  /** Is told how far the server is. Only for ROPs with WantAsynchronous. */
  readonly onProgress?: (progress: Progress) => void
}

export interface CallResult<D> {
  readonly returnValue: number
  readonly body: SuccessOf<D>
  /** Handle of the object made, where one was asked for. */
  readonly handle: number
}

/** Is told of the notifications that carry its handle. */
export type NotifyListener = (data: NotificationData) => void

/** How the connection of a session is. */
export type ConnectionState =
  | { readonly kind: 'connected' }
  /** It was lost; the next attempt follows after `delay` milliseconds. */
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly delay: number; readonly error: Error }
  /** The attempts were given up; the next call begins new ones. */
  | { readonly kind: 'disconnected'; readonly error: Error }

export interface RopSessionOptions {
  /**
   * Connects anew after the connection was lost. Without it, calls reject when the connection fails.
   */
  readonly reconnect?: (signal: AbortSignal) => Promise<RopTransport>
  /** Milliseconds during which a call waits for the server to come back; 60 seconds if left out. */
  readonly reconnectTime?: number
  /** Milliseconds before the first attempt to connect again; doubled with each further one, up to 10 seconds. 250 if left out. */
  readonly reconnectDelay?: number
  /** Is told when the connection is lost and when it is there again. */
  readonly onState?: (state: ConnectionState) => void
}

const DEFAULT_RECONNECT_TIME = 60_000
const DEFAULT_RECONNECT_DELAY = 250
const MAX_RECONNECT_DELAY = 10_000

/** Errors of Execute as a whole with which a server asks to come back later. */
const TOO_BUSY: ReadonlySet<number> = new Set([ErrorCode.ServerTooBusy, ErrorCode.RpcServerTooBusy])

interface Listener {
  readonly object: RemoteObject
  readonly listener: NotifyListener
  readonly onResync: (() => void) | undefined
}

interface PendingCall {
  readonly rop: RopDefinition
  readonly fields: object
  readonly input: RemoteObject | undefined
  readonly destination: RemoteObject | undefined
  readonly options: CallOptions
  readonly size: number
  resolve(result: CallResult<RopDefinition>, isProgress: boolean): void
  reject(error: unknown): void
}

/**
 * Sends ROPs and hands out their answers. ROPs asked for in the same turn of the event loop, or while an answer is awaited, travel together in one
 * buffer, in order.
 *
 * Handles are the session's own: they outlive the connection. When that is lost, objects are opened again as they are needed, and
 * ROPs that change nothing are sent again. A ROP that may have changed something and whose answer was lost rejects
 * (see `isOutcomeUnknown`), as does one to an object whose unsaved changes went with the connection.
 */
export class RopSession {
  readonly #options: RopSessionOptions
  readonly #objects = new Map<number, RemoteObject>()
  readonly #byServerHandle = new Map<number, RemoteObject>()
  readonly #waiting: PendingCall[] = []
  /** Objects to be given back with the next request. */
  readonly #releases: PendingCall[] = []
  #releaseTimer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Map<number, Listener>()
  readonly #publicLogons = new Set<number>()
  readonly #backoffs = new Backoffs()
  readonly #closing = new AbortController()
  #transport: RopTransport
  #generation = 1
  /** Ends what waits for notifications of a connection that is gone. */
  #connection = new AbortController()
  #isConnected = true
  /** The generation for which the subscriptions have been renewed. */
  #listeningGeneration = 1
  #nextHandle = 1
  #running = false
  #polls: (() => void)[] = []
  #notificationLoop: AbortController | undefined

  constructor(transport: RopTransport, options: RopSessionOptions = {}) {
    this.#transport = transport
    this.#options = options
  }

  /** The transport of the present connection. */
  get transport(): RopTransport {
    return this.#transport
  }

  /** Counts connections: what belongs to an earlier one is not there any more. */
  get generation(): number {
    return this.#generation
  }

  /**
   * Sends one ROP to the object `input` (`undefined` for RopLogon, which has none). Rejects with a `MapiError` unless ReturnValue is 0 or
   * accepted.
   */
  async call<D extends RopDefinition>(
    rop: D,
    input: number | undefined,
    fields: CallFields<D>,
    options: CallOptions = {},
  ): Promise<CallResult<D>> {
    const { onProgress, signal } = options
    if (onProgress === undefined) return (await this.#call(rop, input, fields, options)).result
    let answer = await this.#call<D>(rop, input, { ...fields, wantAsynchronous: true }, options)
    while (answer.isProgress) {
      const { completedTaskCount, totalTaskCount } = answer.result.body as unknown as SuccessOf<
        typeof progress
      >
      onProgress({ completed: completedTaskCount, total: totalTaskCount })
      await delay(PROGRESS_INTERVAL, signal).catch(() => {})
      const wantCancel = signal?.aborted === true
      const { signal: _, ...rest } = options
      // The answer is RopProgress again, or that of the operation once it is finished ([MS-OXCPRPT] 2.2.23).
      answer = (await this.#call(progress, input, { wantCancel }, rest)) as unknown as typeof answer
      if (wantCancel && answer.isProgress) throw new MapiError(ErrorCode.UserCanceled)
    }
    return answer.result
  }

  #call<D extends RopDefinition>(
    rop: D,
    input: number | undefined,
    fields: object,
    options: CallOptions,
  ): Promise<{ readonly result: CallResult<D>; readonly isProgress: boolean }> {
    const { signal } = options
    if (signal?.aborted === true) return Promise.reject(new MapiError(ErrorCode.UserCanceled))
    if (this.#closing.signal.aborted) return Promise.reject(new MapiError(ErrorCode.EndOfSession))
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(call)
        if (at >= 0) this.#waiting.splice(at, 1)
        isOver = true
        reject(new MapiError(ErrorCode.UserCanceled))
      }
      let isOver = false
      const call: PendingCall = {
        rop,
        fields,
        input: input === undefined ? undefined : this.#objectOf(input),
        destination: options.destination === undefined ? undefined : this.#objectOf(options.destination),
        options,
        size: sizeOf(rop, fields),
        resolve: (result, isProgress) => {
          signal?.removeEventListener('abort', onAbort)
          const made = options.output === true ? this.#noteObject(call, result) : result
          // Nobody waits any more for what was opened.
          if (isOver && options.output === true) void this.release(made.handle)
          resolve({ result: made as unknown as CallResult<D>, isProgress })
        },
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort)
          reject(error)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(call)
      this.#start()
    })
  }

  /** Notes what a logon is to; some ROPs differ between mailboxes and public folders. */
  noteLogon(logonId: number, kind: 'private' | 'public'): void {
    if (kind === 'public') this.#publicLogons.add(logonId)
    else this.#publicLogons.delete(logonId)
  }

  isPublicLogon(logonId: number): boolean {
    return this.#publicLogons.has(logonId)
  }

  /** Says how an object is brought into its present state after it was opened again. */
  onReopen(handle: number, restore: Restore): void {
    this.#objectOf(handle).restore = restore
  }

  /** The text of an 8-bit string in the code page of the session. */
  fromString8(text: string): string {
    return decodeText(
      Uint8Array.from(text, (char) => char.charCodeAt(0)),
      this.transport.codePage,
    )
  }

  /**
   * Gives an object back. Never rejects: an object that is gone needs no releasing. Returns at once: RopRelease has no answer, and travels with the next
   * request, before its ROPs, or by itself if none comes soon.
   */
  async release(handle: number): Promise<void> {
    this.unlisten(handle)
    const object = this.#objects.get(handle)
    if (object === undefined || object.isReleased) return
    object.isReleased = true
    this.#objects.delete(handle)
    if (this.#byServerHandle.get(object.serverHandle) === object)
      this.#byServerHandle.delete(object.serverHandle)
    if (object.generation !== this.#generation || !this.#isConnected || this.#closing.signal.aborted) return
    const call = releaseOf(object)
    // What was asked of the object before goes first.
    if (this.#waiting.length > 0) this.#waiting.push(call)
    else this.#releases.push(call)
    if (this.#releases.length >= MAX_RELEASES) this.#start()
    else this.#releaseTimer ??= setTimeout(() => this.#start(), RELEASE_DELAY)
  }

  /**
   * Listens to the notifications of a subscription or table. Begins waiting for them with the first. `onResync` is called when some may have been
   * missed because the connection was lost.
   */
  listen(handle: number, listener: NotifyListener, onResync?: () => void): void {
    this.#listeners.set(handle, { object: this.#objectOf(handle), listener, onResync })
    if (this.#notificationLoop === undefined || this.#notificationLoop.signal.aborted) {
      this.#notificationLoop = new AbortController()
      void this.#waitForNotifications(this.#notificationLoop.signal)
    }
  }

  unlisten(handle: number): void {
    this.#listeners.delete(handle)
    if (this.#listeners.size === 0) this.#notificationLoop?.abort()
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#notificationLoop?.abort()
    this.#connection.abort()
    this.#listeners.clear()
    clearTimeout(this.#releaseTimer)
    this.#releases.length = 0
    for (const call of this.#waiting.splice(0)) call.reject(new MapiError(ErrorCode.EndOfSession))
    await this.#transport[Symbol.asyncDispose]()
  }

  // -------------------------------------------------------------------------------------------------
  // Objects

  #objectOf(handle: number): RemoteObject {
    const object = this.#objects.get(handle)
    if (object === undefined)
      throw new MapiError(ErrorCode.InvalidObject, { message: 'the object has been released' })
    return object
  }

  #noteObject(call: PendingCall, result: CallResult<RopDefinition>): CallResult<RopDefinition> {
    const { rop, fields, input, options } = call
    const object: RemoteObject = {
      handle: this.#nextHandle++,
      logonId: options.logonId ?? 0,
      kind: kindMadeBy(rop),
      parent: input,
      origin: originOf(rop, fields, result.body),
      serverHandle: result.handle,
      generation: this.#generation,
      isDirty: false,
      lost: undefined,
      restore: undefined,
      isReleased: false,
    }
    this.#objects.set(object.handle, object)
    this.#byServerHandle.set(object.serverHandle, object)
    return { ...result, handle: object.handle }
  }

  /** Opens an object again if it belongs to a connection that is gone. */
  async #reopen(object: RemoteObject, next?: Origin): Promise<void> {
    if (object.lost !== undefined) throw object.lost
    if (object.generation === this.#generation) return
    if (object.isDirty || object.origin === undefined) {
      object.lost = new MapiError(ErrorCode.InvalidObject, {
        message: object.isDirty
          ? 'the connection was lost, and with it changes to the object that had not been saved'
          : 'the connection was lost, and the object cannot be opened again',
      })
      throw object.lost
    }
    if (object.parent !== undefined) await this.#reopen(object.parent)
    const { origin, parent, logonId } = object
    const { body, handle } = await this.#direct(origin.rop, parent, origin.fields, { output: true, logonId })
    object.serverHandle = handle
    object.generation = this.#generation
    this.#byServerHandle.set(handle, object)
    if (object.restore === undefined) return
    try {
      await object.restore(
        async (rop, fields, options = {}) =>
          (await this.#direct(rop, object, fields, { ...options, logonId })) as never,
        body,
        next,
      )
    } catch (error) {
      // It is open, but not what it was. The next call tries again.
      object.generation = 0
      throw error
    }
  }

  /** Sends one ROP past the queue, while nothing else is under way. */
  async #direct(
    rop: RopDefinition,
    input: RemoteObject | undefined,
    fields: object,
    options: CallOptions,
  ): Promise<CallResult<RopDefinition>> {
    let result: CallResult<RopDefinition> | undefined
    let failure: unknown
    const call: PendingCall = {
      rop,
      fields,
      input,
      destination: undefined,
      options,
      size: 0,
      resolve: (answer) => {
        result = answer
      },
      reject: (error) => {
        failure = error
      },
    }
    for (let attempt = 0; attempt < MAX_RESENDS; attempt++) {
      await this.#holdBack([call])
      await this.#send([call])
      if (failure !== undefined) throw failure
      if (result !== undefined) return result
    }
    throw new MapiError(ErrorCode.BufferTooSmall)
  }

  // -------------------------------------------------------------------------------------------------
  // Sending

  #start(): void {
    if (this.#running) return
    this.#running = true
    queueMicrotask(() => this.#drain())
  }

  async #drain(): Promise<void> {
    clearTimeout(this.#releaseTimer)
    this.#releaseTimer = undefined
    while (this.#waiting.length > 0 || this.#polls.length > 0 || this.#releases.length > 0) {
      const polls = this.#polls
      this.#polls = []
      const batch = this.#takeBatch()
      try {
        await this.#exchange(batch)
      } catch (error) {
        for (const call of batch) call.reject(error)
      }
      for (const done of polls) done()
    }
    this.#running = false
  }

  #takeBatch(): PendingCall[] {
    const releases = this.#releases.splice(0, MAX_RELEASES)
    let size = releases.reduce((sum, call) => sum + call.size, 0)
    let count = 0
    for (const call of this.#waiting) {
      if (count > 0 && (size + call.size > MAX_ROPS_BYTES || count >= MAX_ROPS)) break
      size += call.size
      count++
    }
    return [...releases, ...this.#waiting.splice(0, count)]
  }

  async #exchange(batch: readonly PendingCall[]): Promise<void> {
    let remaining = batch
    let recoveries = 0
    let isHeldBack = false
    for (let attempt = 0; attempt < MAX_RESENDS; ) {
      let isSent = false
      try {
        await this.#connect()
        await this.#renewSubscriptions()
        remaining = await this.#reopenFor(remaining)
        if (batch.length > 0 && remaining.length === 0) return
        await this.#holdBack(remaining)
        isSent = true
        const sent = await this.#send(remaining)
        remaining = remaining.slice(sent.answered)
        if (remaining.length === 0) return
        isHeldBack = sent.isHeldBack
        if (sent.answered === 0 && !isHeldBack) {
          // Not even alone does its answer fit.
          remaining[0]!.reject(new MapiError(ErrorCode.BufferTooSmall))
          remaining = remaining.slice(1)
          if (remaining.length === 0) return
        }
        attempt++
      } catch (error) {
        if (isMapiError(error) && TOO_BUSY.has(error.code) && !isConnectionError(error)) {
          if (attempt++ >= MAX_RESENDS) throw error
          await delay(this.#transport.retryDelay || 1000, this.#closing.signal)
          continue
        }
        if (!isConnectionError(error) || !this.#mayRecover(error)) {
          for (const call of remaining) call.reject(error)
          return
        }
        const isGivenUp = !this.#isConnected || recoveries++ >= MAX_RECOVERIES
        this.#disconnected(error)
        if (isSent) remaining = rejectUnrepeatable(remaining, error)
        if (isGivenUp) {
          for (const call of remaining) call.reject(error)
          return
        }
        if (batch.length > 0 && remaining.length === 0) return
      }
    }
    const code = isHeldBack ? ErrorCode.ServerTooBusy : ErrorCode.BufferTooSmall
    for (const call of remaining) call.reject(new MapiError(code))
  }

  /** Opens the objects of some calls again where that is necessary; the calls whose objects are gone are rejected, the others returned. */
  async #reopenFor(calls: readonly PendingCall[]): Promise<readonly PendingCall[]> {
    const left: PendingCall[] = []
    for (const call of calls) {
      try {
        // An object of a connection that is gone needs no releasing.
        if (call.rop === release && call.input?.generation !== this.#generation) {
          call.resolve({ returnValue: 0, body: undefined as never, handle: 0 }, false)
          continue
        }
        if (call.input !== undefined) await this.#reopen(call.input, call)
        if (call.destination !== undefined) await this.#reopen(call.destination)
        left.push(call)
      } catch (error) {
        if (isConnectionError(error)) throw error
        call.reject(error)
      }
    }
    return left
  }

  /** Sends calls and settles those that were answered. */
  async #send(
    calls: readonly PendingCall[],
  ): Promise<{ readonly answered: number; readonly isHeldBack: boolean }> {
    const ropCalls = calls.map(
      ({ rop, fields, input, destination, options }): RopCall => ({
        rop,
        fields,
        input: input?.serverHandle,
        destination: destination?.serverHandle,
        hasOutput: options.output === true,
        columns: options.columns,
        logonId: options.logonId ?? 0,
      }),
    )
    const { answers, answered, notifications, backoffs, isPending } = await exchangeRops(
      this.#transport,
      ropCalls,
    )
    answers.forEach((answer, i) => {
      if (answer === undefined) return
      const call = calls[i]!
      const { returnValue, body, handle, isProgress } = answer
      if (returnValue === 0 || call.options.accept?.includes(returnValue) === true) {
        noteCarriedOut(call.rop, call.fields, call.input, call.destination, body)
        call.resolve({ returnValue, body: body as never, handle }, isProgress)
      } else {
        call.reject(new MapiError(returnValue))
      }
    })
    for (const { notificationHandle, notificationData } of notifications) {
      const object = this.#byServerHandle.get(notificationHandle)
      if (object !== undefined) this.#listeners.get(object.handle)?.listener(notificationData)
    }
    for (const item of backoffs) this.#backoffs.note(item)
    // More is there than fitted; without anything new, asking again would bring nothing new either.
    if (isPending && notifications.length > 0) void this.#poll()
    return { answered, isHeldBack: backoffs.length > 0 }
  }

  /** Waits as long as the server wants to be left alone with the first of some calls. */
  async #holdBack(calls: readonly PendingCall[]): Promise<void> {
    const [first] = calls
    if (first === undefined) return
    const wait = this.#backoffs.remaining(first.options.logonId ?? 0, first.rop.id)
    if (wait > 0) await delay(wait, this.#closing.signal)
  }

  // -------------------------------------------------------------------------------------------------
  // The connection

  #mayRecover(error: ConnectionError): boolean {
    return error.mayRetry && this.#options.reconnect !== undefined && !this.#closing.signal.aborted
  }

  #disconnected(error: ConnectionError): void {
    if (!this.#isConnected) return
    this.#isConnected = false
    this.#connection.abort()
    this.#transport.abandon?.(error.outcome === 'unknown')
  }

  /** Connects again if the connection was lost; tries for as long as the options say. */
  async #connect(): Promise<void> {
    const { reconnect, onState } = this.#options
    if (this.#isConnected || reconnect === undefined) return
    const deadline = Date.now() + (this.#options.reconnectTime ?? DEFAULT_RECONNECT_TIME)
    let wait = this.#options.reconnectDelay ?? DEFAULT_RECONNECT_DELAY
    for (let attempt = 1; ; attempt++) {
      try {
        this.#transport = await reconnect(this.#closing.signal)
        break
      } catch (error) {
        const pause = Math.max(wait, (isConnectionError(error) && error.retryAfter) || 0)
        const isHopeless = !isConnectionError(error) || !error.mayRetry || Date.now() + pause > deadline
        if (this.#closing.signal.aborted || isHopeless) {
          onState?.({ kind: 'disconnected', error: error as Error })
          throw error
        }
        onState?.({ kind: 'reconnecting', attempt, delay: pause, error })
        await delay(pause, this.#closing.signal)
        wait = Math.min(wait * 2, MAX_RECONNECT_DELAY)
      }
    }
    this.#generation++
    this.#byServerHandle.clear()
    this.#backoffs.clear()
    this.#connection = new AbortController()
    this.#isConnected = true
    onState?.({ kind: 'connected' })
  }

  /** Opens what is listened to again after connecting anew, and says that something may have been missed. */
  async #renewSubscriptions(): Promise<void> {
    if (this.#listeningGeneration === this.#generation) return
    for (const { object } of [...this.#listeners.values()]) {
      try {
        await this.#reopen(object)
      } catch (error) {
        if (isConnectionError(error)) throw error
        // What is listened to is gone; whoever reads anew, as told below, finds out.
      }
    }
    this.#listeningGeneration = this.#generation
    for (const { onResync } of [...this.#listeners.values()]) onResync?.()
  }

  // -------------------------------------------------------------------------------------------------
  // Notifications

  /** Fetches what the server has to tell, with the next request or one without ROPs. Reconnects if that is necessary. */
  #poll(): Promise<void> {
    return new Promise((resolve) => {
      this.#polls.push(resolve)
      this.#start()
    })
  }

  async #waitForNotifications(signal: AbortSignal): Promise<void> {
    let wait = FIRST_WAIT_DELAY
    while (!signal.aborted) {
      const generation = this.#generation
      try {
        if (!this.#isConnected) await this.#poll()
        const ends = AbortSignal.any([signal, this.#connection.signal])
        if (this.#isConnected && (await this.#transport.waitForNotifications(ends))) await this.#poll()
        if (this.#isConnected) wait = FIRST_WAIT_DELAY
        else {
          await delay(wait, signal)
          wait = Math.min(wait * 2, MAX_WAIT_DELAY)
        }
      } catch (error) {
        if (signal.aborted || this.#options.reconnect === undefined) return
        // The connection was replaced meanwhile.
        if (generation !== this.#generation) continue
        if (isConnectionError(error) && this.#mayRecover(error)) this.#disconnected(error)
        await delay(wait, signal).catch(() => {})
        wait = Math.min(wait * 2, MAX_WAIT_DELAY)
      }
    }
  }
}

function releaseOf(input: RemoteObject): PendingCall {
  return {
    rop: release,
    fields: {},
    input,
    destination: undefined,
    options: { logonId: input.logonId },
    size: sizeOf(release, {}),
    resolve: () => {},
    reject: () => {},
  }
}

/** Rejects the calls that may have changed something; returns the others. */
function rejectUnrepeatable(calls: readonly PendingCall[], error: ConnectionError): readonly PendingCall[] {
  if (error.outcome === 'notDone') return calls
  return calls.filter((call) => {
    const { rop, fields, input } = call
    if (isRepeatable(rop, fields, input)) return true
    const lost = lostAnswer(rop, 'unknown', error)
    // Whether the object has these changes is not known either.
    if (input !== undefined && input.kind !== 'other') input.lost = lost
    call.reject(lost)
    return false
  })
}

function lostAnswer(rop: RopDefinition, outcome: RequestOutcome, error: ConnectionError): ConnectionError {
  return new ConnectionError({
    message: `the answer to ${rop.name} was lost, so it is not known whether it was carried out (${error.message})`,
    outcome,
    mayRetry: false,
    cause: error,
  })
}

/** How many bytes a request takes, whatever its handle indexes. */
function sizeOf(rop: RopDefinition, fields: object): number {
  const writer = new ByteWriter()
  encodeRequest(writer, {
    rop,
    fields: {
      ...fields,
      logonId: 0,
      inputHandleIndex: 0,
      outputHandleIndex: 0,
      sourceHandleIndex: 0,
      destHandleIndex: 0,
      responseHandleIndex: 0,
    } as never,
  })
  return writer.length
}
