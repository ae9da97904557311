import { decodeText } from '@bourse/formats/body'
import { type Columns, ErrorCode, MapiError } from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import {
  decodeRopOutput,
  encodeRequest,
  encodeRopInput,
  type NotificationData,
  NULL_HANDLE,
  type RequestOf,
  type RopDefinition,
  type RopRequest,
  release,
  type SuccessOf,
} from '@bourse/wire/rop'
import type { RopTransport } from './rop-transport.ts'

/** Bytes that the ROPs of one buffer may take together: the payload limit of 32 KiB, less room for the handle table. */
const MAX_ROPS_BYTES = 0x7800

/** ROPs in one buffer at most, so that a burst of small ones leaves room for its answers. */
const MAX_ROPS = 64

/** How often a request that did not fit the answer is sent again. */
const MAX_RESENDS = 64

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
  readonly signal?: AbortSignal
}

export interface CallResult<D> {
  readonly returnValue: number
  readonly body: SuccessOf<D>
  /** Handle of the object made, where one was asked for. */
  readonly handle: number
}

interface PendingCall {
  readonly rop: RopDefinition
  readonly fields: object
  readonly input: number | undefined
  readonly options: CallOptions
  readonly size: number
  resolve(result: CallResult<RopDefinition>): void
  reject(error: unknown): void
}

/** Is told of the notifications that carry its handle. */
export type NotifyListener = (data: NotificationData) => void

/**
 * Sends ROPs and hands out their answers. ROPs asked for in the same turn of the event loop, or while an answer is awaited, travel together in one
 * buffer, in order.
 */
export class RopSession {
  readonly transport: RopTransport
  readonly #waiting: PendingCall[] = []
  readonly #listeners = new Map<number, NotifyListener>()
  #running = false
  #notificationLoop: AbortController | undefined
  readonly #publicLogons = new Set<number>()

  constructor(transport: RopTransport) {
    this.transport = transport
  }

  /**
   * Sends one ROP to the object `input` (`undefined` for RopLogon, which has none). Rejects with a `MapiError` unless ReturnValue is 0 or
   * accepted.
   */
  call<D extends RopDefinition>(
    rop: D,
    input: number | undefined,
    fields: CallFields<D>,
    options: CallOptions = {},
  ): Promise<CallResult<D>> {
    if (options.signal?.aborted === true) return Promise.reject(new MapiError(ErrorCode.UserCanceled))
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        rop,
        fields,
        input,
        options,
        size: sizeOf(rop, fields),
        resolve: resolve as (result: CallResult<RopDefinition>) => void,
        reject,
      })
      if (!this.#running) {
        this.#running = true
        queueMicrotask(() => this.#drain())
      }
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

  /** The text of an 8-bit string in the code page of the session. */
  fromString8(text: string): string {
    return decodeText(
      Uint8Array.from(text, (char) => char.charCodeAt(0)),
      this.transport.codePage,
    )
  }

  /** Gives an object back. Never rejects: an object that is gone needs no releasing. */
  async release(handle: number): Promise<void> {
    this.unlisten(handle)
    await this.call(release, handle, {}).catch(() => {})
  }

  /** Listens to the notifications of a subscription or table. Begins waiting for them with the first. */
  listen(handle: number, listener: NotifyListener): void {
    this.#listeners.set(handle, listener)
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
    this.#notificationLoop?.abort()
    this.#listeners.clear()
    await this.transport[Symbol.asyncDispose]()
  }

  async #waitForNotifications(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (await this.transport.waitForNotifications(signal)) await this.#exchange([])
      } catch {
        // Without a connection there is nothing to wait for; the next call will find out why.
        return
      }
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch()
      try {
        await this.#exchange(batch)
      } catch (error) {
        for (const call of batch) call.reject(error)
      }
    }
    this.#running = false
  }

  #takeBatch(): PendingCall[] {
    let size = 0
    let count = 0
    for (const call of this.#waiting) {
      if (count > 0 && (size + call.size > MAX_ROPS_BYTES || count >= MAX_ROPS)) break
      size += call.size
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #exchange(batch: readonly PendingCall[]): Promise<void> {
    let remaining = batch
    for (let attempt = 0; attempt < MAX_RESENDS; attempt++) {
      const answered = await this.#send(remaining)
      remaining = remaining.slice(answered)
      if (remaining.length === 0) return
      if (answered === 0) break
    }
    for (const call of remaining) call.reject(new MapiError(ErrorCode.BufferTooSmall))
  }

  /** Sends calls and settles those that were answered; returns how many, from the first, were. */
  async #send(calls: readonly PendingCall[]): Promise<number> {
    const handles: number[] = []
    const requests: RopRequest[] = []
    const outputIndexes: number[] = []
    const indexOf = (handle: number): number => {
      const at = handles.indexOf(handle)
      return at >= 0 ? at : handles.push(handle) - 1
    }
    for (const { rop, fields, input, options } of calls) {
      const inputIndex = input === undefined ? 0 : indexOf(input)
      const destIndex = options.destination === undefined ? inputIndex : indexOf(options.destination)
      const outputIndex = options.output === true ? handles.push(NULL_HANDLE) - 1 : inputIndex
      outputIndexes.push(outputIndex)
      requests.push({
        rop,
        fields: {
          ...fields,
          logonId: options.logonId ?? 0,
          inputHandleIndex: inputIndex,
          outputHandleIndex: outputIndex,
          sourceHandleIndex: inputIndex,
          destHandleIndex: destIndex,
          responseHandleIndex: inputIndex,
        } as never,
      })
    }

    const payloads = await this.transport.execute(encodeRopInput(requests, handles))
    let done = 0
    for (const payload of payloads) {
      const output = decodeRopOutput(payload, {
        requests: requests.slice(done),
        columnsFor: (i) => calls[done + i]?.options.columns,
      })
      const from = done
      output.outputs.forEach((item, i) => {
        if (item.kind === 'notify') {
          this.#listeners.get(item.notificationHandle)?.(item.notificationData)
        } else if (item.kind === 'response') {
          const at = from + output.answers[i]!
          const call = calls[at]!
          done = at + 1
          const handle = output.handles[outputIndexes[at]!] ?? NULL_HANDLE
          settle(call, item.returnValue, item.body, handle)
        }
      })
    }
    while (calls[done]?.rop.hasResponse === false) {
      settle(calls[done]!, 0, undefined, NULL_HANDLE)
      done++
    }
    // A release between answered calls has been worked on as well.
    for (const call of calls.slice(0, done))
      if (!call.rop.hasResponse) settle(call, 0, undefined, NULL_HANDLE)
    return done
  }
}

function settle(call: PendingCall, returnValue: number, body: unknown, handle: number): void {
  if (returnValue === 0 || call.options.accept?.includes(returnValue) === true) {
    call.resolve({ returnValue, body: body as never, handle })
  } else {
    call.reject(new MapiError(returnValue))
  }
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
