import type { LogonInfo } from '@bourse/mapi'
import { Channel, ChannelClosed, type ChannelHandlers, lostError, type Port } from './channel.ts'
import { type ObjectReference, type Packer, pack, type Unpacker, unpack } from './remote-value.ts'

/** What of an object can be read without a call; the interfaces of `@bourse/mapi` have these and no others. */
const FIELDS = [
  'logon',
  'id',
  'hasRules',
  'isGhosted',
  'hasNamedProperties',
  'summary',
  'number',
  'columns',
  'total',
  'kind',
  'entryId',
] as const

/** Stands for the method by which an object is iterated, which has no name. */
const ITERATE = '@iterate'
const DISPOSE = '@dispose'

interface CallQuestion {
  /** The object, by its number; undefined for the root. */
  readonly number: number | undefined
  readonly method: string
  readonly values: readonly unknown[]
}

interface CallAnswer {
  readonly value: unknown
  /** What can be read of the object that was called, after the call. */
  readonly fields: Readonly<Record<string, unknown>>
}

type Method = (...values: unknown[]) => unknown

/**
 * Lends the objects of one thread to another: calls of their methods go over a message port, and what they return or are
 * given is lent in turn. Both ends have one of these for the port that connects them.
 *
 * ```ts
 * const remote = new RemoteObjects(port, { openStore })  // in the thread that has the stores
 * const store = await new RemoteObjects(port, {}).call('openStore', guid) as MessageStore // in another one
 * ```
 *
 * It knows the object model of `@bourse/mapi`: everything asynchronous is a method, everything else is data or one of a few
 * fields. A method called on an object whose thread has ended rejects with `EndOfSession`.
 */
export class RemoteObjects {
  readonly #channel: Channel
  readonly #root: Readonly<Record<string, Method>>
  /** Objects and functions of this thread that the other one has references to. */
  readonly #lent = new Map<number, object>()
  readonly #numbers = new WeakMap<object, number>()
  #lastNumber = 0
  /** What stands here for objects of the other thread. */
  readonly #borrowed = new Map<number, WeakRef<object>>()
  readonly #borrowedNumbers = new WeakMap<object, number>()
  /** Functions of the other thread that nobody here holds any more need not be kept there. */
  readonly #forgotten = new FinalizationRegistry<number>((number) => {
    this.#borrowed.delete(number)
    this.#channel.tell('release', number)
  })

  /** @param root what the other end may call without having an object, by name */
  constructor(port: Port, root: Readonly<Record<string, Method>>) {
    this.#root = root
    const handlers: ChannelHandlers = {
      call: (question: CallQuestion, signal) => this.#carryOut(question, signal),
      notify: ({ number, values }: { number: number; values: readonly unknown[] }) => {
        const callee = this.#lent.get(number) as Method | undefined
        callee?.(...(unpack(values, this.#unpacker()) as unknown[]))
      },
      release: (number: number) => this.#takeBack(number),
    }
    this.#channel = new Channel(port, handlers)
  }

  /** Calls something of the other end's root. */
  call(name: string, ...values: unknown[]): Promise<unknown> {
    return this.#call(undefined, name, values, undefined)
  }

  /** How many objects and functions of this thread the other one has. */
  get lentCount(): number {
    return this.#lent.size
  }

  /** The other thread has ended: what was lent to it is released. */
  async close(): Promise<void> {
    this.#channel.close()
    const lent = [...this.#lent.values()]
    this.#lent.clear()
    for (const object of lent) {
      if (Symbol.asyncDispose in object) await disposeQuietly(object as AsyncDisposable)
    }
  }

  // -------------------------------------------------------------------------------------------------
  // Objects of this thread

  async #carryOut({ number, method, values }: CallQuestion, signal: AbortSignal): Promise<CallAnswer> {
    const given = unpack(values, this.#unpacker(signal)) as unknown[]
    if (number === undefined) {
      const callee = this.#root[method]
      if (callee === undefined) throw new Error(`There is no ${method} to be called.`)
      return { value: pack(await callee(...given), this.#packer()), fields: {} }
    }
    const object = this.#lent.get(number)
    if (object === undefined) throw lostError(undefined)
    if (method === DISPOSE) {
      this.#takeBack(number)
      // An iterator need not have this.
      await (object as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.()
      return { value: undefined, fields: {} }
    }
    const value = await invoke(object, method, given)
    return {
      value: pack(value, this.#packer()),
      fields: pack(fieldsOf(object), this.#packer()) as Record<string, unknown>,
    }
  }

  #packer(callbacks?: number[]): Packer {
    return {
      object: (object) => {
        const borrowed = this.#borrowedNumbers.get(object)
        if (borrowed !== undefined) return { number: borrowed, fields: {}, owner: 'receiver' }
        const fields = pack(fieldsOf(object), this.#packer()) as Record<string, unknown>
        return { number: this.#lend(object), fields, owner: 'sender' }
      },
      function: (callee) => {
        const number = this.#lend(callee)
        callbacks?.push(number)
        return number
      },
    }
  }

  #lend(object: object): number {
    let number = this.#numbers.get(object)
    if (number === undefined) {
      number = ++this.#lastNumber
      this.#numbers.set(object, number)
    }
    this.#lent.set(number, object)
    return number
  }

  #takeBack(number: number): void {
    const object = this.#lent.get(number)
    this.#lent.delete(number)
    if (object !== undefined) this.#numbers.delete(object)
  }

  // -------------------------------------------------------------------------------------------------
  // Objects of the other thread

  #unpacker(signal?: AbortSignal): Unpacker {
    return {
      object: (reference) => this.#borrow(reference),
      function: (number) => this.#borrowFunction(number, signal !== undefined),
      signal: (isAborted) => (isAborted ? AbortSignal.abort() : (signal ?? new AbortController().signal)),
    }
  }

  #borrow({ number, fields, owner }: ObjectReference): object {
    if (owner === 'receiver') {
      const own = this.#lent.get(number)
      if (own === undefined) throw lostError(undefined)
      return own
    }
    const values = unpack(fields, this.#unpacker()) as Record<string, unknown>
    const known = this.#borrowed.get(number)?.deref()
    if (known !== undefined) {
      Object.assign(stateOf(known), values)
      return known
    }
    const proxy = remoteObject(values, (method, given, callbacks) =>
      this.#call(number, method, given, proxy, callbacks),
    )
    this.#borrowed.set(number, new WeakRef(proxy))
    this.#borrowedNumbers.set(proxy, number)
    return proxy
  }

  /** A function of the other end: a callback that it gave, which has no answer, or one that it returned. */
  #borrowFunction(number: number, isCallback: boolean): Method {
    const callee: Method = isCallback
      ? (...values) => this.#channel.tell('notify', { number, values: pack(values, this.#packer()) })
      : (...values) => this.#call(number, '', values, undefined)
    if (!isCallback) this.#forgotten.register(callee, number)
    return callee
  }

  async #call(
    number: number | undefined,
    method: string,
    values: readonly unknown[],
    proxy: object | undefined,
    held: Set<number> = new Set(),
  ): Promise<unknown> {
    const callbacks: number[] = []
    let signal: AbortSignal | undefined
    const packer: Packer = { ...this.#packer(callbacks), signal: (given) => (signal = given) }
    const question: CallQuestion = { number, method, values: pack(values, packer) as unknown[] }
    let result: unknown
    try {
      const answer = await this.#channel.ask<CallAnswer>('call', question, signal ? { signal } : {})
      if (proxy !== undefined) Object.assign(stateOf(proxy), unpack(answer.fields, this.#unpacker()))
      result = unpack(answer.value, this.#unpacker())
    } catch (error) {
      for (const callback of callbacks) this.#takeBack(callback)
      throw error instanceof ChannelClosed ? lostError(error) : error
    }
    // A callback lives as long as what was made with it, a subscription say; else only during the call.
    const holder = typeof result === 'object' && result !== null ? callbacksOf(result) : undefined
    for (const callback of callbacks) {
      if (holder !== undefined) holder.add(callback)
      else this.#takeBack(callback)
    }
    if (method === DISPOSE) {
      for (const callback of held) this.#takeBack(callback)
      if (number !== undefined) this.#borrowed.delete(number)
    }
    return result
  }
}

// ---------------------------------------------------------------------------------------------------
// What stands for an object of another thread

interface RemoteState {
  /** What can be read without a call. */
  readonly fields: Record<string, unknown>
  /** Callbacks of this thread that the object calls. */
  readonly callbacks: Set<number>
}

const states = new WeakMap<object, RemoteState>()

function stateOf(proxy: object): Record<string, unknown> {
  return states.get(proxy)!.fields
}

function callbacksOf(value: object): Set<number> | undefined {
  return states.get(value)?.callbacks
}

/** Whether an object is one of another thread's. */
export function isRemote(object: object): boolean {
  return states.has(object)
}

function remoteObject(
  fields: Record<string, unknown>,
  call: (method: string, values: unknown[], callbacks: Set<number>) => Promise<unknown>,
): object {
  const callbacks = new Set<number>()
  const methods = new Map<string, Method>()
  const method = (name: string): Method => {
    let found = methods.get(name)
    if (found === undefined) {
      found = (...values) => call(name, values, callbacks)
      methods.set(name, found)
    }
    return found
  }
  const target = {
    async [Symbol.asyncDispose](): Promise<void> {
      try {
        await call(DISPOSE, [], callbacks)
      } catch {
        // What is gone with its thread needs no release.
      }
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
      const iterator = (await call(ITERATE, [], callbacks)) as AsyncIterator<unknown> & AsyncDisposable
      try {
        for (;;) {
          const { done, value } = await iterator.next()
          if (done === true) return
          yield value
        }
      } finally {
        await iterator[Symbol.asyncDispose]()
      }
    },
  }
  const proxy = new Proxy(target, {
    get(_, name) {
      if (typeof name === 'symbol') return Reflect.get(target, name)
      if (name in fields) return fields[name]
      // A promise would take an object with `then` for another promise. A field that is not there is no method.
      return name === 'then' || (FIELDS as readonly string[]).includes(name) ? undefined : method(name)
    },
    has: (_, name) => (typeof name === 'symbol' ? Reflect.has(target, name) : name in fields),
  })
  states.set(proxy, { fields, callbacks })
  return proxy
}

function fieldsOf(object: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of FIELDS) {
    const value = (object as Record<string, unknown>)[name]
    if (value === undefined || typeof value === 'function') continue
    fields[name] = name === 'logon' ? logonFields(value as LogonInfo) : value
  }
  return fields
}

/** What the interface has, of an object that may have more. */
function logonFields(logon: LogonInfo): LogonInfo {
  const { kind, folders, isOwner, maySendAs, isOutOfOffice } = logon
  const { mailboxGuid, replicaId, replicaGuid, logonTime } = logon
  return { kind, folders, isOwner, maySendAs, isOutOfOffice, mailboxGuid, replicaId, replicaGuid, logonTime }
}

function invoke(object: object, method: string, values: unknown[]): unknown {
  if (method === '') return (object as Method)(...values)
  if (method === ITERATE) return (object as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  const callee = (object as Record<string, unknown>)[method]
  if (typeof callee !== 'function') throw new Error(`The object has no method ${method}.`)
  return callee.apply(object, values)
}

async function disposeQuietly(object: AsyncDisposable): Promise<void> {
  try {
    await object[Symbol.asyncDispose]()
  } catch {
    // Nobody is left who could be told.
  }
}
