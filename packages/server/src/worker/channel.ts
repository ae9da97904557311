import { ErrorCode, MapiError, type PropertyProblem } from '@bourse/mapi'

/** An end of a message channel: a `MessagePort`, a `Worker`, or what is like them. */
export interface Port {
  /** Both ends are in this thread: sending is free. */
  readonly isLocal?: boolean
  postMessage(message: unknown, transfer?: readonly unknown[]): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/**
 * Carries out what the other end asks for. The signal, for those that take one, aborts when the other end no longer wants
 * the answer.
 */
export type ChannelHandler = (argument: never, signal: AbortSignal) => unknown

/** What the other end may ask for, by name. */
export type ChannelHandlers = Readonly<Record<string, ChannelHandler>>

/** The other end is gone. */
export class ChannelClosed extends Error {}

type Message =
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: SentError }
  | { readonly kind: 'tell'; readonly name: string; readonly argument: unknown }

/** An error on its way to the other end, where a `MapiError` has to be one again. */
interface SentError {
  readonly message: string
  readonly stack: string | undefined
  readonly code: number | undefined
  readonly problems: readonly PropertyProblem[] | undefined
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** For handlers that do not ask whether they are to stop. */
const NEVER = new AbortController().signal

/**
 * Questions and answers between two threads. Both ends may ask; answers come in any order. What is sent in one turn of the
 * event loop goes together, as it costs much to wake another thread and little to send it more.
 */
export class Channel {
  readonly #port: Port
  readonly #handlers: ChannelHandlers
  readonly #pending = new Map<number, Pending>()
  /** What is being carried out for the other end. */
  readonly #running = new Map<number, AbortController>()
  /** What goes to the other end at the end of this turn. */
  #outgoing: Message[] = []
  #lastId = 0
  #isClosed = false

  constructor(port: Port, handlers: ChannelHandlers) {
    this.#port = port
    this.#handlers = handlers
    port.on('message', (messages) => {
      for (const message of messages as readonly Message[]) this.#receive(message)
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * Asks the other end. Rejects with what its handler rejects with, and with {@link ChannelClosed}. If the signal aborts, the
   * other end hears of it; its answer still counts.
   */
  ask<T>(name: string, argument: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<T> {
    if (this.#isClosed) return Promise.reject(new ChannelClosed('The other thread has ended.'))
    const id = ++this.#lastId
    const { signal } = options
    const answer = new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject })
    })
    this.#post({ kind: 'ask', id, name, argument })
    if (signal === undefined) return answer
    const cancel = () => this.#post({ kind: 'cancel', id })
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
    return answer.finally(() => signal.removeEventListener('abort', cancel))
  }

  /** Tells the other end something that has no answer. `transfer` names ports in it that move to the other thread. */
  tell(name: string, argument: unknown, transfer: readonly unknown[] = []): void {
    if (this.#isClosed) return
    this.#flush()
    this.#port.postMessage([{ kind: 'tell', name, argument }] satisfies Message[], transfer)
  }

  /** The other end is gone: rejects what was asked, aborts what is carried out for it. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#outgoing = []
    for (const { reject } of this.#pending.values()) reject(new ChannelClosed('The other thread has ended.'))
    this.#pending.clear()
    for (const controller of this.#running.values()) controller.abort()
    this.#running.clear()
  }

  #post(message: Message): void {
    this.#outgoing.push(message)
    if (this.#outgoing.length > 1) return
    if (this.#port.isLocal === true) this.#flush()
    else setImmediate(() => this.#flush())
  }

  #flush(): void {
    const messages = this.#outgoing
    if (messages.length === 0) return
    this.#outgoing = []
    try {
      this.#port.postMessage(messages)
    } catch {
      // One of them cannot be sent to another thread.
      for (const message of messages) this.#sendAlone(message)
    }
  }

  #sendAlone(message: Message): void {
    try {
      this.#port.postMessage([message])
    } catch (error) {
      if (message.kind === 'ask') this.#take(message.id)?.reject(error)
      else if (message.kind === 'answer') this.#sendAlone(failureOf(message.id, error))
      else throw error
    }
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'ask':
        this.#carryOut(message.id, message.name, message.argument)
        break
      case 'tell':
        this.#handler(message.name)(message.argument as never, NEVER)
        break
      case 'cancel':
        this.#running.get(message.id)?.abort()
        break
      case 'answer':
        this.#take(message.id)?.resolve(message.value)
        break
      case 'failure':
        this.#take(message.id)?.reject(receivedError(message.error))
        break
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }

  #handler(name: string): ChannelHandler {
    const handler = this.#handlers[name]
    if (handler === undefined) throw new Error(`The other thread asks for ${name}, which is not known here.`)
    return handler
  }

  async #carryOut(id: number, name: string, argument: unknown): Promise<void> {
    let message: Message
    try {
      const handler = this.#handler(name)
      let signal = NEVER
      if (handler.length > 1) {
        const controller = new AbortController()
        this.#running.set(id, controller)
        signal = controller.signal
      }
      message = { kind: 'answer', id, value: await handler(argument as never, signal) }
    } catch (error) {
      message = failureOf(id, error)
    }
    this.#running.delete(id)
    if (!this.#isClosed) this.#post(message)
  }
}

function failureOf(id: number, error: unknown): Message {
  return { kind: 'failure', id, error: sentError(error) }
}

function sentError(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  const isMapi = error instanceof MapiError
  return {
    message,
    stack,
    code: isMapi ? error.code : undefined,
    problems: isMapi ? error.problems : undefined,
  }
}

function receivedError({ message, stack, code, problems }: SentError): Error {
  if (code === undefined) return new Error(message, { cause: stack })
  return mapiError(code, message, problems)
}

/** A `MapiError` with the message of another one, which begins with the name of the code. */
export function mapiError(
  code: number,
  message: string,
  problems?: readonly PropertyProblem[] | undefined,
): MapiError {
  const colon = message.indexOf(': ')
  return new MapiError(code, {
    ...(colon < 0 ? {} : { message: message.slice(colon + 2) }),
    ...(problems === undefined ? {} : { problems }),
  })
}

/** What a call to an object rejects with whose thread is gone. */
export function lostError(cause: unknown): MapiError {
  return new MapiError(ErrorCode.EndOfSession, { cause })
}

/** Bytes that go to another thread without the rest of the buffer that they are a part of. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
